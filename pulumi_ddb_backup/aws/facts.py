"""What is known when something fails, and at which step it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from .records import BackupRecord


class Stage(str, Enum):
    """The step an operation failed in, as its message begins."""

    TABLE = "Table Validation Failed"
    CREATE = "Backup Creation Failed"
    WAIT = "Backup Wait Failed"
    READ = "Backup Lookup Failed"
    DELETE = "Backup Deletion Failed"
    RESTORE = "Table Restore Failed"
    SETTINGS = "Restored Table Settings Failed"

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
OF_OTHERS: Final[Mapping[Stage, Starting]] = {
    Stage.RESTORE: _RESTORING,
    Stage.SETTINGS: _RESTORING,
}
"""Of the stages in which something else than a backup is started."""


class Made(Protocol):
    """What an operation has made in AWS beside a backup."""

    @property
    def told(self) -> str:
        """What it is, its state and its ARN, for the message of an error."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when something fails. A sentence may name any of these.

    Attributes:
        table_name: The table's plain name; `*` where no single table is concerned.
        region: The region of the operation.
        timeout: The operation's limit in seconds.
        status: The last status seen, of the backup or of the table.
        backup_arn: The ARN of the backup in question.
        action: The IAM action of the call that failed, such as `dynamodb:CreateBackup`.
        detail: AWS's or the transport's own words, sanitized.
        record: The backup as AWS described it last, where this operation started or found one.
        doubt: Why a backup may exist that is not known of here; empty when there is no doubt.
        made: What else the operation has made in AWS, as AWS described it last: a record of the
            capability that the operation belongs to.
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
    made: Made | None = None
