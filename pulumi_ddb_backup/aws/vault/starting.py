"""Starting a backup job, exactly once, or finding the one that an earlier run has started.

AWS Backup answers a token that it knows with the job that was started for it, for about an hour. So a
call whose answer was lost is simply sent again. A token holds the id of the job before, so that the
next request of the same caller has another one, and so does a job that comes back although it is over
(failed, its recovery point gone or handed over before) or is of a table that had the name before: that
is not the backup asked for now.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..clock import Deadline
from ..errors import Stage
from ..rules.text import iso
from ..tables import Table
from .calls import start_backup_job
from .recognition import described, find_own, job_before, outlast_unknown, tags_of_request
from .records import VaultBackupRecord, VaultBackupRequest
from .rows import is_of_role
from .states import JobState
from .steps import Job
from .underway import VaultRun

ROLE_SECONDS: Final = 120.0
"""How long a role that was made a moment ago may not be assumable."""
_ROLE_PAUSE_SECONDS: Final = 5.0
_ANSWER_LOST: Final = "StartBackupJob was sent and its answer was lost"
_CLOCK_RESOLUTION: Final = timedelta(seconds=2)
"""AWS tells the time in whole seconds; an own job may seem this much older than its call."""


def token_of(who: str, before: str | int) -> str:
    """The token of whoever `who` stands for, after the job or the attempts `before`."""
    facts = json.dumps([who, before]).encode()
    return f"ddb-backup-{hashlib.sha256(facts).hexdigest()[:40]}"


async def start(request: VaultBackupRequest, table: Table, run: VaultRun) -> VaultBackupRecord:
    """Have AWS start the job, or go on with the one that this very request has started."""
    run.stage = Stage.VAULT
    began = run.dynamodb.aws_now() - _CLOCK_RESOLUTION
    jobs = await outlast_unknown(request, table.arn, run)
    if own := await find_own([job for job in jobs if _may_be_of(table, job)], request, run):
        return _gone_on_with(own, request, table, run)
    before = job_before(jobs, request, run)
    while True:
        sending = _Sending(request, table, token_of(request.who, before), began, run)
        job = await _started(sending)
        if sending.is_new(job):
            made = _noted(job, request, table, run)
            run.notice(
                f"Backup job of table '{table.name}' in vault '{made.vault_name}' started: {job.id}"
            )
            return made
        looked = await described(job.id, request, run)
        if looked and looked.may_be_gone_on_with and _may_be_of(table, job):
            return _gone_on_with(looked.job, request, table, run)
        before = job.id


def _may_be_of(table: Table, job: Job) -> bool:
    """Whether a job can have backed this very table up, and not one that had its name before."""
    if job.created is None or table.creation_date_time is None:
        return True
    return job.created >= table.creation_date_time - _CLOCK_RESOLUTION


@dataclass(frozen=True, slots=True)
class _Sending:
    """One token on its way, and when the operation began by AWS's clock."""

    request: VaultBackupRequest
    table: Table
    token: str
    began: datetime
    run: VaultRun

    def is_new(self, job: Job) -> bool:
        """Whether the job was started by this very operation."""
        return job.created is None or job.created >= self.began

    def noted(self, job: Job) -> None:
        if self.is_new(job):
            _noted(job, self.request, self.table, self.run)


def _gone_on_with(
    job: Job, request: VaultBackupRequest, table: Table, run: VaultRun
) -> VaultBackupRecord:
    when = f" at {iso(job.created)}" if job.created else ""
    how = "has made" if job.state == JobState.COMPLETED else "is making"
    run.notice(
        f"Job {job.id} of table '{run.table_name}', which an earlier run started{when}, {how} this same "
        "backup; going on with it"
    )
    return _noted(job, request, table, run)


def _noted(job: Job, request: VaultBackupRequest, table: Table, run: VaultRun) -> VaultBackupRecord:
    run.doubt = ""
    run.made = VaultBackupRecord(
        backup_job_id=job.id,
        job_state=job.state,
        vault_name=request.vault_name,
        table_name=table.name,
        table_arn=table.arn,
        region=run.dynamodb.region,
    )
    return run.saw(job)


async def _started(sending: _Sending) -> Job:
    """The job that AWS answers this token with. A role that is very new is waited for."""
    run = sending.run
    usable_by = Deadline(run.account.clock, run.deadline.cut(ROLE_SECONDS))
    for look in count(1):
        try:
            return await run.call(Api.START_BACKUP_JOB, lambda within: _send(sending, within))
        except AwsFailure as failure:
            if not is_of_role(failure) or usable_by.passed:
                raise
            pause = usable_by.cut(_ROLE_PAUSE_SECONDS)
            run.looked_at("Backup", "waiting until AWS Backup can assume the role", look, pause)
            await run.account.clock.sleep(pause)
    raise AssertionError("the looks never end")


async def _send(sending: _Sending, within_seconds: float) -> Job:
    """Send StartBackupJob once. A cancel waits for the answer: it tells what is started."""
    request, run = sending.request, sending.run
    sent = asyncio.ensure_future(
        start_backup_job(
            run.dynamodb,
            request,
            sending.table.arn,
            sending.token,
            tags_of_request(request),
            within_seconds,
        )
    )
    try:
        return await asyncio.shield(sent)
    except asyncio.CancelledError:
        try:
            sending.noted(await sent)
        except AwsFailure as failure:
            _note_doubt(failure, run)
        raise
    except AwsFailure as failure:
        _note_doubt(failure, run)
        raise


def _note_doubt(failure: AwsFailure, run: VaultRun) -> None:
    if failure.may_have_happened:
        run.doubt = _ANSWER_LOST
