"""Backups that AWS takes by itself: a schedule and a plan, by the real CLI."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import Stack

SCHEDULE = {"schedule": "cron(0 3 * * ? *)", "timezone": "Europe/Berlin"}
LIFECYCLE = {"cold_after_days": 30, "delete_after_days": 365}
DR = "arn:aws:backup:us-west-2:123456789012:backup-vault:dr"
PLAN = {
    "rules": [{"schedule": "cron(0 5 ? * * *)", **LIFECYCLE, "copy_to": [DR]}],
    "lock": {"mode": "governance", "min_retention_days": 7},
    "restore_testing_schedule": "cron(0 8 ? * SUN *)",
}


@pytest.fixture
def stack(new_stack: NewStack, aws_plugin: Mapping[str, str]) -> Stack:
    stack = new_stack(PROGRAMS / "engines")
    stack.env.update(aws_plugin)
    return stack


def ddb_backup(stack: Stack, *arguments: str, code: int = 0) -> Any:
    """What the command line says, as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_ddb_backup.cli", *arguments, "--output", "json"],
        env={**stack.env, "AWS_REGION": REGION},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def allowed_to_role(stack: Stack) -> set[tuple[str, str]]:
    """What the role of the schedules may do, and on what."""
    (policy,) = (one for one in stack.resources() if one["type"].endswith(":RolePolicy"))
    return {
        (statement["Action"], arn)
        for statement in json.loads(policy["outputs"]["policy"])["Statement"]
        for arn in [statement["Resource"]]
        for arn in (arn if isinstance(arn, list) else [arn])
    }


def called_by_role(aws: Simulator) -> set[tuple[str, str]]:
    """What has been called in the name of a role, and on what."""
    return {
        (
            f"{call.service}:{call.api}",
            f"arn:aws:{call.service}:{call.region}:123456789012:"
            + (f"table/{call.table}" if call.table else call.params["QueueUrl"].rpartition("/")[2]),
        )
        for call in aws.calls
        if call.role
    }


def test_a_schedule_and_a_plan_are_made_fired_found_pruned_and_destroyed(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack.configure(schedule=SCHEDULE, plan=PLAN)
    stack.up()
    stack.run("preview", "--expect-no-changes")
    stack.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")

    # AWS runs the schedules: a backup of each table, by a role that may do that and no more.
    outputs = stack.outputs()
    owner, users = outputs["owner"], outputs["users"]
    for arn in outputs["schedule_arns"]:
        assert aws.fire(arn).ok
    check = ("check", "orders", users, "--owner", owner, "--max-age", "1h")
    assert ddb_backup(stack, *check)["counts"]["ok"] == 2
    assert ddb_backup(stack, "list", "--owner", "schedule")["totals"]["count"] == 2
    dynamodb.create_backup(TableName="orders", BackupName="orders-sched-before-the-move")
    aws.fault(Fault("CreateBackup", code="TableNotFoundException", status=400, times=1))
    failed = aws.fire(outputs["schedule_arns"][0])
    assert failed.dead_letter is not None
    assert failed.dead_letter["ERROR_CODE"] == "TableNotFoundException"
    assert called_by_role(aws) == allowed_to_role(stack)

    # What it took is pruned like the backups of any other owner, and nobody else's.
    assert aws.fire(outputs["schedule_arns"][0]).ok
    prune = ("prune", "orders", "--owner", owner, "--keep-last", "1")
    assert ddb_backup(stack, *prune)["expired"]["count"] == 1
    (table,) = ddb_backup(stack, *prune, "--yes")["tables"]
    assert len(table["deleted"]) == 1
    assert table["left_alone"] == {"other_name": 1}
    assert ddb_backup(stack, "list", "orders")["totals"]["count"] == 2

    # The vault stays in AWS with its lock, and what the schedule took stays too.
    stack.destroy()
    assert stack.resources() == []
    vaults = boto3.client(
        "backup", REGION, endpoint_url=aws.url, aws_access_key_id="a", aws_secret_access_key="b"
    ).list_backup_vaults()["BackupVaultList"]
    assert [one["BackupVaultName"] for one in vaults] == [outputs["vault"]]
    assert vaults[0]["MinRetentionDays"] == 7
    assert ddb_backup(stack, "list", "--owner", owner)["totals"]["count"] == 2


def test_bad_arguments_are_told_at_preview_and_nothing_is_made(stack: Stack) -> None:
    there = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
    other = "arn:aws:dynamodb:eu-west-1:210987654321:table/carts"
    stack.configure(schedule={**SCHEDULE, "tables": [there, other]})
    shown = " ".join(stack.run("preview", code=1).text.split())
    assert (
        "BackupSchedule 'nightly': tables[0] must be in region eu-west-1, like the component's provider; "
        "for another region, make another component with its own provider "
        f"(got '{there}') BackupSchedule 'nightly': tables[1] must be in account 123456789012 "
        f"(got '{other}')"
    ) in shown
    assert stack.resources() == []
