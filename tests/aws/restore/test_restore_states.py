"""Restores around tables that come and go: being deleted, handed over, replaced, only just ACTIVE."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupInUseError,
    Backups,
    RestoreRequest,
    RestoreTimeoutError,
    Stage,
    TableNotFoundError,
    TableSettings,
    TargetExistsError,
    ValidationError,
    WrongTableError,
)
from tests.aws.conftest import Heard, client, create_table
from tests.aws.restore.test_restore import (
    NAMES,
    PLAIN,
    SETTINGS,
    WITH_SETTINGS,
    arn,
    back_up,
    orders,
    settings_of,
)
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

__all__ = ["arn", "orders"]  # fixtures

NOT_FOUND = "ResourceNotFoundException"


# The name of the new table


def test_a_table_that_is_being_deleted_is_waited_for_and_then_restored(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str, heard: Heard
) -> None:
    aws.restores.deleting_seconds = 40
    create_table(dynamodb, "copy")
    dynamodb.delete_table(TableName="copy")
    record = backups.restore(replace(PLAIN, backup_arn=arn))
    assert (record.table_status, record.certain) == ("ACTIVE", True)
    assert {look.status for look in heard.looks} == {"DELETING"}
    assert heard.notices[0] == (
        "Table 'copy' is being deleted; it is restored as soon as it is gone"
    )
    assert aws.count("RestoreTableFromBackup") == 1


def test_a_name_that_aws_frees_a_little_later_is_tried_again(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.restores.deleting_seconds = 40
    create_table(dynamodb, "copy")
    dynamodb.delete_table(TableName="copy")
    taken = Fault("RestoreTableFromBackup", code="TableAlreadyExistsException", status=400, times=2)
    aws.fault(taken)
    assert backups.restore(replace(PLAIN, backup_arn=arn)).table_status == "ACTIVE"


def test_a_table_whose_deletion_begins_between_the_look_and_the_restore_is_waited_for(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.restores.deleting_seconds = 40
    create_table(dynamodb, "copy")
    dynamodb.delete_table(TableName="copy")
    aws.fault(Fault("DescribeTable", code=NOT_FOUND, status=400, times=1))
    assert backups.restore(replace(PLAIN, backup_arn=arn)).table_status == "ACTIVE"
    assert aws.count("RestoreTableFromBackup") == 2


def test_a_table_that_is_being_deleted_until_the_timeout_starts_no_restore(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.restores.deleting_seconds = 1000
    create_table(dynamodb, "copy")
    dynamodb.delete_table(TableName="copy")
    with pytest.raises(RestoreTimeoutError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn, timeout_seconds=60))
    assert str(failed.value) == (
        "Table Restore Failed: Table 'copy' in region 'eu-west-1' was still being deleted after "
        f"60s, so backup '{arn}' could not be restored to that name.\n"
        "No restore was started.\n"
        "Once it is gone, run this again; or choose another name."
    )
    assert aws.count("RestoreTableFromBackup") == 0


def test_a_table_that_takes_the_name_of_a_deleted_one_first_is_left_alone(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.restores.deleting_seconds = aws.restores.restoring_seconds = 40
    create_table(dynamodb, "copy")
    dynamodb.delete_table(TableName="copy")
    other = back_up(aws, dynamodb, "orders")

    class Racing(Heard):
        def progress(self, progress: object) -> None:
            aws.restores.finish()
            dynamodb.restore_table_from_backup(TargetTableName="copy", BackupArn=other)

    with pytest.raises(TargetExistsError) as failed:
        replace(backups, listener=Racing()).restore(replace(PLAIN, backup_arn=arn))
    assert failed.value.facts.detail == f"AWS says that it was restored from {other}"


def test_a_table_that_somebody_makes_just_before_the_restore_is_left_alone(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    """No answer was lost, so it is nobody's restore, however much it looks like one."""
    aws.fault(Fault("DescribeBackup", times=1))

    class Racing(Heard):
        def progress(self, progress: object) -> None:
            create_table(dynamodb, "copy")

    with pytest.raises(TargetExistsError) as failed:
        replace(backups, listener=Racing()).restore(replace(WITH_SETTINGS, backup_arn=arn))
    assert "No restore was started." in str(failed.value)


