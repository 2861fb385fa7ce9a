"""What a schedule's target and role do once its time has come: by AWS's rules for roles, and AWS's faults."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pulumi_ddb_backup.aws import Backups, CheckRequest, PruneRequest, Retention
from pulumi_ddb_backup.aws.rules.scheduled import SCHEDULED_PREFIX, owner_in, schedule_owner
from pulumi_ddb_backup.aws.schedule.target import (
    role_policy,
    target_arn,
    target_input,
    trust_policy,
)
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import add_tables, arn_of, backend
from tests.aws.restores import ACCOUNT
from tests.aws.simulated.test_schedules import GROUP, QUEUE, client
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

OWNER = schedule_owner("urn:pulumi:prod::shop::ddb-backup:index:BackupSchedule::nightly")


def scheduled(aws: Simulator, *tables: str, group: str = GROUP, allowed: Any = None) -> list[str]:
    """A schedule for each table, as `BackupSchedule` makes them; their ARNs."""
    scheduler, iam = client(aws.url, "scheduler"), client(aws.url, "iam")
    scheduler.create_schedule_group(Name="nightly")
    client(aws.url, "sqs").create_queue(QueueName="failed")
    trust = json.dumps(trust_policy(ACCOUNT, group))
    role = iam.create_role(RoleName="nightly", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = allowed or role_policy([arn_of(table) for table in tables], QUEUE)
    document = json.dumps(policy)
    iam.put_role_policy(RoleName="nightly", PolicyName="nightly", PolicyDocument=document)
    arns = [
        scheduler.create_schedule(
            Name=table,
            GroupName="nightly",
            ScheduleExpression="cron(0 3 * * ? *)",
            FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
            Target={
                "Arn": target_arn("aws"),
                "RoleArn": role,
                "Input": json.dumps(target_input(table, OWNER)),
                "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 900},
                "DeadLetterConfig": {"Arn": QUEUE},
            },
        )["ScheduleArn"]
        for table in tables
    ]
    aws.calls.clear()
    return arns


def names() -> list[str]:
    return sorted(one.name for one in backend().backups.values())


def test_each_table_is_backed_up_under_a_name_that_tells_its_schedule(aws: Simulator) -> None:
    add_tables("users")
    for arn in scheduled(aws, "orders", "users"):
        assert aws.fire(arn).ok
    assert [owner_in(name, name.partition("-")[0]) for name in names()] == [OWNER, OWNER]
    assert {(call.api, call.table) for call in aws.calls} == {
        ("CreateBackup", "orders"),
        ("CreateBackup", "users"),
    }


def test_the_role_can_not_back_up_another_table(aws: Simulator) -> None:
    add_tables("users")
    orders, users = scheduled(
        aws, "orders", "users", allowed=role_policy([arn_of("orders")], QUEUE)
    )
    assert aws.fire(orders).ok
    refused = aws.fire(users)
    assert not refused.ok
    assert refused.dead_letter is not None
    assert refused.dead_letter["ERROR_CODE"].startswith("AccessDenied")
    assert len(names()) == 1


def test_a_schedule_of_another_group_can_not_use_the_role(aws: Simulator) -> None:
    with pytest.raises(
        ClientError, match="must allow AWS EventBridge Scheduler to assume the role"
    ):
        scheduled(aws, "orders", group=GROUP.replace("nightly", "somebody-elses"))


@pytest.fixture
def simulated_time(aws: Simulator, clock: SimulatedClock) -> SimulatedClock:
    aws.monotonic, aws.skip = clock.monotonic, clock.skip
    return clock


def test_what_passes_by_is_tried_again_and_makes_one_backup(
    aws: Simulator, simulated_time: SimulatedClock
) -> None:
    (arn,) = scheduled(aws, "orders")
    aws.fault(Fault("CreateBackup", code="ThrottlingException", status=400, times=2))
    assert aws.fire(arn).outcomes == ["ThrottlingException", "ThrottlingException", "OK"]
    assert len(names()) == 1


def test_what_fails_three_times_ends_in_the_queue_with_its_reason(
    aws: Simulator, simulated_time: SimulatedClock
) -> None:
    (arn,) = scheduled(aws, "orders")
    aws.fault(Fault("CreateBackup", code="InternalServerError", status=500))
    fired = aws.fire(arn)
    assert len(fired.outcomes) == 3
    assert fired.dead_letter is not None
    assert fired.dead_letter["ERROR_CODE"] == "InternalServerError"
    assert json.loads(fired.dead_letter["body"])["TableName"] == "orders"
    assert names() == []


def test_an_answer_that_is_lost_makes_a_second_backup_and_both_are_the_schedules(
    aws: Simulator, simulated_time: SimulatedClock
) -> None:
    (arn,) = scheduled(aws, "orders")
    aws.fault(
        Fault("CreateBackup", kind="error_after", code="InternalServerError", status=500, times=1)
    )
    assert aws.fire(arn).ok
    assert [owner_in(name, "orders") for name in names()] == [OWNER, OWNER]


def test_a_schedules_backups_are_checked_and_pruned_by_the_library(
    aws: Simulator, backups: Backups
) -> None:
    (arn,) = scheduled(aws, "orders")
    for _ in range(3):
        assert aws.fire(arn).ok
    checked = backups.check(CheckRequest(tables=["orders"], max_age=timedelta(days=1), owner=OWNER))
    assert checked.fine
    pruned = backups.prune(
        PruneRequest(
            tables=["orders"],
            regions=[REGION],
            retention=Retention(keep_last=1),
            backup_name_prefix=SCHEDULED_PREFIX,
            owner=OWNER,
            dry_run=False,
        )
    )
    (table,) = pruned.tables
    assert (len(table.deleted), len(names())) == (2, 1)
