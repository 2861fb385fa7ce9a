"""What is asked of a check, and what it found: facts, in nobody's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from ..errors import BackupError
from ..fleet.records import TableOutcome
from ..fleet.requests import TableRef, TableSelector
from ..records import BackupSummary
from ..rules.validation import BACKUP_TYPE_DEFAULT, TIMEOUT_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest(TableSelector):
    """Which tables need a young backup, and which backups count; see `TableSelector` for the tables.

    Attributes:
        max_age: The oldest that a table's newest AVAILABLE backup may be.
        backup_name_prefix: Only backups whose names begin with this count.
        backup_type: Only backups of this type count: USER, SYSTEM, AWS_BACKUP or ALL. AWS leaves it
            open which of AWS Backup's DynamoDB lists.
        by_name: Let backups count by the name of their table alone. It saves a DescribeTable for
            each table that a pattern or tag finds, and a backup of a deleted table then counts for
            the one that has its name now.
        timeout_seconds: The limit of the whole check, 60 to 7200.
    """

    max_age: timedelta
    backup_name_prefix: str | None = None
    backup_type: str = BACKUP_TYPE_DEFAULT
    by_name: bool = False
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validate_check` knows."""
        return {
            **self.selecting_inputs(),
            "max_age": self.max_age,
            "backup_name_prefix": self.backup_name_prefix,
            "backup_type": self.backup_type,
            "by_name": self.by_name,
            "timeout": self.timeout_seconds,
        }


class Freshness(str, Enum):
    """Whether a table has a backup that is young enough."""

    OK = "ok"
    LATE = "late"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """What is known of one table's backups.

    Attributes:
        table: The table.
        state: `ok`: its newest backup is young enough. `late`: it is too old. `missing`: no backup
            of it counts. `unknown`: it could not be checked.
        table_arn: The table's ARN, as far as it is known.
        newest: Its newest AVAILABLE backup.
        age: How old that is by AWS's clock, which is told in whole seconds.
        creating: Its newest backup that is CREATING, and so does not count yet.
        of_deleted: How many AVAILABLE backups under its name are of a table that was deleted.
        in_doubt: How many others don't count because AWS does not tell whose they are, or when they
            were made.
        error: Why it could not be checked.
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


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found.

    Attributes:
        tables: One for each table, by region and name.
        errors: By region, why it could not be looked in, or its backups could not be listed. Its
            tables, as far as they are known, are `unknown`.
        skipped: Tables that a pattern or tag found and that are on their way out of AWS.
        regions_skipped: Those of `all_regions` that the account most likely has not enabled: they
            refuse credentials that other regions take.
    """

    tables: Sequence[CheckedTable]
    errors: Mapping[str, BackupError] = field(default_factory=dict)
    skipped: Sequence[TableOutcome] = ()
    regions_skipped: Sequence[str] = ()

    @property
    def fine(self) -> bool:
        """Whether every table was checked and has a backup that is young enough."""
        return not self.errors and all(one.state is Freshness.OK for one in self.tables)

    @property
    def counts(self) -> Mapping[Freshness, int]:
        """How many tables are in each state."""
        count = Counter(one.state for one in self.tables)
        return {state: count[state] for state in Freshness}

    @property
    def overdue(self) -> list[CheckedTable]:
        """The tables that are late or missing."""
        wanting = (Freshness.LATE, Freshness.MISSING)
        return [one for one in self.tables if one.state in wanting]
