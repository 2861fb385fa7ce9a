"""What is sent to AWS, less what has no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that have a value."""
    return {key: value for key, value in parameters.items() if value is not None}
