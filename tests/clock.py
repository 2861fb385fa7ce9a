"""A clock whose time passes only when somebody sleeps."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


_TURNS = 8
"""Turns of the loop in which somebody else may still begin a shorter sleep, or end this one."""


class SimulatedClock:
    """Moves on at once to the end of the shortest sleep; `slept` lists the sleeps that ended."""

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
