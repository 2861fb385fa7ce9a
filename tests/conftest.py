"""What every tier that meets AWS shares: the simulator. What takes long starts first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

import botocore.session
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import client, create_table
from tests.aws.simulator import Simulator, serving


def pytest_configure() -> None:
    """A run in the background is started with SIGINT ignored, and so would be all it starts."""
    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, signal.default_int_handler)
    read_models_once()


def read_models_once() -> None:
    """Each session of botocore's reads its models anew, which takes ten times as long as a call."""
    botocore.session.create_loader = cache(botocore.session.create_loader)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """So that no worker is left with a long test at the end."""

    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("longest"):
            return 0
        return 1 if "/e2e/" in item.path.as_posix() else 2

    items.sort(key=rank)


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    with serving() as simulator:
        yield simulator


@pytest.fixture
def aws(server: Simulator) -> Simulator:
    """A simulator that is empty but for the table `orders`."""
    server.reset()
    create_table(client(server), "orders", items=3)
    server.calls.clear()
    return server


@pytest.fixture
def dynamodb(aws: Simulator) -> DynamoDBClient:
    return client(aws)
