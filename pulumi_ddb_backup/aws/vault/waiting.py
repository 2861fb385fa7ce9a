"""Waiting for the job: with its percent, and with what it waits for itself."""

from __future__ import annotations

from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import Stage, UnexpectedStatusError
from ..running.waiting import FailureState, States, UnexpectedState, WaitTimedOut, wait_for_status
from .calls import describe_backup_job
from .errors import BackupJobFailedError, VaultBackupTimeoutError
from .recognition import others_under_way, waiting_for
from .records import VaultBackupRecord
from .states import JOB_UNDER_WAY, JobState
from .steps import Job
from .underway import VaultRun, intervals

JOB_STATES: Final = States(
    success=frozenset({JobState.COMPLETED.value}),
    transitional=JOB_UNDER_WAY,
    failure=frozenset(
        one.value for one in (JobState.ABORTED, JobState.FAILED, JobState.EXPIRED, JobState.PARTIAL)
    ),
)
_NO_WORDS: Final = "AWS says no more"


async def look(run: VaultRun) -> VaultBackupRecord:
    """The job as it is now."""
    assert run.made is not None  # somebody has started it
    job_id = run.made.backup_job_id
    job: Job = await run.call(
        Api.DESCRIBE_BACKUP_JOB,
        lambda within: describe_backup_job(run.dynamodb, job_id, within),
        {"ResourceNotFoundException": Retry.IN_A_ROW},  # it may not be known everywhere yet
    )
    return run.saw(job)


async def wait(run: VaultRun) -> VaultBackupRecord:
    """Wait until the job is COMPLETED.

    Raises:
        BackupJobFailedError: It is over and has made nothing.
        VaultBackupTimeoutError: It is not over yet.
    """
    run.stage = Stage.VAULT_WAIT
    if run.made and run.made.job_state == JobState.COMPLETED:
        return run.made
    waits_for = ""

    async def next_look() -> VaultBackupRecord:
        nonlocal waits_for
        seen = await look(run)
        waits_for = ""
        if seen.job_state == JobState.CREATED:
            others = await others_under_way(seen.table_arn, seen.backup_job_id, run)
            waits_for = f", {waiting_for(others)}" if others else ""
        return seen

    try:
        done = await wait_for_status(
            await next_look(),
            next_look,
            status_of=lambda seen: seen.job_state,
            states=JOB_STATES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda seen, n, delay: run.looked_at(
                "Backup", seen.progress + waits_for, n, delay
            ),
            intervals=intervals,
        )
    except WaitTimedOut as ended:
        status = f"{ended.value.progress}{waits_for}"
        raise VaultBackupTimeoutError(run.stage, run.facts(status=status)) from None
    except FailureState:
        raise job_failed(run) from None
    except UnexpectedState:
        known = ", ".join(JOB_STATES.known)
        raise UnexpectedStatusError(run.stage, run.facts(detail=known)) from None
    except AwsFailure as failure:
        if failure.row.retry is Retry.UNTIL_DEADLINE:  # every last look was throttled
            raise VaultBackupTimeoutError(run.stage, run.facts()) from failure
        raise
    if done.job_message:
        run.notice(
            f"AWS Backup has completed job {done.backup_job_id} of table '{run.table_name}' with "
            f"issues: {done.job_message}"
        )
    return done


def job_failed(run: VaultRun) -> BackupJobFailedError:
    """The error of a job that is over and has made no backup."""
    assert run.made is not None  # it has been looked at
    facts = run.facts(status=run.made.job_state, detail=run.made.job_message or _NO_WORDS)
    return BackupJobFailedError(run.stage, facts)
