"""Names of a schedule's backups: whose they are can be told from them, and by no accident."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.rules.naming import generated_name, identity, owner_mark
from pulumi_ddb_backup.aws.rules.scheduled import (
    an_owner,
    is_of,
    owner_in,
    schedule_owner,
    scheduled_prefix,
)
from pulumi_ddb_backup.aws.schedule.rules import TABLE_NAME_MAX
from tests.unit.rules.test_names_and_arns import MOMENT

NIGHTLY = schedule_owner("urn:pulumi:prod::shop::ddb-backup:index:BackupSchedule::nightly")
HOURLY = schedule_owner("urn:pulumi:prod::shop::ddb-backup:index:BackupSchedule::hourly")
ID = "d32c5kddcf5bb8c3"  # AWS's own example
TABLES = st.from_regex(r"[a-zA-Z0-9_.-]{3,60}", fullmatch=True)


@given(TABLES, st.text(max_size=30))
def test_a_name_tells_its_schedule(table: str, urn: str) -> None:
    owner = schedule_owner(urn)
    assert re.fullmatch(r"schedule-[0-9a-f]{4}", owner)
    assert owner_in(f"{scheduled_prefix(table, owner)}{ID}", table) == owner


@given(TABLES, TABLES)
def test_a_name_of_another_table_tells_no_schedule(table: str, other: str) -> None:
    name = f"{scheduled_prefix(other, NIGHTLY)}{ID}"
    assert (owner_in(name, table) == NIGHTLY) == (table == other)


@pytest.mark.parametrize(
    "name",
    [
        f"orders-sched-{ID}",
        "orders-sched-before-the-migration",
        f"orders-sched-20260102-{ID}",
        f"orders-sched-00000000-{ID}",
        f"{scheduled_prefix('orders', NIGHTLY)}",
        f"x{scheduled_prefix('orders', NIGHTLY)}{ID}",
        f"{scheduled_prefix('orders', NIGHTLY)}{ID}.copy",
    ],
)
def test_a_name_that_somebody_chose_tells_no_owner(name: str) -> None:
    assert owner_in(name, "orders") is None


def test_of_65536_endings_of_the_digits_one_is_right() -> None:
    names = (f"orders-sched-89ab{number:04x}-{ID}" for number in range(0x10000))
    assert [owner_in(name, "orders") for name in names].count("schedule-89ab") == 1


def test_a_generated_name_tells_its_owner_whatever_its_prefix_is() -> None:
    name = generated_name("nightly-", MOMENT, identity({"urn": "mine"}, {}))
    assert owner_in(name, "orders") == owner_mark({"urn": "mine"})


def test_backups_are_of_one_schedule_of_every_schedule_or_of_anybody() -> None:
    name = f"{scheduled_prefix('orders', NIGHTLY)}{ID}"
    assert [is_of(owner, name, "orders") for owner in (NIGHTLY, HOURLY, "schedule", None)] == [
        True,
        False,
        True,
        True,
    ]
    assert not is_of("schedule", "orders-by-hand", "orders")
    assert not is_of(NIGHTLY.removeprefix("schedule-"), name, "orders")


def test_the_longest_table_that_is_taken_has_names_of_255_characters_with_a_uuid() -> None:
    name = f"{scheduled_prefix('o' * TABLE_NAME_MAX, NIGHTLY)}{UUID(int=1)}"
    assert len(name) == 255


@pytest.mark.parametrize("value", [None, "89ab", "schedule-89ab", "schedule"])
def test_an_owner_is_four_digits_or_a_schedule(value: object) -> None:
    assert list(an_owner("owner", value)) == []


@pytest.mark.parametrize(
    "value", ["", "89abc", "89AB", "schedule-", "schedule-xyz1", "hook-89ab", 5]
)
def test_what_is_no_owner_is_told_with_what_was_given(value: object) -> None:
    (told,) = an_owner("owner", value)
    assert told.startswith("owner must be the four hex digits")
    assert told.endswith(f"(got {value!r})")


def test_all_schedules_at_once_are_no_owner_where_backups_are_deleted() -> None:
    (told,) = an_owner("owner", "schedule", deletes=True)
    assert told == (
        "owner must name one schedule, such as schedule-89ab: its output `owner` has it "
        "(got 'schedule', which is every schedule)"
    )
