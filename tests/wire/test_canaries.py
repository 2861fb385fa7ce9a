"""One canary for each internal of Pulumi's SDK that `engine` relies on.

A canary that fails on a newer SDK names the module to look at; until that is mended the resource
goes on working without it, as the last tests here show.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient
from pulumi.runtime import rpc

from tests.aws.conftest import create_table
from tests.aws.simulator import Simulator
from tests.wire.conftest import Mocked
from tests.wire.provider import SECONDS, URN, Provider, Refused
from tools.pulumi_cli import ROOT

Start = Callable[..., Provider]
WITHOUT_INTERNALS = f"{ROOT / 'tests' / 'without_internals'}:{ROOT}"
INPUTS: dict[str, Any] = {"table_name": "orders", "backup_name": "orders-1", "timeout": 60.0}


def test_the_call_can_be_found_in_the_callers_frame(provider: Provider) -> None:
    provider.create(INPUTS)
    assert {line.urn for line in provider.engine.lines} == {URN}, (
        "The SDK's servicer methods no longer hold `context` and `request` as locals: see "
        "engine/call.py."
    )


def test_the_engine_can_be_told_lines(provider: Provider) -> None:
    provider.create(INPUTS)
    assert provider.engine.lines, (
        "The engine's address is no longer the provider process's first argument: see engine/log.py."
    )


def test_status_details_go_before_the_sdks_own_words(aws: Simulator, start: Start) -> None:
    aws.creating_seconds = 1000
    provider = start(fast=True)
    with pytest.raises(Refused) as failed:
        provider.create(INPUTS)
    assert failed.value.id, (
        "The SDK no longer passes on gRPC status details, so a half-made resource is lost: see "
        "engine/boundary.py."
    )


def test_cancel_can_be_listened_to(aws: Simulator, provider: Provider) -> None:
    aws.creating_seconds = 1000
    with ThreadPoolExecutor(1) as caller:
        waiting = caller.submit(provider.create, INPUTS)
        provider.engine.wait_for("started: ")
        provider.cancel()
        error = waiting.exception(timeout=SECONDS)
    assert isinstance(error, Refused), (
        "Cancel of DynamicResourceProviderServicer can no longer be replaced: see "
        "engine/cancellation.py."
    )


def test_more_than_four_calls_run_side_by_side(
    aws: Simulator, provider: Provider, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    tables = [f"table-{number}" for number in range(12)]
    for table in tables:
        create_table(dynamodb, table)
    with ThreadPoolExecutor(len(tables)) as callers:
        for table in tables:
            callers.submit(provider.create, {**INPUTS, "table_name": table})
        try:
            provider.engine.wait_for("started: ", len(tables))
        except AssertionError:
            raise AssertionError(
                "The server's thread pool can no longer be widened: see engine/workers.py."
            ) from None
        finally:
            provider.cancel()


def test_unknowns_are_known_as_such(provider: Provider) -> None:
    given = {**INPUTS, "triggers": {"deep": [{"down": rpc.UNKNOWN}]}, "timeout": rpc.UNKNOWN}
    assert provider.check(given)[1] == [], (
        "The SDK hands check() unknowns in another form: see engine/unknowns.py."
    )


def test_set_mocks_can_be_told_from_an_engine(mocked: Mocked) -> None:
    asked = {"ask": "get_latest_backup", "args": {"table_name": "orders"}, "answer": {}}
    (ended,) = mocked(asked)
    assert "told" in ended, (
        "The SDK's set_mocks no longer puts a MockEngine in the engine's place, or its monitor "
        "answers otherwise: see engine/mocks.py."
    )


def test_without_any_internals_a_backup_is_taken_all_the_same(
    start: Start, dynamodb: DynamoDBClient
) -> None:
    provider = start(PYTHONPATH=WITHOUT_INTERNALS)
    id_, outputs = provider.create(INPUTS)
    assert dynamodb.describe_backup(BackupArn=id_)
    assert outputs["backup_status"] == "AVAILABLE"
    assert provider.engine.lines == []


def test_without_any_internals_a_timeout_still_tells_the_arn(
    aws: Simulator, start: Start, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    provider = start(PYTHONPATH=WITHOUT_INTERNALS)
    with pytest.raises(Refused) as failed:
        provider.create(INPUTS)
    (summary,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert summary["BackupArn"] in failed.value.message
    assert failed.value.id == ""
