"""What the stack's state holds, as far as the engine has told this process.

A resource that is replaced with the same inputs while its backup is still CREATING (`--replace`,
`state taint`) must not be followed by one that takes that very backup for its own: the engine deletes
the first one's. A half-made resource is read before anything is done with it, so its backup is noted.
"""

from __future__ import annotations

from collections.abc import Iterable

_held: dict[str | None, set[str]] = {}


def note_held(urn: str | None, arns: Iterable[str]) -> None:
    """Note that the state holds these under `urn`."""
    _held.setdefault(urn, set()).update(arns)


def held_by_all() -> frozenset[str]:
    """The ARNs that the state is known to hold, whatever holds them."""
    return frozenset(arn for held in _held.values() for arn in held)


def held_under(urn: str | None) -> frozenset[str]:
    """The ARNs that the state is known to hold under `urn`."""
    return frozenset(_held.get(urn, ()))
