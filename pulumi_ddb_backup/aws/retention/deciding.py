"""What a prune makes of one table's backups: pure, without a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..fleet.records import TableOutcome, table_of
from ..fleet.requests import TableRef
from ..records import BackupRecord, BackupStatus, BackupSummary
from ..tables import Table
from .decision import age_order, decide
from .records import PrunedTable, PruneRequest, Why
from .rules import left_alone, of_another_table

NOT_LISTED: Final = (
    "AWS's list does not show the backup that was just taken, so it may lack others too"
)
_Group = tuple[str, str]
"""Backups that are decided on together: those of one table, by its ARN and id."""


def decided_for(
    table: TableRef, backups: Sequence[BackupSummary], request: PruneRequest
) -> PrunedTable:
    """What stays and what has expired of the backups under a table's name.

    Each table that has had the name is decided on by itself.
    """
    if doubt := _doubt(table, backups, request):
        return PrunedTable(table, doubt=doubt)
    prefix = request.backup_name_prefix.replace("{table}", table.table_name)
    groups: dict[_Group, list[BackupSummary]] = defaultdict(list)
    others: list[tuple[BackupSummary, Why]] = []
    for backup in backups:
        why = left_alone(backup, prefix, request.owner)
        if why is None and not backup.table_id:
            why = Why.UNKNOWN_TABLE
        if why is not None:
            others.append((backup, why))
        else:
            groups[_group(backup)].append(backup)
    for backup in _expected(request):
        if TableRef(backup.region, backup.table_name) == table and backup.table_id:
            groups[_group(backup)].append(backup)
    decisions = [decide(group, request.retention, request.protected) for group in groups.values()]
    return PrunedTable(
        table,
        kept=sorted(
            (kept for each in decisions for kept in each.kept),
            key=lambda kept: age_order(kept.backup),
            reverse=True,
        ),
        expired=sorted(
            (backup for each in decisions for backup in each.expired), key=age_order, reverse=True
        ),
        left_alone=others,
    )


def _expected(request: PruneRequest) -> Sequence[BackupSummary]:
    """What is about to be taken. Only in a dry run, where nothing can come of a mistake in it."""
    return request.expected if request.dry_run else ()


def _group(backup: BackupSummary) -> _Group:
    return backup.table_arn, backup.table_id or ""


def known_tables(request: PruneRequest) -> dict[TableRef, Table]:
    """The tables that need no look: a backup of just now tells which they are."""
    new = [one for one in request.taken if one.backup_arn not in request.earlier]
    just_now: Sequence[BackupRecord | BackupSummary] = [*new, *_expected(request)]
    return {
        TableRef(one.region, one.table_name): Table(
            one.table_name, one.table_arn, "ACTIVE", table_id=one.table_id
        )
        for one in just_now
        if one.table_id
    }


def proven(decided: PrunedTable, table: Table | None, ended: TableOutcome | None) -> PrunedTable:
    """`decided`, less what is not proven to be of the table that has the name now.

    Args:
        decided: What was decided by the list alone.
        table: The table as AWS describes it; None where it was not looked at, or not found.
        ended: How looking at it ended, where it was.
    """
    if ended is not None and ended.error is not None:
        return replace(decided, expired=(), error=ended.error)
    expired: list[BackupSummary] = []
    others = list(decided.left_alone)
    for backup in decided.expired:
        why = (
            Why.OTHER_TABLE
            if table is None
            else of_another_table(backup, table.arn, table.table_id)
        )
        if why is None:
            expired.append(backup)
        else:
            others.append((backup, why))
    return replace(decided, expired=expired, left_alone=others)


def _doubt(table: TableRef, backups: Sequence[BackupSummary], request: PruneRequest) -> str:
    """Why the list is not believed; empty if it is."""
    listed = {one.backup_arn for one in backups if one.backup_status == BackupStatus.AVAILABLE}
    taken = [one.backup_arn for one in request.taken if table_of(one) == table]
    return "" if listed.issuperset(taken) else NOT_LISTED
