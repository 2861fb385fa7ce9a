"""On-demand DynamoDB backups, without Pulumi.

from pulumi_ddb_backup.aws import Backups, BackupRequest

record = Backups().create(BackupRequest("orders", backup_name="orders-release-42"))
print(record.backup_arn)
"""

from .blocking import Backups
from .blocking_fleet import Fleet
from .calls.settings import AssumedRole, Connection, SettingsError, connection_from_config
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
from .fleet_errors import NoTableSelectedError, TablesMissingError
from .fleet_records import FleetProgress, FleetRequest, FleetResult, TableOutcome, TableRef
from .records import (
    BackupRecord,
    BackupRequest,
    BackupStatus,
    BackupSummary,
    Listener,
    Progress,
    Silent,
)
from .restore_errors import RestoreCancelledError, RestoreTimeoutError, TargetExistsError
from .restore_records import (
    RestoreRecord,
    RestoreRequest,
    SseSpecification,
    TableSettings,
    Throughput,
)
from .rules.restoring import validate_restore
from .rules.selecting import validate_fleet
from .rules.validation import Failure, validate

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
    "BackupSummary",
    "BackupTimeoutError",
    "Backups",
    "BackupsNotEnabledError",
    "Clock",
    "ConfigurationError",
    "Connection",
    "CredentialsError",
    "Facts",
    "Failure",
    "Fleet",
    "FleetProgress",
    "FleetRequest",
    "FleetResult",
    "LimitExceededError",
    "Listener",
    "LookupCancelledError",
    "NoTableSelectedError",
    "Progress",
    "RejectedError",
    "RestoreCancelledError",
    "RestoreRecord",
    "RestoreRequest",
    "RestoreTimeoutError",
    "SettingsError",
    "Silent",
    "SseSpecification",
    "Stage",
    "StartCancelledError",
    "StartTimeoutError",
    "SystemClock",
    "TableInUseError",
    "TableNotActiveError",
    "TableNotFoundError",
    "TableOutcome",
    "TableRef",
    "TableSettings",
    "TablesMissingError",
    "TargetExistsError",
    "ThrottledError",
    "Throughput",
    "UnexpectedError",
    "UnexpectedStatusError",
    "ValidationError",
    "WrongAccountError",
    "WrongTableError",
    "connection_from_config",
    "validate",
    "validate_fleet",
    "validate_restore",
]
