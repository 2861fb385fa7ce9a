"""The progress and the results of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final

from pulumi.automation import OutputValue

from ..aws.records import BackupRecord
from ..aws.rules.arns import BackupArn
from ..aws.rules.validation import DELETION_POLICY_DEFAULT
from ..resources.packed import unpacked
from .retention import RetentionResult, retention_result

BACKUP_TYPE: Final = "pulumi-python:dynamic/ddb-backup:Backup"
SET_TYPE: Final = "pulumi-python:dynamic/ddb-backup:BackupSet"
FILTERED: Final = "[secret]"
"""What the engine puts in an event in place of a secret value."""


class Phase(str, Enum):
    """The phase that a resource is in."""

    STARTING = "starting"
    """The engine has started on the resource."""
    WAITING = "waiting"
    """The backup or its table was polled. `status` and the seconds are of this poll."""
    NOTICE = "notice"
    """There is something that a person should read, in `message`."""
    DONE = "done"
    """The engine has finished with the resource."""
    FAILED = "failed"
    """The resource failed. `message` says why, and `backup_arn` which backup continues in AWS."""


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """The progress of one resource.

    Attributes:
        stack_name: The name of the stack.
        resource_name: The resource's name in the program.
        urn: The resource's URN.
        phase: The phase that it is in.
        table_name: The table's name. Empty until it is known.
        status: The status of the backup or the table in AWS's words. Empty until it is known.
        elapsed_seconds: Seconds since the operation began, at the last poll.
        remaining_seconds: Seconds left until the timeout, at the last poll. None before the first.
        backup_arn: The backup's ARN. None until AWS has given one.
        message: The line that `pulumi up` would show.
    """

    stack_name: str
    resource_name: str
    urn: str
    phase: Phase
    table_name: str = ""
    status: str = ""
    elapsed_seconds: float = 0.0
    remaining_seconds: float | None = None
    backup_arn: str | None = None
    message: str = ""

    def __str__(self) -> str:
        """The news as `print` shows it: the table, or the resource where there are many tables."""
        if self.phase in (Phase.WAITING, Phase.NOTICE):
            told = self.message
        elif self.phase is Phase.FAILED:
            told = f"{self.phase.value}: {self.message}"
        else:
            told = ", ".join(filter(None, (self.phase.value, self.status)))
        return f"{self.table_name or self.resource_name}: {told}"


@dataclass(frozen=True, slots=True)
class Note:
    """A line that stays on the screen: about a backup that was started, kept, or taken by a hook.

    Attributes:
        urn: The URN of the resource that the line is about. For a hook's backup, the table's.
        message: The line.
        backup_arn: The backup's ARN, if the line ends with one. Else None.
    """

    urn: str
    message: str
    backup_arn: str | None


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A `Backup` after a run.

    Attributes:
        resource_name: The resource's name in the program.
        urn: The resource's URN.
        change: What the engine did: `create`, `update` (also if it continued to wait), `same`,
            `replace` or `delete`.
        record: The backup, as AWS last described it. Values that are secret in the stack are None.
        deletion_policy: `retain` or `delete`, as last deployed. With `retain`, the backup is still
            in AWS after its resource is deleted.
        retention: What the resource's `retention` did when its last backup was taken, which may be an
            earlier run. None without `retention`, or if none has been applied yet.
    """

    resource_name: str
    urn: str
    change: str
    record: BackupRecord
    deletion_policy: str
    retention: RetentionResult | None = None

    @property
    def backup_arn(self) -> str:
        """The backup's ARN."""
        return self.record.backup_arn


@dataclass(frozen=True, slots=True)
class BackupSetResult:
    """A `BackupSet` after a run.

    Attributes:
        resource_name: The resource's name in the program.
        urn: The resource's URN.
        change: What the engine did, as in `BackupResult`.
        records: The backups that exist, as AWS last described them.
        failures: The tables without an AVAILABLE backup, each with `table_name`, `region` and
            `error`.
        retention: As in `BackupResult`, for all tables of the set together.
    """

    resource_name: str
    urn: str
    change: str
    records: tuple[BackupRecord, ...]
    failures: tuple[Mapping[str, str], ...]
    retention: RetentionResult | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """What `up` or `destroy` did.

    Attributes:
        stack_name: The name of the stack.
        backups: The stack's backups by resource name. If several resources have the same name (in
            components of different types), each is under its URN instead.
        removed: Backups whose resource was deleted or replaced.
        notes: The lines that stay on the screen, with those about hooks' backups.
        outputs: The stack's outputs. Printing a secret one does not show its value.
        changes: The number of resources for each kind of change, such as `{"create": 2}`.
        duration_seconds: How long the engine took in seconds.
        backup_sets: The stack's backup sets, by the same keys as `backups`.
    """

    stack_name: str
    backups: Mapping[str, BackupResult]
    removed: tuple[BackupResult, ...]
    notes: tuple[Note, ...]
    outputs: Mapping[str, OutputValue]
    changes: Mapping[str, int]
    duration_seconds: int
    backup_sets: Mapping[str, BackupSetResult] = field(default_factory=dict)

    @property
    def arns(self) -> Mapping[str, str]:
        """The ARN of each backup in `backups`, by the same keys."""
        return {name: backup.backup_arn for name, backup in self.backups.items()}


