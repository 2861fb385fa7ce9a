"""Which backups are kept: known cases, and what must hold of every history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.records import BackupSummary
from pulumi_ddb_backup.aws.retention.decision import decide
from pulumi_ddb_backup.aws.retention.records import Decision, Retention

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia")
FROM = datetime(2024, 1, 1, tzinfo=timezone.utc)
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


def backup(at: datetime, number: int = 0) -> BackupSummary:
    """A backup made at `at`; `number` tells those of one moment apart."""
    ident = f"{int(at.timestamp()):013}-{number:08x}"
    return BackupSummary(
        f"{ARN}/backup/{ident}",
        f"orders-{at:%Y%m%dT%H%M%SZ}-0123abcd",
        "AVAILABLE",
        "USER",
        "orders",
        ARN,
        "eu-west-1",
        table_id="a",
        backup_creation_date_time=at,
    )


def days(*texts: str) -> list[BackupSummary]:
    """A backup at noon of each day."""
    return [
        backup(datetime.combine(date.fromisoformat(text), datetime.min.time(), timezone.utc)
               + timedelta(hours=12))
        for text in texts
    ]  # fmt: skip


def kept_days(decision: Decision) -> list[str]:
    return [f"{made(one.backup):%Y-%m-%d}" for one in decision.kept]


def made(one: BackupSummary) -> datetime:
    assert one.backup_creation_date_time is not None
    return one.backup_creation_date_time


def reasons(decision: Decision) -> dict[str, list[tuple[str, str]]]:
    return {
        f"{made(one.backup):%Y-%m-%d}": [(each.rule, each.period) for each in one.reasons]
        for one in decision.kept
    }


DAILY = days(*(f"2026-01-{day:02}" for day in range(1, 32)), *(f"2026-02-{day:02}" for day in range(1, 11)))  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        pytest.param({"keep_last": 2}, ["2026-02-10", "2026-02-09"], id="last"),
        pytest.param({"keep_daily": 2}, ["2026-02-10", "2026-02-09"], id="daily"),
        pytest.param(
            # 2026-02-10 is a Tuesday: its week so far, then the Sundays before.
            {"keep_weekly": 3},
            ["2026-02-10", "2026-02-08", "2026-02-01"],
            id="weekly",
        ),
        pytest.param({"keep_monthly": 2}, ["2026-02-10", "2026-01-31"], id="monthly"),
        pytest.param(
            {"keep_monthly": 3}, ["2026-02-10", "2026-01-31", "2026-01-01"], id="and the oldest"
        ),
        pytest.param({"keep_yearly": 1}, ["2026-02-10"], id="yearly"),
        pytest.param(
            {"keep_within": timedelta(days=2)},
            ["2026-02-10", "2026-02-09", "2026-02-08"],
            id="within, to the very moment",
        ),
        pytest.param(
            {"keep_last": 1, "keep_monthly": 2}, ["2026-02-10", "2026-01-31"], id="any rule keeps"
        ),
        pytest.param(
            {"keep_weekly": 2, "keep_monthly": 2},
            ["2026-02-10", "2026-02-08", "2026-01-31"],
            id="each counts on its own",
        ),
    ],
)
def test_rules_keep_what_their_names_say(rules: dict[str, Any], kept: list[str]) -> None:
    assert kept_days(decide(DAILY, Retention(**rules))) == kept


def test_a_kept_backup_has_every_reason() -> None:
    rules = Retention(keep_last=1, keep_daily=2, keep_weekly=1, keep_within=timedelta(days=1))
    assert reasons(decide(DAILY, rules)) == {
        "2026-02-10": [
            ("keep_last", ""),
            ("keep_daily", "2026-02-10"),
            ("keep_weekly", "2026-W07"),
            ("keep_within", ""),
        ],
        "2026-02-09": [("keep_daily", "2026-02-09"), ("keep_within", "")],
    }


def test_a_period_without_a_backup_does_not_count() -> None:
    rules = Retention(keep_daily=3)
    gaps = days("2026-01-01", "2026-01-02", "2026-01-20", "2026-02-10")
    assert kept_days(decide(gaps, rules)) == ["2026-02-10", "2026-01-20", "2026-01-02"]


def test_an_iso_week_goes_on_over_new_year() -> None:
    """2024-12-30 to 2025-01-05 is 2025's first week."""
    week = days("2024-12-29", "2024-12-30", "2025-01-01", "2025-01-05")
    decision = decide(week, Retention(keep_weekly=2))
    assert reasons(decision) == {
        "2025-01-05": [("keep_weekly", "2025-W01")],
        "2024-12-29": [("keep_weekly", "2024-W52")],
    }


