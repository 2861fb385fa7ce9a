"""The errors of a restore that no backup has."""

from __future__ import annotations

from typing import Final

from ..errors import BackupError, Facts, Stage, TableNotFoundError


class TargetExistsError(BackupError):
    """A table of the target's name already exists, and it was not restored from this backup."""

    sentence = "A table named '{table_name}' already exists in region '{region}'"
    advice = (
        "Backup '{backup_arn}' can only be restored to a new table: choose another name for it."
    )


class RestoreTimeoutError(BackupError):
    """The restored table was not ACTIVE before the timeout. The restore continues in AWS."""

    sentence = (
        "Restoring table '{table_name}' timed out after {timeout}s. "
        "Current status: {status}. Backup ARN: {backup_arn}"
    )
    advice = (
        "The restore goes on in AWS. Restore this backup to table '{table_name}' again to go on "
        "waiting, with a longer timeout if need be, and to set what is left."
    )


_NOT_ITS_RESTORE: Final = (
    f"{TargetExistsError.sentence}, and it is not known to be a restore of this backup: {{detail}}"
)
_STILL_THERE: Final = (
    "Table '{table_name}' in region '{region}' was still being deleted after {timeout}s, so backup "
    "'{backup_arn}' could not be restored to that name"
)
_STILL_THERE_ADVICE: Final = "Once it is gone, {again}; or choose another name."
_REPLACED: Final = (
    "Table '{table_name}', which was being restored from backup '{backup_arn}', is gone: another "
    "table of that name is there now"
)
_REPLACED_ADVICE: Final = "Nothing was set on that one. Restore the backup to another name."


def not_its_restore(stage: Stage, facts: Facts) -> TargetExistsError:
    """The error of a table that is there and not known to be the restore; `facts.detail` says why."""
    return TargetExistsError(stage, facts, _NOT_ITS_RESTORE)


def still_being_deleted(stage: Stage, facts: Facts) -> RestoreTimeoutError:
    """The error of a timeout before the table that had the name was gone."""
    return RestoreTimeoutError(stage, facts, _STILL_THERE, _STILL_THERE_ADVICE)


def replaced(stage: Stage, facts: Facts) -> TableNotFoundError:
    """The error of a restored table whose place another one has taken."""
    return TableNotFoundError(stage, facts, _REPLACED, _REPLACED_ADVICE)


class RestoreCancelledError(BackupError):
    """The caller cancelled the wait. A restore that was started continues in AWS."""

    stopped = True
    sentence = "The restore of table '{table_name}' from backup '{backup_arn}' was cancelled here"
    advice = "A restore that was started goes on in AWS; restore again to go on waiting for it."
