"""The settings of a table that a restore does not carry over: reading one's, setting another's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from ..calls.account import every_page
from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import AccessDeniedError, TableNotFoundError
from ..records import Table
from ..restore_records import RestoreRequest, TableSettings
from ..run import Run

NAMES: Final = tuple(name for name in TableSettings.__slots__ if name != "recovery_period_days")
"""The settings as they are told of; the period is a part of the point-in-time recovery."""

_STANDARD: Final = "STANDARD"
_WHILE_IN_USE: Final = {"ResourceInUseException": Retry.UNTIL_DEADLINE}


@dataclass(slots=True)
class Reading:
    """What the table that was backed up has told of its settings."""

    settings: TableSettings = field(default_factory=TableSettings)
    unread: tuple[str, ...] = ()


async def read_source(request: RestoreRequest, table_id: str | None, run: Run) -> Reading:
    """The settings of the table that was backed up, which had the id `table_id`.

    What it has switched off is left as AWS makes it. What could not be read is told of.
    """
    name, reading = request.source.table, Reading()

    def leave(names: tuple[str, ...], why: str) -> None:
        reading.unread += names
        run.notice(
            f"Not read from table '{name}' ({why}), so not set on table "
            f"'{request.target_table_name}': {', '.join(names)}"
        )

    try:
        table = await run.call(
            Api.DESCRIBE_TABLE, lambda within: run.dynamodb.describe_table(name, within)
        )
    except AwsFailure as failure:
        leave(NAMES, _why_unread(failure))
        return reading
    is_another = None not in (table_id, table.table_id) and table_id != table.table_id
    if is_another or table.restored_from == request.backup_arn:
        leave(NAMES, "the table of that name is not the one that was backed up")
        return reading
    reading.settings = TableSettings(
        stream_view_type=table.stream_view_type,
        deletion_protection=table.deletion_protection,
        table_class=table.table_class,
    )
    for setting, read in (
        ("tags", _tags),
        ("time_to_live_attribute", _time_to_live),
        ("point_in_time_recovery", _recovery),
    ):
        try:
            reading.settings = reading.settings.joined(await read(table, run))
        except AwsFailure as failure:
            leave((setting,), _why_unread(failure))
    return reading


def _why_unread(failure: AwsFailure) -> str:
    """Why settings are not known. Any other failure than these ends the operation."""
    if failure.row.error is TableNotFoundError:
        return "it does not exist any more"
    if failure.row.error is AccessDeniedError:
        return f"{failure.action} was refused"
    raise failure


async def _tags(table: Table, run: Run) -> TableSettings:
    pages = await every_page(
        Api.LIST_TAGS,
        lambda after: run.call(
            Api.LIST_TAGS,
            lambda within: run.dynamodb.list_tags_of_resource(table.arn, after, within),
        ),
        run.deadline,
    )
    return TableSettings(tags={key: value for page in pages for key, value in page.tags.items()})


async def _time_to_live(table: Table, run: Run) -> TableSettings:
    return await run.call(
        Api.DESCRIBE_TIME_TO_LIVE,
        lambda within: run.dynamodb.describe_time_to_live(table.name, within),
    )


async def _recovery(table: Table, run: Run) -> TableSettings:
    return await run.call(
        Api.DESCRIBE_CONTINUOUS_BACKUPS,
        lambda within: run.dynamodb.describe_continuous_backups(table.name, within),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One setting to make. It may be made again: what is set already is not sent.

    Attributes:
        name: The setting, as `TableSettings` has it.
        api: The call that sets it.
        is_set: Looks whether it is set; is handed the table as it is now.
        send: Sends the call once.
    """

    name: str
    api: Api
    is_set: Callable[[Table], Awaitable[bool]]
    send: Callable[[float], Awaitable[None]]

    async def take(self, run: Run, active: Callable[[], Awaitable[Table]]) -> None:
        """Make the setting, unless it is made. `active` waits until the table is ACTIVE."""
        if await self.is_set(await active()):
            return
        sent = False

        async def attempt(within_seconds: float) -> None:
            # AWS refuses to enable a second time what an answer that was lost has enabled.
            nonlocal sent
            if sent and await self.is_set(await active()):
                return
            sent = True
            await self.send(within_seconds)

        await run.call(self.api, attempt, _WHILE_IN_USE)


def steps(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    """What sets `wanted` on `table`, the protections first; what is empty is left as it is."""
    return [
        *_table_steps(wanted, table, run),
        *_recovery_step(wanted, table, run),
        *_time_to_live_step(wanted, table, run),
        *_tags_step(wanted, table, run),
    ]


def _table_steps(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    """The settings of UpdateTable, each by a call of its own: AWS does not take all together."""

    def step(name: str, part: TableSettings, has: Callable[[Table], bool]) -> Step:
        async def is_set(now: Table) -> bool:
            return has(now)

        async def send(within_seconds: float) -> None:
            await run.dynamodb.update_table(table.name, part, within_seconds)

        return Step(name, Api.UPDATE_TABLE, is_set, send)

    stream, table_class = wanted.stream_view_type, wanted.table_class
    found = []
    if wanted.deletion_protection:
        part = TableSettings(deletion_protection=True)
        found.append(step("deletion_protection", part, lambda now: now.deletion_protection))
    if stream:
        part = TableSettings(stream_view_type=stream)
        found.append(step("stream_view_type", part, lambda now: now.stream_view_type == stream))
    if table_class:
        part = TableSettings(table_class=table_class)
        found.append(
            step("table_class", part, lambda now: (now.table_class or _STANDARD) == table_class)
        )
    return found


def _recovery_step(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    async def is_set(_: Table) -> bool:
        now = await _recovery(table, run)
        days = wanted.recovery_period_days
        return now.point_in_time_recovery and days in (None, now.recovery_period_days)

    async def send(within_seconds: float) -> None:
        await run.dynamodb.update_continuous_backups(table.name, wanted, within_seconds)

    step = Step("point_in_time_recovery", Api.UPDATE_CONTINUOUS_BACKUPS, is_set, send)
    return [step] if wanted.point_in_time_recovery else []


def _time_to_live_step(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    async def is_set(_: Table) -> bool:
        now = await _time_to_live(table, run)
        return now.time_to_live_attribute == wanted.time_to_live_attribute

    async def send(within_seconds: float) -> None:
        await run.dynamodb.update_time_to_live(table.name, wanted, within_seconds)

    step = Step("time_to_live_attribute", Api.UPDATE_TIME_TO_LIVE, is_set, send)
    return [step] if wanted.time_to_live_attribute else []


def _tags_step(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    async def is_set(_: Table) -> bool:
        return False  # to set a tag again is one call, as it would be to ask

    async def send(within_seconds: float) -> None:
        await run.dynamodb.tag_resource(table.arn, wanted, within_seconds)

    return [Step("tags", Api.TAG_RESOURCE, is_set, send)] if wanted.tags else []
