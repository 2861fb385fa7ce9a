"""A `ProtectedTable`, by the real CLI."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import Stack
from tests.e2e.test_hooks import RUN_PROGRAM, backups, tables


@pytest.fixture
def stack(new_stack: NewStack, aws_plugin: Mapping[str, str]) -> Stack:
    stack = new_stack(PROGRAMS / "protected")
    stack.env.update(aws_plugin)
    return stack


def test_a_protected_table_is_made_updated_refused_to_be_deleted_and_at_last_destroyed(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.configure(table={"name": "users", "backup_before_update": True})
    stack.up()
    table = dynamodb.describe_table(TableName="users")["Table"]
    assert table["DeletionProtectionEnabled"] is True
    recovery = dynamodb.describe_continuous_backups(TableName="users")
    described = recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described["PointInTimeRecoveryStatus"] == "ENABLED"
    assert stack.outputs() == {"table_name": "users", "table_arn": table["TableArn"]}
    stack.run("preview", "--expect-no-changes")

    shown = stack.run(*RUN_PROGRAM, code=1).text
    assert "DynamoDB table 'users' has deletion protection" in shown
    assert tables(dynamodb) == {"users"}
    assert backups(dynamodb) == []

    stack.configure(
        table={
            "name": "users",
            "backup_before_update": True,
            "deletion_protection_enabled": False,
        }
    )
    stack.up()
    (before,) = backups(dynamodb)
    assert before.startswith("users-before-update-")
    stack.run(*RUN_PROGRAM)
    assert tables(dynamodb) == set()
    assert len(backups(dynamodb)) == 2
    assert stack.resources() == []


def test_a_name_of_its_own_is_made_where_none_is_given(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.up()
    (name,) = tables(dynamodb)
    assert name.startswith("users-")
    assert stack.outputs()["table_name"] == name


SETTINGS = {
    "name": "users",
    "tags": {"team": "shop"},
    "ttl": {"enabled": True, "attribute_name": "until"},
    "stream_enabled": True,
    "stream_view_type": "NEW_IMAGE",
    "table_class": "STANDARD_INFREQUENT_ACCESS",
}


def items(dynamodb: DynamoDBClient, table: str) -> list[str]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return sorted(item["id"]["S"] for page in pages for item in page["Items"])


def test_a_table_is_restored_with_all_that_is_declared_and_a_later_backup_replaces_nothing(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    for number in range(300):
        dynamodb.put_item(TableName="orders", Item={"id": {"S": f"order-{number}"}})
    dynamodb.create_backup(TableName="orders", BackupName="first")
    stack.configure(latestOf="orders", table=SETTINGS)
    stack.up()
    assert items(dynamodb, "users") == items(dynamodb, "orders")
    table = dynamodb.describe_table(TableName="users")["Table"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    ttl = dynamodb.describe_time_to_live(TableName="users")["TimeToLiveDescription"]
    assert ttl["AttributeName"] == "until"
    tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert {"Key": "team", "Value": "shop"} in tags
    recovery = dynamodb.describe_continuous_backups(TableName="users")
    described = recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described["PointInTimeRecoveryStatus"] == "ENABLED"

    stack.refresh(PULUMI_RUN_PROGRAM="true")
    dynamodb.create_backup(TableName="orders", BackupName="second")
    stack.run("preview", "--diff", "--expect-no-changes")
    for summary in dynamodb.list_backups(TableName="orders")["BackupSummaries"]:
        dynamodb.delete_backup(BackupArn=summary["BackupArn"])
    stack.run("preview", "--diff", "--expect-no-changes")


def test_a_table_is_restored_in_the_region_of_its_own_provider(
    stack: Stack, aws: Simulator
) -> None:
    there = client(aws, "us-west-2")
    create_table(there, "orders", items=3)
    made = there.create_backup(TableName="orders", BackupName="first")["BackupDetails"]
    stack.configure(region="us-west-2", restoreFrom=made["BackupArn"], table=SETTINGS)
    assert "not all of its settings are set" not in stack.up().text
    assert items(there, "users") == ["0", "1", "2"]
    table = there.describe_table(TableName="users")["Table"]
    assert table["DeletionProtectionEnabled"] is True


def test_a_backup_that_is_not_known_before_the_update_is_no_reason_to_refuse_the_preview(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.configure(restoreOf="orders", table={"name": "users"})
    stack.run("preview")
    stack.up()
    assert items(dynamodb, "users") == items(dynamodb, "orders")


def test_a_table_whose_backup_is_not_there_is_not_created_empty_and_the_preview_tells_it(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.configure(latestOf="orders", table={"name": "users"})
    why = (
        "Table 'users' would be empty, so it is not created: no AVAILABLE backup of table 'orders' "
        "was found"
    )
    assert why in stack.run("preview", code=1).text
    assert why in stack.up(code=1).text
    assert tables(dynamodb) == set()


def test_a_look_up_that_fails_creates_no_table_and_harms_none_that_is_there(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    dynamodb.create_backup(TableName="orders", BackupName="first")
    stack.configure(latestOf="orders", table={"name": "users"})
    denied = Fault("ListBackups", code="AccessDeniedException", status=400)
    aws.fault(denied)
    shown = stack.run("preview", code=1).text
    assert "Table 'users' would be empty, so it is not created" in shown
    assert "dynamodb:ListBackups" in shown
    aws.forget_faults()
    stack.up()
    stack.refresh(PULUMI_RUN_PROGRAM="true")
    aws.fault(denied)
    stack.run("preview", "--diff", "--expect-no-changes")
    stack.up()
    assert tables(dynamodb) == {"users"}


def test_protected_tables_leave_a_program_one_by_one_each_with_one_final_backup(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.configure(table="gone", more=["one-table", "two-table"], protectAll=True)
    stack.up()
    stack.configure(more=["one-table"], protectAll=None)
    stack.up()
    assert tables(dynamodb) == {"one-table"}
    assert len(backups(dynamodb, "two-table")) == 1

    stack.configure(more=[])
    shown = stack.up(code=1).text
    assert "ddb-backup-final" in shown
    assert tables(dynamodb) == {"one-table"}
    stack.configure(keepHook=True)
    stack.up()
    assert tables(dynamodb) == set()
    assert len(backups(dynamodb, "one-table")) == 1
    stack.configure(keepHook=None)
    stack.run("preview", "--expect-no-changes")


def test_a_table_deleted_by_hand_leaves_the_state_with_a_refresh(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.configure(table={"name": "users", "deletion_protection_enabled": False})
    stack.up()
    dynamodb.delete_table(TableName="users")
    shown = stack.run(*RUN_PROGRAM, code=1).text
    assert "DynamoDB table 'users' does not exist in region 'eu-west-1'" in shown
    assert "If somebody has deleted it by hand, run `pulumi refresh` first" in shown
    stack.refresh(PULUMI_RUN_PROGRAM="true")
    stack.run(*RUN_PROGRAM)
    assert stack.resources() == []


def test_a_protected_table_tells_its_latest_backup(stack: Stack, dynamodb: DynamoDBClient) -> None:
    stack.configure(latest=True, table={"name": "users"})
    stack.up()
    assert stack.outputs().get("latest_backup_arn") is None
    made = dynamodb.create_backup(TableName="users", BackupName="by-hand")["BackupDetails"]
    stack.up()
    assert stack.outputs()["latest_backup_arn"] == made["BackupArn"]
