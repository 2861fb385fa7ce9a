"""What one process makes once and shares; a forked child makes its own.

A child has none of its parent's threads, and would wait for ever for an event loop or a lock that
one of them held. The parent's sockets are there, but both would read from them.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_all: weakref.WeakSet[Shared[..., Any]] = weakref.WeakSet()
_of_parent: list[object] = []
"""What a child has from its parent. Never collected: closing it could reach into the parent."""


class Shared(Generic[P, T]):
    """A function that one thread at a time calls, and once in a process for the same arguments.

    Args:
        make: The function. It may not call itself.
        at_most: For how many arguments the results are kept.
    """

    def __init__(self, make: Callable[P, T], at_most: int = 64) -> None:
        self._make, self._at_most = make, at_most
        self._begin()
        _all.add(self)

    def _begin(self) -> None:
        self._making = threading.Lock()
        self._made: Callable[..., T] = lru_cache(self._at_most)(self._make)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._making:
            return self._made(*args, **kwargs)

    def begin_anew(self) -> None:
        """Forget what was made, and who may be making it."""
        _of_parent.append(self._made)
        self._begin()


def _in_child() -> None:
    for shared in list(_all):
        shared.begin_anew()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_in_child)
