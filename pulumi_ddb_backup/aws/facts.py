"""What is known when something fails, and at which step it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from .records import BackupRecord


class Stage(str, Enum):
    """The step in which an operation failed. The message begins with its value."""

    TABLE = "Table Validation Failed"
    """Looking at the table, before anything was started."""
    CREATE = "Backup Creation Failed"
    """Starting the backup."""
    WAIT = "Backup Wait Failed"
    """Waiting for a backup that was started."""
    READ = "Backup Lookup Failed"
    """Looking up or listing backups."""
    DELETE = "Backup Deletion Failed"
    """Deleting a backup."""
    RESTORE = "Table Restore Failed"
    """Starting a restore, or waiting for it."""
    SETTINGS = "Restored Table Settings Failed"
    """Setting what AWS leaves out of a restore."""
    VAULT = "Vault Backup Failed"
    """Starting a backup in a vault of AWS Backup, or what comes before."""
    VAULT_WAIT = "Vault Backup Wait Failed"
    """Waiting for a backup in a vault that was started."""
    COPY = "Vault Copy Failed"
    """Copying a recovery point to another vault, or waiting for that."""
    POINT_READ = "Recovery Point Lookup Failed"
    """Looking up or listing recovery points."""
    POINT_DELETE = "Recovery Point Deletion Failed"
    """Deleting a recovery point."""
    POINT_RESTORE = "Recovery Point Restore Failed"
    """Restoring a recovery point to a new table."""
    COMPARE = "Comparison Failed"
    """Comparing two tables."""
    PRICES = "Price Lookup Failed"
    """Reading AWS's price list."""

    @property
    def stopped(self) -> str:
        """The same of a step that the caller has stopped, which is no failure."""
        return self.value.replace("Failed", "Stopped")


@dataclass(frozen=True, slots=True)
class Starting:
    """How it is told that an operation has started nothing, or perhaps something."""

    nothing: str
    doubtful: str

    def existing(self, facts: Facts) -> str:
        return (
            self.doubtful.format(table=facts.table_name, doubt=facts.doubt)
            if facts.doubt
            else (self.nothing)
        )


OF_BACKUPS: Final = Starting(
    "No backup was started", "A backup of table '{table}' may exist in AWS all the same: {doubt}"
)
_RESTORING: Final = Starting(
    "No restore was started", "Table '{table}' may be on its way in AWS all the same: {doubt}"
)
_IN_VAULT: Final = Starting(
    "No backup job was started",
    "A backup job of table '{table}' may be on its way in AWS all the same: {doubt}",
)
OF_RESTORES: Final = frozenset({Stage.RESTORE, Stage.SETTINGS, Stage.POINT_RESTORE})
OF_VAULTS: Final = frozenset({Stage.VAULT, Stage.VAULT_WAIT, Stage.COPY})
OF_OTHERS: Final[Mapping[Stage, Starting]] = {
    **dict.fromkeys(OF_RESTORES, _RESTORING),
    **dict.fromkeys(OF_VAULTS, _IN_VAULT),
}
"""Of the stages in which something else than a backup is started."""


class Made(Protocol):
    """What an operation has made in AWS beside a backup."""

    @property
    def told(self) -> str:
        """What it is, its state and its ARN, for the message of an error."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was known when an operation failed. Text that was not known is empty.

    Attributes:
        table_name: The table's name, or `*` if the error is not about one table.
        region: The region of the operation.
        timeout: The operation's time limit in seconds.
        status: The last known status of the backup or the table.
        backup_arn: The ARN of the backup.
        action: The IAM action of the failed call, such as `dynamodb:CreateBackup`.
        detail: The words of AWS or of the network library, without anything secret.
        record: The backup that this operation started or found, as AWS last described it. None if
            there is none.
        doubt: Why a backup may exist that this operation does not know of. Empty if there is no
            doubt.
        origin: What a table is restored from, such as `backup 'arn:...'`.
        made: What else the operation has made in AWS, such as the `RestoreRecord` of a restore.
            None if there is nothing.
    """

    table_name: str = ""
    region: str = ""
    timeout: int = 0
    status: str = ""
    backup_arn: str = ""
    action: str = ""
    detail: str = ""
    record: BackupRecord | None = None
    doubt: str = ""
    origin: str = ""
    made: Made | None = None
