"""`ddb-backup prune`: what a retention keeps of each table, and what goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from ..aws.clock import SystemClock
from ..aws.cost.prices import Prices
from ..aws.records import BackupSummary
from ..aws.retention.operation import Prunes
from ..aws.retention.records import Kept, PrunedTable, PruneRequest, PruneResult, Retention, Why
from ..aws.rules.scheduled import ANY_SCHEDULE, SCHEDULED_PREFIX, is_schedule
from ..aws.rules.text import counted
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from ..display import iso
from . import pruned, regions, unsearched, views
from .command import command
from .exit_codes import ExitCode
from .keeping import KEEPING, retention_of
from .options import AllRegions, Regions, Timeout
from .output import Result, Table
from .pricing import PricesFile, known_prices, totals
from .selecting import Exclude, Tables, Tags, selected
from .session import Session

app = typer.Typer()

_OTHER_OWNERS: Final = (
    "To prune those of a resource or hook, add --owner with the first four of the eight digits that "
    "end their names. For those of a BackupSchedule, give its output `owner`."
)


@command(app, after=KEEPING)
def prune(
    session: Session,
    tables: Tables = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            metavar="PREFIX",
            show_default=False,
            help="Only backups that this tool or a Pulumi program named with this prefix. {table} in "
            "it stands for the table's name. Required, unless --owner is a BackupSchedule.",
        ),
    ] = None,
    exclude: Exclude = None,
    tag: Tags = None,
    owner: Annotated[
        str | None,
        typer.Option(
            metavar="OWNER",
            show_default=False,
            help="Prune the backups of this resource or hook: the first four of the eight hex digits "
            "that end their names. Of a BackupSchedule, give its output `owner`, such as schedule-89ab. "
            "Default: those that `ddb-backup backup --prefix` took.",
        ),
    ] = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    prices: PricesFile = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Delete them. Without it, they are only listed.")
    ] = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
    **rules: Any,
) -> ExitCode:
    """Delete a table's old backups, except those that a rule keeps.

    Without --yes, nothing is deleted. The rules are restic's: a backup stays if any rule keeps it,
    and periods without a backup don't count. Only AVAILABLE backups of the table that has the name
    now can go, and only if their names were made from the prefix. The newest always stays. The command
    can be repeated at any time.

    Examples:
        # See what would go, then delete it
        $ ddb-backup prune 'prod-*' --prefix nightly- --keep-daily 7
        $ ddb-backup prune 'prod-*' --prefix nightly- --keep-daily 7 --yes
        # The same for what a BackupSchedule took
        $ ddb-backup prune 'prod-*' --owner schedule-89ab --keep-daily 7
    """
    known = known_prices(session, prices)
    chosen = selected(session, "prune", tables, exclude, tag, region, all_regions=all_regions)
    request = PruneRequest(
        **chosen,
        retention=retention_of(rules) or Retention(),
        backup_name_prefix=_prefix(prefix, owner),
        owner=owner,
        dry_run=not yes,
        timeout_seconds=timeout,
    )
    with session.watching(alone=not yes) as watch:
        prunes = Prunes(session.connection, watch, on_progress=watch.many)
        result = prunes.prune(request)
    try:
        session.screen.result(_shown(result, known, SystemClock().now(), yes=yes))
    finally:  # whoever read the result may have gone away
        _tell(session, result, known, yes=yes)
    return pruned.code_of(result)


def _prefix(prefix: str | None, owner: str | None) -> str:
    """What the names of the backups are made from: with a schedule's, it goes without saying."""
    if prefix is None and (owner == ANY_SCHEDULE or is_schedule(owner)):  # the rules tell the first
        return SCHEDULED_PREFIX
    if prefix is None:
        raise typer.BadParameter(
            "Missing option '--prefix'. Only --owner of a BackupSchedule goes without it."
        )
    return prefix


def _shown(
    result: PruneResult, prices: Mapping[str, Prices], now: datetime, *, yes: bool
) -> Result:
    gone = [arn for one in result.tables for arn in one.deleted]
    expired = [backup for one in result.tables for backup in one.expired]
    rows = [row for one in result.tables for row in _rows(one, now, yes=yes)]
    several = len({one.table.region for one in result.tables}) > 1
    return Result(
        {
            "dry_run": not yes,
            "tables": [pruned.as_json(one) for one in result.tables],
            "kept": totals(pruned.kept_of(result), prices),
            "expired": totals(expired, prices),
            **unsearched.not_looked_at(result),
        },
        Table(
            ("TABLE", *["REGION"] * several, "NAME", "STATUS", "KEPT BY", "SIZE", "AGE"),
            [(row[0], *[row[1]] * several, *row[2:-1]) for row in rows],
            [row[-1] for row in rows],
        )
        if rows
        else [],
        gone if yes else [backup.backup_arn for backup in expired],
    )


def _rows(one: PrunedTable, now: datetime, *, yes: bool) -> Iterator[tuple[str, ...]]:
    """The backups of a table, the newest first."""
    kept = {each.backup.backup_arn: each for each in one.kept}
    backups = [*(each.backup for each in one.kept), *one.expired]
    for backup in sorted(backups, key=_age_order, reverse=True):
        arn = backup.backup_arn
        state = "kept" if arn in kept else "expired"
        if yes and state == "expired":
            state = "deleted" if arn in one.deleted else "failed"
        yield (
            backup.table_name,
            backup.region,
            backup.backup_name,
            state,
            _reasons(kept[arn]) if arn in kept else views.NOTHING,
            views.size_of(backup.backup_size_bytes),
            views.age_of(backup.backup_creation_date_time, now),
            arn,
        )


def _age_order(backup: BackupSummary) -> tuple[str, str]:
    made = backup.backup_creation_date_time
    return iso(made) if made else "", backup.backup_arn


def _reasons(kept: Kept) -> str:
    return ", ".join(
        reason.rule.removeprefix("keep_") + (" (oldest)" if reason.oldest else "")
        for reason in kept.reasons
    )


def _tell(
    session: Session, result: PruneResult, prices: Mapping[str, Prices], *, yes: bool
) -> None:
    regions.tell(session, result)
    pruned.tell_failed(session, result)
    if gone := len(result.skipped):
        noun = "table was" if gone == 1 else "tables were"
        session.screen.notice(f"{gone} {noun} not pruned: being deleted, or gone by now.")
    for why, count in result.left_alone.items():
        session.screen.notice(f"Left alone: {counted(count, 'backup')} {why.value}.")
    if Why.OTHER_OWNER in result.left_alone:
        session.screen.notice(_OTHER_OWNERS)
    session.screen.notice(pruned.summary(result, prices, yes=yes))
    if not yes and any(one.expired for one in result.tables):
        session.screen.notice(
            f"This was a dry run: nothing was deleted. To delete:\n{session.again('--yes')}"
        )
