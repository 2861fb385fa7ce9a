"""The calls that a script makes to back tables up into vaults of AWS Backup."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..calls.account import Account, shared_account
from ..errors import Stage
from ..rules.arns import TableArn, plain_name
from ..rules.subject import ALL_TABLES
from ..running.caller import Caller
from .arns import RecoveryPointArn, VaultArn, vault_name
from .choices import VAULT_TIMEOUT_DEFAULT_SECONDS
from .records import RecoveryPoint, VaultBackupRecord, VaultBackupRequest, VaultCopy
from .restore_records import PointRestore, PointRestoreRequest
from .rules import validate_point_restore, validate_points, validate_vault_backup

if TYPE_CHECKING:
    from .underway import VaultRun


class VaultBackups(Caller):
    """Backs tables up into vaults of AWS Backup, and copies the backups to other vaults.

    Each method blocks until its operation has ended. `Caller` has the arguments.
    """

    __slots__ = ()

    def create(self, request: VaultBackupRequest) -> VaultBackupRecord:
        """Back a table up into a vault, and wait until the backup and its copies are complete.

        What can be known beforehand (the table, the vault and its lock, what AWS Backup may do in the
        region) is checked before a job is started. If an earlier call for the same request was cut off,
        its job is gone on with.

        Args:
            request: The table, the vault and what becomes of the backup.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            BackupError: It failed. If a job or a recovery point is in AWS, it is
                `error.unfinished_vault_backup`.
        """
        from .operation import back_up

        run = self._run_for(request)
        return self._carry_out(run, back_up(request, run))

    def resume(self, known: VaultBackupRecord, request: VaultBackupRequest) -> VaultBackupRecord:
        """Go on with a backup whose job was started earlier: wait for it, and make its copies.

        Args:
            known: What an earlier call has returned, or `error.unfinished_vault_backup`.
            request: As for `create`. It may ask for other copies.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            BackupError: As for `create`; or the recovery point is gone.
        """
        from .operation import go_on

        run = self._run_for(request)
        run.stage, run.made = Stage.VAULT_WAIT, known
        table = TableArn.parse(known.table_arn)
        if table:
            run.require_allowed(table.account)
        return self._carry_out(run, go_on(request, run))

    def take_in(self, recovery_point_arn: str, request: VaultBackupRequest) -> VaultBackupRecord:
        """Look up a recovery point that was made elsewhere, and make the copies that it lacks.

        Args:
            recovery_point_arn: Its ARN.
            request: Its vault, and the copies to make. A table that is named must be its own.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: The recovery point does not exist, or a copy failed.
        """
        from .operation import take_in

        inputs = {**request.inputs(), "existing_recovery_point_arn": recovery_point_arn}
        self._require_none(validate_vault_backup(inputs))
        arn = RecoveryPointArn.parse(recovery_point_arn)
        assert arn is not None  # just validated
        run = self._vault_run(
            Stage.POINT_READ, request.table or ALL_TABLES, arn.region, request.timeout_seconds
        )
        run.require_allowed(arn.account)
        return self._carry_out(run, take_in(request, recovery_point_arn, run))

    def describe(
        self, known: VaultBackupRecord, timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS
    ) -> VaultBackupRecord | None:
        """A backup as it is now. None if its job has made nothing, or its recovery point is gone.

        Args:
            known: What an earlier call has returned.
            timeout_seconds: Time limit in seconds, 60 to 86400. Default: 7200.

        Raises:
            BackupError: AWS did not answer, or the credentials belong to another account.
        """
        from .existing import look_up

        run = self._run_of_known(Stage.POINT_READ, known, timeout_seconds)
        return self._carry_out(run, look_up(known, run))

    def find(
        self,
        vault: str,
        table_name: str | None = None,
        timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS,
    ) -> list[RecoveryPoint]:
        """List the recovery points of tables in a vault, newest first.

        Args:
            vault: The vault's name or ARN. With an ARN, its region is used.
            table_name: Name or ARN of a table, which need not exist any more. Default: all tables.
            timeout_seconds: Time limit in seconds, 60 to 86400. Default: 7200.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS did not answer, or there is no such vault.
        """
        from .existing import list_points

        self._require_none(validate_points(vault, table_name, timeout_seconds))
        place = VaultArn.parse(vault) or TableArn.parse(table_name or "")
        table = plain_name(table_name) if table_name else ALL_TABLES
        region = place.region if place else None
        run = self._vault_run(Stage.POINT_READ, table, region, timeout_seconds, vault)
        return self._carry_out(run, list_points(vault_name(vault), table_name, run))

    def keep(self, known: VaultBackupRecord) -> None:
        """Leave a backup in AWS whose operation failed, so that no later request takes it for its own.

        Where that can't be done within a minute, the listener is told so.

        Args:
            known: `error.unfinished_vault_backup`.

        Raises:
            BackupError: The account may not be used, or the caller cancelled.
        """
        from .keeping import KEEPING_SECONDS, keep

        run = self._run_of_known(Stage.POINT_READ, known, KEEPING_SECONDS)
        self._carry_out(run, keep(known, run))

    def delete(
        self, known: VaultBackupRecord, timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS
    ) -> bool:
        """Delete the recovery point of a backup, and see that it is gone. Copies stay.

        A job that is under way is waited for first: AWS can't stop a backup of a table.

        Args:
            known: What an earlier call has returned.
            timeout_seconds: Time limit in seconds, 60 to 86400. Default: 7200.

        Returns:
            False if there was no recovery point any more.

        Raises:
            RecoveryPointLockedError: A vault lock or a legal hold keeps it.
            RecoveryPointExpiredError: AWS accepted the deletion and lacks the rights for it.
            BackupError: It could not be deleted.
        """
        from .deleting import delete

        run = self._run_of_known(Stage.POINT_DELETE, known, timeout_seconds)
        return self._carry_out(run, delete(known, run))

    def delete_copy(
        self,
        copy: VaultCopy,
        known: VaultBackupRecord,
        timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS,
    ) -> bool | None:
        """Delete a copy in another vault of the same account, and see that it is gone.

        A copy that is under way is waited for first.

        Args:
            copy: One of `known.copies`.
            known: The backup that was copied, as an earlier call has returned it.
            timeout_seconds: Time limit in seconds, 60 to 86400. Default: 7200.

        Returns:
            False if there was no copy any more. None if AWS has forgotten the copy job, or a copy may be
            somebody else's: it is not deleted, and the listener is told.

        Raises:
            BackupError: As for `delete`.
        """
        from .deleting import delete_copy

        run = self._run_of_known(Stage.POINT_DELETE, known, timeout_seconds)
        arn = VaultArn.parse(copy.vault_arn)
        there = self._vault_run(
            Stage.POINT_DELETE, known.table_name, arn.region if arn else None, timeout_seconds
        )
        there.deadline = run.deadline
        return self._carry_out(run, delete_copy(copy, known, run, there))

    def delete_point(
        self,
        vault: str,
        recovery_point_arn: str,
        timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS,
    ) -> bool:
        """Delete a recovery point, such as a copy in another region, and see that it is gone.

        Args:
            vault: Name or ARN of its vault.
            recovery_point_arn: Its ARN, whose region is used.
            timeout_seconds: Time limit in seconds, 60 to 86400. Default: 7200.

        Returns:
            False if it no longer existed.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: As for `delete`.
        """
        from .deleting import delete_point

        self._require_none(validate_points(vault, None, timeout_seconds, recovery_point_arn))
        arn = RecoveryPointArn.parse(recovery_point_arn)
        assert arn is not None  # just validated
        run = self._vault_run(Stage.POINT_DELETE, ALL_TABLES, arn.region, timeout_seconds, vault)
        run.backup_arn = recovery_point_arn
        run.require_allowed(arn.account)
        return self._carry_out(run, delete_point(vault_name(vault), recovery_point_arn, run))

    def restore(self, request: PointRestoreRequest) -> PointRestore:
        """Restore a recovery point to a new table, and wait until AWS Backup has made it.

        AWS Backup takes nothing but the new table's name: indexes and billing mode are as in the
        backup. Tags, time to live, stream, point-in-time recovery and deletion protection are not
        restored. To restore with them, or with overrides, a table's own backups are needed:
        `Backups.restore`. Called again within an hour, it goes on with the same job.

        Args:
            request: The recovery point, and the table to make from it.

        Raises:
            ValidationError: The request breaks a rule. AWS was not called.
            BackupError: It failed, or was not over before the timeout.
        """
        from .restoring import restore

        self._require_none(validate_point_restore(request.inputs()))
        arn = RecoveryPointArn.parse(request.recovery_point_arn)
        assert arn is not None  # just validated
        run = self._vault_run(
            Stage.POINT_RESTORE, request.target_table_name, arn.region, request.timeout_seconds
        )
        run.require_allowed(arn.account)
        return self._carry_out(run, restore(request, run))

    def _run_for(self, request: VaultBackupRequest) -> VaultRun:
        self._require_none(validate_vault_backup(request.inputs()))
        return self._vault_run(Stage.VAULT, request.table, request.region, request.timeout_seconds)

    def _run_of_known(
        self, stage: Stage, known: VaultBackupRecord, timeout_seconds: int
    ) -> VaultRun:
        self._require_none(validate_points(known.vault_name, None, timeout_seconds))
        run = self._vault_run(stage, known.table_name, known.region, timeout_seconds)
        arn = TableArn.parse(known.table_arn)
        if arn:
            run.require_allowed(arn.account)
        return run

    def _vault_run(
        self,
        stage: Stage,
        table: str,
        region: str | None,
        timeout_seconds: int,
        vault: str = "",
    ) -> VaultRun:
        from .underway import VaultRun

        plain = self._run(stage, table, region, timeout_seconds)
        return VaultRun(
            plain.account,
            table,
            stage,
            timeout_seconds,
            self.listener,
            account_in=self._account_in,
            vault=vault_name(vault),
        )

    def _account_in(self, region: str) -> Account:
        connection = replace(self.connection, region=region)
        return shared_account(self.connect, connection, self.clock)
