"""The check: which tables there are, one list of backups a region, and what that says of each."""

from __future__ import annotations

from collections.abc import Mapping

from ..clock import Deadline
from ..errors import Stage
from ..fleet.listing import Described, Listed, Reader
from ..fleet.records import TableOutcome
from ..fleet.requests import TableRef
from ..records import BackupQuery
from ..rules.scheduled import is_of
from ..running.run import Run
from ..tables import Table
from .records import CheckedTable, CheckRequest, CheckResult, Freshness
from .rules import judged_table, validate_check


class Checks(Reader):
    """Whether tables have a backup that is young enough. `ManyCaller` has its attributes."""

    __slots__ = ()

    def check(self, request: CheckRequest) -> CheckResult:
        """See `Backups.check`."""
        self._require_none(validate_check(request.inputs()))
        limit = request.timeout_seconds
        searched = self._searched(request, Stage.READ, limit)
        whole = next(iter(self._runs(request, searched, Stage.READ, limit).values()))
        return self._carry_out_whole(whole, self._check(request, searched, whole))

    async def _check(
        self, request: CheckRequest, searched: Mapping[str, Run], whole: Run
    ) -> CheckResult:
        deadline = Deadline(self.clock, request.timeout_seconds)
        await whole.require_allowed_caller()
        query = BackupQuery(
            backup_name_prefix=request.backup_name_prefix,
            backup_type=request.backup_type,
            timeout_seconds=request.timeout_seconds,
        )
        read = await self._read(request, searched, query, deadline)
        described: Described = {}
        needed = [table for table in read.tables if not (request.by_name and table.found)]
        ended = await self._described(needed, described, request.timeout_seconds, deadline)
        checked = [
            _judged(
                table, ended.get(table), described.get(table), read.listed[table.region], request
            )
            for table in read.tables
        ]
        unknown = [
            CheckedTable(table, Freshness.UNKNOWN, table.table_arn, error=error)
            for table, error in read.unknown.items()
        ]
        return CheckResult(
            sorted([*filter(None, checked), *unknown], key=lambda one: one.table),
            errors=read.errors,
            skipped=[outcome for outcome in ended.values() if outcome.skipped],
            regions_skipped=read.regions_skipped,
        )


def _judged(
    ref: TableRef,
    outcome: TableOutcome | None,
    table: Table | None,
    listed: Listed,
    request: CheckRequest,
) -> CheckedTable | None:
    """What is known of a table; None if it is on its way out of AWS."""
    if outcome is not None and outcome.skipped:
        return None
    if outcome is not None and outcome.error is not None:
        return CheckedTable(ref, Freshness.UNKNOWN, ref.table_arn, error=outcome.error)
    backups = [
        backup
        for backup in listed.of(ref.table_name)
        if is_of(request.owner, backup.backup_name, ref.table_name)
    ]
    return judged_table(ref, table, backups, listed.at, request.max_age)
