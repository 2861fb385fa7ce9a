"""Which of the backups in AWS is this request's own: after a lost answer, and after a crash."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from .calls.aws_errors import AwsFailure
from .records import BackupRecord, BackupRequest, BackupStatus
from .rules import naming
from .run import Run

ANSWER_LOST: Final = "CreateBackup for '{name}' was sent and its answer was lost"


async def find_own(
    request: BackupRequest, name: str, began: datetime, run: Run, lost: AwsFailure
) -> BackupRecord | None:
    """The backup that the CreateBackup whose answer was `lost` has started, if it has."""
    doubt = ANSWER_LOST.format(name=name)
    try:
        listed = await run.account.list_backups(request.table, began, run.deadline)
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


async def adopt_running(
    request: BackupRequest, run: Run, in_use: AwsFailure
) -> BackupRecord | None:
    """The running backup that a run of this very request started and could not wait for."""
    try:
        running = await run.account.list_running(request.table, run.deadline)
    except AwsFailure:
        return None  # ListBackups may be denied: then there is no more to tell
    for backup in running:
        if request.identity and request.backup_name is None:
            prefix = request.backup_name_prefix or ""
            if naming.is_generated_by(backup.backup_name, prefix, request.identity):
                run.notice(
                    f"Backup '{backup.backup_name}' of table '{run.table_name}' was started by an "
                    f"earlier run that could not wait for it; it is taken over: {backup.backup_arn}"
                )
                return backup
    if running:
        run.backup_arn = running[0].backup_arn
        advice = f"{in_use.row.advice} Being created now: {run.backup_arn}"
        raise in_use.as_error(run.stage, run.facts(failure=in_use), advice=advice) from in_use
    return None
