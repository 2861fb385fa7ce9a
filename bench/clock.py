"""Simulated time that a process and the simulator's go by together."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, Final

from bench.seconds import SharedSeconds
from pulumi_ddb_backup.aws import Connection
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB

_QUIET_TURNS: Final = 8
"""Turns of the loop without any news after which everybody is taken to be asleep."""


class SimulatedClock:
    """Moves on to the end of the shortest sleep whenever all sleep and no call is under way.

    Calls and computing take no time on it. The tests' clock moves on during calls too, which
    thousands of them would show, and its cost grows with the square of the sleepers.
    """

    def __init__(self, shared: SharedSeconds) -> None:
        self._shared = shared
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._news = 0
        self._calls = 0
        self._answered = asyncio.Event()
        self._driver: asyncio.Task[None] | None = None

    def monotonic(self) -> float:
        return self._shared.read()

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        over: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleeping, (self.monotonic() + seconds, next(self._numbers), over))
        self._news += 1
        if self._driver is None or self._driver.done():
            self._driver = loop.create_task(self._drive())
        await over

    @contextmanager
    def call_under_way(self) -> Iterator[None]:
        """Let no time pass while the block runs."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            self._news += 1
            self._answered.set()

    async def _drive(self) -> None:
        while self._sleeping:
            await self._all_asleep()
            until, _, over = heapq.heappop(self._sleeping)
            if not over.done():
                self._shared.write(max(self.monotonic(), until))
                over.set_result(None)

    async def _all_asleep(self) -> None:
        quiet = 0
        while quiet < _QUIET_TURNS:
            before = self._news
            if self._calls:
                self._answered.clear()
                await self._answered.wait()
            else:
                await asyncio.sleep(0)
            quiet = quiet + 1 if self._news == before and not self._calls else 0


class TimedDynamoDB(Boto3DynamoDB):
    """boto3's calls, during which a simulated clock stands still."""

    def __init__(self, clock: SimulatedClock, connection: Connection) -> None:
        super().__init__(connection)
        self._clock = clock

    async def call(self, *args: Any, **kwargs: Any) -> Any:
        with self._clock.call_under_way():
            return await super().call(*args, **kwargs)
