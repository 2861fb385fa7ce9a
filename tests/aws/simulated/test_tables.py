"""The simulator itself, where other tests would show nothing if it were wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION, client, create_table
from tests.aws.restores import add_backup
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

ELSEWHERE = "us-east-1"


@pytest.fixture(autouse=True)
def no_call_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def elsewhere(aws: Simulator) -> DynamoDBClient:
    """The table `orders` of another region."""
    dynamodb = client(aws, ELSEWHERE)
    create_table(dynamodb, "orders")
    aws.calls.clear()
    return dynamodb


def code(failed: pytest.ExceptionInfo[ClientError]) -> str:
    return failed.value.response["Error"]["Code"]


def test_a_backup_is_creating_for_as_long_as_it_is_told(
    aws: Simulator, dynamodb: DynamoDBClient, clock: SimulatedClock
) -> None:
    aws.creating_seconds = 10
    arn = dynamodb.create_backup(TableName="orders", BackupName="one")["BackupDetails"]["BackupArn"]

    def status() -> str:
        described = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]
        return described["BackupDetails"]["BackupStatus"]

    clock.skip(9.9)
    assert status() == "CREATING"
    clock.skip(0.2)
    assert status() == "AVAILABLE"


def test_a_table_whose_backup_is_creating_takes_no_other_and_cannot_be_deleted(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 10
    dynamodb.create_backup(TableName="orders", BackupName="one")
    with pytest.raises(ClientError) as failed:
        dynamodb.create_backup(TableName="orders", BackupName="two")
    assert code(failed) == "BackupInUseException"
    with pytest.raises(ClientError) as failed:
        dynamodb.delete_table(TableName="orders")
    assert code(failed) == "ResourceInUseException"


def test_a_rate_is_refused_beyond_its_limit_and_refills(
    aws: Simulator, dynamodb: DynamoDBClient, clock: SimulatedClock
) -> None:
    aws.limits = {"DescribeTable": 5}
    for _ in range(5):
        dynamodb.describe_table(TableName="orders")
    with pytest.raises(ClientError) as failed:
        dynamodb.describe_table(TableName="orders")
    assert code(failed) == "ThrottlingException"
    clock.skip(0.2)
    dynamodb.describe_table(TableName="orders")


def test_lists_come_in_pages_of_a_hundred(aws: Simulator, dynamodb: DynamoDBClient) -> None:
    for number in range(250):
        dynamodb.create_backup(TableName="orders", BackupName=f"backup-{number:03}")
    aws.calls.clear()
    pages = list(dynamodb.get_paginator("list_backups").paginate(TableName="orders"))
    assert [len(page["BackupSummaries"]) for page in pages] == [100, 100, 50]
    found = {one["BackupName"] for page in pages for one in page["BackupSummaries"]}
    assert len(found) == 250


def test_lists_are_filtered_by_time_and_type(aws: Simulator, dynamodb: DynamoDBClient) -> None:
    dynamodb.create_backup(TableName="orders", BackupName="old")
    aws.age_backups(3600)
    dynamodb.create_backup(TableName="orders", BackupName="new")
    lately = datetime.now(timezone.utc) - timedelta(minutes=10)

    def names(answer: object) -> list[str]:
        assert isinstance(answer, dict)
        return [one["BackupName"] for one in answer["BackupSummaries"]]

    assert names(dynamodb.list_backups(TimeRangeLowerBound=lately)) == ["new"]
    assert names(dynamodb.list_backups(TimeRangeUpperBound=lately)) == ["old"]
    assert names(dynamodb.list_backups(BackupType="SYSTEM")) == []
    assert names(dynamodb.list_backups(BackupType="USER")) == ["old", "new"]


def test_a_fault_happens_to_the_calls_it_names_and_is_in_the_log(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.fault(Fault("DescribeTable", code="Odd", status=418, first=2, times=1))
    dynamodb.describe_table(TableName="orders")
    with pytest.raises(ClientError) as failed:
        dynamodb.describe_table(TableName="orders")
    dynamodb.describe_table(TableName="orders")
    assert code(failed) == "Odd"
    assert [call.outcome for call in aws.calls] == ["OK", "Odd", "OK"]


def test_a_fault_of_one_region_happens_in_no_other(
    aws: Simulator, dynamodb: DynamoDBClient, elsewhere: DynamoDBClient
) -> None:
    aws.fault(Fault("DescribeTable", code="Odd", status=418, region=ELSEWHERE))
    dynamodb.describe_table(TableName="orders")
    with pytest.raises(ClientError) as failed:
        elsewhere.describe_table(TableName="orders")
    assert code(failed) == "Odd"
    assert [(call.region, call.outcome) for call in aws.calls] == [
        (REGION, "OK"),
        (ELSEWHERE, "Odd"),
    ]


def test_each_region_has_a_rate_of_its_own(
    aws: Simulator, dynamodb: DynamoDBClient, elsewhere: DynamoDBClient
) -> None:
    aws.limits = {"DescribeTable": 1}
    dynamodb.describe_table(TableName="orders")
    elsewhere.describe_table(TableName="orders")
    for client_ in (dynamodb, elsewhere):
        with pytest.raises(ClientError) as failed:
            client_.describe_table(TableName="orders")
        assert code(failed) == "ThrottlingException"


def test_a_backup_that_is_creating_holds_up_only_the_table_of_its_own_region(
    aws: Simulator, dynamodb: DynamoDBClient, elsewhere: DynamoDBClient
) -> None:
    aws.creating_seconds = 10
    dynamodb.create_backup(TableName="orders", BackupName="one")
    elsewhere.create_backup(TableName="orders", BackupName="one")
    with pytest.raises(ClientError) as failed:
        elsewhere.create_backup(TableName="orders", BackupName="two")
    assert code(failed) == "BackupInUseException"


def test_sts_is_refused_in_its_own_format(aws: Simulator) -> None:
    """DynamoDB's is JSON, in which a client of STS finds no code."""
    aws.fault(Fault("GetCallerIdentity", code="AccessDenied", message="no", status=403))
    sts = boto3.client(
        "sts",
        region_name=REGION,
        endpoint_url=aws.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    with pytest.raises(ClientError) as failed:
        sts.get_caller_identity()
    assert failed.value.response["Error"] == {"Code": "AccessDenied", "Message": "no"}


# What AWS answers, by records of it


def told(failed: pytest.ExceptionInfo[ClientError]) -> str:
    error = failed.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_a_backup_of_a_table_that_is_creating_finds_no_table(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.table_status["orders"] = "CREATING"
    with pytest.raises(ClientError) as failed:
        dynamodb.create_backup(TableName="orders", BackupName="one")
    assert told(failed) == "TableNotFoundException: Table not found: orders"
    for status in ("UPDATING", "DELETING", "ACTIVE"):
        aws.table_status["orders"] = status
        dynamodb.create_backup(TableName="orders", BackupName="one")


def test_a_small_table_takes_several_backups_and_may_be_deleted_meanwhile(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 10
    aws.several_backups = aws.deletes_backed_up = True
    for name in ("one", "two"):
        dynamodb.create_backup(TableName="orders", BackupName=name)
    dynamodb.delete_table(TableName="orders")
    assert len(dynamodb.list_backups()["BackupSummaries"]) == 2


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:dynamodb:eu-west-1:999999999999:table/t/backup/01-ab",
         "AccessDeniedException: Access is denied"),
        ("arn:aws:dynamodb:moon-1:123456789012:table/t/backup/01-ab",
         "ValidationException: BackupArn is not valid"),
        ("arn:moon:dynamodb:eu-west-1:123456789012:table/t/backup/01-ab",
         "ValidationException: BackupArn is not valid"),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders-of-2026",
         "ValidationException: Invalid Backup ARN"),
    ],
)  # fmt: skip
def test_an_arn_of_no_backup_of_this_account_is_refused(
    aws: Simulator, dynamodb: DynamoDBClient, arn: str, words: str
) -> None:
    for call in (dynamodb.describe_backup, dynamodb.delete_backup):
        with pytest.raises(ClientError) as failed:
            call(BackupArn=arn)
        assert told(failed) == words


