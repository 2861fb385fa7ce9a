"""What an operation on many tables tells on the way, and what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..errors import (
    BackupCancelledError,
    BackupError,
    BackupNotFoundError,
    StartCancelledError,
    TableNotActiveError,
    TableNotFoundError,
)
from ..records import BackupRecord, BackupStatus
from .requests import FleetRequest as FleetRequest
from .requests import TableRef as TableRef

FAILURES_TOLD: Final = 10
"""So many failures are told one by one in a message; the result has all of them."""


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """How it ended for one table.

    Attributes:
        table: The table.
        record: The backup, when all went well; None also once a backup is gone.
        error: What went wrong. `backup` may be there all the same.
        skipped: Why no backup was taken of a table that was found by a pattern or tag, and that is
            no failure: it is on its way out of AWS. Empty otherwise.
    """

    table: TableRef
    record: BackupRecord | None = None
    error: BackupError | None = None
    skipped: str = ""

    @classmethod
    def of_error(cls, table: TableRef, error: BackupError) -> TableOutcome:
        """How it ended with `error`, which for a table that was only found may be no failure."""
        gone = isinstance(error, TableNotFoundError)
        deleting = isinstance(error, TableNotActiveError) and error.facts.status == "DELETING"
        if not table.found or not (gone or deleting) or error.unfinished or error.facts.doubt:
            return cls(table, error=error)
        return cls(table, skipped="it does not exist any more" if gone else "it is being deleted")

    @property
    def backup(self) -> BackupRecord | None:
        """The backup that there is, finished or not."""
        return self.record or (self.error.unfinished if self.error else None)

    @property
    def line(self) -> str:
        """What went wrong and what exists in AWS, on one line; `error` has more."""
        if self.skipped:
            return f"{self.table.shown}: skipped, {self.skipped}"
        lines = str(self.error or "").splitlines()
        exists = self.error is not None and (self.error.facts.doubt or self.backup)
        told = " ".join(lines[: 2 if exists else 1])
        arn = self.error.facts.backup_arn if self.error else ""
        more = f" Backup ARN: {arn}" if arn not in told else ""
        return f"{self.table.shown}: {told}{more}"

    @property
    def is_creating(self) -> bool:
        """Whether the backup is there and goes on, although this operation may have ended."""
        lost = isinstance(self.error, BackupNotFoundError)
        return not lost and is_creating(self.backup)


@dataclass(frozen=True, slots=True)
class FleetProgress:
    """How many of a fleet are how far.

    Attributes:
        total: How many there are in all.
        done: How many have reached what is wanted.
        under_way: How many backups AWS is creating now.
        failed: For how many it has ended otherwise.
        skipped: How many were on their way out of AWS when their turn came.
        elapsed_seconds: Time since the operation began.
        wanted: What is wanted of each: "available", "started", "deleted" or "looked up".
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
        """The line that a row or a log shows."""
        minutes, seconds = divmod(int(self.elapsed_seconds), 60)
        skipped = f"{self.skipped} skipped, " if self.skipped else ""
        creating = f"{self.under_way} creating, " if self.wanted == "available" else ""
        return (
            f"{self.done}/{self.total} {self.wanted}, {creating}{skipped}{self.failed} failed, "
            f"{minutes:02}:{seconds:02} elapsed"
        )


@dataclass(frozen=True, slots=True)
class FleetResult:
    """How it ended for each table of a fleet. What failed has not stopped the others.

    Attributes:
        outcomes: One for each table, by region and name.
        dropped: Backups known before, of tables that are in the fleet no more.
        elapsed_seconds: How long the operation took.
        regions_skipped: Those of `all_regions` that the account most likely has not enabled: they
            refuse credentials that other regions take.
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
        """The outcomes of tables that were found and were on their way out of AWS."""
        return [outcome for outcome in self.outcomes if outcome.skipped]

    @property
    def backups(self) -> list[BackupRecord]:
        """All backups that there are, AVAILABLE or not."""
        return [outcome.backup for outcome in self.outcomes if outcome.backup is not None]

    @property
    def progress(self) -> FleetProgress:
        """The counts at the end."""
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
        """This result with further outcomes."""
        return replace(self, outcomes=[*self.outcomes, *more])

    def report(self) -> str:
        """What a person should know: counts, and the first failures one by one."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        counts = self.progress
        skipped = f", {counts.skipped} skipped" if counts.skipped else ""
        yield (
            f"{counts.done} of {counts.total} backups are AVAILABLE"
            f" ({counts.under_way} creating, {counts.failed} failed{skipped})."
        )
        cancelled = [outcome for outcome in self.failed if _is_cancelled(outcome)]
        if cancelled:
            unstarted = sum(outcome.backup is None for outcome in cancelled)
            yield (
                f"Cancelled: {len(cancelled) - unstarted} backups go on in AWS, "
                f"{unstarted} were not started."
            )
        others = [outcome for outcome in self.failed if not _is_cancelled(outcome)]
        yield from told_first([outcome.line for outcome in others])


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


def _is_cancelled(outcome: TableOutcome) -> bool:
    return isinstance(outcome.error, (BackupCancelledError, StartCancelledError)) and not (
        outcome.error.facts.doubt
    )


def table_of(backup: BackupRecord) -> TableRef:
    """The table that was backed up."""
    return TableRef(backup.region, backup.table_name)


Known = Mapping[TableRef, BackupRecord]
"""The backups that a fleet has already, by table."""


def by_table(backups: Iterable[BackupRecord]) -> dict[TableRef, BackupRecord]:
    """`backups` by the tables they were taken of."""
    return {table_of(backup): backup for backup in backups}
