"""AWS Backup's state, and what time makes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from moto.backup.models import Vault, backup_backends
from moto.iam.models import get_account_id_from

from tests.aws.restores import ACCOUNT, Restores
from tests.aws.simulator.answers import Answer, refused, told
from tests.aws.simulator.backup import copies, jobs, plans, points, queue, restoring, vaults
from tests.aws.simulator.backup.records import (
    FOREVER,
    End,
    Job,
    Point,
    RefusedError,
    named,
    table_of,
)
from tests.aws.simulator.calls import Call

Handler = Callable[["BackupService", Call, float], "dict[str, Any] | None"]
HANDLERS: dict[str, Handler] = {
    **jobs.HANDLERS,
    **copies.HANDLERS,
    **restoring.HANDLERS,
    **points.HANDLERS,
    **plans.HANDLERS,
    **vaults.HANDLERS,
}


class BackupService:
    """What AWS Backup does; a test sets the attributes at any time.

    Attributes:
        created_seconds: How long a backup job stays CREATED, though nothing is in its way.
        pending_seconds: How long it is PENDING then.
        running_seconds: How long it is RUNNING then.
        copy_created_seconds: How long a copy job stays CREATED, though nothing is in its way.
        copying_seconds: How long it is RUNNING then.
        looks: How often a new job is shown as not over, whatever the time; 0 leaves it to the time.
        ends: How jobs end that would have been COMPLETED; the first that fits counts.
        stuck: Tables whose backups, and names or ARNs of vaults copies to which, stay CREATED.
        roles_ready_at: When a role can be assumed, by its ARN; what is not named can.
        hides_missing: Whether AWS denies access to what is in a vault that does not exist, as it
            does; otherwise it finds nothing.
        lacks_delete_rights: Whether deletions are accepted and leave the point EXPIRED.
        deleting_seconds: How long a deleted point is DELETING.
        point_status: Status of a good recovery point; AWS knows COMPLETED and AVAILABLE.
        opt_in: ResourceTypeOptInPreference of each region.
        advanced: Whether DynamoDB's advanced features are on, by region; default: they are.
        organisation: Accounts that copies may go to, beside the own one.
        epoch: Unix time at which the simulator's time was 0; default: from the machine's own.
    """

    def __init__(self, restores: Callable[[], Restores]) -> None:
        self.created_seconds = self.pending_seconds = self.running_seconds = 0.0
        self.copy_created_seconds = self.copying_seconds = self.deleting_seconds = 0.0
        self.looks: float = 0
        self.ends: list[End] = []
        self.stuck: set[str] = set()
        self.roles_ready_at: dict[str, float] = {}
        self.hides_missing = True
        self.lacks_delete_rights = False
        self.point_status = "COMPLETED"
        self.opt_in: dict[str, dict[str, bool]] = {}
        self.advanced: dict[str, bool] = {}
        self.organisation: set[str] = set()
        self.epoch: float | None = None
        self.policies: dict[str, str] = {}
        self.jobs: dict[str, Job] = {}
        self.points: dict[tuple[str, str], Point] = {}
        self.tokens: dict[tuple[str, ...], tuple[float, Any, dict[str, Any]]] = {}
        self._restores = restores

    # What a test says.

    def finish(self) -> None:
        """Let every job that is not stuck be over at the next call, and new ones at once."""
        self.created_seconds = self.pending_seconds = self.running_seconds = 0.0
        self.copy_created_seconds = self.copying_seconds = self.looks = 0
        jobs_left = [job for job in list(self.jobs.values()) if not job.over]
        for job in jobs_left:
            job.looks = 0
        if any(job.kind == "restore" for job in jobs_left):
            self.restores().restoring_seconds = 0.0
            self.restores().finish()

    def unstick(self) -> None:
        """Let jobs that are stuck go on."""
        self.stuck.clear()
        for job in list(self.jobs.values()):
            job.stuck = False

    def abort(self, job_id: str, now: float, message: str = "Stopped by a user") -> None:
        """End a job, as somebody does at the console."""
        job = self.jobs[job_id]
        job.state, job.message, job.category, job.ended = "ABORTED", message, "", now
        points.drop_unfinished(self, job)

    def lock(self, vault_arn: str, min_days: int | None, max_days: int | None) -> None:
        """Lock a vault in governance mode."""
        vault = self.vault(vault_arn)
        vault.locked, vault.min_retention_days, vault.max_retention_days = True, min_days, max_days

    def add_vault(
        self, name: str, region: str, account: str = ACCOUNT, policy: str = "", *, key: bool = True
    ) -> str:
        """A vault of any account, encrypted with a key of its own if `key`; its ARN."""
        key_arn = f"arn:aws:kms:{region}:{account}:key/{name}" if key else ""
        vault = backup_backends[account][region].create_backup_vault(name, {}, key_arn, "")
        if policy:
            self.policies[vault.backup_vault_arn] = policy
        return str(vault.backup_vault_arn)

    # What a client gets.

    def table_of(self, call: Call) -> str:
        """The table that a call of AWS Backup concerns, where its parameters don't hold it."""
        if call.service != "backup":
            return ""
        for key in ("BackupJobId", "CopyJobId", "RestoreJobId"):
            if job := self.jobs.get(str(call.params.get(key))):
                return job.table
        arn = call.params.get("RecoveryPointArn")
        return next((table_of(p.resource_arn) for p in self.points.values() if p.arn == arn), "")

    def answer(self, call: Call, now: float) -> Answer | None:
        """The answer of AWS Backup; None leaves it to moto."""
        if self.jobs or self.points:
            self.settle(now)
        if call.service != "backup":
            return None
        handler = HANDLERS.get(call.api)
        if handler is None:
            return None
        try:
            content = handler(self, call, now)
        except RefusedError as error:
            return refused(call, *error.refusal)
        if content is None:
            return None
        self.settle(now)
        return told(content)

    # What its parts share.

    def settle(self, now: float) -> None:
        """Let everything happen that is due."""
        queue.settle(self, now)
        points.age(self, now)

    def wall(self, moment: float) -> float:
        """Unix time of a moment on the simulator's time."""
        if self.epoch is None:
            self.epoch = time.time() - moment
        return round(self.epoch + moment, 3)

    def dated(self, answer: Answer, call: Call) -> Answer:
        """An answer of AWS Backup's with its date by the simulator's time, as its jobs have theirs."""
        if call.service != "backup":
            return answer
        date = formatdate(self.wall(call.at), usegmt=True)
        return answer._replace(headers=(*answer.headers, ("Date", date)))

    def account(self, call: Call) -> str:
        """Whose credentials signed a call."""
        return str(get_account_id_from(call.key)) if call.key else ACCOUNT

    def vault_arn(self, call: Call, name: str) -> str:
        """ARN of the vault of that name where a call went."""
        return f"arn:aws:backup:{call.region}:{self.account(call)}:backup-vault:{name}"

    def vault(self, arn: str) -> Vault:
        """The vault; it must exist."""
        account, region, name = named(arn)
        vault = backup_backends[account][region].vaults.get(name)
        if vault is None and self.hides_missing:
            words = "Insufficient privileges to perform this action."
            raise RefusedError("AccessDeniedException", words, 403)
        if vault is None:
            raise RefusedError("ResourceNotFoundException", f"Backup vault not found: {name}")
        return vault

    def needs_role(self, role: str, now: float) -> None:
        """Refuse a role that can't be assumed, or not yet."""
        if now < self.roles_ready_at.get(role, -FOREVER):
            words = f"IAM Role {role} cannot be assumed by AWS Backup"
            raise RefusedError("InvalidParameterValueException", words)

    def once(self, call: Call, now: float, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer to the same request within the hour of its token, or that of `make`."""
        token = str(call.params.get("IdempotencyToken", ""))
        key = (self.account(call), call.region, call.api, token)
        if token and key in self.tokens:
            then, params, content = self.tokens[key]
            if now < then + 3600 and params != call.params:
                words = "The idempotency token was used for a request with other parameters."
                raise RefusedError("InvalidParameterValueException", words)
            if now < then + 3600:
                return content
        content = make()
        self.tokens[key] = (now, dict(call.params), content)
        return content

    def add(self, job: Job) -> Job:
        """Take a new job in."""
        job.looks = self.looks
        self.jobs[job.id] = job
        return job

    def end_of(self, kind: str, *abouts: str) -> End:
        """How a job is going to end."""
        for end in self.ends:
            fits = end.kind in ("", kind) and (not end.about or end.about in abouts)
            if fits and end.times > 0:
                end.times -= 1
                return end
        return End()

    def restores(self) -> Restores:
        """The restores of tables."""
        return self._restores()
