"""Backups that exist: waiting on, looking up, deleting."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupDeletedError,
    BackupInUseError,
    BackupNotFoundError,
    Backups,
    Connection,
    ValidationError,
    WrongAccountError,
)
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

GONE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01700000000000-abcdef12"


@pytest.fixture
def arn(aws: Simulator, dynamodb: DynamoDBClient) -> str:
    """A backup made by somebody else."""
    made = dynamodb.create_backup(TableName="orders", BackupName="elsewhere")["BackupDetails"]
    aws.calls.clear()
    return made["BackupArn"]


def test_a_finished_backup_is_taken_over_with_one_look(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    record = backups.resume(arn)
    assert (record.backup_name, record.backup_status) == ("elsewhere", "AVAILABLE")
    assert aws.count("CreateBackup") == 0


def test_a_backup_that_is_gone_is_looked_for_four_times_and_then_told(
    aws: Simulator, backups: Backups
) -> None:
    with pytest.raises(BackupNotFoundError):
        backups.resume(GONE)
    assert aws.count("DescribeBackup") == 4


def test_a_backup_deleted_during_the_wait_ends_it_at_once(
    aws: Simulator, backups: Backups, arn: str, clock: SimulatedClock
) -> None:
    aws.backup_status[arn] = "DELETED"
    with pytest.raises(BackupDeletedError) as failed:
        backups.resume(arn)
    assert failed.value.unfinished is None
    assert clock.slept == []


def test_the_region_in_the_arn_goes_before_the_connections(
    aws: Simulator, backups: Backups, connection: Connection, arn: str
) -> None:
    elsewhere = replace(backups, connection=replace(connection, region="us-east-1"))
    found = elsewhere.describe(arn)
    assert found is not None
    assert found.region == "eu-west-1"


def test_a_backup_that_is_gone_is_none_in_its_own_account(backups: Backups) -> None:
    assert backups.describe(GONE) is None


def test_a_backup_that_is_not_found_from_another_account_is_not_taken_for_gone(
    backups: Backups,
) -> None:
    with pytest.raises(WrongAccountError):
        backups.describe(GONE.replace("123456789012", "999999999999"))


def test_a_look_up_that_is_denied_is_no_sign_that_a_backup_is_gone(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError):
        backups.describe(arn)


def test_a_backup_is_deleted_once_and_then_is_gone(
    backups: Backups, arn: str, dynamodb: DynamoDBClient
) -> None:
    assert backups.delete(arn) is True
    assert dynamodb.list_backups(TableName="orders")["BackupSummaries"] == []
    assert backups.delete(arn) is False


def test_a_backup_in_use_is_deleted_as_soon_as_it_can_be(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 100
    made = dynamodb.create_backup(TableName="orders", BackupName="slow")["BackupDetails"]
    assert backups.delete(made["BackupArn"]) is True
    assert aws.count("DeleteBackup") > 2


def test_a_backup_in_use_until_the_timeout_is_not_deleted_and_told(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 100
    made = dynamodb.create_backup(TableName="orders", BackupName="slow")["BackupDetails"]
    with pytest.raises(BackupInUseError) as failed:
        backups.delete(made["BackupArn"], timeout_seconds=60)
    assert failed.value.facts.backup_arn == made["BackupArn"]


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "orders",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        "arn:aws:backup:eu-west-1:123456789012:recovery-point:1",
    ],
)
def test_what_is_no_backup_arn_is_refused_without_a_call(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    with pytest.raises(ValidationError):
        backups.delete(arn)
    assert aws.calls == []
