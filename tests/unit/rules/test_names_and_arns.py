"""Generated names, ARNs and regions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.rules.arns import BackupArn, TableArn
from pulumi_ddb_backup.aws.rules.naming import (
    digest,
    generated_name,
    identity,
    is_generated_by,
    mark_in,
    owner_mark,
)
from pulumi_ddb_backup.aws.rules.regions import is_region

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
FACTS = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5)
)


def test_a_generated_name_is_prefix_utc_time_and_identity() -> None:
    there = MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert generated_name("orders-", there, "89abcdef") == "orders-20260102T030405Z-89abcdef"


def test_the_longest_prefix_still_makes_a_name_of_255_characters() -> None:
    assert len(generated_name("p" * 230, MOMENT, digest({}))) == 255


@settings(deadline=None)
@given(FACTS)
def test_the_same_facts_in_any_order_have_the_same_digest(facts: dict[str, object]) -> None:
    backwards = dict(reversed(facts.items()))
    assert digest({"x": facts}) == digest({"x": backwards})


@settings(deadline=None)
@given(FACTS, FACTS)
def test_different_facts_have_different_digests(
    one: dict[str, object], other: dict[str, object]
) -> None:
    same = repr(sorted(one.items())) == repr(sorted(other.items()))
    assert (digest(one) == digest(other)) == same


@settings(deadline=None)
@given(
    st.text(max_size=10),
    st.text(max_size=10),
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)),
)
def test_a_name_is_recognised_by_its_own_prefix_and_identity_alone(
    prefix: str, other: str, moment: datetime
) -> None:
    mine, theirs = digest({"urn": "mine"}), digest({"urn": "theirs"})
    name = generated_name(prefix, moment, mine)
    assert is_generated_by(name, prefix, mine)
    assert not is_generated_by(name, prefix, theirs)
    assert is_generated_by(name, other, mine) == (other == prefix)


@settings(deadline=None)
@given(FACTS, FACTS, FACTS)
def test_a_name_tells_its_owner_whatever_the_owner_asked_for(
    owner: dict[str, object], asked: dict[str, object], later: dict[str, object]
) -> None:
    for facts in (asked, later):
        name = generated_name("orders-", MOMENT, identity(owner, facts))
        assert mark_in(name, "orders-") == owner_mark(owner)
        assert mark_in(name, "order") is None


def test_two_owners_that_ask_for_the_same_share_no_half_of_the_name() -> None:
    mine, theirs = identity({"urn": "mine"}, {"a": 1}), identity({"urn": "theirs"}, {"a": 1})
    assert (mine[:4] == theirs[:4], mine[4:] == theirs[4:]) == (False, False)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        pytest.param("aXb-20260102T030405Z-89abcdef", "a.b-", id="a dot is a dot"),
        pytest.param("aab-20260102T030405Z-89abcdef", "a+b-", id="a plus is a plus"),
        pytest.param("b-20260102T030405Z-89abcdef", "a|b-", id="a bar is a bar"),
        pytest.param("orders-release-42", "orders-", id="a name given by hand"),
        pytest.param("orders-20260102T030405Z-89abcdef-2", "orders-", id="longer"),
        pytest.param("orders-20260102T030405Z-89abcdef\n", "orders-", id="newline"),
    ],
)
def test_a_name_that_only_looks_alike_is_not_recognised(name: str, prefix: str) -> None:
    assert not is_generated_by(name, prefix, "89abcdef")


@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")],
)
def test_the_parts_of_an_arn_are_read_in_every_partition(partition: str, region: str) -> None:
    text = f"arn:{partition}:dynamodb:{region}:123456789012:table/my.table_1"
    assert TableArn.parse(text) == TableArn(text, partition, region, "123456789012", "my.table_1")
    backup = BackupArn.parse(f"{text}/backup/0123-ab")
    assert backup == BackupArn(
        f"{text}/backup/0123-ab", partition, region, "123456789012", "my.table_1", "0123-ab"
    )
    assert backup.table_arn == text


TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "orders",
        "arn:aws:s3:::bucket",
        "arn:aws:dynamodb:eu-west-1:1234:table/orders",
        "arn:aws:dynamodb::123456789012:table/orders",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/ab",
        f"{TABLE}\n",
        f" {TABLE}",
        f"{TABLE}/index/by-date",
        f"{TABLE}/stream/2026",
        f"{TABLE}/backup/",
        f"{TABLE}/backup/a/b",
        f"{TABLE}/backup/0123-ab\n",
    ],
)
def test_what_is_no_arn_is_none(text: str) -> None:
    assert TableArn.parse(text) is None
    assert BackupArn.parse(text) is None


def test_the_two_kinds_of_arn_are_told_apart() -> None:
    assert BackupArn.parse(TABLE) is None
    assert TableArn.parse(f"{TABLE}/backup/0123-ab") is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("us-east-1", True),
        ("eu-west-9", True),
        ("cn-north-1", True),
        ("us-gov-west-1", True),
        ("us-iso-east-1", True),
        ("moon-1", False),
        ("aws-global", False),
        ("aws-cn-global", False),
        ("", False),
        ("US-EAST-1", False),
        ("us-east-1a", False),
        ("us-east-1\n", False),
        ("us-east-\u0661", False),
        ("x" * 1_000_000, False),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_regions_are_known_by_list_or_by_form(name: str, expected: bool) -> None:
    assert is_region(name) is expected
