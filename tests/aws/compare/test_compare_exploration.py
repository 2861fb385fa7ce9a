"""Every kind of fault at every call of a comparison: no verdict is ever untrue, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ddb_backup.aws import (
    BackupError,
    CompareRequest,
    Comparison,
    Comparisons,
    Connection,
    Verdict,
)
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB
from tests.aws.compare.tables import FIRST, OTHER, drop, fill, item, named, put
from tests.aws.conftest import Heard, TimedDynamoDB
from tests.aws.exploring import TIMEOUT_SECONDS, kinds, singles
from tests.aws.exploring_world import World, calls_of, wrong_in
from tests.aws.fleet_tables import backend
from tests.aws.simulator import Simulator
from tests.clock import StandingClock

TRUTH = {
    ("order-00003", "changed"),
    ("order-00007", "only in the first"),
    ("order-00011", "only in the other"),
}


class CompareOfTwo:
    """Two tables of forty items that differ in three, read in several pages."""

    state = Path()

    def __init__(self, world: World) -> None:
        clock = StandingClock()
        world.renew(clock)
        fill(40)
        put(OTHER, [item(3, note={"S": ""})])
        drop(OTHER, 7)
        drop(FIRST, 11)
        self.state.unlink(missing_ok=True)
        self._world = world
        timed = TimedDynamoDB(clock, world.connection)

        def connect(_connection: Connection) -> Boto3DynamoDB:
            return timed

        self._comparisons = Comparisons(world.connection, Heard(), clock, connect=connect)
        self._timeout = TIMEOUT_SECONDS

    def first(self) -> Iterator[str]:
        before = self._content()
        try:
            yield from self._untrue(self._compared())
        except BackupError as error:
            if "UnexpectedError" in type(error).__name__:
                yield f"is a mistake of this library: {error}"
            if not str(error).startswith(("Comparison Failed: ", "Comparison Stopped: ")):
                yield f"is told as another step: {error}"
        if self._content() != before:
            yield "has written"

    def again(self) -> Iterator[str]:
        self._timeout = 600
        yield from self._untrue(self._compared())
        if self.state.exists():
            yield "has left its state"

    def _compared(self) -> Comparison:
        request = CompareRequest(FIRST, OTHER, state_file=self.state, timeout_seconds=self._timeout)
        return self._comparisons.compare(request)

    @staticmethod
    def _untrue(result: Comparison) -> Iterator[str]:
        if result.verdict is not Verdict.DIFFERENT:
            yield f"says {result.verdict.value}"
        if named(result) != TRUTH:
            yield f"names {named(result)}"
        if (result.first.item_count, result.other.item_count) != (39, 39):
            yield f"has counted {result.first.item_count} and {result.other.item_count}"

    @staticmethod
    def _content() -> list[str]:
        return [
            str(one.to_json())
            for name in (FIRST, OTHER)
            for one in backend().get_table(name).all_items()
        ]


@pytest.mark.parametrize("count", [30])
def test_no_fault_at_any_call_makes_a_verdict_untrue(
    aws: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(CompareOfTwo, "state", tmp_path / "state")
    world = World(aws)
    faults = kinds(every_code=False)
    cases = singles(calls_of(CompareOfTwo, world), faults, count)
    wrong = wrong_in(CompareOfTwo, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)
