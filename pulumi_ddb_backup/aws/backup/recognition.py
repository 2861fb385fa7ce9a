"""Which of the backups in AWS is this request's own: after a lost answer, and after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ..calls.aws_errors import AwsFailure
from ..clock import Deadline
from ..records import BackupRecord, BackupRequest, BackupStatus
from ..rules import naming
from ..running.run import Run
from .listing import list_backups, list_running

LOOKING_SECONDS: Final = 30.0
"""How long a plain backup waits to hear of an earlier run's."""
ANSWER_LOST: Final = "CreateBackup for '{name}' was sent and its answer was lost"


async def find_own(
    request: BackupRequest, name: str, began: datetime, run: Run, lost: AwsFailure
) -> BackupRecord | None:
    """The backup that the CreateBackup whose answer was `lost` has started, if it has."""
    doubt = ANSWER_LOST.format(name=name)
    try:
        listed = await list_backups(run.account, request.table, began, run.deadline)
    except AwsFailure as failure:
        run.doubt = f"{doubt}, and ListBackups, which would tell, failed ({failure.detail})"
        raise lost.as_error(run.stage, run.facts(failure=lost)) from failure
    run.doubt = f"{doubt}; ListBackups does not show one"
    own = [
        backup
        for backup in listed
        if backup.backup_name == name
        and backup.backup_status != BackupStatus.DELETED
        and (backup.backup_creation_date_time or began) >= began
    ]
    return own[-1] if own else None


async def find_running(request: BackupRequest, run: Run) -> BackupRecord | None:
    """The running backup that a run of this very request started and could not wait for.

    Only a generated name tells whose a backup is. Where ListBackups may not be asked, or does not
    answer soon, there is none.
    """
    if not request.identity or request.backup_name is not None:
        return None
    within = Deadline(run.account.clock, run.deadline.cut(LOOKING_SECONDS))
    try:
        running = await list_running(run.account, request.table, within)
    except AwsFailure:
        return None
    return _own(running, request, run)


async def adopt_running(
    request: BackupRequest, run: Run, in_use: AwsFailure
) -> BackupRecord | None:
    """The same, once AWS has said that a backup of the table is running; or whose it is."""
    try:
        running = await list_running(run.account, request.table, run.deadline)
    except AwsFailure:
        return None  # ListBackups may be denied: then there is no more to tell
    if own := _own(running, request, run):
        return own
    if running:
        run.backup_arn = running[0].backup_arn
        advice = f"{in_use.row.advice} The one being created: {run.backup_arn}"
        raise in_use.as_error(run.stage, run.facts(failure=in_use), advice=advice) from in_use
    return None


def _own(running: Sequence[BackupRecord], request: BackupRequest, run: Run) -> BackupRecord | None:
    if not request.identity or request.backup_name is not None:
        return None
    prefix = request.backup_name_prefix or ""
    for backup in running:
        if backup.backup_arn in request.apart_from:
            continue
        if naming.is_generated_by(backup.backup_name, prefix, request.identity):
            run.notice(
                f"Backup '{backup.backup_name}' of table '{run.table_name}' was started by an "
                f"earlier run and is not finished; going on with it: {backup.backup_arn}"
            )
            return backup
    return None
