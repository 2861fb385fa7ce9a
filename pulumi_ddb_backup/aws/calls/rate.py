"""How often each API is called: one limiter for all operations of an account and region."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from typing import Any, Final

from ..clock import Clock, Deadline, wait_at_most
from .apis import RATE_LIMITS as RATE_LIMITS
from .apis import Api as Api
from .aws_errors import AwsFailure

_A_LITTLE_SECONDS: Final = 0.1
"""What a busy machine may oversleep."""
_SLOWEST: Final = 1 / 20
"""Share of a limit below which throttling slows no further."""


class RateLimiter:
    """Gives each call its turn: evenly spaced, slower while AWS throttles all the same.

    Others may use the account too, so a throttled call slows its API down and each call that goes
    through speeds it up again, along the curve of botocore's adaptive retry mode.
    """

    def __init__(self, clock: Clock, limits: Iterable[tuple[Api, float]] = ()) -> None:
        self._clock = clock
        chosen = {**RATE_LIMITS, **dict(limits)}
        self._paces = {api: Pace(limit) for api, limit in chosen.items()}

    async def turn(self, api: Api, deadline: Deadline) -> None:
        """Wait for the next turn of `api`; first come, first served.

        Raises:
            AwsFailure: `RateLimited`: the deadline comes before the turn.
        """
        pace = self._paces.get(api)
        if pace is None:
            return
        if not pace.queue.locked() and pace.seconds_to_next(self._clock.monotonic()) <= 0:
            pace.last_turn = self._clock.monotonic()
            return
        had = await wait_at_most(self._clock, deadline.remaining_seconds, self._queued(pace))
        if not had:
            raise AwsFailure("RateLimited", f"at most {pace.rate:.3g} a second", api.action)

    async def _queued(self, pace: Pace) -> None:
        async with pace.queue:
            await self._clock.sleep(pace.seconds_to_next(self._clock.monotonic()))
            pace.take_turn(self._clock.monotonic())

    def throttled(self, api: Api, sent_at: float) -> None:
        """AWS has refused a call, sent at that moment of the clock, because of its rate."""
        if pace := self._paces.get(api):
            pace.slow_down(self._clock.monotonic(), sent_at)

    def went_through(self, api: Api) -> None:
        """AWS has not refused a call because of its rate."""
        if pace := self._paces.get(api):
            pace.speed_up(self._clock.monotonic())


class Pace:
    """A rate a second that throttling slows down, and who waits for the next turn."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.rate = limit
        self.last_turn = -math.inf
        self.queue = asyncio.Lock()
        self._slowed_at = -math.inf
        self._curve: Any = None  # until the first throttling; botocore is imported only then

    def seconds_to_next(self, now: float) -> float:
        """How long until the next turn."""
        return max(0.0, self.last_turn + 1 / self.rate - now)

    def take_turn(self, now: float) -> None:
        """Note a turn that was waited for. If it is a little late, those after it are not."""
        due = self.last_turn + 1 / self.rate
        self.last_turn = due if now - due < _A_LITTLE_SECONDS else now

    def slow_down(self, now: float, sent_at: float) -> None:
        if sent_at <= self._slowed_at:
            return  # sent at the rate of before: that has been slowed down already
        if self._curve is None:
            from botocore.retries.throttling import CubicCalculator

            self._curve = CubicCalculator(self.limit, now)
        self._slowed_at = now
        self.rate = max(self.limit * _SLOWEST, self._curve.error_received(self.rate, now))

    def speed_up(self, now: float) -> None:
        if self._curve is not None:
            faster = max(self.rate, self._curve.success_received(now))
            self.rate = min(self.limit, faster)
