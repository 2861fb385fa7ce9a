"""The provider as the engine meets it, over gRPC, on the oldest and the newest SDK."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest
from google.protobuf import json_format
from mypy_boto3_dynamodb import DynamoDBClient
from pulumi.runtime import rpc

from pulumi_ddb_backup.resources.triggers import Encoder
from tests.aws.conftest import client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.wire.dynamic import PICKLED
from tests.wire.provider import SECONDS, Provider, Refused

Start = Callable[..., Provider]
INPUTS = {"table_name": "orders", "backup_name_prefix": "orders-", "timeout": 60.0}


def made(provider: Provider, **inputs: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A finished backup: its id, its checked inputs, its outputs."""
    checked, failures = provider.check({**INPUTS, **inputs})
    assert failures == []
    id_, outputs = provider.create(checked)
    return id_, checked, outputs


def half_made(start: Start, aws: Simulator) -> tuple[Provider, Refused]:
    """A provider whose create timed out, and what it handed the engine."""
    provider = start(fast=True)
    aws.creating_seconds = 1000
    with pytest.raises(Refused) as failed:
        provider.create(provider.check(INPUTS)[0])
    return provider, failed.value


def names(dynamodb: DynamoDBClient) -> list[str]:
    summaries = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    return [summary["BackupName"] for summary in summaries]


# check


def test_check_fills_in_the_defaults(provider: Provider) -> None:
    checked, failures = provider.check({"table_name": "orders", "backup_name": "orders-1"})
    assert failures == []
    assert checked == {
        **provider.own_properties,
        "table_name": "orders",
        "backup_name": "orders-1",
        "timeout": 1800.0,
        "deletion_policy": "retain",
    }


def test_check_tells_all_failures_together_and_asks_nothing_of_aws(
    aws: Simulator, provider: Provider
) -> None:
    _, failures = provider.check(
        {"table_name": "x", "backup_name": "a b", "timeout": 59.0, "region": "moon-1"}
    )
    assert failures == [
        "table_name must be at least 3 characters (got 1)",
        "backup_name must contain only alphanumeric characters, hyphens, underscores, and periods "
        "(pattern: [a-zA-Z0-9_.-]+) (got 'a b')",
        "region must be a valid AWS region identifier (got 'moon-1')",
        "timeout must be at least 60 seconds (got 59)",
    ]
    assert aws.calls == []


@pytest.mark.parametrize(
    "key",
    [
        "table_name",
        "backup_name_prefix",
        "region",
        "profile",
        "role_arn",
        "endpoint_url",
        "timeout",
        "triggers",
        "deletion_policy",
    ],
)
def test_check_lets_pass_what_a_preview_does_not_know_yet(asked: Provider, key: str) -> None:
    checked, failures = asked.check({**INPUTS, key: rpc.UNKNOWN})
    assert failures == []
    assert checked[key] == rpc.UNKNOWN


def test_check_refuses_settings_of_the_stack_that_cannot_be_used(provider: Provider) -> None:
    provider.configure({"aws:region": "eu-west-1", "aws:accessKey": "only this one"})
    _, failures = provider.check(INPUTS)
    assert failures == ["aws:accessKey and aws:secretKey must be set together"]
    _, failures = provider.check({**INPUTS, "timeout": 1.0})
    assert failures == [
        "timeout must be at least 60 seconds (got 1)",
        "aws:accessKey and aws:secretKey must be set together",
    ]


THERE = "arn:aws:dynamodb:us-west-2:123456789012:table/orders"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def said(arn: str) -> dict[str, Any]:
    """What a program says of the table behind a name."""
    return {"tables": [{"arn": arn, "provider": None}], "provider": None}


def test_check_takes_over_what_the_program_says_of_the_table(provider: Provider) -> None:
    inputs, reasons = provider.check({**INPUTS, "declared_by": said(THERE)})
    assert reasons == []
    assert inputs["table_name"] == THERE
    assert "declared_by" not in inputs


