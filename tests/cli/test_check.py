"""`ddb-backup check`: the screen, the JSON and the exit codes that monitoring goes by."""

from __future__ import annotations

import signal
from threading import Event
from typing import Any

import pytest

from pulumi_ddb_backup.aws.rules.scheduled import schedule_owner, scheduled_prefix
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import add_tables, arn_of, denied, drop_table
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import (
    ELSEWHERE,
    TIMEOUT_SECONDS,
    Cli,
    Ended,
    Inline,
    checked,
    plant,
    tables,
)

REGIONS = ("--region", REGION, "--region", ELSEWHERE)


def test_what_is_late_or_missing_is_listed_and_ends_with_its_own_code(
    aws: Simulator, cli: Cli
) -> None:
    tables(aws, "users", "carts")
    late = plant("orders", "nightly-1", days_ago=2.1)
    plant("users", "nightly-2", days_ago=1)
    aws.backup_status[plant("carts", "nightly-3")] = "CREATING"
    ended = cli("check", "*", "--max-age", "26h", code=7)
    rows = [line.split() for line in ended.lines]
    assert rows == [
        ["TABLE", "REGION", "STATUS", "AGE", "NOTE", "ARN"],
        ["carts", REGION, "missing", "-", "a", "backup", "is", "still", "CREATING"],
        ["orders", REGION, "late", "2d", "-", late],
    ]
    assert ended.err.splitlines()[-1] == (
        "Error: 1 of 3 tables has an AVAILABLE backup from the last 26h (1 ok, 1 late, 1 missing)."
    )


def test_all_that_is_fine_is_counted_alone(inline: Inline) -> None:
    plant("orders", "nightly-1", days_ago=1)
    ended = inline("check", "ord*", "--max-age", "2d")
    assert ended.out == ""
    assert ended.err.splitlines()[-1] == (
        "1 of 1 table has an AVAILABLE backup from the last 2d (1 ok)."
    )


def test_quiet_says_nothing_where_all_is_fine_and_else_which_tables(
    aws: Simulator, inline: Inline
) -> None:
    plant("orders", "nightly-1", days_ago=1)
    ended = inline("check", "*", "--max-age", "2d", "--quiet")
    assert (ended.out, ended.err) == ("", "")
    tables(aws, "users")
    ended = inline("check", "*", "--max-age", "2d", "--quiet", code=7)
    assert ended.lines == [arn_of("users")]
    assert ended.err == (
        "Error: 1 of 2 tables has an AVAILABLE backup from the last 2d (1 ok, 1 missing).\n"
    )
    inline("backup", *ended.lines)
    inline("check", "*", "--max-age", "2d")


def test_a_table_that_was_made_again_is_missing_and_says_why(inline: Inline) -> None:
    plant("orders", "nightly-1")
    drop_table("orders")
    add_tables("orders")
    told = inline("check", "orders", "--max-age", "1d", code=7).out
    assert "the backups under its name are of an earlier table, since deleted" in told
    (table,) = inline("check", "orders", "--max-age", "1d", "-o", "json", code=7).json["tables"]
    assert (table["state"], table["of_deleted"], table["newest"]) == ("missing", 1, None)
    inline("check", "ord*", "--max-age", "1d", "--by-name")