def test_a_table_that_is_being_created_from_nothing_is_no_restore(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    create_table(dynamodb, "copy")
    aws.table_status["copy"] = "CREATING"
    with pytest.raises(TargetExistsError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert failed.value.facts.detail == "it is being created, and not by a restore"


# Two restores at once


def test_a_backup_that_is_being_restored_elsewhere_is_told_in_awss_words(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.restores.restoring_seconds = 1000
    dynamodb.restore_table_from_backup(TargetTableName="another", BackupArn=arn)
    with pytest.raises(BackupInUseError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert "Backup is being used to restore another table" in failed.value.facts.detail
    assert "No restore was started." in str(failed.value)


@pytest.mark.parametrize("code", ["TableInUseException", "BackupInUseException"])
def test_a_restore_that_aws_has_begun_although_it_refuses_it_is_found(
    aws: Simulator, backups: Backups, arn: str, code: str
) -> None:
    aws.restores.restoring_seconds = 10
    aws.fault(Fault("RestoreTableFromBackup", kind="error_after", code=code, status=400, times=1))
    record = backups.restore(replace(PLAIN, backup_arn=arn))
    assert (record.table_status, record.certain) == ("ACTIVE", True)
    assert aws.count("RestoreTableFromBackup") == 1


@pytest.mark.parametrize("summary_stays", [True, False])
def test_a_restore_that_is_over_before_its_lost_answer_is_looked_for_is_found(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str, summary_stays: bool
) -> None:
    aws.restores.summary_stays = summary_stays
    aws.fault(Fault("RestoreTableFromBackup", kind="close_after", times=1))
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert record.certain is summary_stays
    assert record.settings_left == (() if summary_stays else ("time_to_live_attribute",))


def test_a_lost_answer_and_a_table_that_is_being_deleted_leave_the_doubt_in_the_message(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.restores.restoring_seconds = aws.restores.deleting_seconds = 1000
    aws.fault(Fault("RestoreTableFromBackup", kind="close_after", times=1))

    class Deleting(Heard):
        def progress(self, progress: object) -> None:
            aws.restores.finish()
            dynamodb.delete_table(TableName="copy")

    with pytest.raises(TargetExistsError) as failed:
        replace(backups, listener=Deleting()).restore(replace(PLAIN, backup_arn=arn))
    assert "DescribeTable shows a table that is being deleted" in failed.value.facts.doubt
    assert aws.count("RestoreTableFromBackup") == 2


def test_another_table_that_takes_the_restored_ones_place_is_left_alone(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str
) -> None:
    aws.restores.restoring_seconds = 1000

    class Replacing(Heard):
        def progress(self, progress: object) -> None:
            aws.restores.finish()
            dynamodb.delete_table(TableName="copy")
            create_table(dynamodb, "copy")

    with pytest.raises(TableNotFoundError) as failed:
        replace(backups, listener=Replacing()).restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert "another table of that name is there now" in str(failed.value)
    assert settings_of(dynamodb, "copy") == TableSettings()


@pytest.mark.parametrize(
    ("api", "setting"),
    [
        ("ListTagsOfResource", "tags"),
        ("DescribeTimeToLive", "time_to_live_attribute"),
        ("DescribeContinuousBackups", "point_in_time_recovery"),
    ],
)
def test_what_is_not_known_of_a_table_that_is_only_likely_the_restore_is_left_alone(
    aws: Simulator, backups: Backups, arn: str, heard: Heard, api: str, setting: str
) -> None:
    backups.restore(replace(PLAIN, backup_arn=arn))
    aws.fault(Fault(api, code="AccessDeniedException", status=400, table="copy"))
    record = backups.restore(replace(PLAIN, backup_arn=arn, settings=SETTINGS))
    assert setting in record.settings_left
    assert any(f"{setting} (dynamodb:{api} was refused" in notice for notice in heard.notices)


# The table that was backed up


def test_a_source_that_is_being_deleted_costs_what_it_no_longer_tells(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str, heard: Heard
) -> None:
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=False)
    aws.restores.deleting_seconds = 1000
    dynamodb.delete_table(TableName="orders")
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert record.settings_left == ("time_to_live_attribute",)
    assert set(record.settings_set) == NAMES - {"time_to_live_attribute", "deletion_protection"}
    assert heard.notices[0] == (
        "Not read from table 'orders' (dynamodb:DescribeTimeToLive failed: ValidationException: "
        "Cannot describe time to live while table is in DELETING state), so not set on table "
        "'copy': time_to_live_attribute"
    )


@pytest.mark.parametrize("fault", ["InternalServerError", "ThrottlingException", "close_before"])
@pytest.mark.parametrize(
    ("api", "left"),
    [
        ("DescribeTable", NAMES),
        ("ListTagsOfResource", {"tags"}),
        ("DescribeTimeToLive", {"time_to_live_attribute"}),
        ("DescribeContinuousBackups", {"point_in_time_recovery"}),
    ],
)
def test_settings_that_cannot_be_read_cost_no_restore(
    aws: Simulator,
    backups: Backups,
    orders: str,
    clock: SimulatedClock,
    fault: str,
    api: str,
    left: set[str],
) -> None:
    if fault == "close_before":
        aws.fault(Fault(api, kind=fault, table="orders"))
    else:
        aws.fault(
            Fault(api, code=fault, status=400 if "Throttling" in fault else 500, table="orders")
        )
    began = clock.monotonic()
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders, timeout_seconds=600))
    assert set(record.settings_left) >= left
    assert clock.monotonic() - began < 120
    assert aws.count("RestoreTableFromBackup") == 1


def test_a_source_is_known_by_its_age_where_aws_tells_no_id(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb, "orders")
    aws.restores.sparse = True
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=arn))
    assert set(record.settings_left) == NAMES


