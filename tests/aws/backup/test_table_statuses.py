"""The status of a table, and what becomes of its backup: named tables, and such as were found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_ddb_backup.aws import (
    BackupRequest,
    Backups,
    Fleet,
    FleetProgress,
    RejectedError,
    StartTimeoutError,
    TableInUseError,
    TableNotActiveError,
    TableNotFoundError,
)
from tests.aws.conftest import Heard
from tests.aws.fleet_tables import add_tables, drop_table, errors, kinds, names, numbered, of, taken
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock, StandingClock

ORDERS = BackupRequest("orders", backup_name="orders-1")
IN_USE = "TableInUseException"


def apis(aws: Simulator) -> list[str]:
    return [call.api for call in aws.calls]


class Until(Heard):
    """Lets a table be ACTIVE once it has been seen in another status so often."""

    def __init__(self, aws: Simulator, looks: int) -> None:
        super().__init__()
        self._aws, self._left = aws, looks

    def progress(self, progress: object) -> None:
        super().progress(progress)  # type: ignore[arg-type]
        self._left -= 1
        if self._left <= 0:
            self._aws.table_status.clear()
            self._aws.forget_faults()


# A table that is named


def test_a_table_that_is_updating_is_backed_up_at_once(
    aws: Simulator, backups: Backups, clock: SimulatedClock
) -> None:
    aws.table_status["orders"] = "UPDATING"
    assert backups.create(ORDERS).backup_status == "AVAILABLE"
    assert apis(aws) == ["DescribeTable", "CreateBackup", "DescribeBackup"]
    assert clock.slept == []


@pytest.mark.parametrize("code", [IN_USE, "ResourceInUseException", "TableNotFoundException"])
def test_a_table_is_waited_for_while_aws_refuses_its_backup_because_it_is_updating(
    aws: Simulator, backups: Backups, code: str
) -> None:
    aws.table_status["orders"] = "UPDATING"
    aws.fault(Fault("CreateBackup", code=code, status=400))
    until = Until(aws, 5)
    record = replace(backups, listener=until).create(ORDERS)
    assert record.backup_status == "AVAILABLE"
    assert aws.count("CreateBackup") == 2
    assert [look.line.partition(",")[0] for look in until.looks] == ["Table status: UPDATING"] * 5
    assert record.elapsed_seconds is not None
    assert record.elapsed_seconds > 5


def test_a_table_that_goes_on_updating_until_the_timeout_ends_with_nothing_started(
    aws: Simulator, backups: Backups
) -> None:
    aws.table_status["orders"] = "UPDATING"
    aws.fault(Fault("CreateBackup", code=IN_USE, status=400))
    with pytest.raises(StartTimeoutError) as failed:
        backups.create(replace(ORDERS, timeout_seconds=60))
    assert failed.value.facts.status == "table UPDATING"
    assert "No backup was started." in str(failed.value)
    assert failed.value.unfinished is None


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("CREATING", "Once the table is ACTIVE, run this again."),
        ("DELETING", "can no longer be backed up"),
        ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", "enable the key"),
        ("ARCHIVING", "can be restored once the key"),
        ("ARCHIVED", "has made a backup of it"),
        ("REPLICATION_NOT_AUTHORIZED", "replicate"),
        ("NOVEL", "Once the table is ACTIVE, run this again."),
    ],
)
def test_a_named_table_in_another_status_is_refused_at_once_in_the_words_of_the_spec(
    aws: Simulator, backups: Backups, clock: SimulatedClock, status: str, advice: str
) -> None:
    aws.table_status["orders"] = status
    with pytest.raises(TableNotActiveError) as failed:
        backups.create(ORDERS)
    assert str(failed.value).startswith(
        "Table Validation Failed: DynamoDB table 'orders' is in "
        f"{status} status, must be ACTIVE.\nNo backup was started.\n"
    )
    assert advice in str(failed.value)
    assert apis(aws) == ["DescribeTable"]
    assert clock.slept == []


def test_a_table_that_is_found_again_creating_after_a_refusal_keeps_its_sentence(
    aws: Simulator, backups: Backups
) -> None:
    """Deleted and made anew between the two calls."""
    aws.when("CreateBackup", lambda: aws.table_status.update(orders="CREATING"))
    with pytest.raises(TableNotActiveError) as failed:
        backups.create(ORDERS)
    assert failed.value.facts.status == "CREATING"
    assert aws.calls[1].outcome == "TableNotFoundException"


def test_not_found_of_a_table_that_is_there_is_tried_again(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("CreateBackup", code="TableNotFoundException", status=400, times=3))
    assert backups.create(ORDERS).backup_status == "AVAILABLE"


def test_not_found_of_a_table_that_is_there_is_never_told_as_no_such_table(
    aws: Simulator, backups: Backups
) -> None:
    message = "Table not found: orders"
    aws.fault(Fault("CreateBackup", code="TableNotFoundException", message=message, status=400))
    with pytest.raises(RejectedError) as failed:
        backups.create(ORDERS)
    assert str(failed.value).splitlines() == [
        "Backup Creation Failed: AWS refused dynamodb:CreateBackup for table 'orders' in region "
        f"'eu-west-1' (TableNotFoundException: {message}), although DescribeTable shows it as "
        "ACTIVE.",
        "No backup was started.",
        "In a minute, run this again.",
    ]
    assert aws.count("CreateBackup") == 4


def test_a_table_that_is_gone_by_the_time_of_create_backup_does_not_exist(
    aws: Simulator, backups: Backups
) -> None:
    aws.when("CreateBackup", lambda: drop_table("orders"))
    with pytest.raises(TableNotFoundError) as failed:
        backups.create(ORDERS)
    assert "does not exist in region 'eu-west-1'" in str(failed.value)


def test_a_table_in_use_that_is_active_is_told_in_the_words_of_the_spec_and_of_aws(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("CreateBackup", code=IN_USE, message="In use: orders", status=400))
    with pytest.raises(TableInUseError) as failed:
        backups.create(ORDERS)
    assert str(failed.value).startswith(
        "Backup Creation Failed: Table 'orders' is either being created or deleted. "
        "Wait for the operation to complete. AWS said: TableInUseException: In use: orders.\n"
    )
    assert "DescribeTable shows it as ACTIVE." in str(failed.value)
    assert aws.count("CreateBackup") == 2


def test_a_refusal_that_a_denied_look_can_not_explain_is_told_as_aws_gave_it(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.fault(Fault("CreateBackup", code=IN_USE, status=400, table="table-004"))
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400))
    result = fleet.create(of(*numbered(8)))
    assert kinds(result) == {"table-004": TableInUseError}
    assert str(errors(result)["table-004"]).startswith("Backup Creation Failed: ")


# A table that a pattern or tag has found


@pytest.fixture(params=[3, 12], ids=["a few", "a crowd"])
def tables(request: pytest.FixtureRequest, aws: Simulator) -> list[str]:
    found = numbered(request.param)
    add_tables(*found, team="shop")
    return found


FOUND = [
    pytest.param(of(table_pattern="table-*"), id="by a pattern"),
    pytest.param(of(tags={"team": "shop"}), id="by a tag"),
]


@pytest.mark.parametrize("request_", FOUND)
def test_a_found_table_is_waited_for_while_it_is_creating(
    aws: Simulator,
    fleet: Fleet,
    tables: list[str],
    standing_clock: StandingClock,
    request_: object,
) -> None:
    aws.table_status["table-001"] = "CREATING"
    until = Until(aws, 4)
    result = replace(fleet, listener=until).create(request_)  # type: ignore[arg-type]
    assert names(result) == tables
    assert (result.failed, result.skipped) == ([], [])
    assert {look.table_name for look in until.looks if look.subject == "Table"} == {"table-001"}
    assert set(taken().values()) == {1}


def test_a_found_table_that_stays_creating_fails_at_the_timeout(
    aws: Simulator, fleet: Fleet, tables: list[str]
) -> None:
    aws.table_status["table-001"] = "CREATING"
    result = fleet.create(of(table_pattern="table-*", timeout_seconds=60))
    assert kinds(result) == {"table-001": StartTimeoutError}


@pytest.mark.parametrize("request_", FOUND)
@pytest.mark.parametrize("gone", ["DELETING", "gone"])
def test_a_found_table_that_is_on_its_way_out_is_skipped_and_fails_nothing(
    aws: Simulator,
    fleet: Fleet,
    tables: list[str],
    told: list[FleetProgress],
    request_: object,
    gone: str,
) -> None:
    if gone == "DELETING":
        aws.table_status["table-001"] = "DELETING"
        aws.fault(Fault("CreateBackup", code=IN_USE, status=400, table="table-001"))
        why = "it is being deleted"
    else:
        aws.fault(Fault("DescribeTable", code="ResourceNotFoundException", status=400,
                        table="table-001"))  # fmt: skip
        aws.fault(Fault("CreateBackup", code="TableNotFoundException", status=400,
                        table="table-001"))  # fmt: skip
        why = "it no longer exists"
    result = fleet.create(request_)  # type: ignore[arg-type]
    assert result.failed == []
    assert [outcome.line for outcome in result.skipped] == [
        f"table-001 (eu-west-1): skipped, {why}"
    ]
    count = len(tables)
    assert len(result.backups) == count - 1
    assert result.report() == (
        f"{count - 1} of {count} backups are AVAILABLE (0 creating, 0 failed, 1 skipped)."
    )
    last = told[-1]
    assert (last.total, last.done, last.failed, last.skipped) == (count, count - 1, 0, 1)
    assert ", 1 skipped, " in last.line


def test_a_table_that_is_named_and_found_counts_as_named(
    aws: Simulator, fleet: Fleet, tables: list[str]
) -> None:
    aws.table_status["table-001"] = "CREATING"
    result = fleet.create(of("table-001", table_pattern="table-*"))
    assert kinds(result) == {"table-001": TableNotActiveError}


def test_a_named_table_that_is_being_deleted_or_gone_still_fails(
    aws: Simulator, fleet: Fleet, tables: list[str]
) -> None:
    aws.table_status["table-001"] = "DELETING"
    aws.fault(Fault("CreateBackup", code=IN_USE, status=400, table="table-001"))
    result = fleet.create(of("table-001", "nowhere", table_pattern="table-*"))
    assert kinds(result) == {"nowhere": TableNotFoundError, "table-001": TableNotActiveError}
    assert result.skipped == []


def test_a_fleet_of_which_all_that_was_found_is_skipped_is_no_failure(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables("table-000")
    aws.table_status["table-000"] = "DELETING"
    result = fleet.create(of(table_pattern="table-*"))
    assert (result.failed, result.backups, len(result.skipped)) == ([], [], 1)


def test_a_found_table_whose_backup_may_exist_is_never_skipped(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables("table-000")
    aws.creating_seconds = 1000
    aws.fault(Fault("CreateBackup", kind="close_after", times=1))
    aws.fault(Fault("ListBackups", code="TableNotFoundException", status=400))
    result = fleet.create(of(table_pattern="table-*", backup_name="t-1", backup_name_prefix=None))
    (outcome,) = result.outcomes
    assert outcome.skipped == ""
    assert outcome.error is not None
    assert outcome.error.facts.doubt
