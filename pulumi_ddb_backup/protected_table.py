"""`ProtectedTable`: a DynamoDB table that can't be lost by a `pulumi` command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from . import hooks

PROTECTION: Final = {
    "point_in_time_recovery": {"enabled": True},
    "deletion_protection_enabled": True,
}


class ProtectedTable(pulumi.ComponentResource):
    """A table with point-in-time recovery, deletion protection and a final backup.

    AWS refuses to delete it until `deletion_protection_enabled=False` is deployed; and then a final
    backup is taken first, without which it is not deleted either. Destroying it needs
    `pulumi destroy --run-program`, since hooks run in the program.
    """

    table: aws.dynamodb.Table
    """The table itself, of `pulumi_aws`. Transforms reach it as a child of this component."""
    table_name: pulumi.Output[str]
    """The table's name."""
    table_arn: pulumi.Output[str]
    """The table's ARN."""

    def __init__(
        self,
        resource_name: str,
        *,
        final_backup: pulumi.ResourceHook | None = None,
        backup_before_update: bool | Iterable[str] = False,
        table_opts: pulumi.ResourceOptions | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **table: Any,
    ) -> None:
        """Make the table.

        Args:
            resource_name: The component's name, and the table's in the program.
            final_backup: The hook for `before_delete`. Default: `hooks.final_backup` under the name
                `{resource_name}-final`.
            backup_before_update: True takes a backup before each update of anything but tags; names
                of properties, before each update of one of these. Default: False.
            table_opts: Resource options of the table itself.
            opts: Resource options of the component.
            **table: Arguments of `aws.dynamodb.Table`. `point_in_time_recovery` and
                `deletion_protection_enabled` are on where they are not given.

        Raises:
            pulumi.RunError: An option breaks a rule.
        """
        super().__init__("ddb-backup:index:ProtectedTable", resource_name, None, opts)
        final = final_backup or hooks.final_backup(f"{resource_name}-final")
        bound = pulumi.ResourceHookBinding(before_delete=[final])
        if backup_before_update:
            names = None if backup_before_update is True else backup_before_update
            before = hooks.backup_before_update(f"{resource_name}-before-update", properties=names)
            bound.before_update = [before]
        own = pulumi.ResourceOptions(parent=self, hooks=bound)
        self.table = aws.dynamodb.Table(
            resource_name,
            **{**PROTECTION, **table},
            opts=pulumi.ResourceOptions.merge(table_opts, own),
        )
        self.table_name = self.table.name
        self.table_arn = self.table.arn
        self.register_outputs({"table_name": self.table_name, "table_arn": self.table_arn})
