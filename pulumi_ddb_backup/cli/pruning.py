"""`ddb-backup prune`: what a retention keeps of each table, and what goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import typer

from ..aws.clock import SystemClock
from ..aws.cost.estimate import a_month
from ..aws.cost.prices import Prices
from ..aws.cost.words import amount_text
from ..aws.fleet.records import TableOutcome, told_first
from ..aws.records import BackupSummary
from ..aws.retention.operation import Prunes
from ..aws.retention.records import Kept, PrunedTable, PruneRequest, PruneResult, Retention, Why
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from ..display import iso
from . import failures, regions, unsearched, values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .options import AllRegions, Regions, Timeout
from .output import Result, Table
from .pricing import PricesFile, a_month_text, as_json, known_prices
from .selecting import Exclude, Tables, Tags, selected
from .session import Session

app = typer.Typer()

_RULES: Final = "Which backups to keep"
_OTHER_OWNERS: Final = (
    "To prune those of a resource or hook, add --owner with the first four of the eight digits that "
    "end their names."
)


def _keep(metavar: str, help: str) -> Any:
    return typer.Option(metavar=metavar, show_default=False, rich_help_panel=_RULES, help=help)


@command(app)
def prune(
    session: Session,
    prefix: Annotated[
        str,
        typer.Option(
            metavar="PREFIX",
            show_default=False,
            help="Only backups that this tool or a Pulumi program named with this prefix. {table} in "
            "it stands for the table's name.",
        ),
    ],
    tables: Tables = None,
    exclude: Exclude = None,
    tag: Tags = None,
    keep_last: Annotated[int, _keep("N", "The newest N.")] = 0,
    keep_hourly: Annotated[int, _keep("N", "The newest of each of N hours.")] = 0,
    keep_daily: Annotated[int, _keep("N", "The newest of each of N days.")] = 0,
    keep_weekly: Annotated[int, _keep("N", "The newest of each of N weeks.")] = 0,
    keep_monthly: Annotated[int, _keep("N", "The newest of each of N months.")] = 0,
    keep_yearly: Annotated[int, _keep("N", "The newest of each of N years.")] = 0,
    keep_within: Annotated[
        timedelta | None,
        typer.Option(
            parser=values.age,
            metavar="AGE",
            show_default=False,
            rich_help_panel=_RULES,
            help="All that are at most this much older than the newest, such as 36h or 30d.",
        ),
    ] = None,
    timezone: Annotated[
        str, _keep("ZONE", "Where days begin, such as Europe/Berlin. Default: UTC.")
    ] = "UTC",
    owner: Annotated[
        str | None,
        typer.Option(
            metavar="DIGITS",
            show_default=False,
            help="Prune the backups of this resource or hook: the first four of the eight hex digits "
            "that end their names. Default: those that `ddb-backup backup --prefix` took.",
        ),
    ] = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    prices: PricesFile = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Delete them. Without it, they are only listed.")
    ] = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Delete the backups of a table that no rule keeps.

    Without --yes, nothing is deleted. The rules are restic's: a backup stays if any rule keeps it,
    and periods without a backup don't count. Only AVAILABLE backups of the table that has the name
    now can go, and only if their names were made from the prefix. The newest always stays. The command
    can be repeated at any time.

    Examples:
        # See what would go, then delete it
        $ ddb-backup prune 'prod-*' --prefix nightly- --keep-daily 7
        $ ddb-backup prune 'prod-*' --prefix nightly- --keep-daily 7 --yes
    """
    known = known_prices(prices)
    chosen = selected(session, "prune", tables, exclude, tag, region, all_regions=all_regions)
    request = PruneRequest(
        **chosen,
        retention=Retention(
            keep_last=keep_last,
            keep_hourly=keep_hourly,
            keep_daily=keep_daily,
            keep_weekly=keep_weekly,
            keep_monthly=keep_monthly,
            keep_yearly=keep_yearly,
            keep_within=keep_within,
            timezone=timezone,
        ),
        backup_name_prefix=prefix,
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
    return code_of_all([*result.errors.values(), *failures.errors_of(_failed(result))])


def _failed(result: PruneResult) -> list[TableOutcome]:
    """What went wrong for a table or one of its backups, where its region is not to blame."""
    return [
        TableOutcome(one.table, error=error)
        for one in result.tables
        if one.table.region not in result.errors
        for error in [*([one.error] if one.error else []), *one.failed.values()]
    ]


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
            "tables": [_as_json(one) for one in result.tables],
            "kept": _totals(_kept(result), prices),
            "expired": _totals(expired, prices),
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


def _as_json(one: PrunedTable) -> dict[str, object]:
    left: dict[str, int] = {}
    for _, why in one.left_alone:
        left[why.name.lower()] = left.get(why.name.lower(), 0) + 1
    return {
        "table_name": one.table.table_name,
        "region": one.table.region,
        "kept": [
            {
                "backup": kept.backup,
                "reasons": [
                    {"rule": each.rule, "period": each.period or None, "oldest": each.oldest}
                    for each in kept.reasons
                ],
            }
            for kept in one.kept
        ],
        "expired": one.expired,
        "deleted": one.deleted,
        "failed": [
            {"backup_arn": arn, "error": failures.as_json(error)}
            for arn, error in one.failed.items()
        ],
        "left_alone": left,
        "error": failures.as_json(one.error) if one.error else None,
    }


def _totals(backups: Sequence[BackupSummary], prices: Mapping[str, Prices]) -> dict[str, object]:
    return {
        "count": len(backups),
        "size_bytes": sum(backup.backup_size_bytes or 0 for backup in backups),
        "cost_a_month": as_json(a_month(backups, prices)),
    }


def _kept(result: PruneResult) -> list[BackupSummary]:
    return [kept.backup for one in result.tables for kept in one.kept]


def _tell(
    session: Session, result: PruneResult, prices: Mapping[str, Prices], *, yes: bool
) -> None:
    regions.tell(session, result)
    failed = _failed(result)
    if len(failed) == 1:
        session.tell(failures.errors_of(failed)[0])
    elif failed:
        told = failures.errors_of(failed)
        lines = told_first([failures.line(outcome) for outcome in failed])
        steps = failures.next_steps_of_all(told, session.command, session.again())
        session.screen.error(
            "\n".join([f"{len(failed)} deletions or tables failed:", *lines, *steps])
        )
    if gone := len(result.skipped):
        noun = "table was" if gone == 1 else "tables were"
        session.screen.notice(f"{gone} {noun} not pruned: being deleted, or gone by now.")
    for why, count in result.left_alone.items():
        session.screen.notice(f"Left alone: {_counted(count)} {why.value}.")
    if Why.OTHER_OWNER in result.left_alone:
        session.screen.notice(_OTHER_OWNERS)
    session.screen.notice(_summary(result, prices, yes=yes))
    if not yes and any(one.expired for one in result.tables):
        session.screen.notice(
            f"This was a dry run: nothing was deleted. To delete:\n{session.again('--yes')}"
        )


def _summary(result: PruneResult, prices: Mapping[str, Prices], *, yes: bool) -> str:
    kept, expired = _kept(result), [each for one in result.tables for each in one.expired]
    gone = {arn for one in result.tables for arn in one.deleted}
    away = [backup for backup in expired if backup.backup_arn in gone] if yes else expired
    verb = "stays" if len(kept) == 1 else "stay"
    if not kept and not expired:
        return "No backup was considered, and nothing was deleted."
    stays = f"{_counted(len(kept))} {verb}, {_size(kept)}{a_month_text(a_month(kept, prices))}."
    if not away:
        return f"{stays} Nothing {'was deleted' if yes else 'to delete'}."
    saved = a_month(away, prices)
    less = f", about {amount_text(saved)} a month less" if saved.prices else ""
    verb = ("was deleted" if len(away) == 1 else "were deleted") if yes else "would go"
    return f"{stays} {_counted(len(away))} {verb}, {_size(away)}{less}."


def _counted(count: int) -> str:
    return "1 backup" if count == 1 else f"{count} backups"


def _size(backups: Sequence[BackupSummary]) -> str:
    return views.sum_of([backup.backup_size_bytes for backup in backups])
