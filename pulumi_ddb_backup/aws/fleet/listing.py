"""What AWS tells of many tables: their backups, by one list of each region, and the tables themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..backup import lookups, tables
from ..calls.account import FEW
from ..calls.region_errors import judged
from ..clock import Deadline
from ..errors import BackupError, Stage, TableNotActiveError
from ..records import BackupQuery, BackupRequest, BackupSummary
from ..running.run import Run
from ..tables import Table, TableStatus
from . import selection
from .caller import ManyCaller
from .operation import Job, carry_out_all
from .records import TableOutcome
from .requests import TableRef, TableSelector

Described = dict[TableRef, Table]


@dataclass(frozen=True, slots=True)
class Listed:
    """The backups of a region by their tables' names, and when they were, by AWS's clock."""

    backups: Mapping[str, Sequence[BackupSummary]]
    at: datetime

    def of(self, table_name: str) -> Sequence[BackupSummary]:
        """The backups under one table's name."""
        return self.backups.get(table_name, ())


@dataclass(frozen=True, slots=True)
class Read:
    """The tables that were asked for, and their backups.

    Attributes:
        tables: The tables of regions that have told their backups.
        listed: Their backups, by region.
        unknown: The other tables, each with why nothing is known of it.
        errors: By region, why it could not be looked in, or its backups could not be listed.
        regions_skipped: See `RegionalResult`.
    """

    tables: Sequence[TableRef]
    listed: Mapping[str, Listed]
    unknown: Mapping[TableRef, BackupError]
    errors: Mapping[str, BackupError]
    regions_skipped: Sequence[str]


class Reader(ManyCaller):
    """Reads what there is of many tables. `ManyCaller` has its attributes."""

    __slots__ = ()

    async def _read(
        self,
        request: TableSelector,
        searched: Mapping[str, Run],
        query: BackupQuery,
        deadline: Deadline,
    ) -> Read:
        """The tables that `request` selects, and their backups: one list for each region.

        Raises:
            BackupError: No region has told its backups, or it was cancelled.
        """
        selected = await selection.select(request, searched)
        listed, failed = await self._listed_by_region(selected.tables, query, deadline)
        errors = {**selected.errors, **failed}
        if errors and not listed:
            raise next(iter(errors.values()))
        errors = {region: judged(error, listed.keys()) for region, error in errors.items()}
        here = [table for table in selected.tables if table.region in listed]
        away = [table for table in selected.tables if table.region not in listed]
        unknown = {table: errors[table.region] for table in away}
        return Read(here, listed, unknown, errors, selected.regions_skipped)

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
