"""The calls that a script makes for many tables: each blocks until all of them have ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..backup import existing, operation
from ..calls.region_errors import judged
from ..clock import Deadline
from ..errors import Stage
from ..records import BackupRecord, BackupRequest, BackupStatus
from ..rules import naming
from ..rules.arns import BackupArn
from ..rules.subject import ALL_TABLES
from ..rules.validation import NAME_MAX, TIMEOUT_DEFAULT_SECONDS
from ..running.run import Run
from . import looking, selection
from .caller import ManyCaller
from .operation import Job, OnProgress, Steps, carry_out_all
from .records import FleetResult, Known, TableOutcome, table_of
from .requests import FleetRequest, TableRef
from .rules import validate_fleet


@dataclass(frozen=True, slots=True)
class Fleet(ManyCaller):
    """Takes, looks up and deletes backups of many tables, in one account and any regions.

    Each method blocks until its operation has ended. `ManyCaller` has the arguments.
    """

    def create(self, request: FleetRequest, known: Known | None = None) -> FleetResult:
        """Take a backup of each table and wait until all are AVAILABLE.

        With `request.waits` False, it waits only until AWS has started them. Backups that AWS has not
        finished by then are CREATING in the result.

        A table that fails does not stop the others: it is in `result.failed`. A table that a pattern
        or tag has found is waited for while it is CREATING. If it is being deleted or gone, it is in
        `result.skipped`, which does not count as a failure.

        Args:
            request: Which tables, and how the backups are named.
            known: Backups that an earlier call took for the same request, by table. These tables are
                not backed up again; a backup that is not AVAILABLE yet is waited for. Default: none.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            NoTableSelectedError: No table matches.
            TablesMissingError: `all_or_nothing` is set and some tables do not exist. No backup was
                started.
            BackupError: AWS did not list the tables of any region or, with `all_or_nothing`, of one
                region. No backup was started. Otherwise, a region whose tables could not be listed
                is an outcome with the table name `*`.
        """
        self._require_none(validate_fleet(request.inputs()))
        limit = request.timeout_seconds
        searched = self._searched(request, Stage.TABLE, limit)
        runs = self._runs(request, searched, Stage.TABLE, limit)
        whole = next(iter(runs.values()))
        return self._carry_out_whole(whole, self._create(request, runs, searched, known or {}))

    async def _create(
        self,
        request: FleetRequest,
        runs: Mapping[str, Run],
        searched: Mapping[str, Run],
        known: Known,
    ) -> FleetResult:
        deadline = Deadline(self.clock, request.timeout_seconds)
        await _refuse_ruled_out(next(iter(runs.values())))
        selected = await selection.select(
            request, searched, known, all_or_nothing=request.all_or_nothing
        )
        tables = selected.tables
        if request.all_or_nothing:
            named = [one for one in tables if request.is_named(one, searched) and one not in known]
            await selection.require_all(named, runs)
        done = [one for one in tables if _is_done(one, known)]
        left = [one for one in tables if not _is_done(one, known)]
        jobs = [self._taking(table, request, known.get(table), deadline) for table in left]
        telling, wanted = self._telling(len(done)), self._wanted(request)
        ended = await carry_out_all(jobs, self.clock, telling, wanted)
        outcomes = [
            *(TableOutcome(table, known[table]) for table in done),
            *ended,
            *(
                TableOutcome(TableRef(region, ALL_TABLES), error=error)
                for region, error in selected.errors.items()
            ),
        ]
        return FleetResult(
            sorted(_judged(outcomes), key=lambda outcome: outcome.table),
            [known[table] for table in sorted(known.keys() - set(tables))],
            round(deadline.elapsed_seconds, 1),
            selected.regions_skipped,
        )

    def wait(
        self, backup_arns: Sequence[str], timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> list[TableOutcome]:
        """Wait for backups until all are AVAILABLE, and return an outcome for each, in the same order.

        Args:
            backup_arns: The ARNs of the backups.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS could not be called at all.
        """
        runs = [self._run_of(Stage.WAIT, arn, timeout_seconds) for arn in backup_arns]
        return self._each(runs, _resume, "available")

    def describe(
        self, backups: Sequence[BackupRecord | str], timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> list[TableOutcome]:
        """Look up backups, and return an outcome for each, in the same order.

        An outcome with neither a record nor an error means that the backup no longer exists.

        Args:
            backups: The backups, or their ARNs.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS could not be called at all.
        """
        arns = [one if isinstance(one, str) else one.backup_arn for one in backups]
        runs = [self._run_of(Stage.READ, arn, timeout_seconds) for arn in arns]
        asked = [looking.unread(one) if isinstance(one, str) else one for one in backups]

        async def look_at_all() -> list[TableOutcome]:
            known = await looking.listed(list(zip(asked, runs, strict=True)))
            jobs = [
                Job(table_of(one), run, looking.looking_at(one, known))
                for one, run in zip(asked, runs, strict=True)
            ]
            ended = await carry_out_all(jobs, self.clock, self.on_progress, "looked up")
            return _judged(ended)

        return self._carry_out_whole(runs[0], look_at_all()) if runs else []

    def delete(
        self, backup_arns: Sequence[str], timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> list[TableOutcome]:
        """Delete backups, and return an outcome for each, in the same order.

        A backup that is CREATING or in use is waited for first. An outcome without an error means
        that the backup no longer exists. It has a record if it was deleted now, and none if it was
        already gone.

        Args:
            backup_arns: The ARNs of the backups.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS could not be called at all.
        """
        runs = [self._run_of(Stage.DELETE, arn, timeout_seconds) for arn in backup_arns]
        return self._each(runs, _delete, "deleted")

    def _each(self, runs: Sequence[Run], steps: Steps, wanted: str) -> list[TableOutcome]:
        """The same steps for each backup that a run concerns, side by side."""
        if not runs:
            return []
        jobs = [Job(_table_in(run.backup_arn), run, steps) for run in runs]
        ended = carry_out_all(jobs, self.clock, self.on_progress, wanted)
        return _judged(self._carry_out_whole(runs[0], ended))

    def _taking(
        self,
        table: TableRef,
        request: FleetRequest,
        known: BackupRecord | None,
        deadline: Deadline,
    ) -> Job:
        timeout = request.timeout_seconds
        run = self._run(Stage.TABLE, table.table_name, table.region, timeout)
        run.deadline = deadline
        if known is not None:
            run.record = known
            return Job(table, run, lambda run: operation.wait(run, known))
        own = self._request_for(table, request)
        return Job(
            table,
            run,
            lambda run: operation.take_backup(own, run, found=table.found, waits=request.waits),
        )

    def _request_for(self, table: TableRef, request: FleetRequest) -> BackupRequest:
        name, identity = request.backup_name, None
        if name is not None:
            name = naming.filled(name, table.table_name, self.clock.now(), NAME_MAX)
        if request.owner is not None:
            asked = {**request.asked, "table": table.table_name, "region": table.region}
            identity = naming.identity(request.owner, asked)
        return BackupRequest(
            table_name=table.table_arn or table.table_name,
            backup_name=name,
            backup_name_prefix=request.backup_name_prefix,
            timeout_seconds=request.timeout_seconds,
            identity=identity,
            apart_from=request.apart_from,
        )

    def _wanted(self, request: FleetRequest) -> str:
        """What becomes of a table when all goes well, for the progress."""
        return "available" if request.waits else "started"

    def _telling(self, done: int) -> OnProgress:
        """`on_progress`, told of as many more tables that had nothing left to do."""
        return lambda progress: self.on_progress(
            replace(progress, total=progress.total + done, done=progress.done + done)
        )


async def _refuse_ruled_out(run: Run) -> None:
    """One refusal for all, where AWS says whose the credentials are; else each table has its own."""
    if run.account.guard and (account := await run.account.caller(run.deadline)):
        run.require_allowed(account)


def _judged(outcomes: Iterable[TableOutcome]) -> list[TableOutcome]:
    """`outcomes`, with regions blamed where the same credentials have worked in others."""
    outcomes = list(outcomes)
    working = {one.table.region for one in outcomes if one.error is None}
    return [
        one if one.error is None else replace(one, error=judged(one.error, working))
        for one in outcomes
    ]


def _is_done(table: TableRef, known: Known) -> bool:
    return table in known and known[table].backup_status == BackupStatus.AVAILABLE


async def _delete(run: Run) -> BackupRecord | None:
    return await existing.delete(run.backup_arn, run)


async def _resume(run: Run) -> BackupRecord:
    return await operation.resume(run.backup_arn, run)


def _table_in(backup_arn: str) -> TableRef:
    arn = BackupArn.parse(backup_arn)
    assert arn is not None  # just validated
    return TableRef(arn.region, arn.table)
