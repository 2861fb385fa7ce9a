"""Tables that an explicit `aws.Provider` governs, by the real CLI."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import client
from tests.aws.simulator import Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import Stack


@pytest.fixture
def stack(new_stack: NewStack, aws_plugin: Mapping[str, str]) -> Stack:
    """The stack's own region has a table of the same name."""
    stack = new_stack(PROGRAMS / "governed")
    stack.env.update(aws_plugin)
    return stack


def names(dynamodb: DynamoDBClient) -> list[str]:
    return sorted(one["BackupName"][:4] for one in dynamodb.list_backups()["BackupSummaries"])


@pytest.mark.parametrize("name", ["declared", "plain"])
def test_the_table_that_the_provider_governs_is_backed_up_and_no_other_of_its_name(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient, name: str
) -> None:
    stack.configure(name=name)
    stack.up()
    assert names(client(aws, "us-west-2")) == ["one-", "set-"]
    assert names(dynamodb) == []
    assert ":us-west-2:" in stack.outputs()["backup_arn"]
    stack.run("preview", "--expect-no-changes")
    stack.up()
    assert names(client(aws, "us-west-2")) == ["one-", "set-"]
    stack.destroy()


def test_a_provider_that_can_not_be_followed_is_refused_at_preview(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    role = "arn:aws:iam::210987654321:role/deploy"
    stack.configure(name="plain", provider={"assume_roles": [{"role_arn": role}]})
    shown = stack.run("preview", code=1).text
    assert (
        "aws.Provider 'there' manages the table, and its assumeRoles can't be taken over. "
        "Backups don't go through that provider: give table_name=table.arn, or say where with "
        "region, profile or role_arn"
    ) in " ".join(shown.split())
    assert names(dynamodb) == []
