"""`ddb-backup backup`: takes backups, and waits until they are AVAILABLE."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ..aws.fleet.requests import FleetRequest
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from ..display import final_line_of_set, skipped_lines
from . import regions, views
from .command import command
from .exit_codes import ExitCode
from .options import AllRegions, Regions, Timeout
from .selecting import Exclude, Tables, Tags, selected
from .session import Session

NAME_DEFAULT: Final = "{table}-{timestamp}"
app = typer.Typer()


@command(app)
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
) -> ExitCode:
    """Back up tables and wait until the backups are AVAILABLE.

    A table or region that fails does not stop the others. Ctrl-C stops the waiting, not the
    backups: they go on in AWS, and you are told how to go on waiting for them.

    Examples:
        # One table
        $ ddb-backup backup orders
        # All production tables except caches
        $ ddb-backup backup 'prod-*' --exclude '*-cache'
        # Every table with a tag, in two regions
        $ ddb-backup backup --tag env=prod --region eu-west-1 --region us-east-1
        # Only the ARN, for a script
        $ ARN=$(ddb-backup backup orders --quiet)
    """
    chosen = selected(session, tables, tag, "back up")
    request = FleetRequest(
        tables=chosen.names,
        table_pattern=chosen.patterns,
        exclude_pattern=exclude or (),
        tags=chosen.tags,
        regions=region or (),
        all_regions=all_regions,
        backup_name=NAME_DEFAULT if name is None and prefix is None else name,
        backup_name_prefix=prefix,
        timeout_seconds=timeout,
        all_or_nothing=all_or_nothing,
    )
    alone = chosen.is_one(region, all_regions=all_regions)
    with session.watching(alone=alone) as watch:
        result = session.fleet(watch).create(request)
    code = session.end(views.taken(result, alone=alone), result.outcomes, "not AVAILABLE")
    regions.tell_skipped(session, result.regions_skipped)
    if skipped := skipped_lines(result):
        session.screen.notice("\n".join(skipped))
    if not result.failed and not alone:
        session.screen.notice(final_line_of_set(result))
    return code
