"""Reading the settings of the table that the data is of. None of them is worth a restore."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ..backup.calls import describe_table
from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..clock import Deadline
from ..errors import AccessDeniedError, TableNotFoundError
from ..running.run import Run
from ..tables import Table
from .records import Restorable, RestoreRequest, TableSettings
from .table_settings import NAMES, recovery_of, tags_of, time_to_live_of

T = TypeVar("T")

READING_SECONDS: Final = 60.0
"""How long the reading may take of the time that the restore itself needs."""


@dataclass(slots=True)
class Reading:
    """What the table that was backed up has told of its settings."""

    settings: TableSettings = field(default_factory=TableSettings)
    unread: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class SourceRun(Run):
    """Calls to the region of the backup.

    Attributes:
        limit: A deadline before that of the whole operation, for what may be left out.
    """

    limit: Deadline | None = None

    async def call(
        self,
        api: Api,
        send: Callable[[float], Awaitable[T]],
        exceptions: Mapping[str, Retry] | None = None,
    ) -> T:
        deadline = self.limit or self.deadline
        about = self.backup_arn or self.table_name
        return await self.account.call(api, send, deadline, exceptions, self._tell_retry, about)


async def read_source(
    request: RestoreRequest, source: Restorable | None, run: SourceRun
) -> Reading:
    """The settings of the table that the data is of.

    What it has switched off is left as AWS makes it. What can't be read, for whatever reason, is
    told and left.
    """
    name, reading = request.source_table_name, Reading()
    remaining = run.deadline.remaining_seconds
    run.limit = Deadline(run.account.clock, min(READING_SECONDS, remaining))

    def leave(names: tuple[str, ...], why: str) -> None:
        reading.unread += names
        run.notice(
            f"Not read from table '{name}' ({why}), so not set on table "
            f"'{request.target_table_name}': {', '.join(names)}"
        )

    here = run.dynamodb.region
    if (name, here) == (request.target_table_name, request.region or here):
        leave(NAMES, "it is gone, and the restored table has its name")
        return reading
    try:
        table = await run.call(
            Api.DESCRIBE_TABLE, lambda within: describe_table(run.dynamodb, name, within)
        )
    except AwsFailure as failure:
        leave(NAMES, _why_unread(failure))
        return reading
    if _is_another(table, request, source):
        leave(NAMES, "the table of that name is not the one that was backed up")
        return reading
    reading.settings = TableSettings(
        stream_view_type=table.stream_view_type,
        deletion_protection=table.deletion_protection,
        table_class=table.table_class,
    )
    for setting, read in (
        ("tags", tags_of),
        ("time_to_live_attribute", time_to_live_of),
        ("point_in_time_recovery", recovery_of),
    ):
        try:
            reading.settings = reading.settings.joined(await read(table, run))
        except AwsFailure as failure:
            leave((setting,), _why_unread(failure))
    return reading


def _is_another(table: Table, request: RestoreRequest, source: Restorable | None) -> bool:
    """Whether a table that only has the name of the one that the data is of is known to be another."""
    if request.backup_arn and table.restored_from == request.backup_arn:
        return True
    if source is None:
        return False
    if source.table_id is not None and table.table_id is not None:
        return source.table_id != table.table_id
    created, moment = table.creation_date_time, source.moment
    return created is not None and moment is not None and created > moment


def _why_unread(failure: AwsFailure) -> str:
    """Why settings are not known."""
    if failure.row.error is TableNotFoundError:
        return "it no longer exists"
    if failure.row.error is AccessDeniedError:
        return f"{failure.action} was refused"
    return f"{failure.action} failed: {failure.detail.rstrip('.')}"
