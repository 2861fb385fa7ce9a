"""What scripts rely on, for every command: help, JSON, exit codes, and the page that says so."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pulumi_ddb_backup.cli.exit_codes import ExitCode
from tests.aws.conftest import REGION, client, create_table
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator
from tests.aws.vault.world import ROLE, SAFE, Account
from tests.cli.conftest import ELSEWHERE, Cli, Inline, plant, tables
from tools.pulumi_cli import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
GONE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders/backup/01489602797149-73d8d5bc"
RECORD = {
    "backup_arn",
    "backup_name",
    "backup_status",
    "table_name",
    "table_arn",
    "region",
    "table_id",
    "backup_size_bytes",
    "backup_creation_date_time",
    "table_size_bytes",
    "item_count",
    "elapsed_seconds",
}
SUMMARY = RECORD - {"table_size_bytes", "item_count", "elapsed_seconds"} | {
    "backup_type",
    "backup_expiry_date_time",
}
RESTORED = {
    "table_name",
    "table_arn",
    "table_status",
    "region",
    "backup_arn",
    "table_id",
    "backup_creation_date_time",
    "table_size_bytes",
    "item_count",
    "settings_set",
    "settings_left",
    "elapsed_seconds",
    "certain",
    "source_table_arn",
    "restore_date_time",
}
IN_VAULT = {
    "backup_job_id",
    "job_state",
    "vault_name",
    "table_name",
    "table_arn",
    "region",
    "vault_arn",
    "recovery_point_arn",
    "recovery_point_status",
    "percent_done",
    "job_message",
    "backup_size_bytes",
    "creation_date_time",
    "completion_date_time",
    "delete_at",
    "cold_at",
    "copies",
    "elapsed_seconds",
}
ERROR = {"kind", "message", "exit_code", "table_name", "region", "backup_arn", "goes_on"}
FAILED = {"table_name", "region", "backup", "error"}
CHECKED = {
    "table_name",
    "region",
    "table_arn",
    "state",
    "age_seconds",
    "newest",
    "creating",
    "of_deleted",
    "in_doubt",
    "error",
}
COUNTS = {"ok", "late", "missing", "unknown"}
TOTALS = {"count", "size_bytes", "by_status"}
PRUNED = {
    "table_name",
    "region",
    "kept",
    "expired",
    "deleted",
    "failed",
    "left_alone",
    "error",
    "doubt",
}
RETAINED = {"not_applied", "tables", "kept", "expired", "failed"}
TOTAL = {"count", "size_bytes", "cost_a_month"}
COSTS = TOTAL | {"cost_this_month"}
COMPARED = {
    "table_name",
    "region",
    "table_arn",
    "item_count",
    "digest",
    "read_units",
    "throttled_calls",
}

COMMANDS: dict[str, tuple[str, ...]] = {
    # A use of each that calls AWS; ARN stands for an AVAILABLE backup's.
    "backup": ("backup", "orders"),
    "vault-backup": ("vault-backup", "orders", "--vault", "safe", "--role", ROLE),
    "wait": ("wait", "ARN"),
    "list": ("list",),
    "check": ("check", "orders", "--max-age", "3d"),
    "show": ("show", "ARN"),
    "restore": ("restore", "ARN", "orders-2"),
    "delete": ("delete", "ARN", "--yes"),
    "sweep": ("sweep", "--prefix", "old", "--older-than", "1d", "--yes"),
    "prune": ("prune", "orders", "--prefix", "old-", "--keep-last", "1", "--yes"),
    "cost": ("cost",),
    "compare": ("compare", "orders", "copied"),
    "prices": ("prices", "fetch"),
}
OFFLINE = ("iam-policy",)


@pytest.fixture
def arn(aws: Simulator) -> str:
    Account(aws, SAFE)
    create_table(client(aws), "copied", items=3)  # as `orders` has
    aws.calls.clear()
    return plant("orders", "old-1", days_ago=2)


def words(command: str, arn: str) -> list[str]:
    return [arn if word == "ARN" else word for word in COMMANDS[command]]


# Help


def test_the_help_names_every_command_and_exit_code(inline: Inline) -> None:
    told = inline("--help").out
    for command in (*COMMANDS, *OFFLINE):
        assert re.search(rf"^\W*{command} +\w", told, re.MULTILINE)
    for code in ExitCode:
        assert re.search(rf"^ +{code:d}  {code.meaning[:40]}", told, re.MULTILINE)


EVERYWHERE = (
    "--output",
    "--quiet",
    "--profile",
    "--role-arn",
    "--endpoint-url",
    "--debug",
    "--help",
)


@pytest.mark.parametrize("command", [*COMMANDS, *OFFLINE])
def test_every_command_has_the_options_of_every_command(inline: Inline, command: str) -> None:
    told = inline(command, "--help").out
    assert {option for option in EVERYWHERE if option not in told} == set()
    assert inline(command, "-h").out == told


@pytest.mark.parametrize("command", ["backup", "list"])
@pytest.mark.parametrize("columns", ["1", "20", "70"])
def test_the_help_cuts_no_option_off(cli: Cli, command: str, columns: str) -> None:
    told = cli(command, "--help", env={"COLUMNS": columns}).out
    for option in (*EVERYWHERE, "--region"):
        assert re.search(rf"{option}(?![-\w…])", told)
    assert "…" not in told


@pytest.mark.parametrize("command", [*COMMANDS, *OFFLINE])
def test_the_page_shows_each_command_and_its_options(inline: Inline, command: str) -> None:
    section = PAGE.split(f"\n### {command}\n")[1].split("\n### ")[0]
    assert f"$ ddb-backup {command}" in section
    told = inline(command, "--help").out
    own = set(re.findall(r"^ {2}(?:-\w, | {4})(--[a-z][a-z-]+)", told, re.MULTILINE))
    left_out = {option for option in own.difference(EVERYWHERE) if option not in section}
    assert left_out == set()


# JSON


def shape(value: Any) -> Any:
    """The names in a JSON value; of a list, those in its first item."""
    if isinstance(value, dict):
        return set(value)
    return [shape(item) for item in value[:1]] if isinstance(value, list) else type(value)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            "backup",
            {
                "backups": [RECORD],
                "failed": [],
                "skipped": [],
                "skipped_regions": [],
                "elapsed_seconds": float,
                "retention": type(None),
            },
        ),
        ("vault-backup", {"backup": IN_VAULT}),
        ("wait", {"backups": [RECORD], "failed": [], "skipped_regions": []}),
        ("list", {"backups": [SUMMARY], "totals": TOTALS, "failed": [], "skipped_regions": []}),
        (
            "check",
            {
                "tables": [CHECKED],
                "counts": COUNTS,
                "failed": [],
                "skipped": [],
                "skipped_regions": [],
            },
        ),
        ("show", {"backup": RECORD}),
        ("restore", {"table": RESTORED}),
        ("delete", {"deleted": [str], "already_gone": [], "failed": []}),
        (
            "sweep",
            {
                "dry_run": bool,
                "matching": [SUMMARY],
                "deleted": [str],
                "already_gone": [],
                "failed": [],
                "skipped_regions": [],
            },
        ),
        (
            "prune",
            {
                "dry_run": bool,
                "tables": [PRUNED],
                "kept": TOTAL,
                "expired": TOTAL,
                "failed": [],
                "skipped": [],
                "skipped_regions": [],
            },
        ),
        (
            "cost",
            {
                "tables": [COSTS | {"table_name", "region"}],
                "totals": COSTS,
                "failed": [],
                "skipped_regions": [],
            },
        ),
        (
            "compare",
            {
                "verdict": str,
                "first": COMPARED,
                "other": COMPARED,
                "only_first": int,
                "only_other": int,
                "changed": int,
                "explained": int,
                "settled": int,
                "all_counted": bool,
                "differences": [],
                "subset": type(None),
                "elapsed_seconds": float,
            },
        ),
        ("prices", {"regions": {REGION}, "unknown": set(), "file": type(None)}),
    ],
)
@pytest.mark.parametrize("quiet", [False, True])
def test_the_json_of_a_command_has_its_shape(
    inline: Inline, arn: str, command: str, expected: dict[str, Any], quiet: bool
) -> None:
    ended = inline(*words(command, arn), "--output", "json", *["--quiet"] * quiet)
    assert {name: shape(value) for name, value in ended.json.items()} == expected
    assert ended.out.isascii()
    if quiet:
        assert ended.err == ""


@pytest.mark.parametrize(
    "command",
    [one for one in COMMANDS if one not in ("check", "prune", "prices", "compare", "vault-backup")],
)
def test_quiet_leaves_nothing_but_an_arn(inline: Inline, arn: str, command: str) -> None:
    ended = inline(*words(command, arn), "--quiet")
    assert re.fullmatch(rf"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders\S*\n", ended.out)
    assert ended.err == ""


def test_the_json_of_a_retention_has_its_shape(inline: Inline, arn: str) -> None:
    ended = inline("backup", "orders", "--prefix", "old-", "--keep-last", "1", "-o", "json")
    told = ended.json["retention"]
    assert shape(told) == RETAINED
    assert shape(told["tables"]) == [PRUNED]
    assert (shape(told["kept"]), shape(told["expired"])) == (TOTAL, TOTAL)


def test_times_and_sizes_are_for_machines(inline: Inline, arn: str) -> None:
    (backup,) = inline("list", "-o", "JSON").json["backups"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", backup["backup_creation_date_time"])
    assert backup["backup_size_bytes"] == 123


def test_a_failure_among_others_has_its_shape(aws: Simulator, inline: Inline) -> None:
    told = inline("backup", "orders", "missing", "-o", "json", code=4).json
    (failed,) = told["failed"]
    assert shape(failed) == FAILED
    assert shape(failed["error"]) == ERROR
    assert (failed["error"]["kind"], failed["error"]["exit_code"]) == ("TableNotFoundError", 4)


def test_the_page_has_every_name_of_the_json() -> None:
    for name in (
        RECORD
        | IN_VAULT
        | SUMMARY
        | RESTORED
        | ERROR
        | FAILED
        | CHECKED
        | COUNTS
        | COMPARED
        | TOTALS
        | RETAINED
        | {"dry_run", "matching", "deleted", "already_gone", "skipped_regions"}
    ):
        assert f"`{name}`" in PAGE or f'"{name}"' in PAGE, name


# Exit codes

CALLED = {
    "backup": "DescribeTable",
    "vault-backup": "StartBackupJob",
    "wait": "DescribeBackup",
    "list": "ListBackups",
    "check": "ListBackups",
    "show": "DescribeBackup",
    "restore": "RestoreTableFromBackup",
    "delete": "DeleteBackup",
    "sweep": "ListBackups",
    "prune": "ListBackups",
    "cost": "ListBackups",
    "compare": "Scan",
    "prices": "GetProducts",
}
CALLED_IN = {"prices": "eu-central-1"}
"""The region that is called, where it is not the caller's own."""
FAULTS = [
    ("AccessDeniedException", 6),
    ("ExpiredTokenException", 6),
    ("ValidationException", 3),
    ("SomethingNobodyKnows", 3),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("fault", "code"), FAULTS)
