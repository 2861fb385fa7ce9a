"""`aws:allowedAccountIds` and `aws:forbiddenAccountIds`: no backup is taken in another account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccountNotAllowedError,
    BackupRequest,
    Backups,
    Fleet,
    FleetRequest,
    RestoreRequest,
)
from pulumi_ddb_backup.aws.calls.connection import AccountGuard
from tests.aws.conftest import create_table
from tests.aws.simulator import Fault, Simulator

ACCOUNT = "123456789012"
ARN = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
BACKUP_ARN = f"{ARN}/backup/01700000000000-abcdef12"
ANOTHER = AccountGuard(allowed=("210987654321",))
FORBIDDEN = AccountGuard(forbidden=(ACCOUNT,))
ALLOWED = AccountGuard(allowed=("210987654321", ACCOUNT))

REFUSED: dict[str, Callable[[Backups], object]] = {
    "create": lambda backups: backups.create(BackupRequest("orders", backup_name="orders-1")),
    "create by ARN": lambda backups: backups.create(BackupRequest(ARN, backup_name="orders-1")),
    "resume": lambda backups: backups.resume(BACKUP_ARN),
    "describe": lambda backups: backups.describe(BACKUP_ARN),
    "delete": lambda backups: backups.delete(BACKUP_ARN),
    "find": lambda backups: backups.find(),
    "find by ARN": lambda backups: backups.find(ARN),
    "latest": lambda backups: backups.latest("orders"),
    "restore": lambda backups: backups.restore(RestoreRequest("copy", BACKUP_ARN)),
}
CHANGING = ("CreateBackup", "DeleteBackup", "RestoreTableFromBackup")


def guarded(backups: Any, guard: AccountGuard) -> Any:
    return replace(backups, connection=replace(backups.connection, accounts=guard))


@pytest.mark.parametrize("guard", [ANOTHER, FORBIDDEN], ids=["not allowed", "forbidden"])
@pytest.mark.parametrize("call", REFUSED.values(), ids=REFUSED)
def test_an_account_that_is_ruled_out_is_left_alone(
    aws: Simulator, backups: Backups, guard: AccountGuard, call: Callable[[Backups], object]
) -> None:
    with pytest.raises(AccountNotAllowedError) as refused:
        call(guarded(backups, guard))
    assert refused.value.facts.status == ACCOUNT
    assert not {one.api for one in aws.calls}.intersection(CHANGING)


def test_the_message_names_account_table_and_setting(backups: Backups) -> None:
    with pytest.raises(AccountNotAllowedError) as refused:
        REFUSED["create"](guarded(backups, ANOTHER))
    assert str(refused.value).splitlines() == [
        f"Table Validation Failed: Account {ACCOUNT} may not be used for table 'orders': "
        "aws:allowedAccountIds does not list it.",
        "No backup was started.",
        "Use another account's credentials (profile, role_arn), or change that setting.",
    ]


def test_an_account_that_is_allowed_is_used_without_asking_sts(
    aws: Simulator, backups: Backups
) -> None:
    """DescribeTable's answer has told the account already."""
    record = guarded(backups, ALLOWED).create(BackupRequest("orders", backup_name="orders-1"))
    assert record.backup_status == "AVAILABLE"
    assert aws.count("GetCallerIdentity") == 0


def test_a_look_up_whose_account_nobody_tells_is_refused(aws: Simulator, backups: Backups) -> None:
    aws.fault(Fault("GetCallerIdentity", code="AccessDenied", status=403))
    with pytest.raises(AccountNotAllowedError) as refused:
        guarded(backups, ALLOWED).find("orders")
    assert "AWS does not say which account" in str(refused.value)
    assert aws.count("ListBackups") == 0


@pytest.fixture
def many(dynamodb: DynamoDBClient, aws: Simulator) -> FleetRequest:
    """A request for more tables than are described one by one."""
    for number in range(9):
        create_table(dynamodb, f"table-{number}")
    aws.calls.clear()
    return FleetRequest(table_pattern="table-*", backup_name_prefix="n-")


def test_many_tables_are_refused_once(aws: Simulator, fleet: Fleet, many: FleetRequest) -> None:
    with pytest.raises(AccountNotAllowedError):
        guarded(fleet, ANOTHER).create(many)
    assert {one.api for one in aws.calls} == {"GetCallerIdentity"}


@pytest.mark.parametrize("guard", [ALLOWED, ANOTHER], ids=["allowed", "ruled out"])
def test_many_tables_are_described_where_sts_does_not_tell_the_account(
    aws: Simulator, fleet: Fleet, many: FleetRequest, guard: AccountGuard
) -> None:
    aws.fault(Fault("GetCallerIdentity", code="AccessDenied", status=403))
    result = guarded(fleet, guard).create(many)
    assert aws.count("DescribeTable") == 9
    if guard is ALLOWED:
        assert len(result.backups) == 9
    else:
        assert {type(outcome.error) for outcome in result.outcomes} == {AccountNotAllowedError}
        assert aws.count("CreateBackup") == 0
