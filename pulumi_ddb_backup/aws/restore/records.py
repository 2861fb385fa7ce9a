"""What goes into a restore, what is known of its backup, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ..records import BackupRecord, IndexShape
from ..rules.arns import BackupArn
from .rules import FROM_SOURCE, RESTORE_TIMEOUT_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True)
class Throughput:
    """Provisioned capacity of a table, in units a second."""

    read_capacity_units: int
    write_capacity_units: int


@dataclass(frozen=True, slots=True)
class SseSpecification:
    """Server-side encryption of a restored table.

    Attributes:
        enabled: True for a key of KMS, False for the key that AWS owns.
        kms_master_key_id: Id, ARN or alias of the key; None is DynamoDB's own key in KMS.
    """

    enabled: bool = True
    kms_master_key_id: str | None = None


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Settings that AWS does not carry over to a restored table. They only switch on and add.

    Attributes:
        tags: Tags to set.
        time_to_live_attribute: Attribute with the time at which an item expires. Items that have
            expired since the backup are soon deleted from the restored table too.
        stream_view_type: What the stream holds: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or
            NEW_AND_OLD_IMAGES.
        point_in_time_recovery: Whether to enable it.
        recovery_period_days: How far back it goes, 1 to 35 days; None is AWS's default.
        deletion_protection: Whether to enable it.
        table_class: STANDARD or STANDARD_INFREQUENT_ACCESS.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    time_to_live_attribute: str | None = None
    stream_view_type: str | None = None
    point_in_time_recovery: bool = False
    recovery_period_days: int | None = None
    deletion_protection: bool = False
    table_class: str | None = None

    def joined(self, other: TableSettings) -> TableSettings:
        """These settings, with those that `other` makes."""
        names = TableSettings.__slots__
        return TableSettings(
            **{name: getattr(other, name) or getattr(self, name) for name in names}
        )


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """One backup to restore to one new table.

    Attributes:
        target_table_name: Name of the table to make. No table may have it, unless an earlier
            restore of this very backup has made that one; one that is being deleted is waited for.
        backup_arn: The backup.
        settings: What to set on the new table that AWS does not carry over. "source" reads it from
            the table that was backed up, as it is now; None sets nothing.
        region: Region of the new table; None is the backup's. Another one takes `sse_specification`.
        billing_mode: PROVISIONED or PAY_PER_REQUEST; None is the backup's.
        provisioned_throughput: Capacity of the new table; required for PROVISIONED. Its global
            indexes get the same where the backup knows none of theirs.
        local_indexes: Names of the local indexes to keep; empty drops all, None keeps all.
        global_indexes: Names of the global indexes to keep; empty drops all, None keeps all.
        sse_specification: Encryption of the new table; None is the backup's.
        timeout_seconds: The limit of the whole operation, 60 to 86400.
    """

    target_table_name: str
    backup_arn: str
    settings: TableSettings | Literal["source"] | None = FROM_SOURCE
    region: str | None = None
    billing_mode: str | None = None
    provisioned_throughput: Throughput | None = None
    local_indexes: tuple[str, ...] | None = None
    global_indexes: tuple[str, ...] | None = None
    sse_specification: SseSpecification | None = None
    timeout_seconds: int = RESTORE_TIMEOUT_DEFAULT_SECONDS

    @property
    def source(self) -> BackupArn:
        """The parts of the backup's ARN."""
        arn = BackupArn.parse(self.backup_arn)
        if arn is None:
            raise ValueError("not a backup ARN")
        return arn

    @property
    def target_region(self) -> str:
        """The region of the new table."""
        return self.region or self.source.region

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `restore_rules.validate_restore` knows."""
        throughput, sse = self.provisioned_throughput, self.sse_specification
        inputs: dict[str, object] = {
            "target_table_name": self.target_table_name,
            "backup_arn": self.backup_arn,
            "region": self.region,
            "billing_mode": self.billing_mode,
            "read_capacity_units": throughput.read_capacity_units if throughput else None,
            "write_capacity_units": throughput.write_capacity_units if throughput else None,
            "local_indexes": self.local_indexes,
            "global_indexes": self.global_indexes,
            "sse_specification": sse,
            "kms_master_key_id": sse.kms_master_key_id if sse else None,
            "timeout": self.timeout_seconds,
        }
        if not isinstance(self.settings, TableSettings):
            return {**inputs, "settings": self.settings}
        wanted = {name: getattr(self.settings, name) for name in TableSettings.__slots__}
        return {**inputs, **wanted}


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index. `definition` is AWS's own, to be handed back to it."""

    name: str
    definition: Mapping[str, object]
    shape: IndexShape


@dataclass(frozen=True, slots=True)
class BackedUpTable:
    """What a backup knows of its table.

    Attributes:
        backup: The backup itself.
        billing_mode: PROVISIONED or PAY_PER_REQUEST.
        keys: The key attributes, each with HASH or RANGE.
        local_indexes: The local secondary indexes that it holds.
        global_indexes: The global secondary indexes that it holds.
    """

    backup: BackupRecord
    billing_mode: str
    keys: frozenset[tuple[str, str]] = frozenset()
    local_indexes: tuple[Index, ...] = ()
    global_indexes: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a restore makes otherwise than the backup has it, as far as it is not in the request.

    Attributes:
        local_indexes: The local indexes to keep; None keeps all.
        global_indexes: The global indexes to keep; None keeps all.
        billing_mode: The billing mode that the new table will have.
    """

    local_indexes: tuple[Index, ...] | None
    global_indexes: tuple[Index, ...] | None
    billing_mode: str


@dataclass(frozen=True, slots=True)
class RestoreRecord:
    """A restored table as AWS described it last. What AWS did not tell is None.

    Attributes:
        table_name: The new table's plain name.
        table_arn: Its ARN.
        table_status: CREATING while it is being restored, UPDATING while a setting is, or ACTIVE.
        region: Its region.
        backup_arn: The backup that it is restored from.
        table_id: The new table's unique id.
        backup_creation_date_time: When that backup was requested, with its time zone: the table
            holds what the source held then. AWS calls it RestoreDateTime.
        table_size_bytes: Size of the new table; AWS updates it about every six hours.
        item_count: Number of its items; AWS updates it about every six hours.
        settings_set: Names of the `TableSettings` that the table has now, as they were asked for.
        settings_left: Names of those not set: not yet, or because they could not be read.
        elapsed_seconds: How long this operation took, from its first call to its last.
        certain: False where the table was there already, AWS no longer says what it was restored
            from, and it is only most likely the restore of that backup: it was created after the
            backup, with the same keys and indexes.
    """

    table_name: str
    table_arn: str
    table_status: str
    region: str
    backup_arn: str
    table_id: str | None = None
    backup_creation_date_time: datetime | None = None
    table_size_bytes: int | None = None
    item_count: int | None = None
    settings_set: tuple[str, ...] = ()
    settings_left: tuple[str, ...] = ()
    elapsed_seconds: float | None = None
    certain: bool = True

    @property
    def told(self) -> str:
        """The table, its state and its ARN, for the message of an error."""
        left = ", ".join(self.settings_left)
        status = f"last status {self.table_status}{left and f', not set: {left}'}"
        return f"Restored table ({status}): {self.table_arn}"
