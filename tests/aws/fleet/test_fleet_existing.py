"""Looking at many backups that exist, and deleting them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupNotFoundError,
    BackupRecord,
    Fleet,
    FleetProgress,
    TableRef,
    ValidationError,
    WrongAccountError,
)
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import (
    ELSEWHERE,
    STRANGER,
    THROTTLED,
    add_tables,
    arn_of,
    calls_by_api,
    denied,
    numbered,
    of,
    outcomes_of,
    remove,
    taken,
)
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import AWS_LIMITS, Fault, Simulator


@pytest.fixture
def twelve(aws: Simulator, fleet: Fleet) -> list[BackupRecord]:
    """Backups of twelve tables, in no order."""
    add_tables(*numbered(12))
    made = fleet.create(of(*numbered(12))).backups
    aws.calls.clear()
    return made[::-2] + made[::2]


def tables_of(backups: list[BackupRecord]) -> list[TableRef]:
    return [TableRef(one.region, one.table_name) for one in backups]


def test_many_backups_are_looked_at_by_one_list_and_told_in_the_given_order(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: list[FleetProgress]
) -> None:
    outcomes = fleet.describe(twelve)
    assert [outcome.table for outcome in outcomes] == tables_of(twelve)
    assert [outcome.record and outcome.record.backup_arn for outcome in outcomes] == [
        one.backup_arn for one in twelve
    ]
    assert calls_by_api(aws) == {"ListBackups": 1}
    assert told[-1].line == "12/12 looked up, 00:00 elapsed"


def test_each_region_is_listed_by_itself(aws: Simulator, fleet: Fleet) -> None:
    for region, count in ((REGION, 8), (ELSEWHERE, 4)):
        add_tables(*numbered(count), region=region)
    made = fleet.create(of(table_pattern=["table-*"], regions=[REGION, ELSEWHERE])).backups
    aws.calls.clear()
    outcomes = fleet.describe(made)
    assert all(outcome.record is not None for outcome in outcomes)
    assert Counter((call.api, call.region) for call in aws.calls) == {
        ("ListBackups", REGION): 1,
        ("DescribeBackup", ELSEWHERE): 4,
    }


def test_a_few_backups_are_looked_at_one_by_one(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord]
) -> None:
    outcomes = fleet.describe(twelve[:5])
    assert all(outcome.record and outcome.record.item_count == 0 for outcome in outcomes)
    assert calls_by_api(aws) == {"DescribeBackup": 5}


@pytest.mark.parametrize("count", [3, 12])
def test_a_backup_that_is_gone_is_neither_record_nor_error(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], count: int
) -> None:
    remove(twelve[1])
    outcomes = fleet.describe(twelve[:count])
    gone = [outcome for outcome in outcomes if outcome.record is None]
    assert [outcome.table for outcome in gone] == tables_of(twelve[1:2])
    assert [outcome.error for outcome in outcomes] == [None] * count
    assert aws.count("DescribeBackup") == (1 if count > 5 else count)


@pytest.mark.parametrize("count", [3, 12])
def test_a_backup_that_aws_says_is_deleted_is_gone(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], count: int
) -> None:
    aws.backup_status[twelve[1].backup_arn] = "DELETED"
    outcomes = fleet.describe(twelve[:count])
    assert [outcome.record is None for outcome in outcomes] == [
        number == 1 for number in range(count)
    ]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"code": "AccessDeniedException", "status": 400}, id="denied"),
        pytest.param({}, id="AWS's own errors"),
    ],
)
def test_many_backups_that_can_not_be_listed_are_looked_at_one_by_one(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], fault: dict[str, Any]
) -> None:
    aws.limits = dict(AWS_LIMITS)
    aws.fault(Fault("ListBackups", **fault))
    remove(twelve[0])
    outcomes = fleet.describe(twelve)
    assert [outcome.record is None for outcome in outcomes] == [True] + [False] * 11
    assert [outcome.error for outcome in outcomes] == [None] * 12
    assert aws.count("DescribeBackup") == 12
    assert THROTTLED not in {call.outcome for call in aws.calls}


@pytest.mark.parametrize("count", [3, 12])
def test_backups_of_another_account_are_not_taken_for_gone(
    fleet: Fleet, twelve: list[BackupRecord], count: int
) -> None:
    theirs = [
        replace(one, backup_arn=one.backup_arn.replace(ACCOUNT, STRANGER)) for one in twelve[:count]
    ]
    outcomes = fleet.describe([*theirs, twelve[0]])
    assert {type(outcome.error) for outcome in outcomes[:-1]} == {WrongAccountError}
    assert outcomes[-1].record is not None


def test_a_look_that_is_denied_for_one_fails_for_one(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord]
) -> None:
    aws.fault(denied("ListBackups"))
    aws.fault(denied("DescribeBackup", table=twelve[3].table_name))
    outcomes = fleet.describe(twelve)
    assert [isinstance(outcome.error, AccessDeniedError) for outcome in outcomes] == [
        number == 3 for number in range(12)
    ]
    assert sum(outcome.record is not None for outcome in outcomes) == 11


def test_many_are_deleted_and_told_in_the_given_order(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: list[FleetProgress]
) -> None:
    told.clear()
    outcomes = fleet.delete([one.backup_arn for one in twelve])
    assert [outcome.table for outcome in outcomes] == tables_of(twelve)
    assert [outcome.error for outcome in outcomes] == [None] * 12
    deleted = [outcome.record.backup_arn for outcome in outcomes if outcome.record]
    assert deleted == [one.backup_arn for one in twelve]
    assert taken() == Counter()
    assert calls_by_api(aws) == {"DeleteBackup": 12}
    assert told[-1].line.startswith("12/12 deleted, ")


def test_what_is_in_use_is_deleted_later_and_what_is_gone_already_is_no_error(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 100
    slow = dynamodb.create_backup(TableName="orders", BackupName="slow")["BackupDetails"]
    remove(twelve[0])
    arns = [slow["BackupArn"], *(one.backup_arn for one in twelve)]
    outcomes = fleet.delete(arns)
    assert [outcome.error for outcome in outcomes] == [None] * 13
    assert [outcome.record is None for outcome in outcomes] == [False, True, *[False] * 11]
    assert taken() == Counter()
    assert outcomes_of(aws, "DeleteBackup")["BackupInUseException"] > 2


def test_what_may_not_be_deleted_is_told_of_each_alone(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: list[FleetProgress]
) -> None:
    told.clear()
    theirs = twelve[5].backup_arn.replace(ACCOUNT, STRANGER)
    aws.fault(denied("DeleteBackup", table=twelve[4].table_name))
    arns = [one.backup_arn for one in twelve[:5]] + [theirs]
    outcomes = fleet.delete(arns)
    assert [type(outcome.error) for outcome in outcomes] == [type(None)] * 4 + [
        AccessDeniedError,
        WrongAccountError,
    ]
    assert [outcome.error.facts.backup_arn for outcome in outcomes if outcome.error] == arns[4:]
    assert (told[-1].done, told[-1].failed) == (4, 2)


@pytest.mark.parametrize("arn", ["", "orders", arn_of("orders")])
def test_what_is_no_backup_arn_is_refused_without_a_call(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], arn: str
) -> None:
    with pytest.raises(ValidationError):
        fleet.delete([twelve[0].backup_arn, arn])
    with pytest.raises(ValidationError):
        fleet.describe([twelve[0], replace(twelve[1], backup_arn=arn)])
    assert aws.calls == []


def test_nothing_to_look_at_and_nothing_to_delete_is_no_call(aws: Simulator, fleet: Fleet) -> None:
    assert fleet.describe([]) == []
    assert fleet.delete([]) == []
    assert aws.calls == []


def test_many_backups_are_waited_for_side_by_side_in_the_given_order(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: list[FleetProgress]
) -> None:
    told.clear()
    slow = twelve[3:]
    for one in slow:
        aws.backup_status[one.backup_arn] = "CREATING"

    def finish_once_all_are_waited_for() -> None:
        if told and told[-1].under_way == len(slow):
            aws.backup_status.clear()

    aws.when("ListBackups", finish_once_all_are_waited_for)
    remove(twelve[0])
    outcomes = fleet.wait([one.backup_arn for one in twelve])
    assert [outcome.table for outcome in outcomes] == tables_of(twelve)
    assert isinstance(outcomes[0].error, BackupNotFoundError)
    assert {one.record.backup_status for one in outcomes[1:] if one.record} == {"AVAILABLE"}
    assert told[-1].line.startswith("11/12 available, 1 failed, ")
    assert aws.count("CreateBackup") == 0


def test_a_wait_for_what_is_no_backup_asks_nothing(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord]
) -> None:
    with pytest.raises(ValidationError):
        fleet.wait([twelve[0].backup_arn, "orders"])
    assert fleet.wait([]) == []
    assert aws.calls == []


def test_backups_are_described_by_their_arns_alone(
    fleet: Fleet, twelve: list[BackupRecord]
) -> None:
    remove(twelve[2])
    outcomes = fleet.describe([one.backup_arn for one in twelve])
    assert [one.record and one.record.backup_name for one in outcomes] == [
        None if number == 2 else one.backup_name for number, one in enumerate(twelve)
    ]
