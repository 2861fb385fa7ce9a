"""On-demand DynamoDB backups, without Pulumi.

from pulumi_ddb_backup.aws import Backups, BackupRequest

record = Backups().create(BackupRequest("orders", backup_name="orders-release-42"))
print(record.backup_arn)
"""

from .blocking import Backups
from .clock import Clock, SystemClock
from .errors import (
    AccessDeniedError,
    AwsConnectionError,
    AwsServiceError,
    BackupCancelledError,
    BackupDeletedError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    BackupsNotEnabledError,
    BackupTimeoutError,
    ConfigurationError,
    CredentialsError,
    Facts,
    LimitExceededError,
    LookupCancelledError,
    RejectedError,
    Stage,
    StartCancelledError,
    StartTimeoutError,
    TableInUseError,
    TableNotActiveError,
    TableNotFoundError,
    ThrottledError,
    UnexpectedError,
    UnexpectedStatusError,
    ValidationError,
    WrongAccountError,
    WrongTableError,
)
from .records import BackupRecord, BackupRequest, BackupStatus, Listener, Progress, Silent
from .settings import AssumedRole, Connection, SettingsError, connection_from_config
from .validation import Failure, validate

__all__ = [
    "AccessDeniedError",
    "AssumedRole",
    "AwsConnectionError",
    "AwsServiceError",
    "BackupCancelledError",
    "BackupDeletedError",
    "BackupError",
    "BackupInUseError",
    "BackupNotFoundError",
    "BackupRecord",
    "BackupRequest",
    "BackupStatus",
    "BackupTimeoutError",
    "Backups",
    "BackupsNotEnabledError",
    "Clock",
    "ConfigurationError",
    "Connection",
    "CredentialsError",
    "Facts",
    "Failure",
    "LimitExceededError",
    "Listener",
    "LookupCancelledError",
    "Progress",
    "RejectedError",
    "SettingsError",
    "Silent",
    "Stage",
    "StartCancelledError",
    "StartTimeoutError",
    "SystemClock",
    "TableInUseError",
    "TableNotActiveError",
    "TableNotFoundError",
    "ThrottledError",
    "UnexpectedError",
    "UnexpectedStatusError",
    "ValidationError",
    "WrongAccountError",
    "WrongTableError",
    "connection_from_config",
    "validate",
]
