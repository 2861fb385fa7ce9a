"""A clock whose time passes only when somebody sleeps."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


class SimulatedClock:
    """Sleeping moves its time on at once; `slept` lists the seconds of each sleep."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)
