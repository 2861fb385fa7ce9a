"""Which backups count for a table, and what that says of it: pure, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws import (
    BackupSummary,
    CheckedTable,
    CheckRequest,
    CheckResult,
    CredentialsError,
    Facts,
    Freshness,
    Stage,
    TableRef,
    validate_check,
)
from pulumi_ddb_backup.aws.backup.belonging import Belongs, belongs
from pulumi_ddb_backup.aws.check.rules import judged_table
from pulumi_ddb_backup.aws.tables import Table

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
REF = TableRef("eu-west-1", "orders")
TABLE = Table("orders", ARN, "ACTIVE", "id-1", creation_date_time=NOW - timedelta(days=30))
DAY = timedelta(days=1)
BETTER = [Freshness.MISSING, Freshness.LATE, Freshness.OK]


def backup(
    hours: float | None = 1, status: str = "AVAILABLE", **other: str | None
) -> BackupSummary:
    """A backup that is so many hours old."""
    taken = None if hours is None else NOW - timedelta(hours=hours)
    given = {"table_id": "id-1", "table_arn": ARN, **other}
    arn = f"{ARN}/backup/{hours}{status}"
    summary = BackupSummary(arn, "nightly", status, "USER", "orders", ARN, "eu-west-1")
    return replace(summary, backup_creation_date_time=taken, **given)  # type: ignore[arg-type] # strings


def judged(
    *backups: BackupSummary, table: Table | None = TABLE, most: timedelta = DAY
) -> CheckedTable:
    return judged_table(REF, table, backups, NOW, most)


@pytest.mark.parametrize(
    ("backups", "state", "age_hours"),
    [
        ([backup(1)], Freshness.OK, 1),
        ([backup(24)], Freshness.OK, 24),
        ([backup(24.001)], Freshness.LATE, 24.001),
        ([backup(48), backup(2), backup(30)], Freshness.OK, 2),
        ([backup(1, "CREATING"), backup(30)], Freshness.LATE, 30),
        ([backup(1, "CREATING")], Freshness.MISSING, None),
        ([backup(-1)], Freshness.OK, 0),  # a second of AWS's after its own clock's last answer
        ([backup(1, "DELETED")], Freshness.MISSING, None),
        ([backup(1, table_id="id-0"), backup(30)], Freshness.LATE, 30),
        ([backup(None)], Freshness.MISSING, None),
        ([], Freshness.MISSING, None),
    ],
)
def test_a_table_is_as_fresh_as_its_newest_available_backup(
    backups: list[BackupSummary], state: Freshness, age_hours: float | None
) -> None:
    told = judged(*backups)
    assert told.state is state
    assert told.age == (None if age_hours is None else timedelta(hours=age_hours))


def test_what_does_not_count_is_told() -> None:
    creating = backup(0.1, "CREATING")
    told = judged(
        creating,
        backup(0.2, "CREATING"),
        backup(2, table_id="id-0"),
        backup(3, table_id="id-0"),
        backup(4, "CREATING", table_id="id-0"),
        backup(None),
    )
    assert (told.creating, told.of_deleted, told.in_doubt) == (creating, 2, 1)
    assert told.table_arn == ARN


BORN = replace(TABLE, table_id=None, creation_date_time=NOW - timedelta(hours=5))


@pytest.mark.parametrize(
    ("told", "table", "answer"),
    [
        (backup(), TABLE, Belongs.YES),
        (backup(table_id="id-0"), TABLE, Belongs.NO),
        (backup(table_arn=ARN.replace("123456789012", "999999999999")), TABLE, Belongs.NO),
        (backup(4), BORN, Belongs.YES),
        (backup(6), BORN, Belongs.NO),
        (backup(4, table_id=None), replace(BORN, table_id="id-1"), Belongs.YES),
        (backup(5), BORN, Belongs.IN_DOUBT),
        (backup(None), BORN, Belongs.IN_DOUBT),
        (backup(4), replace(BORN, creation_date_time=None), Belongs.IN_DOUBT),
        (backup(table_id="id-0"), None, Belongs.YES),
    ],
)
def test_a_backup_belongs_to_the_table_that_has_its_name_now(
    told: BackupSummary, table: Table | None, answer: Belongs
) -> None:
    assert belongs(told, table) is answer


HOURS = st.floats(0, 100)
BACKUPS = st.lists(
    st.builds(
        backup,
        st.none() | HOURS,
        st.sampled_from(["AVAILABLE", "CREATING"]),
        table_id=st.sampled_from(["id-1", "id-0", None]),
    ),
    max_size=6,
    unique_by=lambda one: one.backup_arn,
)
TABLES = st.sampled_from([TABLE, BORN, None])
AGES = st.floats(0.1, 100).map(lambda hours: timedelta(hours=hours))


@given(BACKUPS, TABLES, AGES, st.randoms())
def test_the_order_of_a_list_is_irrelevant(
    backups: list[BackupSummary], table: Table | None, most: timedelta, random: object
) -> None:
    shuffled = list(backups)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis's own Random
    assert judged(*shuffled, table=table, most=most) == judged(*backups, table=table, most=most)


def rank(backups: Sequence[BackupSummary], table: Table | None, most: timedelta) -> int:
    return BETTER.index(judged(*backups, table=table, most=most).state)


@given(BACKUPS, TABLES, AGES, HOURS)
def test_a_further_backup_never_makes_it_worse(
    backups: list[BackupSummary], table: Table | None, most: timedelta, hours: float
) -> None:
    more = [*backups, replace(backup(hours), backup_arn=f"{ARN}/backup/more")]
    assert rank(more, table, most) >= rank(backups, table, most)


@given(BACKUPS, TABLES, AGES, AGES)
def test_a_longer_max_age_never_makes_it_worse(
    backups: list[BackupSummary], table: Table | None, most: timedelta, longer: timedelta
) -> None:
    assert rank(backups, table, most + longer) >= rank(backups, table, most)


def test_what_could_not_be_checked_is_not_fine() -> None:
    fine = CheckedTable(REF, Freshness.OK)
    error = CredentialsError(Stage.READ, Facts())
    assert CheckResult([fine]).fine
    assert not CheckResult([fine], errors={"us-east-1": error}).fine
    for state in (Freshness.LATE, Freshness.MISSING, Freshness.UNKNOWN):
        result = CheckResult([fine, CheckedTable(REF, state)])
        assert not result.fine
        assert (result.counts[state], result.counts[Freshness.OK]) == (1, 1)


@pytest.mark.parametrize(
    ("asked", "failed"),
    [
        ({"tables": ["orders"]}, []),
        ({"tables": ["orders"], "max_age": timedelta()}, ["max_age"]),
        ({"tables": ["orders"], "max_age": 3600}, ["max_age"]),
        ({"tables": ["orders"], "by_name": "yes"}, ["by_name"]),
        ({"tables": ["orders"], "backup_type": "MINE", "timeout_seconds": 1}, ["backup_type", "timeout"]),
        ({"tables": ["a b"]}, ["tables"]),
        ({"table_pattern": "a]*("}, ["table_pattern"]),
        ({}, ["tables"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_breaks_a_rule_is_told(asked: dict[str, object], failed: list[str]) -> None:
    request = CheckRequest(**{"max_age": DAY, **asked})  # type: ignore[arg-type] # wrong on purpose
    assert [failure.property for failure in validate_check(request.inputs())] == failed
