"""`ProtectedTable`: a DynamoDB table that can't be lost by a `pulumi` command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pulumi
import pulumi_aws as aws

from .. import hooks
from ..lookups import get_latest_backup_output
from .restored_table import RestoreSource, completed, restored_only
from .table_arguments import TableArguments

if TYPE_CHECKING:
    from typing_extensions import Unpack

PROTECTION: Final = {
    "point_in_time_recovery": {"enabled": True},
    "deletion_protection_enabled": True,
}


@dataclass(frozen=True, slots=True)
class LatestBackup:
    """The newest AVAILABLE backup of a table, for `ProtectedTable(restore_from=...)`.

    Attributes:
        table_name: The name or ARN of the table that was backed up, which may be gone.
        backup_name_prefix: Only backups whose names begin with it.
    """

    table_name: str
    backup_name_prefix: str | None = None


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

    @property
    def latest_backup_arn(self) -> pulumi.Output[str | None]:
        """The ARN of the table's newest AVAILABLE backup, looked up when the program runs."""
        opts = pulumi.InvokeOptions(parent=self)
        latest = get_latest_backup_output(self.table.arn, opts=opts)
        return latest.apply(lambda backup: backup.backup_arn if backup else None)

    def __init__(
        self,
        resource_name: str,
        *,
        final_backup: pulumi.ResourceHook | None = None,
        backup_before_update: bool | Iterable[str] = False,
        restore_from: pulumi.Input[str] | LatestBackup | None = None,
        table_opts: pulumi.ResourceOptions | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **table: Unpack[TableArguments],
    ) -> None:
        """Make the table.

        Args:
            resource_name: The component's name, and the table's in the program.
            final_backup: The hook for `before_delete`. Default: `hooks.final_backup()`, one for all
                such tables. Keep that call in the program for the `pulumi up` in which the last of
                them leaves it.
            backup_before_update: True takes a backup before each update of anything but tags; names
                of properties, before each update of one of these. Default: False.
            restore_from: Create the table from a backup: its ARN, or `LatestBackup(...)`. It counts
                when the table is created and never again, so a later backup replaces nothing.
                Tags, time to live, streams, point-in-time recovery, deletion protection and
                table class, which AWS leaves out of a restore, are set as they are declared.
            table_opts: Resource options of the table itself.
            opts: Resource options of the component.
            **table: Arguments of `aws.dynamodb.Table`. `point_in_time_recovery` and
                `deletion_protection_enabled` are on where they are not given.

        Raises:
            pulumi.RunError: An option breaks a rule.
        """
        super().__init__("ddb-backup:index:ProtectedTable", resource_name, None, opts)
        given: dict[str, Any] = {**PROTECTION, **table}
        final = final_backup or hooks.final_backup()
        bound = pulumi.ResourceHookBinding()
        if backup_before_update:
            names = None if backup_before_update is True else backup_before_update
            before = hooks.backup_before_update(f"{resource_name}-before-update", properties=names)
            bound.before_update = [before]
        own = pulumi.ResourceOptions(parent=self, hooks=bound)
        if restore_from is not None:
            source = _source_of(restore_from, pulumi.InvokeOptions(parent=self))
            given["restore_backup_arn"] = source.arn
            own.ignore_changes = ["restoreBackupArn"]
            bound.before_create = [restored_only(f"{resource_name}-restored-only", source)]
            bound.after_create = [completed(f"{resource_name}-restored")]
        self.table = aws.dynamodb.Table(
            resource_name,
            **given,
            opts=hooks.with_final_backup(final, pulumi.ResourceOptions.merge(table_opts, own)),
        )
        self.table_name = self.table.name
        self.table_arn = self.table.arn
        self.register_outputs({"table_name": self.table_name, "table_arn": self.table_arn})


def _source_of(
    restore_from: pulumi.Input[str] | LatestBackup, opts: pulumi.InvokeOptions
) -> RestoreSource:
    if not isinstance(restore_from, LatestBackup):
        return RestoreSource(restore_from)
    return RestoreSource.latest(restore_from.table_name, restore_from.backup_name_prefix, opts)
