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
    AVAILABLE = "AVAILABLE"
    DELETED = "DELETED"


class TableStatus(str, Enum):
    """The states of a table that matter here; in all others, nothing can be done with it."""

    CREATING = "CREATING"
    ACTIVE = "ACTIVE"
    UPDATING = "UPDATING"
    DELETING = "DELETING"


@dataclass(frozen=True, slots=True)
class BackupRequest:
    """One backup to take of one table.

    Attributes:
        table_name: A table's name or ARN.
        backup_name: The backup's name. Exactly one of this and `backup_name_prefix`.
        backup_name_prefix: The start of a name that is made when the backup is.
        timeout_seconds: The limit of the whole operation, 60 to 7200.
        identity: For a generated name: the digest of whoever asks. A backup that is being created
            under a name with this digest is taken to be this very request's, made by a run that
            was cut off, and is waited for instead of taking another. None never adopts.
        apart_from: ARNs of backups that are somebody's already, and are never adopted.
    """

    table_name: str
    backup_name: str | None = None
    backup_name_prefix: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    identity: str | None = None
    apart_from: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        """The table's plain name."""
        return plain_name(self.table_name)

    @property
    def table_arn(self) -> str | None:
        """The table's ARN, where the caller gave one."""
        arn = TableArn.parse(self.table_name)
        return arn.arn if arn else None

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validation.validate` knows."""
        return {
            "table_name": self.table_name,
            "backup_name": self.backup_name,
            "backup_name_prefix": self.backup_name_prefix,
            "timeout": self.timeout_seconds,
        }


@dataclass(frozen=True, slots=True)
class IndexShape:
    """A secondary index, as far as two can be compared.

    Attributes:
        kind: "local" or "global".
        name: Its name.
        keys: Its key attributes, each with HASH or RANGE.
        projection: ALL, KEYS_ONLY or INCLUDE.
        included: The attributes that INCLUDE names.
    """

    kind: str
    name: str
    keys: frozenset[tuple[str, str]]
    projection: str | None = None
    included: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableShape:
    """The keys and indexes of a table, as far as two tables can be compared.

    Attributes:
        keys: Its key attributes, each with HASH or RANGE.
        attributes: The names of all attributes that it defines.
        indexes: Its secondary indexes.
    """

    keys: frozenset[tuple[str, str]] = frozenset()
    attributes: frozenset[str] = frozenset()
    indexes: frozenset[IndexShape] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """DescribeTable's answer, as far as it matters here.

    `restored_from` is the backup that AWS says it was restored from, which AWS most likely tells
    only until the table is ACTIVE; `source_backup_date_time` is that backup's time, which AWS calls
    RestoreDateTime.
    """

    name: str
    arn: str
    status: str
    table_id: str | None = None
    size_bytes: int | None = None
    item_count: int | None = None
    stream_view_type: str | None = None
    deletion_protection: bool = False
    table_class: str | None = None
    restored_from: str | None = None
    source_backup_date_time: datetime | None = None
    creation_date_time: datetime | None = None
    shape: TableShape = TableShape()


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """A backup as AWS described it last. What AWS did not tell is None.

    Attributes:
        backup_arn: The backup's ARN.
        backup_name: The backup's name.
        backup_status: CREATING, AVAILABLE or DELETED.
        table_name: The plain name of the table that was backed up.
        table_arn: That table's ARN.
        table_id: That table's unique id.
        region: The region of both.
        backup_size_bytes: Size of the backup; AWS updates it about every six hours.
        backup_creation_date_time: When the backup was requested, with its time zone.
        table_size_bytes: Size of the table, as AWS knew it at the backup.
        item_count: Number of the table's items, as AWS knew it at the backup.
        elapsed_seconds: How long this operation took, from its first call to AVAILABLE.
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
        """This record, with what it lacks taken from `other`."""
        if other is None:
            return self
        lacking = {key: value for key, value in asdict(other).items() if getattr(self, key) is None}
        return replace(self, **lacking)


@dataclass(frozen=True, slots=True)
class BackupSummary:
    """One backup in a list. A recovery point of AWS Backup is in it with its own kind of ARN.

    Attributes:
        backup_arn: The backup's ARN; of AWS Backup's, `arn:aws:backup:...`.
        backup_name: The backup's name.
        backup_status: CREATING or AVAILABLE.
        backup_type: USER, SYSTEM (DynamoDB's own, of a deleted table) or AWS_BACKUP.
        table_name: The plain name of the table that was backed up.
        table_arn: That table's ARN.
        region: The region of that table.
        table_id: That table's unique id.
        backup_size_bytes: Size of the backup; AWS updates it about every six hours.
        backup_creation_date_time: When the backup was requested, with its time zone.
        backup_expiry_date_time: When AWS will delete it by itself; None for USER backups.
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
    """One look at an operation under way.

    Attributes:
        subject: What is waited for: "Backup" or "Table".
        status: Its status at this look, in AWS's words.
        elapsed_seconds: Time since the operation began.
        remaining_seconds: Time until its timeout.
        next_delay_seconds: Time until the next look.
        attempt: Number of this look, from 1.
        table_name: The table's plain name.
        backup_arn: The backup's ARN, once AWS has given one.
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
        """The line that a log shows."""
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
    """Who is told how an operation goes. Its own failures never harm the operation."""

    def progress(self, progress: Progress) -> None:
        """Called at each look, about every 1 to 5 seconds."""

    def notice(self, text: str) -> None:
        """Called for what a person should know and that is no failure."""


class Silent:
    """A listener that keeps nothing."""

    def progress(self, progress: Progress) -> None:
        pass

    def notice(self, text: str) -> None:
        pass
