"""Look-ups of existing backups for programs. Previews look them up too."""

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
        """The region and credentials to use, each as for `Backup`."""

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
    """List the backups of a table, or of all tables of the region, newest first.

    Args:
        table_name: Name or ARN of the table, which need not exist any more. Default: all tables of
            the region.
        backup_name_prefix: Only backups whose names begin with this. Default: any name.
        since: Only backups requested at this time or later, with a time zone. Default: any time.
        until: Only backups requested before this time, with a time zone. Default: any time.
        backup_type: USER (on-demand), SYSTEM (kept by DynamoDB when a table with point-in-time
            recovery is deleted), AWS_BACKUP or ALL. Default: USER.
        timeout: Time limit in whole seconds, 60 to 7200. Default: 1800.
        **where: `region`, `profile`, `role_arn` and `endpoint_url`, each as for `Backup`.

    Raises:
        pulumi.RunError: An argument breaks a rule, or AWS did not answer or refused.
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
    """Find the newest AVAILABLE on-demand backup of a table. None if there is none.

    Args:
        table_name: Name or ARN of the table, which need not exist any more.
        backup_name_prefix: Only backups whose names begin with this. Default: any name.
        timeout: Time limit in whole seconds, 60 to 7200. Default: 1800.
        **where: `region`, `profile`, `role_arn` and `endpoint_url`, each as for `Backup`.

    Raises:
        pulumi.RunError: An argument breaks a rule, or AWS did not answer or refused.
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
    """Like `get_backups`, with arguments that may be outputs. The program continues meanwhile.

    Args:
        table_name: As for `get_backups`. The name output of a table in the program stands for its
            ARN.
        opts: Pulumi's invoke options. Their `aws.Provider`, or their parent's, says where to look,
            as for `Backup`.
        **how: The other arguments of `get_backups`, each of which may be an output.

    Raises:
        pulumi.RunError: As for `get_backups`, when the output is used.
    """
    return _later(get_backups, {"table_name": table_name, **how}, opts)


def get_latest_backup_output(
    table_name: pulumi.Input[str], *, opts: pulumi.InvokeOptions | None = None, **how: Any
) -> pulumi.Output[BackupSummary | None]:
    """Like `get_latest_backup`, with arguments that may be outputs. The program continues meanwhile.

    Args:
        table_name: As for `get_latest_backup`. The name output of a table in the program stands for
            its ARN.
        opts: As for `get_backups_output`.
        **how: The other arguments of `get_latest_backup`, each of which may be an output.

    Raises:
        pulumi.RunError: As for `get_latest_backup`, when the output is used.
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
