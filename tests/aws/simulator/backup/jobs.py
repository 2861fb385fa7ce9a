"""Backup jobs."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Backup

from tests.aws.simulator.backup import lists, points
from tests.aws.simulator.backup.records import FOREVER, Job, Point, RefusedError, table_of
from tests.aws.simulator.calls import Call

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService

_TABLE = re.compile(r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/[a-zA-Z0-9_.-]+")
_LEAST_WINDOW = 60
_LONGEST_WINDOW = 8 * 60
_FILTERS = {
    "ByResourceArn": "ResourceArn",
    "ByState": "State",
    "ByBackupVaultName": "BackupVaultName",
    "ByCreatedBefore": "CreationDate",
    "ByCreatedAfter": "CreationDate",
    "ByResourceType": "ResourceType",
    "ByAccountId": "AccountId",
    "ByCompleteAfter": "CompletionDate",
    "ByCompleteBefore": "CompletionDate",
    "ByMessageCategory": "MessageCategory",
}


def start(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """StartBackupJob."""
    return service.once(call, now, lambda: _start(service, call, now))


def _start(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    params, arn = call.params, str(call.params["ResourceArn"])
    if not _TABLE.fullmatch(arn) or arn.split(":")[3:5] != [call.region, service.account(call)]:
        raise RefusedError("InvalidParameterValueException", f"Invalid ARN: {arn}")
    vault_arn = service.vault_arn(call, str(params["BackupVaultName"]))
    service.vault(vault_arn)
    window = params.get("StartWindowMinutes", _LONGEST_WINDOW)
    if window < _LEAST_WINDOW:
        words = f"Start window must be at least {_LEAST_WINDOW} minutes"
        raise RefusedError("InvalidParameterValueException", words)
    if params.get("CompleteWindowMinutes", FOREVER) < window:
        words = "Completion window must not be shorter than the start window"
        raise RefusedError("InvalidParameterValueException", words)
    points.check_lifecycle(params.get("Lifecycle", {}))
    if not service.opt_in.get(call.region, {}).get("DynamoDB", True):
        raise RefusedError(
            "InvalidRequestException", "Resource type DynamoDB is not opted in for this Region"
        )
    service.needs_role(str(params["IamRoleArn"]), now)
    job = service.add(_job(service, call, now, vault_arn, window))
    content = {"BackupJobId": job.id, "CreationDate": service.wall(now), "IsParent": False}
    return content | ({"RecoveryPointArn": job.point_arn} if job.point_arn else {})


def _job(service: BackupService, call: Call, now: float, vault_arn: str, window: float) -> Job:
    params, account = call.params, service.account(call)
    job = Job(
        kind="backup",
        id=str(uuid.uuid4()).upper(),
        account=account,
        region=call.region,
        resource_arn=params["ResourceArn"],
        role=params["IamRoleArn"],
        vault_arn=vault_arn,
        created=now,
        end=service.end_of("backup", table_of(params["ResourceArn"])),
        start_by=now + window * 60,
        complete_by=now + params.get("CompleteWindowMinutes", FOREVER) * 60,
        stuck=table_of(params["ResourceArn"]) in service.stuck,
        lifecycle=dict(params.get("Lifecycle", {})),
        tags=dict(params.get("RecoveryPointTags", {})),
    )
    if service.advanced.get(call.region, True):
        job.point_arn = points.new_arn(call.region, account)
    return job


def begin(service: BackupService, job: Job, at: float) -> tuple[str, str] | None:
    """The job starts; why it fails instead, and the category."""
    if outside := points.outside_lock(service, job):
        return outside, "InvalidParameters"
    table = dynamodb_backends[job.account][job.region].tables.get(job.table)
    if table is None:
        return "Table not found.", "ResourceNotFound"
    job.picture = Backup(job.account, job.region, f"awsbackup_{job.id}", table, type_="AWS_BACKUP")
    if job.point_arn:
        service.points[job.vault_arn, job.point_arn] = _point(job, at, "CREATING")
    return None


def complete(service: BackupService, job: Job, at: float) -> None:
    """The job is through: there is a recovery point."""
    status = "PARTIAL" if job.end.state == "PARTIAL" else service.point_status
    if not job.point_arn and job.picture:  # DynamoDB's own kind of backup
        job.point_arn = job.picture.arn
        dynamodb_backends[job.account][job.region].backups[job.point_arn] = job.picture
        service.points[job.vault_arn, job.point_arn] = _point(job, at, status, advanced=False)
    point = service.points[job.vault_arn, job.point_arn]
    point.status, point.completed = status, at
    points.tag(job.account, job.region, job.point_arn, job.tags)


def _point(job: Job, at: float, status: str, *, advanced: bool = True) -> Point:
    return Point(
        arn=job.point_arn,
        vault_arn=job.vault_arn,
        resource_arn=job.resource_arn,
        role=job.role,
        initiated=at,
        since=job.created,
        status=status,
        lifecycle=job.lifecycle,
        picture=job.picture,
        advanced=advanced,
    )


def find(service: BackupService, call: Call, kind: str, key: str) -> Job:
    """The job of that ID, as far as the caller may see it."""
    job = service.jobs.get(str(call.params[key]))
    mine = job and (job.kind, job.account, job.region) == (
        kind,
        service.account(call),
        call.region,
    )
    if job is None or not mine:
        words = f"{kind.capitalize()} job {call.params[key]} does not exist."
        raise RefusedError("ResourceNotFoundException", words)
    return job


def looked_at(job: Job) -> None:
    """The job is shown once more."""
    if job.started is not None and job.looks:
        job.looks -= 1


def describe(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DescribeBackupJob."""
    job = find(service, call, "backup", "BackupJobId")
    content = _tell(service, job, now)
    looked_at(job)
    return content


