"""Finding backups: all pages of AWS's list, and what of them was looked for."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Final

from .calls.rate import Api
from .records import BackupQuery, BackupStatus, BackupSummary
from .run import Run

ALL_TABLES: Final = "*"
"""How an operation that concerns all tables of a region names them in its messages."""

_LONG_AGO: Final = datetime.fromtimestamp(0, timezone.utc)


async def find(query: BackupQuery, run: Run) -> list[BackupSummary]:
    """All backups that `query` asks for, newest first."""
    found: list[BackupSummary] = []
    after: str | None = None
    while True:

        async def page(
            within_seconds: float, after: str | None = after
        ) -> tuple[list[BackupSummary], str | None]:
            return await run.dynamodb.find_backups(query, after, within_seconds)

        backups, after = await run.call(Api.LIST_BACKUPS, page)
        found += (backup for backup in backups if query.matches(backup))
        if after is None:
            return sorted(found, key=_moment, reverse=True)


async def latest(query: BackupQuery, run: Run) -> BackupSummary | None:
    """The newest backup that `query` asks for and that can be restored."""
    found = await find(query, run)
    available = (backup for backup in found if backup.backup_status == BackupStatus.AVAILABLE)
    return next(available, None)


def _moment(backup: BackupSummary) -> tuple[datetime, str]:
    return backup.backup_creation_date_time or _LONG_AGO, backup.backup_arn