def test_an_arn_of_another_region_is_answered_as_one_of_this(
    aws: Simulator, dynamodb: DynamoDBClient, elsewhere: DynamoDBClient
) -> None:
    made = elsewhere.create_backup(TableName="orders", BackupName="one")["BackupDetails"]
    details = dynamodb.describe_backup(BackupArn=made["BackupArn"])["BackupDescription"]
    assert details["BackupDetails"]["BackupArn"] == made["BackupArn"].replace(ELSEWHERE, REGION)


def test_a_backup_of_dynamodbs_own_can_not_be_deleted(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    arn = add_backup(REGION, "orders", "orders$DeletedTableBackup", "SYSTEM")
    assert arn.endswith("-00000000")
    with pytest.raises(ClientError) as failed:
        dynamodb.delete_backup(BackupArn=arn)
    assert "User is not allowed to delete the system backup" in told(failed)


def test_a_list_is_half_open_to_the_millisecond_and_of_users_backups(
    aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    made = dynamodb.create_backup(TableName="orders", BackupName="one")["BackupDetails"]
    add_backup(REGION, "orders", "orders$DeletedTableBackup", "SYSTEM")
    (listed,) = dynamodb.list_backups()["BackupSummaries"]
    assert listed["BackupArn"] == made["BackupArn"]
    moment = listed["BackupCreationDateTime"]
    later = moment + timedelta(milliseconds=1)
    assert dynamodb.list_backups(TimeRangeLowerBound=moment)["BackupSummaries"]
    assert not dynamodb.list_backups(TimeRangeUpperBound=moment)["BackupSummaries"]
    assert dynamodb.list_backups(TimeRangeUpperBound=later)["BackupSummaries"]
    assert not dynamodb.list_backups(TimeRangeLowerBound=later)["BackupSummaries"]
    with pytest.raises(ClientError) as failed:
        dynamodb.list_backups(TimeRangeLowerBound=later, TimeRangeUpperBound=moment)
    assert code(failed) == "ValidationException"
    assert dynamodb.list_backups(TableName="unknown")["BackupSummaries"] == []
    aws.tells_types = False
    assert "BackupType" not in dynamodb.list_backups()["BackupSummaries"][0]


def test_a_burst_is_let_through_before_the_rate_counts(
    aws: Simulator, dynamodb: DynamoDBClient, clock: SimulatedClock
) -> None:
    aws.limits, aws.bursts = {"DescribeTable": 5}, {"DescribeTable": 13}
    for _ in range(13):
        dynamodb.describe_table(TableName="orders")
    with pytest.raises(ClientError) as failed:
        dynamodb.describe_table(TableName="orders")
    assert code(failed) == "ThrottlingException"
    clock.skip(0.2)
    dynamodb.describe_table(TableName="orders")


# Restores


@pytest.fixture
def backup(dynamodb: DynamoDBClient) -> str:
    """A backup of `orders`; its ARN."""
    made = dynamodb.create_backup(TableName="orders", BackupName="one")
    return made["BackupDetails"]["BackupArn"]


def table_told(dynamodb: DynamoDBClient, table: str) -> Any:
    return dynamodb.describe_table(TableName=table)["Table"]


@pytest.mark.parametrize("stays", [True, False])
def test_the_summary_of_a_restore_goes_with_its_end_unless_it_is_to_stay(
    aws: Simulator, dynamodb: DynamoDBClient, clock: SimulatedClock, backup: str, stays: bool
) -> None:
    aws.restores.restoring_seconds, aws.restores.summary_stays = 10, stays
    dynamodb.restore_table_from_backup(TargetTableName="copy", BackupArn=backup)
    summary = table_told(dynamodb, "copy")["RestoreSummary"]
    taken = dynamodb.list_backups()["BackupSummaries"][0]["BackupCreationDateTime"]
    assert (summary["RestoreInProgress"], summary["RestoreDateTime"]) == (True, taken)
    clock.skip(11)
    assert ("RestoreSummary" in table_told(dynamodb, "copy")) is stays


@pytest.mark.parametrize(
    ("api", "parameters"),
    [
        ("describe_time_to_live", {}),
        ("describe_continuous_backups", {}),
        ("update_table", {"DeletionProtectionEnabled": True}),
        ("create_backup", {"BackupName": "two"}),
    ],
)
def test_a_table_that_is_being_restored_is_known_to_describe_table_alone(
    aws: Simulator, dynamodb: DynamoDBClient, backup: str, api: str, parameters: dict[str, Any]
) -> None:
    aws.restores.restoring_seconds = 10
    dynamodb.restore_table_from_backup(TargetTableName="copy", BackupArn=backup)
    with pytest.raises(ClientError) as failed:
        getattr(dynamodb, api)(TableName="copy", **parameters)
    assert code(failed) in ("ResourceNotFoundException", "TableNotFoundException")


def test_a_backup_takes_one_restore_at_a_time_and_is_not_deleted_meanwhile(
    aws: Simulator, dynamodb: DynamoDBClient, clock: SimulatedClock, backup: str
) -> None:
    aws.restores.restoring_seconds = 10
    dynamodb.restore_table_from_backup(TargetTableName="copy", BackupArn=backup)
    for call in (
        lambda: dynamodb.restore_table_from_backup(TargetTableName="copy-2", BackupArn=backup),
        lambda: dynamodb.delete_backup(BackupArn=backup),
    ):
        with pytest.raises(ClientError) as failed:
            call()
        assert code(failed) == "BackupInUseException"
    clock.skip(11)
    dynamodb.restore_table_from_backup(TargetTableName="copy-2", BackupArn=backup)


def test_a_table_that_is_being_deleted_keeps_its_name_and_tells_no_time_to_live(
    aws: Simulator, dynamodb: DynamoDBClient, clock: SimulatedClock, backup: str
) -> None:
    aws.restores.deleting_seconds = 10
    dynamodb.delete_table(TableName="orders")
    assert table_told(dynamodb, "orders")["TableStatus"] == "DELETING"
    with pytest.raises(ClientError) as failed:
        dynamodb.restore_table_from_backup(TargetTableName="orders", BackupArn=backup)
    assert code(failed) == "TableAlreadyExistsException"
    with pytest.raises(ClientError) as failed:
        dynamodb.describe_time_to_live(TableName="orders")
    assert code(failed) == "ValidationException"
    clock.skip(11)
    dynamodb.restore_table_from_backup(TargetTableName="orders", BackupArn=backup)


def test_an_empty_on_demand_throughput_is_refused_and_restored_all_the_same(
    dynamodb: DynamoDBClient, backup: str
) -> None:
    with pytest.raises(ClientError) as failed:
        dynamodb.restore_table_from_backup(
            TargetTableName="copy", BackupArn=backup, OnDemandThroughputOverride={}
        )
    assert code(failed) == "TableInUseException"
    assert table_told(dynamodb, "copy")["TableStatus"] == "ACTIVE"


def test_what_aws_may_leave_out_can_be_left_out(
    aws: Simulator, dynamodb: DynamoDBClient, backup: str
) -> None:
    aws.restores.sparse = True
    assert not {"TableId", "BillingModeSummary", "DeletionProtectionEnabled"} & set(
        table_told(dynamodb, "orders")
    )
    description = dynamodb.describe_backup(BackupArn=backup)["BackupDescription"]
    assert "SourceTableFeatureDetails" not in description
    assert not {"TableId", "BillingMode"} & set(description["SourceTableDetails"])
