"""The simulator over HTTP, and clocks that both it and the library go by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import Backups, Connection, Fleet, FleetProgress, Progress
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB
from tests.aws.simulator import Simulator
from tests.clock import BEGIN, SimulatedClock, StandingClock

REGION = "eu-west-1"


@dataclass
class Heard:
    """A listener that keeps all it is told."""

    looks: list[Progress] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def progress(self, progress: Progress) -> None:
        self.looks.append(progress)

    def notice(self, text: str) -> None:
        self.notices.append(text)


class TimedDynamoDB(Boto3DynamoDB):
    """boto3's calls, during which a clock stands still."""

    def __init__(self, clock: StandingClock, connection: Connection) -> None:
        super().__init__(connection)
        self._clock = clock

    async def call(self, *args: Any, **kwargs: Any) -> Any:
        with self._clock.call_under_way():
            return await super().call(*args, **kwargs)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture
def aws(server: Simulator, clock: SimulatedClock) -> Simulator:
    """A simulator that is empty but for the table `orders`, on the simulated clock."""
    server.reset()
    server.monotonic = clock.monotonic
    server.skip = clock.skip
    server.vaults.epoch = BEGIN.timestamp()  # AWS Backup's times are the clock's
    create_table(client(server), "orders")
    server.calls.clear()
    return server


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def connection(aws: Simulator) -> Connection:
    return Connection(
        region=REGION,
        endpoint_url=aws.url,
        sts_endpoint_url=aws.url,
        tagging_endpoint_url=aws.url,
        access_key="test",
        secret_key="test",
    )


@pytest.fixture
def backups(connection: Connection, clock: SimulatedClock, heard: Heard) -> Backups:
    return Backups(connection, heard, clock)


@pytest.fixture
def standing_clock(aws: Simulator) -> StandingClock:
    """A clock for many calls at once, which the simulator goes by from here on."""
    clock = StandingClock()
    aws.monotonic, aws.skip = clock.monotonic, clock.skip
    return clock


@pytest.fixture
def told() -> list[FleetProgress]:
    """All the progress that `fleet` has told."""
    return []


@pytest.fixture
def fleet(
    connection: Connection,
    heard: Heard,
    standing_clock: StandingClock,
    told: list[FleetProgress],
) -> Fleet:
    """Backups of many tables, on the standing clock."""
    connect = partial(TimedDynamoDB, standing_clock)
    return Fleet(connection, heard, standing_clock, connect=connect, on_progress=told.append)


def client(aws: Simulator, region: str = REGION) -> DynamoDBClient:
    return boto3.client(
        "dynamodb",
        region_name=region,
        endpoint_url=aws.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def create_table(dynamodb: DynamoDBClient, name: str, items: int = 0) -> str:
    """A table with that many items; its ARN."""
    made = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(items):
        dynamodb.put_item(TableName=name, Item={"id": {"S": str(number)}})
    return made["TableDescription"]["TableArn"]
