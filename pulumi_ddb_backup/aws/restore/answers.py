"""What DynamoDB's answers become on the way to a restored table: records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..backup.answers import described, index_shapes, keys
from .records import BackedUpTable, Index, TableSettings
from .rules import RESERVED_TAGS


def backed_up_table(answer: Mapping[str, Any]) -> BackedUpTable:
    description = answer["BackupDescription"]
    details = description.get("SourceTableDetails") or {}
    features = description.get("SourceTableFeatureDetails") or {}
    return BackedUpTable(
        backup=described(answer),
        billing_mode=_billing_mode(details),
        keys=keys(details),
        local_indexes=_indexes("local", features.get("LocalSecondaryIndexes")),
        global_indexes=_indexes("global", features.get("GlobalSecondaryIndexes")),
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