def test_the_json_has_every_table_and_counts(aws: Simulator, inline: Inline) -> None:
    tables(aws, "users")
    arn = plant("orders", "nightly-1", days_ago=1.01)
    told = inline("check", "*", "--max-age", "2d", "-o", "json", code=7).json
    orders, users = told["tables"]
    assert orders["newest"]["backup_arn"] == arn
    assert orders["age_seconds"] // 3600 == 24
    assert (users["state"], users["table_arn"]) == ("missing", arn_of("users"))
    assert told["counts"] == {"ok": 1, "late": 0, "missing": 1, "unknown": 0}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["zz-*"], 4),  # no table fits
        (["nope"], 4),
        (["orders"], 0),
        (["orders", "nope"], 4),
        (["users"], 7),
        (["users", "nope"], 7),  # a backup that is missing is certain, whatever else is not
        (["orders", "--prefix", "weekly"], 7),
        (["orders", "--type", "AWS_BACKUP"], 7),
        (["*", "--exclude", "users"], 0),
        ([], 2),
        (["ab"], 2),
        (["orders", "--max-age", "soon"], 2),
        (["orders", "--max-age", "0h"], 2),
    ],
    ids=str,
)
def test_the_exit_code_says_how_it_stands(
    aws: Simulator, inline: Inline, arguments: list[str], code: int
) -> None:
    tables(aws, "users")
    plant("orders", "nightly-1")
    inline("check", "--max-age", "1d", *arguments, code=code)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (denied("ListBackups", region=ELSEWHERE), 6),
        (denied("ListTables", region=ELSEWHERE), 6),
        (denied("DescribeTable", region=ELSEWHERE), 6),
        (Fault("ListBackups", code="SomethingNobodyKnows", status=400, region=ELSEWHERE), 3),
    ],
    ids=["ListBackups", "ListTables", "DescribeTable", "another code"],
)
def test_what_can_not_be_looked_at_never_looks_fine(
    aws: Simulator, inline: Inline, fault: Fault, code: int
) -> None:
    tables(aws, "orders", region=ELSEWHERE)
    plant("orders", "nightly-1")
    plant("orders", "nightly-1", region=ELSEWHERE)
    aws.fault(fault)
    words = ["check", "ord*", "--max-age", "1d", *REGIONS]
    ended = inline(*words, "--quiet", code=code)
    assert ended.out == ""
    assert fault.api in ended.err or fault.code in ended.err
    told: dict[str, Any] = inline(*words, "-o", "json", code=code).json
    assert told["counts"]["ok"] == 1
    unknown = [one["error"] for one in told["tables"] if one["state"] == "unknown"]
    assert {error["region"] for error in [*told["failed"], *unknown]} == {ELSEWHERE}


def test_tables_that_can_not_be_described_are_told_one_by_one(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "users")
    plant("orders", "nightly-1")
    aws.fault(denied("DescribeTable"))
    ended = inline("check", "*", "--max-age", "1d", code=6)
    assert "Error: 2 tables could not be checked:\n  orders (" in ended.err
    assert "What to allow: ddb-backup iam-policy --help" in ended.err
    assert ended.err.splitlines()[-1].startswith("0 of 2 tables have")
    assert [line.split()[2] for line in ended.lines] == ["STATUS", "unknown", "unknown"]


@pytest.mark.parametrize("api", ["ListTables", "ListBackups", "DescribeTable"])
def test_ctrl_c_ends_a_check_with_no_verdict(aws: Simulator, cli: Cli, api: str) -> None:
    asked = Event()
    aws.when(api, asked.set)
    aws.fault(Fault(api, kind="late", seconds=TIMEOUT_SECONDS, region=REGION))
    tables(aws, "orders", region=ELSEWHERE)
    plant("orders", "nightly-1")
    with cli.started("check", "ord*", "--max-age", "1d", *REGIONS) as child:
        assert asked.wait(TIMEOUT_SECONDS)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
    ended = checked(Ended(child.returncode, out, err), 130)
    assert ended.out == ""
    assert "Cancelled before AWS answered" in ended.err


def test_only_backups_of_the_owner_count(aws: Simulator, inline: Inline) -> None:
    nightly = schedule_owner("nightly")
    plant("orders", "orders-by-hand", days_ago=0.1)
    plant("orders", f"{scheduled_prefix('orders', nightly)}d32c5kddcf5bb8c3", days_ago=2)
    asked = ("check", "orders", "--max-age", "26h", "--output", "json")
    (table,) = inline(*asked, "--owner", nightly, code=7).json["tables"]
    assert (table["state"], table["newest"]["backup_name"][:13]) == ("late", "orders-sched-")
    plant("orders", f"{scheduled_prefix('orders', nightly)}d32c5kddcf5bb8c4", days_ago=0.2)
    for owner in (nightly, "schedule"):
        assert inline(*asked, "--owner", owner).json["counts"]["ok"] == 1
    hourly = inline(*asked, "--owner", schedule_owner("hourly"), code=7).json
    assert hourly["counts"]["missing"] == 1
