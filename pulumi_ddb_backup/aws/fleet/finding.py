"""Backups of many tables, which may be gone: one list for each region that is looked in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..backup import lookups
from ..backup.calls import describe_table
from ..calls.account import FEW
from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..errors import Stage, TableNotFoundError
from ..records import BackupQuery, BackupSummary
from ..rules.scheduled import an_owner, is_of
from ..rules.validation import (
    BACKUP_TYPE_DEFAULT,
    TIMEOUT_DEFAULT_SECONDS,
    Failure,
    validate_query,
)
from ..running.run import Run
from .caller import ManyCaller
from .records import RegionalResult
from .requests import TableRef, TableSelector
from .rules import validate_selector
from .selection import look_in, raise_cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRequest(TableSelector):
    """Which backups are looked for: of the tables that fit, and all else as for `Backups.find`.

    Tags are those of tables, so none are asked for here. `owner` is as for a `CheckRequest`.
    """

    backup_name_prefix: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    backup_type: str = BACKUP_TYPE_DEFAULT
    owner: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS

    def failures(self) -> list[Failure]:
        """Every rule that it breaks."""
        query = {**self.query(None).inputs(), "table_name": None}
        return [
            *validate_selector(self.selecting_inputs()),
            *validate_query(query),
            *(Failure("owner", reason) for reason in an_owner("owner", self.owner)),
        ]

    def query(self, table: str | None) -> BackupQuery:
        """The search among the backups of one table, or of all."""
        return BackupQuery(
            table,
            self.backup_name_prefix,
            self.since,
            self.until,
            self.backup_type,
            self.timeout_seconds,
        )


@dataclass(frozen=True, slots=True)
class FindResult(RegionalResult):
    """Backups that were found. `RegionalResult` says where none could be looked for.

    Attributes:
        backups: The backups, of each region the newest first.
        regions: The regions that were looked in.
        gone: Tables that were asked for by name or ARN, of which no backup was found and which do
            not exist now. One of which that is not known is not among them.
    """

    backups: Sequence[BackupSummary]
    regions: Sequence[str] = ()
    gone: Sequence[TableRef] = ()


@dataclass(frozen=True, slots=True)
class Finds(ManyCaller):
    """Searches for backups. `ManyCaller` has its attributes."""

    def find(self, request: FindRequest) -> FindResult:
        """The backups that there are. A region that can't be looked in hides no other.

        Raises:
            ValidationError: The request breaks a rule; AWS was not called.
            BackupError: AWS told of no region, or the search was cancelled.
        """
        self._require_none(request.failures())
        limit = request.timeout_seconds
        searched = self._searched(request, Stage.READ, limit)
        runs = self._runs(request, searched, Stage.READ, limit)
        whole = next(iter(runs.values()))
        return self._carry_out_whole(whole, self._find(request, runs, searched))

    async def _find(
        self, request: FindRequest, runs: Mapping[str, Run], searched: Mapping[str, Run]
    ) -> FindResult:
        looked = await look_in(request, runs, lambda run: _find_in(request, run, searched))
        raise_cancelled(looked.errors.values())
        if not looked.found:
            raise next(iter(looked.errors.values()))
        backups = [backup for region in sorted(looked.found) for backup in looked.found[region]]
        seen = {backup.table_name for backup in backups}
        unseen = [
            table
            for region in sorted(looked.found)
            for table in _named(request, region, searched)
            if table.table_name not in seen
        ]
        return FindResult(
            backups,
            sorted(looked.found),
            await _gone(unseen, runs),
            errors=looked.errors,
            regions_skipped=looked.skipped,
        )


def _named(request: FindRequest, region: str, searched: Mapping[str, Run]) -> list[TableRef]:
    """The tables of a region that were asked for by name or ARN."""
    names = {one.table for one in request.arns if one.region == region}
    if region in searched:
        names |= set(request.names)
    return [TableRef(region, name) for name in sorted(names)]


async def _gone(tables: Sequence[TableRef], runs: Mapping[str, Run]) -> list[TableRef]:
    """Those of a few tables that exist in none of their regions; of many, nobody is told."""
    if len({table.table_name for table in tables}) > FEW:
        return []
    missing = await asyncio.gather(*(_is_missing(table, runs[table.region]) for table in tables))
    exist = {table.table_name for table, is_it in zip(tables, missing, strict=True) if not is_it}
    return [table for table in tables if table.table_name not in exist]


async def _is_missing(table: TableRef, run: Run) -> bool:
    """Whether AWS says that there is no such table; False also where it doesn't tell."""
    try:
        await run.call(
            Api.DESCRIBE_TABLE,
            lambda within: describe_table(run.dynamodb, table.table_name, within),
        )
    except AwsFailure as failure:
        return failure.row.error is TableNotFoundError
    return False


async def _find_in(
    request: FindRequest, run: Run, searched: Mapping[str, Run]
) -> list[BackupSummary]:
    """The backups of one region; names and patterns are looked for in those `searched` alone."""
    everywhere = run.dynamodb.region in searched
    arns = {one.arn for one in request.arns if one.region == run.dynamodb.region}
    names = set(request.names) if everywhere else set()
    by_pattern = everywhere and request.searches
    one_by_one = not by_pattern and len(arns) + len(names) <= FEW
    found: dict[str, BackupSummary] = {}
    for table in sorted(arns | names) if one_by_one else [None]:
        for backup in await lookups.find(request.query(table), run):
            found[backup.backup_arn] = backup
    return [
        backup
        for backup in found.values()
        if is_of(request.owner, backup.backup_name, backup.table_name)
        and (
            backup.table_arn in arns
            or backup.table_name in names
            or (by_pattern and request.matches(backup.table_name))
        )
    ]
