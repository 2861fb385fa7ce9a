"""Which backups a prune deletes, by AWS's answers: only what is proven to be its own and expired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    AccountNotAllowedError,
    BackupInUseError,
    BackupRecord,
    BackupRequest,
    Backups,
    BackupSummary,
    Connection,
    FleetProgress,
    NoTableSelectedError,
    PrunedTable,
    PruneRequest,
    PruneResult,
    Retention,
    TableNotFoundError,
    TableRef,
    ValidationError,
    Why,
    WrongTableError,
)
from pulumi_ddb_backup.aws.calls.connection import AccountGuard
from pulumi_ddb_backup.aws.retention.deciding import NOT_LISTED
from pulumi_ddb_backup.aws.retention.operation import Prunes
from pulumi_ddb_backup.aws.rules.naming import owner_mark
from tests.aws.conftest import REGION, Heard, TimedDynamoDB, create_table
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
    outcomes_of,
)
from tests.aws.retention.histories import OTHER, TWO, add_backup, history, of
from tests.aws.simulator import AWS_BURSTS, AWS_LIMITS, Fault, Simulator
from tests.clock import StandingClock

BOTH = [REGION, ELSEWHERE]


@pytest.fixture
def prunes(
    connection: Connection, heard: Heard, standing_clock: StandingClock, told: list[FleetProgress]
) -> Prunes:
    """Prunes of many tables, on the standing clock."""
    connect = partial(TimedDynamoDB, standing_clock)
    return Prunes(connection, heard, standing_clock, connect=connect, on_progress=told.append)


def there_are(region: str = REGION) -> set[str]:
    return set(backend(region).backups)


def only(result: PruneResult) -> PrunedTable:
    (one,) = result.tables
    return one


def whys(one: PrunedTable) -> dict[str, Why]:
    return {backup.backup_arn: why for backup, why in one.left_alone}


def record_of(arn: str, **change: Any) -> BackupRecord:
    """The backup as the run that took it knows it."""
    summary = backend().backups[arn]
    return replace(
        BackupRecord(
            arn,
            summary.name,
            "AVAILABLE",
            summary.table.name,
            summary.table.table_arn,
            REGION,
            table_id=summary.table.table_id if hasattr(summary.table, "table_id") else None,
        ),
        **change,
    )


def test_what_is_kept_no_longer_is_deleted_and_nothing_else(prunes: Prunes) -> None:
    newest, second, *expired = history("orders", 6)
    result = only(prunes.prune(of("orders")))
    assert there_are() == {newest, second}
    assert [one.backup_arn for one in result.expired] == expired
    assert list(result.deleted) == expired
    assert [one.backup.backup_arn for one in result.kept] == [newest, second]
    assert {reason.rule for one in result.kept for reason in one.reasons} == {"keep_last"}
    assert (result.failed, result.error, result.doubt) == ({}, None, "")


def test_a_second_run_deletes_nothing(aws: Simulator, prunes: Prunes) -> None:
    history("orders", 6)
    prunes.prune(of("orders"))
    before = there_are()
    aws.calls.clear()
    assert only(prunes.prune(of("orders"))).expired == []
    assert there_are() == before
    assert set(calls_by_api(aws)) == {"ListBackups"}


def test_a_dry_run_tells_the_same_and_deletes_nothing(aws: Simulator, prunes: Prunes) -> None:
    newest, second, *expired = history("orders", 6)
    told = only(prunes.prune(of("orders", dry_run=True)))
    assert [one.backup_arn for one in told.expired] == expired
    assert told.expired_bytes == sum(one.backup_size_bytes or 0 for one in told.expired) > 0
    assert told.deleted == ()
    assert "DeleteBackup" not in calls_by_api(aws)
    assert there_are() == {newest, second, *expired}


def test_the_same_is_asked_of_backups_and_is_a_dry_run_by_default(backups: Backups) -> None:
    arns = history("orders", 4, owner=None)
    request = PruneRequest(tables=["orders"], retention=TWO, backup_name_prefix="nightly-")
    assert [one.backup_arn for one in only(backups.prune(request)).expired] == arns[2:]
    assert there_are() == set(arns)
    with pytest.raises(ValidationError, match="retention must keep something"):
        backups.prune(replace(request, retention=Retention()))


def test_what_somebody_else_made_is_left_alone_and_said_to_be(
    aws: Simulator, prunes: Prunes
) -> None:
    history("orders", 2)
    expected = {
        add_backup("orders", 10, name="nightly-by-hand"): Why.OTHER_NAME,
        add_backup("orders", 11, name="before-the-migration"): Why.OTHER_NAME,
        add_backup("orders", 12, owner=OTHER): Why.OTHER_OWNER,
        add_backup("orders", 13, type_="SYSTEM"): Why.NOT_USER,
        add_backup("orders", 14, type_="AWS_BACKUP"): Why.NOT_USER,
    }
    creating = add_backup("orders", 15)
    aws.backup_status[creating] = "CREATING"
    before = there_are()
    result = only(prunes.prune(of("orders")))
    assert there_are() == before
    seen = {arn: why for arn, why in expected.items() if why is not Why.NOT_USER}  # a list of USER
    assert whys(result) == {**seen, creating: Why.NOT_AVAILABLE}


def test_two_owners_of_one_prefix_never_prune_each_others(prunes: Prunes) -> None:
    mine, theirs = history("orders", 4), history("orders", 5, owner=OTHER)
    prunes.prune(of("orders"))
    assert there_are() == {*mine[:2], *theirs}
    prunes.prune(of("orders", owner=owner_mark(OTHER)))
    assert there_are() == {*mine[:2], *theirs[:2]}


def test_without_an_owner_only_nobodys_backups_go(prunes: Prunes) -> None:
    nobodys, mine = history("orders", 4, owner=None), history("orders", 4)
    result = only(prunes.prune(of("orders", owner=None)))
    assert there_are() == {*nobodys[:2], *mine}
    assert whys(result) == dict.fromkeys(mine, Why.OTHER_OWNER)


def test_what_the_library_takes_for_nobody_is_pruned_by_default(
    backups: Backups, prunes: Prunes
) -> None:
    taken = [
        backups.create(BackupRequest("orders", backup_name_prefix="nightly-")).backup_arn
        for _ in range(3)
    ]
    result = only(prunes.prune(of("orders", owner=None)))
    assert len(result.deleted) == 1
    assert there_are() == set(taken) - set(result.deleted)


def test_a_table_that_was_made_again_keeps_all_of_the_old_ones_backups(prunes: Prunes) -> None:
    old = history("orders", 5)
    drop_table("orders")
    add_tables("orders")
    new = [add_backup("orders", night / 10) for night in range(1, 5)]
    result = only(prunes.prune(of("orders")))
    assert there_are() == {*old, *new[:2]}
    assert whys(result) == dict.fromkeys(old[2:], Why.OTHER_TABLE)


def test_a_backup_without_a_table_id_is_left_alone(aws: Simulator, prunes: Prunes) -> None:
    aws.bare = True
    arns = history("orders", 5)
    assert whys(only(prunes.prune(of("orders")))) == dict.fromkeys(arns, Why.UNKNOWN_TABLE)
    assert there_are() == set(arns)


def test_nothing_of_a_table_that_is_gone_goes(aws: Simulator, prunes: Prunes) -> None:
    add_tables("leaving", "gone")
    for table in ("leaving", "gone"):
        history(table, 4)
    before = there_are()
    aws.table_status["leaving"] = "DELETING"
    at_call(aws, "DescribeTable", 1, lambda: drop_table("gone"))
    result = prunes.prune(of(table_pattern="*"))
    assert there_are() == before
    assert [one.table for one in result.skipped] == [
        TableRef(REGION, "gone"),
        TableRef(REGION, "leaving"),
    ]


def test_a_table_that_is_named_and_not_there_is_told(prunes: Prunes) -> None:
    arns = history("orders", 4)
    drop_table("orders")
    assert isinstance(only(prunes.prune(of("orders"))).error, TableNotFoundError)
    add_tables("orders")
    stranger = only(prunes.prune(of(arn_of("orders", account=STRANGER))))
    assert there_are() == set(arns)
    assert stranger.error is None or isinstance(stranger.error, WrongTableError)


def test_what_is_protected_stays(prunes: Prunes) -> None:
    arns = history("orders", 5)
    result = only(prunes.prune(of("orders", protected=frozenset({arns[3]}))))
    assert there_are() == {*arns[:2], arns[3]}
    assert [reason.rule for reason in result.kept[-1].reasons] == ["protected"]


def test_a_dry_run_counts_what_is_about_to_be_taken_and_a_prune_never_does(
    aws: Simulator, prunes: Prunes
) -> None:
    newest, second, *older = history("orders", 4)
    taken = backend().backups[newest]
    expected = BackupSummary(
        "",
        "nightly-next",
        "AVAILABLE",
        "USER",
        "orders",
        arn_of("orders"),
        REGION,
        table_id=_table_id(prunes, "orders"),
        backup_creation_date_time=taken.creation_date_time.replace(tzinfo=timezone.utc)
        + timedelta(days=2),
    )
    told = only(prunes.prune(of("orders", expected=[expected], dry_run=True)))
    assert [one.backup.backup_arn for one in told.kept] == ["", newest]
    assert [one.backup_arn for one in told.expired] == [second, *older]
    pruned = only(prunes.prune(of("orders", expected=[expected])))
    assert list(pruned.deleted) == older
    assert there_are() == {newest, second}


# After a backup has been taken


def test_the_backup_just_taken_proves_the_list_and_the_table(
    aws: Simulator, prunes: Prunes
) -> None:
    arns = history("orders", 4)
    taken = record_of(arns[0], table_id=_table_id(prunes, "orders"))
    aws.calls.clear()
    prunes.prune(of(arn_of("orders"), taken=[taken]))
    assert there_are() == set(arns[:2])
    assert set(calls_by_api(aws)) == {"ListBackups", "DeleteBackup"}


def test_a_backup_from_before_the_run_does_not_prove_which_table_has_the_name_now(
    aws: Simulator, prunes: Prunes, dynamodb: DynamoDBClient
) -> None:
    arns = history("orders", 4)
    earlier = record_of(arns[0], table_id=_table_id(prunes, "orders"))
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb, "orders")
    known = frozenset({earlier.backup_arn})
    result = prunes.prune(of(arn_of("orders"), taken=[earlier], earlier=known))
    assert there_are() == set(arns)
    assert only(result).expired == []
    assert result.left_alone[Why.OTHER_TABLE] == 2


def test_a_list_without_the_backup_just_taken_is_not_believed(
    aws: Simulator, prunes: Prunes
) -> None:
    arns = history("orders", 4)
    taken = record_of(arns[0], backup_arn=f"{arn_of('orders')}/backup/01767323045000-aaaaaaaa")
    result = only(prunes.prune(of(arn_of("orders"), taken=[taken])))
    assert result.doubt == NOT_LISTED
    assert there_are() == set(arns)
    aws.backup_status[arns[0]] = "CREATING"
    result = only(prunes.prune(of(arn_of("orders"), taken=[record_of(arns[0])])))
    assert result.doubt == NOT_LISTED
    assert there_are() == set(arns)


def _table_id(prunes: Prunes, table: str) -> str | None:
    kept = only(prunes.prune(of(table, dry_run=True))).kept
    return kept[0].backup.table_id


# When AWS refuses


def test_a_deletion_that_fails_stops_no_other_and_is_told(aws: Simulator, prunes: Prunes) -> None:
    add_tables("users")
    mine, theirs = history("orders", 4), history("users", 4)
    aws.fault(denied("DeleteBackup", table="users"))
    result = prunes.prune(of("orders", "users"))
    assert there_are() == {*mine[:2], *theirs}
    orders, users = result.tables
    assert (list(orders.deleted), orders.failed) == (mine[2:], {})
    assert users.deleted == []
    assert {type(error) for error in users.failed.values()} == {AccessDeniedError}
    assert set(users.failed) == set(theirs[2:])


def test_a_backup_in_use_stays_until_the_next_time(aws: Simulator, prunes: Prunes) -> None:
    """It is being restored, most likely: somebody wants it."""
    arns = history("orders", 3)
    aws.fault(Fault("DeleteBackup", code="BackupInUseException", status=400))
    result = only(prunes.prune(of("orders")))
    assert {arn: type(error) for arn, error in result.failed.items()} == {arns[2]: BackupInUseError}
    assert there_are() == set(arns)
    assert outcomes_of(aws, "DeleteBackup").total() == 1


def test_a_backup_that_somebody_deleted_meanwhile_is_gone_and_no_failure(
    aws: Simulator, prunes: Prunes
) -> None:
    arns = history("orders", 4)
    at_call(aws, "DeleteBackup", 1, lambda: backend().backups.pop(arns[3], None))
    result = only(prunes.prune(of("orders")))
    assert (set(result.deleted), result.failed) == (set(arns[2:]), {})


@pytest.mark.parametrize("page", [1, 2])
def test_nothing_goes_unless_every_page_of_the_list_was_read(
    aws: Simulator, prunes: Prunes, page: int
) -> None:
    for table in add_tables(*numbered(60)):
        history(table.rpartition("/")[2], 3)
    before = there_are()
    at_call(aws, "ListBackups", page, lambda: aws.fault(denied("ListBackups")))
    with pytest.raises(AccessDeniedError, match="dynamodb:ListBackups"):
        prunes.prune(of(table_pattern="table-*"))
    assert there_are() == before


def test_a_region_that_can_not_be_listed_hides_no_other(aws: Simulator, prunes: Prunes) -> None:
    aws.fault(denied("ListBackups", region=ELSEWHERE))
    add_tables("orders", region=ELSEWHERE)
    here, there = history("orders", 3), history("orders", 3, region=ELSEWHERE)
    result = prunes.prune(of("orders", regions=BOTH))
    assert there_are() == set(here[:2])
    assert there_are(ELSEWHERE) == set(there)
    assert isinstance(result.errors[ELSEWHERE], AccessDeniedError)
    assert [one.error is None for one in result.tables] == [True, False]


def test_an_account_that_is_ruled_out_is_not_looked_in(
    aws: Simulator, connection: Connection
) -> None:
    guard = AccountGuard(allowed=(STRANGER,))
    with pytest.raises(AccountNotAllowedError):
        Backups(replace(connection, accounts=guard)).prune(of("orders"))
    assert set(calls_by_api(aws)) <= {"GetCallerIdentity"}  # or known from a test before


def test_no_table_that_fits_is_no_success(prunes: Prunes) -> None:
    with pytest.raises(NoTableSelectedError, match=r"No table matches table_pattern zz-\*"):
        prunes.prune(of(table_pattern="zz-*"))


# Many


def test_the_calls_for_many_tables(
    aws: Simulator, prunes: Prunes, told: list[FleetProgress], prepared: Callable[[int], int]
) -> None:
    """One list for all, a look at each table of which something goes, a deletion for each backup."""
    aws.limits, aws.bursts = dict(AWS_LIMITS), dict(AWS_BURSTS)
    expired = prepared(150)
    result = prunes.prune(of(table_pattern="table-*"))
    pages = -(-150 * 3 // 100)
    assert calls_by_api(aws) == {
        "ListTables": 2,
        "ListBackups": pages,
        "DescribeTable": expired,
        "DeleteBackup": expired,
    }
    assert sum(len(one.deleted) for one in result.tables) == expired
    assert outcomes_of(aws, "DeleteBackup") == {"OK": expired}
    assert told[-1].line.startswith(f"{expired}/{expired} deleted, ")


@pytest.fixture
def prepared() -> Callable[[int], int]:
    """Makes tables with three backups each, of which two are kept; every other one has newer ones."""

    def tables(count: int) -> int:
        add_tables(*numbered(count))
        for number, name in enumerate(numbered(count)):
            if number % 2:
                history(name, 3)
            else:
                history(name, 2)
                add_backup(name, 9, owner=OTHER)
        return count // 2

    return tables


def test_what_does_not_fit_into_the_time_is_told_and_done_the_next_time(
    aws: Simulator, prunes: Prunes
) -> None:
    aws.limits, aws.bursts = dict(AWS_LIMITS), dict(AWS_BURSTS)
    arns = history("orders", 902)
    result = only(prunes.prune(of("orders", timeout_seconds=60)))
    assert set(result.deleted) | set(result.failed) == set(arns[2:])
    assert 300 < len(result.deleted) < 900
    assert there_are() == {*arns[:2], *result.failed}
    oldest_left = max(arns.index(arn) for arn in result.failed)
    assert oldest_left < 902 - len(result.deleted) / 2  # the oldest went first
    prunes.prune(of("orders"))
    assert there_are() == set(arns[:2])
