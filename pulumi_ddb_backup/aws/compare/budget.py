"""How fast a table may be read: so many read units a second, slower while AWS throttles all the same."""

from __future__ import annotations

from typing import Final

from ..calls.rate import Pace
from ..clock import Clock, Deadline
from .calls import KEYS_MAX

ON_DEMAND_DEFAULT: Final = 1000
"""Read units a second of a table that is on demand, unless the caller says otherwise."""
PROVISIONED_SHARE: Final = 2
"""Unless the caller says otherwise, a provisioned table is read with one unit in so many of its own."""
PAGE_SECONDS: Final = 1.0
"""For how long one round of pages may use up the budget."""
AHEAD_SECONDS: Final = 1.0
"""So much of the budget may be used ahead, as AWS allows too: the first guesses are bad ones."""
ITEMS_MAX: Final = 2000
"""The most items on a page, so that their digests are made in little time."""
CONSISTENT_TIMES: Final = 2
"""A strongly consistent read takes so many times the units of an eventually consistent one."""
SMALLEST_UNITS: Final = 0.5
"""What a page takes at the least, however few items are on it."""
_FIRST_UNITS: Final = 1.0


def default_units(provisioned_units: int | None) -> int:
    """The read units a second that a table is read with, if nobody says otherwise."""
    if provisioned_units is None:
        return ON_DEMAND_DEFAULT
    return max(1, provisioned_units // PROVISIONED_SHARE)


class Budget:
    """The read units of one table.

    A call is sent once those before it have been paid for. What a call takes is known only from its
    answer, so it is guessed first and put right afterwards.

    Attributes:
        used: The units that all calls have taken.
        throttled: How many calls AWS has throttled.
    """

    def __init__(self, units_per_second: float, clock: Clock, at_once: int) -> None:
        self.used = 0.0
        self.throttled = 0
        self._clock = clock
        self._pace = Pace(units_per_second)
        self._at_once = at_once
        self._due = clock.monotonic()
        self._per_item = _FIRST_UNITS
        self._on_smallest = 1

    @property
    def units_per_second(self) -> float:
        """The units a second that are used at the most, for now."""
        return self._pace.rate

    @property
    def page_items(self) -> int:
        """How many items to ask for, so that the pages under way take a second's units together."""
        return max(self._fitting(ITEMS_MAX, 1), min(ITEMS_MAX, self._on_smallest))

    @property
    def keys_at_once(self) -> int:
        """The same of keys, which are looked up strongly consistent."""
        return self._fitting(KEYS_MAX, CONSISTENT_TIMES)  # each key is a unit of its own

    def _fitting(self, most: int, times: float) -> int:
        fitting = self._pace.rate * PAGE_SECONDS / self._at_once / self._per_item / times
        return max(1, min(most, int(fitting)))

    def guess(self, items: int, times: float = 1) -> float:
        """The units that so many items may take, `times` the price of a scan."""
        return max(SMALLEST_UNITS, items * self._per_item * times)

    async def reserve(self, units: float, deadline: Deadline) -> bool:
        """Wait for the turn of a call that may take so many units. Whether it came in time."""
        turn = max(self._clock.monotonic(), self._due)
        self._due = turn + units / self._pace.rate
        wait = turn - self._clock.monotonic() - AHEAD_SECONDS
        if wait >= deadline.remaining_seconds > 0 or deadline.passed:
            await self._clock.sleep(deadline.remaining_seconds)
            return False
        if wait > 0:
            await self._clock.sleep(wait)
        return True

    def settle(self, guessed: float, taken: float) -> None:
        """Note what a call has really taken."""
        self.used += taken
        self._due += (taken - guessed) / self._pace.rate
        self._pace.speed_up(self._clock.monotonic())

    def learn(self, items: int, units: float) -> None:
        """Note what the items of a scan's page have taken.

        Where they have taken no more than any page does, more of them may have fitted: a small budget
        would else be spent on pages of one item.
        """
        if items:
            self._per_item = max(units / items, SMALLEST_UNITS / ITEMS_MAX)
            fitted = 2 * items if units <= SMALLEST_UNITS else items * SMALLEST_UNITS / units
            self._on_smallest = max(1, int(fitted))

    def slow_down(self, sent_at: float) -> None:
        """AWS has throttled a call that was sent at that moment."""
        self.throttled += 1
        self._pace.slow_down(self._clock.monotonic(), sent_at)
