"""Recovery points: lifecycle, tags, lists and deletion."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from moto.backup.models import backup_backends
from moto.dynamodb.models import dynamodb_backends

from tests.aws.simulator.backup import lists
from tests.aws.simulator.backup.records import FOREVER, Job, Point, RefusedError
from tests.aws.simulator.calls import Call

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService

_COLD_DAYS = 90
_MOST_DAYS = 36500
_LOCKED = "RecoveryPoint cannot be deleted or updated (Backup vault configured with Lock)"
_FILTERS = {
    "ByResourceArn": "ResourceArn",
    "ByResourceType": "ResourceType",
    "ByCreatedBefore": "CreationDate",
    "ByCreatedAfter": "CreationDate",
}
_OF_RESOURCE = (
    "RecoveryPointArn",
    "CreationDate",
    "Status",
    "StatusMessage",
    "BackupVaultName",
    "IsParent",
    "ResourceName",
    "VaultType",
)


def new_arn(region: str, account: str) -> str:
    """ARN of a recovery point to be."""
    return f"arn:aws:backup:{region}:{account}:recovery-point:{uuid.uuid4()}"


def check_lifecycle(lifecycle: dict[str, Any]) -> None:
    """Refuse what AWS refuses of a lifecycle."""
    cold, delete = (
        lifecycle.get(key, -1) for key in ("MoveToColdStorageAfterDays", "DeleteAfterDays")
    )
    words = ""
    if 0 <= delete < cold + _COLD_DAYS and cold >= 0:
        words = (
            f"DeleteAfterDays cannot be less than {_COLD_DAYS} days apart from "
            "MoveToColdStorageAfterDays"
        )
    if max(cold, delete) > _MOST_DAYS or 0 in (cold, delete):
        words = f"Days must be between 1 and {_MOST_DAYS}"
    if words:
        raise RefusedError("InvalidParameterValueException", f"Invalid lifecycle. {words}")


def outside_lock(service: BackupService, job: Job) -> str:
    """What AWS says of a job whose retention the vault's lock does not let in."""
    vault = service.vault(job.vault_arn)
    if not vault.locked:
        return ""
    days = job.lifecycle.get("DeleteAfterDays", FOREVER)
    days = FOREVER if days == -1 else days
    least, most = vault.min_retention_days or 0, vault.max_retention_days or FOREVER
    if least <= days <= most:
        return ""
    return (
        f"{job.kind.capitalize()} job failed. The retention specified in the job is not within the "
        "range specified for the target Backup Vault."
    )


def find(service: BackupService, vault_arn: str, arn: str) -> Point:
    """The recovery point; it must exist."""
    service.vault(vault_arn)
    point = service.points.get((vault_arn, arn))
    if point is None:
        words = f"Recovery point {arn} does not exist."
        raise RefusedError("ResourceNotFoundException", words)
    return point


def age(service: BackupService, now: float) -> None:
    """Let recovery points go whose time is over."""
    for key, point in list(service.points.items()):
        if point.deleting_until is not None and now >= point.deleting_until:
            _forget(service, key)
        elif now >= point.delete_at and point.completed is not None and not point.held:
            if service.lacks_delete_rights:
                point.held = "EXPIRED"
            else:
                _forget(service, key)


def drop_unfinished(service: BackupService, job: Job) -> None:
    """A job made nothing after all."""
    if job.kind == "backup" and (job.vault_arn, job.point_arn) in service.points:
        _forget(service, (job.vault_arn, job.point_arn))


def _forget(service: BackupService, key: tuple[str, str]) -> None:
    point = service.points.pop(key)
    account, region = point.vault_arn.split(":")[4], point.vault_arn.split(":")[3]
    backup_backends[account][region].tagger.delete_all_tags_for_resource(point.arn)
    dynamodb_backends[account][region].backups.pop(point.arn, None)


def tag(account: str, region: str, arn: str, tags: dict[str, str]) -> None:
    """Tag a recovery point."""
    backup_backends[account][region].tag_resource(arn, tags)


def tags(point: Point) -> dict[str, str]:
    """The tags of a recovery point."""
    account, region = point.vault_arn.split(":")[4], point.vault_arn.split(":")[3]
    return dict(backup_backends[account][region].list_tags(point.arn))


