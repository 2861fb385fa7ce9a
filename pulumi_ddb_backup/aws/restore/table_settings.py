"""The settings of a table that a restore does not carry over: reading them, and making them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ..calls.account import every_page
from ..calls.aws_errors import Retry
from ..calls.rate import Api
from ..running.run import Run
from ..tables import Table
from .calls import (
    describe_continuous_backups,
    describe_time_to_live,
    list_tags_of_resource,
    tag_resource,
    update_continuous_backups,
    update_table,
    update_time_to_live,
)
from .records import TableSettings

Exceptions = Mapping[str, Retry] | None

NAMES: Final = tuple(name for name in TableSettings.__slots__ if name != "recovery_period_days")
"""The settings as they are told of; the period is a part of the point-in-time recovery."""

_STANDARD: Final = "STANDARD"
_ONLY_JUST_ACTIVE: Final = {
    "ResourceNotFoundException": Retry.IN_A_ROW,
    "TableNotFoundException": Retry.IN_A_ROW,
}
"""While AWS restores a table, all calls but DescribeTable answer so; DescribeTable may be ahead."""
_WHILE_IN_USE: Final = {**_ONLY_JUST_ACTIVE, "ResourceInUseException": Retry.UNTIL_DEADLINE}


def names_of(settings: TableSettings) -> tuple[str, ...]:
    """The settings that are made there."""
    return tuple(name for name in NAMES if getattr(settings, name))


async def tags_of(table: Table, run: Run, exceptions: Exceptions = None) -> TableSettings:
    """The tags of a table that are a user's own."""
    pages = await every_page(
        Api.LIST_TAGS,
        lambda after: run.call(
            Api.LIST_TAGS,
            lambda within: list_tags_of_resource(run.dynamodb, table.arn, after, within),
            exceptions,
        ),
        run.deadline,
    )
    return TableSettings(tags={key: value for page in pages for key, value in page.tags.items()})


async def time_to_live_of(table: Table, run: Run, exceptions: Exceptions = None) -> TableSettings:
    """The attribute by which a table's items expire, if they do."""
    return await run.call(
        Api.DESCRIBE_TIME_TO_LIVE,
        lambda within: describe_time_to_live(run.dynamodb, table.name, within),
        exceptions,
    )


async def recovery_of(table: Table, run: Run, exceptions: Exceptions = None) -> TableSettings:
    """A table's point-in-time recovery."""
    return await run.call(
        Api.DESCRIBE_CONTINUOUS_BACKUPS,
        lambda within: describe_continuous_backups(run.dynamodb, table.name, within),
        exceptions,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One setting to make. It may be made again: what is set already is not sent.

    Attributes:
        name: The setting, as `TableSettings` has it.
        api: The call that sets it.
        is_set: Looks whether it is set; is handed the table as it is now.
        send: Sends the call once.
        risk: Looks what making it could do to a table that is perhaps somebody else's: destroy or
            overwrite something. Empty for nothing.
        by_hand: How to make it all the same.
    """

    name: str
    api: Api
    is_set: Callable[[Table], Awaitable[bool]]
    send: Callable[[float], Awaitable[None]]
    risk: Callable[[Table], Awaitable[str]]
    by_hand: str = ""

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

    def step(
        name: str,
        part: TableSettings,
        has: Callable[[Table], bool],
        other: Callable[[Table], str | None] = lambda _: None,
    ) -> Step:
        async def is_set(now: Table) -> bool:
            return has(now)

        async def risk(now: Table) -> str:
            own = None if has(now) else other(now)
            return f"it has {own}" if own else ""

        async def send(within_seconds: float) -> None:
            await update_table(run.dynamodb, table.name, part, within_seconds)

        return Step(name, Api.UPDATE_TABLE, is_set, send, risk)

    stream, table_class = wanted.stream_view_type, wanted.table_class
    found = []
    if wanted.deletion_protection:
        part = TableSettings(deletion_protection=True)
        found.append(step("deletion_protection", part, lambda now: now.deletion_protection))
    if stream:
        part = TableSettings(stream_view_type=stream)
        found.append(
            step(
                "stream_view_type",
                part,
                lambda now: now.stream_view_type == stream,
                lambda now: now.stream_view_type,
            )
        )
    if table_class:
        part = TableSettings(table_class=table_class)
        found.append(
            step(
                "table_class",
                part,
                lambda now: (now.table_class or _STANDARD) == table_class,
                lambda now: now.table_class if now.table_class != _STANDARD else None,
            )
        )
    return found


def _recovery_step(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    async def is_set(_: Table) -> bool:
        now = await recovery_of(table, run, _ONLY_JUST_ACTIVE)
        days = wanted.recovery_period_days
        return now.point_in_time_recovery and days in (None, now.recovery_period_days)

    async def send(within_seconds: float) -> None:
        await update_continuous_backups(run.dynamodb, table.name, wanted, within_seconds)

    async def risk(now: Table) -> str:
        own = await recovery_of(now, run, _ONLY_JUST_ACTIVE)
        if not own.point_in_time_recovery or await is_set(now):
            return ""
        return f"it has it for {own.recovery_period_days} days"

    step = Step("point_in_time_recovery", Api.UPDATE_CONTINUOUS_BACKUPS, is_set, send, risk)
    return [step] if wanted.point_in_time_recovery else []


def _time_to_live_step(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    async def is_set(_: Table) -> bool:
        now = await time_to_live_of(table, run, _ONLY_JUST_ACTIVE)
        return now.time_to_live_attribute == wanted.time_to_live_attribute

    async def send(within_seconds: float) -> None:
        await update_time_to_live(run.dynamodb, table.name, wanted, within_seconds)

    async def risk(now: Table) -> str:
        own = (await time_to_live_of(now, run, _ONLY_JUST_ACTIVE)).time_to_live_attribute
        if own == wanted.time_to_live_attribute:
            return ""
        return f"it has '{own}'" if own else "time to live deletes items"

    attribute = wanted.time_to_live_attribute
    by_hand = (
        f"aws dynamodb update-time-to-live --region {run.dynamodb.region} --table-name {table.name} "
        f"--time-to-live-specification 'Enabled=true,AttributeName={attribute}' sets it"
    )
    step = Step("time_to_live_attribute", Api.UPDATE_TIME_TO_LIVE, is_set, send, risk, by_hand)
    return [step] if attribute else []


def _tags_step(wanted: TableSettings, table: Table, run: Run) -> list[Step]:
    async def is_set(_: Table) -> bool:
        return False  # to set a tag again is one call, as it would be to ask

    async def send(within_seconds: float) -> None:
        await tag_resource(run.dynamodb, table.arn, wanted, within_seconds)

    async def risk(now: Table) -> str:
        own = (await tags_of(now, run, _ONLY_JUST_ACTIVE)).tags
        others = sorted(key for key, text in wanted.tags.items() if own.get(key, text) != text)
        return f"it has other values of {', '.join(others)}" if others else ""

    return [Step("tags", Api.TAG_RESOURCE, is_set, send, risk)] if wanted.tags else []
