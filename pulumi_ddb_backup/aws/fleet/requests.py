"""Which tables an operation on many is asked to concern."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ..rules.arns import TableArn
from ..rules.subject import ALL_TABLES
from ..rules.validation import TIMEOUT_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True, order=True)
class TableRef:
    """One of many tables.

    Attributes:
        region: The table's region.
        table_name: The table's name.
        table_arn: The table's ARN, if the caller gave it. Default: None.
        found: Whether a pattern or tag found it, rather than its name or ARN. Default: False.
    """

    region: str
    table_name: str
    table_arn: str | None = field(default=None, compare=False)
    found: bool = field(default=False, compare=False)

    @property
    def is_region(self) -> bool:
        """Whether this stands for all tables of a region that could not be searched."""
        return self.table_name == ALL_TABLES

    @property
    def shown(self) -> str:
        """The table and its region, for people."""
        return f"Region {self.region}" if self.is_region else f"{self.table_name} ({self.region})"


@dataclass(frozen=True, slots=True)
class TableSelector:
    """Selects tables: those in `tables`, and those that patterns and tags find.

    Patterns and tags find the tables whose names match one of `table_pattern` and that have all of
    `tags`, except those that match one of `exclude_pattern`. At least one of `tables`,
    `table_pattern` and `tags` is needed.

    Attributes:
        tables: Names or ARNs of tables. A name is looked for in each of `regions`.
        table_pattern: One or more shell patterns (`*`, `?`, `[abc]`, `[!abc]`), such as `prod-*`.
        exclude_pattern: One or more shell patterns of names to leave out.
        tags: Tags that a table must have, with these values.
        regions: AWS regions to search. Default: the connection's region, and those in the ARNs.
        all_regions: Search all regions of the connection's partition instead. Regions that refuse
            the credentials, as those do that the account has not enabled, are skipped. Default: False.
    """

    tables: Sequence[str] = ()
    table_pattern: str | Sequence[str] = ()
    exclude_pattern: str | Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    all_regions: bool = False

    def selecting_inputs(self) -> dict[str, object]:
        """The values by the names that the rules know."""
        return {
            "tables": _as_given(self.tables),
            "table_pattern": _as_given(self.table_pattern),
            "exclude_pattern": _as_given(self.exclude_pattern),
            "tags": self.tags or None,
            "regions": _as_given(self.regions),
            **({"all_regions": True} if self.all_regions else {}),
        }

    @property
    def arns(self) -> list[TableArn]:
        """The ARNs in `tables`, each in its parts."""
        return [arn for arn in map(TableArn.parse, self.tables) if arn is not None]

    @property
    def names(self) -> list[str]:
        """The names in `tables`."""
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
        """Whether there is a pattern or a tag to search by."""
        return bool(self.patterns or self.tags)

    @property
    def looks_in_regions(self) -> bool:
        """Whether anything is looked for in `regions`. An ARN has its own region."""
        return bool(self.names) or self.searches

    def is_named(self, table: TableRef, regions: Iterable[str]) -> bool:
        """Whether `tables` has this table, by name or by ARN.

        Args:
            table: The table.
            regions: The regions in which names are looked for.
        """
        by_name = table.table_name in self.names and table.region in regions
        return by_name or any(
            (arn.region, arn.table) == (table.region, table.table_name) for arn in self.arns
        )

    def matches(self, table_name: str) -> bool:
        """Whether a table of this name matches the patterns.

        Args:
            table_name: The table's name.
        """
        wanted = not self.patterns or _matches_any(table_name, self.patterns)
        return self.searches and wanted and not _matches_any(table_name, self.excluded)


@dataclass(frozen=True, slots=True)
class FleetRequest(TableSelector):
    """A request to back up many tables. `TableSelector` says which.

    Attributes:
        backup_name: The name of each backup, in which `{table}` and `{timestamp}` are replaced. Give
            either this or `backup_name_prefix`.
        backup_name_prefix: The start of the generated names, as in `BackupRequest`.
        timeout_seconds: Time limit for the whole operation in seconds, 60 to 7200. Default: 1800.
        all_or_nothing: Start no backup unless all of `tables` exist. Default: False.
        waits: Wait until the backups are AVAILABLE, not only until AWS has started them. Default: True.
        owner: Identifies the caller in generated names. Default: None, which adopts no backup.
        asked: What this owner asks for, apart from the table. Other facts make other names.
        apart_from: As in `BackupRequest`.
    """

    backup_name: str | None = None
    backup_name_prefix: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    all_or_nothing: bool = False
    waits: bool = True
    owner: Mapping[str, object] | None = None
    asked: Mapping[str, object] = field(default_factory=dict)
    apart_from: frozenset[str] = frozenset()

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that `validate_fleet` knows."""
        return {
            **self.selecting_inputs(),
            "backup_name": self.backup_name,
            "backup_name_prefix": self.backup_name_prefix,
            "timeout": self.timeout_seconds,
            "all_or_nothing": self.all_or_nothing,
        }


def _as_given(value: str | Sequence[str]) -> object:
    """A string stays one, for the rules to judge."""
    return (value if isinstance(value, str) else list(value)) or None


def _as_list(patterns: str | Sequence[str]) -> list[str]:
    return [patterns] if isinstance(patterns, str) else list(patterns)


def _matches_any(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
