"""`Backup`: one on-demand backup of one DynamoDB table, as a Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import Resource

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

    Creating it takes the backup and waits until it is AVAILABLE; only then do resources that depend
    on it go on. Destroying it keeps the backup in AWS unless `deletion_policy="delete"`.

    When the wait ends early (timeout, Ctrl-C, an error of AWS's), the backup's ARN is in the
    stack's state, and the next `pulumi up` goes on waiting for that same backup.
    """

    backup_arn: pulumi.Output[str]
    """The backup's ARN; also the resource's id."""
    backup_name: pulumi.Output[str]
    """The backup's name, the generated one where `backup_name_prefix` was given."""
    backup_status: pulumi.Output[str]
    """AVAILABLE, or CREATING while a wait that ended early has not been taken up again."""
    table_name: pulumi.Output[str]
    """The plain name of the table that was backed up."""
    table_arn: pulumi.Output[str]
    """The ARN of the table that was backed up."""
    table_id: pulumi.Output[str | None]
    """The unique id of the table that was backed up."""
    region: pulumi.Output[str]
    """The region of the table and of the backup."""
    backup_size_bytes: pulumi.Output[int | None]
    """Size of the backup in bytes. AWS updates it about every six hours."""
    backup_creation_date_time: pulumi.Output[str | None]
    """When the backup was requested, in UTC, such as `2026-01-02T03:04:05Z`."""
    table_size_bytes: pulumi.Output[int | None]
    """Size of the table in bytes, as AWS knew it at the backup."""
    item_count: pulumi.Output[int | None]
    """Number of the table's items, as AWS knew it at the backup."""
    elapsed_seconds: pulumi.Output[float | None]
    """How long the operation took that saw the backup AVAILABLE."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers this backup was taken for."""
    timeout: pulumi.Output[int]
    """The timeout in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`."""

    get = staticmethod(no_get("Backup"))

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
        existing_backup_arn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take a backup.

        Args:
            resource_name: The resource's name in the Pulumi program.
            table_name: Name (3-255 characters) or ARN of the table. A change takes a new backup.
            backup_name: The backup's name: 3-255 characters of `[a-zA-Z0-9_.-]`. Exactly one of
                this and `backup_name_prefix`. A change takes a new backup.
            backup_name_prefix: Start of a name that is made once, when the backup is:
                `{prefix}{UTC time}-{8 hex digits}`. At most 230 characters. A change takes a new
                backup.
            region: AWS region of the table. Default: the region in a table ARN, else `aws:region`,
                else AWS_REGION, AWS_DEFAULT_REGION or the profile's. A change takes a new backup.
            profile: Profile of the shared AWS configuration. Default: `aws:profile`.
            role_arn: IAM role to assume. Default: `aws:assumeRoles`.
            endpoint_url: URL that replaces AWS's DynamoDB endpoint. Default: `aws:endpoints`.
            timeout: Limit in seconds of the whole operation, 60 to 7200. Default: 1800.
            triggers: Any values; a change of any of them takes a new backup. An asset or archive
                counts by its content. What Pulumi can't keep is refused.
            deletion_policy: What destroying or replacing the resource does to the backup in AWS:
                `retain` (the default) keeps it, `delete` deletes it. It counts as last deployed.
            existing_backup_arn: ARN of a backup made elsewhere, taken into the stack instead of
                taking one. `table_name` and a name may then be left out.
            opts: Pulumi's resource options. Of an `aws.Provider` that reaches the resource, by them
                or by its parent, region and profile are taken over; anything else that it decides
                by is refused, unless the table's ARN is given, or region, profile or role_arn. So
                is each option that dynamic resources do not honour.

        Raises:
            pulumi.RunError: `opts` names a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't keep.
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
            "existing_backup_arn": existing_backup_arn,
        }
        subject = f"Backup '{resource_name}'"
        props, opts = engine_arguments(
            subject, inputs, opts, tables=table_name, outputs=OUTPUTS, validate=validate
        )
        with pickler_kept():
            super().__init__(BackupProvider(), resource_name, props, opts)
