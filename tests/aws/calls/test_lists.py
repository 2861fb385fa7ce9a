"""Lists of AWS's that do not come to an end, or have nothing in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    BackupError,
    BackupRequest,
    Backups,
    Fleet,
    ListTimeoutError,
    RestoreRequest,
    Stage,
    UnreadableAnswerError,
)
from tests.aws.conftest import Heard
from tests.aws.fleet_tables import add_tables, of
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock

ORDERS = BackupRequest("orders", backup_name="orders-1", timeout_seconds=60)
BACKUP_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01234567890#-abcdef12"
# A page of each list, which says that another comes.
PAGES: dict[str, dict[str, Any]] = {
    "ListBackups": {"BackupSummaries": [], "LastEvaluatedBackupArn": BACKUP_ARN},
    "ListTables": {"TableNames": ["orders"], "LastEvaluatedTableName": "table-#"},
    "GetResources": {"ResourceTagMappingList": [], "PaginationToken": "token-#"},
    "ListTagsOfResource": {"Tags": [], "NextToken": "token-#"},
}
Read = Callable[[Backups, Fleet, DynamoDBClient], object]


READ: dict[str, tuple[str, Read]] = {
    "find": ("ListBackups", lambda backups, _, __: backups.find("orders", timeout_seconds=60)),
    "find all": ("ListBackups", lambda backups, _, __: backups.find(timeout_seconds=60)),
    "pattern": (
        "ListTables",
        lambda _, fleet, __: fleet.create(of(table_pattern="*", timeout_seconds=60)),
    ),
    "tags": (
        "GetResources",
        lambda _, fleet, __: fleet.create(of(tags={"a": "b"}, timeout_seconds=60)),
    ),
}


def page(api: str, token: str) -> str:
    return json.dumps(PAGES[api]).replace("#", token)


@pytest.fixture(params=READ)
def reading(
    request: pytest.FixtureRequest, backups: Backups, fleet: Fleet, dynamodb: DynamoDBClient
) -> tuple[str, Callable[[], object]]:
    """The call of a list, and an operation that reads all of it."""
    api, read = READ[request.param]
    return api, lambda: read(backups, fleet, dynamodb)


def test_a_list_whose_token_comes_back_is_an_error_at_once(
    aws: Simulator, reading: tuple[str, Callable[[], object]]
) -> None:
    api, read = reading
    for token in ("000001", "000002", "000001"):
        aws.fault(Fault(api, kind="answer", body=page(api, token), times=1))
    aws.fault(Fault(api))  # nobody asks a fourth time
    with pytest.raises(UnreadableAnswerError, match="never end") as failed:
        read()
    assert aws.count(api) == 3
    assert api in failed.value.facts.action
    assert "'*'" not in str(failed.value)


def test_a_list_that_goes_on_for_ever_ends_at_the_timeout(
    aws: Simulator, reading: tuple[str, Callable[[], object]]
) -> None:
    api, read = reading
    aws.fault(Fault(api, kind="answer", body=page(api, "#")))
    aws.when(api, lambda: aws.skip(1))
    with pytest.raises(ListTimeoutError) as failed:
        read()
    assert 55 < aws.count(api) < 1000
    assert "'*'" not in str(failed.value)


@pytest.mark.parametrize("token", ["000001", "#"], ids=["comes back", "goes on for ever"])
def test_a_list_of_tags_without_an_end_costs_the_tags_and_not_the_restore(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, token: str
) -> None:
    made = dynamodb.create_backup(TableName="orders", BackupName="by-hand")
    arn = made["BackupDetails"]["BackupArn"]
    aws.fault(Fault("ListTagsOfResource", kind="answer", body=page("ListTagsOfResource", token)))
    aws.when("ListTagsOfResource", lambda: aws.skip(1))
    restored = backups.restore(RestoreRequest("orders-2", arn, timeout_seconds=600))
    assert (restored.table_status, restored.settings_left) == ("ACTIVE", ("tags",))


def test_a_lost_answer_and_a_list_without_an_end_leave_the_doubt(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("CreateBackup", kind="close_after"))
    aws.fault(Fault("ListBackups", kind="answer", body=page("ListBackups", "000001")))
    with pytest.raises(BackupError) as failed:
        backups.create(ORDERS)
    assert failed.value.facts.doubt
    assert "AWS sent the same continuation token twice" in failed.value.facts.doubt
    assert aws.count("CreateBackup") == 1


@pytest.mark.parametrize("ending", [{}, {"PaginationToken": ""}], ids=["left out", "empty"])
def test_an_empty_token_ends_a_list(aws: Simulator, fleet: Fleet, ending: dict[str, str]) -> None:
    (arn,) = add_tables("tagged", a="b")
    body = json.dumps({"ResourceTagMappingList": [{"ResourceARN": arn}], **ending})
    aws.fault(Fault("GetResources", kind="answer", body=body))
    assert [one.table_name for one in fleet.create(of(tags={"a": "b"})).backups] == ["tagged"]
    assert aws.count("GetResources") == 1


# Answers that can't be read, and those that only lack what AWS may leave out


@pytest.mark.parametrize(
    ("api", "body", "lacks"),
    [
        ("DescribeTable", {"Table": {"TableName": "orders"}}, "it lacks 'TableArn'"),
        ("DescribeTable", {}, "it lacks 'Table'"),
        ("CreateBackup", {"BackupDetails": {"BackupName": "x"}}, "it lacks 'BackupArn'"),
        ("DescribeBackup", {"BackupDescription": {}}, "it lacks 'BackupDetails'"),
        (
            "CreateBackup",
            {"BackupDetails": {"BackupArn": BACKUP_ARN, "BackupCreationDateTime": "soon"}},
            "soon",
        ),
        ("DescribeTable", "<html>Log in to the network first</html>", "the body is not JSON"),
    ],
)
def test_an_answer_that_cannot_be_read_is_told_as_that(
    aws: Simulator, backups: Backups, api: str, body: object, lacks: str
) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    aws.fault(Fault(api, kind="answer_after", body=text))
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400))
    with pytest.raises(UnreadableAnswerError) as failed:
        backups.create(ORDERS)
    error = failed.value
    assert lacks in error.facts.detail
    assert f"AWS's answer to dynamodb:{api} could not be read" in str(error)
    assert "reached" not in str(error)
    if api == "CreateBackup":
        assert "may exist in AWS all the same" in str(error)
        assert aws.count("CreateBackup") == 1
    elif api == "DescribeTable":
        assert error.stage is Stage.TABLE
        assert "No backup was started." in str(error)
    else:
        assert error.unfinished is not None


def test_an_answer_to_create_backup_that_cannot_be_read_means_one_backup_the_one_returned(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.fault(Fault("CreateBackup", kind="answer_after", body="{}"))
    record = backups.create(ORDERS)
    (made,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert made["BackupArn"] == record.backup_arn
    assert aws.count("CreateBackup") == 1


def test_every_operation_does_without_what_aws_may_leave_out(
    aws: Simulator, backups: Backups, fleet: Fleet, heard: Heard, clock: SimulatedClock
) -> None:
    aws.bare = True
    taken = backups.create(ORDERS)
    assert (taken.backup_status, taken.item_count, taken.backup_size_bytes) == (
        "AVAILABLE",
        None,
        None,
    )
    (found,) = backups.find("orders")
    assert (found.backup_arn, found.backup_type) == (taken.backup_arn, "USER")
    assert backups.latest("orders") == found
    seen = backups.describe(taken.backup_arn)
    assert seen is not None
    assert backups.resume(taken.backup_arn).backup_arn == taken.backup_arn
    restored = backups.restore(RestoreRequest("orders-2", taken.backup_arn))
    assert (restored.table_status, restored.settings_left) == ("ACTIVE", ())
    add_tables(*(f"table-{number}" for number in range(8)))
    result = fleet.create(of(table_pattern="table-*"))
    assert [one.backup_status for one in result.backups] == ["AVAILABLE"] * 8
    assert {one.record is None for one in fleet.describe(result.backups)} == {False}
    assert not [
        one.error for one in fleet.delete([one.backup_arn for one in result.backups]) if one.error
    ]
    assert backups.delete(taken.backup_arn) is True
