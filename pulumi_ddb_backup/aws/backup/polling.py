"""Looking at the backups that operations wait for: one by one, or in a crowd all at once.

One page of ListBackups tells of 100 backups, one DescribeBackup of one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Final

from ..calls.account import FEW
from ..calls.aws_errors import AwsFailure
from ..clock import Clock, wait_at_most
from ..errors import AccessDeniedError
from ..records import BackupRecord, BackupStatus

LISTING_PAUSE_SECONDS: Final = 1.0

_LONG_AGO: Final = datetime.fromtimestamp(0, timezone.utc)
_log = logging.getLogger(__name__)

ListBackups = Callable[[datetime], Awaitable[Sequence[BackupRecord]]]
"""Reads all backups of the account and region that were made since then."""


class Poller:
    """Reads one list for all who wait, as long as they are more than a few."""

    def __init__(self, list_backups: ListBackups, clock: Clock) -> None:
        self.clock = clock
        self._list_backups = list_backups
        self._watches: dict[str, Watch] = {}
        self._lister: asyncio.Task[None] | None = None
        self._denied = False

    @contextmanager
    def watching(self, backup: BackupRecord) -> Iterator[Watch]:
        """Let the list tell of `backup` while the block runs."""
        watch = self._watches[backup.backup_arn] = Watch(self, backup)
        if self._worth_listing and not self.listing:
            self._lister = asyncio.get_running_loop().create_task(self._list())
        try:
            yield watch
        finally:
            self._watches.pop(backup.backup_arn, None)
            if not self._watches:
                self._denied = False  # the next crowd may be allowed to list

    @property
    def listing(self) -> bool:
        """Whether lists are being read now."""
        return self._lister is not None

    @property
    def _worth_listing(self) -> bool:
        return len(self._watches) > FEW and not self._denied

    async def _list(self) -> None:
        try:
            while self._worth_listing:
                since = min(watch.since for watch in self._watches.values())
                listed = await self._listed(since)
                for arn, watch in self._watches.items():
                    watch.hear(listed.get(arn))
                await self.clock.sleep(LISTING_PAUSE_SECONDS)
        except Exception:  # whoever waits goes on by itself
            _log.warning("the shared list failed", exc_info=True)
        finally:
            self._lister = None
            for watch in self._watches.values():
                watch.hear(None)

    async def _listed(self, since: datetime) -> dict[str, BackupRecord]:
        try:
            return {backup.backup_arn: backup for backup in await self._list_backups(since)}
        except AwsFailure as failure:
            self._denied = failure.row.error is AccessDeniedError
            return {}


class Watch:
    """What one waiting operation is told by the shared list."""

    def __init__(self, poller: Poller, backup: BackupRecord) -> None:
        self.since = backup.backup_creation_date_time or _LONG_AGO
        self._poller = poller
        self._listed: BackupRecord | None = None
        self._heard = asyncio.Event()
        self._news = asyncio.Event()

    def hear(self, backup: BackupRecord | None) -> None:
        """A list has been read to its end. None: it does not tell of this backup."""
        self._listed = backup
        self._heard.set()
        if backup is not None and backup.backup_status != BackupStatus.CREATING:
            self._news.set()

    async def look(self, within_seconds: float) -> BackupRecord | None:
        """The backup by the next list. None: it has to be asked about by itself."""
        if not self._poller.listing:
            return None
        if not self._news.is_set():
            self._heard.clear()
            await wait_at_most(self._poller.clock, within_seconds, self._heard.wait())
        return self._listed

    async def pause(self, seconds: float) -> None:
        """Let `seconds` pass, fewer when a list has news of the backup."""
        await wait_at_most(self._poller.clock, seconds, self._news.wait())
