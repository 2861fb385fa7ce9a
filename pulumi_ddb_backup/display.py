"""What a user sees of an operation: on the resource's row at each look, in the log every 30 s."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from .aws.fleet.records import FleetProgress, FleetResult, told_first
from .aws.records import BackupRecord, Progress
from .aws.rules.text import iso as iso
from .aws.rules.text import of_all
from .aws.rules.text import readable_size as readable_size

if TYPE_CHECKING:
    from .aws.retention.after import Applied

LOG_INTERVAL_SECONDS: Final = 30.0

_LOG_LINE: Final = re.compile(
    r"(?P<subject>Backup|Table) status: (?P<status>.*), Elapsed: (?P<elapsed>\d+)s"
)
_ROW_LINE: Final = re.compile(
    r"(?P<elapsed>\d+:\d\d) (?P<table>table )?(?P<status>.*), timeout in (?P<remaining>\d+:\d\d)"
)
_SET_LINE: Final = re.compile(
    r"(?P<status>\d+/\d+ (?:available|deleted|looked up)(?:, \d+ [a-z]+)*), "
    r"(?P<elapsed>\d+:\d\d) elapsed"
)


class Row(Protocol):
    """A resource's row on the engine's display."""

    def show(self, text: str) -> None:
        """Show `text` on the row, until the next one."""

    def tell(self, text: str) -> None:
        """Keep `text` as a line of the output."""


class WarningRow(Row, Protocol):
    """A row that takes warnings too."""

    def warn(self, text: str) -> None:
        """Keep `text` as a warning."""


def _seconds(clock: str) -> float:
    minutes, _, rest = clock.partition(":")
    return 60.0 * int(minutes) + int(rest)


@dataclass(slots=True)
class RowListener:
    """Shows on a row how an operation goes."""

    row: Row
    _logged_at_seconds: float = 0.0

    def progress(self, progress: Progress) -> None:
        self.row.show(progress.row)
        if progress.elapsed_seconds - self._logged_at_seconds >= LOG_INTERVAL_SECONDS:
            self._logged_at_seconds = progress.elapsed_seconds
            self.row.tell(progress.line)

    def notice(self, text: str) -> None:
        self.row.tell(text)


@dataclass(frozen=True, slots=True)
class Notices:
    """Keeps what a person should know of an operation on many, and nothing of each table's looks."""

    row: Row

    def progress(self, progress: Progress) -> None:
        pass

    def notice(self, text: str) -> None:
        self.row.tell(text)


@dataclass(frozen=True, slots=True)
class RowLine:
    """A line in which `RowListener` or `FleetRow` told of one look, read back.

    Attributes:
        subject: What is waited for: "Backup", "Table" or "Backups".
        status: Its status, in AWS's words; of many, how many are how far.
        elapsed_seconds: Time since the operation began, in whole seconds.
        remaining_seconds: Time until its timeout, in whole seconds; None in a line of the log, and
            of many.
    """

    subject: str
    status: str
    elapsed_seconds: float
    remaining_seconds: float | None

    @classmethod
    def parse(cls, text: str) -> RowLine | None:
        """The look that `text` tells of, or None when it is another kind of line."""
        text = text.strip()
        if many := _SET_LINE.fullmatch(text):
            return cls("Backups", many["status"], _seconds(many["elapsed"]), None)
        if logged := _LOG_LINE.fullmatch(text):
            return cls(logged["subject"], logged["status"], float(logged["elapsed"]), None)
        if shown := _ROW_LINE.fullmatch(text):
            subject = "Table" if shown["table"] else "Backup"
            elapsed, remaining = _seconds(shown["elapsed"]), _seconds(shown["remaining"])
            return cls(subject, shown["status"], elapsed, remaining)
        return None


def final_line(record: BackupRecord, how: str = "in {:.1f}s") -> str:
    """The last word on a backup that is there; `how` says what its seconds are."""
    size = (
        f", {readable_size(record.backup_size_bytes)}"
        if record.backup_size_bytes is not None
        else ""
    )
    seconds = f", {how.format(record.elapsed_seconds or 0)}"
    return (
        f"Backup '{record.backup_name}' of table '{record.table_name}' is "
        f"{record.backup_status}{size}{seconds}: {record.backup_arn}"
    )


@dataclass(slots=True)
class FleetRow:
    """Shows on a row how an operation on many tables goes."""

    row: Row
    _logged_at_seconds: float = 0.0

    def progress(self, progress: FleetProgress) -> None:
        self.row.show(progress.line)
        if progress.elapsed_seconds - self._logged_at_seconds >= LOG_INTERVAL_SECONDS:
            self._logged_at_seconds = progress.elapsed_seconds
            self.row.tell(progress.line)


def final_line_of_set(result: FleetResult) -> str:
    """The last word on backups that are all there."""
    size = sum(backup.backup_size_bytes or 0 for backup in result.backups)
    count = len(result.backups)
    if not count:
        return f"No backup was taken: {len(result.skipped)} skipped"
    seconds = result.elapsed_seconds
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    are = of_all(count, count, "backup", "is", "are")
    return f"{are} AVAILABLE{skipped}, {readable_size(size)}, in {seconds:.1f}s"


def skipped_lines(result: FleetResult) -> list[str]:
    """The tables that were found and then skipped, the first of them where they are many."""
    lines = told_first([outcome.line for outcome in result.skipped])
    return ["Tables that are gone or being deleted were skipped:", *lines] if lines else []


def arns_told(backups: Sequence[BackupRecord]) -> str:
    """The ARNs of backups, the first of them where they are many."""
    return "\n".join(told_first([backup.backup_arn for backup in backups]))


def tell_final(row: Row, *lines: str) -> None:
    """Keep the last word on a resource, less its empty lines, and take it off the row: outside a
    terminal, Pulumi would print it with the row once more."""
    row.tell("\n".join(filter(None, lines)))
    row.show("")


def tell_retention(row: WarningRow, applied: Applied, next_step: str) -> None:
    """Keep what a retention has done as a line, and what it could not do as a warning."""
    if applied.line:
        row.tell(applied.line)
    if applied.warning:
        row.warn(f"{applied.warning.rstrip('.')}. {next_step}")
