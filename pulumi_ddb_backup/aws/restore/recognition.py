"""Whether a table that is there already is the restore that is asked for.

AWS says what a table was restored from while it restores it; once the table is ACTIVE it most likely
no longer does (records of its answers disagree). What is left then is what the table looks like.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ..tables import Table, TableShape, TableStatus
from .records import BackedUpTable, Overrides, RestoreRequest

MOST_LIKELY: Final = (
    "AWS no longer says which backup table '{table}' was restored from. It is most likely this one: "
    "the table was created after the backup, with the same keys and indexes. Another backup of the "
    "same table would look no different. It is not restored again; look at its items before you "
    "rely on it"
)


def another_source(table: Table, request: RestoreRequest) -> str:
    """Why the table is surely no restore of this backup; empty where it is, or may be."""
    if table.restored_from == request.backup_arn:
        return ""
    if table.restored_from is not None:
        return f"AWS says that it was restored from {table.restored_from}"
    if table.status == TableStatus.CREATING:
        return "it is being created, and not from a backup"
    return ""


def unlike(
    table: Table,
    backup: BackedUpTable,
    overrides: Overrides,
    since: datetime | None = None,
) -> str:
    """Why a table of which AWS tells no source can't be the restore; empty where it may well be.

    Args:
        table: The table.
        backup: The backup.
        overrides: The indexes that the restore keeps.
        since: The moment from which on the restore can have been started, by AWS's clock; None is
            the backup's own.
    """
    source = backup.backup
    created, taken = table.creation_date_time, source.backup_creation_date_time
    if created is None or taken is None:
        return "AWS does not say when it was created"
    if created < taken:
        return "it was created before the backup"
    if since is not None and created < since:
        return "it was created before the restore was asked for"
    if table.table_id is not None and table.table_id == source.table_id:
        return "it is the very table that was backed up"
    if not backup.keys or table.shape.keys != backup.keys:
        return "its keys are not those of the backup"
    kept = _shape(backup, overrides)
    if table.shape.indexes != kept.indexes:
        return "its indexes are not those that the restore would make"
    everything = _shape(backup, Overrides(None, None, overrides.billing_mode))
    if not kept.attributes <= table.shape.attributes <= everything.attributes:
        return "the attributes that it defines are not those of the backup"
    return ""


def _shape(backup: BackedUpTable, overrides: Overrides) -> TableShape:
    """What the restored table looks like. A backup does not tell the types of its attributes."""
    local, indexes = overrides.local_indexes, overrides.global_indexes
    kept = [
        *(backup.local_indexes if local is None else local),
        *(backup.global_indexes if indexes is None else indexes),
    ]
    keys = [backup.keys, *(index.shape.keys for index in kept)]
    return TableShape(
        keys=backup.keys,
        attributes=frozenset(name for some in keys for name, _ in some),
        indexes=frozenset(index.shape for index in kept),
    )
