"""Whose a backup job is: by the tags of its recovery point, which outlast the token's hour.

A job that an earlier run of the same request has started is gone on with while it runs, and for a day
once it is complete, unless its recovery point has been handed over (it then has a tag that says so).
Otherwise `destroy` and a new `up` would return the old backup as if it had just been taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..clock import Deadline
from ..errors import AccessDeniedError, RejectedError
from ..rules.text import iso
from .arns import RecoveryPointArn
from .calls import (
    describe_backup_job,
    describe_recovery_point,
    list_backup_jobs,
    list_tags,
    tag_resource,
)
from .errors import OtherJobTimeoutError
from .records import VaultBackupRequest
from .states import POINT_USABLE, JobState
from .steps import Job
from .underway import VaultRun, intervals

REQUEST_TAG: Final = "ddb-backup:request"
"""The tag of a recovery point that says for which request it was made."""
TAKEN_TAG: Final = "ddb-backup:taken"
"""The tag that says when it was handed over to whoever asked for it."""
OWN_FOR: Final = timedelta(days=1)
"""How long a completed backup that nobody was told of counts as the one asked for."""
TOKEN_FOR: Final = timedelta(minutes=50)
"""How long AWS surely knows a token. Its documents say nothing today; in 2019 it was an hour."""
_A_MOMENT: Final = timedelta(minutes=5)
"""By so much AWS's clocks may differ among themselves."""
_LOOKING_SECONDS: Final = 30.0
_NOT_FOUND: Final = "ResourceNotFoundException"


def tags_of_request(request: VaultBackupRequest) -> Mapping[str, str]:
    """The tags that the recovery point of this request is given."""
    return {REQUEST_TAG: request.who}


@dataclass(frozen=True, slots=True)
class Looked:
    """A job that may be of an earlier run of this request.

    Attributes:
        job: The job as it is now.
        tags: The tags of its recovery point; None where they can't be read, or there is none yet.
        usable: Whether there is a recovery point that can be restored, as far as is known.
        recent: Whether it was started within the last day. Who does not wait for the end never hands
            a recovery point over, so of theirs none is.
    """

    job: Job
    tags: Mapping[str, str] | None
    usable: bool = True
    recent: bool = True

    @property
    def may_be_gone_on_with(self) -> bool:
        """Whether it still is, or has just become, what was asked for.

        Where AWS does not tell the tags, a complete one may have been handed over long ago: it is not.
        """
        if self.job.under_way:
            return True
        fresh = self.tags is not None and TAKEN_TAG not in self.tags
        return fresh and self.job.state == JobState.COMPLETED and self.usable and self.recent


async def find_own(jobs: Sequence[Job], request: VaultBackupRequest, run: VaultRun) -> Job | None:
    """The completed job that an earlier run of this very request has lost sight of, if there is one."""
    for job in jobs:
        if job.under_way or not _may_be_own(job, request) or job.point is None:
            continue
        tags = await tags_of(job.point, run)
        if (tags or {}).get(REQUEST_TAG) != request.who:
            continue
        looked = await described(job.id, request, run, tags)
        if looked and looked.may_be_gone_on_with:
            return looked.job
    return None


def job_before(jobs: Sequence[Job], request: VaultBackupRequest, run: VaultRun) -> str:
    """The id of the job after which this request's own was started, or is started now.

    A job under way may be this request's own, started by an earlier run. That run looked at the same
    jobs up to the one before, and so got the same token: AWS then answers with its job. Where it was
    somebody else's that was under way then, the same holds of the one before that.
    """
    now = run.dynamodb.aws_now()
    until = now + _A_MOMENT
    while earlier := [job for job in jobs if _was_under_way(job, until, request)]:
        until = min(job.created or now for job in earlier)
    since = min(until, now) - TOKEN_FOR
    before = [job for job in jobs if job.created is not None and since <= job.created < until]
    return before[0].id if before else ""


def _was_under_way(job: Job, at: datetime, request: VaultBackupRequest) -> bool:
    """Whether a job that may be this request's own had begun before that moment, and went on then."""
    if job.created is None or job.created >= at or not _may_be_own(job, request):
        return False
    return job.under_way or (job.completed is not None and job.completed > at)


def _may_be_own(job: Job, request: VaultBackupRequest) -> bool:
    alike = job.vault == request.vault_name and job.role == request.backup_role_arn
    return alike and not job.of_plan and job.id not in request.apart_from


async def described(
    job_id: str,
    request: VaultBackupRequest,
    run: VaultRun,
    tags: Mapping[str, str] | None = None,
) -> Looked | None:
    """A job as it is now, with what its recovery point tells; None if it is somebody else's."""
    if job_id in request.apart_from:
        return None
    job = await run.call(
        Api.DESCRIBE_BACKUP_JOB,
        lambda within: describe_backup_job(run.dynamodb, job_id, within),
        {_NOT_FOUND: Retry.IN_A_ROW},
    )
    point = job.point
    if job.state != JobState.COMPLETED or point is None:
        return Looked(job, tags)
    since = run.dynamodb.aws_now() - OWN_FOR
    return Looked(
        job,
        tags if tags is not None else await tags_of(point, run),
        usable=await _usable(point, request.vault_name, run),
        recent=request.wait_for != "started" and (job.created is None or job.created >= since),
    )


