"""What the bench's simulator has stored: tables, and backups in the order of a list."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Backup

from pulumi_ddb_backup.aws.rules.naming import generated_name, identity
from tests.aws.restores import ACCOUNT, tell_summary

REGION: Final = "eu-west-1"
PREFIX: Final = "bench-"
OWNER: Final = {"urn": "bench"}
"""Whose the backups are that `make_history` makes, and what their names begin with."""
_PAGE: Final = 100
_ordered: list[Backup] = []


def page_of(params: dict[str, Any]) -> dict[str, Any]:
    """What ListBackups answers, at a cost that does not grow with what it leaves out."""
    since = params.get("TimeRangeLowerBound", 0)
    before = params.get("TimeRangeUpperBound", float("inf"))
    chosen = [
        backup
        for backup in _in_order()
        if since <= backup.creation_date_time.timestamp() < before
        and params.get("TableName") in (None, backup.table.name, backup.table.table_arn)
        and params.get("BackupType", "ALL") in ("ALL", backup.type)
    ]
    after = params.get("ExclusiveStartBackupArn", "").rpartition("/")[2]
    begin = next((n for n, backup in enumerate(chosen, 1) if backup.identifier == after), 0)
    end = begin + min(_PAGE, params.get("Limit", _PAGE))
    page = [
        {**backup.summary, "BackupCreationDateTime": backup.creation_date_time.timestamp()}
        for backup in chosen[begin:end]
    ]
    content: dict[str, Any] = {"BackupSummaries": page}
    if end < len(chosen):
        content["LastEvaluatedBackupArn"] = page[-1]["BackupArn"]
    return content


def _in_order() -> list[Backup]:
    """All backups by age, sorted again only once there are more or fewer."""
    backups = list(backend().backups.values())
    if len(_ordered) != len(backups):
        _ordered[:] = sorted(backups, key=lambda one: (one.creation_date_time, one.identifier))
    return list(_ordered)


def forget() -> None:
    """Forget the order: the simulator was made fresh."""
    _ordered.clear()


def backend() -> DynamoDBBackend:
    """Where moto keeps it all."""
    return dynamodb_backends[ACCOUNT][REGION]


def make_history(nights: int) -> list[dict[str, Any]]:
    """Give each table a backup of each of the last nights; the newest of each, as `BackupRecord` takes it."""
    there, today = backend(), datetime.now(timezone.utc).replace(tzinfo=None)
    taken = []
    for table in there.tables.values():
        first = Backup(ACCOUNT, REGION, "", table)  # copies the table, so each copies this one
        for night in reversed(range(nights)):
            backup = copy.copy(first)
            backup.creation_date_time = today - timedelta(days=night)
            at = backup.creation_date_time.replace(tzinfo=timezone.utc)
            backup.name = generated_name(PREFIX, at, identity(OWNER, {"night": night}))
            backup.identifier = backup._make_identifier()
            there.backups[backup.arn] = backup
        taken.append(_record(backup))
    return taken


def _record(backup: Backup) -> dict[str, Any]:
    summary = dict(backup.summary)
    tell_summary(summary, REGION)
    return {
        "backup_arn": backup.arn,
        "backup_name": backup.name,
        "backup_status": "AVAILABLE",
        "table_name": backup.table.name,
        "table_arn": backup.table.table_arn,
        "region": REGION,
        "table_id": summary["TableId"],
    }


def create_table(name: str) -> None:
    """A table without items."""
    backend().create_table(
        name,
        schema=[{"AttributeName": "id", "KeyType": "HASH"}],
        throughput=None,
        attr=[{"AttributeName": "id", "AttributeType": "S"}],
        global_indexes=[],
        indexes=[],
        streams=None,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
