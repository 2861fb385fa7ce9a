"""Which regions there are, and which of them an account has to enable."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws.rules.regions import ALWAYS_ENABLED, dynamodb_regions, must_be_enabled


def test_all_regions_of_a_partition_begin_with_the_one_at_hand() -> None:
    regions = dynamodb_regions("eu-west-1")
    assert regions[0] == "eu-west-1"
    assert ALWAYS_ENABLED.union({"af-south-1", "me-south-1"}) <= set(regions)
    assert len(set(regions)) == len(regions)
    assert set(dynamodb_regions("us-gov-east-1")) == {"us-gov-east-1", "us-gov-west-1"}


def test_a_region_at_hand_that_is_not_known_yet_is_looked_in_too() -> None:
    assert dynamodb_regions("us-west-9")[0] == "us-west-9"


def test_without_a_region_at_hand_one_that_every_account_has_is_the_first() -> None:
    assert dynamodb_regions(None)[0] in ALWAYS_ENABLED


@pytest.mark.parametrize(
    ("region", "must_be"),
    [
        ("us-east-1", False),
        ("af-south-1", True),
        ("us-west-9", True),  # newer than this package, so newer than 2019
        ("cn-north-1", False),
        ("us-gov-west-1", False),
    ],
)
def test_only_newer_regions_have_to_be_enabled(region: str, must_be: bool) -> None:
    assert must_be_enabled(region) is must_be
