"""`backup --dry-run` starts nothing, and `backup --no-wait` claims nothing."""

from __future__ import annotations

import re

import pytest

from pulumi_ddb_backup.cli.exit_codes import ExitCode
from tests.aws.conftest import REGION
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import ELSEWHERE, Cli, Inline, backups_in, tables

TABLES = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"


@pytest.fixture
def slow(aws: Simulator) -> Simulator:
    """Backups stay CREATING."""
    aws.creating_seconds = 1e9
    return aws


# --dry-run


def test_a_dry_run_shows_each_table_with_the_name_of_its_backup(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "prod-carts", "prod-users")
    tables(aws, "prod-eu", region=ELSEWHERE)
    ended = inline("backup", "prod-*", "--dry-run", "--region", REGION, "--region", ELSEWHERE)
    header, *rows = (line.split() for line in ended.lines)
    assert header[:4] == ["TABLE", "REGION", "STATUS", "SIZE"]
    assert [row[:3] for row in rows] == [
        ["prod-carts", REGION, "ACTIVE"],
        ["prod-users", REGION, "ACTIVE"],
        ["prod-eu", ELSEWHERE, "ACTIVE"],
    ]
    for row in rows:
        assert re.fullmatch(rf"{row[0]}-\d{{8}}T\d{{6}}Z", row[5])
    assert ended.err.endswith("This was a dry run: no backup was started.\n")
    assert {call.api for call in aws.calls} == {"ListTables", "DescribeTable"}


def test_the_json_of_a_dry_run_has_no_backups(aws: Simulator, inline: Inline) -> None:
    told = inline("backup", "orders", "--name", "before", "--dry-run", "-o", "json").json
    assert told == {
        "dry_run": True,
        "tables": [
            {
                "table_name": "orders",
                "region": REGION,
                "table_arn": f"{TABLES}/orders",
                "table_status": "ACTIVE",
                "table_size_bytes": 0,
                "item_count": 3,
                "backup_name": "before",
            }
        ],
        "failed": [],
        "skipped": [],
        "skipped_regions": [],
        "retention": None,
    }
    assert backups_in(aws) == []


def test_a_dry_run_ends_as_the_backup_would(aws: Simulator, inline: Inline) -> None:
    tables(aws, "going")
    aws.table_status["going"] = "DELETING"
    ended = inline("backup", "orders", "going", "nope", "--dry-run", code=ExitCode.FAILED)
    assert "Error: 2 of 3 tables can't be backed up:" in ended.err
    assert re.search(r"nope \(.*\): Table Validation Failed: .* does not exist", ended.err)
    assert aws.count("CreateBackup") == 0


def test_a_dry_run_does_not_wait_for_a_table_that_is_being_created(
    aws: Simulator, inline: Inline
) -> None:
    tables(aws, "new-1")
    aws.table_status["new-1"] = "CREATING"
    (row,) = inline("backup", "new-*", "--dry-run").lines[1:]
    assert row.split()[:3] == ["new-1", REGION, "CREATING"]
    assert aws.count("DescribeTable") == 1


# --no-wait


def test_without_waiting_one_backup_is_started_and_the_command_that_waits_is_told(
    slow: Simulator, inline: Inline
) -> None:
    ended = inline("backup", "orders", "--no-wait")
    (arn,) = backups_in(slow)
    assert re.fullmatch(rf"Backup 'orders-\S+' of table 'orders' started: {arn}\n", ended.out)
    assert ended.err == f"The backup goes on in AWS. Wait for it: ddb-backup wait {arn}\n"
    assert "AVAILABLE" not in ended.out + ended.err
    assert slow.count("DescribeBackup") == 0


def test_without_waiting_many_are_started_and_none_is_called_available(
    slow: Simulator, cli: Cli
) -> None:
    tables(slow, *(f"table-{number}" for number in range(8)))
    ended = cli("backup", "table-*", "--no-wait")
    assert [line.split()[2] for line in ended.lines[1:]] == ["CREATING"] * 8
    assert "8 backups go on in AWS. Wait for all that are CREATING: ddb-backup wait" in ended.err
    assert "AVAILABLE" not in ended.out + ended.err
    assert len(backups_in(slow)) == 8


def test_without_waiting_quiet_prints_the_arns_and_json_what_is_creating(
    slow: Simulator, inline: Inline
) -> None:
    tables(slow, "users")
    assert inline("backup", "orders", "--no-wait", "-q").lines == backups_in(slow)
    (backup,) = inline("backup", "users", "--no-wait", "-o", "json").json["backups"]
    assert backup["backup_status"] == "CREATING"


def test_a_backup_that_can_not_be_started_fails_without_waiting_too(
    slow: Simulator, inline: Inline
) -> None:
    ended = inline("backup", "orders", "nope", "--no-wait", code=ExitCode.NOT_FOUND)
    assert "Table Validation Failed: DynamoDB table 'nope' does not exist" in ended.err
    assert len(backups_in(slow)) == 1


def test_without_waiting_a_lost_answer_starts_no_second_backup(slow: Simulator, cli: Cli) -> None:
    slow.fault(Fault("CreateBackup", kind="close_after"))
    assert cli("backup", "orders", "--no-wait", "-q").lines == backups_in(slow)
    assert len(backups_in(slow)) == 1


def test_a_dry_run_can_not_also_start_something(aws: Simulator, inline: Inline) -> None:
    ended = inline("backup", "orders", "--dry-run", "--no-wait", code=ExitCode.USAGE)
    assert ended.err.startswith("Error: --dry-run and --no-wait exclude each other")
    assert aws.calls == []
