"""Names of backups that are made from a prefix: `{prefix}{UTC time}-{8 hex}`.

The eight digits are the identity of whoever asked: four that stand for the owner, such as a resource,
and four for what it asked for. An owner's backups can so be told from another's, for ever; and a
request's own from those that the same owner took for an earlier one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone

_TIME = "%Y%m%dT%H%M%SZ"
GENERATED_SUFFIX_LENGTH = len("20260102T030405Z-89abcdef")


_MARK_LENGTH = 4


def digest(facts: Mapping[str, object]) -> str:
    """Eight hex digits that stand for `facts`: the same facts always give the same digits."""
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def owner_mark(owner: Mapping[str, object]) -> str:
    """The four hex digits in a name that stand for the owner."""
    return digest(owner)[:_MARK_LENGTH]


def identity(owner: Mapping[str, object], asked: Mapping[str, object]) -> str:
    """Eight hex digits: four for the owner, and four for what this owner asks for."""
    return owner_mark(owner) + digest({"owner": owner, "asked": asked})[_MARK_LENGTH:]


def nobodys_identity(table: str) -> str:
    """The eight hex digits in the name of a backup that was taken for nobody but the table."""
    return digest({"table": table})


def generated_name(prefix: str, moment: datetime, identity: str) -> str:
    """The name of a backup taken at `moment` by whoever `identity` stands for."""
    return f"{prefix}{moment.astimezone(timezone.utc).strftime(_TIME)}-{identity}"


def filled(template: str, table: str, moment: datetime, longest: int) -> str:
    """`template` with its `{table}` and `{timestamp}`; a long table name is cut to fit."""
    text = template.replace("{timestamp}", moment.astimezone(timezone.utc).strftime(_TIME))
    room = longest - len(text.replace("{table}", ""))
    return text.replace("{table}", table[: max(0, room // max(1, text.count("{table}")))])


def is_generated_by(name: str, prefix: str, identity: str) -> bool:
    """Whether `name` was made by `generated_name` for this prefix and identity, at any moment."""
    return _identity_in(name, prefix) == identity


def mark_in(name: str, prefix: str) -> str | None:
    """The owner's mark in a name that was made for this prefix; None in any other name."""
    identity = _identity_in(name, prefix)
    return identity[:_MARK_LENGTH] if identity else None


def generated_mark(name: str) -> str | None:
    """The owner's mark in a name that was made for any prefix; None in any other name."""
    generated = re.fullmatch(r".+[0-9]{8}T[0-9]{6}Z-([0-9a-f]{4})[0-9a-f]{4}", name)
    return generated[1] if generated else None


def _identity_in(name: str, prefix: str) -> str | None:
    generated = re.fullmatch(rf"{re.escape(prefix)}[0-9]{{8}}T[0-9]{{6}}Z-([0-9a-f]{{8}})", name)
    return generated[1] if generated else None
