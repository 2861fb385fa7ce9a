"""Taking a backup: what is asked of AWS, what comes back, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupRequest,
    Backups,
    BackupsNotEnabledError,
    BackupTimeoutError,
    ConfigurationError,
    Connection,
    CredentialsError,
    TableNotFoundError,
    ValidationError,
    WrongTableError,
)
from pulumi_ddb_backup.aws.calls.rate import Api
from tests.aws.conftest import Heard, client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

ORDERS = BackupRequest("orders", backup_name="orders-release-42")
BY_PREFIX = BackupRequest("orders", backup_name_prefix="orders-")


def apis(aws: Simulator) -> list[str]:
    return [call.api for call in aws.calls]


@pytest.mark.scenario("Custom Backup Name")
def test_a_backup_is_taken_and_is_available(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    for number in range(3):
        dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})
    aws.calls.clear()
    record = backups.create(ORDERS)
    assert apis(aws) == ["DescribeTable", "CreateBackup", "DescribeBackup"]
    told = dynamodb.describe_backup(BackupArn=record.backup_arn)["BackupDescription"]
    assert told["BackupDetails"]["BackupStatus"] == record.backup_status == "AVAILABLE"
    assert told["BackupDetails"]["BackupName"] == record.backup_name == "orders-release-42"
    assert told["BackupDetails"]["BackupSizeBytes"] == record.backup_size_bytes
    assert told["BackupDetails"]["BackupCreationDateTime"] == record.backup_creation_date_time
    assert record.table_name == "orders"
    assert record.table_arn == told["SourceTableDetails"]["TableArn"]
    assert record.region == "eu-west-1"
    assert record.item_count == 3
    assert record.elapsed_seconds == 0


def test_a_backup_is_waited_for_with_progress(
    aws: Simulator, backups: Backups, clock: SimulatedClock, heard: Heard
) -> None:
    aws.creating_seconds = 47
    record = backups.create(ORDERS)
    assert record.backup_status == "AVAILABLE"
    assert record.elapsed_seconds is not None
    assert 47 <= record.elapsed_seconds <= 52
    assert aws.count("CreateBackup") == 1
    assert aws.count("DescribeBackup") == len(clock.slept) == len(heard.looks)
    assert heard.notices == [
        f"Backup 'orders-release-42' of table 'orders' started: {record.backup_arn}"
    ]
    look = heard.looks[-1]
    assert (look.subject, look.status, look.table_name) == ("Backup", "CREATING", "orders")
    assert look.backup_arn == record.backup_arn
    assert look.elapsed_seconds + look.remaining_seconds == 1800
    assert re.fullmatch(r"Backup status: CREATING, Elapsed: \d+s", look.line)


@pytest.mark.scenario("Auto-Generated Name")
def test_a_name_is_made_from_a_prefix_and_is_unique_across_calls(backups: Backups) -> None:
    first = backups.create(replace(BY_PREFIX, identity="0123abcd"))
    second = backups.create(replace(BY_PREFIX, identity="4567cdef"))
    pattern = r"orders-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}"
    assert re.fullmatch(pattern, first.backup_name)
    assert re.fullmatch(pattern, second.backup_name)
    assert first.backup_name != second.backup_name


@pytest.mark.scenario("Regional Configuration")
def test_a_table_arn_leads_to_its_region(aws: Simulator, backups: Backups) -> None:
    arn = create_table(client(aws, "us-east-1"), "users")
    record = backups.create(BackupRequest(arn, backup_name="users-1"))
    assert record.table_arn == arn
    assert record.region == "us-east-1"


def test_a_table_arn_of_another_account_is_refused_before_anything_is_made(
    aws: Simulator, backups: Backups
) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:999999999999:table/orders"
    with pytest.raises(WrongTableError) as failed:
        backups.create(BackupRequest(arn, backup_name="orders-1"))
    assert failed.value.facts.detail.endswith(":table/orders")
    assert aws.count("CreateBackup") == 0


@pytest.mark.scenario("Table Validation")
def test_a_table_that_is_not_there_is_refused_in_the_words_of_the_spec(
    aws: Simulator, backups: Backups
) -> None:
    with pytest.raises(TableNotFoundError) as failed:
        backups.create(BackupRequest("nowhere", backup_name="nowhere-1"))
    assert str(failed.value).startswith(
        "Table Validation Failed: DynamoDB table 'nowhere' does not exist in region 'eu-west-1'."
    )
    assert apis(aws) == ["DescribeTable"]


@pytest.mark.scenario("Table Validation")
def test_a_table_in_another_region_is_not_there(aws: Simulator, backups: Backups) -> None:
    create_table(client(aws, "us-east-1"), "users")
    with pytest.raises(TableNotFoundError) as failed:
        backups.create(BackupRequest("users", backup_name="users-1"))
    assert failed.value.facts.region == "eu-west-1"


def test_a_new_table_is_retried_while_its_backups_are_being_enabled(
    aws: Simulator, backups: Backups, heard: Heard
) -> None:
    aws.enabling_seconds = 120
    create_table(client(aws), "fresh")
    record = backups.create(BackupRequest("fresh", backup_name="fresh-1"))
    assert record.backup_status == "AVAILABLE"
    assert aws.count("CreateBackup") > 4
    assert "enabling backups of the new table 'fresh'" in heard.looks[0].status


def test_a_new_table_whose_backups_are_not_enabled_in_time_ends_at_the_timeout(
    aws: Simulator, backups: Backups
) -> None:
    aws.enabling_seconds = 600
    create_table(client(aws), "fresh")
    with pytest.raises(BackupsNotEnabledError) as failed:
        backups.create(BackupRequest("fresh", backup_name="fresh-1", timeout_seconds=60))
    assert failed.value.facts.record is None


def test_a_lock_of_seconds_is_outlasted(aws: Simulator, backups: Backups, heard: Heard) -> None:
    words = "Table tags are being updated"
    aws.fault(
        Fault("CreateBackup", code="LimitExceededException", message=words, status=400, times=3)
    )
    assert backups.create(ORDERS).backup_status == "AVAILABLE"
    assert heard.looks[0].status == f"CreateBackup answered '{words}', trying again"


def test_continuous_backups_unavailable_in_other_words_fails_at_once(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("CreateBackup", code="ContinuousBackupsUnavailableException", status=400))
    with pytest.raises(BackupsNotEnabledError):
        backups.create(ORDERS)
    assert aws.count("CreateBackup") == 1


@pytest.mark.parametrize(
    ("api", "action"),
    [
        ("DescribeTable", "dynamodb:DescribeTable"),
        ("CreateBackup", "dynamodb:CreateBackup"),
        ("DescribeBackup", "dynamodb:DescribeBackup"),
    ],
)
def test_a_missing_permission_is_named_with_the_table(
    aws: Simulator, backups: Backups, api: str, action: str
) -> None:
    aws.fault(Fault(api, code="AccessDeniedException", status=400, message="User: arn:... is not"))
    with pytest.raises(AccessDeniedError) as failed:
        backups.create(ORDERS)
    assert failed.value.facts.action == action
    assert failed.value.facts.table_name == "orders"
    assert aws.count(api) == 1


def test_a_permission_missing_after_the_start_loses_no_backup(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("DescribeBackup", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        backups.create(ORDERS)
    assert failed.value.unfinished is not None
    assert failed.value.unfinished.backup_name == "orders-release-42"


def test_a_timeout_tells_the_arn_and_a_later_run_waits_for_the_same_backup(
    aws: Simulator, backups: Backups
) -> None:
    aws.creating_seconds = 90
    with pytest.raises(BackupTimeoutError) as failed:
        backups.create(replace(ORDERS, timeout_seconds=60))
    unfinished = failed.value.unfinished
    assert unfinished is not None
    assert unfinished.backup_status == "CREATING"
    record = backups.resume(unfinished.backup_arn)
    assert record.backup_status == "AVAILABLE"
    assert record.backup_arn == unfinished.backup_arn
    assert aws.count("CreateBackup") == 1


def test_nothing_is_asked_of_aws_with_inputs_that_break_a_rule(
    aws: Simulator, backups: Backups
) -> None:
    with pytest.raises(ValidationError) as failed:
        backups.create(BackupRequest("x", backup_name="?", timeout_seconds=1))
    assert [failure.property for failure in failed.value.failures] == [
        "table_name",
        "backup_name",
        "backup_name",
        "timeout",
    ]
    assert aws.calls == []


def test_no_credentials_is_one_sentence_and_no_call(
    aws: Simulator, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    anonymous = Connection(region="eu-west-3", endpoint_url=aws.url)
    with pytest.raises(CredentialsError):
        replace(backups, connection=anonymous).create(ORDERS)
    assert aws.calls == []


def test_no_region_anywhere_is_one_sentence_and_no_call(
    aws: Simulator, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    nowhere = Connection(endpoint_url=aws.url, access_key="test", secret_key="test")
    with pytest.raises(ConfigurationError):
        replace(backups, connection=nowhere).create(ORDERS)
    assert aws.calls == []


def test_a_region_has_one_rate_however_it_is_told(
    aws: Simulator, connection: Connection, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    slow = replace(connection, rate_limits=((Api.CREATE_BACKUP, 0.1),))
    for told in (slow, replace(slow, region=None), replace(slow, region=None)):
        replace(backups, connection=told).create(ORDERS)
    first, *later = [call.at for call in aws.calls if call.api == "CreateBackup"]
    assert [at - first for at in later] == pytest.approx([10, 20])
