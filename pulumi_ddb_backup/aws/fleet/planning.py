"""What `Fleet.create` would do, found out without doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..backup import operation, tables
from ..clock import Deadline
from ..errors import BackupError, Stage
from ..records import BackupRecord
from ..running.run import Run
from ..tables import Table
from .fleet import Fleet
from .operation import Job
from .requests import FleetRequest, TableRef


@dataclass(frozen=True, slots=True)
class PlannedBackup:
    """What would become of one table.

    Attributes:
        table: The table.
        backup_name: The name that its backup would have if it were taken now; empty for a region
            that could not be looked in.
        described: The table as AWS describes it; None where it could not be described.
        error: Why it could not be backed up now.
        skipped: Why it would be skipped; see `TableOutcome.skipped`.
    """

    table: TableRef
    backup_name: str = ""
    described: Table | None = None
    error: BackupError | None = None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What `Fleet.create` would do.

    Attributes:
        backups: One for each table, by region and name.
        regions_skipped: See `FleetResult.regions_skipped`.
    """

    backups: Sequence[PlannedBackup]
    regions_skipped: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Planner(Fleet):
    """`Fleet` that describes each table and calls nothing that changes anything in AWS."""

    _names: dict[TableRef, str] = field(default_factory=dict)
    _described: dict[TableRef, Table] = field(default_factory=dict)

    def plan(self, request: FleetRequest) -> Plan:
        """What `create` would do. It raises what `create` raises."""
        result = self.create(request)
        planned = [
            PlannedBackup(
                one.table,
                self._names.get(one.table, ""),
                self._described.get(one.table),
                one.error,
                one.skipped,
            )
            for one in result.outcomes
        ]
        return Plan(planned, result.regions_skipped)

    def _taking(
        self,
        table: TableRef,
        request: FleetRequest,
        known: BackupRecord | None,
        deadline: Deadline,
    ) -> Job:
        run = self._run(Stage.TABLE, table.table_name, table.region, request.timeout_seconds)
        run.deadline = deadline
        own = self._request_for(table, request)
        self._names[table] = operation.name_of(own, run)

        async def look(run: Run) -> None:
            self._described[table] = await tables.look(own, run, found=table.found)

        return Job(table, run, look)

    def _wanted(self, request: FleetRequest) -> str:
        return "looked up"
