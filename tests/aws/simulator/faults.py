"""Faults that a test lets happen."""

from __future__ import annotations

from dataclasses import dataclass

from tests.aws.simulator.calls import Call

FOREVER = float("inf")
LOSSES = ("close_before", "close_after", "malformed", "truncated")
"""The kinds of faults by which a caller does not learn what became of a call."""


@dataclass(slots=True)
class Fault:
    """What happens to some calls of one API instead of an answer.

    Attributes:
        api: The API, such as CreateBackup.
        table: Only calls that concern this table; empty for any.
        kind: error, delay (before it takes effect), late (after it), skip (time passes on the
            simulated clock), hold (until `release`), close_before, close_after, error_after,
            malformed, truncated, answer and answer_after (`body` is answered, and the call takes
            no effect, or did).
        code: AWS's error code, for error and error_after.
        message: AWS's words.
        status: The HTTP status.
        seconds: How long, for delay, late and skip, at most until the faults are forgotten; for
            close_before and close_after, what passes on the simulated clock before the connection
            is closed.
        first: Number of the first call that it happens to, from 1, counted from now.
        times: To how many calls it happens.
        region: Only calls to this region; empty for any.
        body: What is answered, for answer and answer_after; each # in it is the call's number.
    """

    api: str
    kind: str = "error"
    code: str = "InternalServerError"
    message: str = "The request processing has failed because of an unknown error."
    status: int = 500
    seconds: float = 0.0
    first: int = 1
    times: float = FOREVER
    table: str = ""
    region: str = ""
    body: str = ""

    def concerns(self, call: Call) -> bool:
        """Whether it may happen to `call`."""
        here = self.table in ("", call.table) and self.region in ("", call.region)
        return self.api == call.api and here


class Faults:
    """The faults that may happen, and how many calls each has met."""

    def __init__(self) -> None:
        self._met: list[tuple[Fault, list[int]]] = []

    def add(self, fault: Fault) -> None:
        """Let `fault` happen from now on."""
        self._met.append((fault, [0]))

    def clear(self) -> None:
        """Let none happen any more."""
        self._met.clear()

    def due(self, call: Call) -> Fault | None:
        """What happens to `call` instead of an answer."""
        for fault, seen in self._met:
            if fault.concerns(call):
                seen[0] += 1
                if fault.first <= seen[0] < fault.first + fault.times:
                    return fault
        return None
