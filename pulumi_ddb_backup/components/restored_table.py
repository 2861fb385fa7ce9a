"""A table that is restored from a backup: none without one, and complete afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from ..aws.backups import Backups
from ..aws.calls.settings import SettingsError
from ..aws.errors import BackupError
from ..aws.records import BackupQuery
from ..aws.restore.records import TableSettings
from ..aws.rules.validation import TIMEOUT_MIN_SECONDS, validate_query
from ..display import RowListener
from ..engine import ProgramRow, has_unknown
from ..hooks.plan import HookRefusal, plain
from ..lookups import get_latest_backup
from ..stack.declared import DECLARED, Declared, ProviderRefused, declared_by, settled_query
from ..stack.settings import connection_of_program


@dataclass(slots=True)
class RestoreSource:
    """The backup that a table is to be created from.

    Attributes:
        arn: Its ARN; None where there is none.
        missing: Why there is none, once `arn` is known.
    """

    arn: pulumi.Input[str | None]
    missing: str = "`restore_from` has no value"

    @classmethod
    def latest(
        cls, table_name: str, prefix: str | None, opts: pulumi.InvokeOptions | None = None
    ) -> RestoreSource:
        """The newest AVAILABLE backup of a table, looked up now.

        A table that exists already needs it no more, so a look-up that fails fails nothing: it only
        lets no table be created.

        Raises:
            pulumi.RunError: The table's name or the prefix breaks a rule.
        """
        query = BackupQuery(table_name, prefix)
        if failures := validate_query(query.inputs(), of_one_table=True):
            reasons = "; ".join(failure.reason for failure in failures)
            raise pulumi.RunError(f"LatestBackup: {reasons}")
        source = cls(None, f"no AVAILABLE backup of table '{table_name}' was found")

        async def look() -> Any:
            told = declared_by(table_name, opts).get(DECLARED)
            if told is not None and not await told.is_known():
                return told  # a preview can't look yet
            declared = Declared.of(await told.future() if told is not None else None)
            given = {"table_name": table_name, "backup_name_prefix": prefix}
            try:
                settled = settled_query(given, declared, connection_of_program())
                found = await asyncio.to_thread(
                    get_latest_backup, **settled, timeout=TIMEOUT_MIN_SECONDS
                )
            except (pulumi.RunError, ProviderRefused, SettingsError) as error:
                source.missing = (
                    f"the latest backup of table '{table_name}' could not be found. {error}"
                )
                return None
            return found.backup_arn if found else None

        source.arn = pulumi.Output.from_input(look())
        return source

    async def require(self, args: pulumi.ResourceHookArgs) -> None:
        """Let a table be created only from a backup, which a preview may not know yet.

        Raises:
            HookRefusal: There is none.
        """
        arn = await plain((args.new_inputs or {}).get("restoreBackupArn"))
        if not has_unknown(arn) and not arn:
            raise HookRefusal(
                f"Table '{args.name}' would be empty, so it is not created: {self.missing}"
            )


def restored_only(name: str, source: RestoreSource) -> pulumi.ResourceHook:
    """A hook for `before_create`: the table is not created empty where there is no backup.

    Previews run it too, so that they tell it.
    """

    async def require(args: pulumi.ResourceHookArgs) -> None:
        await source.require(args)

    return pulumi.ResourceHook(name, require, pulumi.ResourceHookOptions(on_dry_run=True))


def completed(name: str) -> pulumi.ResourceHook:
    """A hook for `after_create`: sets what is declared and what a restore does not carry over."""

    async def complete(args: pulumi.ResourceHookArgs) -> None:
        inputs, outputs = await _plain(args.new_inputs), await _plain(args.new_outputs)
        table, backup = str(outputs.get("arn")), str(inputs.get("restoreBackupArn"))
        try:
            backups = Backups(connection_of_program(), RowListener(ProgramRow(args.urn)))
            await asyncio.to_thread(backups.complete, table, backup, _declared(inputs))
        except (BackupError, SettingsError) as error:
            raise HookRefusal(
                f"{error}\nThe table is restored, but not all of its settings are set. Run "
                "`pulumi up --refresh` to set them."
            ) from None

    return pulumi.ResourceHook(name, complete)


async def _plain(properties: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: await plain(value) for key, value in (properties or {}).items()}


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
