"""What a `BackupSet` tells of each table, for type checkers and editors: dicts at run time."""

from __future__ import annotations

from typing import TypedDict


class _EveryBackup(TypedDict):
    table_name: str
    """The table's plain name."""
    table_arn: str
    """The table's ARN."""
    region: str
    """The region of the table and of the backup."""
    backup_arn: str
    """The backup's ARN."""
    backup_name: str
    """The backup's name."""
    backup_status: str
    """AVAILABLE, or CREATING while it has not been waited for."""


class SetBackup(_EveryBackup, total=False):
    """One backup of a `BackupSet`. What AWS did not tell is left out."""

    table_id: str
    """The table's unique id."""
    backup_size_bytes: int
    """Size of the backup in bytes."""
    backup_creation_date_time: str
    """When AWS was asked for it, in ISO 8601 and UTC."""
    table_size_bytes: int
    """Size of the table in bytes."""
    item_count: int
    """Number of the table's items."""
    elapsed_seconds: float
    """How long it took."""


class SetFailure(TypedDict):
    """One table of a `BackupSet` without an AVAILABLE backup."""

    table_name: str
    """The table's plain name; `*` for a region that could not be looked in."""
    region: str
    """The region."""
    error: str
    """What went wrong, as in the message."""
