"""Lets an operation's seconds pass 60 times as fast in a process that finds this on PYTHONPATH.

So a provider process shows a timeout of 60 s after one, with its own code and real calls. Time passes
only while an operation sleeps, and never during a call: however busy the machine is, no timeout
passes before the operation has waited for it.
"""

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import Any

from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB
from pulumi_ddb_backup.aws.clock import SystemClock

sys.path.append(str(Path(__file__).parents[2]))
from tests.clock import StandingClock

sys.path.pop()

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
_call = Boto3DynamoDB.call


async def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
    """One call, during which no time passes."""
    with CLOCK.call_under_way():
        return await _call(self, *args, **kwargs)


async def sleep(_: SystemClock, seconds: float) -> None:
    await CLOCK.sleep(seconds)


setattr(SystemClock, "monotonic", lambda _: CLOCK.monotonic())  # noqa: B010 # mypy forbids the plain form
setattr(SystemClock, "sleep", sleep)  # noqa: B010
setattr(Boto3DynamoDB, "call", timed)  # noqa: B010
