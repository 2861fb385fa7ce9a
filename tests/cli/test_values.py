"""What needs neither a process nor AWS: values as they are typed, words, codes, the choice of a sweep."""

from __future__ import annotations

import inspect
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup import aws
from pulumi_ddb_backup.aws import BackupError, BackupSummary, Facts, Stage, ValidationError, errors
from pulumi_ddb_backup.aws.rules.validation import BACKUP_TYPES, Failure
from pulumi_ddb_backup.cli import failures, values, views
from pulumi_ddb_backup.cli.deleting import chosen
from pulumi_ddb_backup.cli.exit_codes import ExitCode, code_of, code_of_all
from pulumi_ddb_backup.cli.options import Type
from pulumi_ddb_backup.cli.output import Table, safe

NOW = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01489602797149-73d8d5bc"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("30m", 1800), ("1h30m", 5400), ("2h", 7200), ("0", 0)],
)
def test_a_timeout_is_read(text: str, seconds: int) -> None:
    assert values.seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("2d", timedelta(days=2)),
        ("36h", timedelta(hours=36)),
        ("1w3d", timedelta(days=10)),
        ("1s", timedelta(seconds=1)),
    ],
)
def test_an_age_is_read(text: str, age: timedelta) -> None:
    assert values.age(text) == age


@pytest.mark.parametrize(
    "text",
    ["", "2", "d", "0d", "-2d", "2 d", "2days", "1.5d", "9" * 9 + "w", "9" * 8 + "d", "2d\n"],
)
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        values.age(text)


@pytest.mark.parametrize("text", ["", "abc", "-60", "1.5", "30 m", "9" * 12])
def test_what_is_no_timeout_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        values.seconds(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=timezone.utc)),
        ("2026-01-31T12:00", NOW),
        ("2026-01-31T12:00Z", NOW),
        ("2026-01-31T14:00+02:00", NOW),
    ],
)
def test_a_moment_is_read_as_utc_unless_it_says_otherwise(text: str, moment: datetime) -> None:
    assert values.moment(text) == moment


def test_a_moment_may_be_an_age() -> None:
    moment = values.moment("2d")
    passed = datetime.now(timezone.utc) - moment
    assert timedelta(days=2) <= passed < timedelta(days=2, minutes=1)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_value_or_refused(text: str) -> None:
    for read in (values.age, values.seconds, values.moment, values.tag):
        with suppress(typer.BadParameter):
            read(text)


def test_a_tags_value_may_hold_what_separates_it() -> None:
    assert values.tag("query=a=b") == values.Tag("query", "a=b")


def test_who_has_made_a_backup_has_the_names_of_the_library() -> None:
    assert tuple(Type.__members__) == BACKUP_TYPES


# What a sweep may touch.

PREFIX = "tf-acc-test"
CUTOFF = NOW - timedelta(days=2)
MATCHING: dict[str, Any] = {
    "backup_arn": ARN,
    "backup_name": f"{PREFIX}-42",
    "backup_status": "AVAILABLE",
    "backup_type": "USER",
    "table_name": "orders",
    "table_arn": ARN.partition("/backup/")[0],
    "region": "eu-west-1",
    "backup_creation_date_time": CUTOFF - timedelta(seconds=1),
}


def test_a_sweep_takes_a_backup_that_fits_in_everything() -> None:
    backup = BackupSummary(**MATCHING)
    assert chosen([backup], PREFIX, CUTOFF) == [backup]


@pytest.mark.parametrize(
    "other",
    [
        {"backup_name": f"my-{PREFIX}-42"},
        {"backup_name": PREFIX.upper()},
        {"backup_name": PREFIX[:-1]},
        {"backup_status": "CREATING"},
        {"backup_status": "DELETED"},
        {"backup_status": "SOMETHING_NEW"},
        {"backup_type": "SYSTEM"},
        {"backup_type": "AWS_BACKUP"},
        {"backup_creation_date_time": CUTOFF},
        {"backup_creation_date_time": NOW},
        {"backup_creation_date_time": None},
        {"backup_arn": "arn:aws:backup:eu-west-1:123456789012:recovery-point:1"},
        {"backup_arn": f"{ARN}/more"},
    ],
    ids=str,
)
def test_a_sweep_leaves_what_differs_in_one_thing(other: dict[str, Any]) -> None:
    assert chosen([BackupSummary(**{**MATCHING, **other})], PREFIX, CUTOFF) == []


def test_a_sweep_with_an_empty_prefix_takes_nothing() -> None:
    assert chosen([BackupSummary(**MATCHING)], "", CUTOFF) == []


