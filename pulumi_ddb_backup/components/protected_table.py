"""`ProtectedTable`: a DynamoDB table that no `pulumi` command can destroy without a backup."""

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
        table_name: Name or ARN of the backed-up table, which need not exist any more.
        backup_name_prefix: Only backups whose names begin with this. Default: any name.
    """

    table_name: str
    backup_name_prefix: str | None = None


class ProtectedTable(pulumi.ComponentResource):
    """A table with point-in-time recovery, deletion protection and a final backup.

    AWS refuses to delete the table until `deletion_protection_enabled=False` is deployed. Even then a
    final backup is taken first, and the table is not deleted without it. Destroying it needs
    `pulumi destroy --run-program`, because hooks run in the program.
    """

    table: aws.dynamodb.Table
    """The `aws.dynamodb.Table` itself. It is a child of this component, so transforms reach it."""
    table_name: pulumi.Output[str]
    """The table's name."""
    table_arn: pulumi.Output[str]
    """The table's ARN."""

    @property
    def latest_backup_arn(self) -> pulumi.Output[str | None]:
        """The ARN of the table's newest AVAILABLE backup, looked up when the program runs. None if there
        is none."""
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
            resource_name: The name of the component and of its table in the program.
            final_backup: The hook for `before_delete`. Default: `hooks.final_backup()`, which all
                such tables share. When the last of them leaves the program, keep a call of
                `hooks.final_backup()` in it for that `pulumi up`.
            backup_before_update: True takes a backup before every update, except one of tags alone.
                Names of properties, such as `["billing_mode"]`, take one before an update of any of
                these. Default: False.
            restore_from: Create the table from a backup: a backup's ARN, or `LatestBackup(...)`. It
                only counts when the table is created, so a later backup replaces nothing. Settings
                that AWS leaves out of a restore are made as declared: tags, time to live, streams,
                point-in-time recovery, deletion protection and table class. Default: a new, empty
                table.
            table_opts: Resource options of the table itself. Default: none.
            opts: Resource options of the component. Default: none.
            **table: Arguments of `aws.dynamodb.Table`. `point_in_time_recovery` and
                `deletion_protection_enabled` are on unless given.

        Raises:
            pulumi.RunError: An option of a hook breaks a rule.
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
