"""Looking at many backups that exist, by as few calls as will do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from ..backup.existing import describe
from ..backup.listing import list_backups
from ..calls.account import FEW
from ..calls.aws_errors import AwsFailure
from ..records import BackupRecord, BackupStatus
from ..rules.arns import BackupArn
from ..running.run import Run

Listed = Mapping[str, BackupRecord]
"""Backups by their ARNs."""


def unread(arn: str) -> BackupRecord:
    """All that the ARN of a backup tells of it."""
    parsed = BackupArn.parse(arn)
    assert parsed is not None  # just validated
    return BackupRecord(arn, "", "", parsed.table, parsed.table_arn, parsed.region)


async def listed(backups: Sequence[tuple[BackupRecord, Run]]) -> Listed:
    """Those of `backups` that one list of each region tells of; few are not worth a list."""
    found: dict[str, BackupRecord] = {}
    for region in sorted({backup.region for backup, _ in backups}):
        here = [(backup, run) for backup, run in backups if backup.region == region]
        if len(here) > FEW:
            found |= await _listed(here)
    return found


async def _listed(backups: Sequence[tuple[BackupRecord, Run]]) -> Listed:
    moments = [backup.backup_creation_date_time for backup, _ in backups]
    since = min((moment for moment in moments if moment is not None), default=None)
    run = backups[0][1]
    try:
        found = await list_backups(run.account, None, since, run.deadline)
    except AwsFailure:
        return {}  # each is asked about by itself
    return {backup.backup_arn: backup for backup in found}


def looking_at(
    backup: BackupRecord, known: Listed
) -> Callable[[Run], Coroutine[Any, Any, BackupRecord | None]]:
    """The steps that tell of a backup; None once it is gone, which only its own call can tell."""

    async def look(run: Run) -> BackupRecord | None:
        seen = known.get(backup.backup_arn)
        if seen is not None and seen.backup_status != BackupStatus.DELETED:
            return seen
        return await describe(backup.backup_arn, run)

    return look
