"""The errors of a restore that no backup has."""

from __future__ import annotations

from typing import Final

from ..errors import BackupError, Facts, Stage, TableNotFoundError


class TargetExistsError(BackupError):
    """A table of the target's name already exists, and it is not this restore's."""

    sentence = "A table named '{table_name}' already exists in region '{region}'"
    advice = "A restore of {origin} needs a new table: choose another name for it."


class OutsideWindowError(BackupError):
    """Point-in-time recovery can't restore the table to this moment. Nothing was started."""

    sentence = "Table '{table_name}' can't be restored from {origin}: {detail}"
    advice = "Restore a backup of the table instead, if there is one."


class RestoreTimeoutError(BackupError):
    """The restored table was not ACTIVE before the timeout. The restore continues in AWS."""

    sentence = (
        "Restoring table '{table_name}' from {origin} timed out after {timeout}s. "
        "Current status: {status}"
    )
    advice = (
        "The restore goes on in AWS. Restore the same to table '{table_name}' again to go on "
        "waiting, with a longer timeout if need be, and to set what is left."
    )


_NOT_ITS_RESTORE: Final = (
    f"{TargetExistsError.sentence}, and it is not known to be a restore of {{origin}}: {{detail}}"
)
_STILL_THERE: Final = (
    "Table '{table_name}' in region '{region}' was still being deleted after {timeout}s, so "
    "{origin} could not be restored to that name"
)
_STILL_THERE_ADVICE: Final = "Once it is gone, {again}; or choose another name."
_REPLACED: Final = (
    "Table '{table_name}', which was being restored from {origin}, is gone: another table of that "
    "name is there now"
)
_REPLACED_ADVICE: Final = "Nothing was set on that one. Restore it to another name."


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
    sentence = "The restore of table '{table_name}' from {origin} was cancelled here"
    advice = "A restore that was started goes on in AWS; restore again to go on waiting for it."
