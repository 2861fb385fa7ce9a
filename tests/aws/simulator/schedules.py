"""What EventBridge Scheduler refuses and moto takes, or fails at."""

from __future__ import annotations

from moto.scheduler.models import scheduler_backends

from tests.aws.restores import ACCOUNT
from tests.aws.simulator.answers import Refusal
from tests.aws.simulator.calls import Call
from tests.aws.simulator.permissions import distrusted

PRINCIPAL = "scheduler.amazonaws.com"
_UNASSUMABLE = (
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
)


def facts(region: str, group: str) -> dict[str, str]:
    """What the trust policy of a schedule's role is compared with: its group, not the schedule."""
    arn = f"arn:aws:scheduler:{region}:{ACCOUNT}:schedule-group/{group}"
    return {"aws:SourceArn": arn, "aws:SourceAccount": ACCOUNT}


def refusal(call: Call, now: float, roles_ready_at: dict[str, float]) -> Refusal | None:
    """What AWS says of a call that it does not carry out."""
    if call.service != "scheduler":
        return None
    groups = scheduler_backends[ACCOUNT][call.region].schedule_groups
    if call.api in ("CreateScheduleGroup", "DeleteScheduleGroup"):
        name = str(call.params["Name"])
        if call.api == "CreateScheduleGroup" and name in groups:
            return "ConflictException", f"Schedule group {name} already exists.", 409
        if call.api == "DeleteScheduleGroup" and name not in groups:
            return "ResourceNotFoundException", f"Schedule group {name} does not exist.", 404
    if call.api in ("CreateSchedule", "UpdateSchedule"):
        group, role = call.params.get("GroupName", "default"), call.params["Target"]["RoleArn"]
        if group not in groups:
            return "ResourceNotFoundException", f"Schedule group {group} does not exist.", 404
        known = facts(call.region, group)
        if now < roles_ready_at.get(role, now) or distrusted(role, PRINCIPAL, known):
            return "ValidationException", _UNASSUMABLE, 400
    return None
