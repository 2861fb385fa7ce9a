"""What a change of each input does, and what the property bags hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from pulumi.runtime import rpc

from pulumi_ddb_backup.aws.records import BackupRecord
from pulumi_ddb_backup.resources.backup_properties import (
    BackupInputs,
    replacing_changes,
    updating_changes,
    with_new_inputs,
)

TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ARN = f"{TABLE_ARN}/backup/01700000000000-abcdef12"
OTHER_ARN = f"{TABLE_ARN}/backup/01700000000001-abcdef12"
RECORD = BackupRecord(
    backup_arn=ARN,
    backup_name="orders-20260102T030405Z-89abcdef",
    backup_status="AVAILABLE",
    table_name="orders",
    table_arn=TABLE_ARN,
    region="eu-west-1",
    backup_size_bytes=123,
    backup_creation_date_time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
)
BY_PREFIX = {"table_name": "orders", "backup_name_prefix": "orders-", "triggers": {"release": "1"}}
BY_NAME = {"table_name": "orders", "backup_name": RECORD.backup_name}
ADOPTED = {"existing_backup_arn": ARN}


def state(inputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs that a finished backup with these inputs leaves in the stack's state."""
    return BackupInputs.of(inputs).outputs(RECORD)


@pytest.mark.parametrize(
    ("inputs", "change", "replaced"),
    [
        pytest.param(BY_PREFIX, {}, [], id="nothing"),
        pytest.param(BY_PREFIX, {"table_name": "users"}, ["table_name"], id="another table"),
        pytest.param(BY_PREFIX, {"table_name": TABLE_ARN}, [], id="the same table's ARN"),
        pytest.param(
            BY_PREFIX,
            {"table_name": TABLE_ARN.replace("123456789012", "210987654321")},
            ["table_name"],
            id="a table of that name in another account",
        ),
        pytest.param(
            BY_PREFIX, {"backup_name_prefix": "o-"}, ["backup_name_prefix"], id="another prefix"
        ),
        pytest.param(BY_NAME, {"backup_name": "other"}, ["backup_name"], id="another name"),
        pytest.param(
            BY_PREFIX,
            {"backup_name_prefix": None, "backup_name": RECORD.backup_name},
            [],
            id="the name that the prefix has made",
        ),
        pytest.param(BY_PREFIX, {"region": "eu-west-2"}, ["region"], id="another region"),
        pytest.param(BY_PREFIX, {"region": "eu-west-1"}, [], id="the region it is in"),
        pytest.param(BY_PREFIX, {"triggers": {"release": "2"}}, ["triggers"], id="a trigger"),
        pytest.param(BY_PREFIX, {"triggers": None}, ["triggers"], id="triggers left out"),
        pytest.param(BY_NAME, {"triggers": {}}, [], id="no triggers either way"),
        pytest.param(
            BY_PREFIX,
            {"backup_name_prefix": None, "existing_backup_arn": OTHER_ARN},
            ["existing_backup_arn"],
            id="another backup taken in",
        ),
        pytest.param(
            BY_PREFIX,
            {"backup_name_prefix": None, "existing_backup_arn": ARN},
            [],
            id="the very backup taken in",
        ),
        pytest.param(ADOPTED, {"triggers": {"a": 1}}, [], id="a trigger of an adopted backup"),
        pytest.param(BY_PREFIX, {"timeout": 60.0, "deletion_policy": "delete"}, [], id="no need"),
        pytest.param(
            BY_PREFIX, {"table_name": rpc.UNKNOWN}, ["table_name"], id="a table not known yet"
        ),
        pytest.param(
            BY_PREFIX,
            {"triggers": {"release": rpc.UNKNOWN}},
            ["triggers"],
            id="a trigger not known yet",
        ),
    ],
)
def test_a_backup_is_replaced_by(
    inputs: dict[str, Any], change: dict[str, Any], replaced: list[str]
) -> None:
    assert replacing_changes(ARN, state(inputs), {**inputs, **change}) == replaced


@pytest.mark.parametrize(
    ("change", "updated"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"timeout": 1800.0}, [], id="the default said aloud"),
        pytest.param({"timeout": 60.0}, ["timeout"], id="timeout"),
        pytest.param({"deletion_policy": "delete"}, ["deletion_policy"], id="deletion_policy"),
        pytest.param({"profile": "ops"}, ["profile"], id="profile"),
        pytest.param({"role_arn": "arn:aws:iam::1:role/x"}, ["role_arn"], id="role_arn"),
        pytest.param({"endpoint_url": "http://127.0.0.1"}, ["endpoint_url"], id="endpoint_url"),
    ],
)
def test_a_backup_is_updated_in_place_by(change: dict[str, Any], updated: list[str]) -> None:
    assert updating_changes(state(BY_PREFIX), {**BY_PREFIX, **change}) == updated


def test_an_input_that_is_left_out_again_goes_back_to_its_default_in_place() -> None:
    changed = state({**BY_PREFIX, "timeout": 60, "profile": "ops"})
    assert updating_changes(changed, BY_PREFIX) == ["timeout", "profile"]
    assert replacing_changes(ARN, changed, BY_PREFIX) == []


def test_an_update_keeps_what_aws_told_and_takes_over_what_the_user_says() -> None:
    kept = with_new_inputs(
        state(BY_PREFIX), BackupInputs.of({"table_name": TABLE_ARN, "timeout": 99.0})
    )
    assert kept["backup_arn"] == ARN
    assert kept["table_name"] == "orders"
    assert kept["backup_size_bytes"] == 123
    assert kept["timeout"] == 99


def test_outputs_name_the_made_name_the_plain_table_and_the_time_in_utc() -> None:
    outputs = state({**BY_PREFIX, "table_name": TABLE_ARN})
    assert outputs["backup_name"] == RECORD.backup_name
    assert outputs["table_name"] == "orders"
    assert outputs["backup_creation_date_time"] == "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"timeout": 60, "deletion_policy": "delete"}, True, id="what only steers"),
        pytest.param({"triggers": {"release": "2"}}, False, id="another trigger"),
        pytest.param({"table_name": "users"}, False, id="another table"),
        pytest.param({"region": "eu-west-2"}, False, id="another region"),
        pytest.param({"backup_name_prefix": "o-"}, False, id="another prefix"),
    ],
)
def test_a_crashed_run_is_recognised_by_the_same_inputs_alone(
    change: dict[str, Any], same: bool
) -> None:
    urn = "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:Backup::orders"
    mine = BackupInputs.of(BY_PREFIX).request(urn).identity
    assert (BackupInputs.of({**BY_PREFIX, **change}).request(urn).identity == mine) is same
    assert BackupInputs.of(BY_PREFIX).request(urn + "2").identity != mine


def test_an_explicit_name_never_adopts() -> None:
    assert BackupInputs.of(BY_NAME).request("urn:of:it").identity is None


def test_a_record_that_lacks_details_gives_outputs_that_are_none() -> None:
    outputs = BackupInputs.of(BY_NAME).outputs(
        replace(RECORD, backup_size_bytes=None, backup_creation_date_time=None)
    )
    assert outputs["backup_size_bytes"] is None
    assert outputs["backup_creation_date_time"] is None
