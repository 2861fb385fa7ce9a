"""`ddb-backup wait`: waits for backups that exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from ..aws.errors import ValidationError
from ..aws.fleet.finding import FindResult
from ..aws.records import BackupStatus
from ..aws.rules.arns import BackupArn
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS, Failure, validate
from . import completing, failures, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .failures import broken
from .finding import Exclude, find, search
from .options import AllRegions, Prefix, Regions, Timeout
from .session import Session

app = typer.Typer()

_NOTHING: Final = "Nothing to wait for: no ARN was given."


@command(app)
def wait(
    session: Session,
    backups: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARN|TABLE|PATTERN",
            autocompletion=completing.backups_or_tables,
            show_default=False,
            help="ARNs of the backups. With --all: names, ARNs or patterns of the tables whose backups "
            "to wait for. Default: all tables.",
        ),
    ] = None,
    all: Annotated[
        bool, typer.Option("--all", help="Wait for every backup that is CREATING.")
    ] = False,
    exclude: Exclude = None,
    prefix: Prefix = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Wait until backups are AVAILABLE.

    All are waited for at the same time. A backup that is AVAILABLE already is reported at once. If
    there is nothing to wait for, the command succeeds. --exclude, --prefix, --region and
    --all-regions need --all.

    Examples:
        # One backup, for instance after Ctrl-C
        $ ddb-backup wait $(ddb-backup list orders --limit 1 --quiet)
        # Every backup of a production table that is still CREATING
        $ ddb-backup wait --all 'prod-*'
    """
    given = list(dict.fromkeys(backups or ()))
    options = {
        "--exclude": exclude,
        "--prefix": prefix,
        "--region": region,
        "--all-regions": all_regions,
    }
    found = FindResult([])
    if all:
        if any(map(BackupArn.parse, given)):
            raise broken("all", "--all waits for all backups that are CREATING: leave the ARN out")
        asked = search(
            session,
            given,
            exclude,
            region,
            all_regions=all_regions,
            prefix=prefix,
            timeout=timeout,
        )
        found = find(session, asked)
        creating = (one for one in found.backups if one.backup_status == BackupStatus.CREATING)
        given = [one.backup_arn for one in creating]
    else:
        _require_arns(given, timeout, [option for option, value in options.items() if value])
    if not given:
        session.screen.notice("Nothing to wait for: no backup is CREATING." if all else _NOTHING)
    with session.watching(alone=len(given) == 1) as watch:
        outcomes = session.fleet(watch).wait(given, timeout)
    session.end(views.waited_for(outcomes, found), outcomes, "not AVAILABLE")
    return code_of_all([*found.errors.values(), *failures.errors_of(outcomes)])


def _require_arns(given: Sequence[str], timeout_seconds: int, options: Sequence[str]) -> None:
    """All of them are checked before any is waited for."""
    if options:
        raise broken("all", f"{options[0]} needs --all; an ARN names its own region and table")
    checked = [{"existing_backup_arn": arn, "timeout": timeout_seconds} for arn in given]
    failed = [failure for inputs in checked for failure in validate(inputs)]
    if any(not arn.startswith("arn:") for arn in given):
        failed.append(Failure("all", "To wait for the backups of a table, add --all"))
    if failed:
        raise ValidationError(failed)
