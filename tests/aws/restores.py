"""What the simulator knows of restores and of backups that are not a user's own; moto has neither.

moto restores the items at once. This adds time (the table stays CREATING), overrides, refusals, and
what AWS tells of a table and of a backup that moto leaves out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Backup, Table

ACCOUNT = "123456789012"
Refusal = tuple[str, str, int]
_SYSTEM_BACKUPS_LIVE = timedelta(days=35)
_NEED_ACTIVE = ("UpdateTable", "UpdateTimeToLive", "TagResource", "DeleteTable")


class RecoveryPoint(Backup):
    """A backup that AWS Backup has made: it is listed with an ARN of that service's."""

    @property
    def arn(self) -> str:
        point = uuid.uuid5(uuid.NAMESPACE_OID, self.identifier)
        return f"arn:aws:backup:{self.region_name}:{self.account_id}:recovery-point:{point}"


class SystemBackup(Backup):
    """A backup that DynamoDB has made of a table before it deleted it: its ARN ends in zeros."""

    def _make_identifier(self) -> str:
        return f"{super()._make_identifier().partition('-')[0]}-00000000"


KINDS = {"AWS_BACKUP": RecoveryPoint, "SYSTEM": SystemBackup}


def add_backup(region: str, table: str, name: str, type_: str) -> str:
    """A backup that DynamoDB itself (SYSTEM) or AWS Backup (AWS_BACKUP) has made; its ARN."""
    kind = KINDS.get(type_, Backup)
    backup = kind(ACCOUNT, region, name, _backend(region).get_table(table), type_=type_)
    _backend(region).backups[backup.arn] = backup
    return str(backup.arn)


def tell_summary(summary: dict[str, Any], region: str) -> None:
    """What ListBackups says beside moto's words."""
    backup = _backend(region).backups[summary["BackupArn"]]
    summary["TableId"] = _table_id(backup.table)
    if summary["BackupType"] == "SYSTEM":
        seconds = _SYSTEM_BACKUPS_LIVE.total_seconds()
        summary["BackupExpiryDateTime"] = summary["BackupCreationDateTime"] + seconds


def tell_backup(description: dict[str, Any], region: str) -> None:
    """What DescribeBackup says beside moto's words."""
    table = _backend(region).backups[description["BackupDetails"]["BackupArn"]].table
    description["SourceTableDetails"] |= {
        "TableId": _table_id(table),
        "BillingMode": _billing_mode(table),
    }
    description["SourceTableFeatureDetails"] = {
        "LocalSecondaryIndexes": [_definition(index) for index in table.indexes],
        "GlobalSecondaryIndexes": [
            _definition(index)
            | ({} if _on_demand(table) else {"ProvisionedThroughput": _units(index.throughput)})
            for index in table.global_indexes
        ],
    }


@dataclass
class Restores:
    """Restores and updates of tables, as they take time.

    Attributes:
        restoring_seconds: How long a restored table stays CREATING.
        updating_seconds: How long a table is UPDATING after UpdateTable.
    """

    restoring_seconds: float = 0.0
    updating_seconds: float = 0.0
    _busy: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _classes: dict[str, str] = field(default_factory=dict)

    def finish(self) -> None:
        """Let every table be ACTIVE now."""
        self._busy.clear()

    def status(self, region: str, table: str, now: float) -> str:
        """CREATING, UPDATING or ACTIVE."""
        status, until = self._busy.get((region, table), ("ACTIVE", 0.0))
        return status if until > now else "ACTIVE"

    def refusal(self, api: str, params: dict[str, Any], region: str, now: float) -> Refusal | None:
        """What AWS refuses and moto would not."""
        if api in _NEED_ACTIVE:
            name = str(params.get("TableName") or params.get("ResourceArn")).rpartition("/")[2]
            if (status := self.status(region, name, now)) != "ACTIVE":
                return "ResourceInUseException", f"Table is being changed ({status}): {name}", 400
        if api == "UpdateTimeToLive":
            table = _backend(region).tables.get(params["TableName"])
            if table and table.ttl["TimeToLiveStatus"] == "ENABLED":
                return "ValidationException", "TimeToLive is already enabled", 400
        if api == "RestoreTableFromBackup":
            if self.status(region, params["TargetTableName"], now) == "CREATING":
                return "TableInUseException", f"In use: {params['TargetTableName']}", 400
            return _invalid_restore(params, region)
        return None

    def happened(self, api: str, params: dict[str, Any], region: str, now: float) -> None:
        """moto has carried a call out."""
        if api in ("CreateTable", "UpdateTable") and "TableClass" in params:
            table_id = _table_id(_backend(region).tables[params["TableName"]])
            self._classes[table_id] = params["TableClass"]
        if api == "UpdateTable" and self.updating_seconds:
            key = (region, params["TableName"])
            self._busy[key] = ("UPDATING", now + self.updating_seconds)
        if api == "RestoreTableFromBackup":
            key = (region, params["TargetTableName"])
            self._busy[key] = ("CREATING", now + self.restoring_seconds)
            table = _backend(region).tables[params["TargetTableName"]]
            _override(table, _find_backup(params["BackupArn"]).table, params)

    def tell_table(self, told: dict[str, Any], region: str, now: float) -> None:
        """What AWS says of a table beside moto's words."""
        table = _backend(region).tables[told["TableName"]]
        told["TableId"] = _table_id(table)
        told["TableStatus"] = self.status(region, table.name, now)
        told["BillingModeSummary"] = {"BillingMode": _billing_mode(table)}
        told["GlobalSecondaryIndexes"] = [index.describe() for index in table.global_indexes]
        told["LocalSecondaryIndexes"] = [index.describe() for index in table.indexes]
        if table_class := self._classes.get(told["TableId"]):
            told["TableClassSummary"] = {"TableClass": table_class}
        if "RestoreSummary" in told:
            told["RestoreSummary"]["RestoreInProgress"] = told["TableStatus"] == "CREATING"


