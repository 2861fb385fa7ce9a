"""Items of every shape that DynamoDB has, and two writings of each, for hypothesis."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Value = dict[str, Any]

_DIGITS = st.text("0123456789", min_size=1, max_size=38)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.builds(
    lambda sign, digits, exponent: f"{sign}{digits}E{exponent}",
    st.sampled_from(["", "-"]),
    _DIGITS,
    st.integers(-130, 87),
)
"""Numbers of up to 38 digits, in AWS's range."""


def _sets(members: st.SearchStrategy[Any], by: Any = None) -> st.SearchStrategy[list[Any]]:
    return st.lists(members, min_size=1, max_size=4, unique_by=by)


scalars: st.SearchStrategy[Value] = st.one_of(
    texts.map(lambda text: {"S": text}),
    numbers.map(lambda text: {"N": text}),
    st.binary(max_size=12).map(lambda content: {"B": content}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    _sets(texts).map(lambda members: {"SS": members}),
    _sets(numbers, Decimal).map(lambda members: {"NS": members}),
    _sets(st.binary(max_size=6)).map(lambda members: {"BS": members}),
)
values: st.SearchStrategy[Value] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: {"L": each}),
        st.dictionaries(texts, inner, max_size=3).map(lambda each: {"M": each}),
    ),
    max_leaves=8,
)
items = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=4), values, max_size=5)


def rewritten(value: Value, draw: Any) -> Value:
    """The same value in another of its writings."""
    ((kind, content),) = value.items()
    if kind == "N":
        return {"N": other_writing(content, draw)}
    if kind == "NS":
        again = [other_writing(one, draw) for one in content]
        return {"NS": draw(st.permutations(again))}
    if kind in ("SS", "BS"):
        return {kind: draw(st.permutations(content))}
    if kind == "L":
        return {"L": [rewritten(one, draw) for one in content]}
    if kind == "M":
        return {"M": rewritten_item(content, draw)}
    return {kind: content}


def rewritten_item(item: dict[str, Value], draw: Any) -> dict[str, Value]:
    """The same item in another of its writings."""
    return {name: rewritten(item[name], draw) for name in draw(st.permutations(list(item)))}


def other_writing(text: str, draw: Any) -> str:
    """The same number, with other zeros and another exponent."""
    sign, digits, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    zeros = draw(st.integers(0, 3))
    plain = "".join(map(str, digits)) + "0" * zeros
    minus = "-" if sign else draw(st.sampled_from(["", "+"]))
    if not any(digits):
        minus = draw(st.sampled_from(["", "-"]))
    if -20 < exponent - zeros < 20 and draw(st.booleans()):
        return minus + format(Decimal((0, tuple(map(int, plain)), exponent - zeros)), "f")
    leading = "0" * draw(st.integers(0, 2))
    letter = draw(st.sampled_from(["E", "e"]))
    return f"{minus}{leading}{plain}{letter}{exponent - zeros}"
