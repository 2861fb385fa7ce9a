"""A retention once new backups are AVAILABLE, whoever took them.

Whatever goes wrong here is told and is no failure: the backups are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import BackupError
from ..records import BackupRecord
from .operation import Prunes
from .records import PruneRequest, PruneResult, Retention
from .words import first_line, summary, troubles


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a retention.

    Attributes:
        result: What was kept and deleted; None if the retention could not be applied at all.
        error: Why it could not be applied; None if it was.
    """

    result: PruneResult | None = None
    error: BackupError | None = None

    @property
    def note(self) -> str:
        """Why it could not be applied, on one line; empty if it was."""
        return first_line(self.error) if self.error else ""

    @property
    def line(self) -> str:
        """What stays and what went, on one line; empty if it could not be applied to any table."""
        if self.result is None or all(one.doubt or one.error for one in self.result.tables):
            return ""
        return f"Retention: {summary(self.result)}"

    @property
    def troubles(self) -> list[str]:
        """Why something that has expired is still there, a line each."""
        return troubles(self.result) if self.result else []

    @property
    def warning(self) -> str:
        """What went wrong, on one line; empty if nothing did."""
        if self.error:
            return f"Retention was not applied: {self.note}"
        wrong = self.troubles
        more = f" And {len(wrong) - 1} more." if len(wrong) > 1 else ""
        return f"Retention could not delete all that has expired: {wrong[0]}{more}" if wrong else ""


def request_after(
    taken: Sequence[BackupRecord],
    retention: Retention,
    backup_name_prefix: str,
    owner: str | None,
    protected: frozenset[str] = frozenset(),
    earlier: frozenset[str] = frozenset(),
    **more: Any,
) -> PruneRequest:
    """The prune that follows these backups, which stay themselves.

    Args:
        taken: The backups of the run, each of one table.
        retention: What is kept.
        backup_name_prefix: What their names were made from.
        owner: Whose they are; see `PruneRequest`.
        protected: ARNs of more backups that stay.
        earlier: See `PruneRequest`.
        **more: Further fields of the request.
    """
    return PruneRequest(
        tables=[record.table_arn for record in taken],
        retention=retention,
        backup_name_prefix=backup_name_prefix,
        owner=owner,
        protected=protected.union(record.backup_arn for record in taken),
        taken=taken,
        earlier=earlier,
        dry_run=False,
        **more,
    )


def apply(prunes: Prunes, request: PruneRequest, within_seconds: float) -> Applied:
    """Prune, in what is left of the time of the operation that this is the end of."""
    try:
        return Applied(prunes.prune(request, within_seconds))
    except BackupError as error:
        return Applied(error=error)


async def apply_async(prunes: Prunes, request: PruneRequest, within_seconds: float) -> Applied:
    """Like `apply`, for an event loop."""
    try:
        return Applied(await prunes.prune_async(request, within_seconds))
    except BackupError as error:
        return Applied(error=error)
