"""What AWS's error codes mean on the way to a restored table, where they mean something else there."""

from __future__ import annotations

from typing import Final

from ..calls.rows import AwsError, Retry
from ..errors import (
    AccessDeniedError,
    BackupInUseError,
    BackupNotFoundError,
    LimitExceededError,
    TableInUseError,
    TableNotFoundError,
)
from .errors import OutsideWindowError, TargetExistsError

_NO_RESTORE = AwsError(
    AccessDeniedError,
    Retry.NEVER,
    "The AWS identity in use lacks a permission to restore table '{table_name}' in region "
    "'{region}' from {origin}: {action} was refused",
    "Allow that action and, on the new table, dynamodb:PutItem, UpdateItem, DeleteItem, GetItem, "
    "Query, Scan and BatchWriteItem. AWS said: {detail}",
)
_TARGET_GONE = AwsError(
    TableNotFoundError,
    Retry.IN_A_ROW,
    "Table '{table_name}', which is being restored from {origin}, does not exist in region "
    "'{region}'",
    "Somebody may have deleted it. Restore it again.",
)
RESTORE_ERRORS: Final[dict[str, AwsError]] = {
    "TableAlreadyExistsException": AwsError(
        TargetExistsError, Retry.NEVER, TargetExistsError.sentence, TargetExistsError.advice
    ),
    "TableNotFoundException": _TARGET_GONE,
    "ResourceNotFoundException": _TARGET_GONE,
    "BackupNotFoundException": AwsError(
        BackupNotFoundError,
        Retry.IN_A_ROW,
        "Backup '{backup_arn}' does not exist, so table '{table_name}' can't be restored from it",
        "Somebody may have deleted it: look for another.",
    ),
    "BackupInUseException": AwsError(
        BackupInUseError,
        Retry.NEVER,
        "Backup '{backup_arn}' is either being created, deleted or restored to another table, "
        "so it can't be restored to table '{table_name}' now",
        "Once that operation has ended, {again}.",
    ),
    "TableInUseException": AwsError(
        TableInUseError,
        Retry.NEVER,
        "Table '{table_name}' in region '{region}' is either being created or deleted",
        "Once it is gone, {again}; or restore {origin} to a table of another name.",
    ),
    "LimitExceededException": AwsError(
        LimitExceededError,
        Retry.NEVER,
        "Account limit exceeded on restoring table '{table_name}'. Up to 50 restores and 500 table "
        "operations are allowed at the same time.",
        "Once others have ended, {again}.",
    ),
    "InvalidRestoreTimeException": AwsError(
        OutsideWindowError,
        Retry.NEVER,
        "Table '{table_name}' can't be restored from {origin}: point-in-time recovery does not cover "
        "that moment",
        "AWS said: {detail}. Choose another moment.",
    ),
    "PointInTimeRecoveryUnavailableException": AwsError(
        OutsideWindowError,
        Retry.NEVER,
        "Table '{table_name}' can't be restored from {origin}: point-in-time recovery is not enabled",
        OutsideWindowError.advice,
    ),
    "AccessDeniedException": _NO_RESTORE,
    "AccessDenied": _NO_RESTORE,
    "UnauthorizedOperation": _NO_RESTORE,
}
