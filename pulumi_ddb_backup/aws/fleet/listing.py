"""The backups of many tables, by one list of each region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..backup import lookups
from ..calls.account import FEW
from ..errors import BackupError, LookupCancelledError
from ..records import BackupQuery, BackupSummary
from ..running.run import Run
from . import selection
from .requests import TableRef


@dataclass(frozen=True, slots=True)
class Listed:
    """The backups of a region by their tables' names, and when they were, by AWS's clock."""

    backups: Mapping[str, Sequence[BackupSummary]]
    at: datetime

    def of(self, table_name: str) -> Sequence[BackupSummary]:
        """The backups of one table."""
        return self.backups.get(table_name, ())


async def list_by_region(
    refs: Sequence[TableRef], query: BackupQuery, run_in: Callable[[str], Run]
) -> tuple[dict[str, Listed], dict[str, BackupError]]:
    """What each region lists for `refs`, and why the other regions could not be listed.

    Args:
        refs: The tables.
        query: Which of their backups; its table is left open.
        run_in: A run in a region.

    Raises:
        LookupCancelledError: A list was cancelled.
    """
    looks = {}
    for region in sorted({table.region for table in refs}):
        run = run_in(region)
        names = [table.table_name for table in refs if table.region == region]
        looks[region] = run.settle(_listed(names, query, run))
    listed, failed = await selection.by_region(looks)
    for error in failed.values():
        if isinstance(error, LookupCancelledError):
            raise error
    return listed, failed


async def _listed(names: Sequence[str], query: BackupQuery, run: Run) -> Listed:
    """One list for all tables of a region; where they are few, one of each."""
    by_table: dict[str, list[BackupSummary]] = defaultdict(list)
    for name in names if len(names) <= FEW else [None]:
        for backup in await lookups.find(replace(query, table_name=name), run):
            by_table[backup.table_name].append(backup)
    return Listed(by_table, run.dynamodb.aws_now())
