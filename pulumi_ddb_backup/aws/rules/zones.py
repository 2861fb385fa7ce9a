"""Time zones by their IANA names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from .text import shown

UTC: Final = "UTC"


def zone(name: str) -> tzinfo:
    """The time zone of that name. UTC is there even where a machine knows no zones."""
    return timezone.utc if name == UTC else ZoneInfo(name)


def a_timezone(name: str, value: object) -> Iterator[str]:
    """What is wrong with the time zone in the input `name`."""
    try:
        zone(value)  # type: ignore[arg-type]  # whatever it is, it may fail
    except (LookupError, ValueError, OSError, TypeError, AttributeError):
        yield (
            f"{name} must be an IANA time zone that this machine knows, such as Europe/Berlin "
            f"(got {shown(value)}); `pip install tzdata` if it knows none"
        )
