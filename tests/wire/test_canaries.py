"""One canary for each internal of Pulumi's SDK that `engine` relies on.

A canary that fails on a newer SDK names the module to look at; until that is mended the resource
goes on working without it, as the last tests here show.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient
from pulumi.runtime import rpc

from pulumi_ddb_backup.resources.options import HONOURED, OF_PROVIDERS, REFUSED
from tests.aws.conftest import create_table
from tests.aws.simulator import Simulator
from tests.wire.conftest import Mocked
from tests.wire.provider import PYTHONS, SECONDS, Provider, Refused
from tools.pulumi_cli import ROOT

pytestmark = pytest.mark.face("dynamic")

Start = Callable[..., Provider]
WITHOUT_INTERNALS = f"{ROOT / 'tests' / 'without_internals'}:{ROOT}"
ENDS_WITHIN_SECONDS = 60
INPUTS: dict[str, Any] = {"table_name": "orders", "backup_name": "orders-1", "timeout": 60.0}


def test_the_call_can_be_found_in_the_callers_frame(provider: Provider) -> None:
    provider.create(INPUTS)
    assert {line.urn for line in provider.engine.lines} == {provider.urn}, (
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


def test_a_half_made_resource_asks_to_be_read_first(aws: Simulator, start: Start) -> None:
    aws.creating_seconds = 1000
    provider = start(fast=True)
    with pytest.raises(Refused) as failed:
        provider.create(INPUTS)
    assert failed.value.read_first, (
        "ErrorResourceInitFailed has lost its refresh_before_update, so a plain `pulumi up` no "
        "longer looks at a half-made backup first: see engine/boundary.py."
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


@pytest.mark.parametrize("under_way", [False, True], ids=["idle", "waiting"])
def test_a_provider_process_ends_when_its_engine_is_gone(
    aws: Simulator, provider: Provider, dynamodb: DynamoDBClient, under_way: bool
) -> None:
    aws.creating_seconds = 1000 if under_way else 0
    with ThreadPoolExecutor(1) as caller:
        caller.submit(provider.create, INPUTS)
        provider.engine.wait_for("started: " if under_way else "AVAILABLE")
        provider.engine.die()
        try:
            ended = provider.process.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                "The engine's address is no longer the provider process's first argument, or its "
                "methods have other names: see engine/lifeline.py."
            ) from None
    assert ended == 0
    (kept,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert kept["BackupStatus"] == ("CREATING" if under_way else "AVAILABLE")


@pytest.mark.parametrize("sdk", PYTHONS)
def test_two_copies_of_grpcs_status_exclude_each_other(sdk: str) -> None:
    code = "import google.rpc.status_pb2, pulumi.provider.server"
    both = subprocess.run([PYTHONS[sdk], "-c", code], capture_output=True, text=True, check=False)
    assert "duplicate symbol 'google.rpc.Status'" in both.stderr, (
        "Pulumi no longer brings its own copy of google.rpc.Status: a plain import does, see "
        "engine/status.py."
    )


INPUT_TYPE = """
import pulumi
from pulumi.runtime import rpc
from pulumi_ddb_backup.engine.reserved import NOT_KNOWN, SIGNATURE_KEY, input_type_properties

@pulumi.input_type
class Window:
    def __init__(self, start_hour):
        pulumi.set(self, "start_hour", start_hour)
    @property
    @pulumi.getter(name="startHour")
    def start_hour(self):
        return pulumi.get(self, "start_hour")

print(input_type_properties(Window(3)), rpc._special_sig_key == SIGNATURE_KEY, rpc.UNKNOWN in NOT_KNOWN)
"""


@pytest.mark.parametrize("sdk", PYTHONS)
def test_pulumis_own_keys_and_types_are_known_as_such(sdk: str) -> None:
    ran = subprocess.run(
        [PYTHONS[sdk], "-c", INPUT_TYPE], capture_output=True, text=True, check=False
    )
    assert ran.stdout == "{'startHour': 3} True True\n", (
        "The SDK marks its own values otherwise: see engine/reserved.py." + ran.stderr
    )


def test_set_mocks_can_be_told_from_an_engine(mocked: Mocked) -> None:
    asked = {"ask": "get_latest_backup", "args": {"table_name": "orders"}, "answer": {}}
    (ended,) = mocked(asked)
    assert "told" in ended, (
        "The SDK's set_mocks no longer puts a MockEngine in the engine's place, or its monitor "
        "answers otherwise: see engine/mocks.py."
    )


def test_every_option_of_the_oldest_sdk_is_decided_on() -> None:
    asked = "import inspect, pulumi; print(*inspect.signature(pulumi.ResourceOptions).parameters)"
    ran = subprocess.run(
        [PYTHONS["floor"], "-c", asked], capture_output=True, text=True, check=True
    )
    assert set(ran.stdout.split()) <= HONOURED | OF_PROVIDERS | REFUSED.keys()


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