async def _usable(point: str, vault: str, run: VaultRun) -> bool:
    try:
        seen = await run.call(
            Api.DESCRIBE_RECOVERY_POINT,
            lambda within: describe_recovery_point(run.dynamodb, vault, point, within),
            {_NOT_FOUND: Retry.IN_A_ROW},
        )
    except AwsFailure as failure:
        if failure.code == _NOT_FOUND:
            return False
        raise
    return seen.status in POINT_USABLE


async def tags_of(point: str, run: VaultRun) -> Mapping[str, str] | None:
    """The tags of a recovery point; None where AWS does not tell them: it refuses, or there is no such point.

    An answer that is only late is waited for: without it, a backup would be taken a second time.
    """
    try:
        return await run.call(
            Api.LIST_POINT_TAGS, lambda within: list_tags(run.dynamodb, point, within)
        )
    except AwsFailure as failure:
        if failure.row.error in (AccessDeniedError, RejectedError) or failure.code == _NOT_FOUND:
            return None
        raise


async def hand_over(request: VaultBackupRequest, run: VaultRun) -> None:
    """Mark the recovery point as handed over, so that a later request takes another."""
    point = run.made.recovery_point_arn if run.made and run.made.backup_job_id else None
    if point is None:  # not known yet, or made by somebody else
        return
    tags = {TAKEN_TAG: iso(run.account.clock.now())}
    try:
        await run.call(
            Api.TAG_POINT, lambda within: tag_resource(run.dynamodb, point, tags, within)
        )
    except AwsFailure as failure:
        arn = RecoveryPointArn.parse(point)
        if arn is not None and not arn.is_advanced:
            return  # DynamoDB's own kind may take no tags; then none are read, and it is never taken over
        run.notice(
            f"Recovery point {point} could not be tagged as handed over ({failure.detail}). If the "
            "same backup is asked for anew within a day, this one is returned once more."
        )


async def _listed(table_arn: str, run: VaultRun, deadline: Deadline) -> list[Job]:
    """The jobs of the table within the last day, the newest first."""
    since = run.dynamodb.aws_now() - OWN_FOR - TOKEN_FOR
    jobs = await run.account.all_items(
        Api.LIST_BACKUP_JOBS,
        lambda after, within: list_backup_jobs(run.dynamodb, table_arn, since, after, within),
        deadline,
    )
    return sorted(jobs, key=lambda job: job.created or since, reverse=True)


async def others_under_way(table_arn: str, job_id: str, run: VaultRun) -> list[Job]:
    """The other jobs of the table that AWS is at; none where they can't be listed at once."""
    deadline = Deadline(run.account.clock, run.deadline.cut(_LOOKING_SECONDS))
    try:
        jobs = await _listed(table_arn, run, deadline)
    except AwsFailure:
        return []
    return [job for job in jobs if job.under_way and job.id != job_id]


async def _listed_if_allowed(table_arn: str, run: VaultRun) -> list[Job]:
    """The jobs of the table; none where they may not be listed.

    An answer that is only late is waited for: without it, a job would be started a second time.
    """
    try:
        return await _listed(table_arn, run, run.deadline)
    except AwsFailure as failure:
        if failure.row.error is AccessDeniedError:
            return []
        raise


async def outlast_unknown(
    request: VaultBackupRequest, table_arn: str, run: VaultRun
) -> Sequence[Job]:
    """The jobs of the table, once none is under way that may be this request's own and can't be told.

    AWS knows a token for an hour, and a recovery point has its tags once it is complete. Waiting in
    between takes no longer than AWS would, which runs one job of a table at a time.

    Raises:
        OtherJobTimeoutError: It was not over before the timeout.
    """
    for look, interval in zip(count(1), intervals(), strict=False):
        jobs = await _listed_if_allowed(table_arn, run)
        known_since = run.dynamodb.aws_now() - TOKEN_FOR
        unknown = [
            job
            for job in jobs
            if job.under_way
            and _may_be_own(job, request)
            and (job.created or known_since) < known_since
        ]
        if not unknown:
            return jobs
        if run.deadline.passed:
            told = f"job {unknown[0].id}, {unknown[0].state}"
            raise OtherJobTimeoutError(run.stage, run.facts(detail=told))
        pause = run.deadline.cut(interval)
        run.looked_at("Backup", waiting_for(unknown), look, pause)
        await run.account.clock.sleep(pause)
    raise AssertionError("the looks never end")


def waiting_for(others: list[Job]) -> str:
    """What a job that is CREATED waits for, in words."""
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return f"waiting for another job of this table ({others[0].id}{more})"
