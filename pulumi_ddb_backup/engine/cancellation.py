"""Ctrl-C, delivered to whoever waits in the provider process.

Reason: at Ctrl-C the engine calls the provider's Cancel, which the SDK answers by doing nothing,
and waits for the calls under way: a create would go on for up to its whole timeout. The server
keeps the bound method, so it is the method's code that is replaced, once.
Seen on: SDK 3.231.0, 3.259.0, 3.272.0; CLI 3.250.0.
Without it: Ctrl-C waits for the operation's own end; a second Ctrl-C ends the CLI at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

SERVICER = "DynamicResourceProviderServicer"
_listeners: list[Callable[[], object]] = []


def when_cancelled(act: Callable[[], object]) -> bool:
    """Have `act` called when the engine cancels. False if this SDK can't tell."""
    if act not in _listeners:
        _listeners.append(act)
    cancel = getattr(getattr(sys.modules.get("__main__"), SERVICER, None), "Cancel", None)
    if cancel is None or not hasattr(cancel, "__code__"):
        return False
    if cancel.__code__.co_freevars != _cancel.__code__.co_freevars:
        return False  # wrapped by this SDK: the code of a closure can't be exchanged
    cancel.__code__ = _cancel.__code__
    return True


def cancelled() -> None:
    """Tell all who asked."""
    for act in list(_listeners):
        act()


def _cancel(self: Any, request: Any, context: Any) -> Any:
    # Runs with the SDK's own globals: everything it needs, it imports.
    from google.protobuf import empty_pb2

    from pulumi_ddb_backup.engine import cancellation

    cancellation.cancelled()
    return empty_pb2.Empty()
