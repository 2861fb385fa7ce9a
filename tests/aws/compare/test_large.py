"""Tables of 10,000 items, which take moto minutes: from a source without HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from pulumi_ddb_backup.aws import CompareRequest, Comparisons, Connection, Verdict
from pulumi_ddb_backup.aws.compare import looking, matching
from tests.aws.compare.generated import Generated, generated
from tests.aws.compare.tables import FIRST, OTHER, item
from tests.aws.conftest import REGION
from tests.clock import SimulatedClock

MANY = 10_000


def comparisons(source: object) -> Comparisons:
    def connect(_connection: Connection) -> object:
        return source

    return Comparisons(
        Connection(region=REGION, profile=str(id(source))),
        clock=SimulatedClock(),
        connect=connect,  # type: ignore[arg-type] # as much of DynamoDB as it takes
    )


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        (lambda _: False, 0),
        (lambda number: number == 4711, 1),
        (lambda _: True, MANY),
    ],
    ids=["none", "one", "all"],
)
def test_ten_thousand_items_differ_in_none_one_or_all(
    changed: Callable[[int], bool], count: int
) -> None:
    source = generated(MANY, changed, FIRST, OTHER)
    result = comparisons(source).compare(CompareRequest(FIRST, OTHER))
    assert (result.first.item_count, result.other.item_count) == (MANY, MANY)
    assert (result.changed, result.only_first, result.only_other) == (count, 0, 0)
    assert result.all_counted
    assert result.verdict is (Verdict.DIFFERENT if count else Verdict.IDENTICAL)


def test_more_differences_than_are_looked_at_are_said_not_to_be_all() -> None:
    source = generated(MANY + 500, lambda _: True, FIRST, OTHER)
    result = comparisons(source).compare(CompareRequest(FIRST, OTHER))
    assert (result.changed, result.all_counted) == (matching.DIFFERENCES_MAX, False)


def test_what_could_not_be_looked_at_is_never_called_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "DIFFERENCES_MAX", 50)
    monkeypatch.setattr(looking, "last_write", lambda *_: datetime.max)
    source = generated(100, lambda _: True, FIRST, OTHER)
    request = CompareRequest(FIRST, OTHER, last_write_attribute="at", written_since=datetime.min)
    monkeypatch.setattr("pulumi_ddb_backup.aws.compare.operation.validate_compare", lambda _: [])
    result = comparisons(source).compare(request)
    assert result.verdict is Verdict.NOT_COMPARED
    assert (result.changed, result.explained) == (50, 50)


def test_what_is_held_does_not_grow_with_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    add = matching.Matching.add

    def counted(self: matching.Matching, *given: object) -> None:
        add(self, *given)  # type: ignore[arg-type]
        held.append(sum(map(len, self._unmatched)))

    monkeypatch.setattr(matching.Matching, "add", counted)
    most = []
    for count in (10_000, 20_000):
        held.clear()
        source = Generated(count, {FIRST: item, OTHER: item})
        assert comparisons(source).compare(CompareRequest(FIRST, OTHER)).all_counted
        most.append(max(held))
    assert max(most) <= 8_000  # a page of each segment of one table
