"""The errors of a backup in a vault that no other backup has."""

from __future__ import annotations

from typing import Any, Final

from ..errors import BackupError


class VaultNotFoundError(BackupError):
    """There is no such vault in the account and region."""

    sentence = "AWS Backup has no vault '{detail}' in region '{region}' for table '{table_name}'"
    advice = (
        "Create it, or check its name, the region and the account. AWS answers the same where the identity "
        "in use may not see a vault."
    )


class VaultRefusedError(BackupError):
    """The vault's lock does not allow what was asked for. `facts.detail` says why."""

    sentence = (
        "The lock of vault {status} does not allow this backup of table '{table_name}': {detail}"
    )
    advice = "Change that, or take another vault."


class FeatureOffError(BackupError):
    """AWS Backup may not do this for DynamoDB in the region. `facts.detail` says what is off."""

    sentence = "{detail} in region '{region}', so table '{table_name}' can't be backed up like this"
    advice = (
        "Turn it on for the account and region (`aws backup update-region-settings`, or in the console "
        "under AWS Backup, Settings), then {again}."
    )


class BackupRoleError(BackupError):
    """AWS Backup can't assume the role, or the role may not do what is needed."""

    sentence = "AWS Backup can't use the role for table '{table_name}': {detail}"
    advice = (
        "The role must trust backup.amazonaws.com and have the policy "
        "AWSBackupServiceRolePolicyForBackup. Once it has, {again}."
    )


class BackupJobFailedError(BackupError):
    """The backup job is over and has made no recovery point."""

    sentence = "The backup job of table '{table_name}' is {status}: {detail}"
    advice = "Once the cause is mended, {again}: another job is started."


class CopyFailedError(BackupError):
    """One or more copies have failed. The recovery point itself is there."""

    sentence = "The backup of table '{table_name}' is there, but not all of its copies: {detail}"
    advice = (
        "The destination vault must exist and, if it is another account's, its policy must allow "
        "backup:CopyIntoBackupVault to this account. Once the cause is mended, {again}: only the "
        "missing copies are made."
    )


class VaultBackupTimeoutError(BackupError):
    """The backup, or one of its copies, was not complete before the timeout. AWS goes on with it."""

    sentence = "Timed out after {timeout}s. Current status: {status}"
    advice = "It goes on in AWS. Table: '{table_name}'."


class OtherJobTimeoutError(BackupError):
    """Another job of the table was under way until the timeout, and none was started."""

    sentence = (
        "Another backup job of table '{table_name}' was under way until the timeout of {timeout}s: "
        "{detail}"
    )
    advice = "Once it is over, {again}."


class VaultBackupCancelledError(BackupError):
    """The caller cancelled. What was started continues in AWS."""

    stopped = True
    sentence = "The backup of table '{table_name}' in a vault was cancelled here"


RESTORE_CANCELLED: Final = (
    "The restore of recovery point '{backup_arn}' to table '{table_name}' was cancelled here"
)


class RecoveryPointGoneError(BackupError):
    """The recovery point does not exist, or no longer exists."""

    sentence = "Recovery point '{backup_arn}' of table '{table_name}' does not exist"
    advice = "Somebody may have deleted it, or its lifecycle has ended."


class RecoveryPointUnusableError(BackupError):
    """The recovery point exists, and is no backup that can be restored, or not yet."""

    sentence = (
        "Recovery point '{backup_arn}' of table '{table_name}' is {status}, not COMPLETED or AVAILABLE, so "
        "it is no backup to rely on"
    )
    advice = "If it is CREATING, wait until it is COMPLETED, then {again}. Otherwise take another."


class RecoveryPointLockedError(BackupError):
    """A vault lock or a legal hold keeps the recovery point."""

    sentence = "Recovery point '{backup_arn}' of table '{table_name}' can't be deleted: {detail}"
    advice = "It stays, and costs money. {status}."


class RecoveryPointExpiredError(BackupError):
    """AWS accepted the deletion, lacked the rights for it, and left the recovery point EXPIRED."""

    sentence = (
        "AWS accepted the deletion of recovery point '{backup_arn}' of table '{table_name}', but has "
        "left it in status {status}, where it still costs money"
    )
    advice = (
        "The identity in use needs iam:CreateServiceLinkedRole for backup.amazonaws.com, or the role "
        "that made the backup is gone or lacks rights. Once that is mended, {again}."
    )


class RecoveryPointStaysError(BackupError):
    """The recovery point was not gone before the timeout."""

    sentence = (
        "Recovery point '{backup_arn}' of table '{table_name}' was still in status {status} after "
        "{timeout}s"
    )
    advice = "To wait for its deletion, {again}."


class RestoreJobTimeoutError(BackupError):
    """The restore job was not over before the timeout. AWS goes on with it."""

    sentence = (
        "Restoring recovery point '{backup_arn}' to table '{table_name}' timed out after {timeout}s. Current "
        "status: {status}"
    )
    advice = "The restore goes on in AWS; to go on waiting within the hour, {again}."


class RestoreJobFailedError(BackupError):
    """The restore job is over and has made no table."""

    sentence = (
        "The restore of recovery point '{backup_arn}' to table '{table_name}' is {status}: {detail}"
    )
    advice = "Once the cause is mended, {again}: another job is started."

    @property
    def unfinished_restore(self) -> Any:
        """None: the job is over."""
        return None
