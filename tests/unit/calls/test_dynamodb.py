"""The calls themselves, apart from any endpoint."""

from __future__ import annotations

import asyncio
import gc
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_ddb_backup.aws.backup.calls import describe_table
from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure
from pulumi_ddb_backup.aws.calls.connection import Connection
from pulumi_ddb_backup.aws.calls.credentials import Credentials
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB

TABLE = {
    "TableName": "orders",
    "TableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    "TableStatus": "ACTIVE",
}


def calls_through(client: Any) -> Boto3DynamoDB:
    calls = Boto3DynamoDB(Connection(region="eu-west-1", access_key="a", secret_key="b"))
    calls._clients = SimpleNamespace(dynamodb=client)  # type: ignore[assignment]
    return calls


@pytest.mark.parametrize("_", range(20))
def test_a_cancel_that_comes_together_with_the_answer_is_not_lost(_: int) -> None:
    loop: asyncio.AbstractEventLoop
    calling: asyncio.Task[Any]

    class Client:
        def describe_table(self, **_: Any) -> dict[str, Any]:
            loop.call_soon_threadsafe(calling.cancel)
            return {"Table": TABLE}

    async def call() -> None:
        nonlocal loop, calling
        loop = asyncio.get_running_loop()
        described = describe_table(calls_through(Client()), "orders", 15)
        calling = loop.create_task(described)
        await asyncio.wait({calling})
        assert calling.cancelled()

    asyncio.run(call())


def test_a_call_that_fails_once_nobody_waits_for_it_is_not_complained_of() -> None:
    asked, answering = threading.Event(), threading.Event()
    complaints: list[Any] = []

    class Client:
        def describe_table(self, **_: Any) -> dict[str, Any]:
            asked.set()
            answering.wait()
            raise ValueError("too late")

    async def call() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        calling = asyncio.ensure_future(describe_table(calls_through(Client()), "orders", 15))
        await asyncio.to_thread(asked.wait)
        calling.cancel()
        await asyncio.wait({calling})
        answering.set()

    asyncio.run(call())  # waits for the threads of its pool
    gc.collect()
    assert complaints == []


def test_an_answer_without_what_it_must_hold_may_have_happened() -> None:
    class Client:
        def describe_table(self, **_: Any) -> dict[str, Any]:
            return {"Table": {}}

    with pytest.raises(AwsFailure) as failed:
        asyncio.run(describe_table(calls_through(Client()), "orders", 15))
    assert failed.value.may_have_happened


def test_whoever_waits_for_credentials_is_told_of_those_it_has_waited_for() -> None:
    """Another may begin to get them anew before the first one has had its turn."""
    connection = Connection(region="eu-west-1", access_key="a", secret_key="b")
    credentials = Credentials(connection)

    async def both() -> None:
        loop = asyncio.get_running_loop()
        first: asyncio.Future[bool] = loop.create_future()
        credentials._getting = first
        waiting = asyncio.ensure_future(credentials.at_hand("dynamodb:DescribeTable", 15))
        await asyncio.sleep(0)
        first.set_result(False)  # such as expire, so that whoever comes next gets them anew
        credentials._getting = loop.create_future()
        await waiting

    asyncio.run(both())
