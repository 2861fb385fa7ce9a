"""Finding backups: all pages, what is left out, and what is refused before AWS is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupError,
    Backups,
    BackupSummary,
    Stage,
    ThrottledError,
    ValidationError,
)
from pulumi_ddb_backup.aws.rules.choices import BackupType
from tests.aws.conftest import REGION, client, create_table
from tests.aws.restores import add_backup
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

Take = Callable[..., str]


@pytest.fixture
def take(aws: Simulator, dynamodb: DynamoDBClient) -> Take:
    """Makes a backup that is so many seconds older than the one made next; gives its ARN."""

    def take(name: str, table: str = "orders", then: float = 60) -> str:
        made = dynamodb.create_backup(TableName=table, BackupName=name)["BackupDetails"]
        aws.age_backups(then)
        return made["BackupArn"]

    return take


def names(found: list[BackupSummary]) -> list[str]:
    return [backup.backup_name for backup in found]


def test_two_hundred_and_fifty_backups_are_found_on_all_pages_newest_first(
    aws: Simulator, backups: Backups, take: Take
) -> None:
    for number in range(250):
        take(f"backup-{number:03}")
    aws.calls.clear()
    found = backups.find("orders")
    assert names(found) == [f"backup-{number:03}" for number in reversed(range(250))]
    assert aws.count("ListBackups") == len(aws.calls) == 3


def test_a_summary_holds_what_aws_tells(
    backups: Backups, take: Take, dynamodb: DynamoDBClient
) -> None:
    take("orders-1")
    (told,) = dynamodb.list_backups()["BackupSummaries"]
    (found,) = backups.find("orders")
    assert found == BackupSummary(
        backup_arn=told["BackupArn"],
        backup_name="orders-1",
        backup_status="AVAILABLE",
        backup_type="USER",
        table_name="orders",
        table_arn=told["TableArn"],
        region=REGION,
        table_id=told["TableId"],
        backup_size_bytes=123,
        backup_creation_date_time=told["BackupCreationDateTime"],
    )


def test_no_table_means_all_tables_of_the_region(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, take: Take
) -> None:
    create_table(dynamodb, "users")
    elsewhere = client(aws, "us-east-1")
    create_table(elsewhere, "orders")
    elsewhere.create_backup(TableName="orders", BackupName="elsewhere")
    take("orders-1")
    take("users-1", table="users")
    assert names(backups.find()) == ["users-1", "orders-1"]
    assert names(backups.find("users")) == ["users-1"]


def test_a_table_arn_leads_to_its_region(aws: Simulator, backups: Backups) -> None:
    elsewhere = client(aws, "us-east-1")
    arn = create_table(elsewhere, "orders")
    elsewhere.create_backup(TableName="orders", BackupName="elsewhere")
    (found,) = backups.find(arn)
    assert (found.region, found.table_arn) == ("us-east-1", arn)


def test_backups_of_a_table_in_another_account_are_not_found(backups: Backups, take: Take) -> None:
    take("orders-1")
    assert backups.find(f"arn:aws:dynamodb:{REGION}:999999999999:table/orders") == []


def test_the_backups_of_a_table_that_is_gone_are_found(
    backups: Backups, dynamodb: DynamoDBClient, take: Take
) -> None:
    take("orders-1")
    dynamodb.delete_table(TableName="orders")
    assert names(backups.find("orders")) == ["orders-1"]


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("USER", ["mine"]),
        ("SYSTEM", ["orders$DeletedTableBackup"]),
        ("AWS_BACKUP", ["awsbackup-1"]),
        ("ALL", ["awsbackup-1", "orders$DeletedTableBackup", "mine"]),
    ],
)
def test_a_type_of_backup_is_chosen(
    aws: Simulator, backups: Backups, take: Take, type_: BackupType, expected: list[str]
) -> None:
    take("mine")
    add_backup(REGION, "orders", "orders$DeletedTableBackup", "SYSTEM")
    aws.age_backups(60)
    add_backup(REGION, "orders", "awsbackup-1", "AWS_BACKUP")
    assert names(backups.find("orders", backup_type=type_)) == expected


def test_a_recovery_point_of_aws_backup_tells_its_table_though_its_arn_does_not(
    backups: Backups, dynamodb: DynamoDBClient
) -> None:
    arn = add_backup(REGION, "orders", "awsbackup-1", "AWS_BACKUP")
    (found,) = backups.find("orders", backup_type="AWS_BACKUP")
    assert found.backup_arn == arn
    assert arn.startswith("arn:aws:backup:")
    table_arn = dynamodb.describe_table(TableName="orders")["Table"]["TableArn"]
    assert (found.table_name, found.table_arn, found.region) == ("orders", table_arn, REGION)


def test_a_backup_that_dynamodb_itself_keeps_tells_when_it_expires(backups: Backups) -> None:
    add_backup(REGION, "orders", "orders$DeletedTableBackup", "SYSTEM")
    (found,) = backups.find("orders", backup_type="SYSTEM")
    assert found.backup_creation_date_time is not None
    assert found.backup_expiry_date_time is not None
    lifetime = found.backup_expiry_date_time - found.backup_creation_date_time
    assert lifetime == timedelta(days=35)


def test_a_backup_whose_type_aws_does_not_tell_has_it_all_the_same(
    aws: Simulator, backups: Backups, take: Take
) -> None:
    take("one")
    add_backup(REGION, "orders", "orders$DeletedTableBackup", "SYSTEM")
    add_backup(REGION, "orders", "awsbackup-1", "AWS_BACKUP")
    aws.tells_types = False
    found = {one.backup_name: one.backup_type for one in backups.find(backup_type="ALL")}
    assert found == {
        "one": "USER",
        "orders$DeletedTableBackup": "SYSTEM",
        "awsbackup-1": "AWS_BACKUP",
    }


def test_a_prefix_chooses_names_that_begin_with_it(backups: Backups, take: Take) -> None:
    for name in ("nightly-1", "release-1", "my-nightly-1", "nightly-2"):
        take(name)
    assert names(backups.find("orders", backup_name_prefix="nightly-")) == [
        "nightly-2",
        "nightly-1",
    ]


def test_since_is_in_the_range_and_until_is_not(backups: Backups, take: Take) -> None:
    for number in range(4):
        take(f"backup-{number}")
    moments = {
        backup.backup_name: backup.backup_creation_date_time for backup in backups.find("orders")
    }
    since, until = moments["backup-1"], moments["backup-3"]
    assert names(backups.find("orders", since=since)) == ["backup-3", "backup-2", "backup-1"]
    assert names(backups.find("orders", until=until)) == ["backup-2", "backup-1", "backup-0"]
    assert names(backups.find("orders", since=since, until=until)) == ["backup-2", "backup-1"]


def test_a_time_may_be_told_in_any_time_zone(backups: Backups, take: Take) -> None:
    take("old", then=7200)
    take("new")
    in_tokyo = timezone(timedelta(hours=9))
    an_hour_ago = datetime.now(in_tokyo) - timedelta(hours=1)
    assert names(backups.find("orders", since=an_hour_ago)) == ["new"]
    assert names(backups.find("orders", until=an_hour_ago)) == ["old"]


def test_a_deleted_backup_is_left_out(aws: Simulator, backups: Backups, take: Take) -> None:
    aws.backup_status[take("deleted")] = "DELETED"
    take("kept")
    assert names(backups.find("orders")) == ["kept"]


def test_the_latest_is_the_newest_that_is_available(
    aws: Simulator, backups: Backups, take: Take
) -> None:
    take("nightly-1")
    take("nightly-2")
    take("other")
    aws.creating_seconds = 1000
    take("nightly-3")
    aws.calls.clear()
    found = backups.latest("orders", backup_name_prefix="nightly-")
    assert found is not None
    assert found.backup_name == "nightly-2"
    assert backups.find("orders")[0].backup_status == "CREATING"


def test_there_may_be_no_latest(backups: Backups) -> None:
    assert backups.latest("orders") is None


NAIVE = datetime(2026, 1, 2)
MOMENT = datetime(2026, 1, 2, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("arguments", "properties"),
    [
        pytest.param({"table_name": "x"}, ["table_name"], id="short name"),
        pytest.param({"table_name": "arn:aws:s3:::x"}, ["table_name"], id="other ARN"),
        pytest.param({"backup_name_prefix": "?"}, ["backup_name_prefix"], id="prefix"),
        pytest.param({"since": NAIVE}, ["since"], id="since without a time zone"),
        pytest.param({"until": NAIVE}, ["until"], id="until without a time zone"),
        pytest.param({"since": "2026-01-02"}, ["since"], id="no datetime"),
        pytest.param({"since": MOMENT, "until": MOMENT}, ["until"], id="empty range"),
        pytest.param({"since": MOMENT, "until": NAIVE}, ["until"], id="a range half naive"),
        pytest.param({"backup_type": "user"}, ["backup_type"], id="type"),
        pytest.param({"timeout_seconds": 1}, ["timeout"], id="timeout"),
        pytest.param(
            {"table_name": "?", "since": NAIVE, "backup_type": "MINE", "timeout_seconds": 0},
            ["table_name", "table_name", "since", "backup_type", "timeout"],
            id="all at once",
        ),
    ],
)
def test_arguments_that_break_a_rule_are_all_told_and_aws_is_not_asked(
    aws: Simulator, backups: Backups, arguments: dict[str, Any], properties: list[str]
) -> None:
    with pytest.raises(ValidationError) as failed:
        backups.find(**arguments)
    assert [failure.property for failure in failed.value.failures] == properties
    assert aws.calls == []


def test_the_latest_is_of_one_table(aws: Simulator, backups: Backups) -> None:
    nothing: Any = None
    with pytest.raises(ValidationError) as failed:
        backups.latest(nothing)
    assert [failure.property for failure in failed.value.failures] == ["table_name"]
    assert aws.calls == []


@pytest.mark.parametrize("table", ["orders", None])
def test_a_missing_permission_is_told_with_the_table_or_all(
    aws: Simulator, backups: Backups, table: str | None
) -> None:
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        backups.find(table)
    assert failed.value.stage is Stage.READ
    assert failed.value.facts.action == "dynamodb:ListBackups"
    assert failed.value.facts.table_name == (table or "*")


@pytest.mark.parametrize("fault", [{"kind": "error"}, {"kind": "close_before"}])
def test_three_failures_in_a_row_on_any_page_are_survived(
    aws: Simulator, backups: Backups, take: Take, fault: dict[str, Any]
) -> None:
    for number in range(150):
        take(f"backup-{number:03}")
    aws.fault(Fault("ListBackups", **fault, first=2, times=3))
    assert len(backups.find("orders")) == 150


def test_four_failures_in_a_row_end_it(aws: Simulator, backups: Backups) -> None:
    aws.fault(Fault("ListBackups", first=1))
    with pytest.raises(BackupError):
        backups.find("orders")
    assert aws.count("ListBackups") == 4


def test_throttling_until_the_timeout_ends_it(
    aws: Simulator, backups: Backups, clock: SimulatedClock
) -> None:
    aws.fault(Fault("ListBackups", code="ThrottlingException", status=400))
    began = clock.monotonic()
    with pytest.raises(ThrottledError):
        backups.find("orders", timeout_seconds=60)
    assert clock.monotonic() - began == pytest.approx(60)


def recent(backups: Backups, within: timedelta) -> str | None:
    found = asyncio.run(backups.recent_async("orders", within))
    return found.backup.backup_name if found else None


def test_a_backup_is_recent_until_it_is_too_old(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    dynamodb.create_backup(TableName="orders", BackupName="by-hand")
    assert recent(backups, timedelta(hours=1)) == "by-hand"
    aws.age_backups(3700)
    assert recent(backups, timedelta(hours=1)) is None
    assert recent(backups, timedelta(hours=2)) == "by-hand"


def test_a_backup_of_a_deleted_table_of_the_same_name_is_never_recent(
    backups: Backups, dynamodb: DynamoDBClient
) -> None:
    dynamodb.create_backup(TableName="orders", BackupName="first-life")
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb, "orders")
    assert recent(backups, timedelta(hours=1)) is None


def test_a_backup_that_is_still_creating_is_not_recent(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 100
    dynamodb.create_backup(TableName="orders", BackupName="slow")
    assert recent(backups, timedelta(hours=1)) is None