def list_(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """ListBackupJobs."""
    here = ("backup", service.account(call), call.region)
    found = [job for job in service.jobs.values() if (job.kind, job.account, job.region) == here]
    told = [_tell(service, job, now) for job in reversed(found)]
    return lists.page(told, call.params, "BackupJobs", _FILTERS)


def _tell(service: BackupService, job: Job, now: float) -> dict[str, Any]:
    content: dict[str, Any] = {
        "AccountId": job.account,
        "BackupJobId": job.id,
        "BackupVaultName": job.vault_arn.rpartition(":")[2],
        "BackupVaultArn": job.vault_arn,
        "RecoveryPointLifecycle": job.lifecycle,
        "ResourceArn": job.resource_arn,
        "ResourceType": "DynamoDB",
        "ResourceName": job.table,
        "IamRoleArn": job.role,
        "CreationDate": service.wall(job.created),
        "StartBy": service.wall(job.start_by),
        "State": job.state,
        "PercentDone": percent(service, job, now),
        "IsParent": False,
    }
    if job.message:
        content["StatusMessage"] = job.message
    if job.category:
        content["MessageCategory"] = job.category
    if job.ended is not None:
        content["CompletionDate"] = service.wall(job.ended)
    if job.started is not None and job.point_arn:
        content["RecoveryPointArn"] = job.point_arn
    if job.state in ("COMPLETED", "PARTIAL") and job.picture:
        content["BackupSizeInBytes"] = job.picture.details["BackupSizeBytes"]
        content["IsEncrypted"] = True
    return content


def percent(service: BackupService, job: Job, now: float) -> str:
    """How much of a job is done, as the text that AWS tells."""
    if job.state in ("COMPLETED", "PARTIAL"):
        return "100.0"
    if job.state != "RUNNING" or job.started is None:
        return "0.0"
    if service.looks:
        return f"{99 * (1 - job.looks / max(job.looks, service.looks)):.1f}"
    spent = now - job.started - (service.pending_seconds if job.kind == "backup" else 0)
    whole = {
        "backup": service.running_seconds,
        "restore": service.restores().restoring_seconds,
    }[job.kind]
    return f"{min(99.0, 100 * spent / max(whole, 1e-9)):.1f}"


def stop(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """StopBackupJob. What DynamoDB has begun can't be stopped."""
    job = find(service, call, "backup", "BackupJobId")
    if job.state not in ("CREATED", "PENDING"):
        words = f"Backup job {job.id} cannot be stopped in the state {job.state}."
        raise RefusedError("InvalidRequestException", words)
    service.abort(job.id, now)
    return {}


HANDLERS = {
    "StartBackupJob": start,
    "DescribeBackupJob": describe,
    "ListBackupJobs": list_,
    "StopBackupJob": stop,
}
