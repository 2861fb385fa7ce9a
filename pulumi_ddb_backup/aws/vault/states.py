"""The states of jobs, copies and recovery points, in AWS Backup's own words."""

from __future__ import annotations

from enum import Enum
from typing import Final


class JobState(str, Enum):
    """The states of a backup job.

        StartBackupJob       (its turn has come)       (minutes to hours)
    ----------------> CREATED ------> PENDING ------> RUNNING ------> COMPLETED
    """

    CREATED = "CREATED"
    """It waits for its turn: AWS runs one job of a table at a time."""
    PENDING = "PENDING"
    """It is about to run."""
    RUNNING = "RUNNING"
    """AWS is copying the table."""
    ABORTING = "ABORTING"
    """Somebody has stopped it."""
    ABORTED = "ABORTED"
    """Somebody stopped it."""
    COMPLETED = "COMPLETED"
    """The recovery point can be restored."""
    FAILED = "FAILED"
    """It has made nothing."""
    EXPIRED = "EXPIRED"
    """It did not begin within its start window."""
    PARTIAL = "PARTIAL"
    """It has made only a part, which is no backup of a table."""


class CopyState(str, Enum):
    """The states of a copy job."""

    CREATED = "CREATED"
    """It waits for its turn."""
    RUNNING = "RUNNING"
    """AWS is copying the recovery point."""
    COMPLETED = "COMPLETED"
    """The copy can be restored."""
    FAILED = "FAILED"
    """There is no copy."""
    PARTIAL = "PARTIAL"
    """It has made only a part, which is no backup of a table."""


class PointStatus(str, Enum):
    """The states of a recovery point."""

    CREATING = "CREATING"
    """Its job is under way."""
    AVAILABLE = "AVAILABLE"
    """It can be restored."""
    COMPLETED = "COMPLETED"
    """It can be restored."""
    PARTIAL = "PARTIAL"
    """It is only a part."""
    EXPIRED = "EXPIRED"
    """It was to be deleted, and AWS Backup lacked the rights. It still costs money."""
    DELETING = "DELETING"
    """It is being deleted."""
    STOPPED = "STOPPED"
    """A continuous backup that has ended. DynamoDB has none."""


JOB_UNDER_WAY: Final = frozenset(
    one.value for one in (JobState.CREATED, JobState.PENDING, JobState.RUNNING, JobState.ABORTING)
)
COPY_UNDER_WAY: Final = frozenset({CopyState.CREATED.value, CopyState.RUNNING.value})
POINT_USABLE: Final = frozenset({PointStatus.COMPLETED.value, PointStatus.AVAILABLE.value})
