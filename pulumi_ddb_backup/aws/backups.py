"""The calls that a script makes: each blocks until its operation has ended.

What an event loop has to wait for has a form that does not block, `..._async`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .backup import existing, lookups, operation
from .errors import Stage
from .records import BackupQuery, BackupRecord, BackupRequest, BackupSummary
from .restore.rules import RESTORE_TIMEOUT_DEFAULT_SECONDS
from .rules.arns import TableArn
from .rules.subject import ALL_TABLES
from .rules.validation import BACKUP_TYPE_DEFAULT, TIMEOUT_DEFAULT_SECONDS, Failure, validate_query
from .running.caller import Caller
from .running.run import Run

if TYPE_CHECKING:
    from .check.records import CheckRequest, CheckResult
    from .restore.operation import RestoreRun
    from .restore.records import RestoreRecord, RestoreRequest, TableSettings

T = TypeVar("T")


class Backups(Caller):
    """On-demand backups through one connection, a table at a time. `Caller` has its attributes."""

    __slots__ = ()

    def create(self, request: BackupRequest) -> BackupRecord:
        """Take a backup of one table and wait until it is AVAILABLE.

        Raises:
            ValidationError: The request breaks a rule; AWS was not called.
            BackupError: One of its kinds; `error.unfinished` is the backup that goes on, if any.
        """
        run = self._run_for(request)
        return self._carry_out(run, operation.take_backup(request, run))

    async def create_async(self, request: BackupRequest) -> BackupRecord:
        """`create` for a caller with an event loop of its own, which goes on meanwhile."""
        run = self._run_for(request)
        return await self._carry_out_async(run, operation.take_backup(request, run))

    def resume(
        self, backup_arn: str, timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> BackupRecord:
        """Wait until a backup that exists is AVAILABLE.

        Raises:
            ValidationError: `backup_arn` is none; AWS was not called.
            BackupError: One of its kinds.
        """
        run = self._run_of(Stage.WAIT, backup_arn, timeout_seconds)
        return self._carry_out(run, operation.resume(backup_arn, run))

    def describe(
        self, backup_arn: str, timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> BackupRecord | None:
        """A backup as AWS knows it now, or None when it is gone.

        Raises:
            ValidationError: `backup_arn` is none; AWS was not called.
            BackupError: AWS did not tell, or was asked with credentials of another account.
        """
        run = self._run_of(Stage.READ, backup_arn, timeout_seconds)
        return self._carry_out(run, existing.describe(backup_arn, run))

    def delete(self, backup_arn: str, timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS) -> bool:
        """Delete a backup, once it is not in use any more. False when it was gone already.

        Raises:
            ValidationError: `backup_arn` is none; AWS was not called.
            BackupError: It could not be deleted.
        """
        run = self._run_of(Stage.DELETE, backup_arn, timeout_seconds)
        return self._carry_out(run, existing.delete(backup_arn, run)) is not None

    def find(
        self,
        table_name: str | None = None,
        *,
        backup_name_prefix: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        backup_type: str = BACKUP_TYPE_DEFAULT,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> list[BackupSummary]:
        """The backups that there are, newest first; deleted ones left out.

        Args:
            table_name: Name or ARN of a table, which may be gone; None for all tables of the region.
                Of an ARN, the region goes before the connection's, and only backups of the table
                with that very ARN, account included, are found.
            backup_name_prefix: Only backups whose names begin with this.
            since: Only backups requested at this moment or later. It must have a time zone.
            until: Only backups requested before this moment. It must have a time zone.
            backup_type: USER, SYSTEM (what DynamoDB itself keeps of a deleted table), AWS_BACKUP, or
                ALL. AWS leaves it open which of AWS Backup's DynamoDB lists.
            timeout_seconds: The limit of the whole operation, 60 to 7200.

        Raises:
            ValidationError: An argument breaks a rule; AWS was not called.
            BackupError: AWS did not tell.
        """
        query = BackupQuery(
            table_name, backup_name_prefix, since, until, backup_type, timeout_seconds
        )
        run = self._run_of_query(query, validate_query(query.inputs()))
        return self._carry_out(run, lookups.find(query, run))

    def latest(
        self,
        table_name: str,
        *,
        backup_name_prefix: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        backup_type: str = BACKUP_TYPE_DEFAULT,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> BackupSummary | None:
        """The newest AVAILABLE backup of one table, or None. All else as for `find`."""
        query = BackupQuery(
            table_name, backup_name_prefix, since, until, backup_type, timeout_seconds
        )
        run = self._run_of_query(query, validate_query(query.inputs(), of_one_table=True))
        return self._carry_out(run, lookups.latest(query, run))

    def latest_own(
        self,
        table_name: str,
        *,
        backup_name_prefix: str | None = None,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> lookups.Latest:
        """The newest AVAILABLE USER backup of the very table that has this name now, by its id.

        A table that is gone is no failure: then the newest one under its name is found.
        """
        query = BackupQuery(table_name, backup_name_prefix, timeout_seconds=timeout_seconds)
        run = self._run_of_query(query, validate_query(query.inputs(), of_one_table=True))
        return self._carry_out(run, lookups.latest_own(query, run))

    def check(self, request: CheckRequest) -> CheckResult:
        """Whether every table asked for has an AVAILABLE backup that is young enough.

        Ages go by AWS's clock. A backup of a table that was deleted and made again under its name
        does not count (`CheckRequest.by_name` lets it). ListBackups is read once a region, and each
        table is described once; what could not be checked is `unknown`, never `ok`.

        Raises:
            ValidationError: The request breaks a rule; AWS was not called.
            NoTableSelectedError: No table fits.
            BackupError: AWS told of no region. One of several that fails is in `result.errors`.
        """
        from .check.operation import Checks

        parts = (self.connection, self.listener, self.clock, self.scheduler, self.connect)
        return Checks(*parts).check(request)

    def restore(self, request: RestoreRequest) -> RestoreRecord:
        """Restore a backup to a new table, wait until it is ACTIVE, and set what AWS leaves out.

        What ends it early is taken up again by the same call: a table that is being restored from
        this very backup is waited for, and one that was is only given the settings it lacks. Once a
        table is ACTIVE, AWS most likely no longer says what it was restored from. One that was
        created after the backup with the same keys and indexes is then taken for its restore:
        `certain` is False, a notice says so, and nothing that destroys or overwrites is set on it
        (time to live is left, see `complete`). A table of that name that is being deleted is waited
        for within the timeout. Settings that can't be read cost no restore: they are in
        `settings_left`, and a notice says why.
        Auto scaling, alarms, policies and replicas are carried over by neither AWS nor this.

        Raises:
            ValidationError: The request breaks a rule, and AWS was not called; or it names indexes
                that the backup does not hold, and no restore was started.
            TargetExistsError: The table exists and is no restore of this backup.
            BackupError: Another of its kinds; `error.unfinished_restore` is the table that goes on
                being restored, or whose settings are left to set.
        """
        from .restore import operation as restoring

        run = self._run_of_restore(request)
        return self._carry_out(run, restoring.restore(request, run))

    def complete(
        self,
        table_arn: str,
        backup_arn: str,
        settings: TableSettings,
        timeout_seconds: int = RESTORE_TIMEOUT_DEFAULT_SECONDS,
    ) -> RestoreRecord:
        """Wait until a table that somebody has restored is ACTIVE, and set what AWS leaves out.

        The table is taken at the caller's word: what it was restored from is not looked at.

        Args:
            table_arn: The table's ARN, whose region goes before the connection's.
            backup_arn: The backup that it is restored from; it is only told.
            settings: What to set. What is set already is not set again.
            timeout_seconds: The limit of the whole operation, 60 to 86400.

        Raises:
            ValidationError: An argument breaks a rule; AWS was not called.
            WrongTableError: The table of that name has another ARN: the credentials are another
                account's.
            BackupError: Another of its kinds; `error.unfinished_restore` tells what is left to set.
        """
        from .restore import completing  # a Pulumi program rarely restores
        from .restore.records import RestoreRequest
        from .restore.rules import validate_completion

        request = RestoreRequest("", backup_arn, settings, timeout_seconds=timeout_seconds)
        self._require_none(validate_completion({**request.inputs(), "table_arn": table_arn}))
        arn = TableArn.parse(table_arn)
        assert arn is not None  # just validated
        whole = self._run(Stage.SETTINGS, arn.table, arn.region, timeout_seconds)
        run = completing.CompletionRun(
            whole.account,
            arn.table,
            Stage.SETTINGS,
            timeout_seconds,
            self.listener,
            backup_arn,
            advice=completing.AGAIN,
        )
        run.require_allowed(arn.account)
        return self._carry_out(run, completing.complete(arn, settings, run))

    def _run_of_restore(self, request: RestoreRequest) -> RestoreRun:
        from .restore.operation import RestoreRun
        from .restore.rules import validate_restore
        from .restore.source import SourceRun

        self._require_none(validate_restore(request.inputs()))
        arn, timeout_seconds = request.source, request.timeout_seconds
        region = request.target_region
        origin = self._run(Stage.RESTORE, arn.table, arn.region, timeout_seconds)
        target = self._run(Stage.RESTORE, request.target_table_name, region, timeout_seconds)
        source = SourceRun(
            origin.account,
            arn.table,
            Stage.RESTORE,
            timeout_seconds,
            self.listener,
            request.backup_arn,
        )
        run = RestoreRun(
            target.account,
            target.table_name,
            Stage.RESTORE,
            timeout_seconds,
            self.listener,
            request.backup_arn,
            source=source,
        )
        source.deadline = run.deadline
        run.require_allowed(arn.account)
        return run

    async def recent_async(self, table_name: str, within: timedelta) -> lookups.Recent | None:
        """The newest AVAILABLE backup of the very table that exists now, if it is young enough.

        Raises:
            ValidationError: `table_name` is none; AWS was not called.
            BackupError: AWS did not tell, or the table does not exist.
        """
        query = BackupQuery(table_name)
        run = self._run_of_query(query, validate_query(query.inputs(), of_one_table=True))
        return await self._carry_out_async(run, lookups.recent(query, within, run))

    def _run_of_query(self, query: BackupQuery, failures: list[Failure]) -> Run:
        self._require_none(failures)
        region = query.table_arn.region if query.table_arn else None
        table = query.table or ALL_TABLES
        return self._run(Stage.READ, table, region, query.timeout_seconds)

    def _run_for(self, request: BackupRequest) -> Run:
        self._require_valid(request.inputs())
        arn = TableArn.parse(request.table_name)
        return self._run(
            Stage.TABLE, request.table, arn.region if arn else None, request.timeout_seconds
        )
