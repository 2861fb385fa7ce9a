"""Restore jobs: recovery points become tables."""

from __future__ import annotations

import copy
import re
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Backup

from tests.aws.simulator.backup import jobs, lists
from tests.aws.simulator.backup.records import Job, Point, RefusedError
from tests.aws.simulator.calls import Call

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_FILTERS = {
    "ByStatus": "Status",
    "ByAccountId": "AccountId",
    "ByResourceType": "ResourceType",
    "ByCreatedBefore": "CreationDate",
    "ByCreatedAfter": "CreationDate",
    "ByCompleteAfter": "CompletionDate",
    "ByCompleteBefore": "CompletionDate",
}


def start(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """StartRestoreJob."""
    return service.once(call, now, lambda: _start(service, call, now))


def _start(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    params, here = call.params, service.vault_arn(call, "")
    arn, metadata = str(params["RecoveryPointArn"]), dict(params["Metadata"])
    found = [p for p in service.points.values() if p.arn == arn and p.vault_arn.startswith(here)]
    if not found:
        raise RefusedError("ResourceNotFoundException", f"Recovery point {arn} does not exist.")
    (point,) = found
    if wrong := _wrong(point, metadata):
        raise RefusedError("InvalidParameterValueException", wrong)
    if "IamRoleArn" not in params:
        raise RefusedError("MissingParameterValueException", "IamRoleArn is required.")
    service.needs_role(str(params["IamRoleArn"]), now)
    job = Job(
        kind="restore",
        id=str(uuid.uuid4()).upper(),
        account=service.account(call),
        region=call.region,
        resource_arn=point.resource_arn,
        role=params["IamRoleArn"],
        vault_arn=point.vault_arn,
        created=now,
        end=service.end_of("restore", metadata["targetTableName"]),
        point_arn=arn,
        metadata=metadata,
    )
    service.add(job)
    return {"RestoreJobId": job.id}


def _wrong(point: Point, metadata: dict[str, str]) -> str:
    """What AWS says of metadata that it does not take."""
    if not _NAME.fullmatch(metadata.get("targetTableName", "")):
        return "Metadata targetTableName is missing or not a valid table name."
    abroad = point.resource_arn.split(":")[3] != point.vault_arn.split(":")[3]
    needs_key = metadata.get("encryptionType") == "KMS" or abroad
    if needs_key and not metadata.get("kmsMasterKeyArn"):
        return "Metadata kmsMasterKeyArn is required."
    if point.told_status not in ("COMPLETED", "AVAILABLE", "PARTIAL"):
        return f"Recovery point {point.arn} is not in a state that can be restored."
    return ""


def begin(service: BackupService, job: Job, at: float) -> tuple[str, str] | None:
    """The job starts: its table is there, CREATING; why it fails instead, and the category."""
    name, backend = job.metadata["targetTableName"], dynamodb_backends[job.account][job.region]
    if name in backend.tables:
        return f"Table already exists: {name}", ""
    point = service.points.get((job.vault_arn, job.point_arn))
    if point is None or point.picture is None:
        return f"Recovery point {job.point_arn} does not exist.", ""
    point.restored = at
    if job.end.state not in ("COMPLETED", "PARTIAL"):
        return None
    _restore(service, job, point.picture, at)
    return None


def _restore(service: BackupService, job: Job, picture: Backup, at: float) -> None:
    """Let DynamoDB restore the picture, as it does a backup of its own in that region."""
    name, backend = job.metadata["targetTableName"], dynamodb_backends[job.account][job.region]
    lent = copy.copy(picture)
    lent.region_name, known = job.region, dict(backend.backups)
    backend.backups[lent.arn] = lent
    params: dict[str, Any] = {"TargetTableName": name, "BackupArn": lent.arn}
    if key := job.metadata.get("kmsMasterKeyArn"):
        sse = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        params["SSESpecificationOverride"] = sse
    table = backend.restore_table_from_backup(name, lent.arn)
    made = datetime.fromtimestamp(service.wall(at), timezone.utc)
    table.created_at = made.replace(tzinfo=None)  # as moto has it
    service.restores().happened("RestoreTableFromBackup", params, job.region, at)
    backend.backups.clear()
    backend.backups.update(known)


def complete(service: BackupService, job: Job, at: float) -> None:
    """Its table is ACTIVE, as the simulator's restores know by themselves."""


def describe(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DescribeRestoreJob."""
    job = jobs.find(service, call, "restore", "RestoreJobId")
    content = _tell(service, job, now)
    jobs.looked_at(job)
    return content


def list_(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """ListRestoreJobs."""
    here = ("restore", service.account(call), call.region)
    found = [job for job in service.jobs.values() if (job.kind, job.account, job.region) == here]
    told = [_tell(service, job, now) for job in reversed(found)]
    return lists.page(told, call.params, "RestoreJobs", _FILTERS)


def _tell(service: BackupService, job: Job, now: float) -> dict[str, Any]:
    content: dict[str, Any] = {
        "AccountId": job.account,
        "RestoreJobId": job.id,
        "RecoveryPointArn": job.point_arn,
        "SourceResourceArn": job.resource_arn,
        "BackupVaultArn": job.vault_arn,
        "CreationDate": service.wall(job.created),
        "Status": "PENDING" if job.state == "CREATED" else job.state,
        "PercentDone": jobs.percent(service, job, now),
        "IamRoleArn": job.role,
        "ResourceType": "DynamoDB",
        "IsParent": False,
    }
    if job.message:
        content["StatusMessage"] = job.message
    if job.ended is not None:
        content["CompletionDate"] = service.wall(job.ended)
    if job.state == "COMPLETED":
        stem = job.resource_arn.partition(":table/")[0].split(":")
        stem[3], stem[4] = job.region, job.account
        content["CreatedResourceArn"] = ":".join(stem) + f":table/{job.metadata['targetTableName']}"
    return content


HANDLERS = {"StartRestoreJob": start, "DescribeRestoreJob": describe, "ListRestoreJobs": list_}
