"""A command line that can't be read: one style of error, with what was given and where help is."""

from __future__ import annotations

import pytest

from tests.aws.simulator import Simulator
from tests.cli.conftest import Cli, Inline


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("bakup", "There is no command 'bakup'. Did you mean 'backup'?"),
        ("--nope", "There is no option --nope"),
        ("backup --tga a=b", "There is no option --tga. Did you mean --tag?"),
        ("show", "ARN|TABLE is required"),
        ("show a b", "Too many arguments (also got 'b')"),
        ("check orders", "--max-age is required"),
        (
            "check orders --max-age soon",
            "--max-age must be an age such as 2d, 36h or 90m (got 'soon')",
        ),
        (
            "list --type mine",
            "--type must be one of USER, SYSTEM, AWS_BACKUP, ALL (got 'mine')",
        ),
        ("list --limit 0", "--limit must be a whole number, 1 or more (got '0')"),
        ("list --limit", "--limit requires a value"),
        ("backup orders -o xml", "--output must be one of table, json (got 'xml')"),
        ("backup orders --tag prod", "--tag must be KEY=VALUE (got 'prod')"),
        (
            "backup orders --timeout long",
            "--timeout must be a duration such as 90s, 30m or 1h30m (got 'long')",
        ),
        ("backup orders --all-or-nothing=yes", "--all-or-nothing takes no value"),
    ],
)
def test_a_command_line_that_can_not_be_read_says_what_is_wrong(
    aws: Simulator, inline: Inline, arguments: str, told: str
) -> None:
    ended = inline(*arguments.split(), code=2)
    first, *others = ended.err.splitlines()
    assert first == f"Error: {told}"
    assert ended.err.count("Error") == 1
    assert all(line.startswith(("Usage: ddb-backup", " ", "Help: ddb-backup")) for line in others)
    assert aws.calls == []


def test_an_error_says_where_the_help_is(inline: Inline) -> None:
    assert inline("check", code=2).err.splitlines()[1:] == [
        "Usage: ddb-backup check [TABLE|PATTERN...] --max-age AGE [OPTIONS]",
        "Help: ddb-backup check --help",
    ]


def test_the_process_ends_in_the_same_way(cli: Cli) -> None:
    assert cli("bakup", code=2).err.startswith("Error: There is no command 'bakup'.")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["backup"], "Say which tables: TABLE, PATTERN or --tag"),
        (
            ["backup", "orders", "--tag", "env=prod"],
            "--tag narrows patterns, not tables that are named (got 'orders'). Leave --tag out, or "
            "add '*' to back up all tables with the tag as well",
        ),
        (
            ["backup", "*", "--tag", "env=prod", "--tag", "env=dev"],
            "--tag must name each key once: a table has one value of it (got 'env' twice)",
        ),
    ],
    ids=["none", "tag", "key"],
)
def test_a_selection_that_breaks_a_rule_says_what_to_do(
    aws: Simulator, inline: Inline, arguments: list[str], told: str
) -> None:
    assert inline(*arguments, code=2).err == f"Error: {told}\n"
    assert aws.calls == []
