"""A `ProtectedTable`, by the real CLI."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

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


def test_a_table_whose_backup_is_not_there_is_not_created_empty(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    stack.configure(latestOf="orders", table={"name": "users"})
    shown = stack.up(code=1).text
    assert "No AVAILABLE backup of table 'orders' was found" in shown
    assert tables(dynamodb) == set()


def test_a_protected_table_tells_its_latest_backup(stack: Stack, dynamodb: DynamoDBClient) -> None:
    stack.configure(latest=True, table={"name": "users"})
    stack.up()
    assert stack.outputs().get("latest_backup_arn") is None
    made = dynamodb.create_backup(TableName="users", BackupName="by-hand")["BackupDetails"]
    stack.up()
    assert stack.outputs()["latest_backup_arn"] == made["BackupArn"]
