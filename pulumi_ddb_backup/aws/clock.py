"""Time, in one place, so that a test can hand in a clock of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Final, Protocol

_RESOLUTION_SECONDS: Final = 1e-6
"""Less than this is no time: added to a clock's reading, it may not even change it."""


class Clock(Protocol):
    """How an operation reads the time and waits. A test can pass its own."""

    def __hash__(self) -> int:
        """Operations of the same account share what they know only if their clocks are equal."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment. It never goes back."""

    def now(self) -> datetime:
        """The current time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait.

        Args:
            seconds: For how long.
        """


@dataclass(frozen=True)
class SystemClock:
    """The clock of this machine. The default."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment. It never goes back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The current time, in UTC."""
        return datetime.now(timezone.utc)

    async def sleep(self, seconds: float) -> None:
        """Wait.

        Args:
            seconds: For how long.
        """
        await asyncio.sleep(seconds)


async def wait_at_most(clock: Clock, seconds: float, event: Awaitable[object]) -> bool:
    """Wait for `event`, but no longer than `seconds`. Whether it has happened."""
    happening = asyncio.ensure_future(event)
    passing = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((happening, passing), return_when=asyncio.FIRST_COMPLETED)
        return happening.done()
    finally:
        passing.cancel()
        happening.cancel()


@dataclass(slots=True)
class Deadline:
    """The one time limit of an operation, shared by all of its steps."""

    clock: Clock
    timeout_seconds: float
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock.monotonic()

    @property
    def elapsed_seconds(self) -> float:
        return self.clock.monotonic() - self.started

    @property
    def remaining_seconds(self) -> float:
        return max(0.0, self.timeout_seconds - self.elapsed_seconds)

    @property
    def passed(self) -> bool:
        return self.remaining_seconds < _RESOLUTION_SECONDS

    def cut(self, seconds: float) -> float:
        """`seconds`, or the time left if that is less."""
        return min(seconds, self.remaining_seconds)
