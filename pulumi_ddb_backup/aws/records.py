"""What goes into an operation, what it tells on the way, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Protocol

from .rules.arns import TableArn, plain_name
from .rules.validation import BACKUP_TYPE_DEFAULT, TIMEOUT_DEFAULT_SECONDS


class BackupStatus(str, Enum):
    """The states of a backup.

        CreateBackup            (seconds to hours)          DeleteBackup
    ---------------> CREATING ----------------> AVAILABLE ----------------> DELETED
    """

    CREATING = "CREATING"
    """AWS is still copying the table. It can't be stopped or deleted meanwhile."""
    AVAILABLE = "AVAILABLE"
    """The backup is complete and can be restored."""
    DELETED = "DELETED"
    """The backup has been deleted."""


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """A request to back up one table.

    Attributes:
        table_name: The table's name (3 to 255 characters of `[a-zA-Z0-9_.-]`) or ARN. With an ARN, the table
            must have exactly that ARN, and its region is used.
        backup_name: The backup's name, 3 to 255 characters of `[a-zA-Z0-9_.-]`. Give either this or
            `backup_name_prefix`.
        backup_name_prefix: The start of a generated name, at most 230 characters. The UTC time and
            8 hex digits are added to it.
        timeout_seconds: Time limit for the whole operation in seconds, 60 to 7200. Default: 1800.
        identity: Identifies the caller in a generated name. If a backup with the same identity is
            still CREATING, an earlier run of this request must have started it: it is waited for
            instead of taking another. Default: None, which always takes a new backup.
        apart_from: ARNs of backups that belong to somebody else, and are never taken over.
    """

    table_name: str
    backup_name: str | None = None
    backup_name_prefix: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    identity: str | None = None
    apart_from: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        """The table's name."""
        return plain_name(self.table_name)

    @property
    def table_arn(self) -> str | None:
        """The table's ARN. None if the caller gave its name."""
        arn = TableArn.parse(self.table_name)
        return arn.arn if arn else None

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that `validate` knows."""
        return {
            "table_name": self.table_name,
            "backup_name": self.backup_name,
            "backup_name_prefix": self.backup_name_prefix,
            "timeout": self.timeout_seconds,
        }


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """A backup, as AWS last described it. A value that AWS did not give is None.

    Attributes:
        backup_arn: The backup's ARN.
        backup_name: The backup's name.
        backup_status: CREATING, AVAILABLE or DELETED.
        table_name: The name of the backed-up table.
        table_arn: The ARN of that table.
        table_id: The unique id of that table.
        region: The region of the table and the backup.
        backup_size_bytes: Size of the backup in bytes. AWS updates it about every six hours.
        backup_creation_date_time: When the backup was requested, with a time zone.
        table_size_bytes: Size of the table in bytes when the backup was taken. AWS updates it
            about every six hours.
        item_count: Number of items in the table when the backup was taken, updated likewise.
        elapsed_seconds: How long the operation took in seconds, from its first call to AVAILABLE.
    """

    backup_arn: str
    backup_name: str
    backup_status: str
    table_name: str
    table_arn: str
    region: str
    table_id: str | None = None
    backup_size_bytes: int | None = None
    backup_creation_date_time: datetime | None = None
    table_size_bytes: int | None = None
    item_count: int | None = None
    elapsed_seconds: float | None = None

    def completed_from(self, other: BackupRecord | None) -> BackupRecord:
        """A copy of this record, with each None replaced by the value in `other`.

        Args:
            other: Another record of the same backup. Default: None, which changes nothing.
        """
        if other is None:
            return self
        lacking = {key: value for key, value in asdict(other).items() if getattr(self, key) is None}
        return replace(self, **lacking)


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """A backup as ListBackups shows it. A value that AWS did not give is None.

    Attributes:
        backup_arn: The backup's ARN. A recovery point of AWS Backup has its own kind:
            `arn:aws:backup:...`.
        backup_name: The backup's name.
        backup_status: CREATING or AVAILABLE.
        backup_type: USER (on-demand), SYSTEM (kept by DynamoDB when a table with point-in-time
            recovery is deleted) or AWS_BACKUP.
        table_name: The name of the backed-up table.
        table_arn: The ARN of that table.
        region: The region of that table.
        table_id: The unique id of that table.
        backup_size_bytes: Size of the backup in bytes. AWS updates it about every six hours.
        backup_creation_date_time: When the backup was requested, with a time zone.
        backup_expiry_date_time: When AWS will delete the backup by itself. None for USER backups,
            which stay until somebody deletes them.
    """

    backup_arn: str
    backup_name: str
    backup_status: str
    backup_type: str
    table_name: str
    table_arn: str
    region: str
    table_id: str | None = None
    backup_size_bytes: int | None = None
    backup_creation_date_time: datetime | None = None
    backup_expiry_date_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class BackupQuery:
    """Which backups are looked for; see `Backups.find`."""

    table_name: str | None = None
    backup_name_prefix: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    backup_type: str = BACKUP_TYPE_DEFAULT
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS

    @property
    def table_arn(self) -> TableArn | None:
        """The parts of the table's ARN, where the caller gave one."""
        return TableArn.parse(self.table_name or "")

    @property
    def table(self) -> str | None:
        """The table's plain name; None for all tables."""
        return None if self.table_name is None else plain_name(self.table_name)

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validation.validate_query` knows."""
        return {
            "table_name": self.table_name,
            "backup_name_prefix": self.backup_name_prefix,
            "since": self.since,
            "until": self.until,
            "backup_type": self.backup_type,
            "timeout": self.timeout_seconds,
        }

    def matches(self, backup: BackupSummary) -> bool:
        """Whether a backup of the right table and type is looked for.

        AWS is asked for whole seconds only, so the times are compared here once more.
        """
        arn, moment = self.table_arn, backup.backup_creation_date_time
        return (
            backup.backup_status != BackupStatus.DELETED
            and (arn is None or backup.table_arn == arn.arn)
            and backup.backup_name.startswith(self.backup_name_prefix or "")
            and (self.since is None or moment is None or moment >= self.since)
            and (self.until is None or moment is None or moment < self.until)
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a running operation at one poll.

    Attributes:
        subject: What is being waited for: `Backup` or `Table`.
        status: Its status in AWS's words, such as CREATING.
        elapsed_seconds: Seconds since the operation began.
        remaining_seconds: Seconds left until the timeout. How long AWS will take is not known.
        next_delay_seconds: Seconds until the next poll.
        attempt: The number of this poll, from 1.
        table_name: The table's name.
        backup_arn: The backup's ARN. None until AWS has given one.
    """

    subject: str
    status: str
    elapsed_seconds: float
    remaining_seconds: float
    next_delay_seconds: float
    attempt: int
    table_name: str
    backup_arn: str | None = None

    @property
    def line(self) -> str:
        """This as a line for a log."""
        return f"{self.subject} status: {self.status}, Elapsed: {self.elapsed_seconds:.0f}s"

    @property
    def row(self) -> str:
        """The line that a row shows: Pulumi cuts a row at the terminal's width, so the time comes first."""
        table = "table " if self.subject == "Table" else ""
        elapsed, remaining = _minutes(self.elapsed_seconds), _minutes(self.remaining_seconds)
        return f"{elapsed} {table}{self.status}, timeout in {remaining}"

    def __str__(self) -> str:
        """The row, after the name of the table."""
        return f"{self.table_name}: {self.row}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{minutes}:{rest:02}"


class Listener(Protocol):
    """Receives the progress of an operation. An exception that it raises does not harm the operation.

    Any class with these two methods will do.
    """

    def progress(self, progress: Progress) -> None:
        """Called at each poll, about every 1 to 5 seconds.

        Args:
            progress: The state at this poll.
        """

    def notice(self, text: str) -> None:
        """Called with something that a person should know and that is not a failure.

        Args:
            text: One or more sentences.
        """


class Silent:
    """A listener that ignores everything. The default."""

    def progress(self, progress: Progress) -> None:
        """Do nothing.

        Args:
            progress: Ignored.
        """

    def notice(self, text: str) -> None:
        """Do nothing.

        Args:
            text: Ignored.
        """
