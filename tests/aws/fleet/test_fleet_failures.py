"""What fails in a fleet fails alone: tables, the call itself when it is cancelled, who listens."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    AwsServiceError,
    BackupCancelledError,
    BackupDeletedError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    BackupRequest,
    Backups,
    BackupTimeoutError,
    Connection,
    Fleet,
    FleetProgress,
    FleetResult,
    LimitExceededError,
    LookupCancelledError,
    Stage,
    StartCancelledError,
    TableNotActiveError,
    TableNotFoundError,
    TableOutcome,
    TableRef,
    TablesMissingError,
)
from pulumi_ddb_backup.aws.backup import operation
from pulumi_ddb_backup.aws.calls.account import Account
from pulumi_ddb_backup.aws.fleet.operation import Job, carry_out_all
from pulumi_ddb_backup.aws.fleet.records import by_table
from pulumi_ddb_backup.aws.running.run import Run
from pulumi_ddb_backup.aws.running.scheduler import Scheduler
from tests.aws.conftest import REGION, Heard
from tests.aws.fleet_tables import (
    ELSEWHERE,
    STRANGER,
    THROTTLED,
    InMemory,
    add_tables,
    arn_of,
    at_call,
    backend,
    denied,
    drop_table,
    errors,
    kinds,
    names,
    numbered,
    of,
    once_each,
    statuses,
    tables_in_calls,
    taken,
)
from tests.aws.simulator import AWS_LIMITS, Fault, Simulator
from tests.clock import StandingClock

# What fails, fails alone


class Deleting(Heard):
    """Deletes the backup of one table as soon as it has been started."""

    def __init__(self, table: str, delete: Callable[[str], object]) -> None:
        super().__init__()
        self._table, self._delete = table, delete

    def notice(self, text: str) -> None:
        super().notice(text)
        if f"'{self._table}' started" in text:
            self._delete(text.rpartition(" ")[2])


def test_a_fleet_of_sixty_with_seven_that_fail_has_fifty_three_backups_and_then_sixty(
    aws: Simulator, fleet: Fleet, dynamodb: DynamoDBClient
) -> None:
    tables = numbered(60)
    add_tables(*tables[1:])
    aws.creating_seconds = 10_000
    running = dynamodb.create_backup(TableName="table-020", BackupName="somebody-elses")
    aws.calls.clear()
    aws.creating_seconds = 20
    at_call(aws, "CreateBackup", 1, lambda: drop_table("table-010"))
    aws.fault(
        Fault("CreateBackup", "error", "LimitExceededException", status=400, table="table-030")
    )
    aws.fault(denied("CreateBackup", table="table-040"))
    aws.fault(Fault("CreateBackup", table="table-050"))
    deleting = Deleting("table-059", lambda arn: aws.backup_status.update({arn: "DELETED"}))
    result = replace(fleet, listener=deleting).create(of(*tables))

    assert names(result) == tables
    assert kinds(result) == {
        "table-000": TableNotFoundError,
        "table-010": TableNotFoundError,
        "table-020": BackupInUseError,
        "table-030": LimitExceededError,
        "table-040": AccessDeniedError,
        "table-050": AwsServiceError,
        "table-059": BackupDeletedError,
    }
    assert errors(result)["table-020"].facts.backup_arn == running["BackupDetails"]["BackupArn"]
    assert Counter(tables_in_calls(aws, "CreateBackup"))["table-050"] == 4
    report = result.report().splitlines()
    assert report[0] == "53 of 60 backups are AVAILABLE (0 creating, 7 failed)."
    assert [line.split(" (")[0].strip() for line in report[1:]] == list(errors(result))

    known = by_table(result.backups)
    assert len(known) == 53
    add_tables("table-000", "table-010")
    aws.forget_faults()
    aws.calls.clear()
    aws.skip(10_000)
    again = fleet.create(of(*tables), known)
    assert statuses(again) == {"AVAILABLE"}
    assert sorted(tables_in_calls(aws, "CreateBackup")) == list(errors(result))


def test_a_backup_that_is_gone_while_it_is_waited_for_fails_alone(
    aws: Simulator, fleet: Fleet
) -> None:
    """AWS lists no backup that is deleted, so it has to be asked about by itself."""
    add_tables(*numbered(10))
    aws.creating_seconds = 30
    deleting = Deleting("table-004", lambda arn: backend().backups.pop(arn))
    result = replace(fleet, listener=deleting).create(of(*numbered(10)))
    assert kinds(result) == {"table-004": BackupNotFoundError}
    assert len(result.backups) == 10


def test_a_table_that_is_not_active_fails_alone_and_in_exact_words(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.table_status["table-004"] = "DELETING"
    aws.fault(Fault("CreateBackup", code="TableInUseException", status=400, table="table-004"))
    result = fleet.create(of(*numbered(8)))
    (error,) = errors(result).values()
    assert isinstance(error, TableNotActiveError)
    assert error.facts.status == "DELETING"
    assert aws.count("DescribeTable") == 1


def test_more_than_ten_failures_are_counted_and_ten_of_them_told(fleet: Fleet) -> None:
    add_tables(*numbered(30)[:18])
    result = fleet.create(of(*numbered(30)))
    report = result.report().splitlines()
    assert report[0] == "18 of 30 backups are AVAILABLE (0 creating, 12 failed)."
    assert [line.split()[0] for line in report[1:11]] == numbered(30)[18:28]
    assert report[11:] == ["  ... and 2 more."]
    assert len(result.failed) == 12


def test_answers_that_are_lost_mean_exactly_one_backup_of_each_table(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(12))
    aws.creating_seconds = 5
    for number, kind in enumerate(["close_after", "error_after", "malformed", "truncated"]):
        aws.fault(Fault("CreateBackup", kind=kind, times=1, table=f"table-{number:03}"))
    result = fleet.create(of(*numbered(12)))
    assert statuses(result) == {"AVAILABLE"}
    assert taken() == once_each(numbered(12))


def test_the_timeout_is_of_the_whole_operation_and_not_of_each_part(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 1000
    aws.fault(Fault("ListTables", kind="skip", seconds=50))
    result = fleet.create(of(table_pattern=["table-*"], timeout_seconds=60))
    assert set(kinds(result).values()) == {BackupTimeoutError}
    assert result.elapsed_seconds <= 65


# All or nothing


@pytest.mark.parametrize("list_tables", ["allowed", "denied"])
@pytest.mark.parametrize("count", [3, 12])
def test_all_or_nothing_starts_nothing_unless_all_tables_exist(
    aws: Simulator, fleet: Fleet, count: int, list_tables: str
) -> None:
    add_tables(*numbered(count)[1:])
    if list_tables == "denied":
        aws.fault(denied("ListTables"))
    request = of(*numbered(count), all_or_nothing=True)
    with pytest.raises(TablesMissingError) as failed:
        fleet.create(request)
    assert failed.value.facts.detail == f"missing 'table-000' ({REGION})"
    assert aws.count("CreateBackup") == 0
    assert taken() == Counter()

    add_tables("table-000")
    assert statuses(fleet.create(request)) == {"AVAILABLE"}
    assert taken() == once_each(numbered(count))


def test_all_or_nothing_looks_in_every_region(aws: Simulator, fleet: Fleet) -> None:
    add_tables("users")
    add_tables("carts", region=ELSEWHERE)
    arns = [arn_of("carts", ELSEWHERE), arn_of("gone", ELSEWHERE)]
    with pytest.raises(TablesMissingError) as failed:
        fleet.create(of("orders", "users", *arns, all_or_nothing=True))
    assert failed.value.facts.detail == f"missing '{arn_of('gone', ELSEWHERE)}' ({ELSEWHERE})"
    assert aws.count("CreateBackup") == 0


def test_all_or_nothing_tells_ten_of_the_missing_and_counts_the_rest(fleet: Fleet) -> None:
    with pytest.raises(TablesMissingError) as failed:
        fleet.create(of("orders", *numbered(13), all_or_nothing=True))
    told = [f"'{name}' ({REGION})" for name in numbered(10)]
    assert failed.value.facts.detail == f"missing {', '.join(told)} and 3 more"


def test_all_or_nothing_does_not_ask_for_tables_that_have_their_backup(fleet: Fleet) -> None:
    add_tables(*numbered(8))
    first = fleet.create(of(*numbered(8)))
    drop_table("table-003")
    again = fleet.create(of(*numbered(8), "orders", all_or_nothing=True), by_table(first.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert len(again.outcomes) == 9


def test_all_or_nothing_starts_nothing_when_the_check_itself_fails(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.fault(Fault("ListTables"))
    with pytest.raises(AwsServiceError):
        fleet.create(of(*numbered(8), all_or_nothing=True))
    assert aws.count("CreateBackup") == 0


@pytest.mark.parametrize("count", [3, 12])
def test_all_or_nothing_starts_nothing_for_a_table_of_another_account(
    fleet: Fleet, count: int
) -> None:
    """A table of the same name exists, but it is not the one whose ARN was given."""
    add_tables(*numbered(count))
    foreign = arn_of("table-000", account=STRANGER)
    with pytest.raises(BackupError):
        fleet.create(of(*numbered(count)[1:], foreign, all_or_nothing=True))
    assert taken() == Counter()


# Cancelled


@dataclass
class Cancelling:
    """A fleet on a scheduler of its own, which a test can cancel."""

    fleet: Fleet
    scheduler: Scheduler

    def at(self, aws: Simulator, api: str, number: int, again_after: Sequence[float] = ()) -> None:
        """Cancel when the call of that number arrives, and so many seconds later once more."""

        def cancel() -> None:
            self.scheduler.cancel_all()
            for seconds in again_after:
                threading.Timer(seconds, self.scheduler.cancel_all).start()

        at_call(aws, api, number, cancel)


@pytest.fixture
def cancelling(fleet: Fleet) -> Cancelling:
    scheduler = Scheduler()
    return Cancelling(replace(fleet, scheduler=scheduler), scheduler)


def assert_told(result: FleetResult, tables: list[str]) -> None:
    """Every backup that was started is in the outcomes, and of the others it is said."""
    assert names(result) == tables
    started = {backup.arn: backup.table.name for backup in backend().backups.values()}
    assert {one.backup_arn: one.table_name for one in result.backups} == started
    for name, error in errors(result).items():
        begun = name in started.values()
        assert isinstance(error, BackupCancelledError if begun else StartCancelledError)
        assert ("No backup was started." in str(error)) is not begun
    assert set(errors(result)) == set(tables)


@pytest.mark.parametrize("at", [1, 30, 60])
def test_a_cancel_in_mid_flight_keeps_every_arn_and_the_next_create_finishes(
    aws: Simulator, cancelling: Cancelling, at: int
) -> None:
    tables = numbered(60)
    add_tables(*tables)
    aws.creating_seconds = 1000
    cancelling.at(aws, "CreateBackup", at)
    result = cancelling.fleet.create(of(*tables))
    assert_told(result, tables)
    assert len(result.backups) == at
    aws.available_in(10)
    aws.creating_seconds = 10
    going_on = "1 backup goes" if at == 1 else f"{at} backups go"
    unstarted = f", {60 - at} were not started" if at < 60 else ""
    assert result.report() == f"Stopped waiting. {going_on} on in AWS{unstarted}."
    again = cancelling.fleet.create(of(*tables), by_table(result.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert taken() == once_each(tables)


def test_a_cancel_while_all_are_creating_keeps_every_arn(
    aws: Simulator, cancelling: Cancelling
) -> None:
    tables = numbered(60)
    add_tables(*tables)
    aws.creating_seconds = 1000
    cancelling.at(aws, "ListBackups", 20)
    result = cancelling.fleet.create(of(*tables))
    assert_told(result, tables)
    assert len(result.backups) == 60


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"table_pattern": ["*"]}, id="a pattern"),
        pytest.param({"all_or_nothing": True}, id="all or nothing"),
    ],
)
def test_a_cancel_before_the_tables_are_known_starts_nothing_and_says_so(
    aws: Simulator, cancelling: Cancelling, asked: dict[str, Any]
) -> None:
    cancelling.at(aws, "ListTables", 1)
    with pytest.raises(StartCancelledError):
        cancelling.fleet.create(of("orders", **asked))
    assert aws.count("CreateBackup") == 0


@pytest.mark.parametrize(
    "again_after",
    [
        pytest.param([], id="once"),
        pytest.param([0.0], id="twice at once"),
        pytest.param([0.05], id="again while the answers are awaited"),
    ],
)
def test_a_cancel_with_many_create_backup_under_way_waits_for_their_answers(
    aws: Simulator, connection: Connection, again_after: list[float]
) -> None:
    """By the machine's own clock: on the simulated one, one call ends before the next begins."""
    tables = numbered(40)
    add_tables(*tables)
    aws.monotonic = time.monotonic
    aws.creating_seconds = 1000
    aws.fault(Fault("CreateBackup", kind="delay", seconds=0.2))
    scheduler = Scheduler()
    cancelling = Cancelling(Fleet(connection, scheduler=scheduler), scheduler)
    cancelling.at(aws, "CreateBackup", 20, again_after)
    result = cancelling.fleet.create(of(*tables))
    assert_told(result, tables)
    assert len(result.backups) >= 20
    aws.forget_faults()
    aws.finish_backups()
    again = cancelling.fleet.create(of(*tables), by_table(result.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert taken() == once_each(tables)


async def turns_of_the_loop(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def cancelled_at(
    turn: int, again: int | None, aws: InMemory
) -> tuple[bool, list[TableOutcome]]:
    """Whether it had ended by that turn of the loop, and the outcomes."""
    clock = StandingClock()
    account = Account(cast(Any, aws), clock)

    def job(table: str) -> Job:
        request = BackupRequest(table, backup_name="nightly-1")
        run = Run(account, table, Stage.TABLE)
        return Job(TableRef(REGION, table), run, lambda run: operation.take_backup(request, run))

    jobs = [job(table) for table in aws.tables]
    under_way = asyncio.ensure_future(carry_out_all(jobs, clock, lambda _: None))
    await turns_of_the_loop(turn)
    ended = under_way.done()
    under_way.cancel()
    if again is not None:
        await turns_of_the_loop(again)
        under_way.cancel()
    return ended, await under_way


@pytest.mark.parametrize("again", [None, 0, 1, 2, 5], ids=lambda turns: f"again {turns}")
def test_a_cancel_at_any_turn_of_the_loop_loses_no_backup(again: int | None) -> None:
    for turn in itertools.count(1):
        aws = InMemory(6)
        ended, outcomes = asyncio.run(cancelled_at(turn, again, aws))
        assert [outcome.table.table_name for outcome in outcomes] == aws.tables
        told = [outcome.backup.backup_arn for outcome in outcomes if outcome.backup]
        assert sorted(told) == sorted(aws.backups)
        if ended:
            assert turn > 50
            return


def test_a_cancel_while_backups_are_deleted_is_told_of_each(
    aws: Simulator, cancelling: Cancelling
) -> None:
    add_tables(*numbered(12))
    arns = [one.backup_arn for one in cancelling.fleet.create(of(*numbered(12))).backups]
    cancelling.at(aws, "DeleteBackup", 4)
    outcomes = cancelling.fleet.delete(arns)
    assert [outcome.table.table_name for outcome in outcomes] == numbered(12)
    ends = Counter(type(outcome.error) for outcome in outcomes)
    assert set(ends) == {type(None), LookupCancelledError}
    assert ends[LookupCancelledError] >= 8
    deleted = {outcome.table.table_name for outcome in outcomes if outcome.error is None}
    assert deleted.isdisjoint(table for _, table in taken())


# Afterwards


def assert_one_is_taken_by_itself(aws: Simulator, fleet: Fleet) -> None:
    """A backup through the account of `fleet` is looked at as one by itself is."""
    aws.calls.clear()
    alone = Backups(fleet.connection, fleet.listener, fleet.clock, fleet.scheduler, fleet.connect)
    alone.create(BackupRequest("orders", backup_name="orders-1"))
    assert [call.api for call in aws.calls] == ["DescribeTable", "CreateBackup", "DescribeBackup"]


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param({}, id="well"),
        pytest.param({"code": "AccessDeniedException", "status": 400}, id="with errors"),
        pytest.param({"code": THROTTLED, "status": 400}, id="at the timeout"),
    ],
)
def test_after_a_fleet_a_single_backup_is_taken_as_if_there_had_been_none(
    aws: Simulator, fleet: Fleet, ends: dict[str, Any]
) -> None:
    add_tables(*numbered(12))
    if ends:
        aws.fault(Fault("CreateBackup", **ends))
    fleet.create(of(*numbered(12), timeout_seconds=60))
    aws.forget_faults()
    assert_one_is_taken_by_itself(aws, fleet)


def test_after_a_cancelled_fleet_too(aws: Simulator, cancelling: Cancelling) -> None:
    add_tables(*numbered(12))
    aws.creating_seconds = 100
    cancelling.at(aws, "CreateBackup", 5)
    cancelling.fleet.create(of(*numbered(12)))
    aws.creating_seconds = 0
    assert_one_is_taken_by_itself(aws, cancelling.fleet)


# Who listens


def test_progress_never_goes_back_and_ends_with_the_totals(
    aws: Simulator, fleet: Fleet, told: list[FleetProgress]
) -> None:
    add_tables(*numbered(70)[3:])
    aws.limits = dict(AWS_LIMITS)
    aws.creating_seconds = 10
    known = by_table(fleet.create(of(*numbered(70)[60:])).backups)
    told.clear()
    result = fleet.create(of(*numbered(70)), known)
    assert len(told) > 3
    assert {step.total for step in told} == {70}
    assert told[0].done == 10
    for sooner, later in itertools.pairwise(told):
        assert later.done >= sooner.done
        assert later.failed >= sooner.failed
        assert 0 <= later.elapsed_seconds - sooner.elapsed_seconds <= 5.1
    assert all(step.done + step.under_way + step.failed <= 70 for step in told)
    assert max(step.under_way for step in told) > 50
    assert (told[-1].done, told[-1].under_way, told[-1].failed) == (67, 0, 3)
    assert (result.progress.done, result.progress.failed) == (67, 3)


def test_progress_at_a_timeout_ends_with_what_goes_on(
    aws: Simulator, fleet: Fleet, told: list[FleetProgress]
) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 1000
    result = fleet.create(of(*numbered(8), timeout_seconds=60))
    assert told[-1] == replace(result.progress, elapsed_seconds=told[-1].elapsed_seconds)
    assert (result.progress.done, result.progress.under_way, result.progress.failed) == (0, 8, 0)


def test_the_listener_is_told_of_each_table(aws: Simulator, fleet: Fleet, heard: Heard) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 5
    result = fleet.create(of(*numbered(8)))
    assert set(heard.notices) == {
        f"Backup '{one.backup_name}' of table '{one.table_name}' started: {one.backup_arn}"
        for one in result.backups
    }


@pytest.mark.parametrize("count", [3, 12])
def test_whoever_listens_and_fails_loses_no_backup(
    aws: Simulator, fleet: Fleet, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    def failing(_progress: FleetProgress) -> None:
        raise RuntimeError("the terminal is gone")

    add_tables(*numbered(count))
    aws.creating_seconds = 10
    deaf = replace(fleet, on_progress=failing)
    with caplog.at_level(logging.WARNING):
        result = deaf.create(of(*numbered(count)))
        assert statuses(result) == {"AVAILABLE"}
        assert [outcome.error for outcome in deaf.describe(result.backups)] == [None] * count
        deleted = deaf.delete([one.backup_arn for one in result.backups])
    assert [outcome.error for outcome in deleted] == [None] * count
    assert taken() == Counter()
