"""Finding backups: all pages of AWS's list, and what of them was looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from ..calls.account import every_page
from ..calls.rate import Api
from ..records import BackupQuery, BackupStatus, BackupSummary
from ..running.run import Run
from .calls import describe_table, find_backups


@dataclass(frozen=True, slots=True)
class Recent:
    """A backup, and how old it is.

    Attributes:
        backup: The backup.
        age: Its age by AWS's clock.
    """

    backup: BackupSummary
    age: timedelta


_LONG_AGO: Final = datetime.fromtimestamp(0, timezone.utc)


async def find(query: BackupQuery, run: Run) -> list[BackupSummary]:
    """All backups that `query` asks for, newest first."""
    await run.require_allowed_caller(query.table_arn.arn if query.table_arn else None)
    pages = await every_page(
        Api.LIST_BACKUPS,
        lambda after: run.call(
            Api.LIST_BACKUPS, lambda within: find_backups(run.dynamodb, query, after, within)
        ),
        run.deadline,
    )
    found = (backup for page in pages for backup in page if query.matches(backup))
    return sorted(found, key=_moment, reverse=True)


async def latest(query: BackupQuery, run: Run) -> BackupSummary | None:
    """The newest backup that `query` asks for and that can be restored."""
    found = await find(query, run)
    available = (backup for backup in found if backup.backup_status == BackupStatus.AVAILABLE)
    return next(available, None)


async def recent(query: BackupQuery, within: timedelta, run: Run) -> Recent | None:
    """The newest AVAILABLE backup of the very table that exists now, if it is no older than this.

    A table that was deleted and made again under its name has another id: what was backed up of
    the old one says nothing of the new one's items.
    """
    table = await run.call(
        Api.DESCRIBE_TABLE,
        lambda within_seconds: describe_table(run.dynamodb, run.table_name, within_seconds),
    )
    for backup in await find(query, run):
        taken = backup.backup_creation_date_time
        if backup.backup_status == BackupStatus.AVAILABLE and taken is not None:
            same = table.table_id is not None and backup.table_id == table.table_id
            age = max(timedelta(), run.dynamodb.aws_now() - taken)
            return Recent(backup, age) if same and age <= within else None
    return None


def _moment(backup: BackupSummary) -> tuple[datetime, str]:
    return backup.backup_creation_date_time or _LONG_AGO, backup.backup_arn
