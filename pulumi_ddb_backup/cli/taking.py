"""`ddb-backup backup`: takes backups, and waits until they are AVAILABLE."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from ..aws.fleet.records import FleetResult
from ..aws.fleet.requests import FleetRequest
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from ..display import final_line_of_set, skipped_lines
from . import failures, planning, regions, retaining, views
from .command import command
from .exit_codes import ExitCode
from .failures import broken
from .keeping import KEEPING, retention_of
from .options import AllRegions, Regions, Timeout
from .output import Result
from .pricing import PricesFile, known_prices
from .selecting import Exclude, Tables, Tags, is_one, selected
from .session import Session
from .stopping import is_left

NAME_DEFAULT: Final = "{table}-{timestamp}"
app = typer.Typer()


@command(app, after=KEEPING)
def backup(
    session: Session,
    tables: Tables = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Name of each backup; {table} and {timestamp} in it are filled in. Default: "
            f"{NAME_DEFAULT}.",
        ),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            metavar="PREFIX",
            show_default=False,
            help="Start of the names instead of --name; the UTC time and 8 hex digits follow.",
        ),
    ] = None,
    exclude: Exclude = None,
    tag: Tags = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
    all_or_nothing: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing",
            help="Start no backup unless every TABLE named exists and every region answers.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show what would be backed up, and start no backup."),
    ] = False,
    no_wait: Annotated[
        bool,
        typer.Option("--no-wait", help="Return as soon as AWS has started the backups."),
    ] = False,
    prices: PricesFile = None,
    **rules: Any,
) -> ExitCode:
    """Back up tables and wait until the backups are AVAILABLE.

    A table or region that fails does not stop the others. Ctrl-C stops the waiting, not the
    backups: they go on in AWS, and you are told how to go on waiting for them.

    With --keep-..., older backups whose names were made from --prefix and that no rule keeps are deleted once all
    backups of this run are AVAILABLE. If one fails, none is deleted.

    Examples:
        # One table
        $ ddb-backup backup orders
        # All production tables except caches
        $ ddb-backup backup 'prod-*' --exclude '*-cache'
        # Every table with a tag, in two regions
        $ ddb-backup backup --tag env=prod --region eu-west-1 --region us-east-1
        # See which tables it would be
        $ ddb-backup backup 'prod-*' --dry-run
        # Keep one a day for a week, and delete older ones
        $ ddb-backup backup 'prod-*' --prefix nightly- --keep-daily 7
        # Only the ARN, for a script
        $ ARN=$(ddb-backup backup orders --quiet)
    """
    if dry_run and no_wait:
        raise broken(
            "no_wait", "--dry-run and --no-wait exclude each other: a dry run starts nothing"
        )
    policy = None
    if retention := retention_of(rules):
        known = known_prices(session, prices)
        policy = retaining.policy_of(retention, prefix, known, timeout, no_wait=no_wait)
    chosen = selected(session, "back up", tables, exclude, tag, region, all_regions=all_regions)
    request = FleetRequest(
        **chosen,
        backup_name=NAME_DEFAULT if name is None and prefix is None else name,
        backup_name_prefix=prefix,
        timeout_seconds=timeout,
        all_or_nothing=all_or_nothing,
        waits=not no_wait,
    )
    alone = is_one(chosen)
    if dry_run:
        return planning.dry_run(session, request, policy, alone=alone)
    with session.watching(alone=alone) as watch:
        result = session.fleet(watch).create(request)
        ended = retaining.after(session, watch, result, policy) if policy else None
    missed = "not started" if no_wait else "not AVAILABLE"
    code = session.end(_result(session, result, ended, alone=alone), result.outcomes, missed)
    regions.tell_skipped(session, result.regions_skipped)
    if skipped := skipped_lines(result):
        session.screen.notice("\n".join(skipped))
    if no_wait:
        _tell_going_on(session, result)
    elif not result.failed and not alone:
        session.screen.notice(final_line_of_set(result))
    if ended:
        retaining.tell(session, ended)
    return retaining.code_with(code, ended)


def _result(
    session: Session, result: FleetResult, ended: retaining.Ended | None, *, alone: bool
) -> Result:
    """On a terminal, without rows that say no more than that Ctrl-C left a backup alone."""
    shown = [one for one in result.outcomes if not is_left(one)]
    many = len(result.outcomes) - len(shown) > failures.ARNS_TOLD
    watched = many and session.screen.result_is_watched
    rows = shown if watched else result.outcomes
    return views.taken(result, ended.as_json() if ended else None, alone=alone, shown=rows)


def _tell_going_on(session: Session, result: FleetResult) -> None:
    """What was started and is not waited for, and the command that does."""
    going_on = [one.backup for one in result.outcomes if one.backup and one.is_creating]
    if going_on:
        how_many = "The backup goes" if len(going_on) == 1 else f"{len(going_on)} backups go"
        arns, where = [one.backup_arn for one in going_on], [one.region for one in going_on]
        session.screen.notice(
            f"{how_many} on in AWS. {failures.waiting(arns, where, session.command)}"
        )
