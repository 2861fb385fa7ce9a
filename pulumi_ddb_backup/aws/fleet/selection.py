"""Which tables a fleet consists of."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from ..backup.calls import describe_table
from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..calls.region_errors import RegionRefusedError, is_off, judged
from ..errors import (
    AccessDeniedError,
    BackupError,
    CredentialsError,
    LookupCancelledError,
    StartCancelledError,
    TableNotFoundError,
)
from ..rules.text import shown
from ..running.run import Run
from .calls import find_tagged_tables, list_tables
from .errors import NoTableSelectedError, TablesMissingError
from .records import FAILURES_TOLD
from .requests import TableRef, TableSelector

T = TypeVar("T")
_CANCELLED: Final = (StartCancelledError, LookupCancelledError)


@dataclass(frozen=True, slots=True)
class Selection:
    """The tables of a fleet, by region and name, and why those of some regions are not known.

    `regions_skipped` are those of `all_regions` that the account most likely has not enabled.
    """

    tables: Sequence[TableRef]
    errors: Mapping[str, BackupError]
    regions_skipped: Sequence[str] = ()


async def select(
    request: TableSelector,
    runs: Mapping[str, Run],
    known: Collection[TableRef] = (),
    *,
    all_or_nothing: bool = False,
) -> Selection:
    """All tables that `request` asks for. A region that can't be looked in stops no other.

    Args:
        request: What is asked for.
        runs: A run for each region that is looked in.
        known: Tables that are in the fleet already. One that has gone from AWS since stays, as
            long as the request names it or its patterns let it in; so does one of a region that
            can't be looked in.
        all_or_nothing: Whether every region must tell.

    Raises:
        BackupError: No region could be looked in, or one could not and the others have no table; a
            cancel; or `all_or_nothing` is set.
        NoTableSelectedError: No table fits.
    """
    looked = await look_in(
        request, runs, lambda run: _in_region(request, run, _of_region(known, run.dynamodb.region))
    )
    found, errors = looked.found, looked.errors
    if errors and (not found or all_or_nothing or _is_cancelled(errors)):
        raise next(iter(errors.values()))
    by_arn = {TableRef(arn.region, arn.table, arn.arn) for arn in request.arns}
    by_name = {TableRef(region, name) for region in errors for name in request.names}
    stays = {
        table for table in known if table.region in errors and request.matches(table.table_name)
    }
    selected = by_arn.union(
        by_name, stays, *found.values()
    )  # a table that is named twice keeps its ARN
    if not selected:
        if errors:
            raise next(iter(errors.values()))
        run = next(iter(runs.values()))
        where = f"{len(found)} regions" if request.all_regions else ", ".join(runs)
        detail = f"{_wanted(request)} in {where}"
        raise NoTableSelectedError(run.stage, run.facts(detail=detail))
    return Selection(sorted(selected), errors, looked.skipped)


@dataclass(frozen=True, slots=True)
class Looked(Generic[T]):
    """What the look in each region has found.

    Attributes:
        found: What was found, by region.
        errors: Why the others could not be looked in.
        skipped: Those of `all_regions` that refuse credentials that other regions take.
    """

    found: Mapping[str, T]
    errors: Mapping[str, BackupError]
    skipped: Sequence[str] = ()


async def look_in(
    request: TableSelector, runs: Mapping[str, Run], look: Callable[[Run], Awaitable[T]]
) -> Looked[T]:
    """Look in several regions side by side; if in all there are, in the first alone.

    Raises:
        CredentialsError: There are no credentials for the first, so none for the others.
    """
    waiting = dict(runs)
    seen: dict[str, T | BackupError] = {}
    if request.all_regions and runs:
        first, run = next(iter(runs.items()))
        del waiting[first]
        seen[first] = one = await _settled(run.settle(look(run)))
        if isinstance(one, BackupError) and _is_hopeless(one):
            raise one
    found, failed = await by_region(
        {region: run.settle(look(run)) for region, run in waiting.items()}
    )
    for region, one in seen.items():
        if isinstance(one, BackupError):
            failed[region] = one
        else:
            found[region] = one
    errors = {region: judged(error, found.keys()) for region, error in failed.items()}
    off = {region for region, error in errors.items() if request.all_regions and is_off(error)}
    skipped = sorted(off) if found else []
    return Looked(
        found, {region: errors[region] for region in errors if region not in skipped}, skipped
    )


def _is_hopeless(error: BackupError) -> bool:
    """Whether it would be the same in every other region."""
    refused = isinstance(error, RegionRefusedError)
    return isinstance(error, (CredentialsError, *_CANCELLED)) and not refused


async def by_region(
    looks: Mapping[str, Awaitable[T]],
) -> tuple[dict[str, T], dict[str, BackupError]]:
    """What the look in each region has found, and why the other regions could not be looked in."""
    seen = dict(zip(looks, await asyncio.gather(*map(_settled, looks.values())), strict=True))
    found = {region: one for region, one in seen.items() if not isinstance(one, BackupError)}
    errors = {region: one for region, one in seen.items() if isinstance(one, BackupError)}
    return found, errors


async def _settled(look: Awaitable[T]) -> T | BackupError:
    try:
        return await look
    except BackupError as error:
        return error


def _is_cancelled(errors: Mapping[str, BackupError]) -> bool:
    return any(isinstance(error, _CANCELLED) for error in errors.values())


def raise_cancelled(errors: Iterable[BackupError | None]) -> None:
    """Who looks and is cancelled ends without an answer."""
    for error in errors:
        if isinstance(error, _CANCELLED):
            raise error


def _of_region(tables: Iterable[TableRef], region: str) -> set[TableRef]:
    return {table for table in tables if table.region == region}


async def _in_region(request: TableSelector, run: Run, known: set[TableRef]) -> set[TableRef]:
    region = run.dynamodb.region
    selected = {TableRef(region, name) for name in request.names}
    if not request.searches:
        return selected
    if request.tags:
        found = await find_tagged_tables(run.account, request.tags, run.deadline)
    else:
        found = await list_tables(run.account, run.deadline)
    selected |= {TableRef(region, name, found=True) for name in found if request.matches(name)}
    lost = {table for table in known - selected if request.matches(table.table_name)}
    if lost and request.tags:  # no longer tagged, or gone from AWS?
        existing = set(await list_tables(run.account, run.deadline))
        lost = {table for table in lost if table.table_name not in existing}
    return selected | lost


async def require_all(tables: Collection[TableRef], runs: Mapping[str, Run]) -> None:
    """Make sure that all tables exist.

    Raises:
        TablesMissingError: Some do not.
    """
    missing = await asyncio.gather(
        *(run.settle(_missing(_of_region(tables, region), run)) for region, run in runs.items())
    )
    names = sorted(table for tables in missing for table in tables)
    if names:
        told = [
            f"'{table.table_arn or table.table_name}' ({table.region})"
            for table in names[:FAILURES_TOLD]
        ]
        more = f" and {len(names) - len(told)} more" if len(names) > len(told) else ""
        run = next(iter(runs.values()))
        detail = f"missing {', '.join(told)}{more}"
        raise TablesMissingError(run.stage, run.facts(detail=detail))


async def _missing(tables: set[TableRef], run: Run) -> set[TableRef]:
    if not tables:
        return set()
    sure = {one for one in tables if await run.account.surely_has(one.table_arn, run.deadline)}
    existing = await _existing(run)
    if existing is not None:
        missing = {table for table in sure if table.table_name not in existing}
        return missing | await _not_there(tables - sure, run)
    return await _not_there(tables, run)


async def _existing(run: Run) -> set[str] | None:
    """The names of all tables; None where they may not be listed."""
    try:
        return set(await list_tables(run.account, run.deadline))
    except AwsFailure as failure:
        if failure.row.error is not AccessDeniedError:
            raise
        return None


async def _not_there(tables: Collection[TableRef], run: Run) -> set[TableRef]:
    """Those of `tables` that AWS does not describe, or describes with another ARN."""
    there = await asyncio.gather(*(_is_there(table, run) for table in tables))
    return {table for table, exists in zip(tables, there, strict=True) if not exists}


async def _is_there(table: TableRef, run: Run) -> bool:
    try:
        found = await run.call(
            Api.DESCRIBE_TABLE,
            lambda within: describe_table(run.dynamodb, table.table_name, within),
        )
    except AwsFailure as failure:
        if failure.row.error is not TableNotFoundError:
            raise
        return False
    return table.table_arn in (None, found.arn)


def _wanted(request: TableSelector) -> str:
    """What was looked for, in the names of the inputs."""
    asked = {
        "table_pattern": request.patterns,
        "exclude_pattern": request.excluded,
        "tags": [f"{key}={value}" for key, value in request.tags.items()],
    }
    return ", ".join(f"{key} {_first(values)}" for key, values in asked.items() if values)


def _first(values: list[str]) -> str:
    more = len(values) - FAILURES_TOLD
    told = " ".join(map(_unquoted, values[:FAILURES_TOLD]))
    return f"{told} and {more} more" if more > 0 else told


def _unquoted(text: str) -> str:
    return shown(text).strip("'\"")
