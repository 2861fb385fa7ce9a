"""`BackupPlan`: backups that AWS Backup takes, keeps for a fixed time, and copies elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

import pulumi
import pulumi_aws as aws

from ..aws.plan.rules import ON_DESTROY_DEFAULT, a_vault_arn, validate_plan
from .made_of import Place, known, require_none
from .restore_testing import restore_testing

MANAGED_POLICIES: Final = (
    "AWSBackupServiceRolePolicyForBackup",
    "AWSBackupServiceRolePolicyForRestores",
)
_OUTPUTS: Final = (
    "backup_vault_name",
    "backup_vault_arn",
    "backup_plan_id",
    "backup_plan_arn",
    "backup_selection_id",
    "role_arn",
)
_TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "backup.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


class PlanRule(TypedDict, total=False):
    """A rule of a `BackupPlan`: when backups are taken, and what becomes of them.

    Attributes:
        schedule: When, as a cron expression of AWS's: `cron(0 3 * * ? *)`. Required.
        timezone: The IANA time zone of `schedule`. Default: UTC.
        delete_after_days: When AWS deletes a backup, in days after it was taken, 1 to 36,500. With
            `cold_after_days`, at least 90 more than that. Default: never, and AWS bills it for ever.
        cold_after_days: When a backup goes to cold storage. Default: never.
        copy_to: ARNs of vaults, in any region or account, to which each backup is copied. A copy is kept
            as long as the backup itself. Default: none.
        start_window_minutes: How long after the scheduled time a job may start, at least 60. AWS cancels
            a job that has not started by then. Default: AWS's own, 8 hours.
        completion_window_minutes: How long a job may take, at least an hour more than
            `start_window_minutes`. Default: AWS's own, 7 days.
    """

    schedule: str
    timezone: str | None
    delete_after_days: int | None
    cold_after_days: int | None
    copy_to: Sequence[pulumi.Input[str]] | None
    start_window_minutes: int | None
    completion_window_minutes: int | None


class VaultLock(TypedDict, total=False):
    """The lock of a `BackupPlan`'s vault.

    Attributes:
        mode: "governance", which whoever has the permission can change or remove, or "compliance", which
            nobody can once `changeable_for_days` are over. Required.
        min_retention_days: AWS refuses backups that are kept for less, and nobody can delete one before
            that. Default: none.
        max_retention_days: AWS refuses backups that are kept for more. Default: none.
        changeable_for_days: How long a compliance lock can still be taken back, at least 3 days.
            Required with "compliance".
    """

    mode: str
    min_retention_days: int | None
    max_retention_days: int | None
    changeable_for_days: int | None


class BackupPlan(pulumi.ComponentResource):
    """Has AWS Backup back up tables into a vault: with a lifecycle, cold storage, copies and a lock.

    It makes a vault, a plan, the selection of tables, and a role with AWS's two policies for it. The first
    plan for DynamoDB opts the account in to AWS Backup's advanced features for DynamoDB in its region. No
    `advanced_backup_setting` is needed: that is for Windows on EC2.
    """

    backup_vault_name: pulumi.Output[str]
    """The name of the vault."""
    backup_vault_arn: pulumi.Output[str]
    """The ARN of the vault."""
    backup_plan_id: pulumi.Output[str]
    """The id of the plan."""
    backup_plan_arn: pulumi.Output[str]
    """The ARN of the plan."""
    backup_selection_id: pulumi.Output[str]
    """The id of the selection of tables."""
    role_arn: pulumi.Output[str]
    """The ARN of the role that AWS Backup uses, for backups and for restores."""

    def __init__(
        self,
        resource_name: str,
        *,
        rules: Sequence[PlanRule],
        tables: Sequence[pulumi.Input[str]] | None = None,
        tags: Mapping[str, str] | None = None,
        on_destroy: Literal["keep", "delete_if_empty", "delete_with_backups"] = ON_DESTROY_DEFAULT,
        lock: VaultLock | None = None,
        compliance_lock_final_after_days: int | None = None,
        kms_key_arn: pulumi.Input[str] | None = None,
        restore_testing_schedule: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the plan.

        Args:
            resource_name: The name of the component in the program, from which AWS's names are made: up
                to 40 letters, digits, hyphens and underscores.
            rules: When backups are taken, and what becomes of them: a `PlanRule` for each.
            tables: Names or ARNs of up to 500 tables, in the region and account of the component's
                provider. Give either this or `tags`.
            tags: The tables with all of these tags, those made later too.
            on_destroy: What becomes of the vault when it is destroyed: "keep" leaves it in AWS with its
                backups, and with the role that AWS needs to delete them in time; "delete_if_empty" fails
                while it has any; "delete_with_backups" deletes them all. What counts is what was last
                deployed. Default: "keep".
            lock: Protects the backups in the vault from being deleted. Default: none.
            compliance_lock_final_after_days: The same number as `changeable_for_days` of a compliance
                lock, to say that you know: after that it can't be undone. Default: none.
            kms_key_arn: The KMS key that encrypts what is in the vault. Copies to other accounts need one
                of your own. Default: AWS Backup's key.
            restore_testing_schedule: When AWS Backup restores the newest backup of each table to see
                whether that works, as a cron expression in UTC; it deletes the new table afterwards. AWS
                bills each restore. Default: never.
            opts: Resource options of the component. Default: none.

        Raises:
            pulumi.RunError: An argument breaks a rule. Nothing was made. Of tables and vaults that are
                outputs, this is known once they are.
        """
        subject = f"BackupPlan {resource_name!r}"
        inputs = {
            "resource_name": resource_name,
            "rules": known(rules),
            "tables": known(tables),
            "tags": tags,
            "on_destroy": on_destroy,
            "lock": lock,
            "compliance_lock_final_after_days": compliance_lock_final_after_days,
            "restore_testing_schedule": restore_testing_schedule,
        }
        require_none(subject, validate_plan(inputs))
        super().__init__("ddb-backup:index:BackupPlan", resource_name, None, opts)
        self._name, self._place = resource_name, Place.of(self, subject)
        self._stays = on_destroy == "keep"
        role, attached = self._role()
        # The vault goes before the role: deleting its backups may take the role's permissions.
        vault = aws.backup.Vault(
            resource_name,
            kms_key_arn=kms_key_arn,
            force_destroy=on_destroy == "delete_with_backups",
            opts=self._staying(*attached),
        )
        if lock is not None:
            self._lock(vault, lock)
        plan = aws.backup.Plan(
            resource_name,
            rules=[self._rule(at, rule, vault) for at, rule in enumerate(rules)],
            opts=pulumi.ResourceOptions(parent=self),
        )
        arns = [self._every_table()] if tables is None else self._place.table_arns(tables)
        wanted = [
            {"key": f"aws:ResourceTag/{key}", "value": value}
            for key, value in sorted((tags or {}).items())
        ]
        selection = aws.backup.Selection(
            resource_name,
            plan_id=plan.id,
            iam_role_arn=role.arn,
            **_selected(arns, wanted),
            opts=pulumi.ResourceOptions(parent=self, depends_on=attached),
        )
        if restore_testing_schedule is not None:
            tested = _tested(arns, wanted)
            restore_testing(resource_name, restore_testing_schedule, vault, role, tested, self)
        self.backup_vault_name, self.backup_vault_arn = vault.name, vault.arn
        self.backup_plan_id, self.backup_plan_arn = plan.id, plan.arn
        self.backup_selection_id, self.role_arn = selection.id, role.arn
        self.register_outputs({name: getattr(self, name) for name in _OUTPUTS})

    def _staying(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        """The options of what is left in AWS with a vault that is kept."""
        return pulumi.ResourceOptions(
            parent=self, depends_on=list(depends_on), retain_on_delete=self._stays
        )

    def _role(self) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        """The role of AWS Backup, and its policies. AWS's own ones pass on roles of such a name alone."""
        name = f"{self._name}-AWSBackup"
        role = aws.iam.Role(name, assume_role_policy=json.dumps(_TRUST), opts=self._staying())
        start = pulumi.Output.concat(
            "arn:", self._place.partition, ":iam::aws:policy/service-role/"
        )
        attached: list[pulumi.Resource] = [
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy.rpartition('For')[2]}",
                role=role.name,
                policy_arn=pulumi.Output.concat(start, policy),
                opts=self._staying(),
            )
            for policy in MANAGED_POLICIES
        ]
        return role, attached

    def _lock(self, vault: aws.backup.Vault, lock: VaultLock) -> None:
        aws.backup.VaultLockConfiguration(
            self._name,
            backup_vault_name=vault.name,
            min_retention_days=lock.get("min_retention_days"),
            max_retention_days=lock.get("max_retention_days"),
            changeable_for_days=lock.get("changeable_for_days"),
            opts=self._staying(),
        )

    def _rule(self, at: int, rule: PlanRule, vault: aws.backup.Vault) -> aws.backup.PlanRuleArgs:
        cold, gone = rule.get("cold_after_days"), rule.get("delete_after_days")
        ends = cold is not None or gone is not None
        return aws.backup.PlanRuleArgs(
            rule_name=f"{self._name}-{at + 1}",
            target_vault_name=vault.name,
            schedule=rule["schedule"],
            schedule_expression_timezone=rule.get("timezone") or "UTC",
            start_window=rule.get("start_window_minutes"),
            completion_window=rule.get("completion_window_minutes"),
            lifecycle=(
                aws.backup.PlanRuleLifecycleArgs(cold_storage_after=cold, delete_after=gone)
                if ends
                else None
            ),
            copy_actions=[
                aws.backup.PlanRuleCopyActionArgs(
                    destination_vault_arn=self._copied_to(at, to, arn),
                    lifecycle=(
                        aws.backup.PlanRuleCopyActionLifecycleArgs(
                            cold_storage_after=cold, delete_after=gone
                        )
                        if ends
                        else None
                    ),
                )
                for to, arn in enumerate(rule.get("copy_to") or ())
            ],
        )

    def _copied_to(self, at: int, to: int, arn: pulumi.Input[str]) -> pulumi.Output[str]:
        return self._place.checked(f"rules[{at}].copy_to[{to}]", arn, a_vault_arn)

    def _every_table(self) -> pulumi.Output[str]:
        """What stands for all tables here. AWS takes a wildcard at the end of an ARN alone."""
        here = self._place
        start = pulumi.Output.concat("arn:", here.partition, ":dynamodb:", here.region)
        return pulumi.Output.concat(start, ":", here.account, ":table/*")


def _selected(arns: Sequence[pulumi.Output[str]], tags: Sequence[Mapping[str, str]]) -> Any:
    """What a selection of a plan says: these tables, of which each has all of `tags`."""
    return {"resources": arns, **({"conditions": [{"string_equals": tags}]} if tags else {})}


def _tested(arns: Sequence[pulumi.Output[str]], tags: Sequence[Mapping[str, str]]) -> Any:
    """The same as the selection of a plan of restore tests says it."""
    if not tags:
        return {"protected_resource_arns": arns}
    conditions = {"string_equals": tags}
    return {"protected_resource_arns": ["*"], "protected_resource_conditions": conditions}
