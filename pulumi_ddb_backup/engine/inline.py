"""An inline program whose end does not need its engine.

Reason: when a run fails, the engine is gone before the SDK's server has ended the program. Its last
debug line then fails, and with it the tidying up that follows: the program's event loop, its
sockets and tasks stay behind, until Python collects them and prints a traceback for each.
Seen on: SDK 3.231.0, 3.272.0; CLI 3.250.0.
Without it: a failed run of an inline program leaks an event loop; nothing else changes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import grpc
from pulumi.runtime import settings


def outlive_the_engine() -> None:
    """Let no line that the running program logs fail because its engine is gone."""
    engine: Any = getattr(settings, "get_engine", lambda: None)()
    if hasattr(engine, "Log") and not isinstance(engine.Log, _LogWhileItLasts):
        engine.Log = _LogWhileItLasts(engine.Log)


class _LogWhileItLasts:
    """The engine's Log, which says nothing once nobody is there."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with suppress(grpc.RpcError):
            return self._log(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)
