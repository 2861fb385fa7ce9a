"""`ddb-backup delete` and `sweep`: they delete backups, and neither does so unless asked twice."""

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
from ..aws.rules.text import counted, of_all
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS, validate
from . import failures, values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .failures import broken
from .finding import find, search
from .options import AllRegions, BackupArns, Regions, Timeout, Type
from .session import Session

app = typer.Typer()

_NOT_DELETED: Final = "not deleted, or not known to be"

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")]


@command(app)
def delete(
    session: Session,
    arns: BackupArns,
    yes: Yes = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Delete backups. This can't be undone.

    Shows the backups and asks before it deletes them. Where there is no terminal to ask at, it needs
    --yes. A backup in use is deleted as soon as it no longer is. One that is gone already is no
    failure. One that can't be looked up is kept.

    Examples:
        # Shows what would go, and asks
        $ ddb-backup delete $(ddb-backup list orders --until 90d --quiet)
    """
    wanted = list(dict.fromkeys(arns))
    outcomes = _deleted(session, wanted, timeout) if yes else _asked(session, wanted, timeout)
    if outcomes is None:
        session.screen.error("Not confirmed: nothing was deleted.")
        return ExitCode.USAGE
    return session.end(views.deleted(outcomes, wanted), outcomes, _NOT_DELETED)


def _asked(
    session: Session, arns: Sequence[str], timeout_seconds: int
) -> Sequence[TableOutcome] | None:
    """How deleting ended for each, once the person at the terminal has said yes; else None."""
    _require_arns(arns)
    if not session.screen.can_ask():
        raise broken("arns", "There is no terminal to ask at. To delete, add --yes")
    with session.watching(alone=True) as watch:
        seen = session.fleet(watch).describe(arns, timeout_seconds)
    there = [outcome.record for outcome in seen if outcome.record is not None]
    if kept := failures.errors_of(seen):
        session.screen.notice(
            f"{of_all(len(kept), len(seen), 'backup')} could not be looked up, and will be kept."
        )
    if not there:
        return seen
    session.screen.table(views.to_delete(there, SystemClock().now()))
    what = "this backup" if len(there) == 1 else f"these {len(there)} backups"
    size = views.size_of_all(there)
    if not session.screen.agreed(f"Delete {what}, {size}? It can't be undone. [y/N]"):
        return None
    left = [backup.backup_arn for backup in there]
    deleted = dict(zip(left, _deleted(session, left, timeout_seconds), strict=True))
    return [deleted.get(arn, outcome) for arn, outcome in zip(arns, seen, strict=True)]


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
    all_regions: AllRegions = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Delete them. Without it, they are only listed.")
    ] = False,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Delete old backups that tests left behind.

    Without --yes, they are only listed. A backup goes only if it is AVAILABLE, you made it (type
    USER), its name starts with the prefix and it is older than the age. The command can be repeated
    at any time.

    Examples:
        # See what would go, then delete it
        $ ddb-backup sweep --prefix tf-acc-test --older-than 2d
        $ ddb-backup sweep --prefix tf-acc-test --older-than 2d --yes
    """
    now = SystemClock().now()
    before = now - older_than
    asked = search(
        session, None, None, region, all_regions=all_regions, prefix=prefix, until=before
    )
    found = find(session, asked)
    matching = chosen(found.backups, prefix, before)
    outcomes = _deleted(session, [one.backup_arn for one in matching], timeout) if yes else []
    session.end(views.swept(matching, outcomes, found, now, yes=yes), outcomes, _NOT_DELETED)
    if not matching:
        session.screen.notice("No backup matches, and nothing was deleted.")
    elif not yes:
        session.screen.notice(_dry_run(session, matching))
    return code_of_all([*found.errors.values(), *failures.errors_of(outcomes)])


def _deleted(session: Session, arns: Sequence[str], timeout_seconds: int) -> list[TableOutcome]:
    with session.watching(alone=False) as watch:
        return session.fleet(watch).delete(arns, timeout_seconds)


def _dry_run(session: Session, matching: Sequence[BackupSummary]) -> str:
    size = views.size_of_all(matching)
    return (
        "This was a dry run: nothing was deleted. "
        f"To delete {counted(len(matching), 'backup')}, {size}:\n"
        f"{session.again('--yes')}"
    )
