"""The repository's own program, as the README tells a user to run it."""

from __future__ import annotations

from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import create_table
from tests.aws.simulator import Simulator
from tests.e2e.conftest import NewStack


def test_the_root_program_backs_up_the_table_in_its_configuration(
    new_stack: NewStack, aws: Simulator
) -> None:
    stack = new_stack()
    stack.run("config", "set", "aws:region", "eu-west-1")
    stack.run("config", "set", "table", "orders")
    stack.up()
    outputs = stack.outputs()
    assert outputs["backup_status"] == "AVAILABLE"
    assert outputs["backup_name"].startswith("orders-")
    assert outputs["item_count"] == 3
    stack.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert aws.count("CreateBackup") == 1
    stack.run("config", "set", "release", "43")
    stack.up()
    assert aws.count("CreateBackup") == 2


def test_the_root_program_backs_up_several_tables(
    new_stack: NewStack, dynamodb: DynamoDBClient
) -> None:
    arn = create_table(dynamodb, "users")
    stack = new_stack()
    stack.configure(**{"ddb-backup:tables": ["orders", arn]})
    stack.up()
    backups = stack.outputs()["backups"]
    assert set(backups) == {"orders", arn}
    assert {one["backup_status"] for one in backups.values()} == {"AVAILABLE"}


def test_configuration_that_is_missing_is_one_sentence(new_stack: NewStack) -> None:
    shown = new_stack().run("preview", code=1).text
    assert "No table to back up: run `pulumi config set table NAME`" in shown