def test_what_aws_refuses_is_told_with_its_code(
    aws: Simulator, inline: Inline, arn: str, command: str, fault: str, code: int
) -> None:
    aws.fault(Fault(CALLED[command], code=fault, status=400, message="\x1b[2Jred\nAKIA" + "X" * 16))
    ended = inline(*words(command, arn), "--output", "json", code=code)
    assert ended.err.startswith("Error: ") or "\nError: " in ended.err
    assert "\x1b" not in ended.err
    assert "AKIAX" not in ended.err + ended.out
    told = ended.json
    error = told["error"] if "error" in told else told["failed"][0]["error"]
    assert shape(error) == ERROR
    assert error["exit_code"] == code
    assert error["region"] == CALLED_IN.get(command, REGION)
    for line in error["message"].splitlines():
        assert line in " ".join(ended.err.split("\n"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("option", "value"),
    [("--profile", " "), ("--role-arn", "me"), ("--endpoint-url", "http://me:secret@host")],
)
def test_an_option_that_breaks_a_rule_is_told_before_aws_is_asked(
    aws: Simulator, inline: Inline, arn: str, command: str, option: str, value: str
) -> None:
    ended = inline(*words(command, arn), option, value, "-o", "json", code=2)
    assert ended.err.startswith(f"Error: {option} ")
    assert ended.json["error"]["kind"] == "ValidationError"
    assert "secret" not in ended.err + ended.out
    assert aws.calls == []


@pytest.mark.parametrize("command", ["wait", "show", "restore"])
def test_a_backup_that_is_gone_is_not_found(cli: Cli, command: str) -> None:
    ended = cli(*words(command, GONE), code=4)
    assert GONE in ended.err
    assert f"ddb-backup list orders --region {REGION}" in ended.err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["backup", "--nonsense"], ["show"], ["restore", "x"], ["list", "--sort", "x"]],
    ids=" ".join,
)
def test_a_command_line_that_is_none_ends_with_the_code_of_usage(
    inline: Inline, arguments: list[str]
) -> None:
    ended = inline(*arguments, code=2)
    assert ended.out == ""
    assert "Usage: ddb-backup" in ended.err


