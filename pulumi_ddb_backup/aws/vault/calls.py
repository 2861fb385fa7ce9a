"""The calls of AWS Backup. Each raises `AwsFailure`.

`within_seconds` is how long the caller is ready to wait for the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..calls.dynamodb import DynamoDB
from ..calls.rate import Api
from ..rules.values import without_none
from . import answers
from .records import Lifecycle, RecoveryPoint, VaultBackupRequest, VaultCopy, VaultState
from .steps import Features, Job, RestoreJob


async def describe_region_settings(aws: DynamoDB, within_seconds: float) -> Features:
    return await aws.call(
        Api.DESCRIBE_REGION_SETTINGS,
        lambda clients: clients.backup.describe_region_settings(),
        answers.features,
        within_seconds,
    )


async def describe_backup_vault(aws: DynamoDB, name: str, within_seconds: float) -> VaultState:
    return await aws.call(
        Api.DESCRIBE_VAULT,
        lambda clients: clients.backup.describe_backup_vault(BackupVaultName=name),
        answers.vault,
        within_seconds,
    )


def _lifecycle(lifecycle: Lifecycle) -> dict[str, int] | None:
    told = {
        "MoveToColdStorageAfterDays": lifecycle.cold_after_days,
        "DeleteAfterDays": lifecycle.delete_after_days,
    }
    return without_none(told) or None


async def start_backup_job(
    aws: DynamoDB,
    request: VaultBackupRequest,
    table_arn: str,
    token: str,
    tags: Mapping[str, str],
    within_seconds: float,
) -> Job:
    sent: Any = without_none(
        {
            "BackupVaultName": request.vault_name,
            "ResourceArn": table_arn,
            "IamRoleArn": request.backup_role_arn,
            "IdempotencyToken": token,
            "StartWindowMinutes": request.start_window_minutes,
            "Lifecycle": _lifecycle(request.lifecycle),
            "RecoveryPointTags": dict(tags) or None,
        }
    )
    return await aws.call(
        Api.START_BACKUP_JOB,
        lambda clients: clients.backup.start_backup_job(**sent),
        answers.started,
        within_seconds,
    )


async def describe_backup_job(aws: DynamoDB, job_id: str, within_seconds: float) -> Job:
    return await aws.call(
        Api.DESCRIBE_BACKUP_JOB,
        lambda clients: clients.backup.describe_backup_job(BackupJobId=job_id),
        answers.job,
        within_seconds,
    )


async def list_backup_jobs(
    aws: DynamoDB, table_arn: str, since: datetime, after: str | None, within_seconds: float
) -> tuple[list[Job], str | None]:
    """One page of the backup jobs of a table, and what the next begins with, if there is one."""
    sent: Any = without_none(
        {"ByResourceArn": table_arn, "ByCreatedAfter": since, "NextToken": after}
    )
    return await aws.call(
        Api.LIST_BACKUP_JOBS,
        lambda clients: clients.backup.list_backup_jobs(**sent),
        answers.jobs,
        within_seconds,
    )


async def start_copy_job(
    aws: DynamoDB,
    point: str,
    source_vault: str,
    copy: VaultCopy,
    request: VaultBackupRequest,
    token: str,
    within_seconds: float,
) -> str:
    sent: Any = without_none(
        {
            "RecoveryPointArn": point,
            "SourceBackupVaultName": source_vault,
            "DestinationBackupVaultArn": copy.vault_arn,
            "IamRoleArn": request.backup_role_arn,
            "IdempotencyToken": token,
            "Lifecycle": _lifecycle(request.lifecycle),
        }
    )
    return await aws.call(
        Api.START_COPY_JOB,
        lambda clients: clients.backup.start_copy_job(**sent),
        answers.copy_started,
        within_seconds,
    )


async def describe_copy_job(aws: DynamoDB, job_id: str, within_seconds: float) -> VaultCopy:
    return await aws.call(
        Api.DESCRIBE_COPY_JOB,
        lambda clients: clients.backup.describe_copy_job(CopyJobId=job_id),
        answers.described_copy,
        within_seconds,
    )


async def list_copy_jobs(
    aws: DynamoDB, point: str, after: str | None, within_seconds: float
) -> tuple[list[VaultCopy], str | None]:
    """One page of the copy jobs of a recovery point."""
    sent: Any = without_none({"BySourceRecoveryPointArn": point, "NextToken": after})
    return await aws.call(
        Api.LIST_COPY_JOBS,
        lambda clients: clients.backup.list_copy_jobs(**sent),
        answers.copies,
        within_seconds,
    )


async def describe_recovery_point(
    aws: DynamoDB, vault: str, point: str, within_seconds: float
) -> RecoveryPoint:
    return await aws.call(
        Api.DESCRIBE_RECOVERY_POINT,
        lambda clients: clients.backup.describe_recovery_point(
            BackupVaultName=vault, RecoveryPointArn=point
        ),
        answers.point,
        within_seconds,
    )


async def list_recovery_points_by_backup_vault(
    aws: DynamoDB, vault: str, table_arn: str | None, after: str | None, within_seconds: float
) -> tuple[list[RecoveryPoint], str | None]:
    """One page of the recovery points of tables in a vault."""
    sent: Any = without_none(
        {
            "BackupVaultName": vault,
            "ByResourceType": "DynamoDB",
            "ByResourceArn": table_arn,
            "NextToken": after,
        }
    )
    return await aws.call(
        Api.LIST_RECOVERY_POINTS,
        lambda clients: clients.backup.list_recovery_points_by_backup_vault(**sent),
        answers.points,
        within_seconds,
    )


async def delete_recovery_point(
    aws: DynamoDB, vault: str, point: str, within_seconds: float
) -> None:
    await aws.call(
        Api.DELETE_RECOVERY_POINT,
        lambda clients: clients.backup.delete_recovery_point(
            BackupVaultName=vault, RecoveryPointArn=point
        ),
        answers.nothing,
        within_seconds,
    )


async def list_tags(aws: DynamoDB, point: str, within_seconds: float) -> Mapping[str, str]:
    return await aws.call(
        Api.LIST_POINT_TAGS,
        lambda clients: clients.backup.list_tags(ResourceArn=point),
        answers.tags,
        within_seconds,
    )


async def tag_resource(
    aws: DynamoDB, point: str, tags: Mapping[str, str], within_seconds: float
) -> None:
    await aws.call(
        Api.TAG_POINT,
        lambda clients: clients.backup.tag_resource(ResourceArn=point, Tags=tags),
        answers.nothing,
        within_seconds,
    )


async def start_restore_job(
    aws: DynamoDB,
    point: str,
    role: str,
    metadata: Mapping[str, str],
    token: str,
    within_seconds: float,
) -> str:
    return await aws.call(
        Api.START_RESTORE_JOB,
        lambda clients: clients.backup.start_restore_job(
            RecoveryPointArn=point,
            IamRoleArn=role,
            Metadata=metadata,
            IdempotencyToken=token,
            ResourceType="DynamoDB",
        ),
        answers.restore_started,
        within_seconds,
    )


async def describe_restore_job(aws: DynamoDB, job_id: str, within_seconds: float) -> RestoreJob:
    return await aws.call(
        Api.DESCRIBE_RESTORE_JOB,
        lambda clients: clients.backup.describe_restore_job(RestoreJobId=job_id),
        answers.restore_job,
        within_seconds,
    )
