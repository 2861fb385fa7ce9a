"""Waiting for a status. Knows no AWS service: it is handed what to fetch and which states count."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from ..clock import Deadline

FIRST_INTERVAL_SECONDS: Final = 1.0
LONGEST_INTERVAL_SECONDS: Final = 5.0
_GROWTH: Final = 1.5

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class States:
    """The states that end a wait well, let it go on, or end it badly."""

    success: frozenset[str]
    transitional: frozenset[str]
    failure: frozenset[str] = frozenset()

    @property
    def known(self) -> list[str]:
        return sorted(self.success | self.transitional | self.failure)


class WaitEnded(Exception, Generic[T]):
    """A wait that did not reach a success state. `value` is what was fetched last."""

    def __init__(self, value: T) -> None:
        super().__init__(value)
        self.value = value


class WaitTimedOut(WaitEnded[T]):
    """The deadline was reached in a transitional state."""


class FailureState(WaitEnded[T]):
    """A failure state was reached."""


class UnexpectedState(WaitEnded[T]):
    """A state was reached that is in none of the sets."""


def growing_intervals() -> Iterator[float]:
    """Seconds between two looks: short at first, so that what is quick is noticed quickly."""
    seconds = FIRST_INTERVAL_SECONDS
    while True:
        yield seconds
        seconds = min(LONGEST_INTERVAL_SECONDS, seconds * _GROWTH)


async def wait_for_status(
    first: T,
    fetch: Callable[[], Awaitable[T]],
    *,
    status_of: Callable[[T], str],
    states: States,
    pause: Callable[[float], Awaitable[None]],
    deadline: Deadline,
    on_look: Callable[[T, int, float], None],
    intervals: Callable[[], Iterator[float]] = growing_intervals,
) -> T:
    """Fetch until a success state is reached.

    Args:
        first: What is known at the start; counts as the first look.
        fetch: Takes one more look.
        status_of: The status of what a look has found.
        states: Which states mean what.
        pause: Lets seconds pass, or fewer when there may be news.
        deadline: No pause goes beyond it, and one last look is taken when it is reached.
        on_look: Told of each look that ends nothing: what was found, its number from 1, and the
            seconds until the next.
        intervals: The seconds between two looks.

    Raises:
        WaitTimedOut: The deadline was reached first.
        FailureState: A failure state was reached.
        UnexpectedState: A state was reached that `states` does not know.
    """
    value = first
    for look, interval in enumerate(intervals(), start=1):
        status = status_of(value)
        if status in states.success:
            return value
        if status in states.failure:
            raise FailureState(value)
        if status not in states.transitional:
            raise UnexpectedState(value)
        if deadline.passed:
            raise WaitTimedOut(value)
        delay = deadline.cut(interval)
        on_look(value, look, delay)
        await pause(delay)
        value = await fetch()
    raise AssertionError("the intervals never end")
