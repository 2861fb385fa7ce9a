"""Backup plans, as far as moto lacks them: what AWS checks, and that they change."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from moto.backup.models import Plan, backup_backends

from tests.aws.simulator.backup import points
from tests.aws.simulator.backup.records import RefusedError
from tests.aws.simulator.calls import Call

if TYPE_CHECKING:
    from tests.aws.simulator.backup.service import BackupService


def create(service: BackupService, call: Call, now: float) -> None:
    """CreateBackupPlan: moto's; AWS opts the region in to DynamoDB's advanced features by it."""
    _check(service, call)
    service.advanced[call.region] = True


def update(service: BackupService, call: Call, now: float) -> dict[str, Any]:
    """UpdateBackupPlan."""
    backend = backup_backends[service.account(call)][call.region]
    plan = backend.plans.get(str(call.params["BackupPlanId"]))
    if plan is None or plan.deletion_date is not None:
        words = "Failed reading Backup plan with provided version"
        raise RefusedError("ResourceNotFoundException", words)
    _check(service, call)
    changed = Plan(dict(call.params["BackupPlan"]), plan.creator_request_id, backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, str(uuid.uuid4())
    return {
        "BackupPlanId": plan.backup_plan_id,
        "BackupPlanArn": plan.backup_plan_arn,
        "CreationDate": plan.creation_date,
        "VersionId": plan.version_id,
    }


def _check(service: BackupService, call: Call) -> None:
    """Refuse rules that AWS refuses."""
    for rule in call.params["BackupPlan"]["Rules"]:
        copies = [copy.get("Lifecycle", {}) for copy in rule.get("CopyActions", ())]
        for lifecycle in (rule.get("Lifecycle", {}), *copies):
            try:
                points.check_lifecycle(lifecycle)
            except RefusedError as error:
                code, message, _ = error.refusal
                raise RefusedError(code, f"Error in some rules due to : {message}") from error


HANDLERS = {"CreateBackupPlan": create, "UpdateBackupPlan": update}
