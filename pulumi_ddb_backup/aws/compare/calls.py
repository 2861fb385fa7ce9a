"""The calls that read tables. Each raises `AwsFailure`; `within_seconds` is how long the answer may take."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..calls.dynamodb import DynamoDB
from ..calls.rate import Api
from ..rules.values import without_none
from .canonical import Item

KEYS_MAX: Final = 100
"""The most keys that AWS looks up in one call."""
_UNIT_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Described:
    """A table, as far as it matters to reading it.

    Attributes:
        name: Its name.
        arn: Its ARN.
        status: Its status.
        table_id: Its unique id; None if AWS does not tell it.
        keys: The name, role and type of each attribute of its key, the partition key first.
        item_count: How many items it has, as AWS last counted them; None if AWS does not tell.
        provisioned_units: Its provisioned read capacity units a second; None if it is on demand.
    """

    name: str
    arn: str
    status: str
    table_id: str | None
    keys: tuple[tuple[str, str, str], ...]
    item_count: int | None
    provisioned_units: int | None

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of the attributes of its key."""
        return tuple(name for name, _, _ in self.keys)

    @property
    def key_text(self) -> str:
        """Its key for a person: `id (S, HASH), sort (N, RANGE)`."""
        return ", ".join(f"{name} ({kind}, {role})" for name, role, kind in self.keys)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a scan, or what a look-up has found.

    Attributes:
        items: The items.
        next_key: What the next page begins after, or which keys are left; None if nothing is.
        units: The read units that it took.
    """

    items: Sequence[Item]
    next_key: Any
    units: float


Read = Callable[[float], Awaitable[Page]]
"""Reads a page, within so many seconds."""


async def describe(aws: DynamoDB, table: str, within_seconds: float) -> Described:
    return await aws.call(
        Api.DESCRIBE_TABLE,
        lambda clients: clients.dynamodb.describe_table(TableName=table),
        lambda answer: _described(answer["Table"]),
        within_seconds,
    )


def _described(told: Mapping[str, Any]) -> Described:
    types = {one["AttributeName"]: one["AttributeType"] for one in told["AttributeDefinitions"]}
    schema = sorted(told["KeySchema"], key=lambda one: one["KeyType"])  # HASH, then RANGE
    throughput = told.get("ProvisionedThroughput") or {}
    return Described(
        name=told["TableName"],
        arn=told["TableArn"],
        status=told["TableStatus"],
        table_id=told.get("TableId"),
        keys=tuple(
            (one["AttributeName"], one["KeyType"], types[one["AttributeName"]]) for one in schema
        ),
        item_count=told.get("ItemCount"),
        provisioned_units=throughput.get("ReadCapacityUnits") or None,
    )


async def scan(
    aws: DynamoDB,
    table: str,
    segment: tuple[int, int],
    after: Any,
    limit: int,
    within_seconds: float,
) -> Page:
    """A page of one segment of a table, read eventually consistent.

    Args:
        aws: The account and region.
        table: The table's name.
        segment: The number of the segment from 0, and how many there are.
        after: The key that the page begins after; None for the first.
        limit: The most items on it.
        within_seconds: How long the answer may take.
    """
    parameters: dict[str, Any] = without_none({"ExclusiveStartKey": after})
    number, of = segment
    return await aws.call(
        Api.SCAN,
        lambda clients: clients.dynamodb.scan(
            TableName=table,
            Segment=number,
            TotalSegments=of,
            Limit=limit,
            ReturnConsumedCapacity="TOTAL",
            **parameters,
        ),
        lambda answer: Page(
            answer["Items"],
            answer.get("LastEvaluatedKey") or None,
            _units(answer, answer.get("ConsumedCapacity"), 2),
        ),
        within_seconds,
    )


async def look_up(
    aws: DynamoDB, table: str, keys: Sequence[Mapping[str, Any]], within_seconds: float
) -> Page:
    """The items of some keys, read strongly consistent."""
    asked: Any = {table: {"Keys": keys, "ConsistentRead": True}}
    return await aws.call(
        Api.BATCH_GET_ITEM,
        lambda clients: clients.dynamodb.batch_get_item(
            RequestItems=asked, ReturnConsumedCapacity="TOTAL"
        ),
        lambda answer: Page(
            answer["Responses"].get(table, []),
            (answer.get("UnprocessedKeys") or {}).get(table, {}).get("Keys") or None,
            _units(answer, next(iter(answer.get("ConsumedCapacity") or ()), None), 1),
        ),
        within_seconds,
    )


def _units(answer: Mapping[str, Any], told: Mapping[str, Any] | None, a_unit: int) -> float:
    """The units as AWS tells them; an endpoint that does not is taken at its answer's size."""
    if told and (units := told.get("CapacityUnits")) is not None:
        return float(units)
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return math.ceil(int(headers.get("content-length") or 0) / _UNIT_BYTES) / a_unit
