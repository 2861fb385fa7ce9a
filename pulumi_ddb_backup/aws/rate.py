"""How often each API is called: one limiter for all operations of an account and region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final

from .aws_errors import AwsFailure
from .clock import Clock, Deadline


class Api(str, Enum):
    """The AWS calls that are made here."""

    DESCRIBE_TABLE = "DescribeTable"
    CREATE_BACKUP = "CreateBackup"
    DESCRIBE_BACKUP = "DescribeBackup"
    LIST_BACKUPS = "ListBackups"
    DELETE_BACKUP = "DeleteBackup"
    GET_CALLER_IDENTITY = "GetCallerIdentity"

    @property
    def action(self) -> str:
        """The IAM action that allows it."""
        service = "sts" if self is Api.GET_CALLER_IDENTITY else "dynamodb"
        return f"{service}:{self.value}"


RATE_LIMITS: Final[Mapping[Api, float]] = {
    # Calls a second that AWS's API reference names for an account in a region.
    Api.DESCRIBE_TABLE: 10,
    Api.CREATE_BACKUP: 50,
    Api.DESCRIBE_BACKUP: 10,
    Api.LIST_BACKUPS: 5,
    Api.DELETE_BACKUP: 10,
}
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
        self._paces = {api: _Pace(limit, clock.monotonic()) for api, limit in chosen.items()}

    async def turn(self, api: Api, deadline: Deadline) -> None:
        """Wait for the next turn of `api`.

        Raises:
            AwsFailure: `RateLimited`: the deadline comes before the turn.
        """
        pace = self._paces.get(api)
        if pace is None:
            return
        wait = pace.next_at - self._clock.monotonic()
        if wait > deadline.remaining_seconds:
            await self._clock.sleep(deadline.remaining_seconds)
            raise AwsFailure("RateLimited", f"at most {pace.rate:.3g} a second", api.action)
        pace.take(self._clock.monotonic())
        if wait > 0:
            await self._clock.sleep(wait)

    def throttled(self, api: Api) -> None:
        """AWS has refused a call because of its rate."""
        if pace := self._paces.get(api):
            pace.slow_down(self._clock.monotonic())

    def went_through(self, api: Api) -> None:
        """AWS has not refused a call because of its rate."""
        if pace := self._paces.get(api):
            pace.speed_up(self._clock.monotonic())


class _Pace:
    """The rate of one API, and the time of its next turn."""

    def __init__(self, limit: float, now: float) -> None:
        self.limit = limit
        self.rate = limit
        self.next_at = now
        self._curve: Any = None  # until the first throttling; botocore is imported only then

    def take(self, now: float) -> None:
        self.next_at = max(self.next_at, now) + 1 / self.rate

    def slow_down(self, now: float) -> None:
        if self._curve is None:
            from botocore.retries.throttling import CubicCalculator

            self._curve = CubicCalculator(self.limit, now)
        self.rate = max(self.limit * _SLOWEST, self._curve.error_received(self.rate, now))

    def speed_up(self, now: float) -> None:
        if self._curve is not None:
            faster = max(self.rate, self._curve.success_received(now))
            self.rate = min(self.limit, faster)
