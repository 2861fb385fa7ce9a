"""Test restores by AWS Backup: it restores the newest backup of each table, and deletes the new table."""

from __future__ import annotations

import re
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from ..aws.rules.naming import digest

TESTED_WITHIN_DAYS: Final = 30
"""How old a backup may be that is restored; AWS's own default."""


def restore_testing(
    name: str,
    schedule: str,
    vault: aws.backup.Vault,
    role: aws.iam.Role,
    tested: dict[str, Any],
    component: pulumi.ComponentResource,
) -> None:
    """Make the plan of the tests, and its selection of tables.

    Args:
        name: The component's name.
        schedule: When AWS tests, as a cron expression in UTC.
        vault: The vault whose backups are restored.
        role: The role that restores.
        tested: Which tables, as `aws.backup.RestoreTestingSelection` takes them.
        component: The parent.
    """
    own = pulumi.ResourceOptions(parent=component)
    urn: pulumi.Input[str | None] = component.urn.future()
    # Hyphens, which Pulumi would put into a name of its own making, are none of AWS's letters here.
    start = re.sub(r"[^0-9a-zA-Z]", "_", name)
    unique = pulumi.Output.from_input(urn).apply(lambda known: f"{start}_{digest({'urn': known})}")
    plan = aws.backup.RestoreTestingPlan(
        name,
        name=unique,
        schedule_expression=schedule,
        recovery_point_selection={
            "algorithm": "LATEST_WITHIN_WINDOW",
            "include_vaults": [vault.arn],
            "recovery_point_types": ["SNAPSHOT"],
            "selection_window_days": TESTED_WITHIN_DAYS,
        },
        opts=own,
    )
    aws.backup.RestoreTestingSelection(
        name,
        name=unique,
        restore_testing_plan_name=plan.name,
        protected_resource_type="DynamoDB",
        iam_role_arn=role.arn,
        **tested,
        opts=own,
    )
