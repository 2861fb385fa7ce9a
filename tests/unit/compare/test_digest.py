"""Sums of digests, buckets by key, and what has no equal: pure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.compare import matching as matching_module
from pulumi_ddb_backup.aws.compare.digest import (
    BUCKETS,
    Entry,
    Sums,
    bucket_of,
    entries,
    key_digest,
)
from pulumi_ddb_backup.aws.compare.keys import key_of, key_text, sent
from pulumi_ddb_backup.aws.compare.matching import Matching

Table = dict[int, int]
"""The content of each item by its number."""
tables = st.dictionaries(st.integers(0, 30), st.integers(0, 2), max_size=20)


def of(table: Table) -> list[Entry]:
    items = [{"id": {"N": str(id)}, "v": {"N": str(value)}} for id, value in table.items()]
    return entries(items, ("id",))


def summed(table: Table, other: Table) -> Sums:
    sums = Sums()
    sums.add(0, of(table))
    sums.add(1, of(other))
    return sums


@given(tables, tables)
def test_sums_are_equal_only_where_tables_are(table: Table, other: Table) -> None:
    sums = summed(table, other)
    assert (not sums.differing()) == (table == other)
    assert (sums.told(0) == sums.told(1)) == (table == other)
    assert sums.counts == [len(table), len(other)]


@given(tables, st.data())
def test_the_order_of_reading_does_not_matter(table: Table, data: Any) -> None:
    shuffled = dict(data.draw(st.permutations(list(table.items()))))
    pages = Sums()
    for entry in of(shuffled):
        pages.add(0, [entry])
    assert pages.told(0) == summed(table, {}).told(0)


@given(tables, st.integers(31, 45), st.integers(46, 60))
def test_two_changes_never_cancel_out(table: Table, one: int, two: int) -> None:
    """Not even two items that swap their content, nor one that is read twice."""
    assert summed(table, {**table, one: 1, two: 1}).differing()
    swapped = {**table, one: 1, two: 2}, {**table, one: 2, two: 1}
    assert summed(*swapped).differing()
    doubled = Sums()
    doubled.add(0, of({one: 1}) * 2)
    assert doubled.differing()
    assert doubled.told(0) != summed({}, {}).told(0)


@given(tables, tables)
def test_the_buckets_that_differ_hold_every_difference(table: Table, other: Table) -> None:
    sums = summed(table, other)
    differing = [one for one in of(table) if one.digest not in {each.digest for each in of(other)}]
    assert {one.bucket for one in differing} <= set(sums.differing())
    assert all(sums.items_in(bucket) for bucket in sums.differing())


@given(tables, tables)
def test_sums_survive_being_written_down(table: Table, other: Table) -> None:
    sums = summed(table, other)
    again = Sums.from_json(json.loads(json.dumps(sums.as_json())))
    assert again.differing() == sums.differing()
    assert (again.counts, again.told(0), again.told(1)) == (sums.counts, sums.told(0), sums.told(1))


def test_the_bucket_and_digest_of_a_key_never_change() -> None:
    """State files rely on them."""
    (entry,) = entries([{"id": {"S": "a-17"}, "sort": {"N": "1.0"}}], ("id", "sort"))
    assert entry.key == b"M2:2:idS4:a-174:sortN1:1"
    assert entry.key_digest.hex() == key_digest(entry.key).hex()
    assert (entry.bucket, BUCKETS) == (bucket_of(entry.key_digest), 16384)
    assert bucket_of(bytes.fromhex("4001" + "00" * 14)) == 1
    assert entry.key_digest.hex() == "d6a12463ddb29b95d1cbbd0ff02df411"


def test_an_item_without_its_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        entries([{"other": {"S": "x"}}], ("id",))


# What has no equal


def differing(table: Table, other: Table) -> set[int]:
    return {id for id in table.keys() | other.keys() if table.get(id) != other.get(id)}


def numbers_of(matching: Matching) -> set[int]:
    return {int(key_of(key)["id"]["N"]) for key in matching.differing()}


@given(tables, tables, st.data())
def test_what_has_no_equal_is_found_in_whatever_order(
    table: Table, other: Table, data: Any
) -> None:
    pages = [(0, one) for one in of(table)] + [(1, one) for one in of(other)]
    matching = Matching()
    for number, entry in data.draw(st.permutations(pages)):
        matching.add(number, [entry])
    assert numbers_of(matching) == differing(table, other)
    assert not matching.overflown


@given(tables, tables, st.sets(st.integers(0, BUCKETS - 1)))
def test_only_chosen_buckets_are_held(table: Table, other: Table, more: set[int]) -> None:
    chosen = {entry.bucket for entry in of(table)} | more
    matching = Matching(chosen)
    matching.add(0, of(table))
    matching.add(1, of(other))
    inside = {int(key_of(one.key)["id"]["N"]) for one in of(other) if one.bucket in chosen}
    assert numbers_of(matching) == differing(table, other) & (inside | table.keys())


def test_too_much_to_hold_is_dropped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching_module, "UNMATCHED_MAX", 10)
    matching = Matching()
    matching.add(0, of({0: 1}))
    matching.add(1, of({0: 2}))  # a change, which is known whatever comes
    matching.add(0, of(dict.fromkeys(range(1, 12), 1)))
    assert matching.overflown
    assert numbers_of(matching) == {0}


def test_more_differences_than_can_be_looked_at_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching_module, "DIFFERENCES_MAX", 3)
    matching = Matching()
    matching.add(0, of(dict.fromkeys(range(5), 1)))
    assert len(matching.differing()) == 3
    assert matching.overflown


# Keys

names = st.text(min_size=1, max_size=5)
key_values = st.one_of(
    st.text(max_size=8).map(lambda text: {"S": text}),
    st.integers().map(lambda number: {"N": str(number)}),
    st.binary(max_size=8).map(lambda content: {"B": content}),
)


@given(st.dictionaries(names, key_values, min_size=1, max_size=2))
def test_a_key_is_read_back_from_its_bytes(key: dict[str, dict[str, Any]]) -> None:
    (entry,) = entries([key], tuple(key))
    again = sent(key_of(entry.key))
    assert entries([again], tuple(key)) == [entry]
    assert {name: list(value) for name, value in again.items()} == {
        name: list(value) for name, value in key.items()
    }
    json.dumps(key_of(entry.key))


def test_a_number_in_a_key_is_written_as_people_write_it() -> None:
    (entry,) = entries([{"id": {"N": "1.50E3"}, "sort": {"N": "1E-130"}}], ("id", "sort"))
    assert key_text(key_of(entry.key)) == "id=1500, sort=1E-130"


def test_a_key_is_told_short_and_without_escapes() -> None:
    key = {"id": {"S": "\x1b[2J" + "x" * 500}, "sort": {"N": "5"}}
    told = key_text(key)
    assert "\x1b" not in told
    assert told.startswith("id='\\x1b[2Jxxx")
    assert told.endswith("..., sort=5")
    assert len(told) < 200
