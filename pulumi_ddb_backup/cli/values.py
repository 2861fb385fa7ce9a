"""Values as people type them: `30m`, `2d`, `2026-01-02`, `KEY=VALUE`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

import typer

from ..aws.clock import SystemClock
from ..aws.rules.durations import parse_duration
from ..aws.rules.text import shown

_PATTERN_LETTERS: Final = "*?["


def age(text: str) -> timedelta:
    """How long ago something may be: `2d`, `36h`, `1w3d`.

    Raises:
        typer.BadParameter: It has another form, or is no time at all.
    """
    length = parse_duration(text)
    if not length:
        raise typer.BadParameter(f"must be an age such as 2d, 36h or 90m (got {shown(text)})")
    return length


def seconds(text: str | int) -> int:
    """A limit in seconds: `90`, `90s`, `30m`, `1h30m`.

    Raises:
        typer.BadParameter: It has another form.
    """
    if isinstance(text, int) or re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    length = parse_duration(text)
    if length is None:
        raise typer.BadParameter(
            f"must be a duration such as 90s, 30m or 1h30m (got {shown(text)})"
        )
    return int(length.total_seconds())


def count(text: str | int) -> int:
    """A whole number from 1.

    Raises:
        typer.BadParameter: It is none.
    """
    if isinstance(text, int) or re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        return int(text)
    raise typer.BadParameter(f"must be a whole number, 1 or more (got {shown(text)})")


def moment(text: str) -> datetime:
    """A moment: an ISO date or time, UTC unless it says otherwise, or how long ago it was.

    Raises:
        typer.BadParameter: It has another form.
    """
    length = parse_duration(text)
    try:
        if length is not None:
            return SystemClock().now() - length
        told = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
        return told if told.tzinfo else told.replace(tzinfo=timezone.utc)
    except ValueError:
        raise typer.BadParameter(
            f"must be a date such as 2026-01-31 or 2026-01-31T12:00Z, or an age such as 2d "
            f"(got {shown(text)})"
        ) from None


LATEST: Final = datetime.max.replace(tzinfo=timezone.utc)
"""Stands for the latest moment that AWS can restore, which only AWS knows."""


def moment_of_restore(text: str) -> datetime:
    """A moment to restore: as `moment`, or `latest`.

    Raises:
        typer.BadParameter: It has another form.
    """
    if text == "latest":
        return LATEST
    try:
        return moment(text)
    except typer.BadParameter as error:
        raise typer.BadParameter(
            f"must be latest, or {error.message.removeprefix('must be ')}"
        ) from None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that a table carries."""

    key: str
    value: str


def tag(text: str) -> Tag:
    """A tag from its key and value.

    Raises:
        typer.BadParameter: It has another form.
    """
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise typer.BadParameter(f"must be KEY=VALUE (got {shown(text)})")
    return Tag(key, value)


def is_pattern(text: str) -> bool:
    """Whether a TABLE argument is a shell pattern, and no name or ARN."""
    return any(letter in text for letter in _PATTERN_LETTERS)
