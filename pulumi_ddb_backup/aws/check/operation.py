"""The check: which tables there are, one list of backups a region, and what that says of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..backup import lookups, tables
from ..calls.account import FEW
from ..calls.region_errors import judged
from ..clock import Deadline
from ..errors import BackupError, Stage, TableNotActiveError
from ..fleet import selection
from ..fleet.caller import ManyCaller
from ..fleet.operation import Job, carry_out_all
from ..fleet.records import TableOutcome
from ..fleet.requests import TableRef
from ..records import BackupQuery, BackupRequest, BackupSummary, Table, TableStatus
from ..running.run import Run
from .records import CheckedTable, CheckRequest, CheckResult, Freshness
from .rules import judged_table, validate_check

Described = dict[TableRef, Table]


@dataclass(frozen=True, slots=True)
class Listed:
    """The backups of a region by their tables' names, and when they were, by AWS's clock."""

    backups: Mapping[str, Sequence[BackupSummary]]
    at: datetime


@dataclass(frozen=True, slots=True)
class Checks(ManyCaller):
    """Whether tables have a backup that is young enough. `ManyCaller` has its attributes."""

    def check(self, request: CheckRequest) -> CheckResult:
        """See `Backups.check`."""
        self._require_none(validate_check(request.inputs()))
        limit = request.timeout_seconds
        searched = self._searched(request, Stage.READ, limit)
        whole = next(iter(self._runs(request, searched, Stage.READ, limit).values()))
        return self._carry_out_whole(whole, self._check(request, searched, whole))

    async def _check(
        self, request: CheckRequest, searched: Mapping[str, Run], whole: Run
    ) -> CheckResult:
        deadline = Deadline(self.clock, request.timeout_seconds)
        await whole.require_allowed_caller()
        selected = await selection.select(request, searched)
        known, failed = await self._listed_by_region(request, selected.tables, deadline)
        errors = {**selected.errors, **failed}
        if errors and not known:
            raise next(iter(errors.values()))
        here = [table for table in selected.tables if table.region in known]
        described: Described = {}
        ended = await self._described(request, here, described, deadline)
        checked = [
            _judged(table, ended.get(table), described.get(table), known[table.region], request)
            for table in here
        ]
        errors = {region: judged(error, known.keys()) for region, error in errors.items()}
        unknown = [
            CheckedTable(table, Freshness.UNKNOWN, table.table_arn, error=errors[table.region])
            for table in selected.tables
            if table.region not in known
        ]
        return CheckResult(
            sorted([*filter(None, checked), *unknown], key=lambda one: one.table),
            errors,
            [outcome for outcome in ended.values() if outcome.skipped],
            selected.regions_skipped,
        )

    async def _listed_by_region(
        self, request: CheckRequest, refs: Sequence[TableRef], deadline: Deadline
    ) -> tuple[dict[str, Listed], dict[str, BackupError]]:
        looks = {}
        for region in sorted({table.region for table in refs}):
            run = self._run_in(region, Stage.READ, request.timeout_seconds)
            run.deadline = deadline
            names = [table.table_name for table in refs if table.region == region]
            looks[region] = run.settle(_listed(request, names, run))
        listed, failed = await selection.by_region(looks)
        selection.raise_cancelled(failed.values())
        return listed, failed

    async def _described(
        self,
        request: CheckRequest,
        refs: Sequence[TableRef],
        described: Described,
        deadline: Deadline,
    ) -> dict[TableRef, TableOutcome]:
        """How looking at each table ended, of those whose id is needed; `described` takes the tables."""
        needed = [table for table in refs if not (request.by_name and table.found)]
        if not needed:
            return {}
        jobs = []
        for table in needed:
            run = self._run(Stage.READ, table.table_name, table.region, request.timeout_seconds)
            run.deadline = deadline
            jobs.append(Job(table, run, _describing(table, described)))
        outcomes = await carry_out_all(jobs, self.clock, self.on_progress, "looked up")
        selection.raise_cancelled(outcome.error for outcome in outcomes)
        return dict(zip(needed, outcomes, strict=True))


async def _listed(request: CheckRequest, names: Sequence[str], run: Run) -> Listed:
    """One list for all tables of a region; where they are few, one of each."""
    found = [
        backup
        for name in (names if len(names) <= FEW else [None])
        for backup in await lookups.find(
            BackupQuery(
                name,
                backup_name_prefix=request.backup_name_prefix,
                backup_type=request.backup_type,
                timeout_seconds=request.timeout_seconds,
            ),
            run,
        )
    ]
    by_table: dict[str, list[BackupSummary]] = defaultdict(list)
    for backup in found:
        by_table[backup.table_name].append(backup)
    return Listed(by_table, run.dynamodb.aws_now())


def _describing(ref: TableRef, described: Described) -> Callable[[Run], Coroutine[Any, Any, None]]:
    async def describe(run: Run) -> None:
        table = await tables.describe(BackupRequest(ref.table_arn or ref.table_name), run)
        if ref.found and table.status == TableStatus.DELETING:
            raise TableNotActiveError(run.stage, run.facts(status=table.status))
        described[ref] = table

    return describe


def _judged(
    ref: TableRef,
    outcome: TableOutcome | None,
    table: Table | None,
    listed: Listed,
    request: CheckRequest,
) -> CheckedTable | None:
    """What is known of a table; None if it is on its way out of AWS."""
    if outcome is not None and outcome.skipped:
        return None
    if outcome is not None and outcome.error is not None:
        return CheckedTable(ref, Freshness.UNKNOWN, ref.table_arn, error=outcome.error)
    backups = listed.backups.get(ref.table_name, ())
    return judged_table(ref, table, backups, listed.at, request.max_age)
