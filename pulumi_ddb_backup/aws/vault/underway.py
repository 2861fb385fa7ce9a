"""One operation on a backup in a vault under way, and the regions that it reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ..calls.account import Account
from ..calls.aws_errors import AwsError, AwsFailure
from ..errors import BackupError, Facts, Stage
from ..rules.arns import TableArn
from ..running.run import Run
from .errors import RESTORE_CANCELLED, VaultBackupCancelledError, VaultNotFoundError
from .records import RecoveryPoint, VaultBackupRecord, VaultCopy
from .rows import ROLE_REFUSED, VAULT_ERRORS, is_of_role, says_no_vault
from .states import JobState
from .steps import Job, RestoreJob

_INTERVALS_SECONDS: Final = (5.0, 5.0, 6.0, 7.0, 8.0, 9.0)
_LONGEST_INTERVAL_SECONDS: Final = 10.0


def intervals() -> Iterator[float]:
    """Seconds between two looks at a job of AWS Backup: it is never a matter of seconds."""
    yield from _INTERVALS_SECONDS
    while True:
        yield _LONGEST_INTERVAL_SECONDS


@dataclass(slots=True, kw_only=True)
class VaultRun(Run):
    """One operation on a backup in a vault.

    Attributes:
        account_in: The account as it is called in another region.
        vault: Name of the vault concerned.
        made: The backup as AWS described it last, once there is a job or a recovery point.
        restoring: Of a restore: its job as AWS described it last, once there is one.
    """

    account_in: Callable[[str], Account]
    vault: str = ""
    made: VaultBackupRecord | None = None
    restoring: RestoreJob | None = None

    def saw(self, job: Job) -> VaultBackupRecord:
        """Keep what AWS has said of the job."""
        assert self.made is not None  # a job is looked at once it has been started or found
        self.made = replace(
            self.made,
            backup_job_id=job.id,
            job_state=job.state,
            vault_name=job.vault or self.made.vault_name,
            vault_arn=job.vault_arn or self.made.vault_arn,
            recovery_point_arn=job.point or self.made.recovery_point_arn,
            percent_done=job.percent,
            job_message=job.message or None,
            backup_size_bytes=job.size or self.made.backup_size_bytes,
            creation_date_time=job.created or self.made.creation_date_time,
            completion_date_time=job.completed or self.made.completion_date_time,
        )
        self.backup_arn = self.made.recovery_point_arn or ""
        return self.made

    def saw_point(self, point: RecoveryPoint) -> None:
        """Keep what AWS has said of the recovery point."""
        table = TableArn.parse(point.table_arn or "")
        made = self.made or VaultBackupRecord(
            backup_job_id="",
            job_state=JobState.COMPLETED.value,
            vault_name=point.vault_name,
            table_name=table.table if table else self.table_name,
            table_arn=point.table_arn or "",
            region=self.dynamodb.region,
        )
        self.made = replace(
            made,
            vault_arn=point.vault_arn or made.vault_arn,
            recovery_point_arn=point.recovery_point_arn,
            recovery_point_status=point.status,
            backup_size_bytes=point.backup_size_bytes or made.backup_size_bytes,
            creation_date_time=made.creation_date_time or point.creation_date_time,
            completion_date_time=point.completion_date_time or made.completion_date_time,
            delete_at=point.delete_at,
            cold_at=point.cold_at,
        )
        self.backup_arn = point.recovery_point_arn

    def finished(self) -> VaultBackupRecord:
        """The final record, with the time that the operation took."""
        assert self.made is not None  # an operation that made nothing has failed
        return replace(self.made, elapsed_seconds=round(self.deadline.elapsed_seconds, 1))

    def saw_copy(self, copy: VaultCopy) -> None:
        """Keep what AWS has said of a copy."""
        assert self.made is not None  # what is copied is there
        there = self.made.copies
        known = any(one.vault_arn == copy.vault_arn for one in there)
        kept = [copy if one.vault_arn == copy.vault_arn else one for one in there]
        self.made = replace(self.made, copies=tuple(kept if known else [*kept, copy]))

    @property
    def rows(self) -> Mapping[str, AwsError]:
        return VAULT_ERRORS

    # `super()` does not work in a class with slots that a decorator has made again.

    def failed(self, failure: AwsFailure, **overrides: Any) -> BackupError:
        if self.vault and says_no_vault(failure):
            return VaultNotFoundError(self.stage, self.facts(detail=self.vault))
        if is_of_role(failure):
            overrides = {"sentence": ROLE_REFUSED.sentence, "advice": ROLE_REFUSED.advice}
            facts = self.facts(failure=failure)
            return ROLE_REFUSED.error(self.stage, facts, **overrides)
        rows = self.rows if failure.action.startswith("backup:") else {}
        return failure.as_error(self.stage, self.facts(failure=failure), rows, **overrides)

    def facts(
        self, *, failure: AwsFailure | None = None, status: str = "", detail: str = ""
    ) -> Facts:
        facts = Run.facts(self, failure=failure, status=status, detail=detail)
        made = self.made or self.restoring
        known = made.progress if made else ""
        return replace(facts, status=status or known, made=made)

    def cancelled(self) -> BackupError:
        if self.stage is Stage.POINT_RESTORE:
            return VaultBackupCancelledError(self.stage, self.facts(), RESTORE_CANCELLED)
        return VaultBackupCancelledError(self.stage, self.facts())
