"""What the simulator knows of restores and of backups that are not a user's own; moto has neither.

moto restores the items at once. This adds time (the table stays CREATING), overrides, refusals, and
what AWS tells of a table and of a backup that moto leaves out.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from moto.core.utils import unix_time_millis
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Backup, Table

from tests.aws.journal import Journal, written_keys

ACCOUNT = "123456789012"
Refusal = tuple[str, str, int]
_RESTORES = ("RestoreTableFromBackup", "RestoreTableToPointInTime")
_SYSTEM_BACKUPS_LIVE = timedelta(days=35)
_NEED_ACTIVE = ("UpdateTable", "UpdateTimeToLive", "TagResource", "DeleteTable")
_UNKNOWN_WHILE_RESTORING = {
    **dict.fromkeys(
        ("UpdateTable", "DescribeTimeToLive", "UpdateTimeToLive", "TagResource"),
        "ResourceNotFoundException",
    ),
    **dict.fromkeys(("ListTagsOfResource", "PutItem", "Scan"), "ResourceNotFoundException"),
    **dict.fromkeys(
        ("CreateBackup", "DescribeContinuousBackups", "UpdateContinuousBackups"),
        "TableNotFoundException",
    ),
}
"""AWS speaks of a table that it is restoring as if it did not exist, but in DescribeTable."""
_OPTIONAL = (
    "TableId",
    "BillingModeSummary",
    "DeletionProtectionEnabled",
    "TableClassSummary",
    "SourceTableFeatureDetails",
    "BillingMode",
)


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
    """Restores, updates and deletions of tables, as they take time.

    Attributes:
        journal: What was written when; `journal.age` lets time pass.
        restoring_seconds: How long a restored table stays CREATING.
        updating_seconds: How long a table is UPDATING after UpdateTable.
        deleting_seconds: How long a table is DELETING after DeleteTable.
        summary_stays: Whether DescribeTable goes on telling the RestoreSummary of a restored table
            once it is ACTIVE. Records of AWS disagree; most have it gone.
        sparse: Whether AWS leaves out what it may leave out of a table and of a backup.
    """

    journal: Journal = field(default_factory=Journal)
    restoring_seconds: float = 0.0
    updating_seconds: float = 0.0
    deleting_seconds: float = 0.0
    summary_stays: bool = False
    sparse: bool = False
    _busy: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _classes: dict[str, str] = field(default_factory=dict)
    _sources: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)
    _leaving: dict[tuple[str, str], Any] = field(default_factory=dict)
    _writing: dict[int, list[tuple[Table, Any]]] = field(default_factory=dict)

    def finish(self) -> None:
        """Let every table be ACTIVE or gone now."""
        self._bury(float("inf"))
        self._busy.clear()

    def status(self, region: str, table: str, now: float) -> str:
        """CREATING, UPDATING, DELETING or ACTIVE."""
        status, until = self._busy.get((region, table), ("ACTIVE", 0.0))
        return status if until > now else "ACTIVE"

    def refusal(self, api: str, params: dict[str, Any], region: str, now: float) -> Refusal | None:
        """What AWS refuses and moto would not."""
        self._bury(now)
        name = str(params.get("TableName") or params.get("ResourceArn")).rpartition("/")[2]
        status = self.status(region, name, now)
        if status == "CREATING" and api in _UNKNOWN_WHILE_RESTORING:
            return _UNKNOWN_WHILE_RESTORING[api], f"Table not found: {name}", 400
        if status == "DELETING" and api == "DescribeTimeToLive":
            words = "Cannot describe time to live while table is in DELETING state"
            return "ValidationException", words, 400
        if api in _NEED_ACTIVE and status != "ACTIVE":
            return "ResourceInUseException", f"Table is being changed ({status}): {name}", 400
        if api == "DeleteTable":
            self._leaving[region, name] = _backend(region).tables.get(name)
        if api == "UpdateTimeToLive":
            table = _backend(region).tables.get(params["TableName"])
            if table and table.ttl["TimeToLiveStatus"] == "ENABLED":
                return "ValidationException", "TimeToLive is already enabled", 400
        if api == "DeleteBackup":
            return self._in_use(params["BackupArn"], now)
        if api in _RESTORES and self.status(region, params["TargetTableName"], now) == "CREATING":
            return "TableInUseException", f"In use: {params['TargetTableName']}", 400
        if api == "RestoreTableFromBackup":
            return self._in_use(params["BackupArn"], now) or _invalid_restore(params, region)
        if api == "RestoreTableToPointInTime":
            return self._outside(params, region)
        self._writing[id(params)] = [
            (table, self.journal.before(table, iter([key])))
            for name, key in written_keys(api, params)
            if (table := _backend(region).tables.get(name.rpartition("/")[2]))
        ]
        return None

    def _outside(self, params: dict[str, Any], region: str) -> Refusal | None:
        """Whether the moment can't be restored, in AWS's words."""
        source = _source_table(params, region)
        if source is None:
            return "TableNotFoundException", "Source table not found", 400
        window = self.journal.window(source)
        if window is None:
            words = f"Point in time recovery is not enabled for table '{source.name}'"
            return "PointInTimeRecoveryUnavailableException", words, 400
        moment = params.get("RestoreDateTime")
        if moment is not None and not int(window[0]) <= moment <= window[1]:
            words = "The specified RestoreDateTime is outside of the range of restorable times"
            return "InvalidRestoreTimeException", words, 400
        if source.region_name != region and "SSESpecificationOverride" not in params:
            return "ValidationException", "SSESpecificationOverride is required", 400
        return None

    def refused_all_the_same(self, api: str, params: dict[str, Any]) -> Refusal | None:
        """What AWS says of a call that it has carried out."""
        if api == "RestoreTableFromBackup" and params.get("OnDemandThroughputOverride") == {}:
            words = f"Table is already being restored: {params['TargetTableName']}"
            return "TableInUseException", words, 400
        return None

    def happened(self, api: str, params: dict[str, Any], region: str, now: float) -> None:
        """moto has carried a call out."""
        for table, writes in self._writing.pop(id(params), ()):
            self.journal.written(table, writes)
        if api == "DeleteTable":
            self.journal.forget(_arn_of(region, params["TableName"]))
        if api == "UpdateContinuousBackups":
            self.journal.switch(_backend(region).tables[params["TableName"].rpartition("/")[2]])
        if api == "RestoreTableToPointInTime":
            self._restore_moment(params, region, now)
        if api in ("CreateTable", "UpdateTable") and "TableClass" in params:
            table_id = _table_id(_backend(region).tables[params["TableName"]])
            self._classes[table_id] = params["TableClass"]
        if api == "UpdateTable" and self.updating_seconds:
            key = (region, params["TableName"])
            self._busy[key] = ("UPDATING", now + self.updating_seconds)
        if api == "DeleteTable" and self.deleting_seconds:
            key = (region, params["TableName"].rpartition("/")[2])
            _backend(region).tables[key[1]] = self._leaving[key]  # moto deletes at once
            self._busy[key] = ("DELETING", now + self.deleting_seconds)
        if api == "RestoreTableFromBackup":
            key = (region, params["TargetTableName"])
            self._busy[key] = ("CREATING", now + self.restoring_seconds)
            backup = _find_backup(params["BackupArn"])
            self._sources[key] = (
                backup.arn,
                int(unix_time_millis(backup.creation_date_time)) / 1000,
            )
            table = _backend(region).tables[params["TargetTableName"]]
            _override(table, backup.table, params)

    def _restore_moment(self, params: dict[str, Any], region: str, now: float) -> None:
        source = _source_table(params, region)
        assert source is not None  # moto has just restored it
        window = self.journal.window(source)
        assert window is not None
        moment = float(params.get("RestoreDateTime") or int(window[1]))
        key = (region, params["TargetTableName"])
        table = _backend(region).tables[key[1]]
        table.items = self.journal.items_at(source, moment)
        self._busy[key] = ("CREATING", now + self.restoring_seconds)
        self._sources[key] = (source.table_arn, moment)
        _override(table, source, params)

    def tell_window(self, told: dict[str, Any], params: dict[str, Any], region: str) -> None:
        """What AWS says of point-in-time recovery beside moto's words: its window moves."""
        table = _backend(region).tables[params["TableName"].rpartition("/")[2]]
        recovery = told["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        if window := self.journal.window(table):
            recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"] = window

    def tell_table(
        self, told: dict[str, Any], region: str, now: float, *, starting: bool = False
    ) -> None:
        """What AWS says of a table beside moto's words; `starting`: in the answer to the restore."""
        table = _backend(region).tables[told["TableName"]]
        told["TableId"] = _table_id(table)
        told["TableStatus"] = self.status(region, table.name, now)
        told["BillingModeSummary"] = {"BillingMode": _billing_mode(table)}
        told["GlobalSecondaryIndexes"] = [index.describe() for index in table.global_indexes]
        told["LocalSecondaryIndexes"] = [index.describe() for index in table.indexes]
        if table_class := self._classes.get(told["TableId"]):
            told["TableClassSummary"] = {"TableClass": table_class}
        if "RestoreSummary" in told:
            restoring = told["TableStatus"] == "CREATING"
            _, moment = self._sources[region, table.name]
            told["RestoreSummary"] |= {"RestoreInProgress": restoring, "RestoreDateTime": moment}
            if not restoring and not starting and not self.summary_stays:
                del told["RestoreSummary"]

    def leave_out(self, told: Any) -> Any:
        """`told`, less what AWS does not always tell, where it is `sparse`."""
        if not self.sparse or not isinstance(told, dict):
            return told
        return {key: self.leave_out(told[key]) for key in told if key not in _OPTIONAL}

    def _in_use(self, arn: str, now: float) -> Refusal | None:
        """Whether the backup is being restored, in AWS's words."""
        for (region, table), (source, _) in self._sources.items():
            if source == arn and self.status(region, table, now) == "CREATING":
                words = f"Backup is being used to restore another table: {arn}"
                return "BackupInUseException", words, 400
        return None

    def _bury(self, now: float) -> None:
        """Let the tables go whose deletion has come to its end."""
        for (region, table), (status, until) in list(self._busy.items()):
            if status == "DELETING" and until <= now:
                del self._busy[region, table]
                _backend(region).tables.pop(table, None)


def for_moto(api: str, params: dict[str, Any], body: bytes) -> bytes:
    """The body of a call as moto reads it: of a restore to a moment, it knows only the table's name."""
    if api != "RestoreTableToPointInTime" or "SourceTableArn" not in params:
        return body
    name = params["SourceTableArn"].rpartition("/")[2]
    return json.dumps({**params, "SourceTableName": name}).encode()


@contextmanager
def lent(api: str, params: dict[str, Any], region: str) -> Iterator[None]:
    """Let the region of a restore know the backup or table of another one, while the block runs."""
    table = _source_table(params, region) if api == "RestoreTableToPointInTime" else None
    if table is not None and table.region_name != region:
        here = _backend(region).tables
        own = here.get(table.name)
        here[table.name] = table
        try:
            yield
        finally:
            del here[table.name]
            if own is not None:
                here[table.name] = own
        return
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


def _arn_of(region: str, table: str) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{table.rpartition('/')[2]}"


def _source_table(params: dict[str, Any], region: str) -> Table | None:
    """The table whose moment is restored."""
    arn = params.get("SourceTableArn", "")
    where = arn.split(":")[3] if arn else region
    name = arn.rpartition("/")[2] if arn else params["SourceTableName"]
    return _backend(where).tables.get(name)


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
