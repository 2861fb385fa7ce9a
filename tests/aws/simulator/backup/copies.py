"""Copy jobs, over regions and accounts."""

from __future__ import annotations

import copy
import json
import re
import uuid
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from moto.backup.models import backup_backends

from tests.aws.simulator.backup import jobs, lists, points
from tests.aws.simulator.backup.records import Job, Point, RefusedError, named, table_of
from tests.aws.simulator.calls import Call

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService

_VAULT = re.compile(r"arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[a-zA-Z0-9_.-]+")
_ACTION = "backup:CopyIntoBackupVault"
_DEFAULT_KEY = (
    "Copy job failed because the destination Backup vault is encrypted with the default Backup "
    "service managed key. The contents of this vault cannot be copied. Only the contents of a "
    "Backup vault encrypted by an AWS KMS key may be copied."
)
_FILTERS = {
    "ByResourceArn": "ResourceArn",
    "ByState": "State",
    "ByCreatedBefore": "CreationDate",
    "ByCreatedAfter": "CreationDate",
    "ByResourceType": "ResourceType",
    "ByDestinationVaultArn": "DestinationBackupVaultArn",
    "ByAccountId": "AccountId",
    "ByCompleteAfter": "CompletionDate",
    "ByCompleteBefore": "CompletionDate",
    "ByMessageCategory": "MessageCategory",
    "BySourceRecoveryPointArn": "SourceRecoveryPointArn",
}


def start(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """StartCopyJob."""
    return service.once(call, now, lambda: _start(service, call, now))


def _start(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    params, destination = call.params, str(call.params["DestinationBackupVaultArn"])
    if not _VAULT.fullmatch(destination):
        raise RefusedError("InvalidParameterValueException", f"Invalid ARN: {destination}")
    source_vault = service.vault_arn(call, str(params["SourceBackupVaultName"]))
    point = points.find(service, source_vault, str(params["RecoveryPointArn"]))
    points.check_lifecycle(params.get("Lifecycle", {}))
    if point.told_status not in ("COMPLETED", "AVAILABLE"):
        words = f"Recovery point {point.arn} is not in a state that can be copied."
        raise RefusedError("InvalidRequestException", words)
    if not point.advanced:
        words = "Copying of DynamoDB backups needs AWS Backup's advanced DynamoDB features."
        raise RefusedError("InvalidRequestException", words)
    if now >= point.cold_at:
        words = f"Recovery point {point.arn} is in cold storage and cannot be copied."
        raise RefusedError("InvalidRequestException", words)
    service.needs_role(str(params["IamRoleArn"]), now)
    account, region, name = named(destination)
    job = Job(
        kind="copy",
        id=str(uuid.uuid4()).upper(),
        account=service.account(call),
        region=call.region,
        resource_arn=point.resource_arn,
        role=params["IamRoleArn"],
        vault_arn=destination,
        created=now,
        end=service.end_of("copy", name, destination),
        stuck=bool({name, destination} & service.stuck),
        source_arn=point.arn,
        source_vault_arn=source_vault,
        lifecycle=_lifecycle(params.get("Lifecycle", {}), point.lifecycle),
        point_arn=points.new_arn(region, account),
    )
    service.add(job)
    return {"CopyJobId": job.id, "CreationDate": service.wall(now), "IsParent": False}


def begin(service: BackupService, job: Job, at: float) -> tuple[str, str] | None:
    """The job starts; why it fails instead, and the category."""
    account, region, name = named(job.vault_arn)
    if account != job.account and account not in service.organisation:
        words = "Both source and destination account must be a member of the same organization."
        return f"Copy job failed. {words}", "AccessDenied"
    vault = backup_backends[account][region].vaults.get(name)
    own = account == job.account
    if vault is None or not _lets_in(service.policies.get(job.vault_arn), own):
        return "Access Denied trying to call AWS Backup service", "AccessDenied"
    if not own and not vault.encryption_key_arn:
        return _DEFAULT_KEY, "KMS"
    source = service.points.get((job.source_vault_arn, job.source_arn))
    if source is None:
        return f"Recovery point {job.source_arn} does not exist.", "ResourceNotFound"
    job.source, job.tags = source, points.tags(source)
    if outside := points.outside_lock(service, job):
        return outside, "InvalidParameters"
    return None


def complete(service: BackupService, job: Job, at: float) -> None:
    """The copy is there, as old as what it is a copy of."""
    account, region, _ = named(job.vault_arn)
    source = job.source
    if source is None:
        raise AssertionError("a copy that has begun knows what it copies")
    service.points[job.vault_arn, job.point_arn] = Point(
        arn=job.point_arn,
        vault_arn=job.vault_arn,
        resource_arn=job.resource_arn,
        role=job.role,
        initiated=job.started or at,
        since=source.since,
        status="PARTIAL" if job.end.state == "PARTIAL" else service.point_status,
        lifecycle=job.lifecycle,
        picture=copy.copy(source.picture),
        completed=at,
        source_vault_arn=job.source_vault_arn,
    )
    points.tag(account, region, job.point_arn, job.tags)


def _lifecycle(given: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """What a copy keeps: its source's unless something is said, and its source's end anyway.

    A copy that is to be kept for ever goes when its source goes, as AWS's documentation says.
    """
    delete = "DeleteAfterDays"
    if not given:
        return dict(source)
    forever = given.get(delete, -1) == -1
    return {**given, delete: source[delete]} if forever and delete in source else dict(given)


def _lets_in(policy: str | None, own: bool) -> bool:
    """Whether a vault's policy lets a copy in; another account's vault has to say so."""
    allowed = own
    for statement in json.loads(policy)["Statement"] if policy else ():
        actions = statement.get("Action", [])
        given = [actions] if isinstance(actions, str) else actions
        if not any(fnmatchcase(_ACTION.lower(), action.lower()) for action in given):
            continue
        if statement["Effect"] == "Allow":
            allowed = True
        elif not statement.get("Condition"):
            return False
    return allowed


def describe(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DescribeCopyJob."""
    job = jobs.find(service, call, "copy", "CopyJobId")
    content = _tell(service, job)
    jobs.looked_at(job)
    return {"CopyJob": content}


def list_(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """ListCopyJobs."""
    here = ("copy", service.account(call), call.region)
    found = [job for job in service.jobs.values() if (job.kind, job.account, job.region) == here]
    told = [_tell(service, job) for job in reversed(found)]
    return lists.page(told, call.params, "CopyJobs", _FILTERS)


def _tell(service: BackupService, job: Job) -> dict[str, Any]:
    content: dict[str, Any] = {
        "AccountId": job.account,
        "CopyJobId": job.id,
        "SourceBackupVaultArn": job.source_vault_arn,
        "SourceRecoveryPointArn": job.source_arn,
        "DestinationBackupVaultArn": job.vault_arn,
        "DestinationRecoveryPointLifecycle": job.lifecycle,
        "ResourceArn": job.resource_arn,
        "ResourceType": "DynamoDB",
        "ResourceName": table_of(job.resource_arn),
        "IamRoleArn": job.role,
        "CreationDate": service.wall(job.created),
        "State": job.state,
        "IsParent": False,
    }
    if job.message:
        content["StatusMessage"] = job.message
    if job.category:
        content["MessageCategory"] = job.category
    if job.ended is not None:
        content["CompletionDate"] = service.wall(job.ended)
    if job.state in ("COMPLETED", "PARTIAL"):
        content["DestinationRecoveryPointArn"] = job.point_arn
    return content


HANDLERS = {"StartCopyJob": start, "DescribeCopyJob": describe, "ListCopyJobs": list_}