def test_check_leaves_what_is_not_known_yet_to_the_next_check(provider: Provider) -> None:
    inputs, reasons = provider.check({**INPUTS, "declared_by": said(UNKNOWN)})
    assert reasons == []
    assert inputs["table_name"] == "orders"
    assert "declared_by" not in inputs


def test_check_refuses_a_provider_that_can_not_be_followed(provider: Provider) -> None:
    governor = {"name": "there", "region": "us-west-2", "others": ["assumeRoles"]}
    _, (reason,) = provider.check({**INPUTS, "declared_by": {"provider": governor}})
    assert "aws.Provider 'there' manages the table" in reason


def test_a_name_and_the_arn_that_it_became_are_the_same_table(provider: Provider) -> None:
    id_, outputs = provider.create({**INPUTS, "table_name": "orders"})
    arn = outputs["table_arn"]
    assert provider.diff(id_, outputs, {**INPUTS, "table_name": arn}) == (False, [])


def test_check_refuses_when_no_region_is_set_anywhere(start: Start) -> None:
    provider = start(AWS_CONFIG_FILE="/nonexistent")
    provider.configure({})
    _, failures = provider.check(INPUTS)
    assert len(failures) == 1
    assert failures[0].startswith("no AWS region is set.")
    _, failures = provider.check({"table_name": "x", "timeout": "soon", "triggers": 1})
    assert [text.partition(" ")[0] for text in failures] == [
        *("table_name", "timeout", "triggers", "backup_name"),
        "no",
    ]
    assert failures[-1].startswith("no AWS region is set.")
    for unread in ({"table_name": "arn:aws:x"}, {"region": "moon-1"}, {"profile": " "}):
        assert len(provider.check({**INPUTS, **unread})[1]) == 1  # it may be what tells the region
    assert provider.check({**INPUTS, "region": "eu-west-1"})[1] == []
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    assert provider.check({**INPUTS, "table_name": arn})[1] == []


# create


