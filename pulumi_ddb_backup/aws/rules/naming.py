"""Names of backups that are made from a prefix: `{prefix}{UTC time}-{8 hex}`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone

_TIME = "%Y%m%dT%H%M%SZ"
GENERATED_SUFFIX_LENGTH = len("20260102T030405Z-89abcdef")


def digest(facts: Mapping[str, object]) -> str:
    """Eight hex digits that stand for `facts`: the same facts always give the same digits."""
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def generated_name(prefix: str, moment: datetime, identity: str) -> str:
    """The name of a backup taken at `moment` by whoever `identity` (a `digest`) stands for."""
    return f"{prefix}{moment.astimezone(timezone.utc).strftime(_TIME)}-{identity}"


def filled(template: str, table: str, moment: datetime, longest: int) -> str:
    """`template` with its `{table}` and `{timestamp}`; a long table name is cut to fit."""
    text = template.replace("{timestamp}", moment.astimezone(timezone.utc).strftime(_TIME))
    room = longest - len(text.replace("{table}", ""))
    return text.replace("{table}", table[: max(0, room // max(1, text.count("{table}")))])


def is_generated_by(name: str, prefix: str, identity: str) -> bool:
    """Whether `name` was made by `generated_name` for this prefix and identity, at any moment."""
    pattern = rf"{re.escape(prefix)}[0-9]{{8}}T[0-9]{{6}}Z-{re.escape(identity)}"
    return re.fullmatch(pattern, name) is not None
