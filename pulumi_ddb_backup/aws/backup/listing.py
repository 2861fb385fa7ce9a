"""Lists of backups: one read for each who asks, or one for a whole crowd."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ..calls.account import Account
from ..calls.rate import Api
from ..calls.sharing import SharedReading
from ..clock import Deadline
from ..records import BackupRecord, BackupStatus
from . import calls
from .polling import Poller

LISTING_TIMEOUT_SECONDS: Final = 60.0
LONGEST_BACKUP: Final = timedelta(days=1)
"""No backup is expected to be CREATING for longer."""


class Lists:
    """What the operations of one account share: one list for all who wait, and one for all who look.

    Attributes:
        poller: Looks at the backups that are waited for.
        running: The list in which a crowd looks for backups that are being created.
    """

    def __init__(self, account: Account) -> None:
        async def since_then(since: datetime) -> Sequence[BackupRecord]:
            deadline = Deadline(account.clock, LISTING_TIMEOUT_SECONDS)
            return await list_backups(account, None, since, deadline)

        self.poller = Poller(since_then, account.clock)
        self.running: SharedReading[list[BackupRecord]] = SharedReading()


def poller_of(account: Account) -> Poller:
    """The poller that all operations of an account share."""
    return account.part(Lists).poller


async def list_backups(
    account: Account, table: str | None, since: datetime | None, deadline: Deadline
) -> list[BackupRecord]:
    """All on-demand backups of `table`, or of all tables, that were made since then."""
    return await account.all_items(
        Api.LIST_BACKUPS,
        lambda after, within: calls.list_backups(account.dynamodb, table, since, after, within),
        deadline,
    )


async def list_running(account: Account, table: str, deadline: Deadline) -> list[BackupRecord]:
    """The backups of `table` that are being created. A crowd reads one list of all tables."""
    since = account.dynamodb.aws_now() - LONGEST_BACKUP
    if account.crowded:
        lists = account.part(Lists)
        listed = await lists.running.get(lambda: list_backups(account, None, since, deadline))
    else:
        listed = await list_backups(account, table, since, deadline)
    return [
        backup
        for backup in listed
        if backup.table_name == table and backup.backup_status == BackupStatus.CREATING
    ]