def test_create_gives_the_arn_as_id_and_every_output(
    provider: Provider, dynamodb: DynamoDBClient
) -> None:
    id_, _, outputs = made(provider, triggers={"release": "42"})
    (summary,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert id_ == outputs["backup_arn"] == summary["BackupArn"]
    assert outputs["backup_name"] == summary["BackupName"]
    assert outputs["backup_status"] == "AVAILABLE"
    assert outputs["table_name"] == "orders"
    assert outputs["table_arn"] == summary["TableArn"]
    assert outputs["region"] == "eu-west-1"
    assert outputs["item_count"] == 3
    assert outputs["triggers"] == {"release": "42"}
    assert outputs["timeout"] == 60


@pytest.mark.scenario("Progress Reporting")
def test_create_shows_progress_on_its_own_row_and_keeps_a_line_each_30_seconds(
    aws: Simulator, start: Start
) -> None:
    provider = start(fast=True)
    aws.creating_looks = 16  # the pauses between these are 68 seconds
    id_, _, _ = made(provider, timeout=600.0)
    provider.engine.wait_for_row("")  # the final line is not on the row a second time
    lines = provider.engine.lines
    assert {line.urn for line in lines} == {provider.urn}
    looks = [line.text for line in lines if line.ephemeral and line.text]
    assert looks
    assert all(re.fullmatch(r"\d+:\d\d CREATING, timeout in \d+:\d\d", text) for text in looks)
    started, *logged, final = provider.engine.kept
    assert started.endswith(f"started: {id_}")
    assert len(logged) == 2
    assert all(text.startswith("Backup status: CREATING, Elapsed: ") for text in logged)
    assert final.startswith("Backup 'orders-")
    assert "' of table 'orders' is AVAILABLE, 123 bytes, in " in final
    assert final.endswith(id_)


def test_a_failed_create_is_its_message_alone_and_leaves_nothing(
    aws: Simulator, provider: Provider
) -> None:
    with pytest.raises(Refused) as failed:
        made(provider, table_name="nowhere")
    assert failed.value.message.startswith(
        "Table Validation Failed: DynamoDB table 'nowhere' does not exist in region 'eu-west-1'."
    )
    assert "Traceback" not in failed.value.message
    assert failed.value.id == ""
    assert aws.count("CreateBackup") == 0


def test_a_timed_out_create_leaves_the_arn_and_the_inputs_with_the_engine(
    aws: Simulator, start: Start
) -> None:
    provider, refused = half_made(start, aws)
    assert refused.id.startswith("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/")
    assert refused.outputs["backup_status"] == "CREATING"
    assert refused.outputs["backup_arn"] == refused.id
    assert provider.own_properties.items() <= refused.outputs.items()
    assert refused.inputs["backup_name_prefix"] == "orders-"
    (reason,) = refused.reasons
    assert reason.startswith(
        "Backup Wait Failed: Backup creation timed out after 60s. "
        f"Current status: CREATING. Backup ARN: {refused.id}\n"
    )
    assert reason.endswith("Run `pulumi up` again to go on waiting for this same backup.")


def test_a_running_backup_is_told_with_its_arn_and_the_way_to_take_it_in(
    aws: Simulator, provider: Provider, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    running = dynamodb.create_backup(TableName="orders", BackupName="elsewhere")["BackupDetails"]
    with pytest.raises(Refused) as failed:
        made(provider)
    assert running["BackupArn"] in failed.value.message
    assert "existing_backup_arn" in failed.value.message
    assert failed.value.id == ""


def test_an_existing_backup_is_taken_into_the_stack_without_another(
    aws: Simulator, provider: Provider, dynamodb: DynamoDBClient
) -> None:
    arn = dynamodb.create_backup(TableName="orders", BackupName="elsewhere")["BackupDetails"][
        "BackupArn"
    ]
    aws.calls.clear()
    checked, failures = provider.check({"existing_backup_arn": arn})
    assert failures == []
    id_, outputs = provider.create(checked)
    assert id_ == arn
    assert outputs["backup_name"] == "elsewhere"
    assert outputs["table_name"] == "orders"
    assert outputs["item_count"] == 3
    assert aws.count("CreateBackup") == 0
    assert provider.diff(id_, outputs, checked) == (False, [])


def test_a_mistake_of_this_package_is_a_sentence_and_no_traceback(provider: Provider) -> None:
    with pytest.raises(Refused) as failed:
        provider.create({**INPUTS, "timeout": "soon"})
    assert failed.value.message.startswith("Unexpected error in pulumi_ddb_backup: ValueError")
    assert "Traceback" not in failed.value.message


# diff


def test_nothing_changed_is_no_diff(provider: Provider) -> None:
    id_, checked, outputs = made(provider, triggers={"release": "42"})
    assert provider.diff(id_, outputs, checked) == (False, [])


@pytest.mark.face("dynamic")
def test_another_version_of_the_provider_is_no_diff(provider: Provider) -> None:
    id_, checked, outputs = made(provider)
    assert provider.diff(id_, {**outputs, "__provider": "older"}, checked) == (False, [])


def test_a_trigger_replaces_and_a_timeout_updates(provider: Provider) -> None:
    id_, checked, outputs = made(provider)
    assert provider.diff(id_, outputs, {**checked, "triggers": {"a": "b"}}) == (True, ["triggers"])
    assert provider.diff(id_, outputs, {**checked, "timeout": 99.0}) == (True, [])


def test_an_unfinished_backup_is_never_unchanged(aws: Simulator, start: Start) -> None:
    provider, refused = half_made(start, aws)
    assert provider.diff(refused.id, refused.outputs, refused.inputs) == (True, [])


def as_sent(triggers: dict[str, Any]) -> dict[str, Any]:
    """Triggers of a program, once the SDK has written them down for the engine."""
    kept = Encoder("").value(triggers, "triggers")
    struct = asyncio.run(rpc.serialize_properties({"triggers": kept}, {}))
    return dict(json_format.MessageToDict(struct)["triggers"])


def test_triggers_of_any_kind_come_back_as_they_went(provider: Provider) -> None:
    triggers = {
        "numbers": [2**53 + 1, 10**400, float("nan"), float("inf"), -0.0, 5e-324, True],
        "none": [None, {"none": None}],
        "contents": [b"\xff", pulumi.StringAsset("a"), {"b", "a"}],
        "odd": {"": {}, "__internal": [], "text": "\x00\u2028\U0001f600" * 10_000},
        "deep": [[[[[[[[{"a": [{}]}]]]]]]]],
    }
    id_, checked, outputs = made(provider, triggers=as_sent(triggers))
    assert provider.diff(id_, outputs, checked) == (False, [])
    again = {**checked, "triggers": as_sent(triggers)}
    assert provider.diff(id_, outputs, again) == (False, [])
    assert provider.read(id_, outputs, checked) == (id_, outputs, checked)
    assert provider.update(id_, outputs, again) == outputs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (2**53, 2**53 + 1),
        (float("nan"), float("inf")),
        (pulumi.StringAsset("a"), pulumi.StringAsset("b")),
        (b"a", b"b"),
        ({"a"}, {"a", "b"}),
        (None, [None]),
    ],
)
def test_another_value_is_another_trigger(provider: Provider, before: Any, after: Any) -> None:
    id_, checked, outputs = made(provider, triggers=as_sent({"it": before}))
    changed = {**checked, "triggers": as_sent({"it": after})}
    assert provider.diff(id_, outputs, changed) == (True, ["triggers"])


