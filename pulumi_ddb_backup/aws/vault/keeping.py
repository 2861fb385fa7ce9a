"""Leaving a backup in AWS for good, although nobody was ever told that it is complete."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ..calls.aws_errors import AwsFailure
from .recognition import hand_over
from .records import VaultBackupRecord, VaultBackupRequest
from .underway import VaultRun
from .waiting import look

KEEPING_SECONDS: Final = 60
"""How long is tried. Nothing is lost where it fails, and a destroy need not wait for it."""


async def keep(known: VaultBackupRecord, run: VaultRun) -> None:
    """Mark the recovery point as handed over, so that a later request takes another."""
    run.made, run.backup_arn = known, known.recovery_point_arn or ""
    if not known.backup_job_id:
        return  # somebody else made it, and no request looks for it
    if known.recovery_point_arn is None:
        with suppress(AwsFailure):  # then it is told below
            known = await look(run)
    if known.recovery_point_arn is None:
        run.notice(
            f"Job {known.backup_job_id} has no recovery point yet that could be tagged as handed over. "
            "If the same backup is asked for anew within a day, this one is returned."
        )
        return
    await hand_over(VaultBackupRequest(known.table_name, known.vault_name, ""), run)
