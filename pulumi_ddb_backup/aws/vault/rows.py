"""What AWS's error codes mean to a backup in a vault, where they mean something else there."""

from __future__ import annotations

import re
from typing import Final

from ..calls.aws_errors import AwsFailure
from ..calls.rows import AwsError, Retry
from ..errors import AwsConnectionError, LimitExceededError, RejectedError
from .errors import BackupRoleError, RecoveryPointGoneError

_UNREACHABLE = AwsError(
    AwsConnectionError,
    Retry.IN_A_ROW,
    "The AWS Backup endpoint of region '{region}' could not be reached for table '{table_name}': "
    "{detail}",
    "Check region, aws:endpoints and the network, then {again}.",
)
VAULT_ERRORS: Final[dict[str, AwsError]] = {
    "ResourceNotFoundException": AwsError(
        RecoveryPointGoneError,
        Retry.NEVER,
        "AWS Backup found nothing for {action} on table '{table_name}' in region '{region}': {detail}",
        "Check the vault's name, the region and the account.",
    ),
    "LimitExceededException": AwsError(
        LimitExceededError,
        Retry.NEVER,
        "A limit of AWS Backup is reached for table '{table_name}': {detail}",
        "Once other jobs have ended, {again}.",
    ),
    "ConnectionLost": _UNREACHABLE,
    "Unreachable": _UNREACHABLE,
}
ROLE_REFUSED: Final = AwsError(
    BackupRoleError, Retry.NEVER, BackupRoleError.sentence, BackupRoleError.advice
)
UNKNOWN: Final = RejectedError
_NO_ROLE: Final = re.compile(r"\b(?:can ?not|can't|could not|unable to) (?:be assumed|assume)\b")
_NO_VAULT: Final = "Insufficient privileges to perform this action"
_LOCKED: Final = re.compile(r"\block(?:ed)?\b|\blegal hold\b|\bminimum retention\b")


def is_of_role(failure: AwsFailure) -> bool:
    """Whether AWS Backup can't assume the role, as of one that was made a moment ago."""
    return failure.code == "InvalidParameterValueException" and bool(
        _NO_ROLE.search(failure.detail.lower())
    )


def says_no_vault(failure: AwsFailure) -> bool:
    """Whether AWS says that there is no such vault, or none that the identity may see.

    A permission that is missing it tells as everybody does: "is not authorized to perform".
    """
    return failure.action.startswith("backup:") and _NO_VAULT in failure.detail


def tells_of_lock(failure: AwsFailure) -> bool:
    """Whether AWS says that a lock or a hold is in the way."""
    return bool(_LOCKED.search(failure.detail.lower()))
