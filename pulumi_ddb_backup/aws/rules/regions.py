"""Which strings are AWS regions, and of which partition, by botocore's own data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SET_A_REGION: Final = (
    "Give region, or set AWS_REGION, or in a stack run `pulumi config set aws:region REGION`"
)
"""What to do where no region is set. The command line has words of its own for it."""
ALWAYS_ENABLED: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    }
)
"""The regions that no account has to enable. AWS: one that is newer than March 20, 2019 is off at first."""
_PARTITION_DEFAULT: Final = "aws"


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


def must_be_enabled(region: str) -> bool:
    """Whether a region is off until an account enables it. Other partitions have none that is."""
    return partition_of(region) == _PARTITION_DEFAULT and region not in ALWAYS_ENABLED


def price_list_region(beside: str | None) -> str:
    """The region whose Price List API is asked, since few have one: all tell the prices of all.

    Args:
        beside: The region that is called otherwise. It is the one if it has that API, else one that
            is near; a partition without the API is in the price list of `aws`.
    """
    from botocore.session import get_session

    session = get_session()
    partition = (partition_of(beside) if beside else None) or _PARTITION_DEFAULT
    names = session.get_available_regions("pricing", partition)
    names = names or session.get_available_regions("pricing", _PARTITION_DEFAULT)
    continent = (beside or "").partition("-")[0]
    near = [name for name in names if name.partition("-")[0] == continent]
    return beside if beside in names else (near or sorted(names, reverse=True))[0]


def dynamodb_regions(beside: str | None) -> list[str]:
    """All regions with DynamoDB that the installed botocore knows, the ones every account has first.

    Args:
        beside: A region whose partition they are of, itself the very first; None is that of `aws`.
    """
    from botocore.session import get_session

    partition = partition_of(beside) if beside else None
    names = get_session().get_available_regions("dynamodb", partition or _PARTITION_DEFAULT)
    first = [beside] if beside else []
    return list(
        dict.fromkeys([*first, *sorted(names, key=lambda one: (must_be_enabled(one), one))])
    )
