"""Which strings are AWS regions, and of which partition, by botocore's own data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class _Partition:
    name: str
    regions: frozenset[str]
    pattern: re.Pattern[str]

    def has(self, region: str) -> bool:
        known = region in self.regions and not region.endswith("-global")
        return known or self.pattern.fullmatch(region) is not None


@lru_cache(maxsize=1)
def _partitions() -> tuple[_Partition, ...]:
    from botocore.loaders import create_loader  # 60 ms: only paid once a region is named

    data = create_loader().load_data("partitions")
    return tuple(
        _Partition(one["id"], frozenset(one["regions"]), re.compile(one["regionRegex"]))
        for one in data["partitions"]
    )


def partition_of(region: str) -> str | None:
    """The partition of a region, such as `aws-cn`; None where `region` is none.

    A region that botocore does not know yet is of the partition whose regions have its form.
    """
    if not re.fullmatch(r"[a-z0-9-]{1,63}", region):
        return None
    return next((one.name for one in _partitions() if one.has(region)), None)


def is_region(name: str) -> bool:
    """Whether `name` is a region botocore knows, or has the form of one that it does not know yet."""
    return partition_of(name) is not None
