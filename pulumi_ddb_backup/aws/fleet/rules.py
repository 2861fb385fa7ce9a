"""Every rule that the inputs of a fleet must meet before AWS is asked anything.

The limits of tags are those of the AWS API reference of GetResources (Resource Groups Tagging API).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timezone
from typing import Final

from ..rules.arns import TableArn
from ..rules.naming import filled
from ..rules.regions import is_region
from ..rules.text import shown
from ..rules.validation import (
    NAME_MAX,
    NAME_MIN,
    SHARED_RULES,
    Failure,
    Rules,
    a_flag,
    a_name,
    a_region,
    a_table_name,
    broken_rules,
    one_name,
)
from ..rules.values import without_none

TAG_FILTERS_MAX: Final = 50
TAG_KEY_MAX: Final = 128
TAG_VALUE_MAX: Final = 256
SELECTING: Final = ("tables", "table_pattern", "tags")
"""The inputs that bring tables in; at least one is needed."""

_PATTERN = re.compile(r"(?:[a-zA-Z0-9_.*?-]|\[!?[a-zA-Z0-9_.-]+\])+")
_SAMPLE_TIME: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def listed(value: object) -> list[object]:
    """A value that may be one thing or a list of them, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _each(name: str, value: object, rule: Callable[[str, object], Iterator[str]]) -> Iterator[str]:
    if not isinstance(value, (list, tuple)):
        yield f"{name} must be a list of strings (got {shown(value)})"
        return
    for number, item in enumerate(value):
        yield from rule(f"{name}[{number}]", item)


def _patterns(name: str, value: object) -> Iterator[str]:
    for number, item in enumerate(listed(value)):
        where = f"{name}[{number}]" if isinstance(value, (list, tuple)) else name
        if not isinstance(item, str) or not _PATTERN.fullmatch(item) or len(item) > NAME_MAX:
            yield (
                f"{where} must be a shell pattern of a table name, of up to {NAME_MAX} of "
                f"[a-zA-Z0-9_.-] and * ? [ ] ! (got {shown(item)})"
            )


def _tags(value: object) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"tags must be a mapping of tag keys to values (got {shown(value)})"
        return
    if len(value) > TAG_FILTERS_MAX:
        yield f"tags must be {TAG_FILTERS_MAX} or fewer (got {len(value)})"
    for key, wanted in value.items():
        if not isinstance(key, str) or not 1 <= len(key) <= TAG_KEY_MAX:
            yield f"tags must have keys of 1 to {TAG_KEY_MAX} characters (got {shown(key)})"
        if not isinstance(wanted, str) or len(wanted) > TAG_VALUE_MAX:
            yield (
                f"tags must have values of up to {TAG_VALUE_MAX} characters "
                f"(got {shown(wanted)} for {shown(key)})"
            )


def _a_region(name: str, value: object) -> Iterator[str]:
    if list(a_region(value)):
        yield f"{name} must be a valid AWS region identifier (got {shown(value)})"


def _name_template(value: object) -> Iterator[str]:
    text = value
    if isinstance(value, str):
        text = filled(value, "a-table", _SAMPLE_TIME, max(len(value), NAME_MAX))
    yield from a_name("backup_name", text, NAME_MIN, NAME_MAX)


_SELECTING_RULES: Final[Rules] = {
    "tables": lambda value: _each("tables", value, a_table_name),
    "table_pattern": lambda value: _patterns("table_pattern", value),
    "exclude_pattern": lambda value: _patterns("exclude_pattern", value),
    "tags": _tags,
    "regions": lambda value: _each("regions", value, _a_region),
    "all_regions": lambda value: a_flag("all_regions", value),
}
_RULES: Final[Rules] = {
    **SHARED_RULES,
    **_SELECTING_RULES,
    "backup_name": _name_template,
    "all_or_nothing": lambda value: a_flag("all_or_nothing", value),
}


def validate_fleet(
    inputs: Mapping[str, object], unknown: Collection[str] = frozenset()
) -> list[Failure]:
    """Every failure of a fleet's inputs at once; see `validation.validate`."""
    values = without_none(inputs)
    known = {key: value for key, value in values.items() if key not in unknown}
    given = {key for key, value in values.items() if not _is_empty(value)} | set(unknown)
    return [
        *broken_rules(_RULES, known),
        *_missing(given),
        *one_name(given),
        *_contradictions(known),
        *named_everywhere(known),
    ]


def validate_selector(inputs: Mapping[str, object]) -> list[Failure]:
    """Every failure of what says which tables; None is the same as absent."""
    known = without_none(inputs)
    given = {key for key, value in known.items() if not _is_empty(value)}
    return [*broken_rules(_SELECTING_RULES, known), *_missing(given), *_contradictions(known)]


def named_everywhere(known: Mapping[str, object]) -> Iterator[Failure]:
    """What is wrong where every table that is named has to exist."""
    named = [table for table in listed(known.get("tables")) if isinstance(table, str)]
    if known.get("all_regions") and not all(map(TableArn.parse, named)):
        yield Failure(
            "all_regions",
            "all_regions needs table_pattern or tags: a table that is named would have to exist in "
            "every region",
        )


def _is_empty(value: object) -> bool:
    return isinstance(value, (list, tuple, Mapping)) and not value


def _missing(given: Collection[str]) -> Iterator[Failure]:
    if not set(SELECTING).intersection(given):
        yield Failure(
            "tables", "tables, table_pattern or tags must be given: nothing says which tables"
        )
    if "exclude_pattern" in given and not {"table_pattern", "tags"}.intersection(given):
        yield Failure(
            "exclude_pattern",
            "exclude_pattern leaves out tables that table_pattern or tags bring in; give one of them",
        )


def _contradictions(known: Mapping[str, object]) -> Iterator[Failure]:
    tables = [table if isinstance(table, str) else "" for table in listed(known.get("tables"))]
    arns = {number: arn for number, arn in enumerate(map(TableArn.parse, tables)) if arn}
    named = Counter((arn.region, arn.table) for arn in set(arns.values()))
    for (region, table), count in named.items():
        if count > 1:
            yield Failure("tables", f"tables names '{table}' in {region} in {count} accounts")
    regions = [region for region in listed(known.get("regions")) if isinstance(region, str)]
    if regions and known.get("all_regions"):
        yield Failure("regions", "regions and all_regions exclude each other")
    if regions and all(map(is_region, regions)):
        for number, arn in arns.items():
            if arn.region not in regions:
                yield Failure(
                    "regions", f"regions leaves out '{arn.region}', the region in tables[{number}]"
                )
