"""What the shell completes: `ddb-backup` is asked as typer's script for bash asks it."""

from __future__ import annotations

import subprocess
import sys
from threading import Event

import pytest

from pulumi_ddb_backup.cli.completing import CALLS, NAMES, join_words, within
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import ELSEWHERE, Cli, plant, tables

PATIENT = """
from pulumi_ddb_backup.cli import completing, main
completing.SECONDS = 240.0
main()
"""
"""The command, on a machine that may be busy."""


def completed(cli: Cli, *words: str, **env: str) -> list[str]:
    """What bash offers for the last of `words`; nothing else is ever said."""
    asked = {
        **cli.env,
        "_DDB_BACKUP_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(["ddb-backup", *words]),
        "COMP_CWORD": str(len(words)),
    }
    ended = subprocess.run(
        [sys.executable, "-c", PATIENT], env={**asked, **env}, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.split()


@pytest.mark.parametrize("command", ["backup", "check", "list"])
def test_names_of_tables_are_completed(aws: Simulator, cli: Cli, command: str) -> None:
    tables(aws, "prod-carts", "prod-users")
    assert completed(cli, command, "prod-") == ["prod-carts", "prod-users"]
    assert {call.api for call in aws.calls} == {"ListTables"}


@pytest.mark.parametrize("region", [["--region", ELSEWHERE], ["--region", "=", ELSEWHERE]])
def test_the_region_on_the_line_is_searched(aws: Simulator, cli: Cli, region: list[str]) -> None:
    tables(aws, "orders-there", region=ELSEWHERE)
    assert completed(cli, "backup", *region, "orders") == ["orders-there"]


@pytest.mark.parametrize("command", ["wait", "show", "delete", "restore"])
def test_arns_of_backups_are_completed(aws: Simulator, cli: Cli, command: str) -> None:
    arn = plant("orders", "before")
    assert completed(cli, command, "") == [arn]


def test_bash_is_given_the_rest_of_an_arn_that_it_splits_at_colons(
    aws: Simulator, cli: Cli
) -> None:
    arn = plant("orders", "before")
    words = ["arn", ":", "aws", ":", "dynamodb", ":"]
    assert completed(cli, "show", *words) == [arn.removeprefix("arn:aws:dynamodb:")]
    assert completed(cli, "show", *words, "eu") == [arn.removeprefix("arn:aws:dynamodb:")]


def test_words_that_bash_does_not_split_stay() -> None:
    environ = {"COMP_WORDS": "ddb-backup\nshow\narn:aws:x", "COMP_CWORD": "2"}
    assert join_words(environ) == ""
    assert environ["COMP_WORDS"] == "ddb-backup\nshow\narn:aws:x"
    assert environ["COMP_CWORD"] == "2"


@pytest.mark.parametrize(("command", "option"), [("show", "--latest"), ("wait", "--all")])
def test_a_table_is_completed_where_the_line_asks_for_one(
    aws: Simulator, cli: Cli, command: str, option: str
) -> None:
    assert completed(cli, command, option, "or") == ["orders"]


def test_few_calls_are_made_and_few_names_offered(aws: Simulator, cli: Cli) -> None:
    tables(aws, *(f"many-{number:03}" for number in range(NAMES * 3)))
    assert len(completed(cli, "backup", "many-")) == NAMES
    assert aws.count("ListTables") == CALLS


def test_a_command_is_completed_without_a_call(aws: Simulator, cli: Cli) -> None:
    assert completed(cli, "backu") == ["backup"]
    assert completed(cli, "backup", "--all-o") == ["--all-or-nothing"]
    assert aws.calls == []


@pytest.mark.parametrize(
    "options",
    [["--profile", "nope"], ["--region", "no where"], ["--endpoint-url", "x"], ["--nope"]],
)
def test_nothing_is_said_of_a_broken_option(aws: Simulator, cli: Cli, options: list[str]) -> None:
    completed(cli, "backup", *options, "or")


def test_nothing_is_said_where_aws_cannot_be_called(aws: Simulator, cli: Cli) -> None:
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    assert completed(cli, "backup", "or", **nowhere) == []
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    assert completed(cli, "backup", "or", **nobody) == []
    aws.fault(Fault("ListTables", code="AccessDeniedException", status=400))
    assert completed(cli, "backup", "or") == []


def test_nobody_waits_for_an_answer_that_does_not_come() -> None:
    answered = Event()

    def look() -> list[str]:
        answered.wait()
        return ["late"]

    assert within(0, look) == []
    answered.set()
