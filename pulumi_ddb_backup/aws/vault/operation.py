"""The operation: look, start, wait, copy. Each step can be repeated, and goes on with what there is."""

from __future__ import annotations

from ..calls.aws_errors import Retry
from ..errors import Stage, WrongTableError
from . import existing
from .copying import start_copies, wait_for_copies
from .errors import RecoveryPointGoneError, RecoveryPointUnusableError
from .preflight import preflight
from .recognition import hand_over
from .records import RecoveryPoint, VaultBackupRecord, VaultBackupRequest
from .starting import start
from .states import POINT_USABLE, PointStatus
from .underway import VaultRun, intervals
from .waiting import JOB_STATES, job_failed, look, wait


async def back_up(request: VaultBackupRequest, run: VaultRun) -> VaultBackupRecord:
    """Back a table up into a vault, and copy the backup to others."""
    table = await preflight(request, run)
    await start(request, table, run)
    return await go_on(request, run)


async def go_on(request: VaultBackupRequest, run: VaultRun) -> VaultBackupRecord:
    """Carry on with a backup whose job is there, however far it is."""
    if request.wait_for != "started":
        await wait(run)
        await describe_point(run)
        refused = await start_copies(request, run)
        if request.wait_for == "copies":
            await wait_for_copies(request, run)
        if refused:
            raise run.failed(refused) from refused
    elif _has_job(run) and (await look(run)).job_state in JOB_STATES.failure:
        raise job_failed(run)
    await hand_over(request, run)
    return run.finished()


def _has_job(run: VaultRun) -> bool:
    """Whether the job is known; that of a recovery point that was taken in is not."""
    return run.made is not None and bool(run.made.backup_job_id)


async def take_in(request: VaultBackupRequest, point: str, run: VaultRun) -> VaultBackupRecord:
    """Take a recovery point in that was made elsewhere, and make the copies that it lacks."""
    run.stage, run.backup_arn = Stage.POINT_READ, point
    seen = await existing.describe(request.vault_name, point, run)
    if seen is None:
        raise RecoveryPointGoneError(run.stage, run.facts())
    if request.table_arn and seen.table_arn != request.table_arn:
        raise WrongTableError(run.stage, run.facts(detail=seen.table_arn or "not known"))
    run.table_name = seen.table_name or run.table_name
    _require_usable(seen, run)
    run.saw_point(seen)
    return await go_on(request, run)


async def describe_point(run: VaultRun) -> None:
    """Keep what AWS says of the recovery point itself: its size, and when it goes.

    Its job is complete, so one that is still CREATING is about to be complete as well.

    Raises:
        RecoveryPointGoneError: It does not exist any more.
        RecoveryPointUnusableError: It is being deleted, or only a part.
    """
    made = run.made
    assert made is not None  # its job is complete
    point = made.recovery_point_arn
    for look_number, interval in enumerate(intervals(), start=1):
        seen = (
            await existing.describe(made.vault_name, point, run, Retry.IN_A_ROW) if point else None
        )
        if seen is None:
            raise RecoveryPointGoneError(run.stage, run.facts())
        run.saw_point(seen)
        if seen.status != PointStatus.CREATING or run.deadline.passed:
            _require_usable(seen, run)
            return
        pause = run.deadline.cut(interval)
        told = f"{made.job_state}, recovery point {seen.status}"
        run.looked_at("Backup", told, look_number, pause)
        await run.account.clock.sleep(pause)


def _require_usable(point: RecoveryPoint, run: VaultRun) -> None:
    if point.status not in POINT_USABLE:
        raise RecoveryPointUnusableError(run.stage, run.facts(status=point.status))
