"""What the scheduler calls, with what, and all that its role may do: pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from ..rules.scheduled import EXECUTION_ID, scheduled_prefix

_VERSION: Final = "2012-10-17"


def target_arn(partition: str) -> str:
    """The scheduler's own target for DynamoDB's CreateBackup."""
    return f"arn:{partition}:scheduler:::aws-sdk:dynamodb:createBackup"


def target_input(table: str, owner: str) -> dict[str, str]:
    """What CreateBackup is called with. The scheduler puts in the id of each attempt.

    A name can't hold the colons of a time.

    Args:
        table: The table's plain name.
        owner: The schedule, as `scheduled.schedule_owner` names it.
    """
    return {"TableName": table, "BackupName": f"{scheduled_prefix(table, owner)}{EXECUTION_ID}"}


def trust_policy(account: str, group_arn: str) -> dict[str, Any]:
    """Lets the scheduler use the role for the schedules of this group alone.

    The scheduler names the group as its source, and never the schedule. Without the condition, a
    schedule in anybody's account could use the role (AWS calls it the confused deputy).
    """
    source = {"aws:SourceAccount": account, "aws:SourceArn": group_arn}
    return {
        "Version": _VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "scheduler.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": source},
            }
        ],
    }


def role_policy(table_arns: Sequence[str], queue_arn: str) -> dict[str, Any]:
    """Allows a backup of each table, and a message about one that failed; nothing else."""
    return {
        "Version": _VERSION,
        "Statement": [
            {
                "Sid": "Backups",
                "Effect": "Allow",
                "Action": "dynamodb:CreateBackup",
                "Resource": list(table_arns),
            },
            {
                "Sid": "Failures",
                "Effect": "Allow",
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
            },
        ],
    }
