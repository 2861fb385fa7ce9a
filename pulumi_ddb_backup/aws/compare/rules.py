"""What a comparison may be asked, and what its answers mean: pure, without a call."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal, DecimalException
from typing import Final

from ..rules.arns import BackupArn
from ..rules.text import shown
from ..rules.validation import Failure, Rules, a_moment, a_table_name, a_timeout, broken_rules
from ..rules.values import without_none
from .canonical import Item
from .records import Verdict

COMPARE_TIMEOUT_MAX_SECONDS: Final = 86_400
SAMPLE_MAX: Final = 1000
PARTS_MAX: Final = 1000
READ_UNITS_MAX: Final = 1_000_000
ATTRIBUTE_MAX: Final = 65_535
_SUBSET: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


def parse_subset(text: str) -> tuple[int, int] | None:
    """The number of a part from 1, and how many there are; None if the text tells none."""
    found = _SUBSET.fullmatch(text)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    return (part, parts) if 1 <= part <= parts <= PARTS_MAX else None


def _subset(value: object) -> Iterator[str]:
    if not isinstance(value, str) or parse_subset(value) is None:
        yield f"subset must be a part such as 3/7, of at most {PARTS_MAX} (got {shown(value)})"


def _whole(name: str, value: object, least: int, most: int) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        yield f"{name} must be a whole number from {least} to {most} (got {shown(value)})"


def _attribute(value: object) -> Iterator[str]:
    if not isinstance(value, str) or not 1 <= len(value) <= ATTRIBUTE_MAX:
        yield f"last_write_attribute must be the name of an attribute (got {shown(value)})"


def _table(name: str, value: object) -> Iterator[str]:
    if isinstance(value, str) and (":backup:" in value or BackupArn.parse(value)):
        yield (
            f"{name} is a backup, which can't be read: restore it to a new table, compare that table, "
            f"and delete it afterwards (got {shown(value, 300)})"
        )
    else:
        yield from a_table_name(name, value)


def _state_file(value: object) -> Iterator[str]:
    if not isinstance(value, (str, os.PathLike)) or not os.fspath(value):
        yield f"state_file must be a path (got {shown(value)})"


_RULES: Final[Rules] = {
    "table_name": lambda value: _table("table_name", value),
    "other_table_name": lambda value: _table("other_table_name", value),
    "subset": _subset,
    "read_units_per_second": lambda value: _whole(
        "read_units_per_second", value, 1, READ_UNITS_MAX
    ),
    "last_write_attribute": _attribute,
    "written_since": lambda value: a_moment("written_since", value),
    "sample": lambda value: _whole("sample", value, 0, SAMPLE_MAX),
    "state_file": _state_file,
    "timeout": lambda value: a_timeout(value, COMPARE_TIMEOUT_MAX_SECONDS),
}


def validate_compare(inputs: Mapping[str, object]) -> list[Failure]:
    """Check the inputs of a `CompareRequest`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs. None is the same as leaving it out.
    """
    known = without_none(inputs)
    failures = [
        Failure(name, f"{name} is required and cannot be empty")
        for name in ("table_name", "other_table_name")
        if name not in known
    ]
    failures += broken_rules(_RULES, known)
    together = ("last_write_attribute", "written_since")
    missing = [name for name in together if name not in known]
    if len(missing) == 1:
        (given,) = set(together) - set(missing)
        failures.append(Failure(missing[0], f"{given} needs {missing[0]} beside it"))
    return failures


def last_write(item: Item | None, attribute: str) -> datetime | None:
    """When an item says that it was written; None if it does not, or in no form that is known."""
    value = (item or {}).get(attribute) or {}
    text = value.get("N") or value.get("S")
    if not isinstance(text, str):
        return None
    try:
        return _since_1970(Decimal(text))
    except (DecimalException, OverflowError, ValueError):
        pass
    try:
        told = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=timezone.utc)


def _since_1970(number: Decimal) -> datetime:
    """A moment in seconds, or in thousandths, millionths or billionths, by the size of the number."""
    if not number.is_finite():
        raise ValueError("no moment")
    parts = next((power for power in (0, 3, 6) if abs(number) < Decimal(10) ** (11 + power)), 9)
    return _EPOCH + timedelta(seconds=float(number.scaleb(-parts)))


def verdict_of(differing: int, explained: int, *, all_counted: bool) -> Verdict:
    """What so many differences come to."""
    if differing > explained:
        return Verdict.DIFFERENT
    if not all_counted:
        return Verdict.NOT_COMPARED
    return Verdict.EXPLAINED if differing else Verdict.IDENTICAL
