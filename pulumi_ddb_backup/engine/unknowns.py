"""Values that a preview does not know yet.

Reason: check() and diff() are handed a sentinel in place of such a value.
Seen on: SDK 3.231.0, 3.259.0, 3.272.0.
Without it: a preview takes the sentinel for the user's own text and may refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi.runtime import rpc


def has_unknown(value: object) -> bool:
    """Whether `value` is, or holds anywhere inside, one that is not known yet."""
    if isinstance(value, str):
        return value == rpc.UNKNOWN
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, Sequence):
        return any(has_unknown(item) for item in value)
    return False
