"""Two writings of one item are one digest, and any change of any value changes it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.compare.canonical import canonical, normal_number
from pulumi_ddb_backup.aws.compare.digest import digest_of
from tests.unit.compare.items import Value, items, numbers, other_writing, rewritten_item, values


@given(items, st.data())
def test_two_writings_of_an_item_are_one_digest(item: dict[str, Value], data: Any) -> None:
    assert digest_of(rewritten_item(item, data.draw)) == digest_of(item)


@given(items, items, st.data())
def test_two_items_are_one_digest_only_if_they_are_equal(
    item: dict[str, Value], other: dict[str, Value], data: Any
) -> None:
    """`meaning` is another way to tell what is equal, by Python's own equality."""
    assert (digest_of(item) == digest_of(other)) == (meaning({"M": item}) == meaning({"M": other}))


@given(values, values)
def test_two_values_are_one_sequence_of_bytes_only_if_they_are_equal(
    value: Value, other: Value
) -> None:
    same = canonical({"a": value}) == canonical({"a": other})
    assert same == (meaning(value) == meaning(other))


def meaning(value: Value) -> Any:
    ((kind, content),) = value.items()
    if kind == "M":
        return kind, frozenset((name, meaning(one)) for name, one in content.items())
    if kind == "L":
        return kind, tuple(map(meaning, content))
    if kind in ("NS", "SS", "BS"):
        return kind, frozenset(map(Decimal, content) if kind == "NS" else content)
    return kind, Decimal(content) if kind == "N" else content


@given(items, st.data())
def test_any_change_of_any_value_changes_the_digest(item: dict[str, Value], data: Any) -> None:
    places = list(changed_anywhere(item))
    if places:
        assert digest_of(data.draw(st.sampled_from(places))) != digest_of(item)


def changed_anywhere(item: dict[str, Value]) -> Iterator[dict[str, Value]]:
    """The item with one thing changed, for each thing in it."""
    for name, value in item.items():
        rest = {other: one for other, one in item.items() if other != name}
        yield rest
        yield {**rest, f"{name}x": value}
        for changed in changed_value(value):
            yield {**rest, name: changed}


def changed_value(value: Value) -> Iterator[Value]:
    ((kind, content),) = value.items()
    if kind == "S":
        yield {"S": content + "\0"}
        yield {"B": content.encode()}
    elif kind == "N":
        yield {"N": str(Decimal(content) + 1)} if abs(Decimal(content)) < 10**20 else {"N": "1"}
        yield {"S": content}
    elif kind == "B":
        yield {"B": content + b"\0"}
    elif kind == "BOOL":
        yield {"BOOL": not content}
    elif kind == "NULL":
        yield {"BOOL": True}
    elif kind in ("SS", "BS", "NS"):
        extra = {"SS": "another text", "BS": b"another text", "NS": "7E87"}[kind]
        yield {kind: [*content, extra]}
        yield {"L": [{kind[0]: one} for one in content]}
    elif kind == "L":
        yield {"L": [*content, {"NULL": True}]}
        yield {"M": {str(n): one for n, one in enumerate(content)}}
        for number, one in enumerate(content):
            for changed in changed_value(one):
                yield {"L": [*content[:number], changed, *content[number + 1 :]]}
    else:
        for changed in changed_anywhere(content):
            yield {"M": changed}


@given(numbers, st.data())
def test_a_number_has_one_form_whatever_its_writing(text: str, data: Any) -> None:
    other = other_writing(text, data.draw)
    assert Decimal(other) == Decimal(text)
    assert normal_number(other) == normal_number(text)
    assert Decimal(normal_number(text)) == Decimal(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("-0", "0"),
        ("0.00", "0"),
        ("1.50", "15E-1"),
        ("1E2", "1E2"),
        ("100", "1E2"),
        ("007", "7"),
        ("-12", "-12"),
        ("1" * 38, "1" * 38),
        ("1E-130", "1E-130"),
        ("9.9999999999999999999999999999999999999E+125", "9" * 38 + "E88"),
    ],
)
def test_the_form_of_a_number(text: str, form: str) -> None:
    assert normal_number(text) == form


def test_numbers_of_38_digits_that_differ_in_the_last_differ() -> None:
    digits = "1234567890123456789012345678901234567"
    assert normal_number(f"{digits}8") != normal_number(f"{digits}9")
    assert normal_number(f"0.{digits}8") != normal_number(f"0.{digits}9")


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "-Infinity", "1" * 201, "١٢"])
def test_what_is_no_number_of_dynamodbs_is_refused(text: str) -> None:
    if text == "١٢":
        assert normal_number(text) == "12"  # digits all the same, as Decimal reads them
        return
    with pytest.raises(ValueError, match="number"):
        normal_number(text)


def test_an_attribute_of_an_unknown_type_is_refused_and_not_left_out() -> None:
    with pytest.raises(ValueError, match="type"):
        canonical({"id": {"S": "1"}, "new": {"VECTOR": "1"}})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": {"S": ""}}, {"a": {"NULL": True}}),
        ({"a": {"S": ""}}, {}),
        ({"a": {"B": b""}}, {"a": {"S": ""}}),
        ({"a": {"L": []}}, {"a": {"M": {}}}),
        ({"a": {"SS": ["x", "y"]}}, {"a": {"SS": ["xy"]}}),
        ({"a": {"SS": ["1:x"]}}, {"a": {"SS": ["x"]}}),
        ({"a": {"L": [{"S": "x"}, {"S": "y"}]}}, {"a": {"L": [{"S": "y"}, {"S": "x"}]}}),
        ({"a": {"L": [{"L": []}, {"S": "x"}]}}, {"a": {"L": [{"L": [{"S": "x"}]}]}}),
        ({"a": {"S": "x"}, "b": {"S": ""}}, {"a": {"S": ""}, "b": {"S": "x"}}),
        ({"a": {"NS": ["1", "2"]}}, {"a": {"SS": ["1", "2"]}}),
    ],
)
def test_what_looks_alike_has_other_bytes(one: dict[str, Value], other: dict[str, Value]) -> None:
    assert canonical(one) != canonical(other)


def test_an_item_of_400_kb_is_compared_to_its_last_byte() -> None:
    content = random.Random(1).randbytes(390_000)
    item: dict[str, Value] = {"id": {"S": "1"}, "blob": {"B": content}}
    changed = {**item, "blob": {"B": content[:-1] + bytes([content[-1] ^ 1])}}
    assert digest_of(item) == digest_of({**item, "blob": {"B": bytearray(content)}})
    assert digest_of(item) != digest_of(changed)
