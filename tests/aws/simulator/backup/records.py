"""What AWS Backup remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.dynamodb.models.table import Backup

FOREVER = float("inf")
DAY = 86400.0
FINAL = ("COMPLETED", "PARTIAL", "FAILED", "ABORTED", "EXPIRED")


class RefusedError(Exception):
    """AWS's refusal of a call."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message, status)
        self.refusal = (code, message, status)


@dataclass(slots=True)
class End:
    """How a job ends that would have been COMPLETED.

    Attributes:
        state: COMPLETED, PARTIAL, FAILED, ABORTED or EXPIRED.
        message: StatusMessage.
        category: MessageCategory; COMPLETED with another than SUCCESS is completed with issues.
        about: Only jobs of this table, or copies to this vault (its name or ARN); empty for any.
        kind: Only jobs of this kind: backup, copy or restore; empty for any.
        times: How many jobs end like this.
    """

    state: str = "COMPLETED"
    message: str = ""
    category: str = "SUCCESS"
    about: str = ""
    kind: str = ""
    times: float = FOREVER


@dataclass(slots=True)
class Job:
    """A backup, copy or restore job; `created`, `started` and `ended` are the simulator's time.

    Attributes:
        kind: backup, copy or restore.
        table: Plain name of the table.
        start_by: When it expires unless it has started.
        looks: How many more looks it takes until it ends, whatever the time; 0 goes by the time.
        stuck: Whether it never starts.
        point_arn: The recovery point that it makes or restores.
        source_arn: The recovery point that it copies.
        picture: The table as it was when the job started.
        source: What it copies, once it has started.
    """

    kind: str
    id: str
    account: str
    region: str
    resource_arn: str
    role: str
    vault_arn: str
    created: float
    end: End
    state: str = "CREATED"
    start_by: float = FOREVER
    complete_by: float = FOREVER
    started: float | None = None
    ended: float | None = None
    message: str = ""
    category: str = ""
    looks: float = 0
    stuck: bool = False
    point_arn: str = ""
    source_arn: str = ""
    source_vault_arn: str = ""
    lifecycle: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    picture: Backup | None = None
    source: Point | None = None

    @property
    def table(self) -> str:
        return table_of(self.resource_arn)

    @property
    def over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.state in FINAL


@dataclass(slots=True)
class Point:
    """A recovery point; `initiated` and `completed` are the simulator's time.

    Attributes:
        since: From when on its age counts; a copy keeps that of its source.
        held: Status that it is left with, where AWS could not delete it.
        deleting_until: When a deletion that is under way ends.
    """

    arn: str
    vault_arn: str
    resource_arn: str
    role: str
    initiated: float
    since: float
    status: str
    lifecycle: dict[str, Any]
    picture: Backup | None = None
    advanced: bool = True
    completed: float | None = None
    source_vault_arn: str = ""
    held: str = ""
    deleting_until: float | None = None
    restored: float | None = None

    @property
    def told_status(self) -> str:
        """The status that AWS tells."""
        return "DELETING" if self.deleting_until is not None else self.held or self.status

    @property
    def cold_at(self) -> float:
        """When it moves to cold storage."""
        return self._after("MoveToColdStorageAfterDays") if self.advanced else FOREVER

    @property
    def delete_at(self) -> float:
        """When AWS deletes it."""
        return self._after("DeleteAfterDays")

    def _after(self, key: str) -> float:
        days = self.lifecycle.get(key)
        return FOREVER if days in (None, -1) else self.since + float(days) * DAY


def table_of(arn: str) -> str:
    """The plain name of the table of an ARN of DynamoDB's."""
    return arn.partition(":table/")[2].partition("/")[0]


def named(arn: str) -> tuple[str, str, str]:
    """The account, region and name of a vault's ARN."""
    parts = arn.split(":", 6)
    return parts[4], parts[3], parts[6]
