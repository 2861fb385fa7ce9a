"""Hooks of a table that is restored from a backup: none without one, and complete afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pulumi

from ._hook_plan import HookRefusal
from ._reporting import RowListener
from ._settings import connection_of_program
from .aws.blocking import Backups
from .aws.calls.settings import SettingsError
from .aws.errors import BackupError
from .aws.restore_records import RestoreRequest, TableSettings
from .engine import ProgramRow


def restored_only(name: str, source: str) -> pulumi.ResourceHook:
    """A hook for `before_create`: the table is not created empty where there is no backup."""

    def require(args: pulumi.ResourceHookArgs) -> None:
        if not (args.new_inputs or {}).get("restoreBackupArn"):
            raise HookRefusal(
                f"No AVAILABLE backup of table '{source}' was found, so table '{args.name}' was not "
                "created: it would have been empty."
            )

    return pulumi.ResourceHook(name, require)


def completed(name: str) -> pulumi.ResourceHook:
    """A hook for `after_create`: sets what is declared and what a restore does not carry over."""

    async def complete(args: pulumi.ResourceHookArgs) -> None:
        inputs, outputs = args.new_inputs or {}, args.new_outputs or {}
        request = RestoreRequest(
            str(outputs["name"]), str(inputs["restoreBackupArn"]), settings=_declared(inputs)
        )
        try:
            backups = Backups(connection_of_program(), RowListener(ProgramRow(args.urn)))
            await asyncio.to_thread(backups.restore, request)
        except (BackupError, SettingsError) as error:
            raise HookRefusal(
                f"{error}\nThe table is restored, but not all of its settings are set: run "
                "`pulumi up --refresh` to set them."
            ) from None

    return pulumi.ResourceHook(name, complete)


def _declared(inputs: Mapping[str, Any]) -> TableSettings:
    """The settings that the program declares, by the wire's names of `aws.dynamodb.Table`."""
    ttl, recovery = inputs.get("ttl") or {}, inputs.get("pointInTimeRecovery") or {}
    days = recovery.get("recoveryPeriodInDays")
    return TableSettings(
        tags=inputs.get("tags") or {},
        time_to_live_attribute=ttl.get("attributeName") if ttl.get("enabled") else None,
        stream_view_type=inputs.get("streamViewType") if inputs.get("streamEnabled") else None,
        point_in_time_recovery=bool(recovery.get("enabled")),
        recovery_period_days=None if days is None else int(days),
        deletion_protection=bool(inputs.get("deletionProtectionEnabled")),
        table_class=inputs.get("tableClass"),
    )
