"""Whole numbers within limits, as inputs have them."""

from __future__ import annotations

from collections.abc import Iterator

from .text import shown


def a_count(name: str, value: object, least: int, most: int, unit: str = "") -> Iterator[str]:
    """What is wrong with the whole number in the input `name`.

    Args:
        name: The name of the input.
        value: What was given. Pulumi hands numbers on as floats.
        least: The smallest that is allowed.
        most: The largest.
        unit: What is counted, for people.
    """
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        of = f" of {unit}" if unit else ""
        yield f"{name} must be a whole number{of}, {least} to {most} (got {shown(value)})"
