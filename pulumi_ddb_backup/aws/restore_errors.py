"""The errors of a restore that no backup has."""

from __future__ import annotations

from .errors import BackupError


class TargetExistsError(BackupError):
    """The table to restore to exists, and is no restore of the backup asked for."""

    sentence = "A table named '{table_name}' exists already in region '{region}'"
    advice = (
        "Backup '{backup_arn}' can only be restored to a new table: choose another name for it."
    )


class RestoreTimeoutError(BackupError):
    """The restored table was still not ACTIVE at the timeout. The restore goes on in AWS."""

    sentence = (
        "Restoring table '{table_name}' timed out after {timeout}s. "
        "Current status: {status}. Backup ARN: {backup_arn}"
    )
    advice = (
        "The restore goes on in AWS. Restore this backup to table '{table_name}' again, with a "
        "longer timeout if need be: that goes on waiting and then sets what is left."
    )


class RestoreCancelledError(BackupError):
    """The caller cancelled. A restore that was started goes on in AWS."""

    sentence = "The restore of table '{table_name}' from backup '{backup_arn}' was cancelled here"
    advice = "A restore that was started goes on in AWS; restoring again goes on waiting for it."
