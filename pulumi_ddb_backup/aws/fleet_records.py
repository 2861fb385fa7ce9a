"""What goes into an operation on many tables, what it tells on the way, and what comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final

from .errors import BackupCancelledError, BackupError, BackupNotFoundError, StartCancelledError
from .records import BackupRecord, BackupStatus
from .rules.arns import TableArn
from .rules.validation import TIMEOUT_DEFAULT_SECONDS

FAILURES_TOLD: Final = 10
"""So many failures are told one by one in a message; the result has all of them."""


@dataclass(frozen=True, slots=True, order=True)
class TableRef:
    """One table of a fleet.

    Attributes:
        region: Its region.
        table_name: Its plain name.
        table_arn: Its ARN, where the caller gave one.
    """

    region: str
    table_name: str
    table_arn: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FleetRequest:
    """Backups of many tables.

    The tables are those in `tables`, and all others whose names match one of `table_pattern` and
    that carry all of `tags`, less those that match one of `exclude_pattern`.

    Attributes:
        tables: Names or ARNs of tables. A name is looked for in each of `regions`.
        table_pattern: One or several shell patterns of names, such as `prod-*`: `*`, `?`, `[abc]`
            and `[!abc]`.
        exclude_pattern: One or several shell patterns of names that are left out, although they fit.
        tags: Tags that a table must carry, each with its value.
        regions: Where to look. Default: the connection's region, and those in the ARNs.
        backup_name: Name of each backup; `{table}` and `{timestamp}` in it are filled in. Exactly
            one of this and `backup_name_prefix`.
        backup_name_prefix: The start of names that are made when the backups are.
        timeout_seconds: The limit of the whole operation, 60 to 7200.
        all_or_nothing: Start no backup unless all of `tables` exist.
        identity: Who asks, for generated names; see `BackupRequest.identity`.
    """

    tables: Sequence[str] = ()
    table_pattern: str | Sequence[str] = ()
    exclude_pattern: str | Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    backup_name: str | None = None
    backup_name_prefix: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    all_or_nothing: bool = False
    identity: Mapping[str, object] | None = None

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `selecting.validate_fleet` knows."""
        return {
            "tables": _as_given(self.tables),
            "table_pattern": _as_given(self.table_pattern),
            "exclude_pattern": _as_given(self.exclude_pattern),
            "tags": self.tags or None,
            "regions": _as_given(self.regions),
            "backup_name": self.backup_name,
            "backup_name_prefix": self.backup_name_prefix,
            "timeout": self.timeout_seconds,
            "all_or_nothing": self.all_or_nothing,
        }

    @property
    def arns(self) -> list[TableArn]:
        """The parts of those of `tables` that are ARNs."""
        return [arn for arn in map(TableArn.parse, self.tables) if arn is not None]

    @property
    def names(self) -> list[str]:
        """Those of `tables` that are plain names."""
        return [table for table in self.tables if TableArn.parse(table) is None]

    @property
    def patterns(self) -> list[str]:
        """`table_pattern` as a list."""
        return _as_list(self.table_pattern)

    @property
    def excluded(self) -> list[str]:
        """`exclude_pattern` as a list."""
        return _as_list(self.exclude_pattern)

    @property
    def searches(self) -> bool:
        """Whether tables are looked for that `tables` does not name."""
        return bool(self.patterns or self.tags)

    @property
    def looks_in_regions(self) -> bool:
        """Whether anything is looked for in `regions`, ARNs having their own."""
        return bool(self.names) or self.searches

    def is_named(self, table: TableRef, regions: Iterable[str]) -> bool:
        """Whether `tables` names this one, plain names being looked for in `regions`."""
        by_name = table.table_name in self.names and table.region in regions
        return by_name or any(
            (arn.region, arn.table) == (table.region, table.table_name) for arn in self.arns
        )

    def matches(self, table_name: str) -> bool:
        """Whether the patterns let a table of this name in."""
        wanted = not self.patterns or _matches_any(table_name, self.patterns)
        return self.searches and wanted and not _matches_any(table_name, self.excluded)


def _as_given(value: str | Sequence[str]) -> object:
    """A string stays one, for the rules to judge."""
    return (value if isinstance(value, str) else list(value)) or None


def _as_list(patterns: str | Sequence[str]) -> list[str]:
    return [patterns] if isinstance(patterns, str) else list(patterns)


def _matches_any(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """How it ended for one table.

    Attributes:
        table: The table.
        record: The backup, when all went well; None also once a backup is gone.
        error: What went wrong. `backup` may be there all the same.
    """

    table: TableRef
    record: BackupRecord | None = None
    error: BackupError | None = None

    @property
    def backup(self) -> BackupRecord | None:
        """The backup that there is, finished or not."""
        return self.record or (self.error.unfinished if self.error else None)

    @property
    def line(self) -> str:
        """What went wrong and what exists in AWS, on one line; `error` has more."""
        lines = str(self.error or "").splitlines()
        exists = self.error is not None and (self.error.facts.doubt or self.backup)
        told = " ".join(lines[: 2 if exists else 1])
        arn = self.error.facts.backup_arn if self.error else ""
        more = f" Backup ARN: {arn}" if arn not in told else ""
        return f"{self.table.table_name} ({self.table.region}): {told}{more}"

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
        elapsed_seconds: Time since the operation began.
        wanted: What is wanted of each: "available" or "deleted" or "looked up".
    """

    total: int
    done: int
    under_way: int
    failed: int
    elapsed_seconds: float
    wanted: str = "available"

    @property
    def line(self) -> str:
        """The line that a row or a log shows."""
        minutes, seconds = divmod(int(self.elapsed_seconds), 60)
        creating = f"{self.under_way} creating, " if self.wanted == "available" else ""
        return (
            f"{self.done}/{self.total} {self.wanted}, {creating}{self.failed} failed, "
            f"{minutes:02}:{seconds:02} elapsed"
        )


@dataclass(frozen=True, slots=True)
class FleetResult:
    """How it ended for each table of a fleet. What failed has not stopped the others.

    Attributes:
        outcomes: One for each table, by region and name.
        dropped: Backups known before, of tables that are in the fleet no more.
        elapsed_seconds: How long the operation took.
    """

    outcomes: Sequence[TableOutcome]
    dropped: Sequence[BackupRecord] = ()
    elapsed_seconds: float = 0.0

    @property
    def failed(self) -> list[TableOutcome]:
        """The outcomes with an error."""
        return [outcome for outcome in self.outcomes if outcome.error is not None]

    @property
    def backups(self) -> list[BackupRecord]:
        """All backups that there are, AVAILABLE or not."""
        return [outcome.backup for outcome in self.outcomes if outcome.backup is not None]

    @property
    def progress(self) -> FleetProgress:
        """The counts at the end."""
        count = Counter(map(_state, self.outcomes))
        return FleetProgress(
            len(self.outcomes),
            count["done"],
            count["creating"],
            count["failed"],
            self.elapsed_seconds,
        )

    def with_outcomes(self, more: Sequence[TableOutcome]) -> FleetResult:
        """This result with further outcomes."""
        return replace(self, outcomes=[*self.outcomes, *more])

    def report(self) -> str:
        """What a person should know: counts, and the first failures one by one."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        counts = self.progress
        yield (
            f"{counts.done} of {counts.total} backups are AVAILABLE"
            f" ({counts.under_way} creating, {counts.failed} failed)."
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
    if outcome.error is None:
        return "done"
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