def test_days_begin_where_the_time_zone_says() -> None:
    one, other = (
        backup(datetime(2026, 1, 1, hour, tzinfo=timezone.utc)) for hour in (22, 23)
    )  # 23:00 UTC is midnight in Berlin
    assert len(decide([one, other], Retention(keep_daily=9)).kept) == 2  # the newest, the oldest
    oldest = backup(datetime(2025, 6, 1, tzinfo=timezone.utc))
    told = {zone: decide([oldest, one, other], Retention(keep_daily=2, timezone=zone)) for zone in ZONES}  # fmt: skip
    assert [one.backup for one in told["Europe/Berlin"].kept] == [other, one]
    assert [one.backup for one in told["UTC"].kept] == [other, oldest]


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """On 2026-10-25 at 03:00 summer time, Berlin goes back to 02:00."""
    twice = [backup(datetime(2026, 10, 25, hour, 30, tzinfo=timezone.utc)) for hour in (0, 1)]
    older = backup(datetime(2026, 10, 24, tzinfo=timezone.utc))
    decision = decide([*twice, older], Retention(keep_hourly=2, timezone="Europe/Berlin"))
    assert [one.backup for one in decision.kept] == [twice[1], twice[0]]


def test_what_somebody_holds_stays_and_says_so() -> None:
    held = DAILY[3]
    decision = decide(DAILY, Retention(keep_last=1), protected={held.backup_arn})
    assert reasons(decision) == {
        "2026-02-10": [("keep_last", "")],
        "2026-01-04": [("protected", "")],
    }


# What must hold of every history

AMOUNTS = st.integers(0, 6)
WITHIN = st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=90))
RETENTIONS = st.builds(
    Retention,
    keep_last=AMOUNTS,
    keep_hourly=AMOUNTS,
    keep_daily=AMOUNTS,
    keep_weekly=AMOUNTS,
    keep_monthly=AMOUNTS,
    keep_yearly=AMOUNTS,
    keep_within=WITHIN,
    timezone=st.sampled_from(ZONES),
).filter(lambda rules: any(value for key, value in rules.inputs().items() if key != "timezone"))
MINUTES = st.one_of(
    st.integers(0, 3 * 366 * 24 * 60),  # anywhere in three years
    st.integers(0, 3 * 24 * 60),  # crowded into three days
    st.integers(0, 3 * 366).map(lambda day: day * 24 * 60),  # at midnight
)
HISTORIES = st.lists(MINUTES, max_size=40).map(
    lambda minutes: [
        backup(FROM + timedelta(minutes=minute), number) for number, minute in enumerate(minutes)
    ]
)


def arns(backups: Iterable[BackupSummary]) -> set[str]:
    return {one.backup_arn for one in backups}


def kept(history: Sequence[BackupSummary], rules: Retention) -> list[BackupSummary]:
    return [one.backup for one in decide(history, rules).kept]


@settings(deadline=None, max_examples=500)
@given(HISTORIES, RETENTIONS, st.randoms(use_true_random=False))
def test_every_history(history: list[BackupSummary], rules: Retention, random: Any) -> None:
    decision = decide(history, rules)
    stays = arns(one.backup for one in decision.kept)
    # Everything is decided once, each that stays with its reasons.
    assert stays | arns(decision.expired) == arns(history)
    assert len(decision.kept) + len(decision.expired) == len(history)
    assert all(one.reasons for one in decision.kept)
    # The newest stays.
    if history:
        newest = max(history, key=lambda one: (made(one), one.backup_arn))
        assert newest.backup_arn in stays
    # The order in which they are listed does not matter.
    shuffled = list(history)
    random.shuffle(shuffled)
    assert decide(shuffled, rules) == decision
    # A second run deletes nothing.
    assert decide([one.backup for one in decision.kept], rules).expired == []
    # What is protected stays, and changes nothing else.
    if decision.expired:
        held = random.choice(list(decision.expired)).backup_arn
        again = decide(history, rules, protected={held})
        assert arns(one.backup for one in again.kept) == stays | {held}


@settings(deadline=None, max_examples=300)
@given(HISTORIES, RETENTIONS, st.data())
def test_a_larger_number_never_keeps_less(
    history: list[BackupSummary], rules: Retention, data: st.DataObject
) -> None:
    numbers = [key for key in rules.inputs() if key not in ("timezone", "keep_within")]
    key = data.draw(st.sampled_from(numbers))
    larger = replace(rules, **{key: getattr(rules, key) + data.draw(st.integers(1, 5))})
    assert arns(kept(history, rules)) <= arns(kept(history, larger))
    if rules.keep_within is not None:
        longer = replace(rules, keep_within=rules.keep_within * 2)
        assert arns(kept(history, rules)) <= arns(kept(history, longer))


@settings(deadline=None, max_examples=150)
@given(HISTORIES, RETENTIONS)
def test_pruning_after_each_backup_leaves_what_pruning_once_does(
    history: list[BackupSummary], rules: Retention
) -> None:
    stays: list[BackupSummary] = []
    for one in sorted(history, key=lambda one: (made(one), one.backup_arn)):
        stays = kept([*stays, one], rules)
    assert arns(stays) == arns(kept(history, rules))


@settings(deadline=None, max_examples=300)
@given(HISTORIES, RETENTIONS, st.data())
def test_a_list_that_lacks_some_lets_nothing_go_that_the_whole_list_keeps(
    history: list[BackupSummary], rules: Retention, data: st.DataObject
) -> None:
    listed = [one for one in history if data.draw(st.booleans())]
    assert arns(decide(listed, rules).expired) <= arns(decide(history, rules).expired)
