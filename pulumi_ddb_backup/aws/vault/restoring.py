"""Restoring a recovery point: AWS Backup makes a new table of it.

It takes no other overrides than the table's name: indexes, billing mode and capacity are as they were.
What DynamoDB's own restore leaves out (tags, time to live and so on), AWS Backup leaves out too.
"""

from __future__ import annotations

from typing import Final

from ..calls.rate import Api
from ..errors import Stage, UnexpectedStatusError
from ..running.waiting import FailureState, States, UnexpectedState, WaitTimedOut, wait_for_status
from .calls import describe_restore_job, start_restore_job
from .errors import RestoreJobFailedError, RestoreJobTimeoutError
from .restore_records import PointRestore, PointRestoreRequest
from .starting import token_of
from .steps import RestoreJob
from .underway import VaultRun, intervals

RESTORE_JOB_STATES: Final = States(
    success=frozenset({"COMPLETED"}),
    transitional=frozenset({"PENDING", "RUNNING"}),
    failure=frozenset({"ABORTED", "FAILED"}),
)


async def restore(request: PointRestoreRequest, run: VaultRun) -> PointRestore:
    """Restore a recovery point to a new table, or go on with the job that an earlier call started."""
    run.stage, run.backup_arn = Stage.POINT_RESTORE, request.recovery_point_arn
    token = token_of(f"restore {request.recovery_point_arn}", request.target_table_name)
    job_id = await run.call(
        Api.START_RESTORE_JOB,
        lambda within: start_restore_job(
            run.dynamodb,
            request.recovery_point_arn,
            request.backup_role_arn,
            _metadata(request),
            token,
            within,
        ),
    )
    run.notice(
        f"Table '{request.target_table_name}' is being restored from "
        f"{request.recovery_point_arn}: restore job {job_id}"
    )
    job = await _wait(job_id, run)
    return PointRestore(
        table_name=request.target_table_name,
        table_arn=job.table_arn,
        recovery_point_arn=request.recovery_point_arn,
        restore_job_id=job.id,
        region=run.dynamodb.region,
        elapsed_seconds=round(run.deadline.elapsed_seconds, 1),
    )


def _metadata(request: PointRestoreRequest) -> dict[str, str]:
    key = request.kms_key_arn
    encryption = {"encryptionType": "KMS", "kmsMasterKeyArn": key} if key else {}
    return {"targetTableName": request.target_table_name, **encryption}


async def _wait(job_id: str, run: VaultRun) -> RestoreJob:
    async def look() -> RestoreJob:
        return await run.call(
            Api.DESCRIBE_RESTORE_JOB,
            lambda within: describe_restore_job(run.dynamodb, job_id, within),
        )

    try:
        return await wait_for_status(
            await look(),
            look,
            status_of=lambda job: job.state,
            states=RESTORE_JOB_STATES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda job, n, delay: run.looked_at("Table", _told(job), n, delay),
            intervals=intervals,
        )
    except WaitTimedOut as ended:
        raise RestoreJobTimeoutError(run.stage, run.facts(status=_told(ended.value))) from None
    except FailureState as ended:
        facts = run.facts(
            status=ended.value.state, detail=ended.value.message or "AWS says no more"
        )
        raise RestoreJobFailedError(run.stage, facts) from None
    except UnexpectedState as ended:
        known = ", ".join(RESTORE_JOB_STATES.known)
        facts = run.facts(status=ended.value.state, detail=known)
        raise UnexpectedStatusError(run.stage, facts) from None


def _told(job: RestoreJob) -> str:
    return job.state if job.percent is None else f"{job.state} {job.percent:.0f}%"
