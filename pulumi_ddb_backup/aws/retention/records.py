"""What is to be kept, and what was decided: facts, in nobody's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import Enum

from ..records import BackupSummary

UTC = "UTC"


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

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validate_retention` knows."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose backups may be deleted: those with a generated name of this prefix and this owner.

    Attributes:
        backup_name_prefix: What the names begin with.
        mark: The four hex digits in a generated name that stand for the owner.
    """

    backup_name_prefix: str
    mark: str


class Why(str, Enum):
    """Why a backup is none of the owner's to delete."""

    NOT_USER = "it was not made by CreateBackup"
    NOT_AVAILABLE = "it is not AVAILABLE"
    OTHER_TABLE = "it is of a table that was deleted"
    UNKNOWN_TABLE = "AWS does not say which table it is of"
    UNKNOWN_TIME = "AWS does not say when it was made"
    OTHER_NAME = "its name was not made from this prefix"
    OTHER_OWNER = "another owner's backups have this prefix too"


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
    """A backup that stays, and each rule that keeps it."""

    backup: BackupSummary
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Decision:
    """What stays of one owner's backups of one table, and what may go, each the newest first."""

    kept: Sequence[Kept]
    expired: Sequence[BackupSummary]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many backups each rule keeps."""
        return Counter(rule for one in self.kept for rule in {each.rule for each in one.reasons})
