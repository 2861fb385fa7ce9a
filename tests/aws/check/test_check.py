"""Whether tables have a backup that is young enough, by AWS's answers and as few calls as will do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from moto.dynamodb.models.table import Backup

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    AccountNotAllowedError,
    Backups,
    CheckedTable,
    CheckRequest,
    CheckResult,
    Connection,
    FleetProgress,
    Freshness,
    NoTableSelectedError,
    RegionRefusedError,
    TableNotFoundError,
    TableRef,
    ValidationError,
    WrongTableError,
)
from pulumi_ddb_backup.aws.calls.connection import AccountGuard
from pulumi_ddb_backup.aws.check.operation import Checks
from tests.aws.conftest import REGION, Heard, TimedDynamoDB
from tests.aws.fleet_tables import (
    ELSEWHERE,
    STRANGER,
    add_tables,
    arn_of,
    at_call,
    backend,
    calls_by_api,
    denied,
    drop_table,
    numbered,
    retag,
)
from tests.aws.restores import ACCOUNT, KINDS
from tests.aws.simulator import AWS_BURSTS, AWS_LIMITS, Fault, Simulator
from tests.clock import StandingClock

BOTH = [REGION, ELSEWHERE]
DAY = timedelta(days=1)


@pytest.fixture
def checks(
    connection: Connection, heard: Heard, standing_clock: StandingClock, told: list[FleetProgress]
) -> Checks:
    """Checks of many tables, on the standing clock."""
    connect = partial(TimedDynamoDB, standing_clock)
    return Checks(connection, heard, standing_clock, connect=connect, on_progress=told.append)


def add_backup(
    table: str, hours_ago: float, region: str = REGION, type_: str = "USER", name: str = "nightly"
) -> str:
    """A backup that was made so many hours ago; its ARN."""
    there = backend(region)
    backup = KINDS.get(type_, Backup)(ACCOUNT, region, name, there.get_table(table), type_=type_)
    backup.creation_date_time -= timedelta(hours=hours_ago)
    there.backups[backup.arn] = backup
    return str(backup.arn)


def of(*tables: str, **asked: object) -> CheckRequest:
    return CheckRequest(tables=tables, **{"max_age": DAY, **asked})  # type: ignore[arg-type] # as named


def states(result: CheckResult) -> dict[str, str]:
    return {one.table.table_name: one.state.value for one in result.tables}


def only(result: CheckResult) -> CheckedTable:
    (one,) = result.tables
    return one


def test_each_table_is_told_with_its_newest_available_backup(
    aws: Simulator, checks: Checks
) -> None:
    add_tables("shop-late", "shop-missing", "shop-ok", "other")
    add_backup("shop-ok", 47)
    newest = add_backup("shop-ok", 2)
    add_backup("shop-late", 25.1)  # AWS tells its time in whole seconds
    result = checks.check(of(table_pattern="shop-*"))
    assert states(result) == {"shop-late": "late", "shop-missing": "missing", "shop-ok": "ok"}
    late, missing, fine = result.tables
    assert fine.newest is not None
    assert (fine.newest.backup_arn, fine.table_arn) == (newest, arn_of("shop-ok"))
    assert late.age is not None
    assert timedelta(hours=25) <= late.age < timedelta(hours=26)
    assert (missing.newest, missing.age, missing.of_deleted) == (None, None, 0)
    assert not result.fine


def test_the_same_is_asked_of_backups(backups: Backups) -> None:
    add_backup("orders", 2)
    result = backups.check(of("orders"))
    assert result.fine
    with pytest.raises(ValidationError, match="max_age"):
        backups.check(of("orders", max_age=timedelta()))


def test_a_backup_of_a_table_that_was_made_again_does_not_count(
    aws: Simulator, checks: Checks
) -> None:
    add_backup("orders", 2)
    add_backup("orders", 3)
    drop_table("orders")
    add_tables("orders")
    told = only(checks.check(of("orders")))
    assert (told.state, told.of_deleted, told.newest) == (Freshness.MISSING, 2, None)
    young = add_backup("orders", 0)
    told = only(checks.check(of("orders")))
    assert told.newest is not None
    assert (told.state, told.of_deleted, told.newest.backup_arn) == (Freshness.OK, 2, young)


def test_where_aws_gives_no_id_the_time_of_the_tables_creation_decides(
    aws: Simulator, checks: Checks
) -> None:
    aws.bare = True
    add_backup("orders", 2)
    assert only(checks.check(of("orders"))).state is Freshness.MISSING
    backend().tables["orders"].created_at -= timedelta(hours=3)
    assert only(checks.check(of("orders"))).state is Freshness.OK


def test_a_backup_that_is_creating_does_not_count_but_is_told(
    aws: Simulator, checks: Checks
) -> None:
    arn = add_backup("orders", 1)
    aws.backup_status[arn] = "CREATING"
    told = only(checks.check(of("orders")))
    assert told.state is Freshness.MISSING
    assert told.creating is not None
    assert told.creating.backup_arn == arn


def test_only_backups_that_are_asked_for_count(checks: Checks) -> None:
    add_backup("orders", 2, name="manual")
    assert only(checks.check(of("orders", backup_name_prefix="nightly"))).state == "missing"
    assert only(checks.check(of("orders", backup_type="AWS_BACKUP"))).state == "missing"
    add_backup("orders", 2, type_="AWS_BACKUP")
    assert only(checks.check(of("orders", backup_type="AWS_BACKUP"))).state == "ok"


def test_ages_go_by_the_clock_of_aws(
    checks: Checks, connection: Connection, standing_clock: StandingClock
) -> None:
    class Ahead(TimedDynamoDB):
        def aws_now(self) -> datetime:
            return super().aws_now() + timedelta(days=3)

    add_backup("orders", 2)
    there = Checks(connection, clock=standing_clock, connect=partial(Ahead, standing_clock))
    told = only(there.check(of("orders")))
    assert told.age is not None
    assert (told.state, told.age // DAY) == (Freshness.LATE, 3)


# What can't be looked at


def test_a_region_that_is_not_enabled_is_named_and_hides_no_other(
    aws: Simulator, checks: Checks
) -> None:
    for api in ("ListTables", "ListBackups", "DescribeTable"):
        aws.fault(Fault(api, code="UnrecognizedClientException", status=400, region=ELSEWHERE))
    add_tables("orders", region=ELSEWHERE)
    add_backup("orders", 2)
    result = checks.check(of(table_pattern="ord*", regions=BOTH))
    assert states(result) == {"orders": "ok"}
    assert isinstance(result.errors[ELSEWHERE], RegionRefusedError)
    assert f"The same credentials work in {REGION}." in str(result.errors[ELSEWHERE])
    assert not result.fine


def test_the_tables_of_a_region_whose_backups_can_not_be_listed_are_unknown(
    aws: Simulator, checks: Checks
) -> None:
    aws.fault(denied("ListBackups", region=ELSEWHERE))
    add_tables("orders", region=ELSEWHERE)
    add_backup("orders", 2)
    result = checks.check(of(table_pattern="ord*", regions=BOTH))
    here, there = result.tables
    assert (here.state, there.state) == (Freshness.OK, Freshness.UNKNOWN)
    assert isinstance(there.error, AccessDeniedError)
    assert result.errors == {ELSEWHERE: there.error}


def test_a_check_of_nothing_but_what_can_not_be_looked_at_fails(
    aws: Simulator, checks: Checks
) -> None:
    aws.fault(denied("ListBackups"))
    with pytest.raises(AccessDeniedError, match="dynamodb:ListBackups"):
        checks.check(of("orders"))


def test_a_table_that_can_not_be_described_is_unknown_however_young_its_backup(
    aws: Simulator, checks: Checks
) -> None:
    aws.fault(denied("DescribeTable", table="users"))
    add_tables("users")
    add_backup("orders", 2)
    add_backup("users", 2)
    result = checks.check(of(table_pattern="*"))
    assert states(result) == {"orders": "ok", "users": "unknown"}
    assert isinstance(result.tables[1].error, AccessDeniedError)


def test_a_named_table_must_be_there_and_be_the_one_meant(checks: Checks) -> None:
    result = checks.check(of("nope", arn_of("orders", account=STRANGER)))
    assert [type(one.error) for one in result.tables] == [TableNotFoundError, WrongTableError]
    assert {one.state for one in result.tables} == {Freshness.UNKNOWN}


def test_a_table_on_its_way_out_is_skipped(aws: Simulator, checks: Checks) -> None:
    add_tables("gone", "leaving")
    add_backup("orders", 2)
    aws.table_status["leaving"] = "DELETING"
    at_call(aws, "DescribeTable", 1, lambda: drop_table("gone"))
    result = checks.check(of(table_pattern="*"))
    assert states(result) == {"orders": "ok"}
    assert [one.table for one in result.skipped] == [
        TableRef(REGION, "gone"),
        TableRef(REGION, "leaving"),
    ]


def test_no_table_that_fits_is_no_success(checks: Checks) -> None:
    with pytest.raises(NoTableSelectedError, match=r"No table matches table_pattern zz-\*"):
        checks.check(of(table_pattern="zz-*"))


def test_an_account_that_is_ruled_out_is_not_looked_in(
    aws: Simulator, connection: Connection
) -> None:
    guard = AccountGuard(allowed=(STRANGER,))
    with pytest.raises(AccountNotAllowedError):
        Backups(replace(connection, accounts=guard)).check(of("orders"))
    assert set(calls_by_api(aws)) <= {"GetCallerIdentity"}  # or known from a test before


# As few calls as will do


@pytest.mark.parametrize("by_name", [False, True])
def test_the_calls_for_a_thousand_tables(
    aws: Simulator, checks: Checks, standing_clock: StandingClock, by_name: bool
) -> None:
    aws.limits, aws.bursts = dict(AWS_LIMITS), dict(AWS_BURSTS)
    tables = numbered(1000)
    drop_table("orders")
    add_tables(*tables)
    for table in tables[1:]:
        add_backup(table, 2)
    began = standing_clock.monotonic()
    result = checks.check(of(table_pattern="table-*", by_name=by_name))
    assert [one.table.table_name for one in result.overdue] == ["table-000"]
    assert result.counts[Freshness.OK] == 999
    described = {} if by_name else {"DescribeTable": 1000}
    assert calls_by_api(aws) == {"ListTables": 10, "ListBackups": 10, **described}
    assert standing_clock.monotonic() - began <= (5 if by_name else 105)


def test_few_tables_read_no_list_of_all_backups(aws: Simulator, checks: Checks) -> None:
    add_tables(*numbered(2))
    for table in numbered(2):
        for _ in range(150):
            add_backup(table, 2)
    add_backup("orders", 2)
    assert checks.check(of("orders")).fine
    assert calls_by_api(aws) == {"ListBackups": 1, "DescribeTable": 1}


def test_by_name_a_backup_of_a_deleted_table_counts_but_not_for_one_that_is_named(
    aws: Simulator, checks: Checks
) -> None:
    add_backup("orders", 2)
    drop_table("orders")
    add_tables("orders")
    assert states(checks.check(of(table_pattern="ord*", by_name=True))) == {"orders": "ok"}
    assert states(checks.check(of("orders", by_name=True))) == {"orders": "missing"}


def test_tags_choose_tables(aws: Simulator, checks: Checks) -> None:
    add_tables("users")
    retag("orders", team="shop")
    result = checks.check(of(tags={"team": "shop"}))
    assert states(result) == {"orders": "missing"}
    assert calls_by_api(aws) == {"GetResources": 1, "ListBackups": 1, "DescribeTable": 1}


def test_its_progress_is_told(checks: Checks, told: list[FleetProgress]) -> None:
    add_tables(*numbered(3))
    checks.check(of(table_pattern="*"))
    assert (told[-1].done, told[-1].total, told[-1].wanted) == (4, 4, "looked up")
