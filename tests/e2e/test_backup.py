"""A `Backup` from the first `pulumi up` to `pulumi destroy`, by the real CLI."""

from __future__ import annotations

import re
import signal
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import TIMEOUT_SECONDS, Stack

BY_PREFIX = {"table_name": "orders", "backup_name_prefix": "orders-", "timeout": 60}


def arns(dynamodb: DynamoDBClient) -> list[str]:
    return [summary["BackupArn"] for summary in dynamodb.list_backups()["BackupSummaries"]]


def half_made(stack: Stack, aws: Simulator) -> str:
    """A stack whose `up` has timed out; the ARN of the backup that goes on."""
    aws.creating_seconds = 1000
    stack.inputs(**BY_PREFIX)
    stack.up(code=1)
    backup = stack.backup()
    assert backup is not None
    return str(backup["id"])


@pytest.mark.scenario("Basic Backup Creation")
def test_a_backup_is_taken_and_what_depends_on_it_gets_its_arn(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_looks = 12  # more than half a minute of the operation's time
    stack.inputs(**{**BY_PREFIX, "timeout": 600})
    shown = stack.up().text
    (arn,) = arns(dynamodb)
    outputs = stack.outputs()
    assert outputs["backup_arn"] == outputs["migrated_after"] == arn
    assert f"Backup '{outputs['backup_name']}' of table 'orders' started: {arn}\n" in shown
    assert re.search(r"^    Backup status: CREATING, Elapsed: 3\ds$", shown, re.MULTILINE)
    assert re.search(
        rf"^    Backup '{outputs['backup_name']}' of table 'orders' is AVAILABLE, 123 bytes, "
        rf"in [\d.]+s: {arn}$",
        shown,
        re.MULTILINE,
    )
    described = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert described["BackupStatus"] == "AVAILABLE"


def test_nothing_changes_on_a_second_up_a_preview_and_a_refresh(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack.inputs(**BY_PREFIX, triggers={"release": 42, "when": ["a", 1.5, True, None, {"b": "c"}]})
    stack.up()
    for command in (
        ["up", "--yes", "--skip-preview", "--expect-no-changes"],
        ["preview", "--diff", "--expect-no-changes"],
        ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
        ["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"],
    ):
        stack.run(*command)
    assert aws.count("CreateBackup") == 1


@pytest.mark.scenario("Trigger-Based Invocation")
def test_each_replacing_input_takes_another_backup_and_keeps_the_old_one(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    create_table(dynamodb, "users")
    create_table(client(aws, "us-east-1"), "users")
    elsewhere = dynamodb.create_backup(TableName="orders", BackupName="elsewhere")
    inputs: dict[str, Any] = {**BY_PREFIX}
    stack.inputs(**inputs)
    stack.up()
    seen = [stack.outputs()["backup_arn"]]
    for change in (
        {"triggers": {"release": "2"}},
        {"backup_name_prefix": "o-"},
        {"backup_name_prefix": None, "backup_name": "by-name"},
        {"table_name": "users"},
        {"region": "us-east-1"},
        {
            "existing_backup_arn": elsewhere["BackupDetails"]["BackupArn"],
            "table_name": None,
            "backup_name": None,
            "region": None,
        },
    ):
        inputs |= change
        stack.inputs(**inputs)
        if change == {"backup_name_prefix": "o-"}:
            told = f"    Replacing it keeps the last backup in AWS: {seen[-1]}\n"
            assert stack.run("preview").text.count(told) == 1
        shown = stack.up().text
        assert "replaced" in shown, change
        assert "Replacing it" not in shown, change
        outputs = stack.outputs()
        assert outputs["migrated_after"] == outputs["backup_arn"] not in seen, change
        seen.append(outputs["backup_arn"])
    assert seen[-1] == elsewhere["BackupDetails"]["BackupArn"]
    assert ":us-east-1:" in seen[-2]
    assert set(seen) == {*arns(dynamodb), *arns(client(aws, "us-east-1"))}


def test_what_only_steers_is_changed_in_place_without_asking_aws(
    stack: Stack, aws: Simulator
) -> None:
    stack.inputs(**BY_PREFIX)
    stack.up()
    aws.calls.clear()
    before = stack.outputs()
    stack.inputs(**{**BY_PREFIX, "timeout": 99, "deletion_policy": "delete"})
    assert "updated" in stack.up().text
    assert stack.outputs() == {**before, "timeout": 99}
    assert aws.calls == []


def test_a_backup_deleted_behind_its_back_is_forgotten_on_refresh_and_taken_again(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.inputs(**BY_PREFIX)
    stack.up()
    (lost,) = arns(dynamodb)
    dynamodb.delete_backup(BackupArn=lost)
    assert f"Backup {lost} is gone from AWS" in stack.refresh().text
    assert stack.backup() is None
    stack.up()
    (taken,) = arns(dynamodb)
    assert taken != lost
    assert stack.outputs()["backup_arn"] == taken


def test_destroying_keeps_the_backup(stack: Stack, dynamodb: DynamoDBClient) -> None:
    stack.inputs(**BY_PREFIX)
    stack.up()
    (arn,) = arns(dynamodb)
    assert f'Backup kept in AWS (deletion_policy="retain"): {arn}' in stack.destroy().text
    assert arns(dynamodb) == [arn]
    assert stack.resources() == []


def test_destroying_deletes_the_backup_where_the_policy_says_so(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.inputs(**BY_PREFIX, deletion_policy="delete")
    stack.up()
    (arn,) = arns(dynamodb)
    assert f"Backup deleted: {arn}" in stack.destroy().text
    assert arns(dynamodb) == []


def test_bad_input_is_told_at_preview_all_at_once_and_without_asking_aws(
    stack: Stack, aws: Simulator
) -> None:
    stack.inputs(table_name="x", backup_name="a b", timeout=7201, region="moon-1")
    shown = stack.run("preview", code=1).text
    for sentence in (
        "table_name must be at least 3 characters (got 1)",
        "backup_name must contain only alphanumeric characters, hyphens, underscores, and periods "
        "(pattern: [a-zA-Z0-9_.-]+)",
        "timeout must be at most 7200 seconds (got 7201)",
        "region must be a valid AWS region identifier",
    ):
        assert sentence in shown
    assert aws.calls == []


@pytest.mark.parametrize(
    ("fault", "inputs", "sentence"),
    [
        pytest.param(
            None,
            {"table_name": "nowhere"},
            "Table Validation Failed: DynamoDB table 'nowhere' does not exist in region "
            "'eu-west-1'.",
            id="no such table",
        ),
        pytest.param(
            None,
            {"region": "eu-west-2"},
            "DynamoDB table 'orders' does not exist in region 'eu-west-2'.",
            id="wrong region",
        ),
        pytest.param(
            Fault("CreateBackup", code="AccessDeniedException", status=400),
            {},
            "The AWS identity in use lacks the permission dynamodb:CreateBackup on table 'orders'",
            id="not allowed",
        ),
        pytest.param(
            Fault("DescribeTable", code="UnrecognizedClientException", status=400),
            {},
            "AWS does not accept the credentials in use for table 'orders'",
            id="bad credentials",
        ),
        pytest.param(
            Fault("CreateBackup", code="TableInUseException", status=400),
            {},
            "Backup Creation Failed: Table 'orders' is either being created or deleted. "
            "Wait for the operation to complete.",
            id="table in use",
        ),
    ],
)
def test_a_create_that_fails_shows_its_message_and_makes_nothing(
    stack: Stack,
    aws: Simulator,
    dynamodb: DynamoDBClient,
    fault: Fault | None,
    inputs: dict[str, Any],
    sentence: str,
) -> None:
    if fault:
        aws.fault(fault)
    stack.inputs(**{**BY_PREFIX, **inputs})
    shown = stack.up(code=1).text
    assert sentence in shown
    assert "No backup was started." in shown
    assert arns(dynamodb) == []
    kinds = {resource["type"].rpartition(":")[2] for resource in stack.resources()}
    assert kinds <= {"Stack", "pulumi-python"}


@pytest.mark.scenario("Table Validation")
def test_a_table_that_is_being_deleted_is_refused(stack: Stack, aws: Simulator) -> None:
    aws.table_status["orders"] = "DELETING"
    stack.inputs(**BY_PREFIX)
    shown = stack.up(code=1).text
    assert "DynamoDB table 'orders' is in DELETING status, must be ACTIVE." in shown
    assert aws.count("CreateBackup") == 0


def test_no_credentials_is_told_in_one_sentence(stack: Stack, aws: Simulator) -> None:
    stack.inputs(**BY_PREFIX)
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del stack.env[key]
    assert "No usable AWS credentials were found for table 'orders'" in stack.up(code=1).text
    assert aws.calls == []


@pytest.mark.parametrize("refreshed", [False, True], ids=["", "refreshed in between"])
def test_a_backup_that_timed_out_is_resumed_by_the_next_up(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient, refreshed: bool
) -> None:
    arn = half_made(stack, aws)
    if refreshed:
        assert "is still CREATING" in stack.refresh().text
    shown = stack.up(code=1).text
    assert (
        "Backup Wait Failed: Backup creation timed out after 60s. Current status: CREATING. "
        f"Backup ARN: {arn}\n"
    ) in shown
    assert "Run `pulumi up` again to go on waiting for this same backup." in shown
    assert "migrated_after" not in stack.outputs()
    aws.finish_backups()
    stack.up()
    outputs = stack.outputs()
    assert outputs["backup_arn"] == outputs["migrated_after"] == arn
    assert arns(dynamodb) == [arn]
    assert aws.count("CreateBackup") == 1
    stack.run("preview", "--expect-no-changes")


@pytest.mark.scenario("Timeout Configuration")
@pytest.mark.longest
def test_a_real_minute_passes_until_a_timeout_and_nothing_is_lost(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = new_stack(PROGRAMS / "backup", fast=False)
    arn = half_made(stack, aws)
    stack.refresh()
    aws.finish_backups()
    stack.up()
    assert stack.outputs()["migrated_after"] == arn
    assert arns(dynamodb) == [arn]
    assert aws.count("CreateBackup") == 1


def test_a_half_made_backup_that_is_gone_is_told_and_taken_again_by_the_same_up(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    arn = half_made(stack, aws)
    aws.finish_backups()
    dynamodb.delete_backup(BackupArn=arn)
    shown = stack.up().text
    assert f"Backup {arn} is gone from AWS, so it leaves the stack's state" in shown
    (taken,) = arns(dynamodb)
    assert stack.outputs()["migrated_after"] == taken != arn


def test_a_half_made_backup_that_has_become_available_is_found_unchanged_by_the_next_up(
    stack: Stack, aws: Simulator
) -> None:
    arn = half_made(stack, aws)
    aws.finish_backups()
    shown = stack.up().text
    assert "2 unchanged" in shown
    assert "warning" not in shown
    assert stack.outputs()["migrated_after"] == arn
    aws.calls.clear()
    stack.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert aws.calls == []


def test_a_half_made_backup_that_cannot_be_looked_at_stops_no_destroy(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    arn = half_made(stack, aws)
    aws.finish_backups()
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", status=400, times=4))
    shown = stack.destroy().text
    assert "dynamodb:DescribeBackup" in shown
    assert f'Backup kept in AWS (deletion_policy="retain"): {arn}' in shown
    assert stack.resources() == []
    assert arns(dynamodb) == [arn]


def test_ctrl_c_keeps_the_arn_and_the_next_up_resumes(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = new_stack(PROGRAMS / "backup", fast=False)
    aws.creating_seconds = 1000
    stack.inputs(**BY_PREFIX)
    with stack.started("up", "--yes", "--skip-preview") as child:
        assert child.stdout is not None
        shown = ""
        while "CREATING, timeout in" not in shown:
            line = child.stdout.readline()
            assert line, shown
            shown += line
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=TIMEOUT_SECONDS)
    assert child.returncode != 0
    (arn,) = arns(dynamodb)
    assert (
        f"The backup of table 'orders' goes on in AWS. Current status: CREATING. Backup ARN: {arn}\n"
        in rest
    )
    assert "Run `pulumi up` again to go on waiting for this same backup." in rest
    assert "Traceback" not in rest
    aws.finish_backups()
    stack.up()
    assert stack.outputs()["migrated_after"] == arn
    assert aws.count("CreateBackup") == 1
