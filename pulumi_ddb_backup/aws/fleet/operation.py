"""One operation for each of many tables: side by side, each with its own end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ..calls.polling import FEW
from ..clock import Clock
from ..errors import BackupError
from ..fleet_records import FleetProgress, TableOutcome, TableRef
from ..records import BackupRecord, BackupStatus
from ..run import Run
from ..waiting import growing_intervals

OnProgress = Callable[[FleetProgress], object]
Steps = Callable[[Run], Coroutine[Any, Any, BackupRecord | None]]
"""What is done for one table, and the backup that it ends with."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done for one table, and the run in which it is."""

    table: TableRef
    run: Run
    steps: Steps


async def carry_out_all(
    tasks: Sequence[Task], clock: Clock, on_progress: OnProgress, wanted: str = "available"
) -> list[TableOutcome]:
    """Carry out all `tasks` side by side; what fails fails alone.

    Args:
        tasks: One for each table.
        clock: Paces the progress.
        on_progress: Told every few seconds, and at the end.
        wanted: What becomes of what goes well, for the progress.

    Returns:
        The outcomes in the order of the tasks. A cancel ends each task with its own account of
        what exists in AWS.
    """
    began = clock.monotonic()
    ended: list[TableOutcome] = []

    async def one(task: Task) -> TableOutcome:
        try:
            outcome = TableOutcome(
                task.table, record=await task.run.carry_out(task.steps(task.run))
            )
        except BackupError as error:
            outcome = TableOutcome(task.table, error=error)
        ended.append(outcome)
        return outcome

    def progress() -> FleetProgress:
        creating = sum(
            task.run.record is not None and task.run.record.backup_status == BackupStatus.CREATING
            for task in tasks
        )
        failed = sum(outcome.error is not None for outcome in ended)
        elapsed = clock.monotonic() - began
        return FleetProgress(
            len(tasks), len(ended) - failed, creating - _cut_off(ended), failed, elapsed, wanted
        )

    async def tell() -> None:
        for interval in growing_intervals():
            await clock.sleep(interval)
            on_progress(progress())

    with _crowds(tasks):
        telling = asyncio.ensure_future(tell())
        try:
            return await _all([asyncio.ensure_future(one(task)) for task in tasks])
        finally:
            telling.cancel()
            on_progress(progress())


def _cut_off(ended: Sequence[TableOutcome]) -> int:
    """How many have failed although AWS goes on creating their backups."""
    backups = [outcome.backup for outcome in ended if outcome.error is not None]
    return sum(
        backup is not None and backup.backup_status == BackupStatus.CREATING for backup in backups
    )


def _crowds(tasks: Sequence[Task]) -> ExitStack:
    """Lets each account know from the first call on that these are many."""
    stack = ExitStack()
    for account, count in Counter(task.run.account for task in tasks).items():
        if count > FEW:
            stack.enter_context(account.operations(count))
    return stack


async def _all(under_way: Sequence[asyncio.Future[TableOutcome]]) -> list[TableOutcome]:
    """Wait for all; a cancel is handed on to each, which then ends with its own account."""
    waiting = asyncio.gather(*under_way)
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        await asyncio.sleep(0)  # what has not begun yet begins, and then gives its account
        for task in under_way:
            task.cancel()
        return await waiting
