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
