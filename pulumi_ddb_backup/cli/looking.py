"""`ddb-backup list` and `show`: what there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Final, cast

import typer

from ..aws.calls.region_errors import judged
from ..aws.clock import SystemClock
from ..aws.errors import (
    BackupError,
    BackupNotFoundError,
    Facts,
    LookupCancelledError,
    Stage,
    ValidationError,
)
from ..aws.records import BackupStatus, BackupSummary
from ..aws.rules.arns import BackupArn as ParsedArn
from ..aws.rules.arns import TableArn
from ..aws.rules.choices import BackupType
from . import failures, values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .options import BackupArn, Prefix, Regions, Type, Types
from .output import Result
from .session import Session

app = typer.Typer()


class Status(str, Enum):
    """The states of a backup that is listed."""

    CREATING = "CREATING"
    AVAILABLE = "AVAILABLE"


class Sort(str, Enum):
    """What a list is sorted by."""

    TABLE = "table"
    NAME = "name"
    STATUS = "status"
    SIZE = "size"
    AGE = "age"
    TYPE = "type"


_KEYS: Final[dict[Sort, Callable[[BackupSummary], str | int | float]]] = {
    Sort.TABLE: lambda backup: backup.table_name,
    Sort.NAME: lambda backup: backup.backup_name,
    Sort.STATUS: lambda backup: backup.backup_status,
    Sort.SIZE: lambda backup: -1 if backup.backup_size_bytes is None else backup.backup_size_bytes,
    Sort.AGE: lambda backup: -_seconds(backup.backup_creation_date_time),
    Sort.TYPE: lambda backup: backup.backup_type,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which backups are looked for, in whatever region; see `Backups.find`."""

    table: str | None = None
    prefix: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    type: str = Type.USER.value


@dataclass(frozen=True, slots=True)
class Found:
    """The backups of some regions, and why those of others are not known."""

    backups: list[BackupSummary]
    errors: list[BackupError]


def find(session: Session, wanted: Wanted, regions: Sequence[str]) -> Found:
    """The backups that are wanted, in one region after the other.

    Raises:
        BackupError: Of a single region, or a cancel; what fails of several, `Found` has.
    """
    found = Found([], [])
    places = _places(wanted.table, regions)
    with session.watching(alone=True):
        for region in places:
            try:
                found.backups.extend(_find_in(session, wanted, region))
            except (LookupCancelledError, ValidationError):
                raise
            except BackupError as error:
                if len(places) == 1:
                    raise
                found.errors.append(error)
    working = {region for region in places if region} - {one.facts.region for one in found.errors}
    return Found(found.backups, [judged(error, working) for error in found.errors])


def _find_in(session: Session, wanted: Wanted, region: str | None) -> list[BackupSummary]:
    return session.backups(region).find(
        wanted.table,
        backup_name_prefix=wanted.prefix,
        since=wanted.since,
        until=wanted.until,
        backup_type=cast(BackupType, wanted.type),
    )


def _places(table: str | None, regions: Sequence[str]) -> list[str | None]:
    """The regions to look in; None is that of the environment."""
    arn = TableArn.parse(table or "")
    if arn is None:
        return [*dict.fromkeys(regions)] or [None]
    if regions and arn.region not in regions:
        reason = f"region '{regions[0]}' differs from '{arn.region}', the region in table_name"
        raise failures.broken("region", reason)
    return [arn.region]


@command(app)
def list_(
    session: Session,
    table: Annotated[
        str | None,
        typer.Argument(
            metavar="TABLE",
            show_default=False,
            help="Name or ARN of a table, which may be gone. Default: all tables.",
        ),
    ] = None,
    prefix: Prefix = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=values.moment,
            metavar="TIME",
            show_default=False,
            help="Only backups of then or later: 2026-01-31, 2026-01-31T12:00Z, or an age: 2d.",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=values.moment,
            metavar="TIME",
            show_default=False,
            help="Only backups of before then.",
        ),
    ] = None,
    type: Types = Type.USER,
    status: Annotated[
        Status | None,
        typer.Option(case_sensitive=False, show_default=False, help="Only backups in this state."),
    ] = None,
    sort: Annotated[
        Sort,
        typer.Option(case_sensitive=False, help="Smallest, or youngest, first."),
    ] = Sort.AGE,
    reverse: Annotated[bool, typer.Option("--reverse", help="Largest, or oldest, first.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="COUNT", show_default=False, help="Only so many, the first as sorted."
        ),
    ] = None,
    region: Regions = None,
) -> ExitCode:
    """List backups, the newest first.

    With --quiet, ARNs alone: ddb-backup wait $(ddb-backup list --status CREATING --quiet)
    """
    wanted = Wanted(table, prefix, since, until, type.value)
    found = find(session, wanted, region or ())
    backups = [one for one in found.backups if status in (None, one.backup_status)]
    backups = sorted(backups, key=_KEYS[sort], reverse=reverse)[:limit]
    for error in found.errors:
        session.tell(error)
    if not backups:
        session.screen.notice("No backup fits.")
    session.screen.result(
        Result(
            {"backups": backups, "failed": [failures.as_json(error) for error in found.errors]},
            views.listed(backups, SystemClock().now()) if backups else [],
            [backup.backup_arn for backup in backups],
        )
    )
    return code_of_all(found.errors)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


@command(app)
def show(session: Session, arn: BackupArn) -> ExitCode:
    """Show one backup, with all that AWS tells of it."""
    with session.watching(alone=True):
        backup = session.backups().describe(arn)
    if backup is None:
        raise _gone(arn)
    session.screen.result(views.described(backup, SystemClock().now()))
    if backup.backup_status != BackupStatus.AVAILABLE:
        session.screen.notice(
            f"It can't be restored yet. Wait for it: {session.command('wait', arn)}"
        )
    return ExitCode.DONE


def _gone(arn: str) -> BackupNotFoundError:
    parsed = ParsedArn.parse(arn)
    facts = Facts(parsed.table if parsed else "", parsed.region if parsed else "", backup_arn=arn)
    return BackupNotFoundError(
        Stage.READ,
        facts,
        "Backup '{backup_arn}' does not exist (any more)",
        "It would be one of table '{table_name}' in region '{region}'.",
    )
