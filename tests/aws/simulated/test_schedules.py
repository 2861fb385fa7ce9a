"""EventBridge Scheduler in the simulator: schedules that fire."""

from __future__ import annotations

import json
import urllib.request
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

ROLE = f"arn:aws:iam::{ACCOUNT}:role/nightly"
GROUP = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/nightly"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
CREATE_BACKUP = "arn:aws:scheduler:::aws-sdk:dynamodb:createBackup"
INPUT = {"TableName": "orders", "BackupName": "orders-sched-<aws.scheduler.execution-id>"}


@cache
def client(url: str, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def schedule(aws: Simulator, *, given: dict[str, Any] | None = None, **target: Any) -> str:
    """A schedule of the group `nightly`, whose failures go to the queue `failed`; its ARN."""
    scheduler = client(aws.url, "scheduler")
    scheduler.create_schedule_group(Name="nightly")
    client(aws.url, "sqs").create_queue(QueueName="failed")
    made = scheduler.create_schedule(
        Name="orders",
        GroupName="nightly",
        FlexibleTimeWindow={"Mode": "OFF"},
        **{"ScheduleExpression": "cron(0 3 * * ? *)", **(given or {})},
        Target={
            "Arn": CREATE_BACKUP,
            "RoleArn": ROLE,
            "Input": json.dumps(INPUT),
            "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 900},
            "DeadLetterConfig": {"Arn": QUEUE},
            **target,
        },
    )
    aws.calls.clear()
    return str(made["ScheduleArn"])


def again(aws: Simulator, group: str = "nightly") -> None:
    """Make another schedule with the same role."""
    client(aws.url, "scheduler").create_schedule(
        Name="again",
        GroupName=group,
        ScheduleExpression="rate(1 days)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": CREATE_BACKUP, "RoleArn": ROLE, "Input": json.dumps(INPUT)},
    )


def role(aws: Simulator, *, source: str = GROUP, table: str = TABLE) -> None:
    """Make the schedule's role, which that source may assume, to back up that table."""
    iam = client(aws.url, "iam")
    condition = {"StringEquals": {"aws:SourceArn": source, "aws:SourceAccount": ACCOUNT}}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    allowed: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "dynamodb:CreateBackup", "Resource": [table]},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE},
    ]
    iam.create_role(RoleName="nightly", AssumeRolePolicyDocument=json.dumps(policy(trust)))
    iam.put_role_policy(
        RoleName="nightly", PolicyName="does", PolicyDocument=json.dumps(policy(*allowed))
    )
    aws.calls.clear()


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def dead_letters(aws: Simulator) -> list[dict[str, str]]:
    sqs = client(aws.url, "sqs")
    url = sqs.get_queue_url(QueueName="failed")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", [])
    return [
        {
            "body": one["Body"],
            **{key: value["StringValue"] for key, value in one["MessageAttributes"].items()},
        }
        for one in found
    ]


