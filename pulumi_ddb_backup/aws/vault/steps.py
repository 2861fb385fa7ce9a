"""What AWS Backup tells of its jobs and of what it may do; for this capability alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .states import JOB_UNDER_WAY


@dataclass(frozen=True, slots=True)
class Features:
    """What AWS Backup may do with DynamoDB in a region. None: AWS does not say.

    Attributes:
        backs_up: Whether it may back up tables at all.
        is_advanced: Whether tags, cold storage and copies elsewhere are turned on.
    """

    backs_up: bool | None = None
    is_advanced: bool | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A backup job. What AWS did not give is None or empty.

    Attributes:
        id: Its id.
        state: See `JobState`.
        vault: The vault's name.
        vault_arn: The vault's ARN.
        point: The ARN of the recovery point.
        created: When it was started.
        completed: When it was over.
        percent: How far it is.
        size: The size of the backup in bytes.
        role: The role that AWS Backup assumes.
        of_plan: Whether a backup plan has started it.
        message: AWS's words, where they tell more than success.
    """

    id: str
    state: str
    vault: str = ""
    vault_arn: str | None = None
    point: str | None = None
    created: datetime | None = None
    completed: datetime | None = None
    percent: float | None = None
    size: int | None = None
    role: str = ""
    of_plan: bool = False
    message: str = ""

    @property
    def under_way(self) -> bool:
        """Whether AWS is at it."""
        return self.state in JOB_UNDER_WAY


@dataclass(frozen=True, slots=True)
class RestoreJob:
    """A restore job.

    Attributes:
        id: Its id.
        state: PENDING, RUNNING, COMPLETED, ABORTED or FAILED.
        created: When it was started.
        completed: When it was over.
        percent: How far it is.
        table_arn: The ARN of the new table, once there is one.
        message: AWS's words.
    """

    id: str
    state: str
    created: datetime | None = None
    completed: datetime | None = None
    percent: float | None = None
    table_arn: str | None = None
    message: str = ""

    @property
    def progress(self) -> str:
        """Its state, with its percent."""
        running = self.percent is not None and self.state == "RUNNING"
        return f"{self.state} {self.percent:.0f}%" if running else self.state

    @property
    def told(self) -> str:
        """What exists in AWS, for the message of an error."""
        return f"Restore job {self.id} is {self.progress}."
