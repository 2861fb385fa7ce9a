"""The rate limiter: turns, deadlines, slowing down and recovering."""

from __future__ import annotations

import asyncio

import pytest

from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure
from pulumi_ddb_backup.aws.calls.rate import RATE_LIMITS, Api, RateLimiter
from pulumi_ddb_backup.aws.clock import Deadline
from tests.clock import SimulatedClock


class Limited:
    """A limiter on a simulated clock."""

    def __init__(self, *limits: tuple[Api, float]) -> None:
        self.clock = SimulatedClock()
        self.limiter = RateLimiter(self.clock, limits)

    def throttled(self, api: Api) -> None:
        """AWS refuses a call that was sent just now."""
        self.limiter.throttled(api, self.clock.monotonic())

    async def turns(self, api: Api, count: int, timeout_seconds: float = 1800) -> list[float]:
        """When each of `count` callers, who all come now, had its turn."""
        deadline = Deadline(self.clock, timeout_seconds)
        had: list[float] = []

        async def caller() -> None:
            await self.limiter.turn(api, deadline)
            had.append(deadline.elapsed_seconds)

        await asyncio.gather(*(caller() for _ in range(count)))
        return had


@pytest.mark.parametrize("api", RATE_LIMITS)
def test_turns_come_no_faster_than_awss_rate_and_no_slower(api: Api) -> None:
    had = asyncio.run(Limited().turns(api, 31))
    assert had[0] == 0
    assert had[-1] == pytest.approx(30 / RATE_LIMITS[api])


class Oversleeping(SimulatedClock):
    """A clock that comes back late from each sleep."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.skip(0.015)


def test_a_machine_that_oversleeps_loses_no_turn_and_gains_none() -> None:
    limited = Limited()
    limited.clock = Oversleeping()
    limited.limiter = RateLimiter(limited.clock)
    had = asyncio.run(limited.turns(Api.CREATE_BACKUP, 101))
    assert all(moment >= number / 50 for number, moment in enumerate(had))
    assert had[-1] < 100 / 50 + 0.02


def test_a_limit_can_be_chosen() -> None:
    limited = Limited((Api.CREATE_BACKUP, 2))
    assert asyncio.run(limited.turns(Api.CREATE_BACKUP, 3)) == pytest.approx([0, 0.5, 1])


def test_an_api_without_a_limit_never_waits() -> None:
    assert asyncio.run(Limited().turns(Api.GET_CALLER_IDENTITY, 100)) == [0] * 100


def test_a_caller_whose_turn_comes_after_its_deadline_is_told_at_the_deadline() -> None:
    limited = Limited((Api.LIST_BACKUPS, 0.1))

    async def both() -> float:
        deadline = Deadline(limited.clock, 4)
        await limited.limiter.turn(Api.LIST_BACKUPS, deadline)
        with pytest.raises(AwsFailure) as failed:
            await limited.limiter.turn(Api.LIST_BACKUPS, deadline)
        assert failed.value.code == "RateLimited"
        return deadline.elapsed_seconds

    assert asyncio.run(both()) == pytest.approx(4)


def rate_after(limited: Limited, api: Api) -> float:
    had = asyncio.run(limited.turns(api, 2))
    return 1 / (had[1] - had[0]) if had[0] == 0 else 0


def test_throttling_slows_one_api_and_no_other() -> None:
    limited = Limited()
    limited.throttled(Api.DESCRIBE_BACKUP)
    assert rate_after(limited, Api.DESCRIBE_BACKUP) < 10
    assert rate_after(limited, Api.CREATE_BACKUP) == pytest.approx(50)


def test_calls_that_were_under_way_together_slow_down_once() -> None:
    once, often = Limited(), Limited()
    once.throttled(Api.CREATE_BACKUP)
    for _ in range(50):
        often.throttled(Api.CREATE_BACKUP)
    assert rate_after(often, Api.CREATE_BACKUP) == rate_after(once, Api.CREATE_BACKUP)


def test_a_call_sent_before_the_last_slow_down_says_nothing_of_the_rate_since() -> None:
    once, late = Limited(), Limited()
    once.throttled(Api.CREATE_BACKUP)
    sent_at = late.clock.monotonic()
    late.clock.skip(0.3)
    late.throttled(Api.CREATE_BACKUP)
    late.clock.skip(0.1)
    late.limiter.throttled(Api.CREATE_BACKUP, sent_at)
    assert rate_after(late, Api.CREATE_BACKUP) == rate_after(once, Api.CREATE_BACKUP)


def test_throttling_that_goes_on_slows_down_to_a_twentieth_and_no_further() -> None:
    limited = Limited()
    for _ in range(60):
        limited.throttled(Api.CREATE_BACKUP)
        limited.clock.skip(0.1)
    assert rate_after(limited, Api.CREATE_BACKUP) == pytest.approx(50 / 20)


def test_calls_that_go_through_bring_the_rate_back_to_the_limit_and_no_higher() -> None:
    limited = Limited()
    limited.throttled(Api.CREATE_BACKUP)
    limited.clock.skip(60)
    limited.limiter.went_through(Api.CREATE_BACKUP)
    assert rate_after(limited, Api.CREATE_BACKUP) == pytest.approx(50)