@pytest.mark.parametrize(
    ("api", "code"),
    [
        ("UpdateTable", "ResourceNotFoundException"),
        ("UpdateTimeToLive", "ResourceNotFoundException"),
        ("TagResource", "ResourceNotFoundException"),
        ("DescribeTimeToLive", "ResourceNotFoundException"),
        ("UpdateContinuousBackups", "TableNotFoundException"),
        ("DescribeContinuousBackups", "TableNotFoundException"),
    ],
)
def test_a_table_that_is_only_just_active_is_given_its_settings_all_the_same(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str, api: str, code: str
) -> None:
    aws.fault(Fault(api, code=code, status=400, times=2, table="copy"))
    backups.restore(replace(PLAIN, backup_arn=arn, settings=SETTINGS))
    assert settings_of(dynamodb, "copy") == SETTINGS


# A table that somebody else has restored


@pytest.fixture
def handed_over(aws: Simulator, dynamodb: DynamoDBClient, arn: str) -> str:
    """The ARN of a table that somebody has restored."""
    aws.restores.restoring_seconds = 20
    made = dynamodb.restore_table_from_backup(TargetTableName="copy", BackupArn=arn)
    aws.calls.clear()
    return made["TableDescription"]["TableArn"]


def test_a_table_that_was_handed_over_is_waited_for_and_given_its_settings_without_a_question(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str, handed_over: str
) -> None:
    record = backups.complete(handed_over, arn, SETTINGS)
    assert settings_of(dynamodb, "copy") == SETTINGS
    assert set(record.settings_set) == NAMES
    assert (record.table_status, record.certain, record.backup_arn) == ("ACTIVE", True, arn)
    assert not [call for call in aws.calls if "Backup" in call.api and "Continuous" not in call.api]


def test_a_table_that_was_handed_over_is_looked_for_in_the_region_of_its_arn(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    elsewhere = client(aws, "us-east-1")
    create_table(elsewhere, "copy")
    there = "arn:aws:dynamodb:us-east-1:123456789012:table/copy"
    record = backups.complete(there, arn, SETTINGS)
    assert record.region == "us-east-1"
    assert settings_of(elsewhere, "copy") == SETTINGS


def test_a_table_of_another_account_is_not_taken_for_the_one_handed_over(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str, handed_over: str
) -> None:
    theirs = handed_over.replace("123456789012", "210987654321")
    with pytest.raises(WrongTableError) as failed:
        backups.complete(theirs, arn, SETTINGS)
    assert failed.value.facts.detail == handed_over
    assert {call.api for call in aws.calls} == {"DescribeTable"}


def test_a_completion_that_fails_tells_what_is_left_to_set(
    aws: Simulator, backups: Backups, arn: str, handed_over: str
) -> None:
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        backups.complete(handed_over, arn, replace(SETTINGS, tags={}))
    restored = failed.value.unfinished_restore
    assert restored is not None
    assert restored.table_arn == handed_over
    assert set(restored.settings_left) == NAMES - {"tags"}
    assert failed.value.stage is Stage.SETTINGS
    assert "No restore was started" not in str(failed.value)


def test_a_completion_that_times_out_is_taken_up_again(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str, handed_over: str
) -> None:
    aws.restores.restoring_seconds = 0
    aws.table_status["copy"] = "CREATING"
    with pytest.raises(RestoreTimeoutError) as failed:
        backups.complete(handed_over, arn, SETTINGS, timeout_seconds=60)
    assert "Complete it again" in str(failed.value)
    aws.table_status.clear()
    backups.complete(handed_over, arn, SETTINGS)
    assert settings_of(dynamodb, "copy") == SETTINGS


def test_a_completion_of_what_is_no_table_arn_asks_nothing_of_aws(
    aws: Simulator, backups: Backups
) -> None:
    with pytest.raises(ValidationError) as failed:
        backups.complete("copy", "orders", TableSettings(table_class="cheap"), timeout_seconds=5)
    assert [failure.property for failure in failed.value.failures] == [
        "table_arn",
        "backup_arn",
        "timeout",
        "table_class",
    ]
    assert aws.calls == []


def test_a_restore_may_be_asked_for_in_a_table_that_is_its_own_source(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    with pytest.raises(TargetExistsError) as failed:
        backups.restore(RestoreRequest("orders", arn))
    assert failed.value.facts.detail == "it was created before the backup"
    assert aws.count("RestoreTableFromBackup") == 0
