"""A program of as many resources as it likes.

Reason: for each dynamic resource the SDK wraps a method of Python's pickler once more, and never
takes it off again: at 986 of them the recursion limit is reached, and each takes longer than the
one before.
Seen on: SDK 3.231.0, 3.272.0 (CPython 3.10 to 3.13).
Without it: a program fails at about a thousand dynamic resources.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

_WRAPPED: Final = ("_batch_setitems", "save_dict")


@contextmanager
def pickler_kept() -> Iterator[None]:
    """Leave the pickler as it was, whatever the block does to it."""
    pickler: Any = getattr(pickle, "_Pickler", None)
    before = {name: getattr(pickler, name) for name in _WRAPPED if hasattr(pickler, name)}
    try:
        yield
    finally:
        for name, method in before.items():
            setattr(pickler, name, method)
