"""A new AWS for each case of an exploration, and what is wrong after an operation in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

from pulumi_ddb_backup.aws import Connection
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB
from tests.aws.conftest import REGION
from tests.aws.exploring import Case, spots
from tests.aws.fleet_tables import add_tables
from tests.aws.simulator import Simulator
from tests.clock import SimulatedClock, StandingClock

CREATING_SECONDS = 4.0
Clock = SimulatedClock | StandingClock


class Explored(Protocol):
    """One operation in a new AWS: carried out once with a fault, then once more without any."""

    def first(self) -> Iterator[str]:
        """Carry it out; what is wrong afterwards."""

    def again(self) -> Iterator[str]:
        """The same call once more; what is wrong afterwards."""


class World:
    """A new AWS for each case, and the library's way to it."""

    def __init__(self, aws: Simulator) -> None:
        self.aws = aws
        self.connection = Connection(
            region=REGION,
            endpoint_url=aws.url,
            sts_endpoint_url=aws.url,
            backup_endpoint_url=aws.url,
            access_key="test",
            secret_key="test",
        )
        self._calls: dict[Connection, Boto3DynamoDB] = {}

    def renew(self, clock: Clock, *tables: str) -> None:
        """Nothing but `tables`, on that clock."""
        self.aws.reset()
        self.aws.monotonic, self.aws.skip = clock.monotonic, clock.skip
        self.aws.creating_seconds = CREATING_SECONDS
        add_tables(*tables)

    def connect(self, connection: Connection) -> Boto3DynamoDB:
        """The same boto3 client for all cases: making one takes longer than a case."""
        if connection not in self._calls:
            self._calls[connection] = Boto3DynamoDB(connection)
        return self._calls[connection]


Operation = Callable[[World], Explored]


def calls_of(operation: Operation, world: World) -> Any:
    """The calls of a run in which nothing fails."""
    explored = operation(world)
    assert list(explored.first()) == []
    return spots(world.aws.calls)


def wrong_in(operation: Operation, world: World, cases: list[Case]) -> list[str]:
    """All that is wrong, with the case in which it is."""
    found = []
    for case in cases:
        explored = operation(world)
        for fault in case.faults:
            world.aws.fault(fault)
        wrong = list(explored.first())
        world.aws.forget_faults()
        wrong += [f"again {one}" for one in explored.again()]
        found += [f"{case}: {one}" for one in wrong]
    return found
