"""The restores among the calls that a script makes; see `Backups`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calls.rate import Api
from .errors import Stage
from .restore.rules import RESTORE_TIMEOUT_DEFAULT_SECONDS
from .rules.arns import TableArn
from .running.caller import Caller

if TYPE_CHECKING:
    from .restore.operation import RestoreRun
    from .restore.records import RestoreRecord, RestoreRequest, TableSettings


class Restores(Caller):
    """Restores backups, one at a time. `Caller` has the arguments."""

    __slots__ = ()

    def restore(self, request: RestoreRequest) -> RestoreRecord:
        """Restore a backup, or a table's past, to a new table; wait until it is ACTIVE, and set what
        AWS leaves out.

        If a restore was interrupted, the same call continues it: a table that is still being
        restored from this backup is waited for, and one that is finished only gets the settings it
        lacks. Once a table is ACTIVE, AWS usually no longer says what it was restored from. A table
        that was created after the backup with the same keys and indexes is then assumed to be the
        restore: `certain` is False, a notice says so, and no setting that could destroy or overwrite
        anything is made (time to live is left out, see `complete`). If a table of that name is being
        deleted, the restore waits for that, within the timeout. Settings that can't be read don't
        stop the restore: they are listed in `settings_left`, and a notice says why.

        Neither AWS nor this method carries over auto scaling, alarms, policies and replicas.

        Args:
            request: The backup or the moment, and the table to make from it.

        Raises:
            ValidationError: The request breaks a rule, or names an index that the backup does not
                have. No restore was started.
            TargetExistsError: The table exists and was not restored from this backup or moment.
            OutsideWindowError: Point-in-time recovery is off, or does not reach this moment.
            BackupError: The restore failed. If the table is still being restored, or lacks some
                settings, it is `error.unfinished_restore`.
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
        """Finish a restore that somebody else started: wait for the table, and set what AWS leaves out.

        What the table was restored from is not checked: the caller must know.

        Args:
            table_arn: The table's ARN, whose region is used.
            backup_arn: The backup that it was restored from. Only used in messages.
            settings: The settings to make. Those that the table has already are not made again.
            timeout_seconds: Time limit in seconds, 60 to 86400. Default: 7200.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            WrongTableError: The credentials belong to another account than the table's.
            BackupError: It failed. `error.unfinished_restore` says which settings are missing.
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
            origin=f"backup '{backup_arn}'",
        )
        run.require_allowed(arn.account)
        return self._carry_out(run, completing.complete(arn, settings, run))

    def _run_of_restore(self, request: RestoreRequest) -> RestoreRun:
        from .restore.operation import RestoreRun
        from .restore.rules import encryption_failures, validate_restore
        from .restore.source import SourceRun

        self._require_none(validate_restore(request.inputs()))
        arn, timeout_seconds = request.source, request.timeout_seconds
        name, region = request.source_table_name, arn.region if arn else None
        origin = self._run(Stage.RESTORE, name, region, timeout_seconds)
        region = origin.dynamodb.region
        given = request.sse_specification
        self._require_none([*encryption_failures(region, request.region or region, given)])
        target = self._run(
            Stage.RESTORE, request.target_table_name, request.region or region, timeout_seconds
        )
        source = SourceRun(
            origin.account,
            name,
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
            origin=request.origin,
            source_arn=arn.arn if arn and not request.backup_arn else None,
            api=Api.RESTORE_TABLE if request.backup_arn else Api.RESTORE_TO_MOMENT,
        )
        source.deadline = run.deadline
        if arn:
            run.require_allowed(arn.account)
        return run
