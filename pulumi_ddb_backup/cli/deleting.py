"""`ddb-backup delete` and `sweep`: what makes backups go. Neither does so without being asked twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from ..aws.clock import SystemClock
from ..aws.errors import ValidationError
from ..aws.fleet.records import TableOutcome
from ..aws.records import BackupStatus, BackupSummary
from ..aws.rules.arns import BackupArn
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS, validate
from . import failures, values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .failures import broken
from .looking import Found, Wanted, find
from .options import BackupArns, Regions, Timeout, Type
from .output import Result
from .session import Session

app = typer.Typer()

_NOT_DELETED: Final = "not deleted, or not known to be"

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Delete, without a question.")]


@command(app)
def delete(
    session: Session,
    arns: BackupArns,
    yes: Yes = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Delete backups. This can't be undone.

    Asks on a terminal, and elsewhere takes --yes. A backup that is gone already is no failure.

    Examples:
        # Asks before it deletes
        $ ddb-backup delete $(ddb-backup list orders --until 90d --quiet)
    """
    wanted = list(dict.fromkeys(arns))
    if not yes and not _agreed(session, wanted):
        session.screen.error("Not confirmed: nothing was deleted.")
        return ExitCode.USAGE
    with session.watching(alone=False) as watch:
        outcomes = session.fleet(watch).delete(wanted, timeout)
    return session.end(views.deleted(outcomes, wanted), outcomes, _NOT_DELETED)


def _agreed(session: Session, arns: Sequence[str]) -> bool:
    """Whether the person at the terminal says yes."""
    _require_arns(arns)
    if not session.screen.can_ask():
        raise broken("arns", "Deleting takes --yes where there is no terminal to ask at")
    what = "this backup" if len(arns) == 1 else f"these {len(arns)} backups"
    return session.screen.agreed("\n".join([*arns, f"Delete {what}? It can't be undone. [y/N]"]))


def _require_arns(arns: Sequence[str]) -> None:
    """Nobody is asked about what is no backup."""
    if failed := [each for arn in arns for each in validate({"existing_backup_arn": arn})]:
        raise ValidationError(failed)


def chosen(backups: Iterable[BackupSummary], prefix: str, before: datetime) -> list[BackupSummary]:
    """Of `backups`, exactly those that a sweep may delete: what is not sure does not match.

    Args:
        backups: Any backups.
        prefix: How their names must begin; empty matches none.
        before: They must have been requested before this moment.
    """
    return [
        backup
        for backup in backups
        if prefix
        and backup.backup_name.startswith(prefix)
        and backup.backup_type == Type.USER
        and backup.backup_status == BackupStatus.AVAILABLE
        and backup.backup_creation_date_time is not None
        and backup.backup_creation_date_time < before
        and BackupArn.parse(backup.backup_arn) is not None
    ]


@command(app)
def sweep(
    session: Session,
    prefix: Annotated[
        str,
        typer.Option(
            metavar="PREFIX", show_default=False, help="Only backups whose names start with this."
        ),
    ],
    older_than: Annotated[
        timedelta,
        typer.Option(
            parser=values.age,
            metavar="AGE",
            show_default=False,
            help="Only backups older than this, such as 2d, 36h or 1w.",
        ),
    ],
    region: Regions = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Delete them. Without it, they are only listed.")
    ] = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Delete old backups that tests left behind.

    Without --yes, they are only listed.

    Of the regions asked for, it takes AVAILABLE backups that were made by you (type USER), begin
    with the prefix and are older than that, and no others. It may be repeated at any time.

    Examples:
        # See what would go, then delete it
        $ ddb-backup sweep --prefix tf-acc-test --older-than 2d
        $ ddb-backup sweep --prefix tf-acc-test --older-than 2d --yes
    """
    now = SystemClock().now()
    before = now - older_than
    found = find(session, Wanted(prefix=prefix, until=before), region or ())
    matching = chosen(found.backups, prefix, before)
    for error in found.errors:
        session.tell(error)
    outcomes = _deleted(session, matching, timeout) if yes else []
    session.end(_swept(matching, outcomes, found, now, yes=yes), outcomes, _NOT_DELETED)
    if not matching:
        session.screen.notice("Nothing matches, and nothing was deleted.")
    elif not yes:
        session.screen.notice(_dry_run(session, matching))
    return code_of_all([*found.errors, *failures.errors_of(outcomes)])


def _deleted(
    session: Session, backups: Sequence[BackupSummary], timeout_seconds: int
) -> list[TableOutcome]:
    arns = [backup.backup_arn for backup in backups]
    with session.watching(alone=False) as watch:
        return session.fleet(watch).delete(arns, timeout_seconds)


def _swept(
    matching: Sequence[BackupSummary],
    outcomes: Sequence[TableOutcome],
    found: Found,
    now: datetime,
    *,
    yes: bool,
) -> Result:
    arns = [backup.backup_arn for backup in matching]
    gone = views.gone(outcomes, arns)
    unknown = [failures.as_json(error) for error in found.errors]
    return Result(
        {
            "dry_run": not yes,
            "matching": matching,
            "deleted": gone,
            "failed": [*unknown, *failures.of_outcomes(outcomes)],
        },
        views.listed(matching, now, gone if yes else None) if matching else [],
        gone if yes else arns,
    )


def _dry_run(session: Session, matching: Sequence[BackupSummary]) -> str:
    size = views.size_of(sum(backup.backup_size_bytes or 0 for backup in matching))
    return (
        f"A dry run: nothing was deleted. {len(matching)} would be, {size} in all, by\n"
        f"{session.again('--yes')}"
    )
