"""Resource hooks that back a DynamoDB table up at the turns of its life.

    final = ddb_backup.hooks.final_backup()
    table = aws.dynamodb.Table("orders", ..., opts=ddb_backup.hooks.with_final_backup(final))

Hooks run in the program, so `pulumi destroy` needs `--run-program` (or PULUMI_RUN_PROGRAM=true):
without it the engine refuses to delete such a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypedDict

import pulumi

from ..aws.rules.choices import OnFailure
from .plan import HookPlan, on_the_wire
from .registered import registered

if TYPE_CHECKING:
    from typing_extensions import Unpack

TABLE_TYPE: Final = "aws:dynamodb/table:Table"


class HookOptions(TypedDict, total=False):
    """How a hook takes its backup. Every key may be left out."""

    backup_name: str
    """The backup's name, in which `{table}` and `{timestamp}` are filled in."""
    backup_name_prefix: str
    """Start of a name that is made once; `{table}` is filled in. Default: `{table}-`, then the
    moment (`final`, `before-update`, `after-create`, `after-update`) and `-`."""
    table_name: str
    """The table's name or ARN. Default: that of the resource the hook fires for."""
    region: str
    """Default: the table's own, else as for `Backup`."""
    profile: str
    """As for `Backup`."""
    role_arn: str
    """As for `Backup`."""
    endpoint_url: str
    """As for `Backup`."""
    timeout: int
    """Limit in seconds, 60 to 7200. Default: 1800."""
    reuse_within: timedelta
    """Be content with an AVAILABLE backup of the table that is no older. Default: never."""
    on_failure: OnFailure
    """What happens to the table where there is no backup. `stop`, the default: nothing, the
    operation fails. `continue`: it goes on, with a line that says so."""


def final_backup(
    name: str = "ddb-backup-final", **options: Unpack[HookOptions]
) -> pulumi.ResourceHook:
    """A hook for `before_delete`: a last backup, without which the table is not deleted.

    It fires when the table is destroyed, replaced, or taken out of the program while the hook
    stays in it. The backup's ARN is on the screen alone: after a destroy no state holds it.

    Called again with the same name and options, it is the same hook. When the last table that has
    it leaves the program, the engine still needs it: keep the call, alone on its line, until that
    `pulumi up` is done.

    Args:
        name: The hook's name, which is in the stack's state; one for each set of options.
        **options: See `HookOptions`.

    Raises:
        pulumi.RunError: An option breaks a rule, or the name is taken with other options.
    """
    return registered(name, HookPlan("final", **options))


def backup_before_update(
    name: str = "ddb-backup-before-update",
    *,
    properties: Iterable[str] | None = None,
    **options: Unpack[HookOptions],
) -> pulumi.ResourceHook:
    """A hook for `before_update`: a backup, without which the table is not updated.

    Args:
        name: The hook's name; unique in the program.
        properties: Take it only when one of these changes, such as `billing_mode`. Default: when
            anything but tags does.
        **options: See `HookOptions`.

    Raises:
        pulumi.RunError: An option breaks a rule.
    """
    plan = HookPlan("before-update", properties=_named(properties), **options)
    return registered(name, plan)


def backup_after_update(
    name: str = "ddb-backup-after-update",
    *,
    properties: Iterable[str] | None = None,
    **options: Unpack[HookOptions],
) -> pulumi.ResourceHook:
    """A hook for `after_update`: a backup of the table as it has become.

    Args:
        name: The hook's name; unique in the program.
        properties: As for `backup_before_update`.
        **options: See `HookOptions`.

    Raises:
        pulumi.RunError: An option breaks a rule.
    """
    plan = HookPlan("after-update", properties=_named(properties), **options)
    return registered(name, plan)


def backup_after_create(
    name: str = "ddb-backup-after-create", **options: Unpack[HookOptions]
) -> pulumi.ResourceHook:
    """A hook for `after_create`: a first backup of a new table.

    AWS takes some minutes to enable backups of a new table: that is waited for.

    Args:
        name: The hook's name; unique in the program.
        **options: See `HookOptions`.

    Raises:
        pulumi.RunError: An option breaks a rule.
    """
    return registered(name, HookPlan("after-create", **options))


def with_final_backup(
    hook: pulumi.ResourceHook, opts: pulumi.ResourceOptions | None = None
) -> pulumi.ResourceOptions:
    """`opts`, with `hook` bound to `before_delete` beside what is bound already, and once only."""
    there = (opts.hooks.before_delete if opts is not None and opts.hooks else None) or ()
    if opts is not None and any(one.name == hook.name for one in there):
        return opts
    bound = pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding(before_delete=[hook]))
    return pulumi.ResourceOptions.merge(opts, bound)


def protect_all_tables(hook: pulumi.ResourceHook | None = None) -> pulumi.ResourceHook:
    """Bind a final backup to every `aws.dynamodb.Table` that the program makes from here on.

    Args:
        hook: The hook for `before_delete`. Default: `final_backup()`.

    Returns:
        The hook that is bound.
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
