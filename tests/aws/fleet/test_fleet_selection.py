"""Which tables a fleet consists of, and what becomes of those that have their backup already."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupError,
    BackupNotFoundError,
    BackupTimeoutError,
    ConfigurationError,
    Fleet,
    FleetRequest,
    NoTableSelectedError,
    Stage,
    TableNotFoundError,
    TableRef,
    ValidationError,
)
from pulumi_ddb_backup.aws.fleet.records import by_table
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import (
    ELSEWHERE,
    add_tables,
    arn_of,
    denied,
    drop_table,
    kinds,
    names,
    numbered,
    of,
    once_each,
    remove,
    retag,
    statuses,
    tables_in_calls,
    taken,
)
from tests.aws.simulator import Fault, Simulator

# Which tables


@pytest.fixture
def estate(aws: Simulator) -> list[str]:
    """Tables with all kinds of names, beside `orders`."""
    return [
        *add_tables("prod-orders", "dev-orders", team="shop", tier="gold"),
        *add_tables("prod-users", team="shop", tier="tin"),
        *add_tables("prod-tmp", "PROD-users", "node-1", "node-2", "node-x", "node-10"),
    ]


SELECTED = [
    pytest.param(of("prod-users", "orders"), "orders prod-users", "", id="names"),
    pytest.param(of(arn_of("orders")), "orders", "", id="an ARN"),
    pytest.param(of("orders", arn_of("orders"), "orders"), "orders", "", id="a table named thrice"),
    pytest.param(
        of(table_pattern=["prod-*"]), "prod-orders prod-tmp prod-users", "T", id="a pattern"
    ),
    pytest.param(
        of(table_pattern=["*-orders", "PROD-*"]),
        "PROD-users dev-orders prod-orders",
        "T",
        id="several patterns",
    ),
    pytest.param(
        of(table_pattern=["prod-*"], exclude_pattern=["*-tmp", "*-u*"]),
        "prod-orders",
        "T",
        id="a pattern less others",
    ),
    pytest.param(
        of("prod-tmp", table_pattern=["prod-*"], exclude_pattern=["*"]),
        "prod-tmp",
        "T",
        id="what is named is never left out",
    ),
    pytest.param(of(table_pattern=["node-?"]), "node-1 node-2 node-x", "T", id="one character"),
    pytest.param(of(table_pattern=["node-[12]"]), "node-1 node-2", "T", id="one of some"),
    pytest.param(of(table_pattern=["node-[0-9]*"]), "node-1 node-10 node-2", "T", id="a range"),
    pytest.param(of(table_pattern=["node-[!12]"]), "node-x", "T", id="none of some"),
    pytest.param(of(table_pattern=["orders"]), "orders", "T", id="a pattern is a whole name"),
    pytest.param(
        of("orders", table_pattern=["dev-*"]), "dev-orders orders", "T", id="a name and a pattern"
    ),
    pytest.param(of(tags={"team": "shop"}), "dev-orders prod-orders prod-users", "R", id="a tag"),
    pytest.param(
        of(tags={"team": "shop", "tier": "gold"}), "dev-orders prod-orders", "R", id="all of tags"
    ),
    pytest.param(
        of(tags={"team": "shop"}, table_pattern=["prod-*"]),
        "prod-orders prod-users",
        "R",
        id="a tag and a pattern",
    ),
    pytest.param(
        of("orders", tags={"tier": "tin"}), "orders prod-users", "R", id="a name and a tag"
    ),
    pytest.param(
        of(tags={"team": "shop"}, exclude_pattern=["prod-*"]),
        "dev-orders",
        "R",
        id="a tag less a pattern",
    ),
]


@pytest.mark.parametrize(("request_", "expected", "asked"), SELECTED)
def test_exactly_the_tables_that_are_asked_for_are_backed_up(
    aws: Simulator,
    fleet: Fleet,
    estate: list[str],
    request_: FleetRequest,
    expected: str,
    asked: str,
) -> None:
    result = fleet.create(request_)
    assert names(result) == sorted(expected.split())
    assert statuses(result) == {"AVAILABLE"}
    assert taken() == once_each(expected.split())
    assert aws.count("ListTables") == asked.count("T")
    assert aws.count("GetResources") == asked.count("R")
    assert result.dropped == []


def test_a_pattern_that_is_no_list_is_one_pattern_and_not_one_a_letter(
    fleet: Fleet, estate: list[str]
) -> None:
    """A str is a sequence of str to every type checker, and its letter `*` would mean all tables."""
    result = fleet.create(of(table_pattern="prod-*"))
    assert names(result) == ["prod-orders", "prod-tmp", "prod-users"]


def test_tagged_tables_are_found_on_all_pages(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(120), team="shop")
    result = fleet.create(of(tags={"team": "shop"}))
    assert names(result) == numbered(120)
    assert aws.count("GetResources") == 3


def test_names_are_looked_for_in_each_region(fleet: Fleet) -> None:
    add_tables("orders", "users", region=ELSEWHERE)
    result = fleet.create(of("orders", regions=[REGION, ELSEWHERE]))
    assert [(outcome.table.region, outcome.table.table_name) for outcome in result.outcomes] == [
        (REGION, "orders"),
        (ELSEWHERE, "orders"),
    ]
    assert statuses(result) == {"AVAILABLE"}
    assert taken(REGION, ELSEWHERE) == once_each(["orders"]) + once_each(["orders"], ELSEWHERE)


def test_a_name_that_one_of_the_regions_lacks_fails_there_alone(fleet: Fleet) -> None:
    result = fleet.create(of("orders", regions=[REGION, ELSEWHERE]))
    here, there = result.outcomes
    assert here.record is not None
    assert isinstance(there.error, TableNotFoundError)
    assert there.error.facts.region == ELSEWHERE


def test_patterns_are_looked_for_in_each_region(aws: Simulator, fleet: Fleet) -> None:
    add_tables("prod-1")
    add_tables("prod-1", "prod-2", region=ELSEWHERE)
    result = fleet.create(of(table_pattern=["prod-*"], regions=[ELSEWHERE, REGION, ELSEWHERE]))
    assert [outcome.table for outcome in result.outcomes] == [
        TableRef(REGION, "prod-1"),
        TableRef(ELSEWHERE, "prod-1"),
        TableRef(ELSEWHERE, "prod-2"),
    ]
    assert Counter(call.region for call in aws.calls if call.api == "ListTables") == {
        REGION: 1,
        ELSEWHERE: 1,
    }


def test_an_arn_leads_to_its_region_beside_names_in_the_connections(fleet: Fleet) -> None:
    (arn,) = add_tables("users", region=ELSEWHERE)
    result = fleet.create(of("orders", arn))
    assert [outcome.record and outcome.record.table_arn for outcome in result.outcomes] == [
        arn_of("orders"),
        arn,
    ]


def test_arns_alone_leave_the_connections_region_alone(aws: Simulator, fleet: Fleet) -> None:
    arns = add_tables("users", "carts", region=ELSEWHERE)
    result = fleet.create(of(*arns))
    assert statuses(result) == {"AVAILABLE"}
    assert {call.region for call in aws.calls} == {ELSEWHERE}


@pytest.mark.parametrize(
    ("request_", "detail"),
    [
        pytest.param(
            of(table_pattern=["nowhere-*", "none"], exclude_pattern=["x*"]),
            f"table_pattern nowhere-* none, exclude_pattern x* in {REGION}",
            id="patterns",
        ),
        pytest.param(
            of(tags={"team": "nobody", "tier": "gold"}, regions=[ELSEWHERE, REGION]),
            f"tags team=nobody tier=gold in {ELSEWHERE}, {REGION}",
            id="tags in regions",
        ),
        pytest.param(
            of(tags={"team": "shop"}, table_pattern=["node-*"]),
            f"table_pattern node-*, tags team=shop in {REGION}",
            id="a tag and a pattern that fit no table together",
        ),
    ],
)
def test_no_table_that_fits_is_an_error_with_what_was_looked_for_and_where(
    aws: Simulator, fleet: Fleet, estate: list[str], request_: FleetRequest, detail: str
) -> None:
    with pytest.raises(NoTableSelectedError) as failed:
        fleet.create(request_)
    assert failed.value.facts.detail == detail
    assert failed.value.stage is Stage.TABLE
    assert aws.count("CreateBackup") == 0


def test_a_tag_with_escapes_never_reaches_the_message(fleet: Fleet) -> None:
    with pytest.raises(BackupError) as failed:
        fleet.create(of(tags={"team": "\x1b[31mred\nNo backup was needed.\u202e" + "x" * 200}))
    lines = str(failed.value).split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) <= 3


@pytest.mark.parametrize(
    ("api", "asked", "action"),
    [
        pytest.param("ListTables", {"table_pattern": ["*"]}, "dynamodb:ListTables", id="pattern"),
        pytest.param("GetResources", {"tags": {"team": "shop"}}, "tag:GetResources", id="tag"),
    ],
)
def test_a_list_of_tables_that_is_denied_everywhere_is_told_with_its_action(
    aws: Simulator, fleet: Fleet, api: str, asked: dict[str, Any], action: str
) -> None:
    add_tables("carts", team="shop")
    aws.fault(denied(api))
    with pytest.raises(AccessDeniedError) as failed:
        fleet.create(of("orders", regions=[REGION, ELSEWHERE], **asked))
    assert failed.value.facts.action == action
    assert failed.value.facts.region == REGION
    assert aws.count("CreateBackup") == 0


def test_three_failures_in_a_row_of_a_list_of_tables_are_survived(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(150))
    aws.fault(Fault("ListTables", first=2, times=3))
    assert names(fleet.create(of(table_pattern=["table-*"]))) == numbered(150)


def test_nothing_is_asked_of_aws_with_inputs_that_break_a_rule(
    aws: Simulator, fleet: Fleet
) -> None:
    with pytest.raises(ValidationError) as failed:
        fleet.create(FleetRequest(tables=["x"], regions=["moon-1"], timeout_seconds=1))
    assert {failure.property for failure in failed.value.failures} == {
        "tables",
        "regions",
        "timeout",
        "backup_name",
    }
    assert aws.calls == []


def test_a_region_from_the_environment_is_looked_in(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_tables("users", region=ELSEWHERE)
    monkeypatch.setenv("AWS_REGION", ELSEWHERE)
    anywhere = replace(fleet, connection=replace(fleet.connection, region=None))
    result = anywhere.create(of("users", arn_of("orders")))
    assert [outcome.table.region for outcome in result.outcomes] == [REGION, ELSEWHERE]
    assert statuses(result) == {"AVAILABLE"}


def test_no_region_anywhere_is_no_call_unless_all_tables_are_arns(
    aws: Simulator, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    # A client is kept for the life of the process: none that another test has made will do.
    unknown = replace(fleet.connection, region=None, access_key="nowhere")
    nowhere = replace(fleet, connection=unknown)
    with pytest.raises(ConfigurationError):
        nowhere.create(of("orders"))
    assert aws.calls == []
    assert statuses(nowhere.create(of(arn_of("orders")))) == {"AVAILABLE"}


# Backups that there are already


@pytest.mark.parametrize("all_or_nothing", [False, True], ids=["each", "all or nothing"])
def test_what_is_available_is_left_alone_without_a_call(
    aws: Simulator, fleet: Fleet, all_or_nothing: bool
) -> None:
    add_tables(*numbered(8))
    request = of(*numbered(8), all_or_nothing=all_or_nothing)
    first = fleet.create(request)
    aws.calls.clear()
    again = fleet.create(request, by_table(first.backups))
    assert aws.calls == []
    assert again.outcomes == first.outcomes
    assert again.elapsed_seconds == 0


def test_a_table_that_is_new_is_backed_up_and_no_other(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(8))
    first = fleet.create(of(table_pattern=["table-*"]))
    add_tables("table-new")
    aws.calls.clear()
    again = fleet.create(of(table_pattern=["table-*"]), by_table(first.backups))
    assert names(again) == [*numbered(8), "table-new"]
    assert tables_in_calls(aws, "CreateBackup") == ["table-new"]
    assert set(first.outcomes) < set(again.outcomes)


@pytest.mark.parametrize("count", [3, 60])
def test_what_is_creating_is_waited_for_without_another_create_backup(
    aws: Simulator, fleet: Fleet, count: int
) -> None:
    add_tables(*numbered(count))
    aws.creating_seconds = 100
    first = fleet.create(of(*numbered(count), timeout_seconds=60))
    assert set(kinds(first).values()) == {BackupTimeoutError}
    assert len(first.backups) == count
    aws.calls.clear()
    again = fleet.create(of(*numbered(count)), by_table(first.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert {one.backup_arn for one in again.backups} == {one.backup_arn for one in first.backups}
    assert aws.count("CreateBackup") == 0
    assert count <= 5 or aws.count("DescribeBackup") <= 5


def test_a_backup_that_was_creating_and_is_gone_is_told_and_no_other_is_taken(
    aws: Simulator, fleet: Fleet
) -> None:
    """Only a look of its own, `describe`, may forget a backup."""
    add_tables(*numbered(8))
    aws.creating_seconds = 100
    first = fleet.create(of(*numbered(8), timeout_seconds=60))
    remove(first.backups[3])
    again = fleet.create(of(*numbered(8)), by_table(first.backups))
    assert kinds(again) == {"table-003": BackupNotFoundError}
    assert aws.count("CreateBackup") == 8
    gone = [outcome.record is None for outcome in fleet.describe(again.backups)]
    assert gone == [number == 3 for number in range(8)]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(of(table_pattern=["table-*"]), id="its name still fits"),
        pytest.param(of(*numbered(3)), id="it is still named"),
        pytest.param(of(arn_of("table-000"), table_pattern=["table-00[12]"]), id="its ARN is"),
        pytest.param(of(tags={"team": "shop"}), id="it had the tag"),
        pytest.param(of(tags={"team": "shop"}, table_pattern=["table-*"]), id="tag and name"),
    ],
)
def test_a_table_that_has_gone_from_aws_since_stays_with_its_backup(
    aws: Simulator, fleet: Fleet, request_: FleetRequest
) -> None:
    add_tables(*numbered(3), team="shop")
    first = fleet.create(request_)
    drop_table("table-000")
    again = fleet.create(request_, by_table(first.backups))
    assert again.outcomes == first.outcomes
    assert again.dropped == []
    assert aws.count("CreateBackup") == 3


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(of(table_pattern=["table-00[12]"]), id="its name fits no more"),
        pytest.param(
            of(table_pattern=["table-*"], exclude_pattern=["*-000"]), id="it is left out now"
        ),
        pytest.param(of("table-001", "table-002"), id="it is not named any more"),
        pytest.param(of(arn_of("table-001"), "table-002"), id="nor by its ARN"),
        pytest.param(
            of(tags={"team": "shop"}, table_pattern=["table-00[12]"]), id="its tag is not enough"
        ),
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_the_backup_of_a_table_that_is_asked_for_no_more_is_dropped_and_left_alone(
    aws: Simulator, fleet: Fleet, request_: FleetRequest, exists: bool
) -> None:
    add_tables(*numbered(3), team="shop")
    first = fleet.create(of(*numbered(3)))
    known = by_table(first.backups)
    if not exists:
        drop_table("table-000")
    again = fleet.create(request_, known)
    assert names(again) == ["table-001", "table-002"]
    assert again.dropped == [known[TableRef(REGION, "table-000")]]
    assert taken() == once_each(numbered(3))
    assert aws.count("DeleteBackup") == 0


def test_a_table_whose_tag_was_taken_off_is_dropped(fleet: Fleet) -> None:
    add_tables(*numbered(3), team="shop")
    first = fleet.create(of(tags={"team": "shop"}))
    retag("table-001", team="ops")
    again = fleet.create(of(tags={"team": "shop"}), by_table(first.backups))
    assert names(again) == ["table-000", "table-002"]
    assert [backup.table_name for backup in again.dropped] == ["table-001"]


def test_a_region_that_is_looked_in_no_more_drops_its_backups(fleet: Fleet) -> None:
    add_tables("orders", region=ELSEWHERE)
    first = fleet.create(of("orders", regions=[REGION, ELSEWHERE]))
    again = fleet.create(of("orders", regions=[REGION]), by_table(first.backups))
    assert [backup.region for backup in again.dropped] == [ELSEWHERE]