SUMMARIES = st.builds(
    BackupSummary,
    backup_arn=st.sampled_from([ARN, "arn:aws:backup:eu-west-1:123456789012:recovery-point:1", ""]),
    backup_name=st.sampled_from([PREFIX, f"{PREFIX}-1", f"x{PREFIX}", "tf-acc", ""]),
    backup_status=st.sampled_from(["AVAILABLE", "CREATING", "DELETED", "available", ""]),
    backup_type=st.sampled_from([*BACKUP_TYPES, "user", ""]),
    table_name=st.just(PREFIX),
    table_arn=st.just(""),
    region=st.just("eu-west-1"),
    backup_creation_date_time=st.none()
    | st.datetimes(datetime(2026, 1, 29), datetime(2026, 2, 1), timezones=st.just(timezone.utc)),
)


@given(st.lists(SUMMARIES, max_size=20))
def test_a_sweep_takes_all_that_match_and_nothing_else(backups: list[BackupSummary]) -> None:
    taken = chosen(backups, PREFIX, CUTOFF)
    for backup in backups:
        facts = (
            backup.backup_name[: len(PREFIX)],
            backup.backup_type,
            backup.backup_status,
            backup.backup_arn,
        )
        born = backup.backup_creation_date_time
        fits = facts == (PREFIX, "USER", "AVAILABLE", ARN) and born is not None and born < CUTOFF
        assert (backup in taken) == fits


# Exit codes.


def test_every_error_of_the_library_has_a_code_that_says_it_failed() -> None:
    kinds = [
        kind
        for kind in (getattr(aws, name) for name in aws.__all__)
        if inspect.isclass(kind) and issubclass(kind, BackupError) and kind is not ValidationError
    ]
    assert len(kinds) > 25
    for kind in kinds:
        assert code_of(kind(Stage.CREATE, Facts())) not in (ExitCode.DONE, ExitCode.USAGE)


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ([], ExitCode.DONE),
        ([errors.TableNotFoundError], ExitCode.NOT_FOUND),
        ([errors.TableNotFoundError] * 2, ExitCode.NOT_FOUND),
        ([errors.TableNotFoundError, errors.BackupTimeoutError], ExitCode.FAILED),
        ([errors.BackupInUseError, errors.LimitExceededError], ExitCode.FAILED),
        ([errors.TableNotFoundError, errors.StartCancelledError], ExitCode.INTERRUPTED),
    ],
)
def test_several_failures_have_their_common_code(
    kinds: list[type[BackupError]], code: ExitCode
) -> None:
    assert code_of_all(kind(Stage.CREATE, Facts()) for kind in kinds) is code


# Words.


@pytest.mark.parametrize(
    ("property", "reason", "told"),
    [
        ("timeout", "timeout must be at least 60 seconds", "--timeout must be at least 60 seconds"),
        ("backup_name", "backup_name and backup_name_prefix", "--name and --prefix"),
        ("tables", "tables[1] must be a table name", "TABLE 'x' must be a table name"),
        ("regions", "regions[3] must be a region", "--region must be a region"),
        ("region", "region 'a' is not the region of b", "--region 'a' is not the region of b"),
        ("tags", "tags must be one (got 'tags')", "--tag must be one (got 'tags')"),
        ("x", "leaves out tables (got 'backup_name')", "leaves out tables (got 'backup_name')"),
    ],
)
def test_a_broken_rule_is_told_by_the_names_of_the_options(
    property: str, reason: str, told: str
) -> None:
    error = ValidationError([Failure(property, reason)])
    assert failures.message(error, {"tables[1]": "TABLE 'x'"}) == told


@given(st.text())
def test_nothing_that_is_written_can_move_a_terminals_cursor(text: str) -> None:
    written = safe(text)
    assert written.isprintable()
    if text.isprintable():
        assert written == text


@given(
    width=st.none() | st.integers(1, 200),
    cells=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=40)), min_size=1, max_size=5),
)
def test_a_table_breaks_and_loses_nothing_at_any_width(
    width: int | None, cells: list[tuple[str, str]]
) -> None:
    table = Table(("A", "B"), cells, [ARN] * len(cells))
    lines = [line.plain for line in table.lines(width)]
    assert sum(ARN in line for line in lines) == len(cells)
    text = "\n".join(lines)
    for row in cells:
        for cell in row:
            assert safe(cell).rstrip() in text


@pytest.mark.parametrize(
    ("ago", "told"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (7200, "2h"), (86400 * 400, "400d"), (-5, "0s")],
)
def test_an_age_is_told_in_its_largest_unit(ago: int, told: str) -> None:
    assert views.age_of(NOW - timedelta(seconds=ago), NOW) == told
