"""`VaultBackup`: one backup of one DynamoDB table in a vault of AWS Backup, as a Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pulumi
from pulumi.dynamic import Resource

from ..aws.rules.choices import DeletionPolicy
from ..aws.vault.choices import OnLocked, WaitFor
from ..aws.vault.rules import validate_vault_backup
from ..engine import pickler_kept
from .arguments import engine_arguments
from .dynamic import DynamicProvider
from .options import no_get
from .vault_backup_properties import OUTPUTS

if TYPE_CHECKING:
    from .vault_backup_logic import VaultBackupLogic


_TAKEN_IN: Final = (
    "To bring an existing recovery point into the stack, give existing_recovery_point_arn=ARN."
)


class VaultBackupProvider(DynamicProvider):
    """What the engine calls for each `VaultBackup`. Its path and name are in users' states for ever."""

    @staticmethod
    def logic(settings: Mapping[str, str]) -> VaultBackupLogic:
        from .vault_backup_logic import VaultBackupLogic

        return VaultBackupLogic(settings)


class VaultBackup(Resource, module="ddb-backup", name="VaultBackup"):
    """A backup of a DynamoDB table in a vault of AWS Backup, with copies in other vaults.

    `pulumi up` starts a backup job, waits until it is COMPLETED, copies the recovery point to the
    vaults of `copy_to` and waits for the copies. Only then do resources that depend on it continue.
    Destroying the resource keeps recovery point and copies in AWS, unless `deletion_policy` and
    `copies_deletion_policy` say otherwise.

    If the wait ends early (a timeout, Ctrl-C or an error in AWS), the ids of the jobs are in the
    stack's state, and the next `pulumi up` goes on with the same backup and the same copies.
    """

    backup_job_id: pulumi.Output[str]
    """The id of the backup job, which is also the resource's id. Empty with
    `existing_recovery_point_arn`; the id is the recovery point's ARN then."""
    job_state: pulumi.Output[str]
    """COMPLETED, or how far the job was when the wait ended early: see `JobState`."""
    recovery_point_arn: pulumi.Output[str | None]
    """The recovery point's ARN. Without AWS Backup's advanced features for DynamoDB, it is known once
    the job is COMPLETED."""
    recovery_point_status: pulumi.Output[str | None]
    """COMPLETED or AVAILABLE, once there is something to restore."""
    vault_name: pulumi.Output[str]
    """The vault's name, even if its ARN was given."""
    vault_arn: pulumi.Output[str | None]
    """The vault's ARN."""
    table_name: pulumi.Output[str]
    """The name of the backed-up table, even if its ARN was given."""
    table_arn: pulumi.Output[str]
    """The ARN of the backed-up table."""
    region: pulumi.Output[str]
    """The region of the table and the vault."""
    percent_done: pulumi.Output[float | None]
    """How far the job was at the last look, in percent."""
    job_message: pulumi.Output[str | None]
    """What AWS said of the job, where that is more than success, such as issues."""
    backup_size_bytes: pulumi.Output[int | None]
    """Size of the backup in bytes."""
    creation_date_time: pulumi.Output[str | None]
    """When the job was started, in UTC, such as `2026-01-02T03:04:05Z`."""
    completion_date_time: pulumi.Output[str | None]
    """When it was complete, in UTC."""
    delete_at: pulumi.Output[str | None]
    """When AWS deletes the recovery point by itself, in UTC. None: never."""
    cold_at: pulumi.Output[str | None]
    """When it moves to cold storage, in UTC. None: never."""
    copies: pulumi.Output[Sequence[Mapping[str, Any]]]
    """For each copy: `vault_arn`, `state`, `copy_job_id`, `recovery_point_arn`, AWS's `message`, and
    `found`: whether its job was found in AWS, so that somebody else may have made it."""
    elapsed_seconds: pulumi.Output[float | None]
    """How long the operation took that ended well, in seconds."""
    copy_to: pulumi.Output[Sequence[str] | None]
    """The vaults that it is copied to."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers for which the backup was taken."""
    timeout: pulumi.Output[int]
    """The time limit in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`, as last deployed."""
    copies_deletion_policy: pulumi.Output[str]
    """The same for the copies."""

    get = staticmethod(no_get("VaultBackup", _TAKEN_IN))
    """Raises `pulumi.RunError`: Pulumi can't read a dynamic resource into a program. Use
    `existing_recovery_point_arn`."""

    def __init__(
        self,
        resource_name: str,
        *,
        vault: pulumi.Input[str],
        table_name: pulumi.Input[str] | None = None,
        backup_role_arn: pulumi.Input[str] | None = None,
        delete_after_days: pulumi.Input[int] | None = None,
        cold_after_days: pulumi.Input[int] | None = None,
        copy_to: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        wait_for: pulumi.Input[WaitFor] | None = None,
        start_window_minutes: pulumi.Input[int] | None = None,
        timeout: pulumi.Input[int] | None = None,
        triggers: pulumi.Input[Mapping[str, Any]] | None = None,
        deletion_policy: pulumi.Input[DeletionPolicy] | None = None,
        copies_deletion_policy: pulumi.Input[DeletionPolicy] | None = None,
        on_locked: pulumi.Input[OnLocked] | None = None,
        region: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        endpoint_url: pulumi.Input[str] | None = None,
        existing_recovery_point_arn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Back a table up into a vault.

        Args:
            resource_name: The resource's name in the Pulumi program.
            vault: Name or ARN of a vault in the table's region and account. A change takes a new
                backup.
            table_name: Name or ARN of the table. With an ARN, the table must have exactly that ARN,
                account included. A change takes a new backup.
            backup_role_arn: ARN of the IAM role that AWS Backup assumes for the backup and its copies,
                such as `AWSBackupDefaultServiceRole`. The identity that runs Pulumi must be allowed to
                pass it (`iam:PassRole`).
            delete_after_days: AWS deletes the recovery point, and each copy, after so many days. A
                change takes a new backup. Default: never.
            cold_after_days: They move to cold storage after so many days, at least 90 before they are
                deleted. A change takes a new backup. Default: never.
            copy_to: ARNs of vaults, in any region or account, to which the recovery point is copied,
                with the same lifecycle. A vault that is added gets its copy in place; the copy of one
                that is removed is deleted only with `copies_deletion_policy="delete"`. Default: none.
            wait_for: What `pulumi up` waits for: `copies`, `completed` (copies are started), or
                `started`, which allows no copies. Default: `copies`.
            start_window_minutes: The job expires unless it has begun within so many minutes, 60 to
                1440. Default: 60. AWS's own default is 8 hours.
            timeout: Time limit for the whole operation in whole seconds, 60 to 86400. Default: 7200.
                Pulumi ignores `customTimeouts` of dynamic resources.
            triggers: Any values. If one changes, a new backup is taken. See `Backup`. Default: none.
            deletion_policy: What happens to the recovery point in AWS when the resource is destroyed or
                replaced: `retain` (the default) keeps it, `delete` deletes it. The policy that was
                last deployed counts.
            copies_deletion_policy: The same for the copies, also for those that leave `copy_to`. Copies
                in other accounts stay, and so do copies that somebody else may have made (`found`).
                Default: `retain`.
            on_locked: What happens if a vault lock or a legal hold keeps what is to be deleted: `warn`
                (the default) says until when it stays, and the resource leaves the stack's state;
                `fail` is an error, and it stays in the state.
            region: AWS region of the table. Default: the region in an ARN, else `aws:region`, else
                AWS_REGION, AWS_DEFAULT_REGION or the profile's. A change takes a new backup.
            profile: Profile of the shared AWS configuration files. Default: `aws:profile`, else the
                environment.
            role_arn: ARN of an IAM role to assume for all calls; not the one that AWS Backup assumes.
                Default: `aws:assumeRoles`, else none.
            endpoint_url: URL to use instead of AWS's DynamoDB endpoint. That of AWS Backup is
                `backup` in `aws:endpoints`. Default: AWS's own.
            existing_recovery_point_arn: ARN of a recovery point made elsewhere, to be managed by this
                stack. No backup is taken then, no lifecycle may be given, and `table_name` may be left
                out. Another ARN replaces the resource. Default: None.
            opts: Pulumi's resource options, as for `Backup`.

        Raises:
            pulumi.RunError: `opts` has a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't store. Broken rules fail the
                preview instead, all of them together.
        """
        inputs = {
            "vault": vault,
            "table_name": table_name,
            "backup_role_arn": backup_role_arn,
            "delete_after_days": delete_after_days,
            "cold_after_days": cold_after_days,
            "copy_to": copy_to,
            "wait_for": wait_for,
            "start_window_minutes": start_window_minutes,
            "timeout": timeout,
            "triggers": triggers,
            "deletion_policy": deletion_policy,
            "copies_deletion_policy": copies_deletion_policy,
            "on_locked": on_locked,
            "region": region,
            "profile": profile,
            "role_arn": role_arn,
            "endpoint_url": endpoint_url,
            "existing_recovery_point_arn": existing_recovery_point_arn,
        }
        props, opts = engine_arguments(
            f"VaultBackup '{resource_name}'",
            inputs,
            opts,
            tables=table_name,
            outputs=OUTPUTS,
            validate=validate_vault_backup,
        )
        with pickler_kept():
            super().__init__(VaultBackupProvider(), resource_name, props, opts)
