"""On-demand DynamoDB backups as Pulumi resources."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .extras import as_run_error

if TYPE_CHECKING:
    from . import automation, hooks
    from .aws.retention.arguments import RetentionArgs
    from .components.backup_plan import BackupPlan, PlanRule, VaultLock
    from .components.backup_schedule import BackupSchedule
    from .components.protected_table import LatestBackup, ProtectedTable
    from .lookups import (
        get_backups,
        get_backups_output,
        get_latest_backup,
        get_latest_backup_output,
    )
    from .resources.backup import Backup
    from .resources.backup_set import BackupSet
    from .resources.vault_backup import VaultBackup

__all__ = [
    "Backup",
    "BackupPlan",
    "BackupSchedule",
    "BackupSet",
    "LatestBackup",
    "PlanRule",
    "ProtectedTable",
    "RetentionArgs",
    "VaultBackup",
    "VaultLock",
    "__version__",
    "automation",
    "get_backups",
    "get_backups_output",
    "get_latest_backup",
    "get_latest_backup_output",
    "hooks",
]

_MODULES = {
    "Backup": "resources.backup",
    "BackupPlan": "components.backup_plan",
    "BackupSchedule": "components.backup_schedule",
    "BackupSet": "resources.backup_set",
    "LatestBackup": "components.protected_table",
    "PlanRule": "components.backup_plan",
    "ProtectedTable": "components.protected_table",
    "RetentionArgs": "aws.retention.arguments",
    "VaultBackup": "resources.vault_backup",
    "VaultLock": "components.backup_plan",
    "get_backups": "lookups",
    "get_backups_output": "lookups",
    "get_latest_backup": "lookups",
    "get_latest_backup_output": "lookups",
}


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    # Looked up when first used, so that a script which needs `pulumi_ddb_backup.aws` alone does
    # not import pulumi.
    if name in ("automation", "hooks"):
        return import_module(f".{name}", __name__)
    if name in _MODULES:
        try:
            module = import_module(f".{_MODULES[name]}", __name__)
        except ModuleNotFoundError as error:
            raise as_run_error(name, error) from None
        return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
