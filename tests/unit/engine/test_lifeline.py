"""When the engine counts as gone, and what a provider process does before it leaves."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_ddb_backup.engine import cancellation, lifeline, when_cancelled

THERE, REFUSED, UNKNOWN = True, False, None


class EndOfScript(Exception):
    """Nothing more happens in this test."""


def looks_until_gone(script: Iterable[bool | None]) -> int | None:
    """How many looks of `script` it took until the engine counted as gone; None: it never did."""
    looks, taken = iter(script), 0

    def look() -> bool | None:
        nonlocal taken
        taken += 1
        try:
            return next(looks)
        except StopIteration:
            raise EndOfScript from None

    try:
        lifeline.watch(look, lambda: None)
    except EndOfScript:
        return None
    return taken


@pytest.mark.parametrize(
    ("script", "looks"),
    [
        pytest.param([THERE, REFUSED, REFUSED, REFUSED, THERE], 4, id="killed"),
        pytest.param([UNKNOWN, THERE, REFUSED, REFUSED, REFUSED], 5, id="slow at first"),
        pytest.param([THERE] * 99, None, id="it closes idle connections"),
        pytest.param([THERE, UNKNOWN, *[UNKNOWN] * 99], None, id="stopped, or suspended"),
        pytest.param([THERE, REFUSED, REFUSED, THERE, REFUSED, REFUSED], None, id="it is back"),
        pytest.param([THERE, REFUSED, REFUSED, UNKNOWN, REFUSED, REFUSED], None, id="not sure"),
        pytest.param([REFUSED] * 99, None, id="never seen: attached by a debugger"),
    ],
)
def test_an_engine_is_gone_once_it_was_there_and_refuses_three_times_in_a_row(
    script: list[bool | None], looks: int | None
) -> None:
    assert looks_until_gone(script) == looks


def test_calls_under_way_are_cancelled_and_end_before_the_process_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cancellation, "_listeners", [])
    happened: list[str] = []
    busy = iter([True, True, False])
    when_cancelled(lambda: happened.append("cancelled"))
    lifeline.leave(
        lambda: next(busy), lambda: happened.append("waited"), lambda: happened.append("left")
    )
    assert happened == ["cancelled", "waited", "waited", "left"]


def test_an_engine_that_accepts_nothing_is_there_until_it_closes() -> None:
    with ThreadPoolExecutor(1) as looker:
        with socket.create_server(("127.0.0.1", 0)) as stopped:  # it listens, and never answers
            address = "{}:{}".format(*stopped.getsockname())
            look = looker.submit(lifeline.holds, address)
            stopped.accept()[0].close()
            assert look.result() is True
        assert lifeline.holds(address) is False


@pytest.mark.parametrize("address", ["", "127.0.0.1", "127.0.0.1:none"])
def test_an_address_that_cannot_be_called_tells_nothing(address: str) -> None:
    assert lifeline.holds(address) is None


def test_a_process_that_is_no_provider_is_left_alone() -> None:
    assert lifeline.end_with_the_engine() is False