@contextmanager
def lent(api: str, params: dict[str, Any], region: str) -> Iterator[None]:
    """Let the region of a restore know the backup of another one, while the block runs."""
    arn = params.get("BackupArn", "")
    backup = _find_backup(arn) if api == "RestoreTableFromBackup" else None
    known = _backend(region).backups if backup else {}
    if backup is None or arn in known:
        yield
        return
    known[arn] = backup
    try:
        yield
    finally:
        del known[arn]


def _backend(region: str) -> DynamoDBBackend:
    return dynamodb_backends[ACCOUNT][region]


def _find_backup(arn: str) -> Any:
    region = arn.split(":")[3] if arn.count(":") > 3 else ""
    return _backend(region).backups.get(arn) if region else None


def _table_id(table: Table) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{table.table_arn} {table.created_at}"))


def _on_demand(table: Table) -> bool:
    return bool(table.billing_mode == "PAY_PER_REQUEST")


def _billing_mode(table: Table) -> str:
    return table.billing_mode or "PROVISIONED"


def _units(throughput: dict[str, Any]) -> dict[str, Any]:
    return {key: throughput[key] for key in ("ReadCapacityUnits", "WriteCapacityUnits")}


def _definition(index: Any) -> dict[str, Any]:
    return {"IndexName": index.name, "KeySchema": index.schema, "Projection": index.projection}


def _invalid_restore(params: dict[str, Any], region: str) -> Refusal | None:
    backup = _find_backup(params["BackupArn"])
    if backup is None:
        return None  # moto says so itself
    if backup.region_name != region and "SSESpecificationOverride" not in params:
        return "ValidationException", "SSESpecificationOverride is required", 400
    table = backup.table
    definitions = [_definition(index) for index in (*table.indexes, *table.global_indexes)]
    on_demand = params.get("BillingModeOverride", _billing_mode(table)) == "PAY_PER_REQUEST"
    for index in params.get("LocalSecondaryIndexOverride", ()):
        if index not in definitions:
            return "ValidationException", f"No such index: {index['IndexName']}", 400
    for index in params.get("GlobalSecondaryIndexOverride", ()):
        bare = {key: index[key] for key in index if key != "ProvisionedThroughput"}
        if bare not in definitions or ("ProvisionedThroughput" in index) is on_demand:
            return "ValidationException", f"No such index: {index['IndexName']}", 400
    if _on_demand(table) and not on_demand:
        needed = {"ProvisionedThroughputOverride"}
        needed |= {"GlobalSecondaryIndexOverride"} if table.global_indexes else set()
        if missing := needed - params.keys():
            return "ValidationException", f"Required: {', '.join(sorted(missing))}", 400
    return None


def _override(table: Table, source: Table, params: dict[str, Any]) -> None:
    table.billing_mode = params.get("BillingModeOverride") or source.billing_mode
    table.sse_specification = params.get("SSESpecificationOverride") or source.sse_specification
    table.throughput |= params.get("ProvisionedThroughputOverride", {})
    if _on_demand(table):
        table.throughput |= {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    if "LocalSecondaryIndexOverride" in params:
        kept = {index["IndexName"] for index in params["LocalSecondaryIndexOverride"]}
        table.indexes = [index for index in table.indexes if index.name in kept]
    if "GlobalSecondaryIndexOverride" in params:
        given = {index["IndexName"]: index for index in params["GlobalSecondaryIndexOverride"]}
        table.global_indexes = [index for index in table.global_indexes if index.name in given]
        for index in table.global_indexes:
            units = given[index.name].get("ProvisionedThroughput", {})
            index.throughput = {**index.throughput, **units}
