"""A table as AWS describes it, as far as it matters to backups and restores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class TableStatus(str, Enum):
    """The states of a table that matter here; in all others, nothing can be done with it."""

    CREATING = "CREATING"
    ACTIVE = "ACTIVE"
    UPDATING = "UPDATING"
    DELETING = "DELETING"


@dataclass(frozen=True, slots=True)
class IndexShape:
    """A secondary index, as far as two can be compared.

    Attributes:
        kind: "local" or "global".
        name: Its name.
        keys: Its key attributes, each with HASH or RANGE.
        projection: ALL, KEYS_ONLY or INCLUDE.
        included: The attributes that INCLUDE names.
    """

    kind: str
    name: str
    keys: frozenset[tuple[str, str]]
    projection: str | None = None
    included: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableShape:
    """The keys and indexes of a table, as far as two tables can be compared.

    Attributes:
        keys: Its key attributes, each with HASH or RANGE.
        attributes: The names of all attributes that it defines.
        indexes: Its secondary indexes.
    """

    keys: frozenset[tuple[str, str]] = frozenset()
    attributes: frozenset[str] = frozenset()
    indexes: frozenset[IndexShape] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """DescribeTable's answer, as far as it matters here.

    `restored_from` is the backup, or the table of which a moment, that AWS says it was restored from,
    which AWS most likely tells only until the table is ACTIVE; `restore_date_time` is the moment of
    the data.
    """

    name: str
    arn: str
    status: str
    table_id: str | None = None
    size_bytes: int | None = None
    item_count: int | None = None
    stream_view_type: str | None = None
    deletion_protection: bool = False
    table_class: str | None = None
    restored_from: str | None = None
    restore_date_time: datetime | None = None
    creation_date_time: datetime | None = None
    shape: TableShape = TableShape()
