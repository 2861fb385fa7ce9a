"""Clocks whose time passes only when somebody sleeps."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


_TURNS = 8
"""Turns of the loop in which somebody else may still begin a shorter sleep, or end this one."""


class SimulatedClock:
    """Moves on at once to the end of the shortest sleep; `slept` lists the sleeps that ended.

    The clock to use unless many calls are under way at the same time: it does not wait for their
    answers, so sleeps end, and timeouts too, while a crowd is still being answered.
    """

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self._sleeping: dict[object, float] = {}

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    def skip(self, seconds: float) -> None:
        """Let time pass while nobody sleeps."""
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        until = self.seconds + seconds
        me = object()
        self._sleeping[me] = until
        try:
            turns = 0
            while turns < _TURNS:
                await asyncio.sleep(0)
                turns = turns + 1 if min(self._sleeping.values()) >= until else 0
            self.seconds = max(self.seconds, until)
            self.slept.append(seconds)
        finally:
            del self._sleeping[me]


class StandingClock(SimulatedClock):
    """Stands still while a call is under way, so that hundreds of calls take no time on it.

    The clock to use for many tables in one operation, which would run into its timeout on the
    other. It has to be told of each call, as `TimedDynamoDB` in tests/aws does.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._news = 0
        self._calls = 0
        self._passing: asyncio.Task[None] | None = None

    async def sleep(self, seconds: float) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._numbers), over))
        self._news += 1
        if self._passing is None or self._passing.done():
            self._passing = asyncio.ensure_future(self._pass())
        await over
        self.slept.append(seconds)

    @contextmanager
    def call_under_way(self) -> Iterator[None]:
        """Let no time pass while the block runs."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            self._news += 1

    async def _pass(self) -> None:
        while self._sleepers:
            await self._step()

    async def _step(self) -> None:
        """Move on to the end of the shortest sleep."""
        if not self._sleepers[0][2].done():
            await self._all_asleep()
        until, _, over = heapq.heappop(self._sleepers)
        if not over.done():
            self.seconds = max(self.seconds, until)
            over.set_result(None)
            self._passed()

    def _passed(self) -> None:
        """Time has moved on."""

    async def _all_asleep(self) -> None:
        turns = 0
        while turns < _TURNS:
            before = self._news
            await asyncio.sleep(0.001 if self._calls else 0)
            turns = turns + 1 if self._news == before and not self._calls else 0
