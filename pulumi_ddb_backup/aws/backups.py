"""The calls that a script makes: each blocks until its operation has ended.

What an event loop has to wait for has a form that does not block, `..._async`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .backup import existing, lookups, operation
from .errors import Stage
from .records import BackupQuery, BackupRecord, BackupRequest, BackupSummary
from .restores import Restores
from .rules.arns import TableArn
from .rules.choices import BACKUP_TYPE_DEFAULT, BackupType
from .rules.subject import ALL_TABLES
from .rules.validation import TIMEOUT_DEFAULT_SECONDS, Failure, validate_query
from .running.run import Run

if TYPE_CHECKING:
    from .check.records import CheckRequest, CheckResult
    from .retention.records import PruneRequest, PruneResult

T = TypeVar("T")


class Backups(Restores):
    """Takes, finds, deletes and restores backups, one table at a time.

    Each method blocks until its operation has ended. `Caller` has the arguments.
    """

    __slots__ = ()

    def create(self, request: BackupRequest) -> BackupRecord:
        """Take a backup of one table and wait until it is AVAILABLE.

        Args:
            request: The table and the backup's name.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            BackupError: The backup failed. If one is still in AWS, it is `error.unfinished`.
        """
        run = self._run_for(request)
        return self._carry_out(run, operation.take_backup(request, run))

    async def create_async(self, request: BackupRequest) -> BackupRecord:
        """Like `create`, for an event loop.

        Args:
            request: As for `create`.

        Raises:
            BackupError: As for `create`.
        """
        run = self._run_for(request)
        return await self._carry_out_async(run, operation.take_backup(request, run))

    def resume(
        self, backup_arn: str, timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> BackupRecord:
        """Wait until a backup that was started earlier is AVAILABLE.

        Args:
            backup_arn: The backup's ARN, whose region is used.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: The backup failed, is gone, or could not be looked up.
        """
        run = self._run_of(Stage.WAIT, backup_arn, timeout_seconds)
        return self._carry_out(run, operation.resume(backup_arn, run))

    def describe(
        self, backup_arn: str, timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    ) -> BackupRecord | None:
        """Look up a backup. None if it no longer exists.

        Args:
            backup_arn: The backup's ARN, whose region is used.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS did not answer, or the credentials belong to another account.
        """
        run = self._run_of(Stage.READ, backup_arn, timeout_seconds)
        return self._carry_out(run, existing.describe(backup_arn, run))

    def delete(self, backup_arn: str, timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS) -> bool:
        """Delete a backup. One that is CREATING or in use is waited for first.

        Args:
            backup_arn: The backup's ARN, whose region is used.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Returns:
            False if the backup no longer existed.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
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
        backup_type: BackupType = BACKUP_TYPE_DEFAULT,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> list[BackupSummary]:
        """List backups, newest first. Deleted ones are left out.

        Args:
            table_name: Name or ARN of a table, which need not exist any more. With an ARN, its
                region is used, and the backups must be of exactly that table, account included.
                Default: all tables of the region.
            backup_name_prefix: Only backups whose names begin with this. Default: any name.
            since: Only backups requested at this time or later, with a time zone. Default: any time.
            until: Only backups requested before this time, with a time zone. Default: any time.
            backup_type: USER (on-demand), SYSTEM (kept by DynamoDB when a table with point-in-time
                recovery is deleted), AWS_BACKUP or ALL. Default: USER. AWS does not promise that
                DynamoDB lists everything of AWS Backup.
            timeout_seconds: Time limit in seconds, 60 to 7200. Default: 1800.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS did not answer, or refused.
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
        backup_type: BackupType = BACKUP_TYPE_DEFAULT,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> BackupSummary | None:
        """Find the newest AVAILABLE backup of one table. None if there is none.

        Args:
            table_name: Name or ARN of the table, which need not exist any more.
            backup_name_prefix: As for `find`.
            since: As for `find`.
            until: As for `find`.
            backup_type: As for `find`.
            timeout_seconds: As for `find`.

        Raises:
            ValidationError: As for `find`.
            BackupError: As for `find`.
        """
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
        """Find the newest AVAILABLE backup that a user made of the table that has this name now.

        Tables are told apart by their ids. If the table is gone, the newest backup under its name is
        found.

        Args:
            table_name: Name or ARN of the table.
            backup_name_prefix: As for `find`.
            timeout_seconds: As for `find`.

        Raises:
            ValidationError: As for `find`.
            BackupError: As for `find`.
        """
        query = BackupQuery(table_name, backup_name_prefix, timeout_seconds=timeout_seconds)
        run = self._run_of_query(query, validate_query(query.inputs(), of_one_table=True))
        return self._carry_out(run, lookups.latest_own(query, run))

    def check(self, request: CheckRequest) -> CheckResult:
        """Check that every table has a recent AVAILABLE backup.

        Ages go by AWS's clock. If a table was deleted and made again under the same name, backups of
        the old one don't count, unless `CheckRequest.by_name` is set. ListBackups is read once for
        each region, and each table is described once. A table that could not be checked is
        `unknown`, never `ok`.

        Args:
            request: Which tables, and how old their newest backup may be.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            NoTableSelectedError: No table matches.
            BackupError: No region could be checked. If only some could not, `result.errors` has them.
        """
        from .check.operation import Checks

        parts = (self.connection, self.listener, self.clock, self.scheduler, self.connect)
        return Checks(*parts).check(request)

    def prune(self, request: PruneRequest) -> PruneResult:
        """Delete the backups that are kept no longer. By default, only say which.

        A backup goes only if it is AVAILABLE, of type USER, has a name that was made from the prefix
        for its owner, is of the very table that has its name now (by TableId), and no rule of the
        retention keeps it. The newest of each owner always stays. One that is in use stays until the
        next time. ListBackups is read once for each region, and a table is described only if
        something of it has expired. It can be repeated at any time: a second run deletes nothing.

        Args:
            request: Which tables, what is kept, and whether to delete at all.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            NoTableSelectedError: No table matches.
            BackupError: No region could be searched, and nothing was deleted. If only some could not,
                `result.errors` has them; `failed` of a table has the deletions that failed.
        """
        from .retention.operation import Prunes

        parts = (self.connection, self.listener, self.clock, self.scheduler, self.connect)
        return Prunes(*parts).prune(request)

    async def recent_async(self, table_name: str, within: timedelta) -> lookups.Recent | None:
        """Find the newest AVAILABLE backup of a table, if it is recent enough. Else None.

        A backup of an earlier table of the same name does not count.

        Args:
            table_name: Name or ARN of the table.
            within: How old the backup may be.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS did not answer, or the table does not exist.
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
