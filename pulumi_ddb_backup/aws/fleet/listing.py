"""What AWS tells of many tables: their backups, by one list of each region, and the tables themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..backup import lookups, tables
from ..calls.account import FEW
from ..clock import Deadline
from ..errors import BackupError, Stage, TableNotActiveError
from ..records import BackupQuery, BackupRequest, BackupSummary
from ..running.run import Run
from ..tables import Table, TableStatus
from . import selection
from .caller import ManyCaller
from .operation import Job, carry_out_all
from .records import TableOutcome
from .requests import TableRef

Described = dict[TableRef, Table]


@dataclass(frozen=True, slots=True)
class Listed:
    """The backups of a region by their tables' names, and when they were, by AWS's clock."""

    backups: Mapping[str, Sequence[BackupSummary]]
    at: datetime

    def of(self, table_name: str) -> Sequence[BackupSummary]:
        """The backups under one table's name."""
        return self.backups.get(table_name, ())


class Reader(ManyCaller):
    """Reads what there is of many tables. `ManyCaller` has its attributes."""

    __slots__ = ()

    async def _listed_by_region(
        self, refs: Sequence[TableRef], query: BackupQuery, deadline: Deadline
    ) -> tuple[dict[str, Listed], dict[str, BackupError]]:
        """What each region lists for `refs`, and why the other regions could not be listed."""
        looks = {}
        for region in sorted({table.region for table in refs}):
            run = self._run_in(region, Stage.READ, query.timeout_seconds)
            run.deadline = deadline
            names = [table.table_name for table in refs if table.region == region]
            looks[region] = run.settle(_listed(names, query, run))
        listed, failed = await selection.by_region(looks)
        selection.raise_cancelled(failed.values())
        return listed, failed

    async def _described(
        self,
        refs: Sequence[TableRef],
        described: Described,
        timeout_seconds: int,
        deadline: Deadline,
    ) -> dict[TableRef, TableOutcome]:
        """How looking at each table ended; `described` takes the tables."""
        jobs = []
        for table in refs:
            run = self._run(Stage.READ, table.table_name, table.region, timeout_seconds)
            run.deadline = deadline
            jobs.append(Job(table, run, _describing(table, described)))
        if not jobs:
            return {}
        outcomes = await carry_out_all(jobs, self.clock, self.on_progress, "looked up")
        selection.raise_cancelled(outcome.error for outcome in outcomes)
        return dict(zip(refs, outcomes, strict=True))


async def _listed(names: Sequence[str], query: BackupQuery, run: Run) -> Listed:
    """One list for all tables of a region; where they are few, one of each."""
    by_table: dict[str, list[BackupSummary]] = defaultdict(list)
    for name in names if len(names) <= FEW else [None]:
        for backup in await lookups.find(replace(query, table_name=name), run):
            by_table[backup.table_name].append(backup)
    return Listed(by_table, run.dynamodb.aws_now())


def _describing(ref: TableRef, described: Described) -> Callable[[Run], Coroutine[Any, Any, None]]:
    async def describe(run: Run) -> None:
        table = await tables.describe(BackupRequest(ref.table_arn or ref.table_name), run)
        if ref.found and table.status == TableStatus.DELETING:
            raise TableNotActiveError(run.stage, run.facts(status=table.status))
        described[ref] = table

    return describe
