"""What is asked of a comparison, and what it found: facts, in nobody's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from os import PathLike

from ..rules.arns import TableArn, plain_name
from .keys import Key

COMPARE_TIMEOUT_DEFAULT_SECONDS = 7200
SAMPLE_DEFAULT = 10


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Which two tables are compared, and how.

    Attributes:
        table_name: The name or ARN of the first table.
        other_table_name: The name or ARN of the other one.
        subset: Only compare a part, such as `3/7`: the third of seven. Seven runs, from `1/7` to `7/7`,
            compare every item, and each takes about a seventh of the read units. Default: all.
        read_units_per_second: The most read units a second that each of the two tables is read with.
            Default: half of the capacity of a provisioned table, and 1,000 for one that is on demand.
        last_write_attribute: The attribute that tells when an item was last written, as a number
            (seconds, milliseconds, microseconds or nanoseconds since 1970) or as an ISO time. With
            `written_since`, differences of items that were written since then are explained.
        written_since: The moment since which writes explain a difference, with a time zone. If one table
            was restored from a backup: a minute or so before the backup was requested.
        sample: How many differences are named by their keys, 0 to 1000. Default: 10.
        state_file: A file in which to keep how far the comparison has come, if it does not get to its
            end. If the file is there already, the comparison goes on from it. It holds some keys of
            the tables. It is deleted once the comparison is complete. Default: none.
        timeout_seconds: The limit of the whole comparison, 60 to 86400. Default: 7200.
    """

    table_name: str
    other_table_name: str
    subset: str | None = None
    read_units_per_second: int | None = None
    last_write_attribute: str | None = None
    written_since: datetime | None = None
    sample: int = SAMPLE_DEFAULT
    state_file: str | PathLike[str] | None = None
    timeout_seconds: int = COMPARE_TIMEOUT_DEFAULT_SECONDS

    @property
    def tables(self) -> tuple[str, str]:
        """The plain names of both tables."""
        return plain_name(self.table_name), plain_name(self.other_table_name)

    @property
    def arns(self) -> tuple[TableArn | None, TableArn | None]:
        """The ARNs of both tables, each None where its name was given."""
        return TableArn.parse(self.table_name), TableArn.parse(self.other_table_name)

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that `validate_compare` knows."""
        return {
            "table_name": self.table_name,
            "other_table_name": self.other_table_name,
            "subset": self.subset,
            "read_units_per_second": self.read_units_per_second,
            "last_write_attribute": self.last_write_attribute,
            "written_since": self.written_since,
            "sample": self.sample,
            "state_file": self.state_file,
            "timeout": self.timeout_seconds,
        }


class Verdict(str, Enum):
    """What a comparison comes to."""

    IDENTICAL = "identical"
    """Every item that was compared is the same in both tables."""
    EXPLAINED = "explained"
    """There are differences, and each is of an item that was written since the given moment."""
    DIFFERENT = "different"
    """At least one difference is not explained."""
    NOT_COMPARED = "not compared"
    """There are more differences than could be looked at, and those that were are explained."""


class DifferenceKind(str, Enum):
    """How an item differs."""

    ONLY_FIRST = "only in the first"
    """The other table has no item with this key."""
    ONLY_OTHER = "only in the other"
    """The first table has no item with this key."""
    CHANGED = "changed"
    """Both have one, with different content."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that differs: its key, and never its content.

    Attributes:
        key: Its key as DynamoDB's JSON has it, such as `{"id": {"S": "a-17"}}`.
        kind: How it differs.
        explained: Whether it was written since `written_since`.
    """

    key: Key
    kind: DifferenceKind
    explained: bool = False


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """One of the two tables, as it was read.

    Attributes:
        table_name: Its name.
        region: Its region.
        table_arn: Its ARN.
        item_count: How many items were read: of the subset, if there is one.
        digest: The sum of the digests of these items, in hex digits. Tables with the same items have the
            same, in whatever order they were read.
        read_units: The read units that this took.
        throttled_calls: How many calls AWS has throttled. They were repeated.
    """

    table_name: str
    region: str
    table_arn: str
    item_count: int
    digest: str
    read_units: float
    throttled_calls: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found.

    Attributes:
        verdict: What it comes to.
        first: The first table.
        other: The other one.
        only_first: How many items only the first table has.
        only_other: How many only the other one has.
        changed: How many both have, with different content.
        explained: How many of these three were written since `written_since`.
        settled: How many were different as they were read, and the same when they were looked at again:
            they were written in between, or are in another part of a subset.
        all_counted: Whether every difference is in these counts. If not, there are more.
        differences: Some of them, by key, those that are not explained first.
        subset: The part that was compared; None for all.
        elapsed_seconds: How long it took.
    """

    verdict: Verdict
    first: ComparedTable
    other: ComparedTable
    only_first: int
    only_other: int
    changed: int
    explained: int
    settled: int
    all_counted: bool
    differences: Sequence[Difference]
    subset: str | None
    elapsed_seconds: float

    @property
    def differing(self) -> int:
        """How many items differ, as far as they were counted."""
        return self.only_first + self.only_other + self.changed
