"""What DynamoDB's answers about tables and backups become: records.

Each function is handed an answer as botocore has parsed it. One that lacks what it must have raises
KeyError, TypeError or ValueError; `calls.dynamodb` says what that means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, Final

from ..records import BackupRecord, BackupSummary
from ..rules.arns import BackupArn, TableArn
from ..tables import IndexShape, Table, TableShape

_OF_SYSTEM: Final = "-00000000"
_SYSTEM_NAME: Final = "$DeletedTableBackup"
"""How ARN and name end of a backup that DynamoDB keeps of a deleted table."""


def utc(moment: datetime | None) -> datetime | None:
    """A moment in UTC: botocore tells it in the zone of the machine, whose hours may repeat."""
    return moment and moment.astimezone(timezone.utc)


def table(answer: Mapping[str, Any]) -> Table:
    stream = answer.get("StreamSpecification") or {}
    restored = answer.get("RestoreSummary") or {}
    return Table(
        name=answer["TableName"],
        arn=answer["TableArn"],
        status=answer["TableStatus"],
        table_id=answer.get("TableId"),
        size_bytes=answer.get("TableSizeBytes"),
        item_count=answer.get("ItemCount"),
        stream_view_type=stream.get("StreamViewType") if stream.get("StreamEnabled") else None,
        deletion_protection=bool(answer.get("DeletionProtectionEnabled")),
        table_class=(answer.get("TableClassSummary") or {}).get("TableClass"),
        restored_from=restored.get("SourceBackupArn") or restored.get("SourceTableArn"),
        restore_date_time=utc(restored.get("RestoreDateTime")),
        creation_date_time=utc(answer.get("CreationDateTime")),
        shape=_shape(answer),
    )


def _shape(answer: Mapping[str, Any]) -> TableShape:
    defined = answer.get("AttributeDefinitions") or ()
    indexes = [
        *index_shapes("local", answer.get("LocalSecondaryIndexes")),
        *index_shapes("global", answer.get("GlobalSecondaryIndexes")),
    ]
    return TableShape(
        keys=keys(answer),
        attributes=frozenset(one["AttributeName"] for one in defined),
        indexes=frozenset(indexes),
    )


def index_shapes(kind: str, told: list[Mapping[str, Any]] | None) -> Iterator[IndexShape]:
    for one in told or ():
        projection = one.get("Projection") or {}
        yield IndexShape(
            kind,
            one["IndexName"],
            keys(one),
            projection.get("ProjectionType"),
            frozenset(projection.get("NonKeyAttributes") or ()),
        )


def keys(told: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    schema = told.get("KeySchema") or ()
    return frozenset((one["AttributeName"], one["KeyType"]) for one in schema)


def described(answer: Mapping[str, Any]) -> BackupRecord:
    description = answer["BackupDescription"]
    return backup(description["BackupDetails"], description.get("SourceTableDetails") or {})


def page(answer: Mapping[str, Any]) -> tuple[list[BackupRecord], str | None]:
    backups = [backup(summary, summary) for summary in answer["BackupSummaries"]]
    return backups, answer.get("LastEvaluatedBackupArn")


def summaries(answer: Mapping[str, Any]) -> tuple[list[BackupSummary], str | None]:
    found = [summary(one) for one in answer["BackupSummaries"]]
    return found, answer.get("LastEvaluatedBackupArn")


def summary(told: Mapping[str, Any]) -> BackupSummary:
    """One backup of any type; only of the table does every type tell in the same way."""
    arn = _table_arn(told)
    return BackupSummary(
        backup_arn=told["BackupArn"],
        backup_name=told["BackupName"],
        backup_status=told["BackupStatus"],
        backup_type=told.get("BackupType") or _backup_type(told),
        table_name=arn.table,
        table_arn=arn.arn,
        region=arn.region,
        table_id=told.get("TableId") or None,
        backup_size_bytes=told.get("BackupSizeBytes"),
        backup_creation_date_time=utc(told.get("BackupCreationDateTime")),
        backup_expiry_date_time=utc(told.get("BackupExpiryDateTime")),
    )


def _table_arn(told: Mapping[str, Any]) -> TableArn:
    """The table's ARN. AWS may leave it out, and DynamoDB's own backups have it in theirs."""
    of_backup = BackupArn.parse(told["BackupArn"])
    arn = TableArn.parse(told.get("TableArn") or (of_backup.table_arn if of_backup else ""))
    if arn is None:
        raise ValueError("TableArn is no table's ARN")
    return arn


def _backup_type(told: Mapping[str, Any]) -> str:
    """The type of a backup of which AWS does not tell it, by the form of its ARN and name."""
    if BackupArn.parse(told["BackupArn"]) is None:
        return "AWS_BACKUP"
    is_system = told["BackupArn"].endswith(_OF_SYSTEM) or told["BackupName"].endswith(_SYSTEM_NAME)
    return "SYSTEM" if is_system else "USER"


def backup(details: Mapping[str, Any], table: Mapping[str, Any]) -> BackupRecord:
    arn = BackupArn.parse(details["BackupArn"])
    if arn is None:
        raise ValueError("BackupArn is no backup's ARN")
    return BackupRecord(
        backup_arn=arn.arn,
        backup_name=details["BackupName"],
        backup_status=details["BackupStatus"],
        table_name=arn.table,
        table_arn=arn.table_arn,
        region=arn.region,
        table_id=table.get("TableId") or None,
        backup_size_bytes=details.get("BackupSizeBytes"),
        backup_creation_date_time=utc(details.get("BackupCreationDateTime")),
        table_size_bytes=table.get("TableSizeBytes"),
        item_count=table.get("ItemCount"),
    )
