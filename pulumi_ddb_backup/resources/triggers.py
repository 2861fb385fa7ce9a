"""What a program can hold, as values that come back from the engine the way they went.

The engine keeps text, 64-bit floating-point numbers, true and false, and lists and mappings of them.
A trigger of another kind becomes the text or the list that stands for it, or is refused. What is not
known yet is looked at as soon as it is.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import partial
from inspect import isawaitable
from typing import Any, Final
from uuid import UUID

import pulumi

from ..aws.rules.text import kind_of
from ..engine import input_type_properties, is_reserved
from .assets import UnreadableContentError, content_text

DEEPEST: Final = 32
"""How many lists and mappings may be nested; the SDK itself fails at a few hundred."""

PLAIN: Final = "text, a number, true or false, or a list or mapping of them"
_KEY_SHOWN: Final = 60
_INSTEAD: Final[tuple[tuple[Callable[[Any], bool], str], ...]] = (
    (lambda value: isinstance(value, pulumi.Resource), "one of its outputs, such as its id or arn"),
    (
        lambda value: isinstance(value, os.PathLike),
        "pulumi.FileAsset(path) for the file's content, or str(path) for the path alone",
    ),
    (callable, "text or a number that changes when it does"),
    (lambda _value: True, PLAIN),
)


class Encoder:
    """Turns values into what the engine keeps, and collects a sentence for each that can't be.

    Attributes:
        subject: Whose values they are, such as `Backup 'orders'`.
        failures: The sentences; each begins with the place of its value, such as `triggers["a"][0]`.
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.failures: list[str] = []

    def value(self, value: Any, where: str, depth: int = 0) -> Any:
        """`value` as the engine keeps it."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, pulumi.Output) or isawaitable(value):
            return self.later(value, partial(Encoder.value, where=where, depth=depth))
        if depth > DEEPEST:
            return self.refuse(where, f"is nested more than {DEEPEST} lists and mappings deep")
        if isinstance(value, Enum):
            return self.value(value.value, where, depth)
        simple = self._simple(value, where)
        return self._compound(value, where, depth + 1) if simple is NotImplemented else simple

    def require(self) -> None:
        """Raise all that can't be kept.

        Raises:
            pulumi.RunError: There is something.
        """
        if self.failures:
            raise pulumi.RunError("\n".join(f"{self.subject}: {text}" for text in self.failures))

    def later(self, value: Any, turn: Callable[[Encoder, Any], Any]) -> Any:
        """`value`, an Output or an awaitable, with `turn` done to it once it is known."""

        def turned(known: Any) -> Any:
            encoder = Encoder(self.subject)
            kept = turn(encoder, known)
            encoder.require()
            return kept

        output = value if isinstance(value, pulumi.Output) else pulumi.Output.from_input(value)
        return output.apply(turned)

    def refuse(self, where: str, why: str) -> Any:
        """Note that the value at `where` can't be kept, and give None for it."""
        self.failures.append(f"{where} {why}.")

    def _simple(self, value: Any, where: str) -> Any:
        if isinstance(value, str):
            return self._text(value, where)
        if isinstance(value, int):
            return _whole(value)
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if isinstance(value, (Decimal, UUID, timedelta)):
            return str(value)
        if isinstance(value, (date, time)):
            return _moment(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return f"bytes sha256:{hashlib.sha256(value).hexdigest()}"
        if isinstance(value, (pulumi.Asset, pulumi.Archive)):
            try:
                return content_text(value)
            except UnreadableContentError as error:
                return self.refuse(where, f"is {kind_of(value)} {error}")
        return NotImplemented

    def _compound(self, value: Any, where: str, depth: int) -> Any:
        properties = input_type_properties(value)
        if properties is None and dataclasses.is_dataclass(value) and not isinstance(value, type):
            properties = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        if properties is None and isinstance(value, Mapping):
            properties = value
        if properties is not None:
            return self._mapping(properties, where, depth)
        if isinstance(value, Set):
            return self._set(value, where, depth)
        if isinstance(value, Sequence) and not isinstance(value, range):
            return [self.value(one, f"{where}[{at}]", depth) for at, one in enumerate(value)]
        instead = next(text for fits, text in _INSTEAD if fits(value))
        return self.refuse(where, f"is {kind_of(value)}, which Pulumi can't keep. Give {instead}")

    def _mapping(self, values: Mapping[Any, Any], where: str, depth: int) -> dict[str, Any]:
        kept = {}
        for key in values:  # not items(): the key may be one that is called so
            place = f"{where}[{shown_key(key)}]"
            if isinstance(key, str):
                text = self._text(key, f"the key of {place}")
                kept[text or ""] = self.value(values[key], place, depth)
            else:
                self.refuse(place, f"has {kind_of(key)} as its key. Give text")
        return kept

    def _set(self, values: Set[Any], where: str, depth: int) -> Any:
        kept = [self.value(one, f"{where} (in the set)", depth) for one in values]
        try:
            return _sorted(kept)
        except TypeError:  # something in it is known later
            return pulumi.Output.all(*kept).apply(_sorted)

    def _text(self, value: str, where: str) -> Any:
        text = str.__str__(value)
        if is_reserved(text):
            return self.refuse(where, "is text that Pulumi reserves for itself. Give other text")
        try:
            text.encode()
        except UnicodeEncodeError:
            return self.refuse(where, "is text that UTF-8 can't encode. Give bytes")
        return text


class _KnownAlone(Encoder):
    """Looks at what is known now alone."""

    def later(self, value: Any, turn: Callable[[Encoder, Any], Any]) -> Any:
        return value


def unencodable(value: Any, where: str) -> list[str]:
    """A sentence for each value in `value` that can't be kept, as far as they are known."""
    encoder = _KnownAlone("")
    encoder.value(value, where)
    return encoder.failures


def refused_assets(value: Any, where: str) -> Iterator[str]:
    """A sentence for each asset or archive in a value that has come from the engine."""
    if isinstance(value, (pulumi.Asset, pulumi.Archive)):
        yield f"{where} is {kind_of(value)}. Give the hash of its content instead."
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from refused_assets(inner, f"{where}[{shown_key(key)}]")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from refused_assets(inner, f"{where}[{at}]")


def shown_key(key: Any) -> str:
    """A key as it stands in a place, such as `triggers["a"]`."""
    text = json.dumps(key) if isinstance(key, str) else ascii(key)
    return text if len(text) <= _KEY_SHOWN else f"{text[:_KEY_SHOWN]}..."


def _whole(value: int) -> int | str:
    """A whole number, as text where 64 bits of floating point can't tell it from its neighbours."""
    with suppress(OverflowError):
        if float(value) == value:
            return int(value)
    try:
        return str(int(value))
    except ValueError:  # more digits than Python writes
        return hex(value)


def _moment(value: date | time) -> str:
    """The same text for the same moment, in whatever time zone it is told."""
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat()


def _sorted(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))
