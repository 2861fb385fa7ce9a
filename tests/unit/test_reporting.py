"""What is read back from text: the lines of a row, and the errors that the engine tells in words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.automation import BackupProgress, Phase
from pulumi_ddb_backup.automation.rebuilt import rebuilt, rebuilt_validation
from pulumi_ddb_backup.aws import FleetProgress, Progress, Stage, ValidationError, errors, validate
from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure
from pulumi_ddb_backup.display import FleetRow, RowLine, RowListener, final_line, tell_final
from tests.unit.test_messages import FACTS, GOES_ON, MAKERS, RECORD, Make, states


@dataclass
class Shown:
    """A row that keeps what it is to show."""

    lines: list[str] = field(default_factory=list)

    def show(self, text: str) -> None:
        self.lines.append(text)

    def tell(self, text: str) -> None:
        self.lines.append(text)


@given(
    subject=st.sampled_from(["Backup", "Table"]),
    status=st.from_regex(r"[A-Za-z_, ]{1,40}", fullmatch=True),
    elapsed=st.floats(0, 7200),
    remaining=st.floats(-1, 7200),
)
def test_a_rows_lines_are_read_back(
    subject: str, status: str, elapsed: float, remaining: float
) -> None:
    row = Shown()
    progress = Progress(subject, status, elapsed, remaining, 1.0, 1, "orders")
    RowListener(row).progress(progress)
    shown, *logged = map(RowLine.parse, row.lines)
    assert shown == RowLine(subject, status, round(elapsed), max(0, round(remaining)))
    assert logged in ([], [RowLine(subject, status, round(elapsed), None)])


@given(
    counts=st.tuples(*[st.integers(0, 10_000)] * 4),
    elapsed=st.floats(0, 7200),
    wanted=st.sampled_from(["available", "deleted", "looked up"]),
)
def test_the_lines_of_a_set_are_read_back(
    counts: tuple[int, int, int, int], elapsed: float, wanted: str
) -> None:
    row = Shown()
    progress = FleetProgress(*counts, elapsed, wanted)
    FleetRow(row).progress(progress)
    for line in row.lines:
        read = RowLine.parse(line)
        assert read is not None
        assert (read.subject, read.elapsed_seconds) == ("Backups", int(elapsed))
        assert read.status.startswith(f"{progress.done}/{progress.total} {wanted}")
        assert (f", {progress.failed} failed" in read.status) == (progress.failed > 0)


def test_a_row_shows_the_time_first_and_whose_limit_it_is() -> None:
    row = Shown()
    listener = RowListener(row)
    listener.progress(Progress("Backup", "CREATING", 34.0, 1766.0, 5.0, 3, "orders"))
    listener.progress(Progress("Table", "UPDATING", 3600.0, 0.4, 5.0, 3, "orders"))
    assert row.lines == [
        "0:34 CREATING, timeout in 29:26",
        "Backup status: CREATING, Elapsed: 34s",
        "60:00 table UPDATING, timeout in 0:00",
        "Table status: UPDATING, Elapsed: 3600s",
    ]


def test_the_last_word_is_kept_and_taken_off_the_row() -> None:
    row = Shown()
    tell_final(row, "Backup deleted")
    assert row.lines == ["Backup deleted", ""]


def test_a_printed_look_is_the_tables_name_and_the_words_of_its_row() -> None:
    row = Shown()
    one = Progress("Backup", "CREATING", 4.2, 1795.8, 1.0, 1, "orders")
    many = FleetProgress(1000, 742, 31, 0, 24.0)
    RowListener(row).progress(one)
    FleetRow(row).progress(many)
    assert [f"orders: {row.lines[0]}", row.lines[1]] == [str(one), str(many)]
    assert repr(one).startswith("Progress(subject='Backup', status='CREATING', ")
    assert repr(many).startswith("FleetProgress(total=1000, done=742, ")


@pytest.mark.parametrize(
    ("phase", "news", "printed"),
    [
        (Phase.STARTING, {"message": "create of before"}, "orders: starting"),
        (Phase.NOTICE, {"message": "AWS is slow"}, "orders: AWS is slow"),
        (Phase.FAILED, {"message": "No backup"}, "orders: failed: No backup"),
        (Phase.DONE, {"status": "AVAILABLE", "message": "a look"}, "orders: done, AVAILABLE"),
        (Phase.DONE, {"message": "a look"}, "orders: done"),
        (Phase.WAITING, {"table_name": "", "message": "1/2 available"}, "before: 1/2 available"),
    ],
)
def test_printed_news_of_a_run_says_of_what_and_how_far(
    phase: Phase, news: dict[str, str], printed: str
) -> None:
    told = replace(BackupProgress("dev", "before", "urn", phase, "orders"), **news)  # type: ignore[arg-type]
    assert str(told) == printed
    assert repr(told).startswith("BackupProgress(stack_name='dev', ")


def test_a_set_is_told_in_the_log_every_thirty_seconds() -> None:
    row = Shown()
    listener = FleetRow(row)
    for seconds in (1.0, 29.0, 31.0, 45.0, 62.0):
        listener.progress(FleetProgress(1000, 742, 31, 0, seconds))
    line = "742/1000 available, 31 creating, {} elapsed"
    assert row.lines == [
        line.format(time)
        for time in ("00:01", "00:29", "00:31", "00:31", "00:45", "01:02", "01:02")
    ]


@pytest.mark.parametrize(
    "line",
    ["", "Backup status: CREATING", "update failed", final_line(RECORD), f"started: {FACTS}"],
)
def test_other_lines_are_no_rows(line: str) -> None:
    assert RowLine.parse(line) is None


NEXT_STEP = "Run `pulumi up` again to go on waiting for this same {backup}."


@pytest.mark.parametrize("next_step", ["", NEXT_STEP], ids=["", "with a next step"])
@pytest.mark.parametrize("make", MAKERS)
def test_an_error_is_rebuilt_from_its_words(make: Make, next_step: str) -> None:
    for stage, facts in states():
        error = make(stage, facts)
        message = f"{error}\n{next_step}".strip()
        again = rebuilt(message, facts.record)
        assert again is not None, message
        assert type(again) is type(error)
        assert str(again) == message
        assert again.stage is stage
        assert again.unfinished == error.unfinished
        assert again.facts.doubt == facts.doubt
        for name in ("table_name", "region", "status", "backup_arn", "action", "detail"):
            if (value := getattr(again.facts, name)) != "":
                assert value == getattr(facts, name), name


def test_an_error_that_is_about_no_single_table_is_rebuilt_too() -> None:
    facts = replace(FACTS, table_name="*", backup_arn="", detail="log in again")
    failure = AwsFailure("NoCredentials", facts.detail, "dynamodb:ListTables")
    again = rebuilt(str(failure.as_error(Stage.TABLE, facts)))
    assert isinstance(again, errors.CredentialsError)


def test_facts_that_the_words_leave_out_come_from_the_record_and_the_inputs() -> None:
    error = errors.BackupCancelledError(Stage.WAIT, GOES_ON)
    again = rebuilt(str(error), RECORD, {"timeout": 1800.0, "table_name": RECORD.table_arn})
    assert again is not None
    assert again.facts == replace(GOES_ON, action="", detail="", origin="")


@pytest.mark.parametrize(
    "message",
    [
        "update failed",
        "Backup Creation Failed: something else.",
        "Backup Creation Failed: AWS service error occurred. Please retry the operation.",
        f"{errors.BackupTimeoutError(Stage.WAIT, GOES_ON)}".replace("orders' goes", "users' goes"),
        "Backup Creation Failed: ",
        "",
    ],
)
def test_words_that_are_not_wholly_those_of_an_error_stay_words(message: str) -> None:
    again = rebuilt(message)
    assert again is None or str(again) == message


def test_broken_rules_are_rebuilt() -> None:
    failures = validate({"table_name": "x", "backup_name": "a b", "timeout": 1})
    again = rebuilt_validation(failure.reason for failure in failures)
    assert again is not None
    assert again.failures == tuple(failures)
    assert str(again) == str(ValidationError(failures))
    assert rebuilt_validation(["no region is set"]) is None
    assert rebuilt_validation([]) is None
