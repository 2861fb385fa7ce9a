"""Where operations run: one thread with an event loop for all of them, and a pool for the calls.

An operation that waits costs a task, not a thread, so a thousand of them need no more threads than
one. The loop is apart from any loop of the caller's, so the blocking calls work everywhere: in a
script, in a Pulumi provider's worker threads, and inside somebody else's event loop.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ...shared import Shared
from ..calls.network import CALL_THREADS

T = TypeVar("T")


class _Loop:
    """An event loop on a thread of its own, and what runs on it."""

    def __init__(self, call_threads: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(
            concurrent.futures.ThreadPoolExecutor(call_threads, thread_name_prefix="ddb-call")
        )
        self.underway: set[asyncio.Task[None]] = set()  # touched on the loop's thread alone
        threading.Thread(target=self.loop.run_forever, name="ddb-scheduler", daemon=True).start()


class Scheduler:
    """Runs operations side by side and lets a caller wait for its own.

    In a forked child it begins anew: what was under way goes on in the parent alone.
    """

    def __init__(self, call_threads: int = CALL_THREADS) -> None:
        self._of_process = Shared(lambda: _Loop(call_threads))

    def run(self, operation: Coroutine[Any, Any, T]) -> T:
        """Carry out `operation` and block until it has ended.

        A KeyboardInterrupt while blocked cancels the operation, which then ends with its own
        account of what exists in AWS.
        """
        result, cancel = self._begin(operation)
        try:
            return result.result()
        except KeyboardInterrupt:
            cancel()
            return result.result()

    async def run_async(self, operation: Coroutine[Any, Any, T]) -> T:
        """Carry out `operation` while the caller's own loop goes on; cancelled with the caller."""
        result, cancel = self._begin(operation)
        waiting = asyncio.wrap_future(result)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            cancel()
            return await waiting

    def _begin(
        self, operation: Coroutine[Any, Any, T]
    ) -> tuple[concurrent.futures.Future[T], Callable[[], object]]:
        """The result to come, and what cancels the operation."""
        result: concurrent.futures.Future[T] = concurrent.futures.Future()
        begun: list[asyncio.Task[None]] = []
        here = self._of_process()

        async def carry_out() -> None:
            try:
                result.set_result(await operation)
            except BaseException as error:
                result.set_exception(error)

        def begin() -> None:
            task = here.loop.create_task(carry_out())
            begun.append(task)
            here.underway.add(task)
            task.add_done_callback(here.underway.discard)

        here.loop.call_soon_threadsafe(begin)
        return result, lambda: here.loop.call_soon_threadsafe(lambda: _cancel(here, begun[0]))

    def cancel_all(self) -> None:
        """Cancel every operation under way; each ends with its own account of what exists."""

        here = self._of_process()

        def cancel() -> None:
            for task in here.underway:
                _cancel(here, task)

        here.loop.call_soon_threadsafe(cancel)


def _cancel(here: _Loop, task: asyncio.Task[None]) -> None:
    # Not at once: a task that has not had its first turn would end without any account.
    here.loop.call_soon(task.cancel)


_shared = Scheduler()


def shared_scheduler() -> Scheduler:
    """The process's scheduler. Its thread begins when it is first used."""
    return _shared
