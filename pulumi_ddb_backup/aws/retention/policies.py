"""A retention as an input of whoever takes backups: what it may say, and how it is told."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from ..rules.durations import duration_text
from ..rules.naming import owner_mark
from ..rules.text import shown
from ..rules.zones import UTC
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


def policy_line(
    rules: Mapping[str, Any], owner: Mapping[str, object], backup_name_prefix: str | None
) -> str:
    """What a preview says of a retention: it asks AWS nothing, so the command that does is named.

    Args:
        rules: The rules by their names, which break none of `broken_retention`.
        owner: Whose backups they are.
        backup_name_prefix: What their names are made from; None if it is not known yet.
    """
    retention = Retention.of(rules)
    if backup_name_prefix is None:
        return f"Retention: keeps {retention.line}"
    words = ["ddb-backup", "prune", "*", "--owner", owner_mark(owner)]
    words += ["--prefix", backup_name_prefix, *_options(retention)]
    return f"Retention: keeps {retention.line}; to see what would go: {shlex.join(words)}"


def _options(retention: Retention) -> Iterator[str]:
    """The rules as options of the command line."""
    for name, value in asdict(retention).items():
        if value and value != UTC:
            text = duration_text(value) if isinstance(value, timedelta) else str(value)
            yield from (f"--{name.replace('_', '-')}", text)
