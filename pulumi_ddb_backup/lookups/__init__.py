"""Look-ups of backups that exist, for programs; previews look too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

from ..aws.backups import Backups
from ..aws.calls.settings import SettingsError
from ..aws.errors import BackupError
from ..aws.records import BackupSummary
from ..aws.rules.choices import BACKUP_TYPE_DEFAULT, BackupType
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from ..engine import under_mocks
from ..stack.declared import DECLARED, Declared, ProviderRefused, declared_by, settled_query
from ..stack.settings import connection_of_program
from .mocked import MockedBackups

if TYPE_CHECKING:
    from typing_extensions import TypedDict, Unpack

    class Where(TypedDict, total=False):
        """Where and as whom AWS is asked; each as for `Backup`."""

        region: str | None
        profile: str | None
        role_arn: str | None
        endpoint_url: str | None


T = TypeVar("T")
Looked = Backups | MockedBackups


def get_backups(
    table_name: str | None = None,
    *,
    backup_name_prefix: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    backup_type: BackupType = BACKUP_TYPE_DEFAULT,
    timeout: int = TIMEOUT_DEFAULT_SECONDS,
    **where: Unpack[Where],
) -> list[BackupSummary]:
    """All backups of a table, or of all tables of the region, the newest first.

    Args:
        table_name: The table's name or ARN. Default: all tables of the region.
        backup_name_prefix: Only those whose name begins with it.
        since: Only those made then or later, with a time zone.
        until: Only those made before, with a time zone.
        backup_type: USER (on-demand), SYSTEM (left by a deleted table with point-in-time
            recovery), AWS_BACKUP or ALL.
        timeout: Limit in whole seconds, 60 to 7200. Default: 1800.
        **where: `region`, `profile`, `role_arn`, `endpoint_url`, each as for `Backup`.

    Raises:
        pulumi.RunError: An argument breaks a rule, or AWS does not tell.
    """

    def find(backups: Looked) -> list[BackupSummary]:
        return backups.find(
            table_name,
            backup_name_prefix=backup_name_prefix,
            since=since,
            until=until,
            backup_type=backup_type,
            timeout_seconds=timeout,
        )

    return _asked("get_backups", find, where)


def get_latest_backup(
    table_name: str,
    *,
    backup_name_prefix: str | None = None,
    timeout: int = TIMEOUT_DEFAULT_SECONDS,
    **where: Unpack[Where],
) -> BackupSummary | None:
    """The newest AVAILABLE on-demand backup of a table, or None.

    Args:
        table_name: The table's name or ARN; the table itself may be gone.
        backup_name_prefix: Only those whose name begins with it.
        timeout: Limit in whole seconds, 60 to 7200. Default: 1800.
        **where: `region`, `profile`, `role_arn`, `endpoint_url`, each as for `Backup`.

    Raises:
        pulumi.RunError: An argument breaks a rule, or AWS does not tell.
    """
    return _asked(
        "get_latest_backup",
        lambda backups: backups.latest(
            table_name, backup_name_prefix=backup_name_prefix, timeout_seconds=timeout
        ),
        where,
    )


def get_backups_output(
    table_name: pulumi.Input[str] | None = None,
    *,
    opts: pulumi.InvokeOptions | None = None,
    **how: Any,
) -> pulumi.Output[list[BackupSummary]]:
    """`get_backups` with inputs; waits for nothing else of the program.

    Args:
        table_name: As for `get_backups`. The name of a table in the program stands for its ARN.
        opts: Whose `aws.Provider`, or whose parent's, says where to look, as for `Backup`.
        **how: The other arguments of `get_backups`, each of which may be an output.
    """
    return _later(get_backups, {"table_name": table_name, **how}, opts)


def get_latest_backup_output(
    table_name: pulumi.Input[str], *, opts: pulumi.InvokeOptions | None = None, **how: Any
) -> pulumi.Output[BackupSummary | None]:
    """`get_latest_backup` with inputs.

    Args:
        table_name: As for `get_latest_backup`. The name of a table in the program stands for its
            ARN.
        opts: As for `get_backups_output`.
        **how: The other arguments of `get_latest_backup`, each of which may be an output.
    """
    return _later(get_latest_backup, {"table_name": table_name, **how}, opts)


def _asked(name: str, ask: Callable[[Looked], T], where: Where) -> T:
    try:
        if under_mocks():
            return ask(MockedBackups(where))
        return ask(Backups(connection_of_program().overridden(**where)))
    except (BackupError, SettingsError) as error:
        raise pulumi.RunError(f"{name}: {error}") from None


def _later(
    get: Callable[..., T], how: dict[str, Any], opts: pulumi.InvokeOptions | None
) -> pulumi.Output[T]:
    async def got(given: dict[str, Any]) -> T:
        declared = Declared.of(given.pop(DECLARED, None))
        try:
            settled = settled_query(given, declared, connection_of_program())
        except (ProviderRefused, SettingsError) as error:
            raise pulumi.RunError(f"{get.__name__}: {error}") from None
        return await asyncio.to_thread(get, **settled)  # the program goes on meanwhile

    told = declared_by(how["table_name"], opts)
    later: pulumi.Output[T] = pulumi.Output.all(**how, **told).apply(got)
    return later
