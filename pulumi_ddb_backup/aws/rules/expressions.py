"""AWS's schedule expressions, by the rules of its documentation: `cron(...)`, `rate(...)`, `at(...)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .text import shown

EXPRESSION_MAX: Final = 256
_FORMS: Final = "cron(0 3 * * ? *), rate(12 hours) or at(2026-01-31T03:00:00)"
_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NONE: Final = "?"


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the six fields of a cron expression.

    Attributes:
        name: As AWS names it.
        first: The smallest number.
        last: The largest.
        names: What may stand for the numbers from `first` on.
        alone: What else may be all of it, as a regular expression.
        shown: What it may have, for people.
    """

    name: str
    first: int
    last: int
    shown: str
    names: tuple[str, ...] = ()
    alone: str = r"(?!)"

    def has(self, text: str) -> bool:
        """Whether the field may be `text`."""
        if re.fullmatch(self.alone, text):
            return True
        return all(self._has_item(item) for item in text.split(","))

    def _has_item(self, item: str) -> bool:
        span, slash, step = item.partition("/")
        if slash and not (step.isascii() and step.isdigit() and 0 < int(step) <= self.last):
            return False
        if span == "*":
            return True
        return all(self._has_value(value) for value in span.split("-", 1))

    def _has_value(self, value: str) -> bool:
        if value in self.names:
            return True
        number = re.fullmatch(r"[0-9]{1,4}", value)
        return number is not None and self.first <= int(value) <= self.last


_DAY_NUMBERS: Final = rf"(?:[1-7]|{'|'.join(_DAYS)})"
_FIELDS: Final = (
    _Field("minutes", 0, 59, "0-59"),
    _Field("hours", 0, 23, "0-23"),
    _Field("day-of-month", 1, 31, "1-31, L, 15W or ?", alone=r"\?|L|LW|(?:[1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, "1-12 or JAN-DEC", _MONTHS),
    _Field(
        "day-of-week",
        1,
        7,
        "1-7, SUN-SAT, 6L, 2#1 or ?",
        _DAYS,
        alone=rf"\?|L|{_DAY_NUMBERS}L|{_DAY_NUMBERS}#[1-5]",
    ),
    _Field("year", 1970, 2199, "1970-2199"),
)


def an_expression(name: str, value: object) -> Iterator[str]:
    """What is wrong with the schedule in the input `name`."""
    text = value if isinstance(value, str) else ""
    kind, inner = _parts(text)
    if kind == "cron":
        yield from a_cron(name, value)
    elif kind == "rate":
        yield from _rate(name, inner)
    elif kind == "at":
        yield from _at(name, inner)
    else:
        yield f"{name} must be {_FORMS}, for example (got {shown(value)}){_hint(text)}"
    if len(text) > EXPRESSION_MAX:
        yield f"{name} must be {EXPRESSION_MAX} characters or less (got {len(text)})"


def a_cron(name: str, value: object) -> Iterator[str]:
    """What is wrong with the cron expression in the input `name`, where only these are known."""
    text = value if isinstance(value, str) else ""
    kind, inner = _parts(text)
    if kind != "cron":
        yield f"{name} must be cron(0 3 * * ? *), for example (got {shown(value)}){_hint(text)}"
        return
    values = inner.split()
    if len(values) != len(_FIELDS):
        yield (
            f"{name} must have six fields in cron(...): minutes, hours, day-of-month, month, "
            f"day-of-week and year (got {len(values)} in {shown(text)})"
        )
        return
    for field, given in zip(_FIELDS, values, strict=True):
        if not field.has(given):
            yield (
                f"{name} must have {field.shown} as {field.name}, with , - * / where they make sense "
                f"(got {shown(given)} in {shown(text)})"
            )
    if (values[2] == _NONE) == (values[4] == _NONE):
        yield (
            f"{name} must have ? as day-of-month or as day-of-week, and a value as the other "
            f"(got {shown(values[2])} and {shown(values[4])} in {shown(text)})"
        )


def _parts(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(cron|rate|at)\((.*)\)", text, re.DOTALL)
    return (found[1], found[2]) if found else ("", "")


def _hint(text: str) -> str:
    fields = text.split()
    if len(fields) in (5, 6) and not text.startswith(("cron", "rate", "at")):
        return ". AWS's cron has a sixth field, the year, and wants ? for one of the two days"
    return ""


def _rate(name: str, inner: str) -> Iterator[str]:
    found = re.fullmatch(r"([0-9]{1,9}) (minute|hour|day)(s?)", inner)
    if not found or not int(found[1]) or (not found[3] and int(found[1]) != 1):
        yield (
            f"{name} must have a whole number above 0 and minutes, hours or days in rate(...), such as "
            f"rate(12 hours) or rate(1 day) (got {shown(f'rate({inner})')})"
        )


def _at(name: str, inner: str) -> Iterator[str]:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", inner):
            datetime.fromisoformat(inner)
            return
    except ValueError:
        pass
    yield (
        f"{name} must have a date and a time in at(...), such as at(2026-01-31T03:00:00); the time zone "
        f"is an input of its own (got {shown(f'at({inner})')})"
    )
