"""The key of an item: as bytes, as DynamoDB has it, and for a person. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from ..rules.text import shown

Key = Mapping[str, Mapping[str, str]]
"""A key as DynamoDB's JSON has it: each attribute with its type, binary content in base64."""
_LONGEST: Final = 120
"""A value of a key that is longer is cut where a person reads it."""
_LONGEST_NUMBER: Final = 40
"""A number with more digits and zeros is written with an exponent."""


def key_of(content: bytes) -> Key:
    """The key that has these canonical bytes."""
    return {name: _of(kind, value) for name, kind, value in _parts(content)}


def sent(key: Key) -> dict[str, Any]:
    """A key as boto3 takes it."""
    return {
        name: {
            kind: base64.b64decode(text) if kind == "B" else text for kind, text in value.items()
        }
        for name, value in key.items()
    }


def key_text(key: Key) -> str:
    """A key as a person reads it: `id='a-17', sort=3`."""
    return ", ".join(
        f"{name}={text if kind == 'N' else shown(text, _LONGEST)}"
        for name, value in key.items()
        for kind, text in value.items()
    )


def _of(kind: str, content: bytes) -> dict[str, str]:
    if kind == "B":
        return {"B": base64.b64encode(content).decode()}
    if kind == "N":
        plain = format(Decimal(content.decode()), "f")
        return {"N": plain if len(plain) <= _LONGEST_NUMBER else content.decode()}
    return {kind: content.decode("utf-8", "surrogatepass")}


def _parts(content: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The name, type and content of each attribute."""
    count, at = _counted(content, 1)
    for _ in range(count):
        length, at = _counted(content, at)
        name = content[at : at + length].decode("utf-8", "surrogatepass")
        kind = chr(content[at + length])
        size, at = _counted(content, at + length + 1)
        yield name, kind, content[at : at + size]
        at += size


def _counted(content: bytes, at: int) -> tuple[int, int]:
    """The number that stands at a place, and where what it counts begins."""
    end = content.index(b":", at)
    return int(content[at:end]), end + 1
