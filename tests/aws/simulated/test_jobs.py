"""Backup jobs of AWS Backup in the simulator."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION, create_table
from tests.aws.simulated.asking import (
    ELSEWHERE,
    ROLE,
    TABLE,
    copy,
    job,
    point,
    refusal,
    start,
    state,
)
from tests.aws.simulator import Fault, Simulator
from tests.aws.simulator.backup.records import End
from tests.clock import SimulatedClock


def test_a_job_goes_through_its_states_by_the_clock(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.created_seconds, aws.vaults.pending_seconds = 60, 30
    aws.vaults.running_seconds = 200
    started = start(backup)
    seen = []
    for seconds in (0, 60, 30, 50, 150):
        clock.skip(seconds)
        told = job(backup, started)
        seen.append((told["State"], told["PercentDone"]))
    assert seen == [
        ("CREATED", "0.0"),
        ("PENDING", "0.0"),
        ("RUNNING", "0.0"),
        ("RUNNING", "25.0"),
        ("COMPLETED", "100.0"),
    ]
    arn = started["RecoveryPointArn"]
    assert point(backup, arn)["Status"] == "COMPLETED"


def test_a_recovery_point_is_creating_while_its_job_runs(aws: Simulator, backup: Any) -> None:
    aws.vaults.running_seconds = 60
    arn = start(backup)["RecoveryPointArn"]
    assert point(backup, arn)["Status"] == "CREATING"
    with pytest.raises(ClientError) as failed:
        backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    assert refusal(failed)[0] == "InvalidResourceStateException"


def test_a_job_takes_as_many_looks_as_it_is_told_whatever_the_time(
    aws: Simulator, backup: Any
) -> None:
    aws.vaults.looks = 2
    started = start(backup)
    assert [state(backup, started) for _ in range(3)] == ["RUNNING", "RUNNING", "COMPLETED"]


def test_without_the_advanced_features_the_point_is_a_backup_of_dynamodb_and_known_late(
    aws: Simulator, backup: Any, dynamodb: DynamoDBClient
) -> None:
    aws.vaults.advanced[REGION] = False
    aws.vaults.running_seconds = 60
    started = start(backup)
    assert "RecoveryPointArn" not in started
    assert "RecoveryPointArn" not in job(backup, started)
    aws.vaults.finish()
    arn = job(backup, started)["RecoveryPointArn"]
    assert arn.startswith(f"{TABLE}/backup/")
    assert dynamodb.list_backups()["BackupSummaries"] == []
    (listed,) = dynamodb.list_backups(BackupType="AWS_BACKUP")["BackupSummaries"]
    assert listed["BackupArn"] == arn
    with pytest.raises(ClientError) as failed:
        copy(backup, arn, aws.vaults.add_vault("far", ELSEWHERE))
    assert refusal(failed)[0] == "InvalidRequestException"


def test_dynamodb_lists_no_advanced_recovery_point(backup: Any, dynamodb: DynamoDBClient) -> None:
    start(backup)
    assert dynamodb.list_backups(BackupType="ALL")["BackupSummaries"] == []


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (End("FAILED", "Broken.", "InternalError"), ("FAILED", "Broken.", "InternalError")),
        (End("ABORTED", "Stopped."), ("ABORTED", "Stopped.", "SUCCESS")),
        (End("PARTIAL", "Some of it."), ("PARTIAL", "Some of it.", "SUCCESS")),
        (End(message="With issues.", category="Odd"), ("COMPLETED", "With issues.", "Odd")),
    ],
    ids=lambda value: value.state if isinstance(value, End) else "",
)
def test_a_job_ends_as_it_is_told(
    aws: Simulator, backup: Any, end: End, told: tuple[str, str, str]
) -> None:
    aws.vaults.ends.append(end)
    started = start(backup)
    seen = job(backup, started)
    assert (seen["State"], seen["StatusMessage"], seen["MessageCategory"]) == told
    there = backup.list_recovery_points_by_backup_vault(BackupVaultName="safe")["RecoveryPoints"]
    made = end.state in ("COMPLETED", "PARTIAL")
    assert [one["RecoveryPointArn"] for one in there] == [started["RecoveryPointArn"]] * made


def test_one_job_of_a_table_runs_and_the_next_begins_when_it_is_over(
    aws: Simulator, backup: Any, clock: SimulatedClock, dynamodb: DynamoDBClient
) -> None:
    create_table(dynamodb, "users")
    aws.vaults.running_seconds = 100
    first, second = start(backup), start(backup)
    other = start(backup, ResourceArn=TABLE.replace("orders", "users"))
    assert [state(backup, one) for one in (first, second, other)] == [
        "RUNNING",
        "CREATED",
        "RUNNING",
    ]
    clock.skip(101)
    assert [state(backup, one) for one in (first, second)] == ["COMPLETED", "RUNNING"]
    clock.skip(100)
    assert state(backup, second) == "COMPLETED"


def test_a_job_that_waits_for_too_long_expires_at_the_end_of_its_start_window(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.running_seconds = 2 * 3600
    first = start(backup)
    second = start(backup, StartWindowMinutes=60)
    clock.skip(3599)
    assert state(backup, second) == "CREATED"
    clock.skip(2)
    assert state(backup, second) == "EXPIRED"
    clock.skip(3600)
    assert state(backup, first) == "COMPLETED"


def test_a_job_that_is_stuck_stays_created_until_it_is_let_go(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.stuck.add("orders")
    started = start(backup)
    clock.skip(7 * 3600)
    assert state(backup, started) == "CREATED"
    aws.vaults.unstick()
    assert state(backup, started) == "COMPLETED"


def test_a_token_counts_for_an_hour(aws: Simulator, backup: Any, clock: SimulatedClock) -> None:
    first = start(backup, IdempotencyToken="one")
    clock.skip(3599)
    assert start(backup, IdempotencyToken="one")["BackupJobId"] == first["BackupJobId"]
    with pytest.raises(ClientError) as failed:
        start(backup, IdempotencyToken="one", StartWindowMinutes=90)
    assert refusal(failed)[0] == "InvalidParameterValueException"
    clock.skip(2)
    assert start(backup, IdempotencyToken="one")["BackupJobId"] != first["BackupJobId"]


def test_a_token_brings_back_the_job_of_a_point_that_is_gone(backup: Any) -> None:
    first = start(backup, IdempotencyToken="one")
    arn = first["RecoveryPointArn"]
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    again = start(backup, IdempotencyToken="one")
    assert job(backup, again)["State"] == "COMPLETED"
    with pytest.raises(ClientError) as failed:
        point(backup, arn)
    assert refusal(failed)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"BackupVaultName": "none"}, "AccessDeniedException", "Insufficient privileges"),
        ({"ResourceArn": "orders"}, "InvalidParameterValueException", "Invalid ARN"),
        ({"StartWindowMinutes": 59}, "InvalidParameterValueException", "at least 60"),
        (
            {"Lifecycle": {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 99}},
            "InvalidParameterValueException",
            "less than 90 days apart",
        ),
    ],
    ids=["vault", "table", "window", "lifecycle"],
)
def test_what_aws_can_see_at_once_is_refused_before_there_is_a_job(
    backup: Any, given: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError) as failed:
        start(backup, **given)
    assert refusal(failed)[0] == code
    assert words in refusal(failed)[1]
    assert backup.list_backup_jobs()["BackupJobs"] == []


def test_a_new_role_cannot_be_assumed_at_once(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.roles_ready_at[ROLE] = clock.monotonic() + 60
    with pytest.raises(ClientError) as failed:
        start(backup, IdempotencyToken="one")
    assert refusal(failed) == (
        "InvalidParameterValueException",
        f"IAM Role {ROLE} cannot be assumed by AWS Backup",
    )
    clock.skip(61)
    assert state(backup, start(backup, IdempotencyToken="one")) == "COMPLETED"


def test_a_region_that_has_not_opted_in_refuses(aws: Simulator, backup: Any) -> None:
    backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})
    told = backup.describe_region_settings()
    assert told["ResourceTypeOptInPreference"]["DynamoDB"] is False
    assert told["ResourceTypeManagementPreference"]["DynamoDB"] is True
    with pytest.raises(ClientError) as failed:
        start(backup)
    assert refusal(failed)[0] == "InvalidRequestException"


def test_a_table_that_is_gone_fails_the_job(backup: Any) -> None:
    started = start(backup, ResourceArn=TABLE.replace("orders", "gone"))
    assert state(backup, started) == "FAILED"


def test_jobs_are_listed_in_pages_and_filtered(aws: Simulator, backup: Any) -> None:
    aws.vaults.ends.append(End("FAILED", times=1))
    failed, *good = [start(backup)["BackupJobId"] for _ in range(5)]
    listed = backup.list_backup_jobs(ByState="FAILED", ByResourceArn=TABLE)["BackupJobs"]
    assert [one["BackupJobId"] for one in listed] == [failed]
    first = backup.list_backup_jobs(MaxResults=3)
    rest = backup.list_backup_jobs(MaxResults=3, NextToken=first["NextToken"])
    told = [one["BackupJobId"] for one in (*first["BackupJobs"], *rest["BackupJobs"])]
    assert told == [*reversed(good), failed]
    assert "NextToken" not in rest


def test_a_job_that_has_not_begun_can_be_stopped(aws: Simulator, backup: Any) -> None:
    aws.vaults.running_seconds = 100
    running, waiting = start(backup), start(backup)
    backup.stop_backup_job(BackupJobId=waiting["BackupJobId"])
    assert state(backup, waiting) == "ABORTED"
    with pytest.raises(ClientError) as failed:
        backup.stop_backup_job(BackupJobId=running["BackupJobId"])
    assert refusal(failed)[0] == "InvalidRequestException"


def test_the_log_faults_and_limits_name_the_calls_of_aws_backup(
    aws: Simulator, backup: Any
) -> None:
    aws.calls.clear()
    aws.limits = {"DescribeBackupJob": 1}
    aws.fault(Fault("StartBackupJob", code="Odd", status=418, times=1, table="orders"))
    with pytest.raises(ClientError) as failed:
        start(backup)
    assert refusal(failed)[0] == "Odd"
    started = start(backup)
    job(backup, started)
    with pytest.raises(ClientError) as failed:
        job(backup, started)
    assert refusal(failed)[0] == "ThrottlingException"
    assert [(call.api, call.service, call.table, call.outcome) for call in aws.calls] == [
        ("StartBackupJob", "backup", "orders", "Odd"),
        ("StartBackupJob", "backup", "orders", "OK"),
        ("DescribeBackupJob", "backup", "orders", "OK"),
        ("DescribeBackupJob", "backup", "orders", "ThrottlingException"),
    ]


def test_an_answer_may_be_lost_after_the_job_has_begun(aws: Simulator, backup: Any) -> None:
    aws.fault(Fault("StartBackupJob", kind="error_after", times=1))
    with pytest.raises(ClientError):
        start(backup, IdempotencyToken="one")
    start(backup, IdempotencyToken="one")
    assert len(backup.list_backup_jobs()["BackupJobs"]) == 1


def control(aws: Simulator, action: str, said: dict[str, Any]) -> dict[str, Any]:
    with urllib.request.urlopen(f"{aws.url}/_sim/{action}", json.dumps(said).encode()) as told:
        return dict(json.load(told))


def test_jobs_are_controlled_over_http(aws: Simulator, backup: Any) -> None:
    ends = [{"state": "FAILED", "message": "Broken.", "times": 1}]
    control(aws, "set", {"vaults.running_seconds": 60, "vaults.ends": ends, "vaults.stuck": ["b"]})
    first = start(backup)
    assert state(backup, first) == "RUNNING"
    control(aws, "finish", {})
    assert state(backup, first) == "FAILED"
    assert state(backup, start(backup)) == "COMPLETED"
    assert aws.vaults.stuck == {"b"}


@pytest.mark.parametrize(
    ("action", "said"),
    [("set", {"vaults.odd": 1}), ("fire", {"schedule": "none"}), ("odd", {})],
    ids=["setting", "schedule", "control"],
)
def test_a_control_that_is_not_understood_is_refused(
    aws: Simulator, action: str, said: dict[str, Any]
) -> None:
    with pytest.raises(urllib.error.HTTPError) as failed:
        control(aws, action, said)
    with failed.value as answer:
        assert answer.code == 400
        assert json.load(answer)["error"]