def test_an_asset_that_a_transformation_has_put_into_an_input_is_refused(
    aws: Simulator, provider: Provider
) -> None:
    asset = {rpc._special_sig_key: rpc._special_asset_sig, "text": "x"}
    given = {**INPUTS, "triggers": {"a": [asset]}}
    told = 'triggers["a"][0] is a StringAsset. Give the hash of its content instead.'
    assert provider.check(given)[1] == [told]
    assert provider.of_set().check(
        {"tables": ["orders"], "backup_name": "a-1", "triggers": {"a": [asset]}}
    )[1] == [told]
    assert provider.check({**INPUTS, "table_name": asset})[1] == [
        "table_name must be a string (got a StringAsset)"
    ]
    assert aws.calls == []


# update


def test_an_update_of_a_finished_backup_keeps_every_output_and_asks_nothing_of_aws(
    aws: Simulator, provider: Provider
) -> None:
    id_, checked, outputs = made(provider)
    aws.calls.clear()
    updated = provider.update(id_, outputs, {**checked, "deletion_policy": "delete"})
    assert updated == {**outputs, "deletion_policy": "delete"}
    assert aws.calls == []


def test_an_update_of_an_unfinished_backup_goes_on_waiting_for_the_same_one(
    aws: Simulator, start: Start
) -> None:
    provider, refused = half_made(start, aws)
    with pytest.raises(Refused) as still:
        provider.update(refused.id, refused.outputs, refused.inputs)
    assert still.value.id == refused.id
    assert still.value.outputs["backup_status"] == "CREATING"
    aws.finish_backups()
    outputs = provider.update(refused.id, still.value.outputs, refused.inputs)
    assert outputs["backup_status"] == "AVAILABLE"
    assert outputs["backup_arn"] == refused.id
    assert outputs["item_count"] == 3
    assert aws.count("CreateBackup") == 1


@pytest.mark.parametrize("how", ["deleted", "gone"])
def test_a_resume_that_finds_its_backup_gone_says_so_and_what_to_do(
    aws: Simulator, start: Start, dynamodb: DynamoDBClient, how: str
) -> None:
    provider, refused = half_made(start, aws)
    aws.finish_backups()
    if how == "deleted":
        aws.backup_status[refused.id] = "DELETED"
    else:
        dynamodb.delete_backup(BackupArn=refused.id)
    with pytest.raises(Refused) as failed:
        provider.update(refused.id, refused.outputs, refused.inputs)
    assert refused.id in failed.value.message
    assert failed.value.message.endswith(
        "Run `pulumi up` again: it forgets a backup that is gone and takes another."
    )
    assert failed.value.read_first
    assert "go on waiting" not in failed.value.message


