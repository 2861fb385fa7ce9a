"""The property `retention`: the rules that go in, and what became of them that comes out.

Both have the same name. The output is a mapping of what one run did, with the input as its `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rules_of(value: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The rules in an input, or in the output that says what became of them."""
    return value.get("rules", value) if value else None


def with_rules(
    told: Mapping[str, Any] | None, rules: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """The output for these rules; what `told` says of an earlier run stays."""
    return {**(told or {}), "rules": rules} if rules else None
