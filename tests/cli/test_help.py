"""`--help`: fits 80 columns, names what to type, and ends with examples that work."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer

from pulumi_ddb_backup.cli.app import app
from tests.cli.conftest import Inline

PROGRAM: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = PROGRAM.commands
PARAMETERS = [
    pytest.param(parameter, id=f"{name} {parameter.opts[-1]}")
    for name, command in COMMANDS.items()
    for parameter in command.params
]
ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01234567890123-abcdef01"
SUBSTITUTED = re.compile(r"\$\((ddb-backup [^()]*)\)")
FORBIDDEN = re.compile(
    r"<bool>|<str>|<list|None|\[default|\[required|Limit of it all|begin so|"
    r"[Oo]f the result|one a line|what there is|No backup fits",
)


def examples(command: str) -> list[str]:
    """The command lines among a command's examples."""
    lines = str(COMMANDS[command].epilog).splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def parsed(line: str) -> None:
    """Have the real parser read a command line, and each that its arguments are made by."""
    for inner in SUBSTITUTED.findall(line):
        parsed(inner)
    words = shlex.split(SUBSTITUTED.sub(ARN, line))
    program, name, *arguments = (
        words if words[0] == "ddb-backup" else [*words[0].split("="), ""][1:]
    )
    assert program == "ddb-backup"
    COMMANDS[name].make_context(name, arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_examples_that_can_be_typed(command: str) -> None:
    lines = examples(command)
    assert lines
    assert any(f"ddb-backup {command}" in line for line in lines)
    for line in lines:
        parsed(line.partition("=$(")[2].removesuffix(")") or line)


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("columns", ["80", "120"])
def test_help_fits_the_terminal(
    inline: Inline, monkeypatch: pytest.MonkeyPatch, command: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    told = inline(*command.split(), "--help").out
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert FORBIDDEN.findall(told) == []


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_everything_that_can_be_typed_is_explained(parameter: Any) -> None:
    assert re.fullmatch(r"[A-Z'].*[.)]", parameter.help)
    if not getattr(parameter, "is_flag", False):
        assert re.fullmatch(r"[A-Z][A-Z|=-]*", parameter.metavar)
    if parameter.default not in (None, False, True):
        assert "Default: " in parameter.help


def test_each_command_has_one_line_in_the_list_of_commands(inline: Inline) -> None:
    commands = inline("--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in commands.splitlines()] == list(COMMANDS)
