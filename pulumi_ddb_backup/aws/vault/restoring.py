"""Restoring a recovery point: AWS Backup makes a new table of it.

It takes no other overrides than the table's name: indexes, billing mode and capacity are as they were.
What DynamoDB's own restore leaves out (tags, time to live and so on), AWS Backup leaves out too.

AWS answers a token that it knows with the job that was started for it. A job that an earlier call
started and that is over by now may have failed, or its table may be gone: then another is started,
with a token of its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ..backup.calls import describe_table
from ..calls.aws_errors import AwsFailure, Retry
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
_NOT_FOUND: Final = "ResourceNotFoundException"
_ANSWER_LOST: Final = "StartRestoreJob was sent and its answer was lost"
_CLOCK_RESOLUTION: Final = timedelta(seconds=2)
"""AWS tells the time in whole seconds; an own job may seem this much older than its call."""


async def restore(request: PointRestoreRequest, run: VaultRun) -> PointRestore:
    """Restore a recovery point to a new table, or go on with the job that an earlier call started."""
    run.stage, run.backup_arn = Stage.POINT_RESTORE, request.recovery_point_arn
    before = ""
    while True:
        job = await _started(request, before, run)
        if not await _is_of_the_past(job, request, run):
            break
        before, run.restoring = job.id, None
    run.notice(
        f"Table '{request.target_table_name}' is being restored from "
        f"{request.recovery_point_arn}: restore job {job.id}"
    )
    job = await _wait(job, run)
    return PointRestore(
        table_name=request.target_table_name,
        table_arn=job.table_arn,
        recovery_point_arn=request.recovery_point_arn,
        restore_job_id=job.id,
        region=run.dynamodb.region,
        elapsed_seconds=round(run.deadline.elapsed_seconds, 1),
    )


async def _started(request: PointRestoreRequest, before: str, run: VaultRun) -> RestoreJob:
    """The job that AWS answers with, as it is now: a new one, or that of an earlier call."""
    sending = _Sending(request, before, run)
    job_id = await run.call(Api.START_RESTORE_JOB, sending.send)
    sending.noted(job_id)
    return await _look(job_id, run)


@dataclass(frozen=True, slots=True)
class _Sending:
    """One token on its way: of this request, after the job `before`."""

    request: PointRestoreRequest
    before: str
    run: VaultRun

    async def send(self, within_seconds: float) -> str:
        """Send StartRestoreJob once. A cancel waits for the answer: it tells what is started."""
        request, run = self.request, self.run
        sent = asyncio.ensure_future(
            start_restore_job(
                run.dynamodb,
                request.recovery_point_arn,
                request.backup_role_arn,
                _metadata(request),
                self._token,
                within_seconds,
            )
        )
        try:
            return await asyncio.shield(sent)
        except asyncio.CancelledError:
            try:
                self.noted(await sent)
            except AwsFailure as failure:
                self._note_doubt(failure)
            raise
        except AwsFailure as failure:
            self._note_doubt(failure)
            raise

    def noted(self, job_id: str) -> None:
        self.run.doubt = ""
        self.run.restoring = RestoreJob(job_id, "PENDING")

    def _note_doubt(self, failure: AwsFailure) -> None:
        if failure.may_have_happened:
            self.run.doubt = _ANSWER_LOST

    @property
    def _token(self) -> str:
        """Another role or key is another request: AWS refuses a token with other parameters."""
        asked = (
            self.request.recovery_point_arn,
            self.request.target_table_name,
            self.request.backup_role_arn,
            self.request.kms_key_arn or "",
        )
        return token_of(f"restore {' '.join(asked)}", self.before)


def _metadata(request: PointRestoreRequest) -> dict[str, str]:
    key = request.kms_key_arn
    encryption = {"encryptionType": "KMS", "kmsMasterKeyArn": key} if key else {}
    return {"targetTableName": request.target_table_name, **encryption}


async def _is_of_the_past(job: RestoreJob, request: PointRestoreRequest, run: VaultRun) -> bool:
    """Whether an earlier call's job has failed, or its table is not there any more."""
    elapsed = timedelta(seconds=run.deadline.elapsed_seconds)
    began = run.dynamodb.aws_now() - elapsed - _CLOCK_RESOLUTION
    if job.created is None or job.created >= began:
        return False
    if job.state in RESTORE_JOB_STATES.failure:
        return True
    if job.state not in RESTORE_JOB_STATES.success:
        return False
    name = request.target_table_name
    try:
        table = await run.call(
            Api.DESCRIBE_TABLE, lambda within: describe_table(run.dynamodb, name, within)
        )
    except AwsFailure as failure:
        if failure.code == _NOT_FOUND:
            return True
        raise
    made = table.creation_date_time
    return made is not None and job.completed is not None and made > job.completed


async def _look(job_id: str, run: VaultRun) -> RestoreJob:
    """The job as it is now; it may not be known everywhere yet."""
    run.restoring = await run.call(
        Api.DESCRIBE_RESTORE_JOB,
        lambda within: describe_restore_job(run.dynamodb, job_id, within),
        {_NOT_FOUND: Retry.IN_A_ROW},
    )
    return run.restoring


async def _wait(job: RestoreJob, run: VaultRun) -> RestoreJob:
    try:
        return await wait_for_status(
            job,
            lambda: _look(job.id, run),
            status_of=lambda seen: seen.state,
            states=RESTORE_JOB_STATES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda seen, n, delay: run.looked_at("Table", seen.progress, n, delay),
            intervals=intervals,
        )
    except WaitTimedOut as ended:
        raise RestoreJobTimeoutError(run.stage, run.facts(status=ended.value.progress)) from None
    except FailureState as ended:
        facts = run.facts(
            status=ended.value.state, detail=ended.value.message or "AWS says no more"
        )
        raise RestoreJobFailedError(run.stage, facts) from None
    except UnexpectedState as ended:
        known = ", ".join(RESTORE_JOB_STATES.known)
        facts = run.facts(status=ended.value.state, detail=known)
        raise UnexpectedStatusError(run.stage, facts) from None
