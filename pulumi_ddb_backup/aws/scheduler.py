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

from .calls.session import CALL_THREADS

T = TypeVar("T")


class Scheduler:
    """Runs operations side by side and lets a caller wait for its own."""

    def __init__(self, call_threads: int = CALL_THREADS) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(
            concurrent.futures.ThreadPoolExecutor(call_threads, thread_name_prefix="ddb-call")
        )
        self._underway: set[asyncio.Task[None]] = set()  # touched on the loop's thread alone
        threading.Thread(target=self._loop.run_forever, name="ddb-scheduler", daemon=True).start()

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

        async def carry_out() -> None:
            try:
                result.set_result(await operation)
            except BaseException as error:
                result.set_exception(error)

        def begin() -> None:
            task = self._loop.create_task(carry_out())
            begun.append(task)
            self._underway.add(task)
            task.add_done_callback(self._underway.discard)

        self._loop.call_soon_threadsafe(begin)
        return result, lambda: self._loop.call_soon_threadsafe(lambda: self._cancel(begun[0]))

    def _cancel(self, task: asyncio.Task[None]) -> None:
        # Not at once: a task that has not had its first turn would end without any account.
        self._loop.call_soon(task.cancel)

    def cancel_all(self) -> None:
        """Cancel every operation under way; each ends with its own account of what exists."""

        def cancel() -> None:
            for task in self._underway:
                self._cancel(task)

        self._loop.call_soon_threadsafe(cancel)


_shared: Scheduler | None = None
_making = threading.Lock()


def shared_scheduler() -> Scheduler:
    """The process's scheduler, made when first asked for."""
    global _shared
    with _making:
        if _shared is None:
            _shared = Scheduler()
        return _shared
