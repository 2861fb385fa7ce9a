"""Restoring a table to a moment of its past."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    Backups,
    OutsideWindowError,
    PointInTime,
    RestoreCancelledError,
    RestoreRequest,
    RestoreTimeoutError,
    SseSpecification,
    TableNotFoundError,
    TableSettings,
    TargetExistsError,
    ValidationError,
)
from pulumi_ddb_backup.aws.running.scheduler import Scheduler
from tests.aws.conftest import Heard, client, create_table
from tests.aws.simulator import Fault, Simulator

HOUR = 3600.0
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


@pytest.fixture(autouse=True, params=["summary goes", "summary stays"])
def summary_stays(aws: Simulator, request: pytest.FixtureRequest) -> bool:
    """Whether AWS goes on telling what an ACTIVE table was restored from; its records disagree."""
    aws.restores.summary_stays = request.param == "summary stays"
    return aws.restores.summary_stays


@pytest.fixture
def past(aws: Simulator, dynamodb: DynamoDBClient) -> datetime:
    """A moment at which `orders` had an item that is gone and one that has changed since."""
    enable(dynamodb, "orders")
    put(dynamodb, "kept", "1")
    put(dynamodb, "changed", "before")
    put(dynamodb, "lost", "1")
    aws.restores.journal.age(HOUR)
    moment = datetime.now(timezone.utc) - timedelta(minutes=30)
    put(dynamodb, "changed", "after")
    dynamodb.delete_item(TableName="orders", Key={"id": {"S": "lost"}})
    dynamodb.batch_write_item(
        RequestItems={"orders": [{"PutRequest": {"Item": {"id": {"S": "added"}}}}]}
    )
    aws.restores.journal.age(HOUR / 6)
    return moment


def enable(dynamodb: DynamoDBClient, table: str) -> None:
    dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def put(dynamodb: DynamoDBClient, key: str, value: str) -> None:
    dynamodb.put_item(TableName="orders", Item={"id": {"S": key}, "value": {"S": value}})


def items(dynamodb: DynamoDBClient, table: str) -> dict[str, str]:
    found = dynamodb.scan(TableName=table)["Items"]
    return {item["id"]["S"]: item.get("value", {}).get("S", "") for item in found}


def of(moment: datetime | None, table: str = "orders", **settings: object) -> RestoreRequest:
    given = {"settings": None, **settings}
    return RestoreRequest("copy", point_in_time=PointInTime(table, moment), **given)  # type: ignore[arg-type] # as named


BEFORE = {"kept": "1", "changed": "before", "lost": "1"}
NOW = {"kept": "1", "changed": "after", "added": ""}


@pytest.mark.parametrize("table", ["orders", ARN])
def test_the_items_are_those_of_the_moment(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    past: datetime,
    heard: Heard,
    table: str,
) -> None:
    aws.restores.restoring_seconds = 20
    record = backups.restore(of(past, table))
    assert items(dynamodb, "copy") == BEFORE
    assert items(dynamodb, "orders") == NOW
    assert record.source_table_arn == ARN
    assert record.restore_date_time == past.replace(microsecond=0)
    assert (record.backup_arn, record.backup_creation_date_time) == ("", None)
    told = past.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert heard.notices == [
        f"Table 'copy' is being restored from table 'orders' as of {told}: {record.table_arn}"
    ]


def test_the_latest_moment_is_the_end_of_the_window(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    aws.restores.restoring_seconds = 20
    record = backups.restore(of(None))
    assert items(dynamodb, "copy") == NOW
    assert record.restore_date_time is not None
    assert record.restore_date_time > past


def test_the_settings_of_the_table_are_set_again(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    dynamodb.tag_resource(ResourceArn=ARN, Tags=[{"Key": "team", "Value": "shop"}])
    record = backups.restore(of(past, settings="source"))
    assert {"deletion_protection", "point_in_time_recovery"} <= set(record.settings_set)
    assert record.settings_left == ()
    tags = dynamodb.list_tags_of_resource(ResourceArn=record.table_arn)["Tags"]
    assert {"Key": "team", "Value": "shop"} in tags
    assert dynamodb.describe_table(TableName="copy")["Table"]["DeletionProtectionEnabled"]


def test_a_moment_that_is_too_recent_names_the_latest_that_there_is(
    aws: Simulator, backups: Backups, past: datetime
) -> None:
    with pytest.raises(OutsideWindowError) as failed:
        backups.restore(of(datetime.now(timezone.utc) - timedelta(minutes=1)))
    assert "the latest moment that can be restored by now is 20" in str(failed.value)
    assert "No restore was started." in str(failed.value)
    assert "AWS stays about five minutes behind." in str(failed.value)
    assert aws.count("RestoreTableToPointInTime") == 0


def test_a_moment_before_the_window_names_the_earliest_that_there_is(
    aws: Simulator, backups: Backups, past: datetime
) -> None:
    with pytest.raises(OutsideWindowError) as failed:
        backups.restore(of(past - timedelta(days=2)))
    assert "the earliest moment that can be restored is 20" in str(failed.value)
    assert aws.count("RestoreTableToPointInTime") == 0


def test_the_window_is_as_long_as_the_recovery_period(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    aws.restores.journal.age(3 * 24 * HOUR)
    then = past - timedelta(days=3)
    assert backups.restore(of(then)).restore_date_time == then.replace(microsecond=0)
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 2,
        },
    )
    with pytest.raises(OutsideWindowError):
        backups.restore(RestoreRequest("other", point_in_time=PointInTime("orders", then)))


def test_a_table_without_recovery_is_told(aws: Simulator, backups: Backups) -> None:
    with pytest.raises(OutsideWindowError) as failed:
        backups.restore(of(None))
    assert str(failed.value) == (
        "Table Restore Failed: Table 'copy' can't be restored from table 'orders' as of the latest "
        "moment: point-in-time recovery is not enabled for that table.\n"
        "No restore was started.\nRestore a backup of the table instead, if there is one."
    )


def test_what_aws_itself_refuses_is_told_in_the_same_way(
    aws: Simulator, backups: Backups, past: datetime
) -> None:
    for code in ("InvalidRestoreTimeException", "PointInTimeRecoveryUnavailableException"):
        aws.fault(Fault("RestoreTableToPointInTime", code=code, status=400, times=1))
        with pytest.raises(OutsideWindowError):
            backups.restore(of(past))


def test_a_source_that_does_not_exist_is_named(aws: Simulator, backups: Backups) -> None:
    with pytest.raises(TableNotFoundError) as failed:
        backups.restore(of(None, "nowhere"))
    assert "'nowhere'" in str(failed.value)
    assert "No restore was started." in str(failed.value)


def test_a_refused_call_names_the_action(aws: Simulator, backups: Backups, past: datetime) -> None:
    aws.fault(Fault("RestoreTableToPointInTime", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        backups.restore(of(past))
    assert failed.value.facts.action == "dynamodb:RestoreTableToPointInTime"
    assert "from table 'orders' as of" in str(failed.value)


def test_a_moment_restored_in_another_region_needs_its_encryption_said(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    with pytest.raises(ValidationError, match="sse_specification is required"):
        backups.restore(of(past, region="us-east-1"))
    assert aws.count("RestoreTableToPointInTime") == 0
    encrypted = of(past, region="us-east-1", sse_specification=SseSpecification(False))
    record = backups.restore(encrypted)
    assert record.region == "us-east-1"
    assert items(client(aws, "us-east-1"), "copy") == BEFORE


# What is taken up again


def test_a_restore_that_timed_out_is_gone_on_with(
    aws: Simulator, backups: Backups, past: datetime, heard: Heard
) -> None:
    aws.restores.restoring_seconds = 100
    with pytest.raises(RestoreTimeoutError) as failed:
        backups.restore(of(past, timeout_seconds=60))
    assert "from table 'orders' as of" in str(failed.value)
    assert failed.value.unfinished_restore.source_table_arn == ARN
    assert backups.restore(of(past)).table_status == "ACTIVE"
    assert aws.count("RestoreTableToPointInTime") == 1
    assert "is already being restored from table 'orders' as of" in heard.notices[-1]


@pytest.mark.parametrize("kind", ["close_before", "close_after", "error_after"])
@pytest.mark.parametrize("latest", [True, False])
def test_a_lost_answer_starts_no_second_restore(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    past: datetime,
    kind: str,
    latest: bool,
) -> None:
    aws.fault(Fault("RestoreTableToPointInTime", kind=kind, times=1))
    record = backups.restore(of(None if latest else past))
    assert record.table_status == "ACTIVE"
    assert items(dynamodb, "copy") == (NOW if latest else BEFORE)


def test_a_finished_restore_of_the_moment_is_not_restored_again(
    aws: Simulator, backups: Backups, past: datetime, summary_stays: bool
) -> None:
    assert backups.restore(of(past)).certain
    again = backups.restore(of(past))
    assert again.certain is summary_stays
    assert aws.count("RestoreTableToPointInTime") == 1


def test_an_earlier_copy_is_not_taken_for_the_latest_moment(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    backups.restore(of(None))
    with pytest.raises(TargetExistsError) as failed:
        backups.restore(of(None))
    assert aws.count("RestoreTableToPointInTime") == 1
    assert "choose another name" in str(failed.value)


def test_a_restore_of_an_old_moment_under_way_is_not_taken_for_the_latest(
    aws: Simulator, backups: Backups, past: datetime
) -> None:
    aws.restores.restoring_seconds = 100
    with pytest.raises(RestoreTimeoutError):
        backups.restore(of(past, timeout_seconds=60))
    with pytest.raises(TargetExistsError):
        backups.restore(of(None))
    assert aws.count("RestoreTableToPointInTime") == 1


def test_a_name_is_not_taken_for_its_namesake_in_another_region(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    there = client(aws, "us-east-1")
    create_table(there, "orders")
    enable(there, "orders")
    aws.restores.journal.age(HOUR)
    moment = datetime.now(timezone.utc) - timedelta(minutes=30)
    of_theirs = PointInTime("orders", moment)
    elsewhere = replace(backups, connection=replace(backups.connection, region="us-east-1"))
    aws.restores.restoring_seconds = 100
    request = RestoreRequest("copy", settings=None, point_in_time=of_theirs, timeout_seconds=60)
    with pytest.raises(RestoreTimeoutError):
        elsewhere.restore(request)
    encrypted = replace(request, region="us-east-1", sse_specification=SseSpecification(False))
    with pytest.raises(TargetExistsError):
        backups.restore(encrypted)


def test_a_restore_of_another_moment_or_table_is_left_alone(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, past: datetime
) -> None:
    create_table(dynamodb, "users")
    enable(dynamodb, "users")
    aws.restores.restoring_seconds = 100
    with pytest.raises(RestoreTimeoutError):
        backups.restore(of(past, timeout_seconds=60))
    for other in (of(past - timedelta(seconds=5)), of(None, "users")):
        with pytest.raises(TargetExistsError):
            backups.restore(other)


def test_a_cancel_waits_for_the_answer_and_tells_that_the_restore_goes_on(
    aws: Simulator, backups: Backups, past: datetime
) -> None:
    scheduler = Scheduler()
    aws.restores.restoring_seconds = HOUR
    aws.when("RestoreTableToPointInTime", scheduler.cancel_all)
    with pytest.raises(RestoreCancelledError) as failed:
        replace(backups, scheduler=scheduler).restore(of(past))
    assert failed.value.unfinished_restore.table_status == "CREATING"
    assert "from table 'orders' as of" in str(failed.value)


def test_the_request_names_one_source() -> None:
    moment = PointInTime("orders", datetime(2026, 1, 2, 3, 4, 5, 678, timezone.utc))
    assert moment.told == "table 'orders' as of 2026-01-02T03:04:05Z"
    with pytest.raises(ValidationError, match="exclude each other"):
        Backups().restore(RestoreRequest("copy", f"{ARN}/backup/1-a", point_in_time=moment))
    with pytest.raises(ValidationError, match="Give either the backup's ARN or a point in time"):
        Backups().restore(RestoreRequest("copy"))
    naive = PointInTime("orders", datetime(2026, 1, 2))
    with pytest.raises(ValidationError, match="point_in_time: at must be a datetime with its time"):
        Backups().restore(RestoreRequest("copy", point_in_time=naive))


def test_settings_may_be_given(backups: Backups, dynamodb: DynamoDBClient, past: datetime) -> None:
    record = backups.restore(of(past, settings=TableSettings(deletion_protection=True)))
    assert record.settings_set == ("deletion_protection",)
