"""One operation for each of many tables: side by side, each with its own end."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ..calls.polling import FEW
from ..clock import Clock
from ..errors import BackupError
from ..fleet_records import FleetProgress, TableOutcome, TableRef, is_creating
from ..records import BackupRecord
from ..run import Run
from ..waiting import growing_intervals

_log = logging.getLogger(__name__)

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
        failed = [outcome for outcome in ended if outcome.error is not None]
        return FleetProgress(
            total=len(tasks),
            done=len(ended) - len(failed),
            under_way=sum(is_creating(task.run.record) for task in tasks),
            failed=sum(not is_creating(outcome.backup) for outcome in failed),
            elapsed_seconds=clock.monotonic() - began,
            wanted=wanted,
        )

    def tell() -> None:
        try:
            on_progress(progress())
        except Exception:  # who listens must not be able to lose a backup
            _log.warning("the progress listener failed", exc_info=True)

    async def tell_now_and_then() -> None:
        for interval in growing_intervals():
            await clock.sleep(interval)
            tell()

    with _crowds(tasks):
        telling = asyncio.ensure_future(tell_now_and_then())
        try:
            return await _all([asyncio.ensure_future(one(task)) for task in tasks])
        finally:
            telling.cancel()
            tell()


def _crowds(tasks: Sequence[Task]) -> ExitStack:
    """Lets each account know from the first call on that these are many."""
    stack = ExitStack()
    for account, count in Counter(task.run.account for task in tasks).items():
        if count > FEW:
            stack.enter_context(account.operations(count))
    return stack


async def _all(under_way: Sequence[asyncio.Future[TableOutcome]]) -> list[TableOutcome]:
    """Wait for all; the first cancel is handed on to each, which then ends with its own account."""

    def cancel() -> None:
        for task in under_way:
            task.cancel()

    cancelled = False
    while not all(task.done() for task in under_way):
        try:
            await asyncio.wait(under_way)
        except asyncio.CancelledError:
            if not cancelled:  # not at once: what has not begun yet would end without any account
                asyncio.get_running_loop().call_soon(cancel)
            cancelled = True
    return [task.result() for task in under_way]
