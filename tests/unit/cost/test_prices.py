"""Prices: what is shipped, and files of them."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from pulumi_ddb_backup.aws.cost.prices import SHIPPED, PricesError, as_json, prices_from_json


def test_shipped_prices_are_dated_and_say_where_they_are_from() -> None:
    assert set(SHIPPED) == {"us-east-1", "us-east-2"}
    assert all(one.as_of and one.source and one.region == key for key, one in SHIPPED.items())


def test_a_file_gives_back_what_was_written() -> None:
    odd = replace(SHIPPED["us-east-1"], region="cn-north-1", currency="CNY", restore_gib=None)
    written = {**SHIPPED, "cn-north-1": odd}
    assert prices_from_json(as_json(written.values())) == written


def test_numbers_in_a_file_keep_all_of_their_digits() -> None:
    text = '{"regions": {"eu-west-1": {"as_of": "2026-06", "source": "me", "restore_gib": 0.1525000001}}}'
    assert prices_from_json(text)["eu-west-1"].restore_gib == Decimal("0.1525000001")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param([], "prices must be an object with the key regions", id="a list"),
        pytest.param({}, "prices must be an object with the key regions", id="nothing"),
        pytest.param({"regions": {"mars": {"as_of": "2026-06", "source": "me"}}}, "prices must be of a valid AWS region (got 'mars')", id="no region"),
        pytest.param({"regions": {"eu-west-1": 3}}, "prices of 'eu-west-1' must be an object (got 3)", id="no object"),
        pytest.param({"regions": {"eu-west-1": {"source": "me"}}}, "prices of 'eu-west-1' must have as_of (got None)", id="no date"),
        pytest.param({"regions": {"eu-west-1": {"as_of": "2026-06", "source": "me", "backup_gib_month": "dear"}}}, "prices of 'eu-west-1': backup_gib_month must be a number, 0 or more (got 'dear')", id="no number"),
        pytest.param({"regions": {"eu-west-1": {"as_of": "2026-06", "source": "me", "backup_gib_month": "-1"}}}, "prices of 'eu-west-1': backup_gib_month must be a number, 0 or more (got '-1')", id="negative"),
        pytest.param({"regions": {"eu-west-1": {"as_of": "2026-06", "source": "me", "backup": "1"}}}, "prices of 'eu-west-1' has no 'backup'; there are backup_gib_month", id="an unknown name"),
        pytest.param({"regions": {"eu-west-1": {"as_of": "2026-06", "source": "me", "backup_gib_month": "NaN"}}}, "must be a number, 0 or more (got 'NaN')", id="not a number"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_is_told_why(content: object, reason: str) -> None:
    with pytest.raises(PricesError) as caught:
        prices_from_json(json.dumps(content))
    assert reason in str(caught.value)


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(PricesError, match="prices must be JSON"):
        prices_from_json("{")
