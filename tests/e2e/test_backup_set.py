"""`BackupSet` by the real CLI: hundreds of tables in one resource."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.resources.packed import unpacked
from tests.aws.conftest import create_table
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import TIMEOUT_SECONDS, Stack

SET_TYPE = "pulumi-python:dynamic/ddb-backup:BackupSet"
# What AWS answers to CreateBackup, and how the set tells it.
CAUSES = {
    "AccessDeniedException": "lacks the permission dynamodb:CreateBackup on table '{table}'",
    "BackupInUseException": "There is another ongoing conflicting backup operation on the table.",
    "TableInUseException": "Table '{table}' is either being created or deleted.",
    "LimitExceededException": "Account limit exceeded.",
    "InternalServerError": "AWS service error occurred. Please retry the operation.",
    "NoveltyException": "AWS refused dynamodb:CreateBackup for table '{table}'",
}


def create_tables(dynamodb: DynamoDBClient, aws: Simulator, names: Iterable[str]) -> None:
    for name in names:
        create_table(dynamodb, name)
    aws.calls.clear()


def shops(count: int) -> list[str]:
    return [f"shop-{number:03}" for number in range(count)]


def a_set(new_stack: NewStack, *, fast: bool = True, **inputs: Any) -> Stack:
    stack = new_stack(PROGRAMS / "fleet", fast=fast)
    choose(stack, **inputs)
    return stack


def choose(stack: Stack, **inputs: Any) -> None:
    stack.configure(**{"fleet:inputs": {"backup_name_prefix": "nightly-", **inputs}})


def backups(dynamodb: DynamoDBClient) -> Counter[str]:
    """How many backups there are of each table."""
    pages = dynamodb.get_paginator("list_backups").paginate()
    return Counter(one["TableName"] for page in pages for one in page["BackupSummaries"])


def in_state(stack: Stack) -> dict[str, Any]:
    (found,) = [one for one in stack.resources() if one["type"] == SET_TYPE]
    return {**found["outputs"], "backups": unpacked(found["outputs"]["backups"])}


@pytest.mark.longest
def test_what_fails_among_three_hundred_stops_no_other_and_is_all_that_the_next_up_takes(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    names = shops(299)
    create_tables(dynamodb, aws, names)
    failing = dict(zip(names[::40], CAUSES, strict=False))
    for table, code in failing.items():
        status = 500 if code == "InternalServerError" else 400
        aws.fault(Fault("CreateBackup", code=code, status=status, table=table))
    stack = a_set(new_stack, table_pattern="shop-*", tables=["missing"])
    text = stack.up(code=1).text
    assert "293 of 300 backups are AVAILABLE (0 creating, 7 failed)." in text
    for table, code in failing.items():
        assert f"{table} (eu-west-1): Backup Creation Failed: " in text
        assert CAUSES[code].format(table=table) in text
    assert "missing (eu-west-1): Table Validation Failed: DynamoDB table 'missing' does not" in text
    kept = in_state(stack)
    assert {one["table_name"] for one in kept["failures"]} == {*failing, "missing"}
    assert len(kept["backups"]) == 293

    create_table(dynamodb, "missing")
    aws.forget_faults()
    aws.calls.clear()
    assert "300 of 300 backups are AVAILABLE" in stack.up().text
    assert aws.count("CreateBackup") == 7
    assert backups(dynamodb) == Counter([*names, "missing"])
    aws.calls.clear()
    assert "2 unchanged" in stack.up().text
    assert aws.calls == []
    assert "2 unchanged" in stack.refresh().text
    destroyed = stack.destroy().text
    assert 'Backups kept in AWS (deletion_policy="retain"):' in destroyed
    assert "... and 290 more." in destroyed
    assert backups(dynamodb).total() == 300


@pytest.mark.longest
def test_ctrl_c_half_way_and_then_an_up_take_no_table_twice(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    names = shops(300)
    create_tables(dynamodb, aws, names)
    aws.creating_seconds = 1000
    half_way = threading.Event()

    def count() -> None:
        if aws.count("CreateBackup") >= 150:
            half_way.set()

    aws.when("CreateBackup", count)
    # However late the Ctrl-C comes, no more than half of them are started.
    aws.fault(Fault("CreateBackup", code="ThrottlingException", status=400, first=151))
    stack = a_set(new_stack, fast=False, table_pattern="shop-*")
    with stack.started("up", "--yes", "--skip-preview") as child:
        assert half_way.wait(TIMEOUT_SECONDS)
        os.kill(child.pid, signal.SIGINT)
        text, _ = child.communicate(timeout=TIMEOUT_SECONDS)
    assert "Traceback" not in text
    started = backups(dynamodb)
    assert started.total() == 150
    assert "Stopped waiting. 150 backups go on in AWS, 150 were not started." in text
    assert len(in_state(stack)["backups"]) == started.total()

    aws.forget_faults()
    aws.finish_backups()
    assert "300 of 300 backups are AVAILABLE" in stack.up().text
    assert backups(dynamodb) == Counter(names)


def test_patterns_and_tags_choose_among_two_hundred_and_fifty_tables(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    create_tables(dynamodb, aws, shops(200))
    tagged = [f"prod-{number:02}" for number in range(50)]
    create_tables(dynamodb, aws, tagged)
    for name in tagged[::2]:
        arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{name}"
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "tier", "Value": "gold"}])
    stack = a_set(new_stack, table_pattern=["prod-*", "shop-00?"], exclude_pattern="prod-0*")
    stack.up()
    assert backups(dynamodb) == Counter([*tagged[10:], *shops(10)])
    choose(stack, table_pattern="prod-*", tags={"tier": "gold"})
    text = stack.up().text
    assert "No longer in the set, and kept in AWS:" in text
    assert stack.outputs()["table_count"] == 25
    assert backups(dynamodb) == Counter([*tagged[10:], *shops(10), *tagged[:10:2]])


def test_a_set_is_finished_although_others_use_up_the_rate(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    create_tables(dynamodb, aws, shops(120))
    aws.fault(Fault("CreateBackup", code="ThrottlingException", status=400, first=40, times=30))
    aws.creating_looks = 2
    stack = a_set(new_stack, fast=False, table_pattern="shop-*")
    assert "120 of 120 backups are AVAILABLE" in stack.up().text
    assert backups(dynamodb) == Counter(shops(120))
    outcomes = Counter(call.outcome for call in aws.calls if call.api == "CreateBackup")
    assert outcomes["OK"] == 120
    assert outcomes["ThrottlingException"] == 30


def test_a_set_and_single_backups_of_its_tables_go_side_by_side(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    create_tables(dynamodb, aws, shops(80))
    stack = a_set(new_stack, fast=False, table_pattern="shop-*")
    program = stack.folder / "__main__.py"
    program.write_text(
        program.read_text(encoding="utf-8")
        + 'for n in range(40):\n    ddb_backup.Backup(f"b{n}", table_name=f"shop-{n + 40:03}", '
        'backup_name=f"single-{n}")\n',
        encoding="utf-8",
    )
    text = stack.run("up", "--yes", "--skip-preview", "--parallel", "64").text
    assert "42 created" in text
    assert backups(dynamodb) == Counter([*shops(80), *shops(80)[40:]])
