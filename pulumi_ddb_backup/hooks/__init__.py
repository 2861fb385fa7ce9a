"""Resource hooks that back up a DynamoDB table before or after Pulumi changes or deletes it.

    final = ddb_backup.hooks.final_backup()
    table = aws.dynamodb.Table("orders", ..., opts=ddb_backup.hooks.with_final_backup(final))

Hooks run in the program, so `pulumi destroy` needs `--run-program` (or PULUMI_RUN_PROGRAM=true):
otherwise the engine refuses to delete such a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypedDict

import pulumi

from ..aws.retention.arguments import RetentionArgs
from ..aws.rules.choices import OnFailure
from .plan import HookPlan, on_the_wire
from .registered import registered

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "HookOptions",
    "backup_after_create",
    "backup_after_update",
    "backup_before_update",
    "final_backup",
    "protect_all_tables",
    "with_final_backup",
]

TABLE_TYPE: Final = "aws:dynamodb/table:Table"


def __dir__() -> list[str]:
    return __all__


class HookOptions(TypedDict, total=False):
    """How a hook takes its backup. All keys are optional."""

    backup_name: str
    """The backup's name, in which `{table}` and `{timestamp}` are replaced. Default: a generated name."""
    backup_name_prefix: str
    """The start of a generated name, in which `{table}` is replaced. Default: `{table}-final-`,
    `{table}-before-update-`, `{table}-after-create-` or `{table}-after-update-`."""
    table_name: str
    """The table's name or ARN. Default: that of the resource that the hook runs for."""
    region: str
    """AWS region of the table. Default: the table's own, else as for `Backup`."""
    profile: str
    """Profile of the shared AWS configuration files. Default: as for `Backup`."""
    role_arn: str
    """ARN of an IAM role to assume. Default: as for `Backup`."""
    endpoint_url: str
    """URL to use instead of AWS's DynamoDB endpoint. Default: as for `Backup`."""
    timeout: int
    """Time limit in whole seconds, 60 to 7200. Default: 1800."""
    reuse_within: timedelta
    """Take no backup if the table has an AVAILABLE one that is no older than this. Default: always
    take one."""
    retention: RetentionArgs
    """Which of the hook's own earlier backups of the same table to keep once the new one is AVAILABLE.
    The others are deleted; what can't be deleted is a warning. It needs `backup_name_prefix`, or
    neither name. Backups of an earlier table of that name always stay. Default: keep all."""
    on_failure: OnFailure
    """What happens if the backup fails. `stop`, the default, makes the operation fail, and the table
    stays as it is. `continue` goes on without a backup, and says so."""


def final_backup(
    name: str = "ddb-backup-final", **options: Unpack[HookOptions]
) -> pulumi.ResourceHook:
    """A hook for `before_delete`: take a last backup, and do not delete the table without it.

    It runs when the table is destroyed, replaced, or removed from the program while the hook stays
    in it. The backup's ARN is only on the screen: after a destroy, no state holds it.

    A second call with the same name and options returns the same hook. When the last table that
    uses it leaves the program, the engine still needs the hook: keep the call in the program until
    that `pulumi up` is done.

    Args:
        name: The hook's name, which is stored in the stack's state. Use one name for each set of
            options. Default: `ddb-backup-final`.
        **options: See `HookOptions`.

    Returns:
        The hook, for `with_final_backup` or `pulumi.ResourceHookBinding(before_delete=[...])`.

    Raises:
        pulumi.RunError: An option breaks a rule, or the name is in use with other options.
    """
    return registered(name, HookPlan("final", name, **options))


def backup_before_update(
    name: str = "ddb-backup-before-update",
    *,
    properties: Iterable[str] | None = None,
    **options: Unpack[HookOptions],
) -> pulumi.ResourceHook:
    """A hook for `before_update`: take a backup, and do not update the table without it.

    Args:
        name: The hook's name, unique in the program. Default: `ddb-backup-before-update`.
        properties: Only take a backup when one of these properties changes, such as `billing_mode`.
            Default: when anything except tags changes.
        **options: See `HookOptions`.

    Returns:
        The hook, for `pulumi.ResourceHookBinding(before_update=[...])`.

    Raises:
        pulumi.RunError: An option breaks a rule, or the name is in use with other options.
    """
    plan = HookPlan("before-update", name, properties=_named(properties), **options)
    return registered(name, plan)


def backup_after_update(
    name: str = "ddb-backup-after-update",
    *,
    properties: Iterable[str] | None = None,
    **options: Unpack[HookOptions],
) -> pulumi.ResourceHook:
    """A hook for `after_update`: take a backup of the updated table.

    Args:
        name: The hook's name, unique in the program. Default: `ddb-backup-after-update`.
        properties: As for `backup_before_update`.
        **options: See `HookOptions`.

    Returns:
        The hook, for `pulumi.ResourceHookBinding(after_update=[...])`.

    Raises:
        pulumi.RunError: An option breaks a rule, or the name is in use with other options.
    """
    plan = HookPlan("after-update", name, properties=_named(properties), **options)
    return registered(name, plan)


def backup_after_create(
    name: str = "ddb-backup-after-create", **options: Unpack[HookOptions]
) -> pulumi.ResourceHook:
    """A hook for `after_create`: take a first backup of a new table.

    AWS needs a few minutes to enable backups of a new table. The hook waits for that.

    Args:
        name: The hook's name, unique in the program. Default: `ddb-backup-after-create`.
        **options: See `HookOptions`.

    Returns:
        The hook, for `pulumi.ResourceHookBinding(after_create=[...])`.

    Raises:
        pulumi.RunError: An option breaks a rule, or the name is in use with other options.
    """
    return registered(name, HookPlan("after-create", name, **options))


def with_final_backup(
    hook: pulumi.ResourceHook, opts: pulumi.ResourceOptions | None = None
) -> pulumi.ResourceOptions:
    """Resource options for a table with a final backup.

    Args:
        hook: What `final_backup` returns.
        opts: Resource options to add it to. Hooks that are bound already stay. Default: none.

    Returns:
        A copy of `opts` with `hook` bound to `before_delete`.
    """
    there = (opts.hooks.before_delete if opts is not None and opts.hooks else None) or ()
    if opts is not None and any(one.name == hook.name for one in there):
        return opts
    bound = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_delete=[hook]))
    return pulumi.ResourceOptions.merge(opts, bound)


def protect_all_tables(hook: pulumi.ResourceHook | None = None) -> pulumi.ResourceHook:
    """Give every `aws.dynamodb.Table` that the program declares after this call a final backup.

    Args:
        hook: What `final_backup` returns. Default: `final_backup()`.

    Returns:
        The hook that is used.
    """
    final = hook or final_backup()

    def bind(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != TABLE_TYPE:
            return None
        return pulumi.ResourceTransformResult(args.props, with_final_backup(final, args.opts))

    pulumi.runtime.register_resource_transform(bind)
    return final


def _named(properties: Iterable[str] | None) -> frozenset[str] | None:
    return None if properties is None else frozenset(map(on_the_wire, properties))