# read


def test_a_refresh_of_a_finished_backup_changes_nothing(provider: Provider) -> None:
    id_, checked, outputs = made(provider)
    assert provider.read(id_, outputs, checked) == (id_, outputs, checked)


def test_a_refresh_forgets_a_backup_that_is_gone_and_says_so(
    provider: Provider, dynamodb: DynamoDBClient
) -> None:
    id_, checked, outputs = made(provider)
    dynamodb.delete_backup(BackupArn=id_)
    assert provider.read(id_, outputs, checked)[0] == ""
    assert (
        provider.engine.kept[-1] == f"Backup {id_} is gone from AWS, so it leaves the stack's state"
    )


def test_a_refresh_keeps_an_unfinished_backup_unfinished(aws: Simulator, start: Start) -> None:
    provider, refused = half_made(start, aws)
    with pytest.raises(Refused) as still:
        provider.read(refused.id, refused.outputs, refused.inputs)
    assert still.value.id == refused.id
    assert still.value.outputs == refused.outputs
    assert still.value.inputs == refused.inputs
    assert still.value.read_first
    assert still.value.message == (
        f"Backup {refused.id} is still CREATING. `pulumi up` goes on waiting for this same backup."
    )


def test_a_half_made_backup_that_cannot_be_looked_at_stays_half_made(
    aws: Simulator, start: Start
) -> None:
    provider, refused = half_made(start, aws)
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", status=400))
    with pytest.raises(Refused) as still:
        provider.read(refused.id, refused.outputs, refused.inputs)
    assert "dynamodb:DescribeBackup" in still.value.message
    assert (still.value.id, still.value.outputs) == (refused.id, refused.outputs)


def test_a_refresh_completes_a_backup_that_has_become_available(
    aws: Simulator, start: Start
) -> None:
    provider, refused = half_made(start, aws)
    aws.finish_backups()
    id_, outputs, inputs = provider.read(refused.id, refused.outputs, refused.inputs)
    assert id_ == refused.id
    assert outputs["backup_status"] == "AVAILABLE"
    assert outputs["item_count"] == 3
    assert provider.diff(id_, outputs, inputs) == (False, [])


def test_a_refresh_that_cannot_tell_fails_and_forgets_nothing(
    aws: Simulator, provider: Provider
) -> None:
    id_, checked, outputs = made(provider)
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", status=400))
    with pytest.raises(Refused) as failed:
        provider.read(id_, outputs, checked)
    assert "dynamodb:DescribeBackup" in failed.value.message


# another default region of the stack


