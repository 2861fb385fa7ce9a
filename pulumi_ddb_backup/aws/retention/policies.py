"""A retention as an input of whoever takes backups: what it may say, and how it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from ..rules.naming import owner_mark
from ..rules.text import shown
from .records import Retention
from .rules import validate_retention

_NEEDS_PREFIX: Final = (
    "retention needs backup_name_prefix: only a name that was made from it tells whose a backup is"
)
_NOTHING_TAKEN: Final = (
    "retention and existing_backup_arn exclude each other: no backup is taken then, and one that was "
    "made elsewhere has no generated name"
)


def broken_retention(given: Mapping[str, Any], unknown: Collection[str] = ()) -> Iterator[str]:
    """A sentence for each rule that a retention breaks.

    Args:
        given: The inputs that were given, by name.
        unknown: The names of those whose values are not known yet.
    """
    if "retention" not in given:
        return
    if "existing_backup_arn" in given:
        yield _NOTHING_TAKEN
    elif "backup_name_prefix" not in given:
        yield _NEEDS_PREFIX
    value = given["retention"]
    if "retention" in unknown:
        return
    if not isinstance(value, Mapping):
        yield f"retention must be a mapping of rules such as keep_last (got {shown(value)})"
        return
    yield from (failure.reason for failure in validate_retention(value))


def policy_line(rules: Mapping[str, Any], owner: Mapping[str, object]) -> str:
    """What a preview says of a retention: it asks AWS nothing, so the command that does is named.

    Args:
        rules: The rules by their names, which break none of `broken_retention`.
        owner: Whose backups they are.
    """
    return (
        f"Retention: keeps {Retention.of(rules).line}; "
        f"`ddb-backup prune --owner {owner_mark(owner)}` shows what would go"
    )
