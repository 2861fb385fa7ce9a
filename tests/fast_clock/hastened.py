"""The clock that passes 60 times as fast, and what goes by it."""

import asyncio
import contextlib
import time
from types import ModuleType
from typing import Any

from tests.clock import StandingClock

TIMES = 60


class FastClock(StandingClock):
    """A clock that passes in steps, from the end of one sleep to the next, and no faster than this."""

    def __init__(self) -> None:
        super().__init__()
        self._since = time.monotonic()

    async def _pass(self) -> None:
        while self._sleepers:
            until, _, over = self._sleepers[0]
            left = (until - self.seconds) / TIMES - (time.monotonic() - self._since)
            if not over.done() and left > 0:
                await self._news_within(left)
            else:
                await self._step()

    async def _news_within(self, seconds: float) -> None:
        """Return after these seconds of the machine, or when somebody has begun to sleep."""
        self._begun = asyncio.Event()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._begun.wait(), seconds)

    async def sleep(self, seconds: float) -> None:
        if begun := getattr(self, "_begun", None):
            begun.set()
        await super().sleep(seconds)

    def _passed(self) -> None:
        self._since = time.monotonic()


CLOCK = FastClock()


async def sleep(_: Any, seconds: float) -> None:
    await CLOCK.sleep(seconds)


def hasten(module: ModuleType) -> None:
    """Let the clock or the calls of this module of the library go by the fast clock."""
    if system := getattr(module, "SystemClock", None):
        system.monotonic = lambda _: CLOCK.monotonic()
        system.sleep = sleep
    if dynamodb := getattr(module, "Boto3DynamoDB", None):
        dynamodb.call = timed(dynamodb.call)


def timed(call: Any) -> Any:
    """One call, during which no time passes."""

    async def passing(self: Any, *args: Any, **kwargs: Any) -> Any:
        with CLOCK.call_under_way():
            return await call(self, *args, **kwargs)

    return passing
