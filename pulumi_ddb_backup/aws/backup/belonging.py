"""Whose a backup is: a table that was deleted and made again under its name is another table."""

from __future__ import annotations

from enum import Enum

from ..records import BackupSummary, Table


class Belongs(Enum):
    """Whether a backup is of the table that has its name now."""

    YES = 1
    NO = 2
    IN_DOUBT = 3


def belongs(backup: BackupSummary, table: Table | None) -> Belongs:
    """Whether a backup is of this very table.

    A table that was deleted and made again under its name has another TableId. Where AWS leaves one
    of the two ids out, a backup that was requested after the table was created is the table's.

    Args:
        backup: A backup under the table's name.
        table: The table as AWS describes it; None where the name is all that counts.
    """
    if table is None:
        return Belongs.YES
    if backup.table_arn != table.arn:
        return Belongs.NO
    if backup.table_id and table.table_id:
        return Belongs.YES if backup.table_id == table.table_id else Belongs.NO
    made, born = backup.backup_creation_date_time, table.creation_date_time
    if made is None or born is None or made == born:
        return Belongs.IN_DOUBT
    return Belongs.YES if made > born else Belongs.NO
