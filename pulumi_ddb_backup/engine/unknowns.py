"""Values that a preview does not know yet.

Reason: check() and diff() are handed an `Unknown` in place of such a value, at any depth.
Seen on: SDK 3.231.0, 3.259.0, 3.272.0.
Without it: a preview takes it for the user's own value and refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pulumi.output import Unknown
from pulumi.runtime import rpc


def has_unknown(value: object) -> bool:
    """Whether `value` is, or holds anywhere inside, one that is not known yet."""
    if isinstance(value, Unknown) or value == rpc.UNKNOWN:
        return True
    if isinstance(value, str):
        return False
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, Sequence):
        return any(has_unknown(item) for item in value)
    return False
