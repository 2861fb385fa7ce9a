"""Look-ups in programs, by the real CLI."""

from __future__ import annotations

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import Stack


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    stack = new_stack(PROGRAMS / "lookups")
    stack.configure(table="orders")
    return stack


def test_a_program_and_its_preview_find_all_of_250_backups_the_newest_first(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    for number in range(250):
        kind = "nightly" if number % 2 else "weekly"
        dynamodb.create_backup(TableName="orders", BackupName=f"{kind}-{number:03}")
        aws.age_backups(60)
    assert "nightly-249" in stack.run("preview").text
    stack.up()
    outputs = stack.outputs()
    assert outputs["latest"] == "nightly-249"
    assert outputs["count"] == 250
    assert [name[-3:] for name in outputs["names"]] == [f"{n:03}" for n in reversed(range(250))]
    newest = dynamodb.describe_backup(BackupArn=outputs["later"])["BackupDescription"]
    assert newest["BackupDetails"]["BackupName"] == "nightly-249"


def test_a_table_without_backups_has_no_latest(stack: Stack) -> None:
    stack.up()
    outputs = stack.outputs()
    assert outputs.get("latest") is None
    assert outputs["count"] == 0


def test_a_look_up_that_is_denied_is_one_sentence(stack: Stack, aws: Simulator) -> None:
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400))
    assert "lacks the permission dynamodb:ListBackups" in stack.run("preview", code=1).text


def test_a_look_up_with_inputs_that_is_denied_is_one_sentence(stack: Stack, aws: Simulator) -> None:
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400, first=3))
    assert "lacks the permission dynamodb:ListBackups" in stack.run("preview", code=1).text
