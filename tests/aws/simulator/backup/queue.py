"""Jobs as time passes: one of a table's backups and copies at a time, the others stay CREATED."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.aws.simulator.backup import copies, jobs, points, restoring
from tests.aws.simulator.backup.records import FOREVER, Job, RefusedError

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService

_EXPIRED = "Backup job expired before completion."
_BEGIN = {"backup": jobs.begin, "copy": copies.begin, "restore": restoring.begin}
_COMPLETE = {"backup": jobs.complete, "copy": copies.complete, "restore": restoring.complete}


def settle(service: BackupService, now: float) -> None:
    """Bring every job to where it is at `now`, in the order in which they were created."""
    free: dict[str, float] = {}
    for job in service.jobs.values():
        queue = f"{job.account} {job.resource_arn}" if job.kind != "restore" else job.id
        _settle(service, job, free.get(queue, -FOREVER), now)
        if job.ended is None:
            busy = FOREVER if job.started is not None or not job.stuck else -FOREVER
            free[queue] = max(free.get(queue, -FOREVER), busy)
        elif job.started is not None:
            free[queue] = max(free.get(queue, -FOREVER), job.ended)


def spans(service: BackupService, job: Job) -> tuple[float, float, float]:
    """How long a job is CREATED, PENDING and RUNNING."""
    if job.kind == "backup":
        return service.created_seconds, service.pending_seconds, service.running_seconds
    if job.kind == "copy":
        return service.copy_created_seconds, 0.0, service.copying_seconds
    return 0.0, 0.0, service.restores().restoring_seconds


def _settle(service: BackupService, job: Job, free_at: float, now: float) -> None:
    if job.over:
        return
    created, pending, running = spans(service, job)
    if job.started is None:
        start = FOREVER if job.stuck else max(job.created + created, free_at)
        if start >= job.start_by and now >= job.start_by:
            finish(service, job, job.start_by, "EXPIRED", _EXPIRED)
            return
        if now < start:
            return
        job.started = start
        if failure := _begin(service, job, start):
            finish(service, job, start, "FAILED", *failure)
            return
    end = job.started + pending + running
    if end > job.complete_by and now >= job.complete_by and not job.looks:
        finish(service, job, job.complete_by, "EXPIRED", _EXPIRED)
    elif job.looks or now < end:
        waits = now < job.started + pending and not job.looks
        job.state = "PENDING" if waits else "RUNNING"
    else:
        _complete(service, job, max(end, job.created))


def _begin(service: BackupService, job: Job, at: float) -> tuple[str, str] | None:
    try:
        return _BEGIN[job.kind](service, job, at)
    except RefusedError as error:  # its vault has gone
        return error.refusal[1], "AccessDenied"


def _complete(service: BackupService, job: Job, at: float) -> None:
    end = job.end
    if end.state in ("COMPLETED", "PARTIAL"):
        _COMPLETE[job.kind](service, job, at)
    finish(service, job, at, end.state, end.message, end.category)


def finish(
    service: BackupService, job: Job, at: float, state: str, message: str, category: str = ""
) -> None:
    """Let a job be over."""
    job.state, job.message, job.category, job.ended = state, message, category, at
    if state not in ("COMPLETED", "PARTIAL"):
        points.drop_unfinished(service, job)
