"""Restoring: the data, the settings, what is taken up again, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    AwsConnectionError,
    AwsServiceError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    Backups,
    LimitExceededError,
    RejectedError,
    RestoreCancelledError,
    RestoreRequest,
    RestoreTimeoutError,
    SseSpecification,
    Stage,
    TableInUseError,
    TableNotActiveError,
    TableNotFoundError,
    TableSettings,
    TargetExistsError,
    ThrottledError,
    Throughput,
    ValidationError,
)
from pulumi_ddb_backup.aws.running.scheduler import Scheduler
from tests.aws.conftest import Heard, client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

PLAIN = RestoreRequest("copy", "", settings=None)
WITH_SETTINGS = RestoreRequest("copy", "")
SETTINGS = TableSettings(
    tags={"team": "shop", "cost-centre": "42"},
    time_to_live_attribute="expires",
    stream_view_type="NEW_IMAGE",
    point_in_time_recovery=True,
    recovery_period_days=7,
    deletion_protection=True,
    table_class="STANDARD_INFREQUENT_ACCESS",
)
NAMES = {
    "tags",
    "time_to_live_attribute",
    "stream_view_type",
    "point_in_time_recovery",
    "deletion_protection",
    "table_class",
}
KEYS: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("id", "at", "kind")
    ],
}

OTHER_KEYS: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "number", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "number", "AttributeType": "N"}],
}


@pytest.fixture(autouse=True, params=["summary goes", "summary stays"])
def summary_stays(aws: Simulator, request: pytest.FixtureRequest) -> bool:
    """Whether AWS goes on telling what an ACTIVE table was restored from; its records disagree."""
    aws.restores.summary_stays = request.param == "summary stays"
    return aws.restores.summary_stays


@pytest.fixture
def orders(aws: Simulator, dynamodb: DynamoDBClient) -> str:
    """The backup of a table with every setting; its ARN."""
    dynamodb.update_table(
        TableName="orders",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    dynamodb.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    dynamodb.update_time_to_live(
        TableName="orders",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 7,
        },
    )
    arn = dynamodb.describe_table(TableName="orders")["Table"]["TableArn"]
    tags = {**SETTINGS.tags, "aws:cloudformation:stack-name": "orders"}
    dynamodb.tag_resource(
        ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    return back_up(aws, dynamodb, "orders")


@pytest.fixture
def arn(aws: Simulator, dynamodb: DynamoDBClient) -> str:
    """The backup of a table without any setting; its ARN."""
    return back_up(aws, dynamodb, "orders")


def back_up(aws: Simulator, dynamodb: DynamoDBClient, table: str) -> str:
    made = dynamodb.create_backup(TableName=table, BackupName=f"{table}-1")["BackupDetails"]
    aws.calls.clear()
    return made["BackupArn"]


def indexed(dynamodb: DynamoDBClient, **parameters: Any) -> None:
    """A table with two local and two global indexes."""

    def index(name: str, *keys: str) -> Any:
        schema = [{"AttributeName": keys[0], "KeyType": "HASH"}]
        schema += [{"AttributeName": key, "KeyType": "RANGE"} for key in keys[1:]]
        return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}

    throughput: Any = parameters.get("ProvisionedThroughput")
    dynamodb.create_table(
        TableName="indexed",
        **KEYS,
        LocalSecondaryIndexes=[index("local-1", "id", "kind"), index("local-2", "id", "kind")],
        GlobalSecondaryIndexes=[
            index(name, "kind") | ({"ProvisionedThroughput": throughput} if throughput else {})
            for name in ("global-1", "global-2")
        ],
        **parameters,
    )


def settings_of(dynamodb: DynamoDBClient, table: str) -> TableSettings:
    told = dynamodb.describe_table(TableName=table)["Table"]
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    recovery = dynamodb.describe_continuous_backups(TableName=table)[
        "ContinuousBackupsDescription"
    ]["PointInTimeRecoveryDescription"]
    tags = dynamodb.list_tags_of_resource(ResourceArn=told["TableArn"])["Tags"]
    return TableSettings(
        tags={tag["Key"]: tag["Value"] for tag in tags},
        time_to_live_attribute=expiry.get("AttributeName"),
        stream_view_type=told.get("StreamSpecification", {}).get("StreamViewType"),
        point_in_time_recovery=recovery["PointInTimeRecoveryStatus"] == "ENABLED",
        recovery_period_days=recovery.get("RecoveryPeriodInDays"),
        deletion_protection=told["DeletionProtectionEnabled"],
        table_class=told.get("TableClassSummary", {}).get("TableClass"),
    )


def exists(dynamodb: DynamoDBClient, table: str) -> bool:
    return table in dynamodb.list_tables()["TableNames"]


# The table and its settings


def test_each_of_three_hundred_items_is_restored_as_it_was(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    items: list[dict[str, Any]] = [
        {
            "id": {"S": f"order-{number:03}"},
            "total": {"N": str(number * 1.5)},
            "paid": {"BOOL": number % 2 == 0},
            "lines": {"L": [{"M": {"sku": {"S": f"sku-{number % 7}"}}}] * (number % 4)},
            "seal": {"B": bytes([number % 256])},
        }
        for number in range(300)
    ]
    for item in items:
        dynamodb.put_item(TableName="orders", Item=item)
    arn = back_up(aws, dynamodb, "orders")
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "later"}})
    dynamodb.delete_item(TableName="orders", Key={"id": {"S": "order-007"}})
    record = backups.restore(replace(PLAIN, backup_arn=arn))
    assert record.item_count == 300
    scanned = dynamodb.get_paginator("scan").paginate(TableName="copy")
    restored = {item["id"]["S"]: item for page in scanned for item in page["Items"]}
    assert len(restored) == 300
    for item in items:
        assert restored[item["id"]["S"]] == item


def test_a_restore_is_waited_for_with_progress(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    arn: str,
    clock: SimulatedClock,
    heard: Heard,
) -> None:
    aws.restores.restoring_seconds = 47
    record = backups.restore(replace(PLAIN, backup_arn=arn))
    assert (record.table_name, record.table_status) == ("copy", "ACTIVE")
    assert record.table_arn.endswith(":table/copy")
    assert record.backup_arn == arn
    (summary,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert record.backup_creation_date_time == summary["BackupCreationDateTime"]
    assert record.table_id
    assert record.elapsed_seconds is not None
    assert 47 <= record.elapsed_seconds <= 52
    assert aws.count("RestoreTableFromBackup") == 1
    assert len(clock.slept) == len(heard.looks)
    assert clock.slept[:3] == [1.0, 1.5, 2.25]
    assert clock.slept[-1] == 5.0
    look = heard.looks[-1]
    assert (look.subject, look.status, look.table_name) == ("Table", "CREATING", "copy")
    assert look.backup_arn == arn
    assert heard.notices == [f"Table 'copy' is being restored from {arn}: {record.table_arn}"]


def test_the_settings_of_the_source_are_set_again(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str
) -> None:
    aws.restores.restoring_seconds = 20
    aws.restores.updating_seconds = 10
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert settings_of(dynamodb, "copy") == SETTINGS
    assert set(record.settings_set) == NAMES
    assert record.settings_left == ()
    assert record.table_status == "ACTIVE"
    assert "ResourceInUseException" not in {call.outcome for call in aws.calls}


def test_the_settings_of_a_plain_source_need_no_further_call(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=arn))
    assert (record.settings_set, record.settings_left) == ((), ())
    assert not [call for call in aws.calls if call.api.startswith(("Update", "Tag"))]


def test_settings_can_be_given(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    record = backups.restore(replace(PLAIN, backup_arn=arn, settings=SETTINGS))
    assert settings_of(dynamodb, "copy") == SETTINGS
    assert set(record.settings_set) == NAMES
    assert aws.count("ListTagsOfResource") == 1  # by this test


def test_no_settings_means_none(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str
) -> None:
    backups.restore(replace(PLAIN, backup_arn=orders))
    apis = [call.api for call in aws.calls]
    assert apis[:3] == ["DescribeTable", "DescribeBackup", "RestoreTableFromBackup"]
    assert set(apis[3:]) <= {"DescribeTable"}
    assert settings_of(dynamodb, "copy") == TableSettings()


def test_tags_on_several_pages_are_read_to_the_end(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    arn = dynamodb.describe_table(TableName="orders")["Table"]["TableArn"]
    tags = {f"key-{number:02}": str(number) for number in range(25)}
    dynamodb.tag_resource(
        ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    backup_arn = back_up(aws, dynamodb, "orders")
    backups.restore(replace(WITH_SETTINGS, backup_arn=backup_arn))
    assert aws.count("ListTagsOfResource") == 3
    (sent,) = [call.params for call in aws.calls if call.api == "TagResource"]
    assert {tag["Key"]: tag["Value"] for tag in sent["Tags"]} == tags


def test_a_source_that_is_gone_is_told_and_nothing_is_set(
    backups: Backups, dynamodb: DynamoDBClient, orders: str, heard: Heard
) -> None:
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="orders")
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert set(record.settings_left) == NAMES
    assert heard.notices[0].startswith("Not read from table 'orders' (it no longer exists)")


def test_a_table_that_is_gone_can_be_restored_under_its_own_name(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    dynamodb.delete_table(TableName="orders")
    request = RestoreRequest("orders", arn)
    assert backups.restore(request).table_status == "ACTIVE"
    again = backups.restore(request)
    assert set(again.settings_left) == NAMES
    assert aws.count("RestoreTableFromBackup") == 1


def test_a_table_that_only_has_the_sources_name_is_not_taken_for_it(
    backups: Backups, dynamodb: DynamoDBClient, arn: str, heard: Heard
) -> None:
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb, "orders")
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=arn))
    assert set(record.settings_left) == NAMES
    assert "is not the one that was backed up" in heard.notices[0]


@pytest.mark.parametrize(
    ("api", "setting"),
    [
        ("ListTagsOfResource", "tags"),
        ("DescribeTimeToLive", "time_to_live_attribute"),
        ("DescribeContinuousBackups", "point_in_time_recovery"),
    ],
)
def test_a_setting_that_may_not_be_read_is_told_and_the_others_are_set(
    aws: Simulator, backups: Backups, orders: str, heard: Heard, api: str, setting: str
) -> None:
    aws.fault(Fault(api, code="AccessDeniedException", status=400, times=1))
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert record.settings_left == (setting,)
    assert set(record.settings_set) == NAMES - {setting}
    assert heard.notices[0] == (
        f"Not read from table 'orders' (dynamodb:{api} was refused), so not set on table 'copy': "
        f"{setting}"
    )


@pytest.mark.parametrize(
    ("api", "left"),
    [
        ("UpdateTable", NAMES),
        ("UpdateContinuousBackups", {"point_in_time_recovery", "time_to_live_attribute", "tags"}),
        ("UpdateTimeToLive", {"time_to_live_attribute", "tags"}),
        ("TagResource", {"tags"}),
    ],
)
def test_a_setting_that_may_not_be_made_tells_what_is_left_and_the_same_call_makes_it(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    orders: str,
    summary_stays: bool,
    api: str,
    left: set[str],
) -> None:
    request = replace(WITH_SETTINGS, backup_arn=orders)
    aws.fault(Fault(api, code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        backups.restore(request)
    assert failed.value.stage is Stage.SETTINGS
    assert failed.value.facts.action == f"dynamodb:{api}"
    restored = failed.value.unfinished_restore
    assert restored is not None
    assert set(restored.settings_left) == left
    assert restored.table_arn in str(failed.value)
    aws.forget_faults()
    again = backups.restore(request)
    doubtful = () if summary_stays else ("time_to_live_attribute",)
    assert again.settings_left == tuple(name for name in doubtful if name in left)
    if again.settings_left:  # whoever knows the table says so
        backups.complete(restored.table_arn, orders, SETTINGS)
    assert settings_of(dynamodb, "copy") == SETTINGS
    assert aws.count("RestoreTableFromBackup") == 1


@pytest.mark.parametrize("kind", ["close_after", "error_after", "close_before", "error"])
@pytest.mark.parametrize(
    "api", ["UpdateTable", "UpdateContinuousBackups", "UpdateTimeToLive", "TagResource"]
)
def test_an_answer_that_is_lost_on_a_setting_leaves_it_set(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str, api: str, kind: str
) -> None:
    aws.restores.updating_seconds = 10
    aws.fault(Fault(api, kind=kind, times=1))
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    assert set(record.settings_set) == NAMES
    assert settings_of(dynamodb, "copy") == SETTINGS


# What is restored otherwise than it was


def test_a_provisioned_table_can_become_on_demand(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    units: Any = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    indexed(dynamodb, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    arn = back_up(aws, dynamodb, "indexed")
    backups.restore(replace(PLAIN, backup_arn=arn, billing_mode="PAY_PER_REQUEST"))
    told = dynamodb.describe_table(TableName="copy")["Table"]
    assert told["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_an_on_demand_table_can_become_provisioned_with_its_indexes(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    indexed(dynamodb, BillingMode="PAY_PER_REQUEST")
    arn = back_up(aws, dynamodb, "indexed")
    backups.restore(
        replace(
            PLAIN,
            backup_arn=arn,
            billing_mode="PROVISIONED",
            provisioned_throughput=Throughput(7, 8),
        )
    )
    told = dynamodb.describe_table(TableName="copy")["Table"]
    assert told["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    throughputs = [told["ProvisionedThroughput"]]
    throughputs += [index["ProvisionedThroughput"] for index in told["GlobalSecondaryIndexes"]]
    assert [one["ReadCapacityUnits"] for one in throughputs] == [7, 7, 7]
    assert [one["WriteCapacityUnits"] for one in throughputs] == [8, 8, 8]


@pytest.mark.parametrize("billing_mode", ["PROVISIONED", "PAY_PER_REQUEST"])
@pytest.mark.parametrize(
    ("local", "global_", "kept"),
    [
        pytest.param((), (), [], id="none"),
        pytest.param(("local-2",), ("global-1",), ["global-1", "local-2"], id="one of each"),
        pytest.param(None, (), ["local-1", "local-2"], id="no global one"),
        pytest.param((), None, ["global-1", "global-2"], id="no local one"),
    ],
)
def test_indexes_are_kept_by_name(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    billing_mode: Any,
    local: tuple[str, ...] | None,
    global_: tuple[str, ...] | None,
    kept: list[str],
) -> None:
    units: Any = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    capacity = {"ProvisionedThroughput": units} if billing_mode == "PROVISIONED" else {}
    indexed(dynamodb, BillingMode=billing_mode, **capacity)
    arn = back_up(aws, dynamodb, "indexed")
    backups.restore(replace(PLAIN, backup_arn=arn, local_indexes=local, global_indexes=global_))
    told = dynamodb.describe_table(TableName="copy")["Table"]
    indexes = [*told["GlobalSecondaryIndexes"], *told["LocalSecondaryIndexes"]]
    assert [index["IndexName"] for index in indexes] == kept


def test_an_index_that_the_backup_does_not_hold_is_told_and_nothing_is_restored(
    backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    with pytest.raises(ValidationError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn, global_indexes=("by-kind",)))
    assert [failure.property for failure in failed.value.failures] == ["global_indexes"]
    assert not exists(dynamodb, "copy")


def test_the_encryption_can_be_said_anew(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    sse = SseSpecification(kms_master_key_id="alias/orders")
    backups.restore(replace(PLAIN, backup_arn=arn, sse_specification=sse))
    told = dynamodb.describe_table(TableName="copy")["Table"]
    assert told["SSEDescription"]["KMSMasterKeyArn"] == "alias/orders"
    (sent,) = [call.params for call in aws.calls if call.api == "RestoreTableFromBackup"]
    assert sent == {
        "TargetTableName": "copy",
        "BackupArn": arn,
        "SSESpecificationOverride": {
            "Enabled": True,
            "SSEType": "KMS",
            "KMSMasterKeyId": "alias/orders",
        },
    }


def test_a_backup_can_be_restored_to_another_region_with_the_settings_of_its_own(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str
) -> None:
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "later"}})
    record = backups.restore(
        replace(
            WITH_SETTINGS,
            backup_arn=orders,
            region="us-east-1",
            sse_specification=SseSpecification(enabled=False),
        )
    )
    assert record.region == "us-east-1"
    assert record.table_arn.startswith("arn:aws:dynamodb:us-east-1:")
    assert settings_of(client(aws, "us-east-1"), "copy") == SETTINGS
    assert not exists(dynamodb, "copy")


# What is taken up again


def test_a_timeout_tells_the_table_and_the_same_call_goes_on_waiting(
    aws: Simulator, backups: Backups, orders: str, heard: Heard
) -> None:
    aws.restores.restoring_seconds = 200
    request = replace(WITH_SETTINGS, backup_arn=orders)
    with pytest.raises(RestoreTimeoutError) as failed:
        backups.restore(replace(request, timeout_seconds=60))
    restored = failed.value.unfinished_restore
    assert restored is not None
    assert (restored.table_name, restored.table_status) == ("copy", "CREATING")
    assert failed.value.unfinished is None
    heard.notices.clear()
    record = backups.restore(request)
    assert record.table_arn == restored.table_arn
    assert set(record.settings_set) == NAMES
    assert aws.count("RestoreTableFromBackup") == 1
    assert heard.notices == [
        "Table 'copy' is already being restored from this backup, so it is not restored again"
    ]


def test_one_deadline_covers_the_wait_and_the_settings(
    aws: Simulator, backups: Backups, clock: SimulatedClock, orders: str
) -> None:
    aws.restores.restoring_seconds = 50
    aws.restores.updating_seconds = 100
    began = clock.monotonic()
    with pytest.raises(RestoreTimeoutError) as failed:
        backups.restore(replace(WITH_SETTINGS, backup_arn=orders, timeout_seconds=60))
    assert clock.monotonic() - began == pytest.approx(60)
    assert failed.value.stage is Stage.SETTINGS
    assert failed.value.facts.status == "UPDATING"


def test_looks_that_are_throttled_until_the_timeout_are_late_looks(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    aws.restores.restoring_seconds = 1000
    aws.fault(Fault("DescribeTable", code="ThrottlingException", status=400, first=2))
    with pytest.raises(RestoreTimeoutError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn, timeout_seconds=60))
    assert failed.value.unfinished_restore is not None


def test_a_finished_restore_of_the_same_backup_is_only_given_its_settings(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    orders: str,
    heard: Heard,
    summary_stays: bool,
) -> None:
    backups.restore(replace(PLAIN, backup_arn=orders))
    dynamodb.put_item(TableName="copy", Item={"id": {"S": "mine"}})
    heard.notices.clear()
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    left = set() if summary_stays else {"time_to_live_attribute"}
    assert record.certain is summary_stays
    assert set(record.settings_left) == left
    assert set(record.settings_set) == NAMES - left
    time_to_live = "expires" if summary_stays else None
    assert settings_of(dynamodb, "copy") == replace(SETTINGS, time_to_live_attribute=time_to_live)
    assert aws.count("RestoreTableFromBackup") == 1
    assert dynamodb.get_item(TableName="copy", Key={"id": {"S": "mine"}})["Item"]
    if not summary_stays:
        likely, left_alone = heard.notices
        assert "It is most likely backup" in likely
        assert left_alone == (
            "Not set on table 'copy', since AWS no longer says what it was restored from: "
            "time_to_live_attribute (time to live deletes items). If the table is yours to change, "
            "aws dynamodb update-time-to-live --region eu-west-1 --table-name copy "
            "--time-to-live-specification 'Enabled=true,AttributeName=expires' sets it"
        )


def test_settings_that_are_made_are_not_sent_again(
    aws: Simulator, backups: Backups, orders: str
) -> None:
    request = replace(WITH_SETTINGS, backup_arn=orders)
    first = backups.restore(request)
    aws.calls.clear()
    second = backups.restore(request)
    assert second.settings_set == first.settings_set
    assert not [call for call in aws.calls if call.api.startswith("Update")]


def test_a_finished_restore_whose_backup_is_gone_is_recognised_only_by_what_aws_says(
    backups: Backups, dynamodb: DynamoDBClient, orders: str, summary_stays: bool
) -> None:
    backups.restore(replace(PLAIN, backup_arn=orders))
    dynamodb.delete_backup(BackupArn=orders)
    request = replace(WITH_SETTINGS, backup_arn=orders)
    if summary_stays:
        backups.restore(request)
        assert settings_of(dynamodb, "copy") == SETTINGS
    else:
        with pytest.raises(TargetExistsError) as failed:
            backups.restore(request)
        assert "the backup is gone" in failed.value.facts.detail
        assert settings_of(dynamodb, "copy") == TableSettings()


@pytest.mark.parametrize("made_by", ["another backup", "create_table"])
def test_a_table_that_is_no_restore_of_this_backup_is_never_touched(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str, made_by: str
) -> None:
    if made_by == "create_table":
        dynamodb.create_table(TableName="copy", BillingMode="PAY_PER_REQUEST", **OTHER_KEYS)
    else:
        aws.restores.summary_stays = True
        backups.restore(replace(PLAIN, backup_arn=back_up(aws, dynamodb, "orders")))
    aws.calls.clear()
    with pytest.raises(TargetExistsError) as failed:
        backups.restore(replace(WITH_SETTINGS, backup_arn=arn))
    assert failed.value.facts.table_name == "copy"
    assert failed.value.unfinished_restore is None
    assert {call.api for call in aws.calls} <= {"DescribeTable", "DescribeBackup"}


def test_a_table_with_settings_of_its_own_keeps_them_where_it_is_only_likely_the_restore(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str, heard: Heard
) -> None:
    aws.restores.summary_stays = False
    backups.restore(replace(PLAIN, backup_arn=orders))
    own = TableSettings(
        tags={"team": "bank", "mine": "yes"},
        time_to_live_attribute="until",
        stream_view_type="KEYS_ONLY",
        point_in_time_recovery=True,
        recovery_period_days=35,
    )
    record = backups.restore(replace(PLAIN, backup_arn=orders))
    backups.complete(record.table_arn, orders, own)
    heard.notices.clear()
    record = backups.restore(replace(WITH_SETTINGS, backup_arn=orders))
    now = settings_of(dynamodb, "copy")
    assert replace(now, deletion_protection=False, table_class=None) == own
    assert set(record.settings_set) == {"deletion_protection", "table_class"}
    assert [notice.partition("restored from: ")[2] for notice in heard.notices[1:]] == [
        "stream_view_type (it has KEYS_ONLY)",
        "point_in_time_recovery (it has it for 35 days)",
        "time_to_live_attribute (it has 'until'). If the table is yours to change, "
        "aws dynamodb update-time-to-live --region eu-west-1 --table-name copy "
        "--time-to-live-specification 'Enabled=true,AttributeName=expires' sets it",
        "tags (it has other values of team)",
    ]


def test_what_aws_leaves_out_of_its_answers_costs_nothing(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, orders: str
) -> None:
    aws.restores.sparse = True
    request = replace(WITH_SETTINGS, backup_arn=orders)
    first = backups.restore(request)
    assert set(first.settings_set) >= {"tags", "time_to_live_attribute", "stream_view_type"}
    assert backups.restore(request).table_arn == first.table_arn
    assert aws.count("RestoreTableFromBackup") == 1


# Errors


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("BackupInUseException", BackupInUseError),
        ("TableAlreadyExistsException", TargetExistsError),
        ("TableInUseException", TableInUseError),
        ("LimitExceededException", LimitExceededError),
        ("AccessDeniedException", AccessDeniedError),
        ("ValidationException", RejectedError),
    ],
)
def test_what_would_fail_again_is_not_sent_again(
    aws: Simulator, backups: Backups, arn: str, code: str, error: type[BackupError]
) -> None:
    aws.fault(Fault("RestoreTableFromBackup", code=code, status=400))
    with pytest.raises(error) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert type(failed.value) is error
    assert failed.value.stage is Stage.RESTORE
    assert failed.value.facts.table_name == "copy"
    assert failed.value.unfinished_restore is None
    assert "No restore was started." in str(failed.value)
    assert aws.count("RestoreTableFromBackup") == 1


@pytest.mark.parametrize("settings", [None, "source"])
def test_a_backup_that_is_gone_is_told_and_nothing_is_restored(
    backups: Backups, dynamodb: DynamoDBClient, arn: str, settings: Any
) -> None:
    dynamodb.delete_backup(BackupArn=arn)
    with pytest.raises(BackupNotFoundError) as failed:
        backups.restore(RestoreRequest("copy", arn, settings=settings))
    assert failed.value.facts.backup_arn == arn
    assert not exists(dynamodb, "copy")


def test_a_backup_that_is_being_created_cannot_be_restored_yet(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 100
    arn = back_up(aws, dynamodb, "orders")
    with pytest.raises(BackupInUseError):
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert not exists(dynamodb, "copy")


@pytest.mark.parametrize("api", ["DescribeTable", "DescribeBackup"])
def test_a_missing_permission_is_named(
    aws: Simulator, backups: Backups, arn: str, api: str
) -> None:
    aws.fault(Fault(api, code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert failed.value.facts.action == f"dynamodb:{api}"
    assert "No restore was started." in str(failed.value)


@pytest.mark.parametrize("status", ["DELETING", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "NOVEL"])
def test_a_table_that_can_come_to_nothing_ends_the_wait_at_once(
    aws: Simulator, backups: Backups, arn: str, status: str
) -> None:
    aws.restores.restoring_seconds = 1000

    class Spoiling(Heard):
        def notice(self, text: str) -> None:
            aws.table_status["copy"] = status

    with pytest.raises(TableNotActiveError) as failed:
        replace(backups, listener=Spoiling()).restore(replace(PLAIN, backup_arn=arn))
    assert failed.value.facts.status == status
    assert failed.value.unfinished_restore is not None


def test_a_table_that_is_not_found_at_first_is_looked_for_again(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    aws.restores.restoring_seconds = 10
    gone = Fault("DescribeTable", code="ResourceNotFoundException", status=400, first=2, times=3)
    aws.fault(gone)
    assert backups.restore(replace(PLAIN, backup_arn=arn)).table_status == "ACTIVE"


def test_a_table_that_is_deleted_during_the_wait_ends_it(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    aws.restores.restoring_seconds = 1000
    aws.fault(Fault("DescribeTable", code="ResourceNotFoundException", status=400, first=2))
    with pytest.raises(TableNotFoundError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert failed.value.facts.table_name == "copy"
    assert aws.count("DescribeTable") == 5


def test_throttling_until_the_timeout_starts_nothing_and_says_so(
    aws: Simulator, backups: Backups, arn: str, clock: SimulatedClock
) -> None:
    aws.fault(Fault("RestoreTableFromBackup", code="ThrottlingException", status=400))
    began = clock.monotonic()
    with pytest.raises(ThrottledError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn, timeout_seconds=60))
    assert clock.monotonic() - began == pytest.approx(60)
    assert "No restore was started." in str(failed.value)


# Answers that are lost


@pytest.mark.parametrize(
    "kind", ["close_after", "error_after", "malformed", "truncated", "close_before", "error"]
)
def test_an_answer_that_is_lost_means_one_restore_the_one_returned(
    aws: Simulator, backups: Backups, arn: str, kind: str
) -> None:
    aws.restores.restoring_seconds = 10
    aws.fault(Fault("RestoreTableFromBackup", kind=kind, times=1))
    record = backups.restore(replace(PLAIN, backup_arn=arn))
    assert record.table_status == "ACTIVE"
    outcomes = [call.outcome for call in aws.calls if call.api == "RestoreTableFromBackup"]
    assert sum(outcome.startswith("OK") for outcome in outcomes) == 1


def test_a_lost_answer_and_a_table_of_somebody_elses_is_no_restore_of_ours(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    aws.fault(Fault("RestoreTableFromBackup", kind="error", times=1))

    class Racing(Heard):
        def progress(self, progress: object) -> None:
            dynamodb.create_table(TableName="copy", BillingMode="PAY_PER_REQUEST", **OTHER_KEYS)

    with pytest.raises(TargetExistsError) as failed:
        replace(backups, listener=Racing()).restore(replace(PLAIN, backup_arn=arn))
    assert failed.value.facts.doubt == ""
    assert "No restore was started." in str(failed.value)


@pytest.mark.parametrize(
    ("kind", "error"), [("error", AwsServiceError), ("close_before", AwsConnectionError)]
)
def test_an_answer_lost_until_the_end_leaves_the_doubt_in_the_message(
    aws: Simulator, backups: Backups, arn: str, kind: str, error: type[BackupError]
) -> None:
    aws.fault(Fault("RestoreTableFromBackup", kind=kind))
    with pytest.raises(error) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert aws.count("RestoreTableFromBackup") == 4
    assert "DescribeTable does not show it" in failed.value.facts.doubt
    assert "may be on its way in AWS all the same" in str(failed.value)


def test_a_lost_answer_and_a_look_that_is_denied_leave_the_doubt_in_the_message(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    aws.restores.restoring_seconds = 100
    aws.fault(Fault("RestoreTableFromBackup", kind="close_after", times=1))
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400, first=2))
    with pytest.raises(TableInUseError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn))
    assert "DescribeTable, which would tell, failed" in failed.value.facts.doubt


# Cancelled


def test_a_cancel_while_the_restore_is_being_sent_waits_for_its_answer(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    scheduler = Scheduler()
    aws.restores.restoring_seconds = 1000
    aws.when("RestoreTableFromBackup", scheduler.cancel_all)
    with pytest.raises(RestoreCancelledError) as failed:
        replace(backups, scheduler=scheduler).restore(replace(PLAIN, backup_arn=arn))
    restored = failed.value.unfinished_restore
    assert restored is not None
    assert restored.table_arn in str(failed.value)
    aws.restores.finish()
    assert backups.restore(replace(PLAIN, backup_arn=arn)).table_arn == restored.table_arn


def test_a_cancel_before_the_restore_says_that_nothing_was_started(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, arn: str
) -> None:
    scheduler = Scheduler()
    aws.fault(Fault("DescribeBackup", times=1))

    class Cancelling(Heard):
        def progress(self, progress: object) -> None:
            scheduler.cancel_all()

    cancelling = replace(backups, listener=Cancelling(), scheduler=scheduler)
    with pytest.raises(RestoreCancelledError) as failed:
        cancelling.restore(replace(PLAIN, backup_arn=arn))
    assert "No restore was started." in str(failed.value)
    assert not exists(dynamodb, "copy")


# Refused before AWS is asked


def test_nothing_is_asked_of_aws_with_inputs_that_break_a_rule(
    aws: Simulator, backups: Backups
) -> None:
    wrong: Any = "sauce"
    with pytest.raises(ValidationError) as failed:
        backups.restore(RestoreRequest("?", "orders", wrong, timeout_seconds=86401))
    assert [failure.property for failure in failed.value.failures] == [
        "target_table_name",
        "target_table_name",
        "backup_arn",
        "settings",
        "timeout",
    ]
    assert aws.calls == []


def test_another_region_without_the_encryption_is_refused(
    aws: Simulator, backups: Backups, arn: str
) -> None:
    with pytest.raises(ValidationError) as failed:
        backups.restore(replace(PLAIN, backup_arn=arn, region="us-east-1"))
    assert [failure.property for failure in failed.value.failures] == ["sse_specification"]
    assert aws.calls == []
