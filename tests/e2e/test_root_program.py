"""The repository's own program, beyond what docs/getting-started.md shows of it."""

from __future__ import annotations

from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import create_table
from tests.e2e.conftest import NewStack


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
