"""What is sent to DynamoDB on the way to a restored table: records become parameters."""

from __future__ import annotations

from typing import Any

from ..rules.values import without_none
from .records import Index, Overrides, RestoreRequest, TableSettings, Throughput


def restoring_backup(request: RestoreRequest, overrides: Overrides) -> dict[str, Any]:
    """The parameters of RestoreTableFromBackup."""
    return {"BackupArn": request.backup_arn, **_restoring(request, overrides)}


def restoring_moment(
    request: RestoreRequest, source_arn: str, overrides: Overrides
) -> dict[str, Any]:
    """The parameters of RestoreTableToPointInTime."""
    moment = request.point_in_time.second if request.point_in_time else None
    when = {"RestoreDateTime": moment} if moment else {"UseLatestRestorableTime": True}
    return {"SourceTableArn": source_arn, **when, **_restoring(request, overrides)}


def _restoring(request: RestoreRequest, overrides: Overrides) -> dict[str, Any]:
    throughput, sse = request.provisioned_throughput, request.sse_specification
    local, indexes = overrides.local_indexes, overrides.global_indexes
    return without_none(
        {
            "TargetTableName": request.target_table_name,
            "BillingModeOverride": request.billing_mode,
            "ProvisionedThroughputOverride": _capacity(throughput) if throughput else None,
            "LocalSecondaryIndexOverride": None
            if local is None
            else [dict(index.definition) for index in local],
            "GlobalSecondaryIndexOverride": None
            if indexes is None
            else [_global_index(index, overrides.billing_mode, throughput) for index in indexes],
            "SSESpecificationOverride": sse
            and without_none(
                {
                    "Enabled": sse.enabled,
                    "SSEType": "KMS" if sse.enabled else None,
                    "KMSMasterKeyId": sse.kms_master_key_id,
                }
            ),
        }
    )


def _capacity(throughput: Throughput) -> dict[str, int]:
    return {
        "ReadCapacityUnits": throughput.read_capacity_units,
        "WriteCapacityUnits": throughput.write_capacity_units,
    }


def _global_index(
    index: Index, billing_mode: str, throughput: Throughput | None
) -> dict[str, object]:
    """An index as the backup has it, with the capacity that fits the billing mode, and no other."""
    definition: dict[str, Any] = dict(index.definition)
    own = definition.pop("ProvisionedThroughput", None) or {}
    if billing_mode == "PAY_PER_REQUEST":
        return definition
    definition.pop("OnDemandThroughput", None)
    if own.get("ReadCapacityUnits"):
        units = {key: own[key] for key in ("ReadCapacityUnits", "WriteCapacityUnits")}
        return {**definition, "ProvisionedThroughput": units}
    return {
        **definition,
        **({"ProvisionedThroughput": _capacity(throughput)} if throughput else {}),
    }


def tagging(arn: str, wanted: TableSettings) -> dict[str, Any]:
    """The parameters of TagResource."""
    tags = [{"Key": key, "Value": value} for key, value in wanted.tags.items()]
    return {"ResourceArn": arn, "Tags": tags}


def expiring(table: str, wanted: TableSettings) -> dict[str, Any]:
    """The parameters of UpdateTimeToLive."""
    attribute = wanted.time_to_live_attribute
    return {
        "TableName": table,
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": attribute},
    }


def recovering(table: str, wanted: TableSettings) -> dict[str, Any]:
    """The parameters of UpdateContinuousBackups."""
    days = wanted.recovery_period_days
    specification = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}
    return {"TableName": table, "PointInTimeRecoverySpecification": without_none(specification)}


def updating(table: str, wanted: TableSettings) -> dict[str, Any]:
    """The parameters of UpdateTable."""
    stream = wanted.stream_view_type
    return without_none(
        {
            "TableName": table,
            "DeletionProtectionEnabled": wanted.deletion_protection or None,
            "StreamSpecification": stream and {"StreamEnabled": True, "StreamViewType": stream},
            "TableClass": wanted.table_class,
        }
    )
