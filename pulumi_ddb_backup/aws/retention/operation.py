"""The prune: one list of backups a region, what has expired of each table, and the deletions.

Nothing goes unless all of this is proven: the list is whole, the backup has a name that this product
made for this owner, and it is of the very table that has its name now. In doubt it stays.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..backup import existing
from ..clock import Deadline
from ..errors import Stage
from ..fleet.listing import Reader
from ..fleet.operation import Job, carry_out_all
from ..records import BackupQuery
from ..running.run import Run
from .deciding import decided_for, known_tables, proven
from .records import PrunedTable, PruneRequest, PruneResult
from .rules import validate_prune


class Prunes(Reader):
    """Deletes the backups that are kept no longer. `ManyCaller` has its attributes."""

    __slots__ = ()

    def prune(self, request: PruneRequest, within_seconds: float | None = None) -> PruneResult:
        """See `Backups.prune`.

        Args:
            request: What is asked for.
            within_seconds: What is left of the limit of an operation that this is the end of;
                default: all of the request's own.
        """
        return self._scheduler.run(self._pruning(request, within_seconds))

    async def prune_async(
        self, request: PruneRequest, within_seconds: float | None = None
    ) -> PruneResult:
        """Like `prune`, for an event loop."""
        return await self._scheduler.run_async(self._pruning(request, within_seconds))

    def _pruning(
        self, request: PruneRequest, within_seconds: float | None
    ) -> Coroutine[Any, Any, PruneResult]:
        self._require_none(validate_prune(request.inputs()))
        limit = request.timeout_seconds
        within = limit if within_seconds is None else within_seconds
        searched = self._searched(request, Stage.READ, limit)
        whole = next(iter(self._runs(request, searched, Stage.READ, limit).values()))
        return whole.settle(self._prune(request, searched, whole, within))

    async def _prune(
        self, request: PruneRequest, searched: Mapping[str, Run], whole: Run, within_seconds: float
    ) -> PruneResult:
        deadline = Deadline(self.clock, within_seconds)
        await whole.require_allowed_caller()
        query = BackupQuery(timeout_seconds=request.timeout_seconds)
        read = await self._read(request, searched, query, deadline)
        decided = [
            decided_for(table, read.listed[table.region].of(table.table_name), request)
            for table in read.tables
        ]
        described = known_tables(request)
        needed = [one.table for one in decided if one.expired and one.table not in described]
        ended = await self._described(needed, described, request.timeout_seconds, deadline)
        pruned = [proven(one, described.get(one.table), ended.get(one.table)) for one in decided]
        if not request.dry_run:
            pruned = await self._deleted(pruned, request, deadline)
        unknown = [PrunedTable(table, error=error) for table, error in read.unknown.items()]
        return PruneResult(
            sorted([*pruned, *unknown], key=lambda one: one.table),
            errors=read.errors,
            skipped=[outcome for outcome in ended.values() if outcome.skipped],
            regions_skipped=read.regions_skipped,
        )

    async def _deleted(
        self, pruned: Sequence[PrunedTable], request: PruneRequest, deadline: Deadline
    ) -> list[PrunedTable]:
        """The tables, once what has expired has been deleted: the oldest first, all side by side."""
        expired = sorted(
            ((backup, one.table) for one in pruned for backup in one.expired),
            key=lambda each: (each[0].backup_creation_date_time, each[0].backup_arn),
        )
        jobs = []
        for backup, table in expired:
            run = self._run_of(Stage.DELETE, backup.backup_arn, request.timeout_seconds)
            run.deadline = deadline
            jobs.append(Job(table, run, _delete))
        if not jobs:
            return list(pruned)
        outcomes = await carry_out_all(jobs, self.clock, self.on_progress, "deleted")
        ended = {job.run.backup_arn: end for job, end in zip(jobs, outcomes, strict=True)}
        return [
            replace(
                one,
                deleted=[
                    backup.backup_arn
                    for backup in one.expired
                    if ended[backup.backup_arn].error is None
                ],
                failed={
                    backup.backup_arn: error
                    for backup in one.expired
                    if (error := ended[backup.backup_arn].error) is not None
                },
            )
            for one in pruned
        ]


async def _delete(run: Run) -> None:
    """A backup that is in use, for a restore most likely, stays until the next time."""
    await existing.delete(run.backup_arn, run, waits_while_in_use=False)
