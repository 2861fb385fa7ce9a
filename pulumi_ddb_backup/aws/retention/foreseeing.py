"""What a retention would make of backups, whoever took them: pure, and nothing is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..records import BackupStatus, BackupSummary
from .decision import decide
from .records import Retention

USER = "USER"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would stay and what would go."""

    kept: Sequence[BackupSummary]
    expired: Sequence[BackupSummary]


def foreseen(backups: Iterable[BackupSummary], retention: Retention) -> Foreseen:
    """What a retention would keep of each table's backups if all were one owner's.

    A prune deletes no more than that: it leaves alone what its owner did not take. What is not
    AVAILABLE or not of type USER, and what AWS tells no time or table id of, stays in any case.
    """
    groups: dict[tuple[str, str], list[BackupSummary]] = defaultdict(list)
    kept: list[BackupSummary] = []
    for backup in backups:
        may_go = (
            backup.backup_type == USER
            and backup.backup_status == BackupStatus.AVAILABLE
            and backup.backup_creation_date_time is not None
            and backup.table_id
        )
        if may_go:
            groups[(backup.table_arn, backup.table_id or "")].append(backup)
        else:
            kept.append(backup)
    decisions = [decide(group, retention) for group in groups.values()]
    return Foreseen(
        [*kept, *(each.backup for decision in decisions for each in decision.kept)],
        [backup for decision in decisions for backup in decision.expired],
    )
