"""One sequence of bytes for one item, however its numbers, sets and maps are written down. Pure.

Each value begins with its type, and each length stands before what it counts, so that no two items
have the same bytes. The keys of a map and the members of a set are in order; a list keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from typing import Any, Final

Item = Mapping[str, Mapping[str, Any]]
"""An item or a key as DynamoDB has it: each attribute with its type."""
_EXACT: Final = Context(prec=200, Emin=-9999, Emax=9999, traps=[Inexact, InvalidOperation])
"""Holds any number of DynamoDB's, which have 38 digits, without rounding it."""

_UNKNOWN: Final = "an attribute of a type that is not known"


def canonical(item: Item) -> bytes:
    """The bytes of an item.

    Raises:
        ValueError: Something in it is not of a type that DynamoDB has.
    """
    parts: list[bytes] = []
    _put_map(parts.append, item)
    return b"".join(parts)


def normal_number(text: str) -> str:
    """A number in the one form of its value: 1.50 is 1.5, and -0 is 0.

    Raises:
        ValueError: It is no number.
    """
    if text.isascii() and text.isdigit() and text[0] != "0" and text[-1] != "0" and len(text) < 39:
        return text
    try:
        number = _EXACT.create_decimal(text)
        if not number.is_finite():
            raise ValueError("a number that is not finite")
        sign, digits, exponent = number.normalize(_EXACT).as_tuple()
    except DecimalException:
        raise ValueError("a number that is none") from None
    if not any(digits):
        return "0"
    # One form, whatever the exponent: Decimal's own is another for small and large ones.
    return str(Decimal((sign, digits, 0))) + (f"E{exponent}" if exponent else "")


Put = Callable[[bytes], object]


def _put(put: Put, value: Mapping[str, Any]) -> None:
    if len(value) != 1:  # botocore leaves out what it does not know
        raise ValueError(_UNKNOWN)
    ((kind, content),) = value.items()
    if kind == "S":
        _put_counted(put, b"S", _utf8(content))
    elif kind == "N":
        _put_counted(put, b"N", normal_number(content).encode())
    elif kind == "M":
        _put_map(put, content)
    elif kind == "L":
        put(b"L%d:" % len(content))
        for each in content:
            _put(put, each)
    elif kind == "BOOL":
        put(b"T" if content else b"F")
    elif kind == "NULL":
        put(b"0")
    elif kind == "B":
        _put_counted(put, b"B", bytes(content))
    elif kind in _MEMBERS:
        members = sorted(map(_MEMBERS[kind], content))
        put(b"%s%d:" % (kind.encode(), len(members)))
        for member in members:
            _put_counted(put, b"", member)
    else:
        raise ValueError(_UNKNOWN)


def _put_map(put: Put, content: Item) -> None:
    put(b"M%d:" % len(content))
    for name, value in sorted((_utf8(name), value) for name, value in content.items()):
        _put_counted(put, b"", name)
        _put(put, value)


def _put_counted(put: Put, kind: bytes, content: bytes) -> None:
    put(b"%s%d:" % (kind, len(content)))
    put(content)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_MEMBERS: Final[Mapping[str, Callable[[Any], bytes]]] = {
    "SS": _utf8,
    "NS": lambda text: normal_number(text).encode(),
    "BS": bytes,
}
"""What a member of a set is, by the type of the set."""