def test_no_command_at_all_shows_the_help_and_is_no_success(inline: Inline) -> None:
    ended = inline(code=2)
    assert ended.out == ""
    assert "Back up tables" in ended.err


def test_the_page_has_the_table_of_exit_codes() -> None:
    rows = re.findall(r"^\| `(\d+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(str(code.value), code.meaning) for code in ExitCode]


def test_the_command_that_is_told_calls_aws_in_the_same_way(aws: Simulator, inline: Inline) -> None:
    aws.creating_seconds = 3600
    role = f"arn:aws:iam::{ACCOUNT}:role/backups"
    options = ["--role-arn", role, "--endpoint-url", aws.url]
    tables(aws, "users", region=ELSEWHERE)
    arn = plant("users", "users-1", region=ELSEWHERE)
    aws.backup_status[arn] = "CREATING"
    told = inline("show", arn, *options).err
    assert told.endswith(f"ddb-backup wait {arn} --role-arn {role} --endpoint-url {aws.url}\n")


def test_json_is_whole_although_all_of_stderr_is_lost(cli: Cli, arn: str) -> None:
    with cli.started("list", "-o", "json") as child:
        assert child.stderr is not None
        child.stderr.close()
        assert child.stdout is not None
        assert len(json.loads(child.stdout.read())["backups"]) == 1
        assert child.wait() == 0
