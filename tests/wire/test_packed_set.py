"""What a `BackupSet` leaves in the stack's state, and what it makes of what earlier releases left."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import create_table
from tests.aws.simulator import Fault, Simulator
from tests.wire.dynamic import DynamicProvider
from tests.wire.provider import Refused

pytestmark = pytest.mark.face("dynamic")
INPUTS: dict[str, Any] = {
    "table_pattern": "shop-*",
    "backup_name_prefix": "nightly-",
    "deletion_policy": "delete",
    "timeout": 60.0,
}
NAMES = [f"shop-{number}" for number in range(4)]


@pytest.fixture
def backup_set(
    start: Callable[..., DynamicProvider], dynamodb: DynamoDBClient, aws: Simulator
) -> DynamicProvider:
    """With a clock on which the timeout of 60 s is one second."""
    for name in NAMES:
        create_table(dynamodb, name)
    aws.calls.clear()
    return start(fast=True).of_set()


def whole_and_once(kept: dict[str, Any]) -> bool:
    """Whether every table is in the state, and only once."""
    text = json.dumps(kept["backups"])
    return text.count("arn:aws:dynamodb:") == 1 and [text.count(name) for name in NAMES] == [1] * 4


def test_the_state_has_each_table_once_whatever_the_call(backup_set: DynamicProvider) -> None:
    news, _ = backup_set.check(INPUTS)
    id_, outputs = backup_set.create(news)
    made = backup_set.kept
    assert whole_and_once(made)
    assert [one["table_name"] for one in outputs["backups"]] == NAMES
    backup_set.read(id_, outputs, news)
    assert backup_set.kept == made  # a refresh has nothing to write
    backup_set.update(id_, outputs, {**news, "timeout": 90.0})
    assert whole_and_once(backup_set.kept)


def test_what_is_half_made_is_kept_packed_too(
    backup_set: DynamicProvider, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    news, _ = backup_set.check(INPUTS)
    with pytest.raises(Refused) as failed:
        backup_set.create(news)
    half = failed.value
    for again in (
        lambda: backup_set.read(half.id, half.outputs, news),
        lambda: backup_set.update(half.id, half.outputs, news),
    ):
        assert whole_and_once(backup_set.kept)
        assert json.dumps(backup_set.kept["backups"]).count(" CREATING ") == len(NAMES)
        with pytest.raises(Refused):
            again()
    assert aws.count("CreateBackup") == len(NAMES)


def test_the_state_of_an_earlier_release_is_no_change_and_is_rewritten_by_a_refresh_and_an_update(
    backup_set: DynamicProvider, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    news, _ = backup_set.check(INPUTS)
    id_, outputs = backup_set.create(news)
    made = backup_set.kept
    backup_set.packs = False
    aws.calls.clear()
    assert backup_set.diff(id_, outputs, news) == (False, [])
    backup_set.read(id_, outputs, news)
    assert backup_set.kept == made
    backup_set.update(id_, outputs, {**news, "timeout": 90.0})
    assert backup_set.kept["backups"] == made["backups"]
    assert aws.count("CreateBackup") == 0
    backup_set.delete(id_, outputs)
    assert dynamodb.list_backups()["BackupSummaries"] == []


def test_what_an_earlier_release_left_half_made_goes_on_without_a_second_backup(
    backup_set: DynamicProvider, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400, table="shop-3"))
    news, _ = backup_set.check(INPUTS)
    with pytest.raises(Refused) as failed:
        backup_set.create(news)
    half = failed.value
    aws.forget_faults()
    aws.finish_backups()
    aws.creating_seconds = 0
    backup_set.packs = False
    assert backup_set.diff(half.id, half.outputs, news) == (True, [])
    outputs = backup_set.update(half.id, half.outputs, news)
    assert (outputs["available_count"], outputs["failures"]) == (4, [])
    assert whole_and_once(backup_set.kept)
    backups = dynamodb.list_backups()["BackupSummaries"]
    assert sorted(one["TableName"] for one in backups) == NAMES
