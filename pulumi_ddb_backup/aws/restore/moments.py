"""A moment of a table's past, and the window in which AWS can restore it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Final

from ..rules.arns import TableArn, plain_name
from ..rules.text import iso

LATEST: Final = "the latest moment"


@dataclass(frozen=True, slots=True)
class PointInTime:
    """A table as it was at a moment, from its point-in-time recovery.

    Attributes:
        table: Name or ARN of the table, which must exist and have point-in-time recovery enabled. A
            name is looked for in the connection's region.
        at: The moment, with a time zone. Fractions of a second are dropped, because AWS takes whole
            seconds. Default: None, the latest moment that AWS can restore, about five minutes ago.
    """

    table: str
    at: datetime | None = None

    @property
    def table_name(self) -> str:
        """The table's plain name."""
        return plain_name(self.table)

    @property
    def arn(self) -> TableArn | None:
        """The table's ARN in its parts, if it was given."""
        return TableArn.parse(self.table)

    @property
    def second(self) -> datetime | None:
        """`at` in UTC, in whole seconds."""
        return self.at and self.at.astimezone(timezone.utc).replace(microsecond=0)

    @property
    def told(self) -> str:
        """The table and the moment, for people."""
        moment = iso(self.second) if self.second else LATEST
        return f"table '{self.table_name}' as of {moment}"


@dataclass(frozen=True, slots=True)
class Window:
    """The moments that AWS can restore a table to, as DescribeContinuousBackups tells them.

    Attributes:
        enabled: Whether the table has point-in-time recovery.
        earliest: The first moment. None if AWS does not tell it.
        latest: The last moment, likewise.
    """

    enabled: bool
    earliest: datetime | None = None
    latest: datetime | None = None

    def holds(self, moment: datetime | None) -> bool:
        """Whether AWS can restore the table to `moment`; None is the latest."""
        if not self.enabled or moment is None:
            return self.enabled
        late_enough = self.earliest is None or moment >= self.earliest.replace(microsecond=0)
        return late_enough and (self.latest is None or moment <= self.latest)
