"""On-demand DynamoDB backups as first-class Pulumi resources."""

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .backup import Backup

__all__ = ["Backup", "__version__"]


def __getattr__(name: str) -> Any:
    # Looked up when first used, so that a script which needs `pulumi_ddb_backup.aws` alone does
    # not import pulumi.
    if name == "Backup":
        from .backup import Backup

        return Backup
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
