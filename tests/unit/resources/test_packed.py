"""How the backups of a set are kept in the stack's state."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.resources.packed import packed, unpacked


def backup(table: str, region: str = "eu-west-1", **known: Any) -> dict[str, Any]:
    """A backup as a set's outputs tell it."""
    arn = f"arn:aws:dynamodb:{region}:123456789012:table/{table}"
    return {
        "table_name": table,
        "table_arn": arn,
        "region": region,
        "backup_arn": f"{arn}/backup/01700000000000-0a1b2c3d",
        "backup_name": "nightly-1",
        "backup_status": "AVAILABLE",
        **known,
    }


def through_the_engine(kept: Any) -> Any:
    """What the engine hands back: keys in an order of its own, and every number as a float."""
    return json.loads(json.dumps(kept, sort_keys=True), parse_int=float)


WORDS = st.sampled_from(["", "-", " ", "a b", "nightly-1", "CREATING", "1", "2026-01-02T03:04:05Z"])
NUMBERS = st.one_of(
    st.integers(-1, 2**53), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), WORDS
)
BACKUPS = st.builds(
    lambda table, region, more: backup(table, region, **more),
    st.text("ab-._09", min_size=3, max_size=9),
    st.sampled_from(["eu-west-1", "us-east-1", "local"]),
    st.dictionaries(
        st.sampled_from(["item_count", "backup_size_bytes", "elapsed_seconds"]), NUMBERS
    )
    | st.dictionaries(
        st.sampled_from(["backup_name", "backup_status", "table_id", "table_arn", "backup_arn"]),
        WORDS,
    )
    | st.dictionaries(st.sampled_from(["backup_creation_date_time", "other"]), WORDS),
)


@given(st.lists(BACKUPS, unique_by=lambda one: (one["region"], one["table_name"])))
def test_whatever_is_packed_comes_back_sorted_by_region_and_table(
    backups: list[dict[str, Any]],
) -> None:
    ordered = sorted(backups, key=lambda one: (one["region"], one["table_name"]))
    assert unpacked(packed(backups)) == ordered
    assert unpacked(through_the_engine(packed(backups))) == ordered


@given(st.lists(BACKUPS, unique_by=lambda one: (one["region"], one["table_name"])))
def test_a_second_look_keeps_the_very_same(backups: list[dict[str, Any]]) -> None:
    kept = packed(unpacked(packed(backups)))
    assert packed(unpacked(through_the_engine(kept))) == kept


def test_numbers_are_whole_again_after_the_engine_has_sent_them() -> None:
    (one,) = unpacked(through_the_engine(packed([backup("orders", item_count=3)])))
    assert repr(one["item_count"]) == "3"
    (one,) = unpacked(packed([backup("orders", item_count=3.0, elapsed_seconds=31.5)]))
    assert (repr(one["item_count"]), repr(one["elapsed_seconds"])) == ("3", "31.5")


def test_nothing_is_said_twice() -> None:
    tables = [f"table-{number:04}" for number in range(1000)]
    regions = ("eu-west-1", "us-east-1")
    text = json.dumps(packed([backup(table, region) for region in regions for table in tables]))
    assert text.count("arn:aws:dynamodb:") == len(regions)
    assert [text.count(table) for table in tables] == [len(regions)] * len(tables)
    assert text.count("backup_name") == 1


def test_a_line_holds_what_a_person_looks_for() -> None:
    kept = packed([backup("orders", table_id="4a83e6b0", elapsed_seconds=31.5)])
    assert kept == {
        "columns": "backup backup_name backup_status table_id backup_creation_date_time "
        "backup_size_bytes table_size_bytes item_count elapsed_seconds",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/": [
            "orders/backup/01700000000000-0a1b2c3d nightly-1 AVAILABLE 4a83e6b0 - - - - 31.5"
        ],
    }


@pytest.mark.parametrize("kept", [[backup("orders"), backup("users")], [], None, "[secret]"])
def test_what_is_not_packed_stays_as_it_is(kept: Any) -> None:
    """The states of earlier releases, a unit test's mocks, and what the engine does not tell."""
    assert unpacked(kept) is kept


def test_what_a_later_release_adds_to_a_line_is_left_out() -> None:
    kept = packed([backup("orders", elapsed_seconds=31.5)])
    (start,) = kept.keys() - {"columns"}
    later = {"columns": f"{kept['columns']} mood", start: [f"{kept[start][0]} merry"]}
    assert unpacked(later) == [backup("orders", elapsed_seconds=31.5)]
