"""One stack of a real Pulumi program, driven by the real CLI."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

TIMEOUT_SECONDS = 600
BACKUP_TYPE = "pulumi-python:dynamic/ddb-backup:Backup"


@dataclass(frozen=True)
class Output:
    """How a command ended, and all it printed."""

    code: int
    text: str


def session_of(leader: int) -> dict[int, bytes]:
    """The processes of the session that `leader` began, with their commands."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if int(stat[3]) == leader and stat[0] != "Z":
                    found[int(entry.name)] = (entry / "cmdline").read_bytes()
            except OSError:
                continue  # it has just ended
    return found


class EmptyStack:
    """An empty stack named `dev`, which the CLI has made once, to be copied for each program."""

    _PROJECT = "project-of-nobody"

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._state = folder / "state"
        self._state.mkdir()
        settings = f"name: {self._PROJECT}\nruntime: python\n"
        (folder / "Pulumi.yaml").write_text(settings, encoding="utf-8")
        subprocess.run(
            ["pulumi", "stack", "init", "dev", "--non-interactive"],
            cwd=folder,
            env={**env, "PULUMI_BACKEND_URL": self._state.as_uri()},
            check=True,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
        )
        self.settings = (folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")

    def copy(self, project: str, folder: Path) -> Path:
        """The file in which the CLI keeps the stack, now one of `project`, in the state `folder`."""
        shutil.copytree(self._state, folder)
        stacks = folder / ".pulumi" / "stacks"
        (stacks / self._PROJECT).rename(stacks / project)
        kept = stacks / project / "dev.json"
        text = kept.read_text(encoding="utf-8").replace(self._PROJECT, project)
        kept.write_text(text, encoding="utf-8")
        return kept


class Stack:
    """A stack named `dev` of a copy of a program, its state in a folder of its own."""

    def __init__(
        self, program: Path, folder: Path, env: Mapping[str, str], empty: EmptyStack
    ) -> None:
        self.folder = folder / "program"
        self.folder.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(program / name, self.folder)
        (self.folder / ".venv").symlink_to(sys.prefix)
        self.env = {
            **env,
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_STACK": "dev",
        }
        self._config: dict[str, Any] = {}
        settings = yaml.safe_load((self.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        self._kept = empty.copy(settings["name"], folder / "state")
        self._salt = empty.settings

    def configure(self, **values: Any) -> None:
        """Set configuration; `aws__region` is `aws:region`, None takes a key out."""
        for key, value in values.items():
            self._config[key.replace("__", ":")] = value
        config = {key: value for key, value in self._config.items() if value is not None}
        text = f"{self._salt}\nconfig: {json.dumps(config)}\n"
        (self.folder / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")

    def inputs(self, **values: Any) -> None:
        """Set the inputs of the test program's backup."""
        given = {key: value for key, value in values.items() if value is not None}
        self.configure(**{"shop:inputs": given})

    def write_inputs(self, arguments: str, before: str = "") -> None:
        """Write the arguments of the test program's `Backup` into the program itself."""
        program = self.folder / "__main__.py"
        text = program.read_text(encoding="utf-8")
        given = '**pulumi.Config().require_object("inputs")'
        assert given in text
        text = text.replace(given, arguments).replace("backup = ", f"{before}\nbackup = ", 1)
        program.write_text(text, encoding="utf-8")

    def run(self, *arguments: str, code: int = 0, **env: str) -> Output:
        """What `pulumi ARGUMENTS` prints. Nothing may ever show a traceback."""
        with self.started(*arguments, **env) as child:
            text, _ = child.communicate(timeout=TIMEOUT_SECONDS)
        output = Output(child.returncode, text)
        assert "Traceback" not in text, text
        assert (output.code == 0) == (code == 0), text
        return output

    @contextmanager
    def started(self, *arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
        """A command under way."""
        child = subprocess.Popen(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield child
        finally:
            for process in session_of(child.pid):  # a CLI that was killed leaves its plugins
                os.kill(process, signal.SIGKILL)
            child.wait()
            if child.stdout is not None:
                child.stdout.close()

    def up(self, *, code: int = 0, **env: str) -> Output:
        return self.run("up", "--yes", "--skip-preview", code=code, **env)

    def refresh(self, *, code: int = 0, **env: str) -> Output:
        return self.run("refresh", "--yes", "--skip-preview", code=code, **env)

    def destroy(self, *, code: int = 0, **env: str) -> Output:
        return self.run("destroy", "--yes", "--skip-preview", code=code, **env)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs; secret ones as the CLI tells them."""
        (root,) = (one for one in self.resources() if one["type"] == "pulumi:pulumi:Stack")
        outputs = root.get("outputs") or {}
        if "ciphertext" in json.dumps(outputs):
            outputs = json.loads(self.run("stack", "output", "--json", "--show-secrets").text)
        return dict(outputs)

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, from the file: the CLI takes a second to tell them."""
        state = json.loads(self._kept.read_text(encoding="utf-8"))["checkpoint"]["latest"] or {}
        return list(state.get("resources") or [])

    def backup(self) -> dict[str, Any] | None:
        """The one backup in the stack's state."""
        found = [one for one in self.resources() if one["type"] == BACKUP_TYPE]
        assert len(found) <= 1, found
        return found[0] if found else None
