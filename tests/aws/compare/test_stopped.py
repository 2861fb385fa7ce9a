"""A comparison that does not get to its end, and one that goes on from there; writes that explain."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from pulumi_ddb_backup.aws import (
    BackupError,
    ComparisonCancelledError,
    ComparisonTimeoutError,
    NotComparableError,
    Verdict,
)
from pulumi_ddb_backup.aws.running.scheduler import shared_scheduler
from tests.aws.compare.tables import FIRST, OTHER, Compared, drop, fill, item, make, named, put
from tests.aws.simulator import Fault, Simulator

SLOW: dict[str, Any] = {"read_units_per_second": 8}


def counted(aws: Simulator) -> dict[str, float]:
    """The read units that the tables have used since the last time."""
    used = dict(aws.reads.used)
    aws.reads.used.clear()
    return used


def stopped(compare: Compared, aws: Simulator, state: Path | None, **asked: Any) -> BackupError:
    """A comparison that somebody cancels after some pages."""
    scans: list[int] = []

    def cancel() -> None:
        scans.append(1)
        if len(scans) == 14:
            shared_scheduler().cancel_all()

    aws.when("Scan", cancel)
    with pytest.raises(ComparisonCancelledError) as ended:
        compare(state_file=state, **SLOW, **asked)
    return ended.value


def test_a_cancel_tells_how_far_it_came_and_how_to_go_on(
    compare: Compared, aws: Simulator, tmp_path: Path
) -> None:
    fill(900)
    message = str(stopped(compare, aws, tmp_path / "state"))
    assert message.startswith("Comparison Stopped: The comparison of table 'orders' was cancelled.")
    assert "items read, " in message
    assert "With a state file, run this again to continue from there" in message


def test_what_was_read_is_not_read_again(compare: Compared, aws: Simulator, tmp_path: Path) -> None:
    fill(900)
    whole = compare(**SLOW)
    put(OTHER, [item(3, note={"S": ""}), item(880, note={"S": ""})])
    state = tmp_path / "state"
    counted(aws)
    stopped(compare, aws, state)
    first = counted(aws)
    assert state.exists()
    drop(FIRST, 3)  # put back: the digests are those of what was read
    put(FIRST, [item(3)])
    result = compare(state_file=state, **SLOW)
    assert named(result) == {("order-00003", "changed"), ("order-00880", "changed")}
    assert (result.first.item_count, result.other.item_count) == (900, 900)
    assert result.first.digest == whole.first.digest
    assert result.first.read_units <= first[FIRST] + counted(aws)[FIRST]
    assert result.first.read_units > whole.first.read_units  # both runs, and the second scan
    assert any("Continuing after" in text for text in compare.heard.notices)
    assert not state.exists()


def test_a_segment_that_was_begun_is_not_begun_again(
    compare: Compared, aws: Simulator, tmp_path: Path
) -> None:
    fill(900)
    state = tmp_path / "state"
    stopped(compare, aws, state)
    positions = json.loads(state.read_text(encoding="utf-8"))["positions"]
    kept = {
        (table, segment)
        for table, side in zip((FIRST, OTHER), positions, strict=True)
        for segment, (after, done) in enumerate(side)
        if after or done
    }
    aws.calls.clear()
    assert compare(state_file=state, **SLOW).verdict is Verdict.IDENTICAL
    scans = [call.params for call in aws.calls if call.api == "Scan"]
    begun = {(one["TableName"], one["Segment"]) for one in scans if "ExclusiveStartKey" not in one}
    assert kept
    assert not kept & begun


def test_a_timeout_tells_how_far_it_came(compare: Compared, aws: Simulator, tmp_path: Path) -> None:
    fill(400, blob={"S": "x" * 3000})
    with pytest.raises(
        ComparisonTimeoutError, match=r"not complete after 60s.*items read"
    ) as ended:
        compare(state_file=tmp_path / "state", read_units_per_second=1, timeout_seconds=60)
    assert "run this again" in str(ended.value)
    assert compare(state_file=tmp_path / "state").verdict is Verdict.IDENTICAL


def test_a_failure_keeps_what_was_read_too(
    compare: Compared, aws: Simulator, tmp_path: Path
) -> None:
    fill(900)
    aws.fault(Fault("Scan", code="AccessDeniedException", status=400, first=14))
    with pytest.raises(BackupError, match="dynamodb:Scan"):
        compare(state_file=tmp_path / "state", **SLOW)
    aws.forget_faults()
    kept = json.loads((tmp_path / "state").read_text(encoding="utf-8"))
    assert kept["sums"]["counts"] > [0, 0]
    assert compare(state_file=tmp_path / "state").verdict is Verdict.IDENTICAL


def test_the_state_is_for_its_owner_alone_and_holds_no_values(
    compare: Compared, aws: Simulator, tmp_path: Path
) -> None:
    fill(900)
    stopped(compare, aws, tmp_path / "state")
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o600
    assert item(0)["note"]["S"] not in (tmp_path / "state").read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [tmp_path / "state"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"subset": "1/2"}, "another subset"), ({"other": "elsewhere"}, "other tables")],
)
def test_the_state_of_another_comparison_is_refused_and_left_alone(
    compare: Compared, aws: Simulator, tmp_path: Path, asked: dict[str, Any], words: str
) -> None:
    fill(900)
    make("elsewhere")
    state = tmp_path / "state"
    stopped(compare, aws, state)
    before = state.read_bytes()
    with pytest.raises(NotComparableError, match=words):
        compare(state_file=state, **asked)
    assert state.read_bytes() == before


def test_a_table_that_was_made_again_is_another_comparison(
    compare: Compared, aws: Simulator, tmp_path: Path
) -> None:
    fill(900)
    stopped(compare, aws, tmp_path / "state")
    fill(900)
    with pytest.raises(NotComparableError, match="other tables"):
        compare(state_file=tmp_path / "state")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"of": [], "version": 1}', "\0"])
def test_a_file_that_is_no_state_is_refused_and_left_alone(
    compare: Compared, aws: Simulator, tmp_path: Path, content: str
) -> None:
    fill(1)
    (tmp_path / "notes").write_text(content, encoding="utf-8")
    with pytest.raises(NotComparableError, match="can't be used"):
        compare(state_file=tmp_path / "notes")
    assert (tmp_path / "notes").read_text(encoding="utf-8") == content
    assert aws.count("Scan") == 0


def test_a_state_that_can_not_be_written_is_told_before_anything_is_read(
    compare: Compared, aws: Simulator, tmp_path: Path
) -> None:
    fill(1)
    with pytest.raises(NotComparableError, match="can't be written: No such file or directory"):
        compare(state_file=tmp_path / "nowhere" / "state")
    assert aws.count("Scan") == 0


# What explains a difference

SINCE = datetime(2026, 11, 24, 3, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("written", "explained"),
    [
        ({"S": "2026-11-24T03:00:00Z"}, True),
        ({"S": "2026-11-24T04:00:00+00:30"}, True),
        ({"S": "2026-11-24T04:00:00+02:00"}, False),
        ({"S": "2026-11-24T02:59:59.999Z"}, False),
        ({"S": "2026-11-24 03:00:01"}, True),
        ({"N": str(int(SINCE.timestamp()))}, True),
        ({"N": str(int(SINCE.timestamp()) - 1)}, False),
        ({"N": f"{SINCE.timestamp() * 1e3:.0f}"}, True),
        ({"N": f"{SINCE.timestamp() * 1e6:.0f}"}, True),
        ({"N": f"{SINCE.timestamp() * 1e9:.0f}"}, True),
        ({"N": f"{SINCE.timestamp() * 1e3 - 1:.0f}"}, False),
        ({"S": "yesterday"}, False),
        ({"S": ""}, False),
        ({"N": "1E120"}, False),
        ({"BOOL": True}, False),
        ({"L": []}, False),
    ],
    ids=str,
)
def test_a_write_since_then_explains_a_difference(
    compare: Compared, written: dict[str, Any], explained: bool
) -> None:
    fill(3)
    put(FIRST, [item(1, note={"S": "new"}, at=written)])
    result = compare(last_write_attribute="at", written_since=SINCE)
    assert result.verdict is (Verdict.EXPLAINED if explained else Verdict.DIFFERENT)
    assert [one.explained for one in result.differences] == [explained]


def test_one_difference_that_is_not_explained_decides_and_is_named_first(compare: Compared) -> None:
    fill(20)
    late = {"S": "2026-12-01T00:00Z"}
    put(FIRST, (item(number, note={"S": "new"}, at=late) for number in range(15)))
    put(FIRST, [item(99, at=late)])
    drop(FIRST, 17)  # what was deleted tells no time, so nothing explains it
    result = compare(last_write_attribute="at", written_since=SINCE, sample=5)
    assert result.verdict is Verdict.DIFFERENT
    assert (result.differing, result.explained, result.only_other) == (17, 16, 1)
    assert [one.explained for one in result.differences] == [False, *[True] * 4]
    assert result.differences[0].key == {"id": {"S": "order-00017"}}
