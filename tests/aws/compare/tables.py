"""Two tables to compare, filled without a call that would show, and what compares them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from moto.dynamodb.models.table import Table

from pulumi_ddb_backup.aws import (
    CompareRequest,
    Comparison,
    Comparisons,
    Connection,
    DifferenceKind,
)
from tests.aws.conftest import REGION, Heard, TimedDynamoDB
from tests.aws.fleet_tables import backend
from tests.aws.simulator import Simulator
from tests.clock import StandingClock

FIRST, OTHER = "orders", "orders-restored"
KEY = {"id": "S"}
SECRET = "do not tell anybody"
AHEAD_SECONDS = 1.0


def item(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": {"S": f"order-{number:05}"},
        "amount": {"N": f"{number}.50"},
        "note": {"S": SECRET},
        **more,
    }


def key(number: int) -> dict[str, dict[str, str]]:
    return {"id": item(number)["id"]}


def make(name: str, key: dict[str, str] = KEY, region: str = REGION, read_units: int = 0) -> Table:
    """A table with that key, the partition key first."""
    backend(region).tables.pop(name, None)
    roles = dict(zip(key, ("HASH", "RANGE"), strict=False))
    return backend(region).create_table(
        name,
        schema=[{"AttributeName": name, "KeyType": role} for name, role in roles.items()],
        throughput={"ReadCapacityUnits": read_units, "WriteCapacityUnits": read_units}
        if read_units
        else None,
        attr=[{"AttributeName": name, "AttributeType": kind} for name, kind in key.items()],
        global_indexes=[],
        indexes=[],
        streams=None,
        billing_mode="PROVISIONED" if read_units else "PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )


def put(name: str, items: Iterable[dict[str, Any]], region: str = REGION) -> None:
    table = backend(region).get_table(name)
    for one in items:
        table.put_item(one)


def drop(name: str, number: int, region: str = REGION) -> None:
    backend(region).delete_item(name, key(number), {}, {}, None)


def fill(count: int, **more: Any) -> None:
    """Both tables anew, with the same items."""
    for name in (FIRST, OTHER):
        make(name)
        put(name, (item(number, **more) for number in range(count)))


class Compared:
    """Compares the two tables on the standing clock.

    Attributes:
        clock: The clock.
        comparisons: The library's way to do it.
        heard: All that it tells on the way.
    """

    def __init__(self, aws: Simulator, connection: Connection) -> None:
        self.clock = StandingClock()
        aws.monotonic, aws.skip = self.clock.monotonic, self.clock.skip
        self.heard = Heard()
        self.aws = aws
        connect = partial(TimedDynamoDB, self.clock)
        self.comparisons = Comparisons(connection, self.heard, self.clock, connect=connect)

    def __call__(self, first: str = FIRST, other: str = OTHER, **asked: Any) -> Comparison:
        return self.comparisons.compare(CompareRequest(first, other, **asked))


def named(result: Comparison) -> set[tuple[str, str]]:
    """The differences that a comparison names: each id, and how it differs."""
    return {(one.key["id"]["S"], one.kind.value) for one in result.differences}


def told(number: int, kind: DifferenceKind) -> tuple[str, str]:
    return key(number)["id"]["S"], kind.value
