"""How fast a table is read: on a clock of its own, whatever calls turn out to take."""

from __future__ import annotations

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws.clock import Deadline
from pulumi_ddb_backup.aws.compare.budget import (
    AHEAD_SECONDS,
    ITEMS_MAX,
    ON_DEMAND_DEFAULT,
    Budget,
    default_units,
)
from pulumi_ddb_backup.aws.compare.calls import KEYS_MAX
from tests.clock import SimulatedClock

units = st.floats(0.5, 200)


@given(st.lists(st.tuples(units, units), min_size=1, max_size=30), st.floats(1, 100))
def test_no_call_begins_before_what_was_taken_is_paid_for(
    calls: list[tuple[float, float]], rate: float
) -> None:
    async def read() -> None:
        clock = SimulatedClock()
        budget, deadline = Budget(rate, clock, 4), Deadline(clock, 10**9)
        for guessed, taken in calls:
            assert await budget.reserve(guessed, deadline)
            assert budget.used / rate <= deadline.elapsed_seconds + AHEAD_SECONDS + 1e-6
            budget.settle(guessed, taken)
        assert deadline.elapsed_seconds <= budget.used / rate  # nor is any time lost
        assert budget.used == pytest.approx(sum(taken for _, taken in calls))

    asyncio.run(read())


def test_a_turn_that_comes_after_the_deadline_is_not_had() -> None:
    async def read() -> None:
        clock = SimulatedClock()
        budget, deadline = Budget(1, clock, 4), Deadline(clock, 60)
        assert await budget.reserve(1000, deadline)
        assert not await budget.reserve(1, deadline)
        assert deadline.elapsed_seconds == 60

    asyncio.run(read())


def test_throttling_slows_down_and_what_goes_through_speeds_up_again_to_the_budget() -> None:
    clock = SimulatedClock()
    budget = Budget(100, clock, 4)
    budget.slow_down(clock.monotonic() + 1)
    slow = budget.units_per_second
    assert slow < 100
    for _ in range(60):
        clock.skip(1)
        budget.settle(1, 1)
    assert slow < budget.units_per_second <= 100
    assert budget.throttled == 1


def test_pages_are_as_large_as_a_second_of_the_budget_allows() -> None:
    budget = Budget(40, SimulatedClock(), 4)
    assert budget.page_items == 10  # until an answer tells more, an item is taken for a unit
    budget.learn(100, 50)
    assert (budget.page_items, budget.keys_at_once) == (20, 10)
    budget.learn(1, 50)  # of 400 KB, the largest there are
    assert (budget.page_items, budget.keys_at_once) == (1, 1)
    budget.learn(100_000, 1)
    assert (budget.page_items, budget.keys_at_once) == (ITEMS_MAX, KEYS_MAX)


@pytest.mark.parametrize("rate", [1, 3, 1000])
@pytest.mark.parametrize("items_in_a_unit", [0.01, 1, 40])
def test_even_a_small_budget_is_not_spent_on_pages_of_one_item(
    rate: int, items_in_a_unit: float
) -> None:
    budget = Budget(rate, SimulatedClock(), 4)
    left, used = 10_000, 0.0
    while left > 0:
        items = min(left, budget.page_items)
        taken = max(1, math.ceil(items / items_in_a_unit)) / 2
        budget.learn(items, taken)
        left, used = left - items, used + taken
    assert used <= 1.25 * 10_000 / items_in_a_unit / 2 + 10


def test_a_provisioned_table_is_left_half_of_its_capacity() -> None:
    assert [default_units(units) for units in (None, 1, 5, 1000)] == [ON_DEMAND_DEFAULT, 1, 2, 500]
