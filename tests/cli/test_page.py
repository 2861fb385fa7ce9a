"""docs/command-line.md: every console block is run as printed, and shows what it shows there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.aws.conftest import REGION, client, create_table
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Simulator
from tests.aws.vault.world import Account
from tests.cli.conftest import Cli, plant, tables
from tests.cli.terminal import opened, screen
from tools.pulumi_cli import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
TABLES = ("items", "prod-carts", "prod-users")  # beside `orders`
ARN = re.compile(r"arn:aws:dynamodb:[\w-]+:\d+:table/(?P<table>[\w.-]+)/backup/\d+-[0-9a-f]+")
INSTALLING = ("pip ", "pipx ", "uv ", "ddb-backup --install-completion")
"""Commands that change the machine, and are left out."""
EQUAL = (
    # What differs from run to run, and what stands for it.
    (re.compile(r"/backup/\d+-[0-9a-f]{8}"), "/backup/ID"),
    (re.compile(r"(?i)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"AWS on \d{4}-\d\d-\d\d"), "AWS on DAY"),
    (re.compile(r"\d{8}T\d{6}Z"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r"\d\d:\d\d:\d\d\.\d{3}"), "TIME"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\dZ"), "TIME"),
    (re.compile(r"TIME-[0-9a-f]{8}"), "TIME-ID"),
    (re.compile(r"\d+:\d\d elapsed"), "SECONDS elapsed"),
    (re.compile(r"Elapsed: \d+s"), "Elapsed: SECONDS"),
    (re.compile(r"\b\d+\.\d+s?(?![\w.])"), "SECONDS"),
    (re.compile(r"\b\d+(\.\d+)? (bytes|[KMGT]iB)"), "SIZE"),
    (re.compile(r"\b\d+[smhdw]\b"), "AGE"),
    (re.compile(r"\b\d{4}-\d\d\b"), "MONTH"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Block:
    """One block of the page: the state of AWS that it is run in, and its commands."""

    section: str
    given: str
    steps: list[tuple[str, list[str]]] = field(default_factory=list)


def blocks() -> Iterator[Block]:
    """All console blocks, each with the commands in it and what they are said to show."""
    section = "start"
    pattern = r"^#{2,3} (?P<section>[^\n]+)$|^(?:<!-- given: (?P<given>[^\n]+) -->\n+)?```console\n(?P<text>.*?)^```$"
    for found in re.finditer(pattern, PAGE, re.M | re.S):
        if found["section"]:
            section = found["section"]
            continue
        block = Block(section, found["given"] or "")
        for line in found["text"].splitlines():
            if line.startswith("$ "):
                block.steps.append((line[2:], []))
            elif line or block.steps[-1][1]:
                block.steps[-1][1].append(line)
        yield block


def arrange(aws: Simulator, block: Block) -> Mapping[str, str]:
    """Bring AWS into the state that a block is run in; the ARNs there, by those on the page."""
    tables(aws, *TABLES)
    aws.creating_looks = 1
    for each in filter(None, map(str.strip, block.given.split(";"))):
        kind, *given = each.split()
        if kind == "table":
            tables(aws, *given)
        elif kind == "vault":
            Account(aws, f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{given[0]}")
        elif kind == "backup":
            table, name, age, *status = given
            days = int(age[:-1]) / {"d": 1, "h": 24, "m": 1440, "s": 86400}[age[-1]]
            arn = plant(table, name, days_ago=days)
            if status:  # until it is looked at
                aws.backup_status[arn] = status[0]
                aws.when("DescribeBackup", aws.backup_status.clear)
        elif kind == "items":
            create_table(client(aws), given[0], items=int(given[1]))
        elif kind == "changed":
            item = {"id": {"S": given[1]}, "note": {"S": "changed"}}
            client(aws).put_item(TableName=given[0], Item=item)
        else:
            assert kind == "deleted"
            client(aws).delete_table(TableName=given[0])
            tables(aws, *given)
    mapped: dict[str, str] = {}
    for command, _ in block.steps:
        for found in ARN.finditer(command):
            if found[0] not in mapped:
                mapped[found[0]] = plant(found["table"], f"{found['table']}-20261125T004909Z")
    aws.calls.clear()
    return mapped


def equal(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, instead in EQUAL:
        line = pattern.sub(instead, line)
    return line.strip()


@pytest.fixture
def shell(cli: Cli, tmp_path: Path) -> Cli:
    """What a person types into: `ddb-backup` is on PATH, and nothing is coloured."""
    program = tmp_path / "bin" / "ddb-backup"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pulumi_ddb_backup.cli "$@"\n')
    program.chmod(0o755)
    cli.env |= {
        "PATH": f"{program.parent}{os.pathsep}{cli.env['PATH']}",
        "NO_COLOR": "1",
        "TERM": "xterm",
    }
    return cli


def typed(shell: Cli, command: str, code: int, expected: list[str]) -> tuple[list[str], int]:
    """What a command shows on a terminal where its questions get the page's answers; its code."""
    words = ["sh", "-c", f"cd; (exit {code}); {command}"]  # files are written at home
    with opened(words, shell.with_({}), columns=400) as terminal:
        for answer in re.findall(r"\[y/N\] (\w+)", "\n".join(expected)):
            terminal.until("[y/N]")
            terminal.type(f"{answer}\n".encode())
        _, ended = terminal.drained()
        assert "Traceback" not in terminal.text
        return screen(terminal.text), ended


@pytest.mark.parametrize("block", list(blocks()), ids=lambda block: block.section)
def test_a_block_of_the_page_shows_what_is_printed(
    aws: Simulator, shell: Cli, block: Block
) -> None:
    arns = arrange(aws, block)
    code = 0
    for command, expected in block.steps:
        if command.startswith(INSTALLING):
            continue
        there = ARN.sub(lambda found: arns.get(found[0], found[0]), command)
        lines, code = typed(shell, there, code, expected)
        if expected:
            assert [equal(line) for line in lines] == [equal(line) for line in expected if line], (
                "\n".join(lines)
            )
        assert code in (0, 3, 4, 7, 8), "\n".join(lines)


def test_every_command_has_a_block() -> None:
    assert {block.section for block in blocks()} >= {"backup", "iam-policy"}
    assert REGION in PAGE
