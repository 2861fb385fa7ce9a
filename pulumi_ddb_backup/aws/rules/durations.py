"""Lengths of time as people write them: `90s`, `36h`, `1w3d`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_PART: Final = re.compile(r"([0-9]{1,9})([wdhms])")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")
_LONGEST: Final = timedelta(days=36_500)


def parse_duration(text: str) -> timedelta | None:
    """The length of time that `text` says; None if it says none, or more than a hundred years."""
    if not _DURATION.fullmatch(text):
        return None
    try:
        parts = [timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _PART.findall(text)]
        length = sum(parts, timedelta())
    except OverflowError:
        return None
    return length if length <= _LONGEST else None


def duration_text(length: timedelta) -> str:
    """A length of time in whole seconds, as `parse_duration` reads it: `1w3d`, `36h`."""
    left, told = int(length.total_seconds()), ""
    for unit, seconds in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        told += f"{count}{unit}" if count else ""
    return told or "0s"
