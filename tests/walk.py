"""Walks through a page as its reader does: writes its files, runs its commands, compares what they print."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped]
from packaging.requirements import Requirement

from tests.pages import CHECKOUT, INSTALL, Block, Step
from tools.pulumi_cli import ROOT

SECONDS: Final = 600
MOCKED: Final = """
import pulumi

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", {**args.inputs, "arn": "arn:aws:iam::123456789012:role/r"}

    def call(self, args):
        return {}

pulumi.runtime.set_mocks(Mocks(), preview=False)

@pulumi.runtime.test
def program():
"""
NORMAL: Final = (
    (r"\d{8}T\d{6}Z(-[0-9a-f]{8})?", "TIME"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"/backup/\d+-[0-9a-f]{8}", "/backup/ID"),
    (r"\b\d+(\.\d+)? (bytes|[KMGT]iB)", "SIZE"),
    (r"\b(\d+h)?(\d+m)?\d+(\.\d+)?s\b|\b\d+[mhd]\b", "TIME"),
    (r"\borders-[0-9a-f]{7}\b", "orders-HEX"),
    (r" {2,}", "  "),
)


def normal(text: str) -> str:
    """`text` without what differs from run to run: times, ids, sizes and the width of columns."""
    for pattern, instead in NORMAL:
        text = re.sub(pattern, instead, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def is_shown(expected: list[str], printed: str) -> bool:
    """Whether a page shows what was printed; a line `...` stands for any number of lines."""
    parts = [r"(?:.*\n)*?" if line == "..." else re.escape(normal(line)) for line in expected]
    return re.fullmatch("".join(parts), normal(printed)) is not None


def is_program(code: str) -> bool:
    """Whether code is a part of a Pulumi program, rather than a script that calls the library."""
    return re.search(r"^import (pulumi_ddb_backup as|pulumi_aws as)", code, re.M) is not None


def commands_in(content: Any) -> Iterable[str]:
    """The commands in a CI configuration: `run` of a step, `script` of a job."""
    if isinstance(content, list):
        for one in content:
            yield from commands_in(one)
    elif isinstance(content, dict):
        for key, value in content.items():
            if key in ("run", "script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from commands_in(value)


class Walk:
    """A reader's shell: a folder, an environment, and all that was printed."""

    def __init__(self, folder: Path, env: Mapping[str, str], *, installs: bool = False) -> None:
        self.folder, self.env, self.installs = folder, dict(env), installs
        self.printed = ""
        self.ran: set[str] = set()

    def through(self, page: Iterable[Block]) -> None:
        """Run every block, in order; the unnamed Python of a page is run at its end."""
        scripts: list[str] = []
        for block in page:
            if block.language == "console":
                for step in block.steps:
                    self.step(step)
            elif block.language == "python" and not block.name:
                scripts.append(block.text)
            else:
                getattr(self, f"_{block.language}")(block)
        self._scripts([one for one in scripts if not is_program(one)])
        self._mocked([one for one in scripts if is_program(one)])

    def step(self, step: Step) -> None:
        """Run one command, and compare what it prints with what the page shows."""
        command, shown = step
        if command.startswith("make "):
            target = command.split()[1]
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
            return
        if "pip install" in command or "-m venv" in command:
            self._install(command)
            return
        # `--local` is the home folder of whoever runs the tests, whatever HOME says.
        printed = self.run(command.replace("login --local", f"login file://{self.folder}"))
        if shown:
            assert is_shown(shown, printed), f"$ {command}\n{printed}\n-- shown:\n" + "\n".join(
                shown
            )

    def run(self, command: str) -> str:
        """What a command prints; its folder and environment go on to the next one. Never a traceback."""
        state = self.folder.parent / "shell-state"
        after = f'set -a; {command}\n__rc=$?; {{ pwd; env -0; }} > "{state}"; exit $__rc'
        done = subprocess.run(
            ["bash", "-c", after],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        text = f"$ {command}\n{done.stdout}"
        assert done.returncode == 0, text
        assert "Traceback" not in done.stdout, text
        folder, _, env = state.read_text(encoding="utf-8").partition("\n")
        self.folder = Path(folder)
        self.env = dict(pair.split("=", 1) for pair in env.split("\0") if "=" in pair)
        self.printed += done.stdout
        return done.stdout

    def _install(self, command: str) -> None:
        """Install as the page says, or where another walk has done that, use what is installed."""
        assert command in (
            INSTALL,
            "pip install -r requirements.txt",
            ".venv/bin/pip install -r requirements.txt",
            "python3 -m venv .venv",
            "python3 -m venv .venv && . .venv/bin/activate",
        )
        if self.installs:
            held = {key: self.env.pop(key, "") for key in ("PYTHONPATH", "PYTHONWARNINGS")}
            self.run(command.replace(CHECKOUT, str(ROOT)))
            self.env["PYTHONPATH"] = held["PYTHONPATH"]
        elif not (self.folder / ".venv").exists():
            (self.folder / ".venv").symlink_to(sys.prefix)

    def _python(self, block: Block) -> None:
        compile(block.text, block.name, "exec")
        (self.folder / block.name).write_text(block.text, encoding="utf-8")

    def _yaml(self, block: Block) -> None:
        content = yaml.safe_load(block.text)
        if block.name:
            path = self.folder / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        for command in commands_in(content):
            if command not in self.ran:  # two CI systems share most of their commands
                self.ran.add(command)
                self.step(Step(command, []))

    def _sh(self, block: Block) -> None:
        self.run(f"sh <<'END'\n{block.text}END")

    def _json(self, block: Block) -> None:
        """A policy has just the actions that `iam-policy` prints for plain backups."""
        own = json.loads(self.run("ddb-backup iam-policy --backup"))
        assert self._actions(json.loads(block.text)) == self._actions(own)

    @staticmethod
    def _actions(policy: Any) -> set[str]:
        return {action for one in policy["Statement"] for action in one["Action"]}

    def _text(self, block: Block) -> None:
        """A line of cron's, whose command is run, or a requirement."""
        for line in block.text.splitlines():
            if "ddb-backup " in line:
                self.run(line[line.index("ddb-backup ") :])
            else:
                assert Requirement(line).name == "pulumi-ddb-backup"

    def _scripts(self, blocks: list[str]) -> None:
        if blocks:
            (self.folder / "script.py").write_text("\n".join(blocks), encoding="utf-8")
            self.run("python script.py")

    def _mocked(self, blocks: list[str]) -> None:
        if blocks:
            body = "".join(f"    {line}\n" for line in "\n".join(blocks).splitlines())
            (self.folder / "mocked.py").write_text(MOCKED + body, encoding="utf-8")
            self.run("python mocked.py")


def prepared(folder: Path, env: Mapping[str, str], *, installs: bool = False) -> Walk:
    """A walk that begins in an empty folder, with a terminal's answers given in the environment."""
    begin = folder / "reader"
    begin.mkdir()
    (folder / "state").mkdir()
    answers = {
        "PULUMI_SKIP_CONFIRMATIONS": "true",
        "PULUMI_OPTION_SKIP_PREVIEW": "true",
        "GITHUB_SHA": "0123abcd",
        "CI_COMMIT_SHA": "0123abcd",
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
        "PIP_NO_COMPILE": "1",  # half of an installation's time goes into modules that nothing imports
    }
    answers["PULUMI_BACKEND_URL"] = (folder / "state").as_uri()
    if not installs:
        (begin / ".venv").symlink_to(sys.prefix)
    return Walk(begin, {**env, **answers, "PWD": os.fspath(begin)}, installs=installs)
