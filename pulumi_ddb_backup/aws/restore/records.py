"""What goes into a restore, what is known of its backup, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ..rules.arns import BackupArn, TableArn
from ..rules.text import iso
from ..tables import IndexShape
from .moments import LATEST, PointInTime
from .rules import FROM_SOURCE, RESTORE_TIMEOUT_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True)
class Throughput:
    """Provisioned capacity of a table.

    Attributes:
        read_capacity_units: Read capacity, in units per second.
        write_capacity_units: Write capacity, in units per second.
    """

    read_capacity_units: int
    write_capacity_units: int


@dataclass(frozen=True, slots=True)
class SseSpecification:
    """Server-side encryption of a restored table.

    Attributes:
        enabled: True for a KMS key, False for the key that AWS owns. Default: True.
        kms_master_key_id: Id, ARN or alias of the KMS key. Default: DynamoDB's own key in KMS.
    """

    enabled: bool = True
    kms_master_key_id: str | None = None


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Settings that AWS leaves out of a restore. These only turn things on or add to them.

    Attributes:
        tags: Tags to set. Default: none.
        time_to_live_attribute: The attribute that holds the time at which an item expires. Items
            that have expired since the backup will soon be deleted from the restored table.
            Default: None, no time to live.
        stream_view_type: What the stream holds: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or
            NEW_AND_OLD_IMAGES. Default: None, no stream.
        point_in_time_recovery: Whether to enable point-in-time recovery. Default: False.
        recovery_period_days: How far back point-in-time recovery goes, 1 to 35 days. Default: as AWS
            sets it.
        deletion_protection: Whether to enable deletion protection. Default: False.
        table_class: STANDARD or STANDARD_INFREQUENT_ACCESS. Default: None, which AWS makes STANDARD.
    """

    tags: Mapping[str, str] = field(default_factory=dict)
    time_to_live_attribute: str | None = None
    stream_view_type: str | None = None
    point_in_time_recovery: bool = False
    recovery_period_days: int | None = None
    deletion_protection: bool = False
    table_class: str | None = None

    def joined(self, other: TableSettings) -> TableSettings:
        """A copy of these settings, with those that `other` makes in their place.

        Args:
            other: The settings that take precedence.
        """
        names = TableSettings.__slots__
        return TableSettings(
            **{name: getattr(other, name) or getattr(self, name) for name in names}
        )


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """A request to restore a backup, or a table as it was at a moment, to a new table.

    Attributes:
        target_table_name: The name of the new table. A table of that name must not exist, unless an
            earlier restore of the same made it. If it is being deleted, that is waited for.
        backup_arn: The ARN of the backup. Give either this or `point_in_time`.
        settings: The settings that AWS leaves out of a restore. Default: `"source"`, which copies
            them from the source table as it is now. None makes no settings.
        region: The region of the new table. Default: that of the backup or the source table. Another
            region needs `sse_specification`.
        billing_mode: PROVISIONED or PAY_PER_REQUEST. Default: as in the backup, or as the source
            table has it now.
        provisioned_throughput: Capacity of the new table, required with PROVISIONED. Global indexes
            whose capacity is not known from the source get the same. Default: as in the source.
        local_indexes: Names of the local indexes to keep. Empty drops all. Default: None, which
            keeps all.
        global_indexes: Names of the global indexes to keep, likewise.
        sse_specification: Encryption of the new table. Default: as in the source.
        timeout_seconds: Time limit for the whole operation in seconds, 60 to 86400. Default: 7200.
        point_in_time: The table and the moment to restore, instead of a backup. Indexes, capacity
            and encryption are those that the table has now. Default: None.
    """

    target_table_name: str
    backup_arn: str = ""
    settings: TableSettings | Literal["source"] | None = FROM_SOURCE
    region: str | None = None
    billing_mode: str | None = None
    provisioned_throughput: Throughput | None = None
    local_indexes: tuple[str, ...] | None = None
    global_indexes: tuple[str, ...] | None = None
    sse_specification: SseSpecification | None = None
    timeout_seconds: int = RESTORE_TIMEOUT_DEFAULT_SECONDS
    point_in_time: PointInTime | None = None

    @property
    def source(self) -> BackupArn | TableArn | None:
        """The ARN of the backup or of the source table, in its parts. None if only its name is known."""
        if self.point_in_time is not None:
            return self.point_in_time.arn
        return BackupArn.parse(self.backup_arn)

    @property
    def source_table_name(self) -> str:
        """The plain name of the table that was backed up, or whose moment is restored."""
        if self.point_in_time is not None:
            return self.point_in_time.table_name
        return self.source.table if self.source else ""

    @property
    def origin(self) -> str:
        """What is restored, for messages."""
        if self.point_in_time is not None:
            return self.point_in_time.told
        return f"backup '{self.backup_arn}'"

    @property
    def this(self) -> str:
        """The same in short, where it has been told."""
        return "this backup" if self.point_in_time is None else self.point_in_time.told

    @property
    def holder(self) -> str:
        """See `Restorable.holder`."""
        return "the backup" if self.point_in_time is None else "the source table"

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that `validate_restore` knows."""
        throughput, sse = self.provisioned_throughput, self.sse_specification
        inputs: dict[str, object] = {
            "target_table_name": self.target_table_name,
            "backup_arn": self.backup_arn or None,
            "point_in_time": self.point_in_time,
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
class Restorable:
    """What is known of the data that a table is restored from.

    Attributes:
        holder: Who has that data, for messages: the backup, or the source table.
        moment_called: What messages call the moment of the data.
        table_name: The table that was backed up, or whose moment is restored.
        table_id: Its unique id.
        moment: The moment of the data. None if AWS does not tell it.
        billing_mode: PROVISIONED or PAY_PER_REQUEST.
        keys: The key attributes, each with HASH or RANGE.
        local_indexes: The local secondary indexes that a restore makes.
        global_indexes: The global secondary indexes that a restore makes.
        table_arn: The source table's ARN, where AWS is to be told that rather than a backup's.
    """

    holder: str
    moment_called: str
    table_name: str
    table_id: str | None
    moment: datetime | None
    billing_mode: str
    keys: frozenset[tuple[str, str]] = frozenset()
    local_indexes: tuple[Index, ...] = ()
    global_indexes: tuple[Index, ...] = ()
    table_arn: str = ""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a restore makes otherwise than its source has it, as far as it is not in the request.

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
    """A restored table, as AWS last described it. A value that AWS did not give is None.

    Attributes:
        table_name: The name of the new table.
        table_arn: The ARN of the new table.
        table_status: CREATING while it is being restored, UPDATING while a setting is being made, or
            ACTIVE.
        region: The region of the new table.
        backup_arn: The ARN of the backup that it was restored from. Empty if it was restored to a
            point in time.
        table_id: The unique id of the new table.
        backup_creation_date_time: When that backup was requested, with a time zone. The table holds
            the data of that time. AWS calls it RestoreDateTime. None if it was restored to a point
            in time.
        table_size_bytes: Size of the new table in bytes. AWS updates it about every six hours.
        item_count: Number of items in the new table, updated likewise.
        settings_set: The names of the requested `TableSettings` that the table has now.
        settings_left: The names of those that it does not have: not yet, or because they could not
            be read from the source.
        elapsed_seconds: How long the operation took in seconds, from its first call to its last.
        certain: False if the table existed already, and AWS no longer says what it was restored
            from. It was created after the moment of the data, with the same keys and indexes, so it
            is most likely the restore.
        source_table_arn: The ARN of the table that was restored to a point in time. None if it was
            restored from a backup.
        restore_date_time: The point in time whose data the table holds, with a time zone, likewise.
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
    source_table_arn: str | None = None
    restore_date_time: datetime | None = None

    @property
    def origin(self) -> str:
        """What it was restored from: a backup's ARN, or a table and a moment."""
        if self.backup_arn:
            return self.backup_arn
        moment = iso(self.restore_date_time) if self.restore_date_time else LATEST
        return f"{self.source_table_arn} as of {moment}"

    @property
    def told(self) -> str:
        """The table, its state and its ARN, as an error's message says it."""
        left = ", ".join(self.settings_left)
        status = f"last status {self.table_status}{left and f', not set: {left}'}"
        return f"Restored table ({status}): {self.table_arn}"
