"""None is the same as absent: in inputs, in arguments and in what is sent to AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that there are."""
    return {key: value for key, value in values.items() if value is not None}
