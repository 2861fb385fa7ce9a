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
    """One table of a fleet.

    Attributes:
        region: Its region.
        table_name: Its plain name.
        table_arn: Its ARN, where the caller gave one.
        found: Whether a pattern or tag has found it. One that is named must be there.
    """

    region: str
    table_name: str
    table_arn: str | None = field(default=None, compare=False)
    found: bool = field(default=False, compare=False)

    @property
    def is_region(self) -> bool:
        """Whether it stands for all tables of a region that could not be looked in."""
        return self.table_name == ALL_TABLES

    @property
    def shown(self) -> str:
        """The table and its region, as a line of many begins."""
        return f"Region {self.region}" if self.is_region else f"{self.table_name} ({self.region})"


@dataclass(frozen=True, slots=True)
class TableSelector:
    """Which tables: those in `tables`, and all others that patterns and tags bring in.

    The others are those whose names match one of `table_pattern` and that carry all of `tags`, less
    those that match one of `exclude_pattern`.

    Attributes:
        tables: Names or ARNs of tables. A name is looked for in each of `regions`.
        table_pattern: One or several shell patterns of names, such as `prod-*`: `*`, `?`, `[abc]`
            and `[!abc]`.
        exclude_pattern: One or several shell patterns of names that are left out, although they fit.
        tags: Tags that a table must carry, each with its value.
        regions: Where to look. Default: the connection's region, and those in the ARNs.
        all_regions: Look in all regions of the connection's partition instead. Those that refuse the
            credentials, as a region does that the account has not enabled, are skipped.
    """

    tables: Sequence[str] = ()
    table_pattern: str | Sequence[str] = ()
    exclude_pattern: str | Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    all_regions: bool = False

    def selecting_inputs(self) -> dict[str, object]:
        """The values under the names that the rules know."""
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


@dataclass(frozen=True, slots=True)
class FleetRequest(TableSelector):
    """Backups of many tables; see `TableSelector` for which.

    Attributes:
        backup_name: Name of each backup; `{table}` and `{timestamp}` in it are filled in. Exactly
            one of this and `backup_name_prefix`.
        backup_name_prefix: The start of names that are made when the backups are.
        timeout_seconds: The limit of the whole operation, 60 to 7200.
        all_or_nothing: Start no backup unless all of `tables` exist.
        waits: Whether to wait until the backups are AVAILABLE, or only until AWS has started them.
        identity: Who asks, for generated names; see `BackupRequest.identity`.
        apart_from: See `BackupRequest.apart_from`.
    """

    backup_name: str | None = None
    backup_name_prefix: str | None = None
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    all_or_nothing: bool = False
    waits: bool = True
    identity: Mapping[str, object] | None = None
    apart_from: frozenset[str] = frozenset()

    def inputs(self) -> Mapping[str, object]:
        """The values under the names that `validate_fleet` knows."""
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
