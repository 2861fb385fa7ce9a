"""Prices from AWS's Price List API: what is read, what stays unknown, and what can go wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pulumi_ddb_backup.aws.calls.connection import Connection
from pulumi_ddb_backup.aws.cost.fetching import FetchedPrices, PriceList
from pulumi_ddb_backup.aws.cost.pricelist import USAGE
from pulumi_ddb_backup.aws.cost.prices import as_json, prices_from_json
from pulumi_ddb_backup.aws.errors import (
    AccessDeniedError,
    AwsConnectionError,
    ConfigurationError,
    ThrottledError,
    UnreadableAnswerError,
    ValidationError,
)
from tests.aws import pricing
from tests.aws.conftest import REGION
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock


@pytest.fixture
def price_list(
    aws: Simulator, connection: Connection, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> PriceList:
    """The price list, asked by someone whose own region is eu-west-1."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    return PriceList(connection, clock=clock)


def listed(monkeypatch: pytest.MonkeyPatch, *items: str, service: str = "AmazonDynamoDB") -> None:
    """Let AWS list nothing else for eu-west-1 of this service."""
    monkeypatch.setitem(pricing.LISTED, (service, REGION), items)


def item(ending: str, *tiers: str, **more: str) -> str:
    return pricing.item("AmazonDynamoDB", REGION, ending, *tiers, **more)  # type: ignore[arg-type] # as named


def test_the_prices_of_a_region_are_read_from_all_pages_of_two_services(
    price_list: PriceList, aws: Simulator
) -> None:
    fetched = price_list.fetch()
    (found,) = fetched.found
    assert (found.missing, found.ambiguous) == ([], [])
    prices = fetched.prices[REGION]
    assert (prices.source, prices.currency) == ("AWS Price List API", "USD")
    assert {name: str(getattr(prices, name)) for name in USAGE} == {
        "backup_gib_month": "0.1155",
        "restore_gib": "0.17325",
        "recovery_gib_month": "0.2281",
        "export_gib": "0.113",
        "incremental_export_gib": "0.114",
        "vault_gib_month": "0.1156",
        "vault_cold_gib_month": "0.0347",
        "vault_restore_gib": "0.1733",
        "vault_copy_gib": "0.02",
    }
    assert [call.region for call in aws.calls] == ["eu-central-1"] * 4
    assert fetched.asked_in == "eu-central-1"


def test_what_was_fetched_is_what_a_file_of_prices_gives_back(price_list: PriceList) -> None:
    fetched = price_list.fetch([REGION, "us-east-1"])
    assert prices_from_json(as_json(fetched.prices.values())) == fetched.prices


@pytest.mark.parametrize(
    ("home", "asked_in"),
    [
        ("us-east-1", "us-east-1"),
        ("us-west-2", "us-east-1"),
        ("eu-north-1", "eu-central-1"),
        ("ap-southeast-2", "ap-south-1"),
        ("sa-east-1", "us-east-1"),
        ("us-gov-west-1", "us-east-1"),
    ],
)
def test_a_region_near_to_ones_own_is_asked(
    price_list: PriceList, aws: Simulator, home: str, asked_in: str
) -> None:
    connection = replace(price_list.connection, region=home)
    assert replace(price_list, connection=connection).fetch([REGION]).asked_in == asked_in
    assert {call.region for call in aws.calls} == {asked_in}


