"""A provider process that ends once its engine is gone.

Reason: an engine ends its plugins when it closes. One that is killed can't, and the SDK's server
goes on: a create waits for its whole timeout, and the idle process stays for ever.
The engine is gone once its address, which has answered before, refuses connections: an engine that
is suspended, stopped or attached to a debugger refuses none. The parent's process id would say less:
a shell may stand between, and a provider that was started by hand outlives its terminal.
Seen on: SDK 3.231.0, 3.272.0; CLI 3.250.0.
Without it: after `kill -9` of the CLI the process stays, and its waits go on until their timeouts.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from ..shared import Shared
from .cancellation import SERVICER, cancelled

Look = Callable[[], bool | None]
"""Whether the engine is there; None when that can't be told."""

_REFUSALS: Final = 3
"""So many in a row, a pause between them, mean that the engine does not come back."""
_PAUSE_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 5.0
_METHODS: Final = ("Check", "Diff", "Create", "Read", "Update", "Delete")


def end_with_the_engine() -> bool:
    """Have this process end once its engine is gone. False where it is not an engine's provider."""
    main = sys.modules.get("__main__")
    if not hasattr(main, SERVICER) or len(sys.argv) < 2:
        return False
    _watching(sys.argv[1])
    return True


def _begin(address: str) -> threading.Thread:
    def end() -> None:
        watch(lambda: holds(address), _pause)
        leave(_has_calls, _pause, lambda: os._exit(0))

    thread = threading.Thread(target=end, name="ddb-lifeline", daemon=True)
    thread.start()
    return thread


_watching = Shared(_begin)


def watch(look: Look, pause: Callable[[], object]) -> None:
    """Return once an engine that was there is gone for good."""
    seen, refusals = False, 0
    while refusals < _REFUSALS:
        there = look()
        seen = seen or there is True
        refusals = refusals + 1 if seen and there is False else 0
        pause()


def leave(
    has_calls: Callable[[], bool], pause: Callable[[], object], end: Callable[[], Any]
) -> None:
    """Cancel what waits, let every call end by itself, then `end`.

    A cancelled create ends as soon as CreateBackup is answered. The calls of other packages'
    resources in this process are waited for: what they do may not be cut off.
    """
    cancelled()
    while has_calls():
        pause()
    end()


def holds(address: str) -> bool | None:
    """Connect to `address` and wait until it closes the connection: True, it was there."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), _CONNECT_SECONDS) as connection:
            if connection.getsockname() == connection.getpeername():
                return False  # a free port of this machine: the socket has met itself
            connection.settimeout(None)
            while connection.recv(4096):
                pass
    except ConnectionRefusedError:
        return False
    except ConnectionResetError:
        return True
    except (OSError, ValueError):
        return None
    return True


def _has_calls() -> bool:
    """Whether a thread is in one of the provider's methods."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    for frame in sys._current_frames().values():
        at: Any = frame
        while at is not None:
            if at.f_code.co_filename == file and at.f_code.co_name in _METHODS:
                return True
            at = at.f_back
    return False


def _pause() -> None:
    threading.Event().wait(_PAUSE_SECONDS)
