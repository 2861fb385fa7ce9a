"""What a retention would keep of backups, whoever took them, and what that would save."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.cost.estimate import GIB, a_month, rest_of_month
from pulumi_ddb_backup.aws.cost.prices import SHIPPED
from pulumi_ddb_backup.aws.records import BackupSummary
from pulumi_ddb_backup.aws.retention.foreseeing import foreseen
from pulumi_ddb_backup.aws.retention.records import Retention

NOON = datetime(2026, 8, 16, 12, tzinfo=timezone.utc)
WEEK = Retention(keep_daily=7)


def backup(days_ago: float, table: str = "orders", table_id: str | None = "one") -> BackupSummary:
    arn = f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}"
    return BackupSummary(
        f"{arn}/backup/{int(days_ago * 1000):014}-0123abcd",
        "any-name",
        "AVAILABLE",
        "USER",
        table,
        arn,
        "us-east-1",
        table_id=table_id,
        backup_size_bytes=10 * GIB,
        backup_creation_date_time=NOON - timedelta(days=days_ago),
    )


def test_thirty_daily_backups_would_be_seven_and_the_rest_is_saved_to_the_cent() -> None:
    would = foreseen([backup(day) for day in range(30)], WEEK)
    assert (len(would.kept), len(would.expired)) == (7, 23)
    assert str(a_month(would.expired, SHIPPED).rounded) == "23.00"
    midnight = NOON.replace(hour=0)
    assert str(rest_of_month(would.expired, SHIPPED, midnight).rounded) == "11.87"  # 16/31


def test_each_table_is_looked_at_by_itself_and_one_made_again_is_another() -> None:
    backups = [backup(day, table) for day in range(9) for table in ("orders", "users")]
    older = [backup(day, table_id="before") for day in range(10, 19)]
    assert len(foreseen([*backups, *older], WEEK).expired) == 3 * 2


def test_what_no_prune_ever_deletes_would_stay() -> None:
    stays = [
        replace(backup(20), backup_type="SYSTEM"),
        replace(backup(21), backup_status="CREATING"),
        replace(backup(22), backup_creation_date_time=None),
        replace(backup(23), table_id=None),
    ]
    would = foreseen([*stays, backup(1), backup(2)], Retention(keep_last=1))
    assert would.expired == [backup(2)]
    assert [one for one in would.kept if one in stays] == stays


@settings(deadline=None)
@given(st.lists(st.integers(0, 900), unique=True), st.integers(1, 9), st.integers(0, 9))
def test_every_backup_is_either_kept_or_not_and_saves_what_it_costs(
    days: list[int], last: int, monthly: int
) -> None:
    backups = [backup(day) for day in days]
    would = foreseen(backups, Retention(keep_last=last, keep_monthly=monthly))
    assert sorted([*would.kept, *would.expired], key=lambda one: one.backup_arn) == sorted(
        backups, key=lambda one: one.backup_arn
    )
    parts = a_month(would.kept, SHIPPED).amount + a_month(would.expired, SHIPPED).amount
    assert parts == a_month(backups, SHIPPED).amount
