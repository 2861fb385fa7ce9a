"""An inline program whose end does not need its engine.

Reason: when a run fails, the engine is gone before the SDK's server has ended the program. What the
server does then fails half-way, at its debug line or at the first task that ends in an error, and
the program's event loop, sockets and tasks stay behind, until Python collects them and prints a
traceback for each.
Seen on: SDK 3.231.0, 3.272.0; CLI 3.250.0.
Without it: a failed run of an inline program leaks an event loop; nothing else changes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import grpc

_SERVER: Final = "pulumi.automation._server"
_TRIES: Final = 3
"""A loop that another task's failure stops has to be run again."""


def outliving_the_engine(program: Callable[[], Any]) -> Callable[[], Any]:
    """`program`, of which nothing is left behind when its engine has gone first."""
    server = sys.modules.get(_SERVER)
    log = getattr(server, "log", None)
    if log is not None and not isinstance(log, _LogWhileItLasts):
        server.log = _LogWhileItLasts(log)  # type: ignore[union-attr] # it has one

    def run() -> Any:
        loop: Any = asyncio.get_running_loop()
        loop.run_until_complete = _Ending(loop.run_until_complete)
        return program()

    return run


class _LogWhileItLasts:
    """The SDK's log, for a server whose engine may be gone."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        tell = getattr(self._log, name)

        def told(*args: Any, **kwargs: Any) -> Any:
            with suppress(grpc.RpcError):
                return tell(*args, **kwargs)

        return told


class _Ending:
    """A loop's `run_until_complete`, for tasks that are cancelled and whose end interests nobody."""

    def __init__(self, run_until_complete: Any) -> None:
        self._run_until_complete = run_until_complete

    def __call__(self, task: asyncio.Future[Any]) -> None:
        for _ in range(_TRIES):
            with suppress(Exception, asyncio.CancelledError):
                self._run_until_complete(task)
            if task.done():
                return