def describe(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DescribeRecoveryPoint."""
    vault_arn = service.vault_arn(call, str(call.params["BackupVaultName"]))
    return _tell(service, find(service, vault_arn, str(call.params["RecoveryPointArn"])), now)


def list_of_vault(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """ListRecoveryPointsByBackupVault."""
    vault_arn = service.vault_arn(call, str(call.params["BackupVaultName"]))
    service.vault(vault_arn)
    found = [point for point in service.points.values() if point.vault_arn == vault_arn]
    told = [_tell(service, point, now) for point in found]
    for one in told:
        del one["StorageClass"]  # told only of one at a time
    return lists.page(told, call.params, "RecoveryPoints", _FILTERS)


def list_of_resource(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """ListRecoveryPointsByResource."""
    here = service.vault_arn(call, "")
    found = [
        _tell(service, point, now)
        for point in service.points.values()
        if point.vault_arn.startswith(here) and point.resource_arn == call.params["ResourceArn"]
    ]
    told = [{key: one[key] for key in _OF_RESOURCE if key in one} for one in found]
    for short, one in zip(told, found, strict=True):
        short["BackupSizeBytes"] = one["BackupSizeInBytes"]
    return lists.page(told, call.params, "RecoveryPoints", {})


def _tell(service: BackupService, point: Point, now: float) -> dict[str, Any]:
    cold = now >= point.cold_at
    ages = (("MoveToColdStorageAt", point.cold_at), ("DeleteAt", point.delete_at))
    content: dict[str, Any] = {
        "RecoveryPointArn": point.arn,
        "BackupVaultName": point.vault_arn.rpartition(":")[2],
        "BackupVaultArn": point.vault_arn,
        "ResourceArn": point.resource_arn,
        "ResourceType": "DynamoDB",
        "ResourceName": point.resource_arn.rpartition("/")[2],
        "IamRoleArn": point.role,
        "Status": point.told_status,
        "CreationDate": service.wall(point.since),
        "InitiationDate": service.wall(point.initiated),
        "BackupSizeInBytes": point.picture.details["BackupSizeBytes"] if point.picture else 0,
        "Lifecycle": point.lifecycle,
        "CalculatedLifecycle": {key: service.wall(at) for key, at in ages if at < FOREVER},
        "IsEncrypted": True,
        "StorageClass": "COLD" if cold else "WARM",
        "IsParent": False,
        "VaultType": "BACKUP_VAULT",
    }
    if point.source_vault_arn:
        content["SourceBackupVaultArn"] = point.source_vault_arn
    if point.completed is not None:
        content["CompletionDate"] = service.wall(point.completed)
    if point.restored is not None:
        content["LastRestoreTime"] = service.wall(point.restored)
    if point.held:
        content["StatusMessage"] = "AWS Backup lacks the permission to delete this recovery point."
    return content


def delete(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DeleteRecoveryPoint."""
    vault_arn = service.vault_arn(call, str(call.params["BackupVaultName"]))
    point = find(service, vault_arn, str(call.params["RecoveryPointArn"]))
    if service.vault(vault_arn).locked:
        raise RefusedError("InvalidRequestException", _LOCKED)
    copied = any(
        job.source_arn == point.arn and job.started is not None and not job.over
        for job in service.jobs.values()
    )
    if copied or point.told_status in ("CREATING", "DELETING"):
        words = "AWS Backup is already performing an action on this recovery point."
        raise RefusedError("InvalidResourceStateException", words)
    if service.lacks_delete_rights:
        point.held = "EXPIRED"
    elif service.deleting_seconds:
        point.deleting_until = now + service.deleting_seconds
    else:
        _forget(service, (vault_arn, point.arn))
    return {}


def update_lifecycle(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """UpdateRecoveryPointLifecycle."""
    vault_arn = service.vault_arn(call, str(call.params["BackupVaultName"]))
    point = find(service, vault_arn, str(call.params["RecoveryPointArn"]))
    if service.vault(vault_arn).locked:
        raise RefusedError("InvalidRequestException", _LOCKED)
    lifecycle = dict(call.params.get("Lifecycle", {}))
    check_lifecycle(lifecycle)
    point.lifecycle = lifecycle
    told = _tell(service, point, now)
    return {
        key: told[key]
        for key in ("BackupVaultArn", "RecoveryPointArn", "Lifecycle", "CalculatedLifecycle")
    }


HANDLERS = {
    "DescribeRecoveryPoint": describe,
    "ListRecoveryPointsByBackupVault": list_of_vault,
    "ListRecoveryPointsByResource": list_of_resource,
    "DeleteRecoveryPoint": delete,
    "UpdateRecoveryPointLifecycle": update_lifecycle,
}
