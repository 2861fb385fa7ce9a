"""Backups from a Python service, through Pulumi's Automation API.

from pulumi_ddb_backup.automation import take_backup

result = take_backup("orders", stack_name="orders-nightly", backup_name_prefix="orders-")
print(result.backup_arn)

The `pulumi` CLI must be installed. No Pulumi project on disk is needed.
"""

from .errors import AutomationError, FailedResource, RunCancelledError, StackBusyError
from .one import BackupOptions, backup_runner, take_backup
from .records import (
    BackupProgress,
    BackupResult,
    BackupSetResult,
    Note,
    Phase,
    PlannedBackup,
    PlanResult,
    RunResult,
)
from .retention import RetentionResult
from .runner import Runner

__all__ = [
    "AutomationError",
    "BackupOptions",
    "BackupProgress",
    "BackupResult",
    "BackupSetResult",
    "FailedResource",
    "Note",
    "Phase",
    "PlanResult",
    "PlannedBackup",
    "RetentionResult",
    "RunCancelledError",
    "RunResult",
    "Runner",
    "StackBusyError",
    "backup_runner",
    "take_backup",
]


def __dir__() -> list[str]:
    return __all__
