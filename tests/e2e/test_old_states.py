"""What earlier releases have left in users' states is still understood."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.simulator import Simulator
from tests.e2e.conftest import NewStack

STATES = Path(__file__).parent / "states"
ARN_THEN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01700000000000-0a1b2c3d"


@pytest.mark.parametrize("release", sorted(path.stem for path in STATES.glob("*.json")))
def test_a_stack_of_an_earlier_release_is_unchanged_refreshed_and_destroyed(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient, release: str
) -> None:
    """The provider's path and name, and the bag it leaves, are in that state for ever."""
    arn = dynamodb.create_backup(TableName="orders", BackupName="orders-1")["BackupDetails"][
        "BackupArn"
    ]
    state = (STATES / f"{release}.json").read_text(encoding="utf-8")
    stack = new_stack()
    kept = stack.folder / "state.json"
    kept.write_text(state.replace(ARN_THEN, arn), encoding="utf-8")
    stack.run("stack", "import", "--file", str(kept))
    aws.calls.clear()
    stack.configure(table="orders", backupName="orders-1", deletionPolicy="delete")
    stack.run("preview", "--diff", "--expect-no-changes")
    stack.refresh()
    stack.run("preview", "--diff", "--expect-no-changes")
    assert f"Backup deleted: {arn}" in stack.destroy().text
    assert stack.resources() == []
    assert aws.count("CreateBackup") == 0
