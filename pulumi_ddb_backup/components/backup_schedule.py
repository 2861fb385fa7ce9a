"""`BackupSchedule`: on-demand backups that AWS's own scheduler takes, whether or not anybody deploys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..aws.rules.arns import plain_name
from ..aws.rules.scheduled import schedule_owner
from ..aws.schedule.rules import a_scheduled_table, validate_schedule
from ..aws.schedule.target import role_policy, target_arn, target_input, trust_policy
from .made_of import Place, known, require_none

QUEUE_SECONDS: Final = 14 * 86_400
"""How long the queue keeps what failed: as long as SQS can."""
_CHILD_NAME_MAX: Final = 50


_OUTPUTS: Final = (
    "schedule_arns",
    "schedule_group_name",
    "schedule_group_arn",
    "role_arn",
    "dead_letter_queue_name",
    "dead_letter_queue_arn",
    "dead_letter_queue_url",
    "owner",
)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the schedules of all tables have in common."""

    settings: Mapping[str, Any]
    group: aws.scheduler.ScheduleGroup
    queue: aws.sqs.Queue
    role: aws.iam.Role
    policy: aws.iam.RolePolicy


class BackupSchedule(pulumi.ComponentResource):
    """Backs up tables on a schedule that AWS runs: no pipeline, no machine, no `pulumi up`.

    It makes a schedule group, a schedule for each table that calls CreateBackup, a role that may do just
    that, and a queue for what failed. Nothing waits for these backups, and nothing deletes old ones: run
    `ddb-backup check` and `ddb-backup prune --owner` from cron or CI. A backup's name is
    `{table}-sched-{8 hex digits}-{id of the attempt}`; the digits tell whose it is.
    """

    schedule_arns: pulumi.Output[Sequence[str]]
    """The ARNs of the schedules, one for each table, in the order of `tables`."""
    schedule_group_name: pulumi.Output[str]
    """The name of the schedule group."""
    schedule_group_arn: pulumi.Output[str]
    """The ARN of the schedule group."""
    role_arn: pulumi.Output[str]
    """The ARN of the role that the schedules use."""
    dead_letter_queue_name: pulumi.Output[str]
    """The name of the queue for what failed, as a CloudWatch alarm wants it."""
    dead_letter_queue_arn: pulumi.Output[str]
    """The ARN of that queue."""
    dead_letter_queue_url: pulumi.Output[str]
    """The URL of that queue."""
    owner: pulumi.Output[str]
    """Whose the backups are, such as `schedule-89ab`: what `ddb-backup`'s `--owner` takes."""

    def __init__(
        self,
        resource_name: str,
        *,
        tables: Sequence[pulumi.Input[str]],
        schedule: str,
        timezone: str = "UTC",
        flexible_window_minutes: int = 15,
        maximum_retry_attempts: int = 2,
        maximum_event_age_seconds: int = 900,
        enabled: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the schedules.

        Args:
            resource_name: The name of the component in the program, from which AWS's names are made: up
                to 40 letters, digits, hyphens and underscores.
            tables: Names or ARNs of the tables, in the region and account of the component's provider.
                A list of outputs, such as `[table.arn for table in ...]`, will do.
            schedule: When: `cron(0 3 * * ? *)`, `rate(12 hours)` or `at(2026-01-31T03:00:00)`.
            timezone: The IANA time zone of `cron` and `at`. Default: UTC.
            flexible_window_minutes: AWS starts each backup at some time within so many minutes after the
                scheduled one, 0 to 1440. Default: 15.
            maximum_retry_attempts: How often AWS tries again, 0 to 185. CreateBackup is not idempotent:
                where AWS's answer was lost, a retry is a second backup. Default: 2.
            maximum_event_age_seconds: How long AWS tries, 60 to 86,400 seconds. Default: 900.
            enabled: False leaves everything in place, but starts nothing. Default: True.
            opts: Resource options of the component. Default: none.

        Raises:
            pulumi.RunError: An argument breaks a rule. Nothing was made. Of tables that are outputs, this
                is known once they are.
        """
        subject = f"BackupSchedule {resource_name!r}"
        settings = {
            "schedule": schedule,
            "timezone": timezone,
            "flexible_window_minutes": flexible_window_minutes,
            "maximum_retry_attempts": maximum_retry_attempts,
            "maximum_event_age_seconds": maximum_event_age_seconds,
            "enabled": enabled,
        }
        inputs = {"resource_name": resource_name, "tables": known(tables), **settings}
        require_none(subject, validate_schedule(inputs))
        super().__init__("ddb-backup:index:BackupSchedule", resource_name, None, opts)
        self._name = resource_name
        # The bare URN: as an output it depends on this very component, and so would its children.
        urn: pulumi.Input[str | None] = self.urn.future()
        self.owner = pulumi.Output.from_input(urn).apply(lambda known: schedule_owner(str(known)))
        self._place = Place.of(self, subject)
        group = aws.scheduler.ScheduleGroup(resource_name, opts=self._own())
        queue = aws.sqs.Queue(
            f"{resource_name}-failed",
            message_retention_seconds=QUEUE_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=self._own(),
        )
        arns = self._place.table_arns(tables, a_scheduled_table)
        role, policy = self._role(group, queue, arns)
        shared = _Shared(settings, group, queue, role, policy)
        schedules = [
            self._schedule(name, arn, shared)
            for name, arn in zip(_child_names(resource_name, tables), arns, strict=True)
        ]
        self.schedule_arns = pulumi.Output.all(*(one.arn for one in schedules))
        self.schedule_group_name, self.schedule_group_arn = group.name, group.arn
        self.role_arn = role.arn
        self.dead_letter_queue_name, self.dead_letter_queue_arn = queue.name, queue.arn
        self.dead_letter_queue_url = queue.url
        self.register_outputs({name: getattr(self, name) for name in _OUTPUTS})

    def _own(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(depends_on))

    def _role(
        self,
        group: aws.scheduler.ScheduleGroup,
        queue: aws.sqs.Queue,
        tables: Sequence[pulumi.Output[str]],
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        """The role of the schedules, and what it may do."""
        trust = pulumi.Output.all(self._place.account, group.arn).apply(
            lambda of: trust_policy(*of)
        )
        role = aws.iam.Role(
            self._name,
            assume_role_policy=pulumi.Output.json_dumps(trust),
            opts=self._own(),
        )
        allowed = pulumi.Output.all(queue.arn, *tables).apply(lambda of: role_policy(of[1:], of[0]))
        policy = aws.iam.RolePolicy(
            self._name, role=role.name, policy=pulumi.Output.json_dumps(allowed), opts=self._own()
        )
        return role, policy

    def _schedule(
        self, name: str, table_arn: pulumi.Output[str], shared: _Shared
    ) -> aws.scheduler.Schedule:
        """The schedule of one table."""
        settings = shared.settings
        table = table_arn.apply(lambda arn: arn.rpartition("/")[2])
        called = pulumi.Output.all(table, self.owner).apply(lambda of: target_input(*of))
        minutes = int(settings["flexible_window_minutes"])
        return aws.scheduler.Schedule(
            name,
            group_name=shared.group.name,
            description=table.apply(lambda text: f"Backs up DynamoDB table {text}"),
            schedule_expression=settings["schedule"],
            schedule_expression_timezone=settings["timezone"],
            state="ENABLED" if settings["enabled"] else "DISABLED",
            flexible_time_window=(
                {"mode": "FLEXIBLE", "maximum_window_in_minutes": minutes}
                if minutes
                else {"mode": "OFF"}
            ),
            target={
                "arn": self._place.partition.apply(target_arn),
                "role_arn": shared.role.arn,
                "input": pulumi.Output.json_dumps(called),
                "retry_policy": {
                    "maximum_retry_attempts": settings["maximum_retry_attempts"],
                    "maximum_event_age_in_seconds": settings["maximum_event_age_seconds"],
                },
                "dead_letter_config": {"arn": shared.queue.arn},
            },
            opts=self._own(shared.policy),
        )


def _child_names(name: str, tables: Sequence[pulumi.Input[str]]) -> Iterator[str]:
    """The names in the program of the tables' schedules: after the table, or the place among outputs."""
    outputs = count()
    for table in tables:
        full = f"{name}-{plain_name(table) if isinstance(table, str) else next(outputs)}"
        if len(full) > _CHILD_NAME_MAX:
            full = f"{full[: _CHILD_NAME_MAX - 7]}-{sha256(full.encode()).hexdigest()[:6]}"
        yield full
