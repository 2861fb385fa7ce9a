"""`BackupSet`: a backup of each of many DynamoDB tables, as one Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import Resource

from ..aws.fleet.rules import validate_fleet
from ..aws.rules.choices import DeletionPolicy
from ..engine import pickler_kept
from .arguments import engine_arguments
from .backup_set_properties import SET_OUTPUTS
from .dynamic import DynamicProvider
from .options import no_get

if TYPE_CHECKING:
    from .backup_set_logic import BackupSetLogic
    from .set_outputs import SetBackup, SetFailure
else:  # the SDK reads these types when the program runs, and takes no dict for a TypedDict
    SetBackup = SetFailure = Mapping[str, Any]


class BackupSetProvider(DynamicProvider):
    """What the engine calls for each `BackupSet`. Its path and name are in users' states for ever."""

    @staticmethod
    def logic(settings: Mapping[str, str]) -> BackupSetLogic:
        from .backup_set_logic import BackupSetLogic

        return BackupSetLogic(settings)


class BackupSet(Resource, module="ddb-backup", name="BackupSet"):
    """An on-demand backup of each of many DynamoDB tables.

    Which tables is resolved when the set is created, and again whenever an `up` has work to do on
    it. A table that fails stops no other: the rest finish, the resource ends as failed with the
    first ten failures in its message and all of them in `failures`, and the next `pulumi up` takes
    only what is missing. So it is, too, after a timeout or Ctrl-C.

    A table that a pattern or tag finds is waited for while it is CREATING. One that is being deleted
    or gone when its turn comes is skipped with a notice, and is not in the set.

    Tables that are added later are backed up then, and no other; the backup of a table that is taken
    out follows `deletion_policy`.
    """

    backups: pulumi.Output[Sequence[SetBackup]]
    """The backups that there are, by region and table: `table_name`, `region`, `backup_arn`,
    `backup_name`, `backup_status`, `backup_size_bytes` (bytes), `elapsed_seconds` and the others of
    `Backup`'s outputs that AWS told."""
    failures: pulumi.Output[Sequence[SetFailure]]
    """The tables without an AVAILABLE backup: `table_name`, `region` and `error`. A region that could
    not be looked in has the `table_name` `*`; the next `pulumi up` looks there again."""
    table_count: pulumi.Output[int]
    """How many tables are in the set."""
    available_count: pulumi.Output[int]
    """How many of their backups are AVAILABLE."""
    total_size_bytes: pulumi.Output[int]
    """Size of all backups in bytes, as AWS knew them right after."""
    elapsed_seconds: pulumi.Output[float]
    """How long the last operation took that took or waited for backups."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers these backups were taken for."""
    timeout: pulumi.Output[int]
    """The timeout in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`."""

    get = staticmethod(no_get("BackupSet"))

    def __init__(
        self,
        resource_name: str,
        *,
        tables: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        table_pattern: pulumi.Input[str | Sequence[str]] | None = None,
        exclude_pattern: pulumi.Input[str | Sequence[str]] | None = None,
        tags: pulumi.Input[Mapping[str, str]] | None = None,
        regions: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        backup_name: pulumi.Input[str] | None = None,
        backup_name_prefix: pulumi.Input[str] | None = None,
        triggers: pulumi.Input[Mapping[str, Any]] | None = None,
        timeout: pulumi.Input[int] | None = None,
        deletion_policy: pulumi.Input[DeletionPolicy] | None = None,
        all_or_nothing: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        endpoint_url: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take the backups. At least one of `tables`, `table_pattern` and `tags` is needed.

        Args:
            resource_name: The resource's name in the Pulumi program.
            tables: Names or ARNs of tables. A name is looked for in each of `regions`.
            table_pattern: One or several shell patterns (`*`, `?`, `[abc]`, `[!abc]`) of names of
                further tables, such as `prod-*`.
            exclude_pattern: One or several shell patterns of names that `table_pattern` and `tags`
                leave out.
            tags: Tags that further tables must carry, all of them, with these values; together with
                `table_pattern`, both must fit. Read from the Resource Groups Tagging API.
            regions: AWS regions to look in. Default: the regions in the ARNs and, for names,
                patterns and tags, the one that `Backup` would use.
            backup_name: The name of each backup, in which `{table}` and `{timestamp}` are filled in;
                a long table name is cut to fit 255 characters. Exactly one of this and
                `backup_name_prefix`. A change takes all backups anew.
            backup_name_prefix: Start of names that are made when the backups are, as for `Backup`.
                A change takes all backups anew.
            triggers: As for `Backup`; a change of any of them takes all backups anew.
            timeout: Limit in seconds of the whole operation, 60 to 7200. Default: 1800.
            deletion_policy: What happens to the backups in AWS when the set is destroyed or
                replaced, or their table is taken out of it: `retain` (the default) or `delete`. It
                counts as last deployed; a table is taken out with its backup deleted only if the
                policy was `delete` before and still is.
            all_or_nothing: Start no backup unless every table exists. Default: false.
            profile: As for `Backup`.
            role_arn: As for `Backup`.
            endpoint_url: URL that replaces AWS's DynamoDB endpoint. Default: `aws:endpoints`.
            opts: Pulumi's resource options, which count as for `Backup`.

        Raises:
            pulumi.RunError: `opts` names a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't keep.
        """
        inputs = {
            "tables": tables,
            "table_pattern": table_pattern,
            "exclude_pattern": exclude_pattern,
            "tags": tags,
            "regions": regions,
            "backup_name": backup_name,
            "backup_name_prefix": backup_name_prefix,
            "triggers": triggers,
            "timeout": timeout,
            "deletion_policy": deletion_policy,
            "all_or_nothing": all_or_nothing,
            "profile": profile,
            "role_arn": role_arn,
            "endpoint_url": endpoint_url,
        }
        subject = f"BackupSet '{resource_name}'"
        props, opts = engine_arguments(
            subject, inputs, opts, tables=tables, outputs=SET_OUTPUTS, validate=validate_fleet
        )
        with pickler_kept():
            super().__init__(BackupSetProvider(), resource_name, props, opts)
