"""`BackupSet`: a backup of each of many DynamoDB tables, as one Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pulumi
from pulumi.dynamic import Resource

from ..aws.fleet.rules import validate_fleet
from ..aws.retention.arguments import RetentionArgs
from ..aws.rules.choices import DeletionPolicy
from ..engine import pickler_kept
from .arguments import engine_arguments
from .backup_set_properties import SET_OUTPUTS
from .dynamic import DynamicProvider
from .options import no_get
from .packed import unpacked

if TYPE_CHECKING:
    from ..logic import ResourceLogic
    from .set_outputs import SetBackup, SetFailure
else:  # the SDK reads these types when the program runs, and takes no dict for a TypedDict
    SetBackup = SetFailure = Mapping[str, Any]


_TOLD: Final = "_backups_told"


class BackupSetProvider(DynamicProvider):
    """What the engine calls for each `BackupSet`. Its path and name are in users' states for ever."""

    @staticmethod
    def logic(settings: Mapping[str, str]) -> ResourceLogic:
        from .backup_set_logic import BackupSetLogic
        from .packed_logic import PackedLogic

        return PackedLogic(BackupSetLogic(settings))


class BackupSet(Resource, module="ddb-backup", name="BackupSet"):
    """An on-demand backup of each of many DynamoDB tables.

    The tables are looked up when the set is created, and again whenever `pulumi up` has something to
    do on it. A table that fails does not stop the others: the rest finish, `pulumi up` fails with
    the first ten failures in its message and all of them in `failures`, and the next `pulumi up`
    takes only the missing backups. The same goes for a timeout and Ctrl-C.

    A table that a pattern or tag finds is waited for while it is CREATING. If it is being deleted or
    gone when its turn comes, it is skipped with a notice, and is not in the set.

    When tables are added, only these are backed up. When one is removed, its backup follows
    `deletion_policy`.
    """

    failures: pulumi.Output[Sequence[SetFailure]]
    """The tables without an AVAILABLE backup, each with `table_name`, `region` and `error`. A region
    that could not be searched has the `table_name` `*`, and the next `pulumi up` tries it again."""
    table_count: pulumi.Output[int]
    """The number of tables in the set."""
    available_count: pulumi.Output[int]
    """The number of AVAILABLE backups."""
    total_size_bytes: pulumi.Output[int]
    """Size of all backups in bytes, as AWS knew it right after the backups. AWS updates sizes about every
    six hours."""
    elapsed_seconds: pulumi.Output[float]
    """How long the last operation took that took backups or waited for them, in seconds."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers for which the backups were taken."""
    timeout: pulumi.Output[int]
    """The time limit in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`, as last deployed."""
    retention: pulumi.Output[Mapping[str, Any] | None]
    """What the retention did when the last backup was taken: `rules`; `kept` and `kept_by_rule` (how
    many stay); `deleted` (how many went) and `deleted_arns` (the first ten); `failed` (how many could
    not be deleted) and `failures` (the first ten); `left_alone` (how many, by reason, such as
    `other_owner`); and `note`, if it could not be applied at all. None without `retention`."""

    @property
    def backups(self) -> pulumi.Output[Sequence[SetBackup]]:
        """The backups, sorted by region and table. Each has `table_name`, `region`, `backup_arn`,
        `backup_name`, `backup_status`, `backup_size_bytes`, `elapsed_seconds` and, where AWS gave them,
        the other outputs of a `Backup`."""
        # The SDK puts what the state has into this very dict, by the output's name.
        if _TOLD not in self.__dict__:
            self.__dict__[_TOLD] = self.__dict__["backups"].apply(unpacked)
        told: pulumi.Output[Sequence[SetBackup]] = self.__dict__[_TOLD]
        return told

    get = staticmethod(no_get("BackupSet"))
    """Raises `pulumi.RunError`: Pulumi can't read a dynamic resource into a program."""

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
        retention: pulumi.Input[RetentionArgs] | None = None,
        all_or_nothing: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        endpoint_url: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take the backups. At least one of `tables`, `table_pattern` and `tags` is needed.

        Args:
            resource_name: The resource's name in the Pulumi program.
            tables: Names or ARNs of tables. A name is looked for in each of `regions`, and must be
                there.
            table_pattern: One or more shell patterns (`*`, `?`, `[abc]`, `[!abc]`) that select
                tables by name, such as `prod-*`.
            exclude_pattern: One or more shell patterns of names to leave out of what
                `table_pattern` and `tags` select.
            tags: Tags that select tables: a table must have all of them, with these values, and
                match `table_pattern` too if there is one. They are read from AWS's Resource Groups
                Tagging API.
            regions: AWS regions to search. Default: the regions in the ARNs and, for names,
                patterns and tags, the region that a `Backup` would use.
            backup_name: The name of each backup, in which `{table}` and `{timestamp}` are replaced.
                A long table name is cut so that the name has at most 255 characters. Give either
                this or `backup_name_prefix`. A change takes all backups again.
            backup_name_prefix: The start of the generated names, as for `Backup`. A change takes all
                backups again.
            triggers: As for `Backup`. A change takes all backups again.
            timeout: Time limit for the whole operation in whole seconds, 60 to 7200. Default: 1800.
            deletion_policy: What happens to backups in AWS when the set is destroyed, or when their
                table is removed from it: `retain` (the default) or `delete`. For a destroy, the
                policy that was last deployed counts. The backup of a removed table is deleted only
                if the policy was `delete` before and still is.
            retention: As for `Backup`, for each table by itself. Nothing is deleted if a backup of the
                set has failed. Default: keep all.
            all_or_nothing: Start no backup unless every table exists. Default: False.
            profile: Profile of the shared AWS configuration files, as for `Backup`.
            role_arn: ARN of an IAM role to assume, as for `Backup`.
            endpoint_url: URL to use instead of AWS's DynamoDB endpoint, as for `Backup`.
            opts: Pulumi's resource options, as for `Backup`.

        Raises:
            pulumi.RunError: `opts` has a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't store. Broken rules fail the
                preview instead, all of them together.
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
            "retention": retention,
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