def test_a_price_that_aws_does_not_list_is_unknown(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(monkeypatch, item("TimedBackupStorage-ByteHrs", "0.0000000000", "0.1200000000"))
    listed(monkeypatch, service="AWSBackup")
    (found,) = price_list.fetch().found
    assert found.prices.backup_gib_month == Decimal("0.12")
    assert len(found.missing) == len(USAGE) - 1
    assert found.prices.restore_gib is None
    assert found.any_known


@pytest.mark.parametrize(
    "items",
    [
        pytest.param([item("RestoreDataSize-Bytes", "0.15", "0.14")], id="tiers"),
        pytest.param(
            [
                item("RestoreDataSize-Bytes", "0.15"),
                pricing.item("AmazonDynamoDB", REGION, "New-RestoreDataSize-Bytes", "0.16"),
            ],
            id="products",
        ),
    ],
)
def test_of_several_prices_none_is_taken(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch, items: list[str]
) -> None:
    listed(monkeypatch, *items)
    (found,) = price_list.fetch().found
    assert found.ambiguous == ["restore_gib"]
    assert found.prices.restore_gib is None


def test_a_price_by_another_unit_or_of_another_region_is_none_of_ours(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(
        monkeypatch,
        item("RestoreDataSize-Bytes", "0.15", unit="Requests"),
        pricing.item("AmazonDynamoDB", "eu-west-2", "TimedBackupStorage-ByteHrs", "0.1"),
    )
    listed(monkeypatch, service="AWSBackup")
    fetched = price_list.fetch()
    assert len(fetched.found[0].missing) == len(USAGE)
    assert fetched.prices == {}


def test_prices_in_another_currency_keep_it_and_are_not_mixed(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(
        monkeypatch,
        item("TimedBackupStorage-ByteHrs", "0.8", currency="CNY"),
        item("RestoreDataSize-Bytes", "0.15"),
    )
    listed(monkeypatch, service="AWSBackup")
    (found,) = price_list.fetch().found
    assert (found.prices.currency, found.prices.backup_gib_month) == ("CNY", Decimal("0.8"))
    assert found.ambiguous == ["restore_gib"]


def test_all_regions_are_those_of_dynamodb(price_list: PriceList) -> None:
    fetched = price_list.fetch(all_regions=True)
    assert len(fetched.prices) > 25
    assert {REGION, "us-east-1", "me-south-1"} <= fetched.prices.keys()


def test_a_call_that_aws_throttles_or_loses_is_repeated(
    price_list: PriceList, aws: Simulator
) -> None:
    aws.fault(Fault("GetProducts", code="ThrottlingException", status=400, times=5))
    aws.fault(Fault("GetProducts", kind="close_after", first=2, times=1))
    assert price_list.fetch().prices.keys() == {REGION}


def test_a_denial_names_the_action_and_the_region_that_was_asked(
    price_list: PriceList, aws: Simulator
) -> None:
    aws.fault(Fault("GetProducts", code="AccessDeniedException", status=400, message="no"))
    with pytest.raises(AccessDeniedError) as caught:
        price_list.fetch()
    assert str(caught.value) == (
        "Price Lookup Failed: The AWS identity in use lacks the permission pricing:GetProducts on "
        "the price list in region 'eu-central-1'. AWS said: AccessDeniedException: no.\n"
        "Add pricing:GetProducts to its IAM policy, then run this again."
    )


@pytest.mark.parametrize(
    "text",
    ["{", '{"product": {}}', "[]", item("RestoreDataSize-Bytes", "dear")],
    ids=["no JSON", "no product", "no object", "no price"],
)
def test_an_answer_that_can_not_be_read_is_told(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    listed(monkeypatch, text)
    with pytest.raises(UnreadableAnswerError, match="for the price list in region 'eu-central-1'"):
        price_list.fetch()


def test_a_network_that_does_not_lead_there_is_told_in_words_of_its_own(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    elsewhere = replace(price_list.connection, token="another session")
    with pytest.raises(AwsConnectionError) as caught:
        replace(price_list, connection=elsewhere).fetch()
    assert str(caught.value).startswith(
        "Price Lookup Failed: The Price List API of region 'eu-central-1' could not be reached: "
    )
    assert "DynamoDB endpoint" not in str(caught.value)


def test_pages_that_never_end_are_told(price_list: PriceList, aws: Simulator) -> None:
    body = '{"FormatVersion": "aws_v1", "PriceList": [], "NextToken": "again"}'
    aws.fault(Fault("GetProducts", kind="answer", body=body))
    with pytest.raises(UnreadableAnswerError, match="never end"):
        price_list.fetch()


def test_throttling_until_the_timeout_is_told(price_list: PriceList, aws: Simulator) -> None:
    aws.fault(Fault("GetProducts", code="ThrottlingException", status=400))
    with pytest.raises(ThrottledError, match="every call for the price list until"):
        price_list.fetch(timeout_seconds=60)


def refused(fetch: PriceList, *regions: str, **more: int) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        fetch.fetch(regions, **more)  # type: ignore[arg-type] # as named
    return [failure.reason for failure in caught.value.failures]


def test_a_broken_rule_is_told_before_aws_is_asked(price_list: PriceList, aws: Simulator) -> None:
    assert refused(price_list, "mars", timeout_seconds=1) == [
        "regions[0] must be a valid AWS region identifier (got 'mars')",
        "timeout must be at least 60 seconds (got 1)",
    ]
    assert refused(price_list, REGION, all_regions=True) == [
        "regions and all_regions exclude each other"
    ]
    assert aws.calls == []


def test_without_any_region_it_is_said_how_to_give_one(
    price_list: PriceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    nowhere = replace(price_list, connection=replace(price_list.connection, region=None))
    with pytest.raises(ConfigurationError, match="no AWS region is set"):
        nowhere.fetch()
    assert isinstance(nowhere.fetch(["us-east-2"]), FetchedPrices)
