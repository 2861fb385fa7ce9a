"""Backups that a command looks for: of which tables, and in which regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Final

import typer

from ..aws.fleet.finding import FindRequest, FindResult, Finds
from ..aws.rules.text import shown
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from . import completing, failures, regions, values
from .options import Type
from .session import Session

ALL: Final = "*"
"""The pattern that every table fits."""

Tables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TABLE|PATTERN",
        autocompletion=completing.tables,
        show_default=False,
        help="Names or ARNs of tables, which may be gone, and shell patterns of names in quotes, "
        "such as 'prod-*'. Default: all tables.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        show_default=False,
        help="Leave out tables whose names match; repeat it for more.",
    ),
]


def search(
    session: Session,
    tables: Sequence[str] | None,
    exclude: Sequence[str] | None,
    region: Sequence[str] | None,
    *,
    all_regions: bool,
    prefix: str | None = None,
    owner: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    type: Type = Type.USER,
    timeout: int = TIMEOUT_DEFAULT_SECONDS,
) -> FindRequest:
    """What is looked for; without any table, the backups of all."""
    named = [table for table in tables or () if not values.is_pattern(table)]
    session.names = {f"tables[{n}]": f"TABLE {shown(one)}" for n, one in enumerate(named)}
    return FindRequest(
        tables=named,
        table_pattern=[table for table in tables or (ALL,) if values.is_pattern(table)],
        exclude_pattern=exclude or (),
        regions=region or (),
        all_regions=all_regions,
        backup_name_prefix=prefix,
        since=since,
        until=until,
        backup_type=type.value,
        owner=owner,
        timeout_seconds=timeout,
    )


def find(session: Session, request: FindRequest) -> FindResult:
    """The backups that there are, told of where that is not known.

    Raises:
        BackupError: The only region could not be looked in, or none of several; or a cancel.
    """
    with session.watching(alone=True) as watch:
        found = Finds(session.connection, watch).find(request)
    regions.tell(session, found)
    if found.gone:
        session.screen.notice("\n".join(_told_gone(session, found, request.backup_type)))
    return found


def _told_gone(session: Session, found: FindResult, type_: str) -> Iterator[str]:
    """One line for each table that does not exist, and where its backups may be all the same."""
    where: dict[str, list[str]] = {}
    for table in found.gone:
        where.setdefault(table.table_name, []).append(table.region)
    for name, names in where.items():
        place = names[0] if len(names) == 1 else f"any of {len(names)} regions"
        yield f"Table '{name}' does not exist in {place} now, and no backup of it was found."
    if type_ == Type.USER.value:
        places = sorted({table.region for table in found.gone})
        options = [word for place in places for word in ("--region", place)]
        everywhere = ["--all-regions"] if len(places) > failures.ARNS_TOLD else options
        all_types = session.command("list", *where, "--type", Type.ALL.value, *everywhere)
        yield f"Backups that AWS made by itself were not looked for. To see them too: {all_types}"
