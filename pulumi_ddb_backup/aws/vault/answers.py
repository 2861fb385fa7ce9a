"""What AWS Backup's answers become: records.

Each function is handed an answer as botocore has parsed it. One that lacks what it must have raises
KeyError, TypeError or ValueError; `calls.dynamodb` says what that means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..backup.answers import utc
from .records import RecoveryPoint, VaultCopy, VaultState
from .states import CopyState, JobState
from .steps import Features, Job, RestoreJob

_SUCCESS = ("", "SUCCESS")


def vault(answer: Mapping[str, Any]) -> VaultState:
    return VaultState(
        name=answer["BackupVaultName"],
        arn=answer["BackupVaultArn"],
        locked=bool(answer.get("Locked")),
        min_days=answer.get("MinRetentionDays"),
        max_days=answer.get("MaxRetentionDays"),
    )


def features(answer: Mapping[str, Any]) -> Features:
    return Features(
        backs_up=answer["ResourceTypeOptInPreference"].get("DynamoDB"),
        is_advanced=answer["ResourceTypeManagementPreference"].get("DynamoDB"),
    )


def started(answer: Mapping[str, Any]) -> Job:
    return Job(
        answer["BackupJobId"],
        JobState.CREATED.value,
        point=answer.get("RecoveryPointArn") or None,
        created=utc(answer.get("CreationDate")),
    )


def job(answer: Mapping[str, Any]) -> Job:
    return Job(
        id=answer["BackupJobId"],
        state=answer["State"],
        vault=answer.get("BackupVaultName") or "",
        vault_arn=answer.get("BackupVaultArn") or None,
        point=answer.get("RecoveryPointArn") or None,
        created=utc(answer.get("CreationDate")),
        completed=utc(answer.get("CompletionDate")),
        percent=_percent(answer.get("PercentDone")),
        size=answer.get("BackupSizeInBytes"),
        role=answer.get("IamRoleArn") or "",
        of_plan=bool((answer.get("CreatedBy") or {}).get("BackupPlanId")),
        message=_message(answer),
    )


def _percent(told: str | None) -> float | None:
    """AWS tells it as text; with a percent sign, in some of its examples."""
    return float(told.rstrip("%")) if told else None


def _message(answer: Mapping[str, Any]) -> str:
    """AWS's words, or the kind of them; of a success there is nothing to tell."""
    kind = answer.get("MessageCategory") or ""
    words = answer.get("StatusMessage") or ""
    return words or (kind if kind.upper() not in _SUCCESS else "")


def jobs(answer: Mapping[str, Any]) -> tuple[list[Job], str | None]:
    return [job(one) for one in answer["BackupJobs"]], answer.get("NextToken")


def copy_started(answer: Mapping[str, Any]) -> str:
    return str(answer["CopyJobId"])


def described_copy(answer: Mapping[str, Any]) -> VaultCopy:
    return copy(answer["CopyJob"])


def copy(told: Mapping[str, Any]) -> VaultCopy:
    state = told["State"]
    return VaultCopy(
        vault_arn=told["DestinationBackupVaultArn"],
        state=state,
        copy_job_id=told["CopyJobId"],
        recovery_point_arn=told.get("DestinationRecoveryPointArn") or None,
        message=_message(told) if state not in (CopyState.CREATED, CopyState.RUNNING) else "",
    )


def copies(answer: Mapping[str, Any]) -> tuple[list[VaultCopy], str | None]:
    return [copy(one) for one in answer["CopyJobs"]], answer.get("NextToken")


def point(answer: Mapping[str, Any]) -> RecoveryPoint:
    calculated = answer.get("CalculatedLifecycle") or {}
    return RecoveryPoint(
        recovery_point_arn=answer["RecoveryPointArn"],
        status=answer["Status"],
        vault_name=answer["BackupVaultName"],
        vault_arn=answer.get("BackupVaultArn") or None,
        table_arn=answer.get("ResourceArn") or None,
        backup_size_bytes=answer.get("BackupSizeInBytes"),
        creation_date_time=utc(answer.get("CreationDate")),
        completion_date_time=utc(answer.get("CompletionDate")),
        delete_at=utc(calculated.get("DeleteAt")),
        cold_at=utc(calculated.get("MoveToColdStorageAt")),
        storage_class=answer.get("StorageClass") or None,
        backup_plan=(answer.get("CreatedBy") or {}).get("BackupPlanId"),
        source_vault_arn=answer.get("SourceBackupVaultArn") or None,
        message=answer.get("StatusMessage") or None,
    )


def points(answer: Mapping[str, Any]) -> tuple[list[RecoveryPoint], str | None]:
    return [point(one) for one in answer["RecoveryPoints"]], answer.get("NextToken")


def tags(answer: Mapping[str, Any]) -> Mapping[str, str]:
    return dict(answer["Tags"])


def nothing(_answer: Mapping[str, Any]) -> None:
    return None


def restore_started(answer: Mapping[str, Any]) -> str:
    return str(answer["RestoreJobId"])


def restore_job(answer: Mapping[str, Any]) -> RestoreJob:
    return RestoreJob(
        id=answer["RestoreJobId"],
        state=answer["Status"],
        created=utc(answer.get("CreationDate")),
        completed=utc(answer.get("CompletionDate")),
        percent=_percent(answer.get("PercentDone")),
        table_arn=answer.get("CreatedResourceArn") or None,
        message=answer.get("StatusMessage") or "",
    )
