"""On-demand DynamoDB backups, without Pulumi.

from pulumi_ddb_backup.aws import Backups, BackupRequest

record = Backups().create(BackupRequest("orders", backup_name="orders-release-42"))
print(record.backup_arn)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .backups import Backups
    from .calls.connection import AssumedRole, Connection
    from .calls.region_errors import RegionRefusedError
    from .calls.settings import SettingsError, connection_from_config
    from .check.records import CheckedTable, CheckRequest, CheckResult, Freshness
    from .check.rules import validate_check
    from .clock import Clock, SystemClock
    from .compare.errors import (
        ComparisonCancelledError,
        ComparisonTimeoutError,
        NotComparableError,
    )
    from .compare.operation import Comparisons
    from .compare.records import (
        ComparedTable,
        CompareRequest,
        Comparison,
        Difference,
        DifferenceKind,
        Verdict,
    )
    from .compare.rules import validate_compare
    from .cost.estimate import Estimate
    from .cost.estimating import estimate_cost
    from .cost.fetching import FetchedPrices, PriceList
    from .cost.files import read_prices, write_prices
    from .cost.pricelist import FoundPrices
    from .cost.prices import Prices, PricesError
    from .errors import (
        AccessDeniedError,
        AccountNotAllowedError,
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
        ListTimeoutError,
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
        UnreadableAnswerError,
        ValidationError,
        WrongAccountError,
        WrongTableError,
    )
    from .fleet.errors import NoTableSelectedError, TablesMissingError
    from .fleet.fleet import Fleet
    from .fleet.records import FleetProgress, FleetResult, TableOutcome
    from .fleet.requests import FleetRequest, TableRef
    from .fleet.rules import validate_fleet
    from .records import (
        BackupRecord,
        BackupRequest,
        BackupStatus,
        BackupSummary,
        Listener,
        Progress,
        Silent,
    )
    from .restore.errors import (
        OutsideWindowError,
        RestoreCancelledError,
        RestoreTimeoutError,
        TargetExistsError,
    )
    from .restore.moments import PointInTime
    from .restore.records import (
        RestoreRecord,
        RestoreRequest,
        SseSpecification,
        TableSettings,
        Throughput,
    )
    from .restore.rules import validate_restore
    from .retention.records import (
        Kept,
        PrunedTable,
        PruneRequest,
        PruneResult,
        Reason,
        Retention,
        Why,
    )
    from .retention.rules import validate_prune, validate_retention
    from .rules.validation import Failure, validate
    from .vault.errors import (
        BackupJobFailedError,
        BackupRoleError,
        CopyFailedError,
        FeatureOffError,
        OtherJobTimeoutError,
        RecoveryPointExpiredError,
        RecoveryPointGoneError,
        RecoveryPointLockedError,
        RecoveryPointStaysError,
        RecoveryPointUnusableError,
        RestoreJobFailedError,
        RestoreJobTimeoutError,
        VaultBackupCancelledError,
        VaultBackupTimeoutError,
        VaultNotFoundError,
        VaultRefusedError,
    )
    from .vault.records import (
        RecoveryPoint,
        VaultBackupRecord,
        VaultBackupRequest,
        VaultCopy,
    )
    from .vault.restore_records import PointRestore, PointRestoreRequest
    from .vault.rules import validate_vault_backup
    from .vault.states import (
        CopyState,
        JobState,
        PointStatus,
    )
    from .vault.vaults import VaultBackups

__all__ = [
    "AccessDeniedError",
    "AccountNotAllowedError",
    "AssumedRole",
    "AwsConnectionError",
    "AwsServiceError",
    "BackupCancelledError",
    "BackupDeletedError",
    "BackupError",
    "BackupInUseError",
    "BackupJobFailedError",
    "BackupNotFoundError",
    "BackupRecord",
    "BackupRequest",
    "BackupRoleError",
    "BackupStatus",
    "BackupSummary",
    "BackupTimeoutError",
    "Backups",
    "BackupsNotEnabledError",
    "CheckRequest",
    "CheckResult",
    "CheckedTable",
    "Clock",
    "CompareRequest",
    "ComparedTable",
    "Comparison",
    "ComparisonCancelledError",
    "ComparisonTimeoutError",
    "Comparisons",
    "ConfigurationError",
    "Connection",
    "CopyFailedError",
    "CopyState",
    "CredentialsError",
    "Difference",
    "DifferenceKind",
    "Estimate",
    "Facts",
    "Failure",
    "FeatureOffError",
    "FetchedPrices",
    "Fleet",
    "FleetProgress",
    "FleetRequest",
    "FleetResult",
    "FoundPrices",
    "Freshness",
    "JobState",
    "Kept",
    "LimitExceededError",
    "ListTimeoutError",
    "Listener",
    "LookupCancelledError",
    "NoTableSelectedError",
    "NotComparableError",
    "OtherJobTimeoutError",
    "OutsideWindowError",
    "PointInTime",
    "PointRestore",
    "PointRestoreRequest",
    "PointStatus",
    "PriceList",
    "Prices",
    "PricesError",
    "Progress",
    "PruneRequest",
    "PruneResult",
    "PrunedTable",
    "Reason",
    "RecoveryPoint",
    "RecoveryPointExpiredError",
    "RecoveryPointGoneError",
    "RecoveryPointLockedError",
    "RecoveryPointStaysError",
    "RecoveryPointUnusableError",
    "RegionRefusedError",
    "RejectedError",
    "RestoreCancelledError",
    "RestoreJobFailedError",
    "RestoreJobTimeoutError",
    "RestoreRecord",
    "RestoreRequest",
    "RestoreTimeoutError",
    "Retention",
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
    "UnreadableAnswerError",
    "ValidationError",
    "VaultBackupCancelledError",
    "VaultBackupRecord",
    "VaultBackupRequest",
    "VaultBackupTimeoutError",
    "VaultBackups",
    "VaultCopy",
    "VaultNotFoundError",
    "VaultRefusedError",
    "Verdict",
    "Why",
    "WrongAccountError",
    "WrongTableError",
    "connection_from_config",
    "estimate_cost",
    "read_prices",
    "validate",
    "validate_check",
    "validate_compare",
    "validate_fleet",
    "validate_prune",
    "validate_restore",
    "validate_retention",
    "validate_vault_backup",
    "write_prices",
]

_MODULES: Final = {
    "": ("backups", "clock", "errors", "records"),
    "fleet": ("fleet", "errors", "requests", "records", "rules"),
    "compare": ("operation", "errors", "records", "rules"),
    "calls": ("connection", "settings", "region_errors"),
    "restore": ("errors", "moments", "records", "rules"),
    "check": ("records", "rules"),
    "retention": ("records", "rules"),
    "cost": ("estimate", "estimating", "prices", "pricelist", "files", "fetching"),
    "rules": ("validation",),
    "vault": ("vaults", "records", "restore_records", "states", "errors", "rules"),
}
"""Where the names above are, by room, looked through in this order."""


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    # Looked up when first used, so that a Pulumi program imports no more than it checks itself.
    if name in __all__:
        for room, modules in _MODULES.items():
            for module in modules:
                path = f".{room}.{module}" if room else f".{module}"
                found = getattr(import_module(path, __name__), name, None)
                if found is not None:
                    return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
