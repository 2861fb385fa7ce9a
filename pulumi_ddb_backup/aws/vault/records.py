"""What goes into a backup in a vault, and what comes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..rules.arns import TableArn, plain_name
from ..rules.text import iso
from .arns import VaultArn, vault_name
from .choices import (
    START_WINDOW_DEFAULT_MINUTES,
    VAULT_TIMEOUT_DEFAULT_SECONDS,
    WAIT_FOR_DEFAULT,
)
from .states import COPY_UNDER_WAY, JOB_UNDER_WAY, JobState


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What AWS Backup does with a recovery point by itself.

    Attributes:
        delete_after_days: It is deleted after so many days; None keeps it until somebody deletes it.
        cold_after_days: It moves to cold storage after so many days; None keeps it warm.
    """

    delete_after_days: int | None = None
    cold_after_days: int | None = None

    def __bool__(self) -> bool:
        return self.delete_after_days is not None or self.cold_after_days is not None


@dataclass(frozen=True, slots=True)
class VaultBackupRequest:
    """A request to back up one table into a vault of AWS Backup.

    Attributes:
        table_name: The table's name or ARN. With an ARN, the table must have exactly that ARN, and its
            region is used.
        vault: Name or ARN of the vault, which is in the table's region and account.
        backup_role_arn: ARN of the IAM role that AWS Backup assumes.
        delete_after_days: AWS deletes the recovery point after so many days. Default: never.
        cold_after_days: It moves to cold storage after so many days, at least 90 before it is
            deleted. Default: never.
        copy_to: ARNs of vaults, in any region or account, to which it is copied, with the same
            lifecycle. Default: none.
        start_window_minutes: The job expires unless it has begun within so many minutes, 60 to 1440.
            Default: 60; AWS's own default is 8 hours.
        wait_for: When the operation is over: `started`, `completed`, or `copies`, when all copies
            are. Default: copies.
        timeout_seconds: Time limit for the whole operation in seconds, 60 to 86400. Default: 7200.
        identity: Identifies the caller. If an earlier run of the same caller started a job and lost
            sight of it, that job is gone on with. Default: None, which stands for nobody but the table,
            the vault and the lifecycle.
        apart_from: Ids of jobs that belong to somebody else, and are never taken over.
    """

    table_name: str
    vault: str
    backup_role_arn: str
    delete_after_days: int | None = None
    cold_after_days: int | None = None
    copy_to: tuple[str, ...] = ()
    start_window_minutes: int = START_WINDOW_DEFAULT_MINUTES
    wait_for: str = WAIT_FOR_DEFAULT
    timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS
    identity: str | None = None
    apart_from: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        """The table's name."""
        return plain_name(self.table_name)

    @property
    def table_arn(self) -> str | None:
        """The table's ARN. None if the caller gave its name."""
        arn = TableArn.parse(self.table_name)
        return arn.arn if arn else None

    @property
    def vault_name(self) -> str:
        """The vault's name."""
        return vault_name(self.vault)

    @property
    def region(self) -> str | None:
        """The region in the ARN of the table or of the vault, where one was given."""
        arn = TableArn.parse(self.table_name) or VaultArn.parse(self.vault)
        return arn.region if arn else None

    @property
    def who(self) -> str:
        """What stands for the caller in a token and in a tag."""
        nobody = [self.table, self.vault_name, self.delete_after_days, self.cold_after_days]
        told = json.dumps(self.identity or nobody)
        return hashlib.sha256(told.encode()).hexdigest()[:40]

    @property
    def lifecycle(self) -> Lifecycle:
        """What AWS Backup does with the recovery point by itself."""
        return Lifecycle(self.delete_after_days, self.cold_after_days)

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that `validate_vault_backup` knows."""
        return {
            "table_name": self.table_name or None,
            "vault": self.vault,
            "backup_role_arn": self.backup_role_arn or None,
            "delete_after_days": self.delete_after_days,
            "cold_after_days": self.cold_after_days,
            "copy_to": list(self.copy_to),
            "start_window_minutes": self.start_window_minutes,
            "wait_for": self.wait_for,
            "timeout": self.timeout_seconds,
        }


@dataclass(frozen=True, slots=True)
class VaultCopy:
    """One copy of a recovery point, as AWS last described it.

    Attributes:
        vault_arn: The vault that it goes to.
        state: CREATED, RUNNING, COMPLETED, FAILED or PARTIAL. Empty until its job has started.
        copy_job_id: The job's id. Empty until AWS has given one.
        recovery_point_arn: The copy's ARN, once AWS has told it.
        message: AWS's own words, where there are any.
        attempt: How many jobs of this copy have failed before.
        found: Whether its job was found in AWS, not started here. Somebody else may have made the
            copy, so a `VaultBackup` never deletes it.
    """

    vault_arn: str
    state: str = ""
    copy_job_id: str = ""
    recovery_point_arn: str | None = None
    message: str = ""
    attempt: int = 0
    found: bool = False

    @property
    def under_way(self) -> bool:
        """Whether AWS is at it."""
        return self.state in COPY_UNDER_WAY

    @property
    def told(self) -> str:
        """The copy as a message tells it."""
        state = self.state or "not started"
        arn = self.recovery_point_arn
        return f"copy to {self.vault_arn}: {state}" + (f", {arn}" if arn else "")


@dataclass(frozen=True, slots=True)
class VaultBackupRecord:
    """A backup in a vault, as AWS last described it. A value that AWS did not give is None.

    Attributes:
        backup_job_id: The id of the job that makes it. Empty for a recovery point that was looked up
            by its ARN.
        job_state: The job's state; see `JobState`.
        vault_name: The vault's name.
        table_name: The name of the backed-up table.
        table_arn: The ARN of that table.
        region: The region of the table and the vault.
        vault_arn: The vault's ARN.
        recovery_point_arn: The ARN of the recovery point. With AWS Backup's advanced features for
            DynamoDB it is known as soon as the job has started, else once it is over.
        recovery_point_status: Its status; see `PointStatus`.
        percent_done: How far the job is, in percent.
        job_message: What AWS said of the job, where that is more than success.
        backup_size_bytes: Size of the backup in bytes.
        creation_date_time: When the job was started, with a time zone.
        completion_date_time: When it was over.
        delete_at: When AWS deletes the recovery point by itself.
        cold_at: When it moves to cold storage.
        copies: The copies, in the order of `copy_to`.
        elapsed_seconds: How long the operation took in seconds.
    """

    backup_job_id: str
    job_state: str
    vault_name: str
    table_name: str
    table_arn: str
    region: str
    vault_arn: str | None = None
    recovery_point_arn: str | None = None
    recovery_point_status: str | None = None
    percent_done: float | None = None
    job_message: str | None = None
    backup_size_bytes: int | None = None
    creation_date_time: datetime | None = None
    completion_date_time: datetime | None = None
    delete_at: datetime | None = None
    cold_at: datetime | None = None
    copies: tuple[VaultCopy, ...] = ()
    elapsed_seconds: float | None = None

    @property
    def under_way(self) -> bool:
        """Whether AWS is still at the job."""
        return self.job_state in JOB_UNDER_WAY

    @property
    def progress(self) -> str:
        """The job's state, with its percent."""
        percent = "" if self.percent_done is None else f" {self.percent_done:.0f}%"
        return f"{self.job_state}{percent if self.job_state == JobState.RUNNING else ''}"

    @property
    def told(self) -> str:
        """What exists in AWS, for the message of an error."""
        return "\n".join(self._told())

    def _told(self) -> Iterator[str]:
        if self.backup_job_id:
            yield f"Backup job {self.backup_job_id} in vault '{self.vault_name}' is {self.progress}."
        if self.recovery_point_arn:
            yield f"Recovery point: {self.recovery_point_arn}"
        for one in self.copies:
            told = f"{one.told[:1].upper()}{one.told[1:]}"
            yield told if one.recovery_point_arn else f"{told}."