def test_another_default_region_of_the_stack_is_no_change_to_a_finished_backup(
    start: Start, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    id_, checked, outputs = made(start(), deletion_policy="delete")
    elsewhere = start(region="us-east-1")
    create_table(client(aws, "us-east-1"), "orders")
    aws.calls.clear()
    assert elsewhere.check(checked) == (checked, [])
    assert elsewhere.diff(id_, outputs, checked) == (False, [])
    assert elsewhere.read(id_, outputs, checked) == (id_, outputs, checked)
    assert elsewhere.update(id_, outputs, {**checked, "timeout": 99.0})["region"] == "eu-west-1"
    elsewhere.delete(id_, outputs)
    assert names(dynamodb) == []
    assert {call.region for call in aws.calls} == {"eu-west-1"}


def test_a_half_made_backup_is_waited_for_in_its_own_region_whatever_the_stacks_default(
    start: Start, aws: Simulator
) -> None:
    _, refused = half_made(start, aws)
    elsewhere = start(region="us-east-1")
    create_table(client(aws, "us-east-1"), "orders")
    aws.calls.clear()
    assert elsewhere.diff(refused.id, refused.outputs, refused.inputs) == (True, [])
    with pytest.raises(Refused, match="is still CREATING"):
        elsewhere.read(refused.id, refused.outputs, refused.inputs)
    aws.finish_backups()
    outputs = elsewhere.update(refused.id, refused.outputs, refused.inputs)
    assert (outputs["backup_arn"], outputs["backup_status"]) == (refused.id, "AVAILABLE")
    assert outputs["region"] == "eu-west-1"
    assert {call.region for call in aws.calls} == {"eu-west-1"}


# delete


def test_a_delete_keeps_the_backup_by_default_and_says_so(
    aws: Simulator, provider: Provider, dynamodb: DynamoDBClient
) -> None:
    id_, _, outputs = made(provider)
    aws.calls.clear()
    provider.delete(id_, outputs)
    assert provider.engine.kept[-1] == f'Backup kept in AWS (deletion_policy="retain"): {id_}'
    assert aws.calls == []
    assert names(dynamodb) == [outputs["backup_name"]]


def test_a_delete_deletes_the_backup_where_the_policy_says_so(
    provider: Provider, dynamodb: DynamoDBClient
) -> None:
    id_, _, outputs = made(provider, deletion_policy="delete")
    provider.delete(id_, outputs)
    assert provider.engine.kept[-1] == f"Backup deleted: {id_}"
    assert names(dynamodb) == []
    provider.delete(id_, outputs)
    assert provider.engine.kept[-1] == f"Backup was already gone: {id_}"


def test_a_delete_that_fails_is_its_message_alone(aws: Simulator, provider: Provider) -> None:
    id_, _, outputs = made(provider, deletion_policy="delete")
    aws.fault(Fault("DeleteBackup", code="AccessDeniedException", status=400))
    with pytest.raises(Refused) as failed:
        provider.delete(id_, outputs)
    assert failed.value.message.startswith("Backup Deletion Failed: ")
    assert "dynamodb:DeleteBackup" in failed.value.message


# cancel


def test_ctrl_c_ends_every_wait_and_keeps_every_arn(
    aws: Simulator, provider: Provider, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    tables = [f"table-{number}" for number in range(30)]
    for table in tables:
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def create(table: str) -> Refused:
        with pytest.raises(Refused) as ended:
            provider.create({**INPUTS, "table_name": table}, urn=f"{provider.urn}-{table}")
        return ended.value

    with ThreadPoolExecutor(30) as callers:
        waiting = [callers.submit(create, table) for table in tables]
        provider.engine.wait_for("started: ", 30)
        provider.cancel()
        ended = [one.result(timeout=SECONDS) for one in waiting]
    assert len({one.id for one in ended}) == 30
    assert all(one.id in one.message for one in ended)
    assert all(one.message.startswith("Backup Wait Stopped: The backup of table ") for one in ended)
    assert all("Run `pulumi up` again" in one.message for one in ended)
    assert aws.count("CreateBackup") == 30


# what lies in the state


def test_the_pickled_provider_is_a_reference_that_configuring_does_not_change() -> None:
    assert len(PICKLED) < 256
    assert "secret" not in PICKLED


def test_a_replacement_with_the_same_inputs_never_takes_its_predecessors_backup_over(
    start: Start, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    """As by `pulumi up --replace` while the backup is still CREATING: the engine reads it first."""
    aws.creating_seconds = 1000
    aws.several_backups = True
    inputs = {**INPUTS, "deletion_policy": "delete"}
    first = start(fast=True)
    checked = first.check(inputs)[0]
    with pytest.raises(Refused) as half:
        first.create(checked)
    second = start()
    with pytest.raises(Refused):
        second.read(half.value.id, half.value.outputs, checked)
    aws.when("DescribeBackup", aws.finish_backups)
    id_, _ = second.create(checked)
    assert id_ != half.value.id
    second.delete(half.value.id, half.value.outputs)
    assert len(names(dynamodb)) == 1
