"""Retention by the real CLI: what a `Backup` and a `BackupSet` keep of their own, release after release."""

from __future__ import annotations

from typing import Any

from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.fleet_tables import add_tables, backend, denied, numbered
from tests.aws.retention.histories import add_backup
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import Stack

BY_PREFIX: dict[str, Any] = {"table_name": "orders", "backup_name_prefix": "nightly-"}


def release(stack: Stack, number: int, code: int = 0, **inputs: Any) -> str:
    """Another release, with another backup; the screen."""
    stack.inputs(**BY_PREFIX, triggers={"release": number}, **inputs)
    return stack.up(code=code).text


def retention_of(stack: Stack, kind: str = "Backup") -> dict[str, Any]:
    """The output of the one resource of that kind."""
    (one,) = (each for each in stack.resources() if each["type"].endswith(f":{kind}"))
    return dict(one["outputs"]["retention"])


def test_six_releases_that_keep_two_leave_two_and_nobody_elses_goes(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    foreign = {
        add_backup("orders", 300),  # another stack's, under the same prefix
        add_backup("orders", 301, name="nightly-by-hand"),
        add_backup("orders", 302, name="before-the-migration"),
    }
    retention = {"keep_last": 2}
    shown = [release(stack, number, retention=retention) for number in range(1, 7)]
    mine = set(backend().backups) - foreign
    assert len(mine) == 2
    assert stack.outputs()["backup_arn"] in mine
    assert set(backend().backups) >= foreign
    line = "Retention: keeps 2 backups, 246 bytes (no price for eu-west-1 known); deleted 1\n"
    assert line in shown[-1]
    told = retention_of(stack)
    assert told["rules"] == retention
    assert (told["kept"], told["deleted"], told["failed"]) == (2, 1, 0)
    assert told["left_alone"] == {"other_owner": 1, "other_name": 2}

    # A preview asks AWS nothing, so it tells the policy alone.
    aws.calls.clear()
    policy = "Retention: keeps last 2; to see what would go: ddb-backup prune '*' --owner "
    stack.inputs(**BY_PREFIX, triggers={"release": 7}, retention=retention)
    diagnostics = stack.run("preview").text.partition("Diagnostics:")[2]
    assert diagnostics.count(policy) == 1
    assert aws.calls == []

    # A release whose backup fails deletes nothing.
    aws.fault(Fault("CreateBackup", code="LimitExceededException", status=400, times=1))
    release(stack, 7, code=1, retention={"keep_last": 1})
    assert set(backend().backups) == mine | foreign

    # A change of the policy alone deletes nothing either, until the next backup.
    release(stack, 6, retention={"keep_last": 1})
    assert set(backend().backups) == mine | foreign

    # What may not be deleted is a warning, and the backup is there.
    aws.fault(denied("DeleteBackup"))
    text = release(stack, 8, retention={"keep_last": 1})
    assert "warning: Retention could not delete all that has expired:" in text
    assert set(backend().backups) > mine | foreign
    told = retention_of(stack)
    assert (told["deleted"], told["failed"]) == (0, 1)
    aws.forget_faults()

    # The one before stays as long as the state holds it, whatever the rules say.
    before = stack.outputs()["backup_arn"]
    release(stack, 9, retention={"keep_last": 1})
    assert set(backend().backups) - foreign == {before, stack.outputs()["backup_arn"]}


def test_a_set_keeps_so_many_of_each_table(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    add_tables(*numbered(300))
    stack = new_stack(PROGRAMS / "fleet")
    for night in (1, 2, 3):
        inputs = {
            "table_pattern": "table-*",
            "backup_name_prefix": "nightly-",
            "triggers": {"night": night},
            "retention": {"keep_last": 2},
        }
        stack.configure(fleet__inputs=inputs)
        stack.up()
    counts = dict.fromkeys(numbered(300), 0)
    for one in backend().backups.values():
        counts[one.table.name] += 1
    assert set(counts.values()) == {2}
    told = retention_of(stack, "BackupSet")
    assert (told["kept"], told["deleted"], len(told["deleted_arns"])) == (600, 300, 10)
