"""What is to be kept, and what was decided: facts, in nobody's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

from ..errors import BackupError
from ..fleet.records import RegionalResult
from ..fleet.requests import TableRef, TableSelector
from ..records import BackupRecord, BackupSummary
from ..rules.durations import duration_text, parse_duration
from ..rules.validation import TIMEOUT_DEFAULT_SECONDS
from ..rules.values import without_none
from ..rules.zones import UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Which backups of a table are kept. The rules and their meaning are restic's.

    A backup is kept if any rule keeps it. Each rule counts on its own, from the newest backup back,
    and a period without a backup does not count. While a rule has kept fewer than it may, it keeps
    the oldest backup too. All else may go.

    Attributes:
        keep_last: The newest so many.
        keep_hourly: The newest of each hour, for so many hours that have a backup.
        keep_daily: The same for days.
        keep_weekly: The same for ISO weeks, which begin on Monday.
        keep_monthly: The same for months.
        keep_yearly: The same for years.
        keep_within: All that are no older than this, counted back from the newest backup rather
            than from now: a table that is no longer backed up loses nothing.
        timezone: Where hours, days, weeks, months and years begin: an IANA name.
    """

    keep_last: int = 0
    keep_hourly: int = 0
    keep_daily: int = 0
    keep_weekly: int = 0
    keep_monthly: int = 0
    keep_yearly: int = 0
    keep_within: timedelta | None = None
    timezone: str = UTC

    @classmethod
    def of(cls, rules: Mapping[str, Any]) -> Retention:
        """Make a retention of a mapping of these names, which must break no rule.

        Args:
            rules: The rules by their names. Whole numbers may be floats, as Pulumi hands them on, and
                `keep_within` may be text such as `30d`.
        """
        values: dict[str, Any] = without_none(rules)
        for name, value in values.items():
            if isinstance(value, float):
                values[name] = int(value)
        if isinstance(within := values.get("keep_within"), str):
            values["keep_within"] = parse_duration(within)
        return cls(**values)

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validate_retention` knows."""
        return asdict(self)

    @property
    def line(self) -> str:
        """The rules in a few words: `last 7, daily 14`."""
        counts = {name: value for name, value in asdict(self).items() if isinstance(value, int)}
        told = [f"{name.removeprefix('keep_')} {count}" for name, count in counts.items() if count]
        if self.keep_within:
            told.append(f"within {duration_text(self.keep_within)}")
        zone = "" if self.timezone == UTC else f" in {self.timezone}"
        return f"{', '.join(told)}{zone}"


class Why(str, Enum):
    """Why a backup is none of the owner's to delete."""

    NOT_USER = "not made by CreateBackup"
    """It is of type SYSTEM or AWS_BACKUP."""
    NOT_AVAILABLE = "not AVAILABLE"
    """It is still CREATING, or gone."""
    OTHER_TABLE = "of a table that was deleted"
    """Its TableId is not that of the table that has the name now."""
    UNKNOWN_TABLE = "not known to be of this very table"
    """AWS gives no TableId of it, or of the table."""
    UNKNOWN_TIME = "of unknown time"
    """AWS gives no time."""
    OTHER_NAME = "not named from this prefix"
    """Somebody else named it."""
    OTHER_OWNER = "of another owner with this prefix"
    """Another resource, stack or hook took it."""

    @property
    def key(self) -> str:
        """The name that a script reads, such as `other_owner`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that keeps a backup.

    Attributes:
        rule: The rule's name, such as `keep_daily`; `protected` where somebody holds the backup.
        period: What it is the newest of, such as `2026-01-02`; empty where the rule has no periods.
        oldest: Whether it is kept as the oldest one, since the rule may keep more than there are.
    """

    rule: str
    period: str = ""
    oldest: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that stays.

    Attributes:
        backup: The backup.
        reasons: Each rule that keeps it.
    """

    backup: BackupSummary
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Decision:
    """What stays of one owner's backups of one table, and what may go, each the newest first."""

    kept: Sequence[Kept]
    expired: Sequence[BackupSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneRequest(TableSelector):
    """Which backups go, and of which tables; see `TableSelector` for the tables.

    Attributes:
        retention: Which backups stay.
        backup_name_prefix: Only backups with names that were made from this prefix may go. `{table}`
            in it stands for the table's name.
        owner: Only backups of this owner may go: the four hex digits in their names, or `schedule-` and
            those of a `BackupSchedule`, whose prefix is `{table}-sched-`. Default: those that the library
            or the command line took, and no resource's.
        protected: ARNs of backups that stay, whatever the rules say.
        taken: Backups that have just been taken. Their tables are then the ones to prune, each only
            if AWS's list shows that backup, AVAILABLE: a list that lacks it is not believed.
        expected: Backups that are about to be taken, for a dry run: it decides as if they were there.
        earlier: ARNs that the caller knew before it took any backup. If some of `taken` are among
            them, they don't prove which table has the name now: AWS is asked.
        dry_run: Only say what would go.
        timeout_seconds: The limit of the whole operation, 60 to 7200.
    """

    retention: Retention
    backup_name_prefix: str
    owner: str | None = None
    protected: frozenset[str] = frozenset()
    taken: Sequence[BackupRecord] = ()
    earlier: frozenset[str] = frozenset()
    expected: Sequence[BackupSummary] = ()
    dry_run: bool = True
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validate_prune` knows."""
        return {
            **self.selecting_inputs(),
            "retention": self.retention,
            "backup_name_prefix": self.backup_name_prefix,
            "owner": self.owner,
            "dry_run": self.dry_run,
            "timeout": self.timeout_seconds,
        }


@dataclass(frozen=True, slots=True)
class PrunedTable:
    """What became of one table's backups.

    Attributes:
        table: The table.
        kept: What stays, and why.
        expired: What the rules keep no longer, the newest first.
        left_alone: What is no candidate, and why not.
        deleted: ARNs of what is gone: deleted just now or by somebody else before.
        failed: By ARN, why a backup could not be deleted.
        error: Why the table's backups could not be looked at. Nothing was deleted.
        doubt: Why nothing was deleted although something has expired; empty otherwise.
    """

    table: TableRef
    kept: Sequence[Kept] = ()
    expired: Sequence[BackupSummary] = ()
    left_alone: Sequence[tuple[BackupSummary, Why]] = ()
    deleted: Sequence[str] = ()
    failed: Mapping[str, BackupError] = field(default_factory=dict)
    error: BackupError | None = None
    doubt: str = ""

    @property
    def expired_bytes(self) -> int:
        """The size of what has expired, as far as AWS tells it."""
        return sum(backup.backup_size_bytes or 0 for backup in self.expired)


@dataclass(frozen=True, slots=True)
class PruneResult(RegionalResult):
    """What became of the backups of all tables asked for.

    `RegionalResult` says what could not be looked at. Nothing of that was deleted.

    Attributes:
        tables: One for each table, by region and name.
    """

    tables: Sequence[PrunedTable]

    @property
    def kept_by_rule(self) -> Mapping[str, int]:
        """How many backups each rule keeps."""
        return Counter(
            rule
            for table in self.tables
            for kept in table.kept
            for rule in dict.fromkeys(reason.rule for reason in kept.reasons)
        )

    @property
    def left_alone(self) -> Mapping[Why, int]:
        """How many backups are no candidates, by why."""
        return Counter(why for table in self.tables for _, why in table.left_alone)
