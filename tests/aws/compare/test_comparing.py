"""Two tables over HTTP: what is found, in which parts, with how many read units."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from moto.dynamodb.models.table import Table

from pulumi_ddb_backup.aws import (
    Connection,
    DifferenceKind,
    NotComparableError,
    TableNotActiveError,
    TableNotFoundError,
    ValidationError,
    Verdict,
    WrongTableError,
)
from pulumi_ddb_backup.aws.compare import matching, operation
from pulumi_ddb_backup.aws.errors import UnreadableAnswerError
from tests.aws.compare.tables import (
    AHEAD_SECONDS,
    FIRST,
    OTHER,
    SECRET,
    Compared,
    drop,
    fill,
    item,
    key,
    make,
    named,
    put,
    told,
)
from tests.aws.conftest import client
from tests.aws.fleet_tables import ELSEWHERE, STRANGER, arn_of
from tests.aws.simulator import Fault, Simulator

CHANGED, ONLY_FIRST, ONLY_OTHER = (
    DifferenceKind.CHANGED,
    DifferenceKind.ONLY_FIRST,
    DifferenceKind.ONLY_OTHER,
)


# What is found


def test_equal_tables_are_identical(compare: Compared) -> None:
    fill(500)
    result = compare()
    assert result.verdict is Verdict.IDENTICAL
    assert (result.first.item_count, result.other.item_count) == (500, 500)
    assert result.first.digest == result.other.digest
    assert (result.differing, result.settled, result.all_counted) == (0, 0, True)
    assert compare.aws.count("BatchGetItem") == 0


def test_what_only_one_table_has_is_told_as_such(compare: Compared) -> None:
    fill(50)
    drop(OTHER, 7)
    drop(FIRST, 8)
    put(OTHER, [item(9, note={"S": ""}), item(50)])
    result = compare()
    assert named(result) == {
        told(7, ONLY_FIRST),
        told(8, ONLY_OTHER),
        told(50, ONLY_OTHER),
        told(9, CHANGED),
    }
    assert (result.only_first, result.only_other, result.changed) == (1, 2, 1)


@pytest.mark.parametrize("count", [0, 1])
def test_tables_with_no_item_or_one_are_compared_too(compare: Compared, count: int) -> None:
    fill(count)
    assert compare().verdict is Verdict.IDENTICAL
    put(FIRST, [item(99)])
    assert named(compare()) == {told(99, ONLY_FIRST)}


def test_what_is_written_in_another_way_is_the_same(compare: Compared) -> None:
    fill(1, tags={"SS": ["a", "b"]}, sizes={"NS": ["1", "20"]}, more={"M": {}})
    put(
        OTHER, [item(0, amount={"N": "0.5"}, tags={"SS": ["b", "a"]}, sizes={"NS": ["2E1", "1.0"]})]
    )
    put(FIRST, [item(0, tags={"SS": ["a", "b"]}, sizes={"NS": ["1", "20"]})])
    assert compare().verdict is Verdict.IDENTICAL


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([{"S": "a"}, {"S": "b"}], [{"S": "a"}, {"S": "b"}]),
        ([{"N": "1.0"}, {"N": "20"}], [{"N": "1"}, {"N": "20"}]),
        ([{"B": b"\0\1"}, {"B": b"\xff"}], [{"B": "AAE="}, {"B": "/w=="}]),
    ],
    ids=["S", "N", "B"],
)
def test_keys_of_every_type_are_looked_up_and_named(
    compare: Compared, aws: Simulator, values: list[Any], told: list[Any]
) -> None:
    dynamodb = client(aws)
    for name in (FIRST, OTHER):
        make(name, {"id": "S", "sort": next(iter(values[0]))})
        for value in values:
            one = {"id": {"S": "x"}, "sort": value, "v": {"S": name}}
            dynamodb.put_item(TableName=name, Item=one)
    result = compare()
    assert sorted(map(str, (one.key["sort"] for one in result.differences))) == sorted(
        map(str, told)
    )
    assert result.changed == 2


def test_two_regions_are_compared_by_their_arns(compare: Compared, aws: Simulator) -> None:
    fill(20)
    make(FIRST, region=ELSEWHERE)
    put(FIRST, map(item, range(21)), region=ELSEWHERE)
    result = compare(FIRST, arn_of(FIRST, ELSEWHERE))
    assert named(result) == {told(20, ONLY_OTHER)}
    assert result.other.region == ELSEWHERE
    assert {call.region for call in aws.calls if call.api == "Scan"} == {"eu-west-1", ELSEWHERE}


def test_another_connection_leads_to_the_other_table(
    compare: Compared, connection: Connection
) -> None:
    fill(5)
    make(FIRST, region=ELSEWHERE)
    put(FIRST, map(item, range(5)), region=ELSEWHERE)
    there = connection.overridden(region=ELSEWHERE)
    comparisons = type(compare.comparisons)(
        connection, clock=compare.clock, connect=compare.comparisons.connect, other=there
    )
    compare.comparisons = comparisons
    assert compare(FIRST, FIRST).verdict is Verdict.IDENTICAL


# What is refused


def test_other_keys_are_refused_and_both_are_told(compare: Compared, aws: Simulator) -> None:
    make(FIRST, {"id": "S", "sort": "N"})
    make(OTHER, {"id": "S", "sort": "S"})
    with pytest.raises(NotComparableError) as refused:
        compare()
    assert "id (S, HASH), sort (N, RANGE)" in str(refused.value)
    assert "id (S, HASH), sort (S, RANGE)" in str(refused.value)
    assert aws.count("Scan") == 0


def test_a_table_is_not_compared_with_itself(compare: Compared, aws: Simulator) -> None:
    fill(1)
    with pytest.raises(NotComparableError, match="the same table"):
        compare(FIRST, arn_of(FIRST))
    assert aws.count("Scan") == 0


def test_each_table_is_told_by_its_own_name_where_it_can_not_be_read(
    compare: Compared, aws: Simulator
) -> None:
    fill(1)
    with pytest.raises(TableNotFoundError, match="'nowhere'"):
        compare(FIRST, "nowhere")
    aws.table_status[OTHER] = "CREATING"
    with pytest.raises(TableNotActiveError, match=f"'{OTHER}' is in CREATING status"):
        compare()
    with pytest.raises(WrongTableError, match=STRANGER):
        compare(FIRST, arn_of(OTHER, account=STRANGER))


def test_a_denied_scan_names_the_action_and_the_table(compare: Compared, aws: Simulator) -> None:
    fill(1)
    aws.fault(Fault("Scan", code="AccessDeniedException", status=400, table=OTHER))
    with pytest.raises(Exception, match=f"dynamodb:Scan on table '{OTHER}'"):
        compare()


BACKUP = f"{arn_of(FIRST)}/backup/01489602797149-73d8d5bc"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": BACKUP}, "restore it to a new table, compare that table, and delete it"),
        ({"other": BACKUP}, "other_table_name is a backup"),
        ({"first": "x"}, "at least 3 characters"),
        ({"subset": "8/7"}, "subset must be a part such as 3/7"),
        ({"subset": "0/7"}, "subset must be"),
        ({"read_units_per_second": 0}, "read_units_per_second must be a whole number from 1"),
        ({"last_write_attribute": "at"}, "last_write_attribute needs written_since beside it"),
        ({"sample": -1}, "sample must be a whole number from 0 to 1000"),
        ({"timeout_seconds": 90_000}, "timeout must be at most 86400"),
        ({"state_file": ""}, "state_file must be a path"),
    ],
)
def test_what_breaks_a_rule_is_refused_before_aws_is_asked(
    compare: Compared, aws: Simulator, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        compare(**asked)
    assert words in str(refused.value)
    assert aws.calls == []


def test_an_attribute_of_a_new_type_ends_the_comparison_and_is_not_left_out(
    compare: Compared, aws: Simulator
) -> None:
    fill(1)
    odd = '{"Items": [{"id": {"S": "x"}, "v": {"VECTOR": "1"}}], "Count": 1, "ScannedCount": 1}'
    aws.fault(Fault("Scan", "answer", body=odd))
    with pytest.raises(UnreadableAnswerError, match="a type that is not known"):
        compare()


# How much is read at once, and how fast


def test_a_scan_keeps_to_its_read_units(compare: Compared, aws: Simulator) -> None:
    fill(2000)
    began = compare.clock.seconds
    result = compare(read_units_per_second=8)
    took = compare.clock.seconds - began
    for table in (FIRST, OTHER):
        assert aws.reads.used[table] > 25
        assert took >= aws.reads.used[table] / 8 - AHEAD_SECONDS - 1
    assert result.first.read_units == aws.reads.used[FIRST]
    assert result.verdict is Verdict.IDENTICAL


def test_a_provisioned_table_is_left_half_of_its_capacity(compare: Compared) -> None:
    fill(0)
    make(OTHER, read_units=10)
    put(OTHER, map(item, range(1000)))
    put(FIRST, map(item, range(1000)))
    began = compare.clock.seconds
    result = compare()
    took = compare.clock.seconds - began
    assert result.other.read_units / 5 - AHEAD_SECONDS - 1 <= took


def test_a_table_that_throttles_is_read_more_slowly_and_to_the_end(
    compare: Compared, aws: Simulator
) -> None:
    fill(1200)
    aws.reads.units_per_second[OTHER] = 5
    result = compare(read_units_per_second=20)
    assert result.verdict is Verdict.IDENTICAL
    assert result.other.throttled_calls > 0
    assert result.first.throttled_calls == 0


def test_an_endpoint_that_tells_no_units_is_taken_at_the_size_of_its_answers(
    compare: Compared, aws: Simulator
) -> None:
    fill(1000)
    aws.reads.tells_units = False
    result = compare()
    assert aws.reads.used[FIRST] * 0.5 < result.first.read_units < aws.reads.used[FIRST] * 2


def test_scans_are_eventually_consistent_and_looks_are_strongly_consistent(
    compare: Compared, aws: Simulator
) -> None:
    fill(10)
    drop(FIRST, 1)
    compare()
    scans = [call.params for call in aws.calls if call.api == "Scan"]
    looks = [call.params for call in aws.calls if call.api == "BatchGetItem"]
    assert not any(scan.get("ConsistentRead") for scan in scans)
    assert all(one["ConsistentRead"] for look in looks for one in look["RequestItems"].values())
    assert len(looks) == 2


def test_keys_that_aws_did_not_get_to_are_asked_for_again(
    compare: Compared, aws: Simulator
) -> None:
    fill(3)
    put(OTHER, (item(number, note={"S": ""}) for number in range(3)))
    keys = [key(number) for number in range(3)]
    left = json.dumps({"Responses": {}, "UnprocessedKeys": {FIRST: {"Keys": keys}}})
    aws.fault(Fault("BatchGetItem", "answer", body=left, times=1))
    assert compare().differing == 3


# More than can be held


def test_what_can_not_be_held_is_found_by_a_second_scan(
    compare: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(600)
    for number in (3, 570):
        drop(OTHER, number)
    put(OTHER, [item(100, note={"S": ""})])
    first = compare()
    monkeypatch.setattr(matching, "UNMATCHED_MAX", 9)
    again = compare()
    assert again.first.read_units > 1.7 * first.first.read_units
    assert named(again) == named(first)
    assert again.all_counted
    assert len(named(again)) == 3


def test_more_buckets_than_can_be_held_are_said_not_to_be_all(
    compare: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(500)
    for number in range(0, 500, 2):
        drop(OTHER, number)
    monkeypatch.setattr(matching, "UNMATCHED_MAX", 20)
    monkeypatch.setattr(operation, "UNMATCHED_MAX", 20)
    result = compare()
    assert result.verdict is Verdict.DIFFERENT
    assert not result.all_counted
    assert 0 < result.only_first < 250
    assert all(int(one[-3:]) % 2 == 0 for one, _ in named(result))


# A part


def test_the_parts_together_are_the_whole(compare: Compared) -> None:
    fill(300)
    put(OTHER, [item(123, note={"S": ""})])
    parts = [compare(subset=f"{part}/3") for part in (1, 2, 3)]
    assert sum(part.first.item_count for part in parts) == 300
    assert sorted(part.verdict.value for part in parts) == ["different", "identical", "identical"]
    assert {one for part in parts for one in named(part)} == {told(123, CHANGED)}


def test_a_part_that_aws_cuts_differently_of_both_tables_is_compared_all_the_same(
    compare: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(100)
    put(OTHER, [item(12, note={"S": ""})])
    honest = Table.scan

    def shifted(table: Table, *given: Any, **named: Any) -> Any:
        number, of = named["segments"]
        if table.name == OTHER:
            named["segments"] = ((number + 1) % of, of)
        return honest(table, *given, **named)

    monkeypatch.setattr(Table, "scan", shifted)
    parts = [compare(subset=f"{part}/4") for part in (1, 2, 3, 4)]
    assert {one for part in parts for one in named(part)} == {told(12, CHANGED)}
    assert sum(part.settled for part in parts) > 0
    assert {part.verdict for part in parts} == {Verdict.IDENTICAL, Verdict.DIFFERENT}


# A table in use


def test_what_is_written_meanwhile_is_no_difference_once_both_have_it(
    compare: Compared, aws: Simulator
) -> None:
    fill(400)
    written: list[int] = []

    def write() -> None:
        """An item of the first table with each page ..."""
        written.append(len(written) % 400)
        put(FIRST, [item(written[-1], note={"S": "later"})])

    def follow() -> None:
        """... which the other one has too by the time that anybody looks again."""
        put(OTHER, (item(number, note={"S": "later"}) for number in written))

    aws.when("Scan", write)
    aws.when("BatchGetItem", follow)
    result = compare(read_units_per_second=20)
    assert result.verdict is Verdict.IDENTICAL
    assert result.settled > 0


# What is told


def test_nothing_of_an_item_but_its_key_is_ever_told(
    compare: Compared, aws: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    fill(30)
    put(OTHER, [item(3, more={"S": SECRET})])
    with caplog.at_level("DEBUG", logger="pulumi_ddb_backup"):
        result = compare()
    said = f"{result}{compare.heard}{caplog.text}"
    assert "order-00003" in str(result)
    assert SECRET not in said


def test_progress_tells_how_far_it_is_by_awss_own_count(compare: Compared) -> None:
    fill(400)
    drop(OTHER, 3)
    compare(read_units_per_second=2)
    statuses = [look.status for look in compare.heard.looks]
    percents = [int(found[1]) for one in statuses if (found := re.match(r"about (\d+)%, ", one))]
    assert len(percents) > 2
    assert percents == sorted(percents)
    assert statuses[-1].startswith("looking at the differences, 400 and 399 items read, ")
    assert {look.subject for look in compare.heard.looks} == {"Comparison"}


def test_a_sample_of_none_names_no_key(compare: Compared) -> None:
    fill(3)
    drop(FIRST, 1)
    result = compare(sample=0)
    assert (result.differences, result.only_other) == ([], 1)


def test_nothing_is_ever_written(compare: Compared, aws: Simulator) -> None:
    fill(10)
    drop(FIRST, 1)
    compare()
    assert {call.api for call in aws.calls} == {"DescribeTable", "Scan", "BatchGetItem"}
