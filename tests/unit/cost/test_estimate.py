"""What backups cost: AWS's own example, what is not known, and what must hold of any backups."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.cost.estimate import (
    GIB,
    a_month,
    month_of,
    rest_of_month,
    share_of_month,
    this_month,
)
from pulumi_ddb_backup.aws.cost.prices import SHIPPED, Prices
from pulumi_ddb_backup.aws.cost.words import source_text
from pulumi_ddb_backup.aws.records import BackupSummary

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(timezone.utc))


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=timezone.utc)


def backup(size: int | None, made: datetime, region: str = "us-east-1") -> BackupSummary:
    arn = f"arn:aws:dynamodb:{region}:123456789012:table/orders"
    return BackupSummary(
        f"{arn}/backup/01767323045000-{size or 0:08x}",
        "nightly",
        "AVAILABLE",
        "USER",
        "orders",
        arn,
        region,
        backup_size_bytes=size,
        backup_creation_date_time=made,
    )


def test_awss_own_example_of_a_part_of_a_month() -> None:
    """Taken on 27 July, it costs 5/31 of July; kept to 15 August, 15/31 of August.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backup-restore-billing.html
    """
    made, deleted = at(7, 27), at(8, 16)
    assert share_of_month(made, deleted, at(7, 30)) == Decimal(5) / 31
    assert share_of_month(made, deleted, at(8, 1)) == Decimal(15) / 31
    assert share_of_month(made, deleted, at(9, 1)) == 0
    assert share_of_month(made, deleted, at(6, 1)) == 0


def test_the_same_in_dollars_to_the_cent() -> None:
    """60 GB at 0.10 dollars: 0.97 in July, and 6.00 in a whole month."""
    backups = [backup(60 * GIB, at(7, 27))]
    assert str(this_month(backups, SHIPPED, at(7, 29)).rounded) == "0.97"
    assert str(this_month(backups, SHIPPED, at(8, 1)).rounded) == "6.00"
    assert str(a_month(backups, SHIPPED).rounded) == "6.00"


def test_what_deleting_saves_of_a_month_is_what_is_left_of_it() -> None:
    """AWS's example goes on: deleted once 15 of August's 31 days have passed, it has cost 2.90."""
    backups = [backup(60 * GIB, at(7, 27))]
    saved = rest_of_month(backups, SHIPPED, at(8, 16))
    assert str(saved.rounded) == "3.10"
    whole = this_month(backups, SHIPPED, at(8, 16))
    assert str((whole.amount - saved.amount).quantize(Decimal("0.01"))) == "2.90"
    assert rest_of_month(backups, SHIPPED, at(8, 1)) == a_month(backups, SHIPPED)


def test_thirty_daily_backups_of_a_large_table() -> None:
    backups = [backup(500 * GIB, at(6, day)) for day in range(1, 31)]
    told = a_month(backups, SHIPPED)
    assert (str(told.rounded), told.currency, told.is_whole) == ("1500.00", "USD", True)
    assert [(one.region, one.as_of) for one in told.prices] == [("us-east-1", "2026-06")]


def test_a_region_without_a_price_is_named_and_not_guessed() -> None:
    backups = [backup(GIB, at(6, 1)), backup(GIB, at(6, 1), "eu-west-1")]
    told = a_month(backups, SHIPPED)
    assert (str(told.rounded), told.unknown_regions, told.is_whole) == (
        "0.10",
        ["eu-west-1"],
        False,
    )
    export_alone = {"eu-west-1": Prices("eu-west-1", "2026-06", "me", export_gib=Decimal(1))}
    assert a_month(backups[1:], export_alone).unknown_regions == ["eu-west-1"]


def test_a_backup_without_a_size_is_counted_and_not_guessed() -> None:
    told = a_month([backup(None, at(6, 1)), backup(GIB, at(6, 1))], SHIPPED)
    assert (str(told.rounded), told.unknown_sizes, told.is_whole) == ("0.10", 1, False)


def test_amounts_in_two_currencies_are_not_added_up() -> None:
    yuan = Prices("cn-north-1", "2026-06", "me", Decimal(1), currency="CNY")
    backups = [backup(GIB, at(6, 1)), backup(GIB, at(6, 1), "cn-north-1")]
    told = a_month(backups, {**SHIPPED, "cn-north-1": yuan})
    assert (str(told.rounded), told.currency, told.is_whole) == ("1.00", "CNY", False)
    assert told.other_currencies == [SHIPPED["us-east-1"]]
    assert source_text(told).endswith("; us-east-1 is priced in USD and left out")


def test_nothing_costs_nothing() -> None:
    assert a_month([], SHIPPED).amount == 0


@settings(deadline=None)
@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=800)))
def test_the_parts_of_all_months_are_the_time_that_a_backup_exists(
    since: datetime, lasting: timedelta
) -> None:
    until, seconds, month = since + lasting, Decimal(0), since
    while month_of(month)[0] <= until:
        begin, after = month_of(month)
        share = share_of_month(since, until, month)
        assert 0 <= share <= 1
        seconds += share * Decimal((after - begin).total_seconds())
        month = after
    assert abs(seconds - Decimal(lasting.total_seconds())) < Decimal("0.001")


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**50)), st.lists(st.integers(0, 2**50)))
def test_what_some_cost_and_the_others_cost_is_what_all_cost(
    some: list[int], others: list[int]
) -> None:
    one, other = ([backup(size, at(6, 1)) for size in sizes] for sizes in (some, others))
    apart = a_month(one, SHIPPED).amount + a_month(other, SHIPPED).amount
    assert abs(a_month([*one, *other], SHIPPED).amount - apart) < Decimal("1e-9")
