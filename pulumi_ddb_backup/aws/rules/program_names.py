"""Names in a program from which names in AWS are made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .text import shown

RESOURCE_NAME_MAX: Final = 40
"""IAM and the scheduler allow 64 characters; the rest is for what the children's names add."""


def a_resource_name(value: object) -> Iterator[str]:
    """What is wrong with a name in the program from which AWS's names are made."""
    if not isinstance(value, str) or not re.fullmatch(
        rf"[a-zA-Z0-9_-]{{1,{RESOURCE_NAME_MAX}}}", value
    ):
        yield (
            f"resource_name must be 1 to {RESOURCE_NAME_MAX} letters, digits, hyphens and underscores, "
            f"since AWS's names are made from it (got {shown(value)})"
        )
