"""Backups that exist: waiting on, looking up, deleting."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupDeletedError,
    BackupInUseError,
    BackupNotFoundError,
    BackupRequest,
    Backups,
    Connection,
    RejectedError,
    ValidationError,
    WrongAccountError,
)
from tests.aws.conftest import Heard
from tests.aws.restores import add_backup
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


THEIRS = GONE.replace("123456789012", "999999999999")


@pytest.fixture(params=[True, False], ids=["access denied", "not found"])
def foreign(request: pytest.FixtureRequest, aws: Simulator) -> str:
    """The ARN of a backup of another account, and both ways to answer for it."""
    aws.hides_foreign = request.param
    return THEIRS


@pytest.mark.parametrize("call", ["describe", "delete", "resume"])
def test_a_backup_of_another_account_is_told_as_that_and_not_taken_for_gone(
    backups: Backups, foreign: str, call: str
) -> None:
    with pytest.raises(WrongAccountError) as failed:
        getattr(backups, call)(foreign)
    assert failed.value.facts.detail == "ending in 9012"
    assert foreign in str(failed.value)


def test_whoever_was_denied_by_awss_own_words_is_not_asked_of_sts(
    aws: Simulator, backups: Backups
) -> None:
    words = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: it"
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", message=words, status=400))
    with pytest.raises(WrongAccountError):
        backups.describe(THEIRS)
    with pytest.raises(AccessDeniedError) as failed:
        backups.describe(GONE)
    assert words in str(failed.value)
    assert aws.count("GetCallerIdentity") == 0


# STS out of reach, as from a network that leads to DynamoDB alone


OUT_OF_REACH = [
    pytest.param({"kind": "close_before"}, id="no connection"),
    pytest.param({"code": "AccessDenied", "status": 403}, id="denied"),
    pytest.param({"code": "Throttling", "status": 400}, id="throttled"),
]


@pytest.fixture(params=OUT_OF_REACH)
def no_sts(
    request: pytest.FixtureRequest, aws: Simulator, connection: Connection, backups: Backups
) -> Backups:
    """Through a connection of its own, so that no test before has told whose account it leads to."""
    aws.fault(Fault("GetCallerIdentity", **request.param))
    own = replace(connection, access_key=re.sub(r"\W", "", request.node.name))
    return replace(backups, connection=own)


def test_without_sts_the_table_itself_tells_the_account(
    aws: Simulator, no_sts: Backups, clock: SimulatedClock, heard: Heard
) -> None:
    began = clock.monotonic()
    assert no_sts.describe(GONE) is None
    assert aws.count("DescribeTable") == 1
    assert heard.notices == []
    assert clock.monotonic() - began <= 15


def test_without_sts_and_the_table_another_backup_tells_the_account(
    aws: Simulator, no_sts: Backups, dynamodb: DynamoDBClient, heard: Heard
) -> None:
    dynamodb.create_backup(TableName="orders", BackupName="another")
    assert no_sts.delete(GONE.replace("orders", "long-gone")) is False
    assert aws.count("ListBackups") == 1
    assert heard.notices == []


def test_without_sts_a_backup_of_another_account_is_still_told_as_that(
    no_sts: Backups, foreign: str
) -> None:
    with pytest.raises(WrongAccountError):
        no_sts.describe(foreign)


def test_an_answer_that_has_told_the_account_spares_sts(aws: Simulator, no_sts: Backups) -> None:
    no_sts.create(BackupRequest("orders", backup_name="orders-1"))
    assert no_sts.describe(GONE) is None
    assert aws.count("GetCallerIdentity") == 0


@pytest.mark.parametrize("call", ["describe", "delete"])
def test_with_nothing_to_tell_the_account_awss_answer_stands_and_the_doubt_is_told(
    aws: Simulator, no_sts: Backups, clock: SimulatedClock, heard: Heard, call: str
) -> None:
    """Of another account's backup, AWS would not have said "not found"."""
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400))
    began = clock.monotonic()
    assert not getattr(no_sts, call)(GONE)
    assert clock.monotonic() - began <= 15
    (notice,) = heard.notices
    assert GONE in notice
    assert "could not be checked (sts:GetCallerIdentity: " in notice


def test_with_nothing_to_tell_the_account_a_denial_stays_one(
    aws: Simulator, no_sts: Backups
) -> None:
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        no_sts.describe(THEIRS)
    assert "credentials of the right account" in str(failed.value)


def test_sts_may_tell_the_next_time(aws: Simulator, no_sts: Backups, heard: Heard) -> None:
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400))
    no_sts.describe(GONE)
    aws.forget_faults()
    assert no_sts.describe(GONE) is None
    assert len(heard.notices) == 1


def test_a_look_up_that_is_denied_is_no_sign_that_a_backup_is_gone(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError):
        backups.describe(arn)


def test_a_backup_of_dynamodbs_own_is_not_deleted_and_told_in_awss_words(
    aws: Simulator, backups: Backups
) -> None:
    own = add_backup("eu-west-1", "orders", "orders$DeletedTableBackup", "SYSTEM")
    with pytest.raises(RejectedError) as failed:
        backups.delete(own)
    assert "User is not allowed to delete the system backup" in str(failed.value)
    assert backups.describe(own) is not None


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
