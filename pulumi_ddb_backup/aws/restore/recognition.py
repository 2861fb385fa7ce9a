"""Whether a table that is there already is the restore that is asked for.

AWS says what a table was restored from while it restores it; once the table is ACTIVE it most likely
no longer does (records of its answers disagree). What is left then is what the table looks like.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ..rules.arns import TableArn
from ..rules.text import iso
from ..tables import Table, TableShape, TableStatus
from .records import Overrides, Restorable, RestoreRequest

_LATEST_IS_BEHIND: Final = timedelta(minutes=15)
"""AWS stays about five minutes behind: data that is older than this is not of the latest moment."""
MOST_LIKELY: Final = (
    "AWS no longer says what table '{table}' was restored from. It is most likely {origin}: the table "
    "was created after that, with the same keys and indexes. Another backup or moment of the same "
    "table would look no different. It is not restored again; look at its items before you rely on it"
)


def another_source(
    table: Table, request: RestoreRequest, region: str, since: datetime | None = None
) -> str:
    """Why the table is surely not what this request restores; empty where it is, or may be."""
    if table.restored_from is None:
        return (
            "it is being created, and not by a restore"
            if table.status == TableStatus.CREATING
            else ""
        )
    if is_restore_of(table, request, region, since):
        return ""
    moment = table.restore_date_time if "/backup/" not in table.restored_from else None
    return f"AWS says that it was restored from {table.restored_from}" + (
        f" as of {iso(moment)}" if moment else ""
    )


def is_restore_of(
    table: Table, request: RestoreRequest, region: str, since: datetime | None = None
) -> bool:
    """Whether AWS says that the table was restored from what this request restores.

    Args:
        table: The table.
        request: What is asked for. The latest moment is another one each time: a table that was
            restored to it earlier and is ACTIVE may be old, and so may one of an explicit moment.
        region: The region of the source table.
        since: The moment from which on the restore can have been started, by AWS's clock.
    """
    asked = request.point_in_time
    if asked is None or table.restored_from is None:
        return table.restored_from == request.backup_arn
    source = TableArn.parse(table.restored_from)
    if source is None or (source.table, source.region) != (asked.table_name, region):
        return False
    if asked.arn is not None and asked.arn != source:
        return False
    if asked.second is not None:
        return asked.second == table.restore_date_time
    created, moment = table.creation_date_time, table.restore_date_time
    if created is None or moment is None or created - moment > _LATEST_IS_BEHIND:
        return False
    return table.status == TableStatus.CREATING or (since is not None and created >= since)


def unlike(
    table: Table,
    source: Restorable,
    overrides: Overrides,
    since: datetime | None = None,
) -> str:
    """Why a table of which AWS tells no source can't be the restore; empty where it may well be.

    Args:
        table: The table.
        source: What the restore is of.
        overrides: The indexes that the restore keeps.
        since: The moment from which on the restore can have been started, by AWS's clock; None is
            that of the data.
    """
    created, moment = table.creation_date_time, source.moment
    if created is None:
        return "AWS does not say when it was created"
    if moment is None and since is None:
        return "AWS does not say which moment its data is of"
    if moment is not None and created < moment:
        return f"it was created before {source.moment_called}"
    if since is not None and created < since:
        return "it was created before the restore was asked for"
    if table.table_id is not None and table.table_id == source.table_id:
        return "it is the very table that the data is of"
    if not source.keys or table.shape.keys != source.keys:
        return f"its keys are not those of {source.holder}"
    kept = _shape(source, overrides)
    if table.shape.indexes != kept.indexes:
        return "its indexes are not those that the restore would make"
    everything = _shape(source, Overrides(None, None, overrides.billing_mode))
    if not kept.attributes <= table.shape.attributes <= everything.attributes:
        return f"the attributes that it defines are not those of {source.holder}"
    return ""


def _shape(source: Restorable, overrides: Overrides) -> TableShape:
    """What the restored table looks like. A backup does not tell the types of its attributes."""
    local, indexes = overrides.local_indexes, overrides.global_indexes
    kept = [
        *(source.local_indexes if local is None else local),
        *(source.global_indexes if indexes is None else indexes),
    ]
    keys = [source.keys, *(index.shape.keys for index in kept)]
    return TableShape(
        keys=source.keys,
        attributes=frozenset(name for some in keys for name, _ in some),
        indexes=frozenset(index.shape for index in kept),
    )