@dataclass(frozen=True, slots=True)
class VaultState:
    """A vault as DescribeBackupVault tells of it, as far as it matters here.

    Attributes:
        name: Its name.
        arn: Its ARN.
        locked: Whether a vault lock holds it.
        min_days: The shortest retention that the lock allows.
        max_days: The longest.
    """

    name: str
    arn: str
    locked: bool = False
    min_days: int | None = None
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class RecoveryPoint:
    """A recovery point as AWS describes it. A value that AWS did not give is None.

    Attributes:
        recovery_point_arn: Its ARN.
        status: Its status; see `PointStatus`.
        vault_name: The vault's name.
        vault_arn: The vault's ARN.
        table_arn: The ARN of the table that was backed up.
        backup_size_bytes: Its size in bytes.
        creation_date_time: When the backup was requested. A copy has its source's.
        completion_date_time: When it was complete.
        delete_at: When AWS deletes it by itself.
        cold_at: When it moves to cold storage.
        storage_class: WARM or COLD.
        backup_plan: The id of the backup plan that made it; None if somebody asked for it.
        source_vault_arn: Of a copy: the vault that it comes from.
        message: AWS's own words, where there are any.
    """

    recovery_point_arn: str
    status: str
    vault_name: str
    vault_arn: str | None = None
    table_arn: str | None = None
    backup_size_bytes: int | None = None
    creation_date_time: datetime | None = None
    completion_date_time: datetime | None = None
    delete_at: datetime | None = None
    cold_at: datetime | None = None
    storage_class: str | None = None
    backup_plan: str | None = None
    source_vault_arn: str | None = None
    message: str | None = None

    @property
    def table_name(self) -> str:
        """The name of the table that was backed up."""
        return plain_name(self.table_arn or "")

    @property
    def may_go(self) -> str:
        """When AWS deletes it by itself, in words."""
        if self.delete_at is None:
            return "AWS never deletes it by itself"
        return f"AWS deletes it on {iso(self.delete_at)[:10]}"
