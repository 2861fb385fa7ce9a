"""Vaults, their locks and policies, tags and the region's settings, as far as moto lacks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.backup.models import Vault, backup_backends

from tests.aws.simulator.backup.records import DAY, RefusedError
from tests.aws.simulator.calls import Call

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService

_TYPES = ("Aurora", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3")


def _named(service: BackupService, call: Call) -> tuple[str, Vault]:
    arn = service.vault_arn(call, str(call.params["BackupVaultName"]))
    return arn, service.vault(arn)


def describe(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DescribeBackupVault."""
    arn, vault = _named(service, call)
    inside = sum(point.vault_arn == arn for point in service.points.values())
    content: dict[str, Any] = {
        "BackupVaultName": vault.backup_vault_name,
        "BackupVaultArn": arn,
        "VaultType": "BACKUP_VAULT",
        "EncryptionKeyArn": vault.encryption_key_arn or None,
        "CreationDate": vault.creation_date,
        "CreatorRequestId": vault.creator_request_id or None,
        "NumberOfRecoveryPoints": inside,
        "Locked": vault.locked,
        "MinRetentionDays": vault.min_retention_days,
        "MaxRetentionDays": vault.max_retention_days,
        "LockDate": vault.lock_date,
    }
    return {key: value for key, value in content.items() if value is not None}


def list_(service: BackupService, call: Call, now: float) -> None:
    """ListBackupVaults: moto's, told how many recovery points there are."""
    for vault in backup_backends[service.account(call)][call.region].vaults.values():
        arn = vault.backup_vault_arn
        vault.num_of_recovery_points = sum(p.vault_arn == arn for p in service.points.values())


def delete(service: BackupService, call: Call, now: float) -> None:
    """DeleteBackupVault: moto's, unless there is something in it."""
    arn, _ = _named(service, call)
    if any(point.vault_arn == arn for point in service.points.values()):
        words = "Backup vault cannot be deleted because it contains recovery points."
        raise RefusedError("InvalidRequestException", words)
    service.policies.pop(arn, None)


def lock(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """PutBackupVaultLockConfiguration: moto's checks, by the simulator's time."""
    _, vault = _changeable(service, call, now)
    days = call.params.get("ChangeableForDays")
    if days is not None and days < 3:
        words = "ChangeableForDays must be at least 3 days"
        raise RefusedError("InvalidParameterValueException", words)
    vault.lock_date = None
    backup_backends[service.account(call)][call.region].put_backup_vault_lock_configuration(
        vault.backup_vault_name,
        call.params.get("MinRetentionDays"),
        call.params.get("MaxRetentionDays"),
        None,
    )
    vault.lock_date = service.wall(now + days * DAY) if days else None
    return {}


def unlock(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DeleteBackupVaultLockConfiguration."""
    _, vault = _changeable(service, call, now)
    vault.locked, vault.lock_date = False, None
    vault.min_retention_days = vault.max_retention_days = None
    return {}


def _changeable(service: BackupService, call: Call, now: float) -> tuple[str, Vault]:
    arn, vault = _named(service, call)
    if vault.lock_date is not None and service.wall(now) >= vault.lock_date:
        words = "Vault Lock configuration is immutable"
        raise RefusedError("InvalidRequestException", words)
    return arn, vault


def put_policy(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """PutBackupVaultAccessPolicy."""
    arn, _ = _named(service, call)
    service.policies[arn] = str(call.params["Policy"])
    return {}


def get_policy(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """GetBackupVaultAccessPolicy."""
    arn, vault = _named(service, call)
    if arn not in service.policies:
        words = "Backup vault has no access policy."
        raise RefusedError("ResourceNotFoundException", words)
    name = vault.backup_vault_name
    return {"BackupVaultName": name, "BackupVaultArn": arn, "Policy": service.policies[arn]}


def delete_policy(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DeleteBackupVaultAccessPolicy."""
    arn, _ = _named(service, call)
    service.policies.pop(arn, None)
    return {}


def describe_settings(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """DescribeRegionSettings."""
    opted = dict.fromkeys(_TYPES, True) | service.opt_in.get(call.region, {})
    managed = {"DynamoDB": service.advanced.get(call.region, True), "EFS": True}
    return {"ResourceTypeOptInPreference": opted, "ResourceTypeManagementPreference": managed}


def update_settings(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """UpdateRegionSettings."""
    opted = service.opt_in.setdefault(call.region, {})
    opted |= call.params.get("ResourceTypeOptInPreference", {})
    managed = call.params.get("ResourceTypeManagementPreference", {})
    if "DynamoDB" in managed:
        service.advanced[call.region] = managed["DynamoDB"]
    return {}


def tags(service: BackupService, call: Call, now: float) -> None:
    """ListTags, TagResource, UntagResource: moto's, of recovery points that exist."""
    arn = str(call.params["ResourceArn"])
    if ":recovery-point:" in arn and not any(p.arn == arn for p in service.points.values()):
        words = f"Recovery point {arn} does not exist."
        raise RefusedError("ResourceNotFoundException", words)


HANDLERS = {
    "DescribeBackupVault": describe,
    "ListBackupVaults": list_,
    "DeleteBackupVault": delete,
    "PutBackupVaultLockConfiguration": lock,
    "DeleteBackupVaultLockConfiguration": unlock,
    "PutBackupVaultAccessPolicy": put_policy,
    "GetBackupVaultAccessPolicy": get_policy,
    "DeleteBackupVaultAccessPolicy": delete_policy,
    "DescribeRegionSettings": describe_settings,
    "UpdateRegionSettings": update_settings,
    "ListTags": tags,
    "TagResource": tags,
    "UntagResource": tags,
}
