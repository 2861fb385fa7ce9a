"""Which strings are AWS regions, by botocore's own partition data."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1)
def _partitions() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    from botocore.loaders import create_loader  # 60 ms: only paid once a region is named

    data = create_loader().load_data("partitions")
    return tuple(
        (frozenset(partition["regions"]), re.compile(partition["regionRegex"]))
        for partition in data["partitions"]
    )


def is_region(name: str) -> bool:
    """Whether `name` is a region botocore knows, or has the form of one that it does not know yet."""
    if not re.fullmatch(r"[a-z0-9-]{1,63}", name):
        return False
    return any(
        (name in known and not name.endswith("-global")) or pattern.fullmatch(name)
        for known, pattern in _partitions()
    )
