"""One thread for all operations, whatever the caller's own thread or loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_ddb_backup.aws.running.scheduler import Scheduler


def test_an_operation_runs_for_a_caller_that_has_a_loop_of_its_own() -> None:
    async def caller() -> int:
        return Scheduler().run(answer())

    async def answer() -> int:
        return 42

    assert asyncio.run(caller()) == 42


def test_an_async_caller_goes_on_meanwhile_and_a_cancel_of_its_own_reaches_the_operation() -> None:
    accounts: list[str] = []

    async def operation() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            accounts.append("cancelled, and this is what exists")
            return accounts[-1]
        raise AssertionError("nobody sets that event")

    async def caller() -> str:
        waiting = asyncio.create_task(Scheduler().run_async(operation()))
        await asyncio.sleep(0)
        waiting.cancel()
        return await waiting

    assert asyncio.run(caller()) == "cancelled, and this is what exists"


def test_a_hundred_operations_wait_side_by_side_on_one_thread() -> None:
    scheduler = Scheduler()
    together = threading.Barrier(100)
    arrived = 0
    all_here: list[asyncio.Event] = []

    async def operation() -> str:
        nonlocal arrived
        if not all_here:
            all_here.append(asyncio.Event())
        arrived += 1
        if arrived == 100:
            all_here[0].set()
        await all_here[0].wait()
        return threading.current_thread().name

    def caller(_: int) -> str:
        together.wait()
        return scheduler.run(operation())

    with ThreadPoolExecutor(100) as callers:
        assert len(set(callers.map(caller, range(100)))) == 1


def test_what_an_operation_raises_reaches_its_caller() -> None:
    async def fails() -> None:
        raise LookupError("gone")

    scheduler = Scheduler()
    with pytest.raises(LookupError):
        scheduler.run(fails())


def test_cancelling_all_lets_each_operation_give_its_own_account() -> None:
    scheduler = Scheduler()
    under_way = threading.Semaphore(0)

    async def operation(number: int) -> str:
        under_way.release()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return f"cancelled {number}"
        raise AssertionError("nobody sets that event")

    with ThreadPoolExecutor(3) as callers:
        waiting = [callers.submit(scheduler.run, operation(number)) for number in range(3)]
        for _ in waiting:
            under_way.acquire()
        scheduler.cancel_all()
        assert [one.result() for one in waiting] == ["cancelled 0", "cancelled 1", "cancelled 2"]


def test_an_operation_that_has_ended_is_forgotten() -> None:
    scheduler = Scheduler()

    async def operation() -> int:
        return len(scheduler._of_process().underway)

    assert [scheduler.run(operation()) for _ in range(3)] == [1, 1, 1]