@dataclass(frozen=True, slots=True)
class PlannedBackup:
    """What `up` would do with a `Backup`.

    Attributes:
        resource_name: The resource's name in the program.
        urn: The resource's URN.
        table_name: The table's name or ARN. Empty if it is not known yet.
        change: What the engine would do, as in `BackupResult`.
    """

    resource_name: str
    urn: str
    table_name: str
    change: str


@dataclass(frozen=True, slots=True)
class PlanResult:
    """What `up` would do.

    Attributes:
        stack_name: The name of the stack.
        backups: The planned backups, by the same keys as in `RunResult`.
        changes: The number of resources for each kind of change, such as `{"create": 2}`.
    """

    stack_name: str
    backups: Mapping[str, PlannedBackup]
    changes: Mapping[str, int]


def name_of(urn: str) -> str:
    """The name in a URN; empty for what is none."""
    return "".join(urn.split("::", 3)[3:])


def type_of(urn: str) -> str:
    """The resource's own type in a URN; empty for what is none."""
    return "".join(urn.split("::", 3)[2:3]).rpartition("$")[2]


def keys_of(urns: Iterable[str]) -> dict[str, str]:
    """The key for each URN: its resource's name, or itself where several have that name."""
    known = list(urns)
    count = Counter(map(name_of, known))
    return {urn: name_of(urn) if count[name_of(urn)] == 1 else urn for urn in known}


def result_of(
    urn: str, change: str, id_: str, outputs: Mapping[str, Any] | None
) -> BackupResult | None:
    """The backup in an engine event; None when it has no ARN yet."""
    told = outputs or {}
    record = record_of(id_, told)
    if record is None:
        return None
    policy = _text(told, "deletion_policy") or DELETION_POLICY_DEFAULT
    retention = retention_result(told.get("retention"))
    return BackupResult(name_of(urn), urn, change, record, policy, retention)


def set_result_of(urn: str, change: str, outputs: Mapping[str, Any] | None) -> BackupSetResult:
    """The set in an engine event. What is secret there is left out."""
    told = {**(outputs or {})}
    told["backups"] = unpacked(told.get("backups"))
    records = [record_of(str(one.get("backup_arn")), one) for one in _bags(told, "backups")]
    return BackupSetResult(
        name_of(urn),
        urn,
        change,
        tuple(record for record in records if record is not None),
        tuple(_bags(told, "failures")),
        retention_result(told.get("retention")),
    )


def _bags(outputs: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    items = outputs.get(key)
    return [one for one in items if isinstance(one, Mapping)] if isinstance(items, list) else []


def record_of(id_: str, outputs: Mapping[str, Any]) -> BackupRecord | None:
    """The backup whose ARN is `id_`, from the resource's outputs."""
    arn = BackupArn.parse(id_)
    if arn is None:
        return None
    elapsed = outputs.get("elapsed_seconds")
    return BackupRecord(
        backup_arn=arn.arn,
        backup_name=_text(outputs, "backup_name") or "",
        backup_status=_text(outputs, "backup_status") or "",
        table_name=arn.table,
        table_arn=arn.table_arn,
        region=arn.region,
        table_id=_text(outputs, "table_id"),
        backup_size_bytes=_whole(outputs, "backup_size_bytes"),
        backup_creation_date_time=_moment(outputs, "backup_creation_date_time"),
        table_size_bytes=_whole(outputs, "table_size_bytes"),
        item_count=_whole(outputs, "item_count"),
        elapsed_seconds=float(elapsed) if isinstance(elapsed, (int, float)) else None,
    )


def _text(outputs: Mapping[str, Any], key: str) -> str | None:
    value = outputs.get(key)
    return value if isinstance(value, str) and value != FILTERED else None


def _whole(outputs: Mapping[str, Any], key: str) -> int | None:
    value = outputs.get(key)
    return int(value) if isinstance(value, (int, float)) else None


def _moment(outputs: Mapping[str, Any], key: str) -> datetime | None:
    try:
        return datetime.fromisoformat((_text(outputs, key) or "").replace("Z", "+00:00"))
    except ValueError:
        return None
