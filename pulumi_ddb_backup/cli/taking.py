"""`ddb-backup backup` and `wait`: what ends with a backup that is AVAILABLE."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from ..aws.errors import BackupCancelledError, BackupError, Facts, Stage, ValidationError
from ..aws.fleet.records import TableOutcome
from ..aws.fleet.requests import FleetRequest, TableRef
from ..aws.rules.arns import BackupArn
from ..aws.rules.text import shown
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS, validate
from ..display import final_line_of_set, skipped_lines
from . import values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .failures import broken, errors_of
from .options import BackupArns, Regions, Timeout
from .session import Session

NAME_DEFAULT: Final = "{table}-{timestamp}"
app = typer.Typer()


@command(app)
def backup(
    session: Session,
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE|PATTERN...",
            show_default=False,
            help="Names or ARNs of tables, and shell patterns of names in quotes, such as 'prod-*'.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=NAME_DEFAULT,
            help="Name of each backup, in which {table} and {timestamp} are filled in.",
        ),
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(
            metavar="PREFIX",
            show_default=False,
            help="Start of the names instead; the UTC time and 8 hex digits follow.",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN",
            show_default=False,
            help="Leave out tables whose names match, of those that patterns or tags bring in.",
        ),
    ] = None,
    tag: Annotated[
        list[values.Tag] | None,
        typer.Option(
            parser=values.tag,
            metavar="KEY=VALUE",
            show_default=False,
            help="Tables that carry this tag; with patterns, only those of them. Of several, all.",
        ),
    ] = None,
    region: Regions = None,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
    all_or_nothing: Annotated[
        bool,
        typer.Option("--all-or-nothing", help="Start nothing unless every named TABLE exists."),
    ] = False,
) -> ExitCode:
    """Back tables up, and wait until the backups are AVAILABLE.

    What fails for one table or region stops no other. The output is the backup's line; of several tables or
    a pattern, a table. Ctrl-C stops waiting, not AWS: it tells what goes on there.
    """
    names = [table for table in tables or () if not values.is_pattern(table)]
    patterns = [table for table in tables or () if values.is_pattern(table)]
    tags = tag or []
    _require_selection(names, patterns, tags)
    session.names = {f"tables[{n}]": f"TABLE {shown(one)}" for n, one in enumerate(names)}
    request = FleetRequest(
        tables=names,
        table_pattern=patterns,
        exclude_pattern=exclude or (),
        tags={one.key: one.value for one in tags},
        regions=region or (),
        backup_name=NAME_DEFAULT if name is None and prefix is None else name,
        backup_name_prefix=prefix,
        timeout_seconds=timeout,
        all_or_nothing=all_or_nothing,
    )
    alone = len(names) == 1 and not request.searches and len(region or ()) <= 1
    with session.watching(alone=alone) as watch:
        result = session.fleet(watch).create(request)
    code = session.end(views.taken(result, alone=alone), result.outcomes, "not AVAILABLE")
    if skipped := skipped_lines(result):
        session.screen.notice("\n".join(skipped))
    if not result.failed and not alone:
        session.screen.notice(final_line_of_set(result))
    return code


def _require_selection(names: list[str], patterns: list[str], tags: list[values.Tag]) -> None:
    if not names and not patterns and not tags:
        raise broken("tables", "Say which tables: TABLE, PATTERN or --tag")
    if names and tags and not patterns:
        raise broken(
            "tags",
            "--tag narrows patterns, and a TABLE is none. Leave --tag out, or add '*' to back up "
            "all tables that carry it as well",
        )
    if len({tag.key for tag in tags}) < len(tags):
        raise broken("tags", "--tag takes each key once: no table carries two values of one")


@command(app)
def wait(
    session: Session, arns: BackupArns, timeout: Timeout = TIMEOUT_DEFAULT_SECONDS
) -> ExitCode:
    """Wait until backups that exist are AVAILABLE, for one after the other.

    The timeout is that of each. A backup that is AVAILABLE already is told at once.
    """
    parsed = _parsed(arns, timeout)
    outcomes: list[TableOutcome] = []
    with session.watching(alone=True):
        for arn in parsed:
            cancelled = code_of_all(errors_of(outcomes)) is ExitCode.INTERRUPTED
            outcomes.append(_cancelled(arn) if cancelled else _waited(session, arn, timeout))
    return session.end(views.waited_for(outcomes), outcomes, "not AVAILABLE")


def _parsed(arns: list[str], timeout_seconds: int) -> list[BackupArn]:
    """All of them are checked before any is waited for."""
    failures = [
        failure
        for arn in arns
        for failure in validate({"existing_backup_arn": arn, "timeout": timeout_seconds})
    ]
    if failures:
        raise ValidationError(failures)
    return [parsed for arn in dict.fromkeys(arns) if (parsed := BackupArn.parse(arn))]


def _waited(session: Session, arn: BackupArn, timeout_seconds: int) -> TableOutcome:
    table = TableRef(arn.region, arn.table)
    try:
        return TableOutcome(table, session.backups().resume(arn.arn, timeout_seconds))
    except BackupError as error:
        return TableOutcome(table, error=error)


def _cancelled(arn: BackupArn) -> TableOutcome:
    """What Ctrl-C leaves of a backup whose turn has not come."""
    facts = Facts(arn.table, arn.region, status="not known", backup_arn=arn.arn)
    error = BackupCancelledError(Stage.WAIT, facts)
    return TableOutcome(TableRef(arn.region, arn.table), error=error)
