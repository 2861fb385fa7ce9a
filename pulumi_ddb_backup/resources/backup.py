"""`Backup`: one on-demand backup of one DynamoDB table, as a Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import Resource

from ..aws.retention.arguments import RetentionArgs
from ..aws.rules.choices import DeletionPolicy
from ..aws.rules.validation import validate
from ..engine import pickler_kept
from .arguments import engine_arguments
from .backup_properties import OUTPUTS
from .dynamic import DynamicProvider
from .options import no_get

if TYPE_CHECKING:
    from .backup_logic import BackupLogic


class BackupProvider(DynamicProvider):
    """What the engine calls for each `Backup`. Its path and name are in users' states for ever."""

    @staticmethod
    def logic(settings: Mapping[str, str]) -> BackupLogic:
        from .backup_logic import BackupLogic

        return BackupLogic(settings)


class Backup(Resource, module="ddb-backup", name="Backup"):
    """An on-demand backup of a DynamoDB table.

    `pulumi up` takes the backup and waits until it is AVAILABLE. Only then do resources that depend
    on it continue. Destroying the resource keeps the backup in AWS, where it costs money until
    somebody deletes it, unless `deletion_policy="delete"` was deployed.

    If the wait ends early (a timeout, Ctrl-C or an error in AWS), the backup's ARN is in the stack's
    state, and the next `pulumi up` continues to wait for the same backup.
    """

    backup_arn: pulumi.Output[str]
    """The backup's ARN, which is also the resource's id."""
    backup_name: pulumi.Output[str]
    """The backup's name: `backup_name`, or the one generated from `backup_name_prefix`."""
    backup_status: pulumi.Output[str]
    """AVAILABLE, or CREATING if the wait ended early and has not been continued yet."""
    table_name: pulumi.Output[str]
    """The name of the backed-up table, even if its ARN was given."""
    table_arn: pulumi.Output[str]
    """The ARN of the backed-up table."""
    table_id: pulumi.Output[str | None]
    """The unique id of the backed-up table. None if AWS did not give it."""
    region: pulumi.Output[str]
    """The region of the table and of the backup."""
    backup_size_bytes: pulumi.Output[int | None]
    """Size of the backup in bytes, as AWS knew it right after the backup. AWS updates sizes about every
    six hours."""
    backup_creation_date_time: pulumi.Output[str | None]
    """When the backup was requested, in UTC, such as `2026-01-02T03:04:05Z`."""
    table_size_bytes: pulumi.Output[int | None]
    """Size of the table in bytes when the backup was taken."""
    item_count: pulumi.Output[int | None]
    """Number of items in the table when the backup was taken."""
    elapsed_seconds: pulumi.Output[float | None]
    """How long the operation took that saw the backup become AVAILABLE, in seconds."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers for which the backup was taken."""
    timeout: pulumi.Output[int]
    """The time limit in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`, as last deployed."""
    retention: pulumi.Output[Mapping[str, Any] | None]
    """What the retention did when the last backup was taken: `rules`; `kept` and `kept_by_rule` (how
    many stay); `deleted` (how many went) and `deleted_arns` (the first ten); `failed` (how many could
    not be deleted) and `failures` (the first ten); `left_alone` (how many, by reason, such as
    `other_owner`); and `note`, if it could not be applied at all. None without `retention`."""

    get = staticmethod(no_get("Backup"))
    """Raises `pulumi.RunError`: Pulumi can't read a dynamic resource into a program. Use
    `existing_backup_arn`, or look the backup up with `get_backups`."""

    def __init__(
        self,
        resource_name: str,
        *,
        table_name: pulumi.Input[str] | None = None,
        backup_name: pulumi.Input[str] | None = None,
        backup_name_prefix: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        endpoint_url: pulumi.Input[str] | None = None,
        timeout: pulumi.Input[int] | None = None,
        triggers: pulumi.Input[Mapping[str, Any]] | None = None,
        deletion_policy: pulumi.Input[DeletionPolicy] | None = None,
        retention: pulumi.Input[RetentionArgs] | None = None,
        existing_backup_arn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take a backup.

        Args:
            resource_name: The resource's name in the Pulumi program.
            table_name: Name (3 to 255 characters of `[a-zA-Z0-9_.-]`) or ARN of the table. With an ARN, the
                table must have exactly that ARN, account included. A change takes a new backup.
            backup_name: The backup's name, 3 to 255 characters of `[a-zA-Z0-9_.-]`. Give either this or
                `backup_name_prefix`. A change takes a new backup.
            backup_name_prefix: The start of a name that is generated once, when the backup is taken:
                `{prefix}{UTC time}-{8 hex digits}`. 1 to 230 characters of `[a-zA-Z0-9_.-]`. A change takes a
                new backup.
            region: AWS region of the table. Default: the region in the table's ARN, else
                `aws:region`, else AWS_REGION, AWS_DEFAULT_REGION or the profile's. A change takes a
                new backup.
            profile: Profile of the shared AWS configuration files. Default: `aws:profile`, else the
                environment.
            role_arn: ARN of an IAM role to assume. Default: `aws:assumeRoles`, else none.
            endpoint_url: URL to use instead of AWS's DynamoDB endpoint. Default: `aws:endpoints`,
                else AWS's own.
            timeout: Time limit for the whole operation in whole seconds, 60 to 7200. Default: 1800.
                Pulumi ignores `customTimeouts` of dynamic resources.
            triggers: Any values. If one changes, a new backup is taken. Assets and archives are
                compared by their content. Values that Pulumi can't store are refused. Default:
                none.
            deletion_policy: What happens to the backup in AWS when the resource is destroyed or
                replaced: `retain` (the default) keeps it, `delete` deletes it. The policy that was
                last deployed counts.
            retention: Which of this resource's own earlier backups of the table to keep once the new
                one is AVAILABLE; see `RetentionArgs`. The others are deleted. It needs
                `backup_name_prefix`. A change deletes nothing until the next backup. Default: keep
                all.
            existing_backup_arn: ARN of a backup made elsewhere, to be managed by this stack. No
                backup is taken then, no name and no `retention` may be given, and `table_name` may
                be left out.
                Another ARN replaces the resource. Default: None.
            opts: Pulumi's resource options. If an `aws.Provider` is among them or among those of
                the parent, its region and profile are used. A provider with any other setting is
                refused, unless you give the table's ARN, or `region`, `profile` or `role_arn`.
                Options that have no effect on dynamic resources are refused too.

        Raises:
            pulumi.RunError: `opts` has a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't store. Broken rules fail the
                preview instead, all of them together.
        """
        inputs = {
            "table_name": table_name,
            "backup_name": backup_name,
            "backup_name_prefix": backup_name_prefix,
            "region": region,
            "profile": profile,
            "role_arn": role_arn,
            "endpoint_url": endpoint_url,
            "timeout": timeout,
            "triggers": triggers,
            "deletion_policy": deletion_policy,
            "retention": retention,
            "existing_backup_arn": existing_backup_arn,
        }
        subject = f"Backup '{resource_name}'"
        props, opts = engine_arguments(
            subject, inputs, opts, tables=table_name, outputs=OUTPUTS, validate=validate
        )
        with pickler_kept():
            super().__init__(BackupProvider(), resource_name, props, opts)
