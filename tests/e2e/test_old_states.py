"""What earlier releases have left in users' states is still understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.simulator import Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tools.pulumi_cli import ROOT

SET_TYPE = "pulumi-python:dynamic/ddb-backup:BackupSet"
STATES = Path(__file__).parent / "states"
ARN_THEN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01700000000000-0a1b2c3d"
BACKUP = {"table": "orders", "backupName": "orders-1", "deletionPolicy": "delete"}
SET = {
    "fleet:inputs": {"tables": ["orders"], "backup_name": "orders-1", "deletion_policy": "delete"}
}
RETAINING = {
    "fleet:inputs": {
        "tables": ["orders"],
        "backup_name_prefix": "orders-",
        "deletion_policy": "delete",
        "retention": {"keep_last": 2},
    }
}


@pytest.mark.parametrize(
    ("state", "program", "config", "last_word"),
    [
        ("0.1.0", ROOT, BACKUP, "Backup deleted: {arn}"),
        ("0.1.0-set", PROGRAMS / "fleet", SET, "Backups deleted: 1"),
        ("0.1.0-set-retention", PROGRAMS / "fleet", RETAINING, "Backups deleted: 1"),
    ],
)
def test_a_stack_of_an_earlier_release_is_unchanged_refreshed_and_destroyed(
    new_stack: NewStack,
    aws: Simulator,
    dynamodb: DynamoDBClient,
    state: str,
    program: Path,
    config: dict[str, Any],
    last_word: str,
) -> None:
    """The provider's path and name, and the bag it leaves, are in that state for ever."""
    arn = dynamodb.create_backup(TableName="orders", BackupName="orders-1")["BackupDetails"][
        "BackupArn"
    ]
    text = (STATES / f"{state}.json").read_text(encoding="utf-8")
    stack = new_stack(program)
    kept = stack.folder / "state.json"
    kept.write_text(text.replace(ARN_THEN, arn), encoding="utf-8")
    stack.run("stack", "import", "--file", str(kept))
    aws.calls.clear()
    stack.configure(**config)
    stack.run("preview", "--diff", "--expect-no-changes")
    stack.refresh()
    stack.run("up", "--yes", "--expect-no-changes")
    assert arn in str(stack.outputs())
    sets = [one for one in stack.resources() if one["type"] == SET_TYPE]
    assert all("columns" in one["outputs"]["backups"] for one in sets)  # rewritten by the refresh
    assert last_word.format(arn=arn) in stack.destroy().text
    assert stack.resources() == []
    assert dynamodb.list_backups()["BackupSummaries"] == []
    assert aws.count("CreateBackup") == 0


def test_every_state_that_is_kept_has_its_case() -> None:
    cases = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in STATES.glob("*.json") if f'"{path.stem}"' not in cases] == []
