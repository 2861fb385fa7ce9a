"""What a fleet tells of itself: outcomes, counts, lines and the report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_ddb_backup.aws import (
    BackupCancelledError,
    BackupDeletedError,
    BackupError,
    BackupNotFoundError,
    BackupRecord,
    BackupTimeoutError,
    Facts,
    FleetProgress,
    FleetResult,
    Stage,
    StartCancelledError,
    TableNotActiveError,
    TableOutcome,
    TableRef,
)
from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure
from pulumi_ddb_backup.aws.fleet.records import by_table, is_creating, table_of, told_first

REGION = "eu-west-1"


def record(table: str, status: str = "AVAILABLE", region: str = REGION) -> BackupRecord:
    table_arn = f"arn:aws:dynamodb:{region}:123456789012:table/{table}"
    return BackupRecord(f"{table_arn}/backup/01-ab", "nightly", status, table, table_arn, region)


def facts(table: str, backup: BackupRecord | None = None, doubt: str = "") -> Facts:
    return Facts(
        table_name=table,
        region=REGION,
        timeout=1800,
        status=backup.backup_status if backup else "DELETING",
        backup_arn=backup.backup_arn if backup else "",
        action="dynamodb:CreateBackup",
        record=backup,
        doubt=doubt,
    )


def done(table: str) -> TableOutcome:
    return TableOutcome(TableRef(REGION, table), record(table))


def failed(table: str, error: BackupError) -> TableOutcome:
    return TableOutcome(TableRef(REGION, table), error=error)


def not_active(table: str) -> TableOutcome:
    return failed(table, TableNotActiveError(Stage.TABLE, facts(table)))


def timed_out(table: str) -> TableOutcome:
    return failed(table, BackupTimeoutError(Stage.WAIT, facts(table, record(table, "CREATING"))))


def deleted(table: str) -> TableOutcome:
    return failed(table, BackupDeletedError(Stage.WAIT, facts(table, record(table, "DELETED"))))


def denied_in_the_wait(table: str) -> TableOutcome:
    failure = AwsFailure("AccessDeniedException", "no", "dynamodb:DescribeBackup", 400)
    told = facts(table, record(table, "CREATING"))
    return failed(table, failure.as_error(Stage.WAIT, told))


def cancelled(table: str) -> TableOutcome:
    told = facts(table, record(table, "CREATING"))
    return failed(table, BackupCancelledError(Stage.WAIT, told))


def not_started(table: str) -> TableOutcome:
    return failed(table, StartCancelledError(Stage.CREATE, facts(table)))


def in_doubt(table: str) -> TableOutcome:
    doubt = "CreateBackup for 'nightly' was sent and its answer was lost"
    return failed(table, StartCancelledError(Stage.CREATE, facts(table, doubt=doubt)))


# Tables


def test_a_table_is_the_same_with_and_without_its_arn() -> None:
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    assert TableRef(REGION, "orders") == TableRef(REGION, "orders", arn)
    assert len({TableRef(REGION, "orders"), TableRef(REGION, "orders", arn)}) == 1


def test_tables_are_ordered_by_region_and_name() -> None:
    tables = [
        TableRef("us-east-1", "a-table"),
        TableRef(REGION, "users", "arn:a"),
        TableRef(REGION, "orders"),
    ]
    assert sorted(tables) == tables[::-1]


def test_backups_are_known_by_their_tables() -> None:
    backups = [record("orders"), record("users"), record("orders", region="us-east-1")]
    assert by_table(backups) == {
        TableRef(REGION, "orders"): backups[0],
        TableRef(REGION, "users"): backups[1],
        TableRef("us-east-1", "orders"): backups[2],
    }
    assert table_of(backups[2]) == TableRef("us-east-1", "orders")
    assert by_table([]) == {}


# One outcome


@pytest.mark.parametrize(
    ("outcome", "exists"),
    [
        pytest.param(done("orders"), True, id="done"),
        pytest.param(timed_out("orders"), True, id="timed out"),
        pytest.param(cancelled("orders"), True, id="cancelled"),
        pytest.param(denied_in_the_wait("orders"), True, id="denied in the wait"),
        pytest.param(deleted("orders"), False, id="deleted"),
        pytest.param(not_active("orders"), False, id="refused"),
        pytest.param(not_started("orders"), False, id="not started"),
        pytest.param(in_doubt("orders"), False, id="in doubt"),
        pytest.param(TableOutcome(TableRef(REGION, "orders")), False, id="gone"),
    ],
)
def test_the_backup_of_an_outcome_is_the_one_that_there_is(
    outcome: TableOutcome, exists: bool
) -> None:
    assert (outcome.backup is not None) is exists


ARN = record("orders").backup_arn


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        pytest.param(
            not_active("orders"),
            "orders (eu-west-1): Table Validation Failed: DynamoDB table 'orders' is in DELETING "
            "status, must be ACTIVE.",
            id="refused: nothing exists",
        ),
        pytest.param(
            denied_in_the_wait("orders"),
            "orders (eu-west-1): Backup Wait Failed: The AWS identity in use lacks the permission "
            "dynamodb:CreateBackup on table 'orders' in region 'eu-west-1'. "
            f"Backup ARN (last status CREATING): {ARN}",
            id="failed later: its ARN",
        ),
        pytest.param(
            in_doubt("orders"),
            "orders (eu-west-1): Backup Creation Stopped: The backup of table 'orders' was "
            "cancelled. A backup of table 'orders' may exist in AWS all the same: CreateBackup for "
            "'nightly' was sent and its answer was lost.",
            id="in doubt",
        ),
    ],
)
def test_a_failure_is_told_on_one_line_with_what_exists(outcome: TableOutcome, line: str) -> None:
    assert outcome.line == line


@pytest.mark.parametrize(
    "outcome",
    [timed_out("orders"), cancelled("orders"), denied_in_the_wait("orders")],
    ids=["timed out", "cancelled", "denied in the wait"],
)
def test_the_line_of_what_goes_on_has_its_arn_once(outcome: TableOutcome) -> None:
    assert outcome.line.count(ARN) == 1
    assert "\n" not in outcome.line


@pytest.mark.parametrize(
    ("backup", "expected"),
    [
        (None, False),
        (record("orders", "CREATING"), True),
        (record("orders", "AVAILABLE"), False),
        (record("orders", "DELETED"), False),
        (record("orders", "PAUSED"), False),
    ],
)
def test_what_is_creating(backup: BackupRecord | None, expected: bool) -> None:
    assert is_creating(backup) is expected


# Progress


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        pytest.param(
            FleetProgress(1000, 412, 500, 3, 61.9),
            "412/1000 available, 3 failed, 500 creating, 01:01 elapsed",
            id="create",
        ),
        pytest.param(
            FleetProgress(0, 0, 0, 0, 0.0),
            "0/0 available, 00:00 elapsed",
            id="nothing",
        ),
        pytest.param(
            FleetProgress(12, 4, 0, 1, 599.0, "deleted"),
            "4/12 deleted, 1 failed, 09:59 elapsed",
            id="delete",
        ),
        pytest.param(
            FleetProgress(12, 12, 0, 0, 7200.0, "looked up"),
            "12/12 looked up, 120:00 elapsed",
            id="two hours",
        ),
    ],
)
def test_progress_is_one_line(progress: FleetProgress, line: str) -> None:
    assert progress.line == line


# The result


def test_a_result_that_is_well_is_one_line() -> None:
    result = FleetResult([done("orders"), done("users")], elapsed_seconds=7.5)
    assert result.report() == "2 of 2 backups are AVAILABLE (0 creating, 0 failed)."
    assert result.failed == []
    assert [backup.table_name for backup in result.backups] == ["orders", "users"]
    assert result.progress == FleetProgress(2, 2, 0, 0, 7.5)


def test_each_outcome_counts_once() -> None:
    outcomes = [
        done("a-table"),
        timed_out("b-table"),
        denied_in_the_wait("c-table"),
        deleted("d-table"),
        not_active("e-table"),
        cancelled("f-table"),
        not_started("g-table"),
        in_doubt("h-table"),
    ]
    result = FleetResult(outcomes)
    progress = result.progress
    assert (progress.total, progress.done, progress.under_way, progress.failed) == (8, 1, 3, 4)
    assert result.failed == outcomes[1:]
    assert [one.table_name[0] for one in result.backups] == ["a", "b", "c", "f"]


def test_the_report_tells_the_cancelled_by_their_number_and_the_others_one_by_one() -> None:
    result = FleetResult(
        [
            *(cancelled(f"going-{number}") for number in range(3)),
            done("orders"),
            *(not_started(f"waiting-{number}") for number in range(30)),
            in_doubt("payments"),
            not_active("users"),
        ]
    )
    assert result.report().splitlines() == [
        "Stopped waiting. 3 backups go on in AWS, 30 were not started, 1 of 36 is AVAILABLE, "
        "2 failed.",
        f"  {in_doubt('payments').line}",
        f"  {not_active('users').line}",
    ]


@pytest.mark.parametrize(
    ("outcomes", "report"),
    [
        ([cancelled("orders")], "Stopped waiting. 1 backup goes on in AWS."),
        (
            [cancelled(f"shop-{n}") for n in range(120)],
            "Stopped waiting. 120 backups go on in AWS.",
        ),
        (
            [timed_out(f"shop-{n}") for n in range(120)] + [done("orders")],
            "Timed out after 1800s. 120 backups go on in AWS, 1 of 121 is AVAILABLE.",
        ),
        (
            [cancelled("orders"), not_started("users")],
            "Stopped waiting. 1 backup goes on in AWS, 1 was not started.",
        ),
    ],
    ids=["one", "120", "timed out", "not all started"],
)
def test_what_goes_on_in_aws_is_told_by_its_number_alone(
    outcomes: list[TableOutcome], report: str
) -> None:
    assert FleetResult(outcomes).report() == report


@pytest.mark.parametrize(
    "outcome", [timed_out("orders"), cancelled("orders"), denied_in_the_wait("orders")]
)
def test_nothing_is_joined_to_the_end_of_an_arn(outcome: TableOutcome) -> None:
    assert outcome.line.endswith(ARN)


@pytest.mark.parametrize(
    ("count", "lines", "last"),
    [
        pytest.param(1, 2, f"  {not_active('table-00').line}", id="1"),
        pytest.param(10, 11, f"  {not_active('table-09').line}", id="10"),
        pytest.param(11, 12, "  ... and 1 more.", id="11"),
        pytest.param(1000, 12, "  ... and 990 more.", id="1000"),
    ],
)
def test_the_report_tells_ten_failures_and_counts_the_rest(
    count: int, lines: int, last: str
) -> None:
    result = FleetResult([not_active(f"table-{number:02}") for number in range(count)])
    report = result.report().splitlines()
    are = "backup is" if count == 1 else "backups are"
    assert report[0] == f"0 of {count} {are} AVAILABLE (0 creating, {count} failed)."
    assert (len(report), report[-1]) == (lines, last)


def test_the_report_of_a_backup_that_is_not_found_names_it() -> None:
    told = facts("orders", record("orders", "CREATING"))
    failure = AwsFailure("BackupNotFoundException", "no", "dynamodb:DescribeBackup", 400)
    error = failure.as_error(Stage.WAIT, told)
    assert isinstance(error, BackupNotFoundError)
    (_, line) = FleetResult([failed("orders", error)]).report().splitlines()
    assert line.startswith(
        f"  orders (eu-west-1): Backup Wait Failed: Backup '{ARN}' was not found"
    )


def test_further_outcomes_come_after_those_there_are() -> None:
    result = FleetResult([done("orders")], [record("users")], 7.5)
    more = result.with_outcomes([not_active("carts")])
    assert [outcome.table.table_name for outcome in more.outcomes] == ["orders", "carts"]
    assert (more.dropped, more.elapsed_seconds) == (result.dropped, 7.5)
    assert len(result.outcomes) == 1


def test_the_first_of_many_lines_are_told() -> None:
    assert told_first([]) == []
    assert told_first(["a", "b"]) == ["  a", "  b"]
    assert told_first(["x"] * 12) == ["  x"] * 10 + ["  ... and 2 more."]


def test_a_report_is_as_short_as_its_lines_however_many_tables() -> None:
    name = "t" * 255
    outcomes = [replace(not_active(name), table=TableRef(REGION, name))] * 1000
    report = FleetResult(outcomes).report()
    assert len(report.splitlines()) == 12
    assert len(report) < 10_000
