"""The waiter, which knows no AWS service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from pulumi_ddb_backup.aws.clock import Deadline
from pulumi_ddb_backup.aws.running.waiting import (
    FailureState,
    States,
    UnexpectedState,
    WaitEnded,
    WaitTimedOut,
    wait_for_status,
)
from tests.clock import SimulatedClock

STATES = States(
    success=frozenset({"READY"}), transitional=frozenset({"BUSY"}), failure=frozenset({"BROKEN"})
)


class Waited:
    """One wait over scripted statuses, of which the last goes on for ever."""

    def __init__(self, statuses: Iterable[str], timeout_seconds: float = 60) -> None:
        self.clock = SimulatedClock()
        self.deadline = Deadline(self.clock, timeout_seconds)
        self.looks: list[tuple[str, int, float]] = []
        self.fetched_at: list[float] = []
        self._statuses = list(statuses)

    def run(self) -> str:
        return asyncio.run(
            wait_for_status(
                self._statuses[0],
                self._fetch,
                status_of=str,
                states=STATES,
                pause=self.clock.sleep,
                deadline=self.deadline,
                on_look=lambda status, look, delay: self.looks.append((status, look, delay)),
            )
        )

    async def _fetch(self) -> str:
        self.fetched_at.append(self.deadline.elapsed_seconds)
        if len(self._statuses) > 1:
            del self._statuses[0]
        return self._statuses[0]


def test_a_success_state_at_the_start_is_not_waited_for() -> None:
    waited = Waited(["READY"])
    assert waited.run() == "READY"
    assert waited.clock.slept == []
    assert waited.looks == []


def test_intervals_grow_from_one_second_to_five_and_no_further() -> None:
    waited = Waited(["BUSY"] * 8 + ["READY"])
    waited.run()
    slept = waited.clock.slept
    assert slept[0] == 1
    assert slept == sorted(slept)
    assert slept[-3:] == [5, 5, 5]


def test_the_reported_delay_is_the_one_slept_and_looks_are_numbered_from_one() -> None:
    waited = Waited(["BUSY", "BUSY", "BUSY", "READY"])
    waited.run()
    assert [delay for _, _, delay in waited.looks] == waited.clock.slept
    assert [look for _, look, _ in waited.looks] == [1, 2, 3]


def test_a_wait_ends_at_its_deadline_and_not_after() -> None:
    waited = Waited(["BUSY"], timeout_seconds=60)
    with pytest.raises(WaitTimedOut):
        waited.run()
    assert waited.deadline.elapsed_seconds == pytest.approx(60)


def test_one_last_look_is_taken_at_the_deadline() -> None:
    waited = Waited(["BUSY"], timeout_seconds=60)
    with pytest.raises(WaitTimedOut):
        waited.run()
    assert waited.fetched_at[-1] == pytest.approx(60)


def test_what_is_ready_at_the_last_look_is_a_success() -> None:
    last_look = Waited(["BUSY"], timeout_seconds=60)
    with pytest.raises(WaitTimedOut):
        last_look.run()
    waited = Waited(["BUSY"] * len(last_look.fetched_at) + ["READY"], timeout_seconds=60)
    assert waited.run() == "READY"


@pytest.mark.parametrize(
    ("status", "error"),
    [("BROKEN", FailureState), ("PAINTED", UnexpectedState)],
)
def test_a_bad_or_unknown_state_ends_the_wait_at_once_and_is_kept(
    status: str, error: type[WaitEnded[str]]
) -> None:
    waited = Waited(["BUSY", status])
    with pytest.raises(error) as ended:
        waited.run()
    assert ended.value.value == status
    assert len(waited.clock.slept) == 1


def test_a_rest_of_time_that_no_clock_can_tell_is_none() -> None:
    """A sleep of so little moves no clock on, and a loop that waited for it would never end."""
    clock = SimulatedClock()
    deadline = Deadline(clock, 30)
    clock.skip(30 - 1e-11)
    assert 0 < deadline.remaining_seconds < 1e-6
    assert deadline.passed
