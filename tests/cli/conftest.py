"""`ddb-backup` as a user runs it: a process of its own, or where only words matter, in this one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Backup
from typer.testing import CliRunner

from pulumi_ddb_backup.cli.app import app
from tests.aws.conftest import REGION, client, create_table
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Simulator
from tests.wire.provider import FAST_CLOCK

COMMAND = (sys.executable, "-m", "pulumi_ddb_backup.cli")
ELSEWHERE = "us-east-1"
TIMEOUT_SECONDS = 240
Env = Mapping[str, str | None]
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value that is all of stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()


def checked(ended: Ended, code: int) -> Ended:
    """`ended`, which must have this exit code. Nobody ever sees a traceback."""
    text = ended.out + ended.err
    assert "Traceback" not in text, text
    assert "Exception ignored" not in text, text
    assert ended.code == code, text
    return ended


class Cli:
    """Runs `ddb-backup` as a child process, in which 60 seconds pass in one."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)

    def __call__(self, *arguments: str, code: int = 0, env: Env | None = None) -> Ended:
        """What the command writes until it ends with `code`."""
        with self.started(*arguments, env=env) as child:
            out, err = child.communicate(timeout=TIMEOUT_SECONDS)
        return checked(Ended(child.returncode, out, err), code)

    @contextmanager
    def started(
        self,
        *arguments: str,
        stdin: int | IO[Any] = subprocess.DEVNULL,
        stdout: int | IO[Any] = subprocess.PIPE,
        stderr: int | IO[Any] = subprocess.PIPE,
        env: Env | None = None,
    ) -> Iterator[subprocess.Popen[str]]:
        """A command under way."""
        child = subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.with_(env or {}),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait()
            for stream in (child.stdout, child.stderr):
                if stream is not None:
                    stream.close()

    def with_(self, env: Env) -> dict[str, str]:
        """The environment of a child; None takes a name out of it."""
        return {name: value for name, value in {**self.env, **env}.items() if value is not None}


def heard(child: subprocess.Popen[str], text: str) -> str:
    """What the child has said on stderr, as soon as `text` is in it."""
    assert child.stderr is not None
    said = ""
    for line in child.stderr:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


def interrupt(child: subprocess.Popen[str], after: str, number: int = signal.SIGINT) -> str:
    """Send a signal once the child has said `after` on stderr; what it has said until then."""
    said = heard(child, after)
    child.send_signal(number)
    return said


@pytest.fixture
def settings(aws: Simulator, tmp_path: Path) -> dict[str, str]:
    """The settings that lead to the simulator."""
    return {
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def cli(settings: dict[str, str]) -> Cli:
    """`ddb-backup` as a process of its own, without a terminal."""
    env = {
        **settings,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": FAST_CLOCK,
        "DDB_BACKUP_TRACEBACK": "1",  # so that no mistake hides
    }
    return Cli(env)


Inline = Callable[..., Ended]


@pytest.fixture
def inline(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Inline:
    """`ddb-backup` in this process: for what needs no process of its own, and there are many of."""
    for name, value in {**settings, "DDB_BACKUP_TRACEBACK": "1"}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, code: int = 0) -> Ended:
        monkeypatch.setattr(sys, "argv", ["ddb-backup", *arguments])
        result = CliRunner().invoke(app, list(arguments), prog_name="ddb-backup")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return checked(Ended(result.exit_code, result.stdout, result.stderr), code)

    return run


@pytest.fixture
def backup_arn(aws: Simulator) -> str:
    """An AVAILABLE backup of `orders`."""
    return take(aws, "orders", "orders-before")


def take(aws: Simulator, table: str, name: str, region: str = REGION) -> str:
    """The ARN of a backup that is taken now, not by the command."""
    taken = client(aws, region).create_backup(TableName=table, BackupName=name)
    aws.calls.clear()
    return taken["BackupDetails"]["BackupArn"]


def tables(aws: Simulator, *names: str, region: str = REGION) -> None:
    """Further tables."""
    for name in names:
        create_table(client(aws, region), name)
    aws.calls.clear()


def backups_in(aws: Simulator, region: str = REGION) -> list[str]:
    """The ARNs of all backups there are."""
    return list(dynamodb_backends[ACCOUNT][region].backups)


class Planted(Backup):
    """A backup of any size; moto's have 123 bytes."""

    size_bytes = 123

    @property
    def summary(self) -> dict[str, Any]:
        return {**super().summary, "BackupSizeBytes": self.size_bytes}


def plant(
    table: str,
    name: str,
    *,
    region: str = REGION,
    days_ago: float = 0.0,
    size_bytes: int = 123,
    type_: str = "USER",
    status: str = "AVAILABLE",
) -> str:
    """Put a backup into AWS that was made some days ago; its ARN."""
    there = dynamodb_backends[ACCOUNT][region]
    backup = Planted(ACCOUNT, region, name, there.get_table(table), status, type_)
    backup.creation_date_time -= timedelta(days=days_ago)
    backup.size_bytes = size_bytes
    there.backups[backup.arn] = backup
    return str(backup.arn)
