"""What DynamoDB's answers become on the way to a restored table: records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..backup.answers import described, index_shapes, keys, utc
from .moments import Window
from .records import Index, Restorable, TableSettings
from .rules import RESERVED_TAGS

_DEFINITION: Final = (
    "IndexName",
    "KeySchema",
    "Projection",
    "ProvisionedThroughput",
    "OnDemandThroughput",
)
"""What a restore takes of an index."""


def backed_up_table(answer: Mapping[str, Any]) -> Restorable:
    description, backup = answer["BackupDescription"], described(answer)
    details = description.get("SourceTableDetails") or {}
    features = description.get("SourceTableFeatureDetails") or {}
    return Restorable(
        holder="the backup",
        moment_called="the backup",
        table_name=backup.table_name,
        table_id=backup.table_id,
        moment=backup.backup_creation_date_time,
        billing_mode=_billing_mode(details),
        keys=keys(details),
        local_indexes=_indexes("local", features.get("LocalSecondaryIndexes")),
        global_indexes=_indexes("global", features.get("GlobalSecondaryIndexes")),
    )


def source_table(answer: Mapping[str, Any]) -> Restorable:
    """The table of which a moment is restored: AWS takes its keys and indexes as they are now."""
    told = answer["Table"]
    mode = (told.get("BillingModeSummary") or {}).get("BillingMode")
    return Restorable(
        holder="the source table",
        moment_called="that moment",
        table_name=told["TableName"],
        table_id=told.get("TableId"),
        moment=None,
        billing_mode=_billing_mode({**told, "BillingMode": mode}),
        keys=keys(told),
        local_indexes=_indexes("local", _definitions(told.get("LocalSecondaryIndexes"))),
        global_indexes=_indexes("global", _definitions(told.get("GlobalSecondaryIndexes"))),
        table_arn=told["TableArn"],
    )


def _definitions(told: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Indexes as a restore takes them: DescribeTable tells more of each than its definition."""
    return [{key: one[key] for key in _DEFINITION if key in one} for one in told or ()]


def window(answer: Mapping[str, Any]) -> Window:
    told = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription") or {}
    return Window(
        told.get("PointInTimeRecoveryStatus") == "ENABLED",
        utc(told.get("EarliestRestorableDateTime")),
        utc(told.get("LatestRestorableDateTime")),
    )


def _indexes(kind: str, told: list[Mapping[str, Any]] | None) -> tuple[Index, ...]:
    shapes = index_shapes(kind, told)
    return tuple(
        Index(shape.name, one, shape) for shape, one in zip(shapes, told or (), strict=True)
    )


def _billing_mode(told: Mapping[str, Any]) -> str:
    """The table's billing mode. AWS may leave it out; provisioned capacity is never 0."""
    units = (told.get("ProvisionedThroughput") or {}).get("ReadCapacityUnits")
    return told.get("BillingMode") or ("PAY_PER_REQUEST" if units == 0 else "PROVISIONED")


def tags(answer: Mapping[str, Any]) -> tuple[TableSettings, str | None]:
    told = {tag["Key"]: tag["Value"] for tag in answer.get("Tags") or ()}
    own = {key: value for key, value in told.items() if not key.startswith(RESERVED_TAGS)}
    return TableSettings(tags=own), answer.get("NextToken")


def time_to_live(answer: Mapping[str, Any]) -> TableSettings:
    told = answer["TimeToLiveDescription"]
    enabled = told.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return TableSettings(time_to_live_attribute=told["AttributeName"] if enabled else None)


def point_in_time_recovery(answer: Mapping[str, Any]) -> TableSettings:
    told = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription") or {}
    if told.get("PointInTimeRecoveryStatus") != "ENABLED":
        return TableSettings()
    days = told.get("RecoveryPeriodInDays")
    return TableSettings(point_in_time_recovery=True, recovery_period_days=days)


def nothing(_answer: Mapping[str, Any]) -> None:
    """An answer of which nothing matters but that there is one."""
