"""What an estimate sounds like: two digits, whose prices, and what is missing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pulumi_ddb_backup.aws.cost.estimate import Estimate
from pulumi_ddb_backup.aws.cost.pricelist import USAGE
from pulumi_ddb_backup.aws.cost.prices import RATES, SHIPPED, Prices
from pulumi_ddb_backup.aws.cost.words import (
    RATE_NAMES,
    a_month_text,
    about_text,
    amount_text,
    less_text,
    source_text,
)

EAST = [SHIPPED["us-east-1"]]
NO_PRICE = Estimate(Decimal(0), unknown_regions=["eu-west-1"])


def fetched(*regions: str, as_of: str = "2026-11") -> list[Prices]:
    return [Prices(region, as_of, "me", Decimal("0.1")) for region in regions]


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("0.0099", "less than $0.01"),
        ("0.01", "about $0.01"),
        ("0.126", "about $0.13"),
        ("1.449", "about $1.40"),
        ("9.94", "about $9.90"),
        ("9.96", "about $10"),
        ("22.91", "about $23"),
        ("99.6", "about $100"),
        ("139.9", "about $140"),
        ("964", "about $960"),
        ("1500", "about $1,500"),
        ("123456", "about $120,000"),
    ],
)
def test_an_amount_is_told_to_two_digits(amount: str, told: str) -> None:
    assert about_text(Estimate(Decimal(amount))) == told


def test_an_amount_of_another_currency_has_its_name() -> None:
    assert about_text(Estimate(Decimal("12.3"), "CNY")) == "about CNY 12"
    assert amount_text(Estimate(Decimal("12.3"), "CNY")) == "CNY 12.30"


@pytest.mark.parametrize(
    ("estimate", "told"),
    [
        pytest.param(
            Estimate(Decimal(960), prices=EAST),
            ", about $960 a month (estimate, us-east-1 prices of 2026-06)",
            id="known",
        ),
        pytest.param(NO_PRICE, " (no price for eu-west-1 known)", id="no price"),
        pytest.param(
            Estimate(
                Decimal(640),
                prices=[*EAST, SHIPPED["us-east-2"]],
                unknown_regions=["eu-west-1"],
            ),
            ", about $640 a month (estimate, us-east-1 prices of 2026-06 and us-east-2 prices of "
            "2026-05; no price for eu-west-1 known)",
            id="three regions, one without a price",
        ),
        pytest.param(
            Estimate(Decimal(0), prices=EAST, unknown_regions=["eu-west-1"]),
            " (no price for eu-west-1 known)",
            id="nothing where a price is known",
        ),
        pytest.param(Estimate(Decimal(0), prices=EAST), "", id="nothing"),
        pytest.param(Estimate(Decimal(0), prices=EAST, unknown_sizes=1), "", id="no size"),
    ],
)
def test_a_monthly_cost_follows_a_size(estimate: Estimate, told: str) -> None:
    assert a_month_text(estimate) == told


def test_regions_with_prices_of_one_month_are_told_together() -> None:
    two = Estimate(Decimal(1), prices=fetched("eu-west-1", "eu-west-2"))
    assert source_text(two) == "estimate, eu-west-1, eu-west-2 prices of 2026-11"


def test_prices_of_several_months_are_told_the_newest_first() -> None:
    three = Estimate(Decimal(1), prices=[*SHIPPED.values(), *fetched("eu-west-1")])
    assert source_text(three) == (
        "estimate, eu-west-1 prices of 2026-11, us-east-1 prices of 2026-06 and us-east-2 prices of "
        "2026-05"
    )


def test_many_regions_are_counted() -> None:
    regions = [f"eu-west-{number}" for number in range(1, 6)]
    many = Estimate(Decimal(1), prices=fetched(*regions), unknown_regions=regions)
    assert source_text(many) == (
        "estimate, prices of 2026-11 for 5 regions; no price for 5 regions known"
    )


def test_what_is_saved_is_told_only_if_it_is_known() -> None:
    assert less_text(Estimate(Decimal(140), prices=EAST)) == ", about $140 a month less"
    assert less_text(NO_PRICE) == ""


def test_every_price_has_a_name_and_a_kind_of_usage() -> None:
    assert tuple(RATE_NAMES) == tuple(USAGE) == RATES