def test_a_schedule_that_fires_makes_its_call_as_its_role(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    arn = schedule(aws)
    fired = aws.fire(arn)
    assert fired.ok
    (listed,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert listed["BackupName"] == f"orders-sched-{fired.execution_id}"
    assert listed["BackupArn"] == fired.answer["BackupDetails"]["BackupArn"]
    first = aws.calls[0]
    assert (first.api, first.service, first.region, first.role, first.outcome) == (
        "CreateBackup",
        "dynamodb",
        REGION,
        ROLE,
        "OK",
    )
    assert aws.fire("orders", REGION).execution_id != fired.execution_id


def test_every_placeholder_is_filled_in(aws: Simulator) -> None:
    words = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    name = " ".join(f"<aws.scheduler.{word}>" for word in words)
    arn = schedule(aws, Input=json.dumps({**INPUT, "BackupName": name}))
    fired = aws.fire(arn)
    told_arn, moment, execution, attempt = aws.calls[0].params["BackupName"].split(" ")
    assert (told_arn, execution, attempt) == (arn, fired.execution_id, "1")
    assert moment.endswith("Z")


def test_a_failing_target_is_tried_again_and_then_told_to_the_queue(
    aws: Simulator, clock: SimulatedClock
) -> None:
    arn = schedule(aws)
    aws.fault(Fault("CreateBackup"))
    before = clock.monotonic()
    fired = aws.fire(arn)
    assert fired.outcomes == ["InternalServerError"] * 3
    assert clock.monotonic() > before
    (letter,) = dead_letters(aws)
    assert letter["ERROR_CODE"] == "InternalServerError"
    assert letter["RETRY_ATTEMPTS"] == "2"
    assert letter["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert json.loads(letter["body"])["BackupName"] == f"orders-sched-{fired.execution_id}"


def test_a_target_that_answers_at_last_leaves_nothing_in_the_queue(aws: Simulator) -> None:
    arn = schedule(aws)
    aws.fault(Fault("CreateBackup", kind="close_before", times=1))
    assert aws.fire(arn).outcomes == ["ConnectionReset", "OK"]
    assert dead_letters(aws) == []


def test_what_will_never_succeed_is_not_tried_again(aws: Simulator) -> None:
    arn = schedule(aws, Input=json.dumps({**INPUT, "TableName": "gone"}))
    assert aws.fire(arn).outcomes == ["TableNotFoundException"]
    assert dead_letters(aws)[0]["ERROR_CODE"] == "TableNotFoundException"


def test_an_input_that_the_target_does_not_take_goes_to_the_queue(aws: Simulator) -> None:
    arn = schedule(aws, Input=json.dumps({"tableName": "orders"}))
    assert aws.fire(arn).outcomes == ["ValidationException"]
    assert aws.count("CreateBackup") == 0


def test_a_schedule_that_is_disabled_calls_nothing(aws: Simulator) -> None:
    arn = schedule(aws, given={"State": "DISABLED"})
    assert aws.fire(arn).outcomes == []
    assert aws.calls == []


def test_a_schedule_for_one_time_may_go_when_it_has_fired(aws: Simulator) -> None:
    once = {"ScheduleExpression": "at(2026-01-02T03:04:05)", "ActionAfterCompletion": "DELETE"}
    assert aws.fire(schedule(aws, given=once)).ok
    assert client(aws.url, "scheduler").list_schedules()["Schedules"] == []


def test_a_role_that_moto_knows_has_to_allow_the_call(aws: Simulator) -> None:
    arn = schedule(aws)
    role(aws)
    assert aws.fire(arn).ok


def test_a_role_that_does_not_is_refused(aws: Simulator) -> None:
    arn = schedule(aws)
    role(aws, table=f"{TABLE}s")
    fired = aws.fire(arn)
    assert fired.outcomes == ["AccessDeniedException"]
    assert aws.count("CreateBackup") == 0
    assert "not authorized to perform: dynamodb:CreateBackup" in fired.message
    assert dead_letters(aws)[0]["ERROR_MESSAGE"] == fired.message


def test_a_role_that_trusts_another_group_takes_no_schedule_and_fires_none(aws: Simulator) -> None:
    arn = schedule(aws)
    role(aws, source=GROUP.replace("nightly", "other"))
    fired = aws.fire(arn)
    assert (fired.outcomes, fired.dead_letter) == (["AccessDeniedException"], None)
    with pytest.raises(ClientError) as failed:
        again(aws)
    assert "must allow AWS EventBridge Scheduler to assume the role" in str(failed.value)


def test_a_role_that_was_just_made_takes_no_schedule_yet(
    aws: Simulator, clock: SimulatedClock
) -> None:
    schedule(aws)
    aws.vaults.roles_ready_at[ROLE] = clock.monotonic() + 10
    with pytest.raises(ClientError) as failed:
        again(aws)
    assert failed.value.response["Error"]["Code"] == "ValidationException"
    clock.skip(10)
    again(aws)


def test_groups_that_are_there_already_or_not_at_all_are_refused(aws: Simulator) -> None:
    schedule(aws)
    scheduler = client(aws.url, "scheduler")
    with pytest.raises(scheduler.exceptions.ConflictException):
        scheduler.create_schedule_group(Name="nightly")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        scheduler.delete_schedule_group(Name="other")
    with pytest.raises(scheduler.exceptions.ResourceNotFoundException):
        again(aws, group="other")


def test_a_person_lets_a_schedule_fire_over_http(aws: Simulator, dynamodb: DynamoDBClient) -> None:
    schedule(aws)
    said = json.dumps({"schedule": "orders"}).encode()
    with urllib.request.urlopen(f"{aws.url}/_sim/fire", said) as answer:
        fired = json.load(answer)
    assert fired["outcomes"] == ["OK"]
    assert len(dynamodb.list_backups(TableName="orders")["BackupSummaries"]) == 1


def test_the_log_and_faults_name_the_calls_of_scheduler(aws: Simulator) -> None:
    arn = schedule(aws)
    scheduler = client(aws.url, "scheduler")
    aws.fault(Fault("GetSchedule", code="ThrottlingException", status=429, times=1))
    with pytest.raises(scheduler.exceptions.ThrottlingException):
        scheduler.get_schedule(Name="orders", GroupName="nightly")
    assert scheduler.get_schedule(Name="orders", GroupName="nightly")["Arn"] == arn
    scheduler.delete_schedule(Name="orders", GroupName="nightly")
    assert [(call.api, call.params["GroupName"], call.outcome) for call in aws.calls] == [
        ("GetSchedule", "nightly", "ThrottlingException"),
        ("GetSchedule", "nightly", "OK"),
        ("DeleteSchedule", "nightly", "OK"),
    ]
