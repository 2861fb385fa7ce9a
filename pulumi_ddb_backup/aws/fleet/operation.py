"""One operation for each of many tables: side by side, each with its own end."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ..calls.account import FEW
from ..clock import Clock
from ..errors import BackupError
from ..records import BackupRecord
from ..running.run import Run
from ..running.waiting import growing_intervals
from .records import FleetProgress, TableOutcome, TableRef, is_creating

_log = logging.getLogger(__name__)

OnProgress = Callable[[FleetProgress], object]
Steps = Callable[[Run], Coroutine[Any, Any, BackupRecord | None]]
"""What is done for one table, and the backup that it ends with."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done for one table, and the run in which it is."""

    table: TableRef
    run: Run
    steps: Steps


async def carry_out_all(
    jobs: Sequence[Job], clock: Clock, on_progress: OnProgress, wanted: str = "available"
) -> list[TableOutcome]:
    """Carry out all `jobs` side by side; what fails fails alone.

    Args:
        jobs: One for each table.
        clock: Paces the progress.
        on_progress: Told every few seconds, and at the end.
        wanted: What becomes of what goes well, for the progress.

    Returns:
        The outcomes in the order of the jobs. A cancel ends each with its own account of
        what exists in AWS.
    """
    began = clock.monotonic()
    ended: list[TableOutcome] = []

    async def one(job: Job) -> TableOutcome:
        try:
            outcome = TableOutcome(job.table, record=await job.run.carry_out(job.steps(job.run)))
        except BackupError as error:
            outcome = TableOutcome.of_error(job.table, error)
        ended.append(outcome)
        return outcome

    def progress() -> FleetProgress:
        failed = [outcome for outcome in ended if outcome.error is not None]
        skipped = sum(bool(outcome.skipped) for outcome in ended)
        lost = [one for one in failed if is_creating(one.backup) and not one.is_creating]
        return FleetProgress(
            total=len(jobs),
            done=len(ended) - len(failed) - skipped,
            under_way=sum(is_creating(job.run.record) for job in jobs) - len(lost),
            failed=sum(not outcome.is_creating for outcome in failed),
            elapsed_seconds=clock.monotonic() - began,
            wanted=wanted,
            skipped=skipped,
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

    with _crowds(jobs):
        telling = asyncio.ensure_future(tell_now_and_then())
        try:
            return await _all([asyncio.ensure_future(one(job)) for job in jobs])
        finally:
            telling.cancel()
            tell()


def _crowds(jobs: Sequence[Job]) -> ExitStack:
    """Lets each account know from the first call on that these are many."""
    stack = ExitStack()
    for account, count in Counter(job.run.account for job in jobs).items():
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
