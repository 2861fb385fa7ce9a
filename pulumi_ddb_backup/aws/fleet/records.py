"""What an operation on many tables tells on the way, and what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from ..errors import (
    BackupCancelledError,
    BackupError,
    BackupNotFoundError,
    BackupTimeoutError,
    StartCancelledError,
    TableNotActiveError,
    TableNotFoundError,
)
from ..records import BackupRecord, BackupStatus
from ..rules.text import of_all
from .requests import FleetRequest as FleetRequest
from .requests import TableRef as TableRef

FAILURES_TOLD: Final = 10
"""So many failures are told one by one in a message; the result has all of them."""


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """The result for one table.

    Attributes:
        table: The table.
        record: The backup. None if it failed, or if the backup no longer exists.
        error: What went wrong, or None. There may be a `backup` all the same.
        skipped: Why no backup was taken of a table that a pattern or tag found: it is being deleted,
            or gone. That is not a failure. Empty otherwise.
    """

    table: TableRef
    record: BackupRecord | None = None
    error: BackupError | None = None
    skipped: str = ""

    @classmethod
    def of_error(cls, table: TableRef, error: BackupError) -> TableOutcome:
        """The result for a table that ended with an error.

        Args:
            table: The table.
            error: The error. If a pattern or tag found the table, and it is being deleted or gone,
                the result is `skipped` instead.
        """
        gone = isinstance(error, TableNotFoundError)
        deleting = isinstance(error, TableNotActiveError) and error.facts.status == "DELETING"
        if not table.found or not (gone or deleting) or error.unfinished or error.facts.doubt:
            return cls(table, error=error)
        return cls(table, skipped="it no longer exists" if gone else "it is being deleted")

    @property
    def backup(self) -> BackupRecord | None:
        """The backup that exists in AWS, finished or not. None if there is none."""
        return self.record or (self.error.unfinished if self.error else None)

    @property
    def line(self) -> str:
        """What went wrong and what exists in AWS, on one line. `error` says more."""
        if self.skipped:
            return f"{self.table.shown}: skipped, {self.skipped}"
        lines = str(self.error or "").splitlines()
        facts = self.error.facts if self.error else None
        arn = facts.backup_arn if facts else ""
        exists = facts and (facts.doubt or (self.backup and arn not in lines[0]))
        told = " ".join(lines[: 2 if exists else 1])  # only the last may end with a bare ARN
        more = f" Backup ARN: {arn}" if arn not in told else ""
        return f"{self.table.shown}: {told}{more}"

    @property
    def is_creating(self) -> bool:
        """Whether AWS is still creating the backup, although this operation may have ended."""
        lost = isinstance(self.error, BackupNotFoundError)
        return not lost and is_creating(self.backup)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalResult:
    """What a search of several regions could not look at.

    Attributes:
        errors: For each region that could not be searched, or whose backups could not be listed: why.
        skipped: Tables that a pattern or tag found and that are being deleted or gone.
        regions_skipped: Regions that `all_regions` left out: they refuse credentials that other
            regions accept, most likely because the account has not enabled them.
    """

    errors: Mapping[str, BackupError] = field(default_factory=dict)
    skipped: Sequence[TableOutcome] = ()
    regions_skipped: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FleetProgress:
    """The progress of an operation on many tables.

    Attributes:
        total: The number of tables.
        done: How many are done.
        under_way: How many backups AWS is creating now.
        failed: How many have failed.
        skipped: How many were skipped, because they were being deleted or gone.
        elapsed_seconds: Seconds since the operation began.
        wanted: What done means: `available`, `started`, `deleted` or `looked up`.
    """

    total: int
    done: int
    under_way: int
    failed: int
    elapsed_seconds: float
    wanted: str = "available"
    skipped: int = 0

    @property
    def line(self) -> str:
        """This as a line for a log. What must not be cut off comes first."""
        minutes, seconds = divmod(int(self.elapsed_seconds), 60)
        creating = self.under_way if self.wanted == "available" else 0
        counts = {"failed": self.failed, "creating": creating, "skipped": self.skipped}
        told = "".join(f", {count} {what}" for what, count in counts.items() if count)
        return f"{self.done}/{self.total} {self.wanted}{told}, {minutes:02}:{seconds:02} elapsed"

    def __str__(self) -> str:
        return self.line


@dataclass(frozen=True, slots=True)
class FleetResult:
    """The result for each of many tables.

    Attributes:
        outcomes: One result for each table, sorted by region and name.
        dropped: Known backups of tables that the request no longer includes.
        elapsed_seconds: How long the operation took in seconds.
        regions_skipped: Regions that `all_regions` left out: they refuse credentials that other
            regions accept, most likely because the account has not enabled them.
    """

    outcomes: Sequence[TableOutcome]
    dropped: Sequence[BackupRecord] = ()
    elapsed_seconds: float = 0.0
    regions_skipped: Sequence[str] = ()

    @property
    def failed(self) -> list[TableOutcome]:
        """The outcomes with an error."""
        return [outcome for outcome in self.outcomes if outcome.error is not None]

    @property
    def skipped(self) -> list[TableOutcome]:
        """The outcomes of tables that a pattern or tag found and that were being deleted or gone."""
        return [outcome for outcome in self.outcomes if outcome.skipped]

    @property
    def backups(self) -> list[BackupRecord]:
        """All backups that exist, AVAILABLE or not."""
        return [outcome.backup for outcome in self.outcomes if outcome.backup is not None]

    @property
    def progress(self) -> FleetProgress:
        """The final counts."""
        count = Counter(_state(one) for one in self.outcomes if not one.table.is_region)
        return FleetProgress(
            total=count.total(),
            done=count["done"],
            under_way=count["creating"],
            failed=count["failed"],
            elapsed_seconds=self.elapsed_seconds,
            skipped=count["skipped"],
        )

    def with_outcomes(self, more: Sequence[TableOutcome]) -> FleetResult:
        """A copy of this result with more outcomes.

        Args:
            more: The outcomes to add.
        """
        return replace(self, outcomes=[*self.outcomes, *more])

    def report(self) -> str:
        """A report for people: the counts, and the first ten failures."""
        others = [outcome.line for outcome in self.failed if not _is_counted(outcome)]
        return "\n".join([self._counts(len(others)), *told_first(others)])

    def _counts(self, told: int) -> str:
        """How many are how far; `told` failures are told one by one after it."""
        counts, ended = self.progress, [one for one in self.failed if _is_counted(one)]
        if not ended:
            skipped = f", {counts.skipped} skipped" if counts.skipped else ""
            return (
                f"{of_all(counts.done, counts.total, 'backup', 'is', 'are')} AVAILABLE"
                f" ({counts.under_way} creating, {counts.failed} failed{skipped})."
            )
        unstarted = sum(one.backup is None for one in ended)
        going_on = len(ended) - unstarted
        parts: list[str | int] = [
            f"{going_on} {'backup goes' if going_on == 1 else 'backups go'} on in AWS",
            unstarted and f"{unstarted} {'was' if unstarted == 1 else 'were'} not started",
            counts.done
            and f"{counts.done} of {counts.total} {'is' if counts.done == 1 else 'are'} AVAILABLE",
            told and f"{told} failed",
        ]
        return f"{_why_ended(ended)} {', '.join(str(part) for part in parts if part)}."


def told_first(lines: Sequence[str]) -> list[str]:
    """The first of many lines, and how many more there are."""
    more = len(lines) - FAILURES_TOLD
    return [f"  {line}" for line in lines[:FAILURES_TOLD]] + (
        [f"  ... and {more} more."] if more > 0 else []
    )


def _state(outcome: TableOutcome) -> str:
    if outcome.error is None and not outcome.is_creating:
        return "skipped" if outcome.skipped else "done"
    return "creating" if outcome.is_creating else "failed"


def is_creating(backup: BackupRecord | None) -> bool:
    """Whether AWS was still creating it when it was looked at last."""
    return backup is not None and backup.backup_status == BackupStatus.CREATING


def _is_counted(outcome: TableOutcome) -> bool:
    """Whether it ended as many others do, with nothing to tell but that: stopped, or timed out."""
    error = outcome.error
    ended = (BackupCancelledError, StartCancelledError, BackupTimeoutError)
    return isinstance(error, ended) and not error.facts.doubt


def _why_ended(ended: Sequence[TableOutcome]) -> str:
    """Why those that are only counted have ended before they were AVAILABLE."""
    for error in (outcome.error for outcome in ended):
        if isinstance(error, BackupTimeoutError):
            return f"Timed out after {error.facts.timeout}s."
    return "Stopped waiting."


def table_of(backup: BackupRecord) -> TableRef:
    """The table that was backed up."""
    return TableRef(backup.region, backup.table_name)


Known = Mapping[TableRef, BackupRecord]
"""The backups that a fleet has already, by table."""


def by_table(backups: Iterable[BackupRecord]) -> dict[TableRef, BackupRecord]:
    """`backups` by the tables they were taken of."""
    return {table_of(backup): backup for backup in backups}
