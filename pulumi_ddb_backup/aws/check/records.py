"""What is asked of a check, and what it found: facts, in nobody's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from ..errors import BackupError
from ..fleet.records import RegionalResult
from ..fleet.requests import TableRef, TableSelector
from ..records import BackupSummary
from ..rules.validation import BACKUP_TYPE_DEFAULT, TIMEOUT_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest(TableSelector):
    """A request to check that tables have recent backups. `TableSelector` says which tables.

    Attributes:
        max_age: How old a table's newest AVAILABLE backup may be.
        backup_name_prefix: Only count backups whose names begin with this. Default: any name.
        backup_type: Only count backups of this type: USER, SYSTEM, AWS_BACKUP or ALL. Default: USER.
            AWS does not promise that DynamoDB lists everything of AWS Backup.
        by_name: Match backups to tables by name alone. That saves a DescribeTable call for each
            table that a pattern or tag finds, but then a backup of a deleted table counts for the
            table that has its name now. Default: False.
        owner: Only count backups of this owner, by their names: four hex digits, `schedule-` and those of
            a `BackupSchedule`, or `schedule` for every one of these. Default: anybody's.
        timeout_seconds: Time limit for the whole check in seconds, 60 to 7200. Default: 1800.
    """

    max_age: timedelta
    backup_name_prefix: str | None = None
    backup_type: str = BACKUP_TYPE_DEFAULT
    by_name: bool = False
    owner: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that `validate_check` knows."""
        return {
            **self.selecting_inputs(),
            "max_age": self.max_age,
            "backup_name_prefix": self.backup_name_prefix,
            "backup_type": self.backup_type,
            "by_name": self.by_name,
            "owner": self.owner,
            "timeout": self.timeout_seconds,
        }


class Freshness(str, Enum):
    """Whether a table has a recent backup."""

    OK = "ok"
    """The newest backup is recent enough."""
    LATE = "late"
    """The newest backup is too old."""
    MISSING = "missing"
    """There is no backup that counts."""
    UNKNOWN = "unknown"
    """The table could not be checked."""


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """What a check found about one table.

    Attributes:
        table: The table.
        state: Whether it has a recent backup.
        table_arn: The table's ARN. None if it is not known.
        newest: Its newest AVAILABLE backup. None if there is none.
        age: The age of `newest` by AWS's clock, in whole seconds. None if there is no `newest`.
        creating: Its newest CREATING backup, which does not count yet. None if there is none.
        of_deleted: The number of AVAILABLE backups of a deleted table of the same name.
        in_doubt: The number of further backups that don't count, because AWS does not say which
            table they are of, or when they were made.
        error: Why the table could not be checked. None if it was checked.
        backups: All backups under its name that the request lets count, whatever their state.
    """

    table: TableRef
    state: Freshness
    table_arn: str | None = None
    newest: BackupSummary | None = None
    age: timedelta | None = None
    creating: BackupSummary | None = None
    of_deleted: int = 0
    in_doubt: int = 0
    error: BackupError | None = None
    backups: Sequence[BackupSummary] = ()


@dataclass(frozen=True, slots=True)
class CheckResult(RegionalResult):
    """What a check found. `RegionalResult` says what it could not look at.

    Attributes:
        tables: One entry for each table, sorted by region and name. In a region of `errors`, they
            are `unknown`.
    """

    tables: Sequence[CheckedTable]

    @property
    def fine(self) -> bool:
        """Whether every table was checked and has a recent backup."""
        return not self.errors and all(one.state is Freshness.OK for one in self.tables)

    @property
    def counts(self) -> Mapping[Freshness, int]:
        """The number of tables in each state."""
        count = Counter(one.state for one in self.tables)
        return {state: count[state] for state in Freshness}

    @property
    def overdue(self) -> list[CheckedTable]:
        """The tables that are late or missing."""
        wanting = (Freshness.LATE, Freshness.MISSING)
        return [one for one in self.tables if one.state in wanting]
