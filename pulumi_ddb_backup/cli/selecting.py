"""Which tables a command concerns: TABLE, PATTERN, --exclude and --tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, TypedDict

import typer

from ..aws.fleet.requests import TableSelector
from ..aws.rules.text import shown
from . import completing, values
from .failures import broken
from .session import Session

Tables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TABLE|PATTERN",
        autocompletion=completing.tables,
        show_default=False,
        help="Names or ARNs of tables, or quoted shell patterns such as 'prod-*'.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        show_default=False,
        help="Leave out tables that a pattern or tag finds and whose names match this.",
    ),
]
Tags = Annotated[
    list[values.Tag] | None,
    typer.Option(
        parser=values.tag,
        metavar="KEY=VALUE",
        show_default=False,
        help="Tables with this tag; with a pattern, only those that match both. Repeat it to require "
        "several tags.",
    ),
]


class Selected(TypedDict):
    """The fields of a `TableSelector`, for `**` in a request of any kind."""

    tables: Sequence[str]
    table_pattern: Sequence[str]
    exclude_pattern: Sequence[str]
    tags: dict[str, str]
    regions: Sequence[str]
    all_regions: bool


def is_one(selected: Selected) -> bool:
    """Whether one table in one region is all that it is about."""
    one_region = not selected["all_regions"] and len(selected["regions"]) <= 1
    searches = TableSelector(**selected).searches
    return len(selected["tables"]) == 1 and not searches and one_region


def selected(
    session: Session,
    verb: str,
    tables: list[str] | None,
    exclude: list[str] | None,
    tags: list[values.Tag] | None,
    region: list[str] | None,
    *,
    all_regions: bool,
) -> Selected:
    """What a command line selects.

    Args:
        session: Learns what the command calls each table.
        verb: What the command does to tables, for the messages.
        tables: TABLE and PATTERN.
        exclude: --exclude.
        tags: --tag.
        region: --region.
        all_regions: --all-regions.

    Raises:
        ValidationError: They select nothing, or contradict each other.
    """
    names = [table for table in tables or () if not values.is_pattern(table)]
    patterns = [table for table in tables or () if values.is_pattern(table)]
    _require_selection(names, patterns, tags or [], verb)
    session.names = {f"tables[{n}]": f"TABLE {shown(one)}" for n, one in enumerate(names)}
    return {
        "tables": names,
        "table_pattern": patterns,
        "exclude_pattern": exclude or (),
        "tags": {one.key: one.value for one in tags or ()},
        "regions": region or (),
        "all_regions": all_regions,
    }


def _require_selection(
    names: list[str], patterns: list[str], tags: list[values.Tag], verb: str
) -> None:
    if not names and not patterns and not tags:
        raise broken("tables", "Say which tables: TABLE, PATTERN or --tag")
    if names and tags and not patterns:
        raise broken(
            "tags",
            f"--tag narrows patterns, not tables that are named (got {shown(names[0])}). Leave --tag "
            f"out, or add '*' to {verb} all tables with the tag as well",
        )
    if twice := [key for key, count in Counter(tag.key for tag in tags).items() if count > 1]:
        reason = f"--tag must name each key once: a table has one value of it (got {shown(twice[0])} twice)"
        raise broken("tags", reason)
