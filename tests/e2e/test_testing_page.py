"""`docs/testing.md`: every block of code on it, run as it is printed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import NewStack
from tests.pages import blocks
from tools.pulumi_cli import ROOT

PAGE = blocks("testing.md")
FILES = {block.name: block.text for block in PAGE if block.name}
CONSOLES = [block.commands for block in PAGE if block.language == "console"]
PRINTED_URL = "http://127.0.0.1:5000"
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED": "true"}
"""AWS that nobody can ask: no credentials, and an endpoint at which nothing answers."""
SECONDS = 240


def run(folder: Path, *arguments: str) -> str:
    """What Python prints for `arguments`, in `folder` and without any settings of AWS."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": str(Path(sys.executable).parent), "PYTHONWARNINGS": "default", **NOWHERE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def written(folder: Path, *names: str) -> Path:
    """`folder`, with these blocks of the page as files in it."""
    for name in names:
        (folder / name).write_text(FILES[name], encoding="utf-8")
    return folder


def test_every_block_of_the_page_is_run_by_a_test_here() -> None:
    named = {"infra.py", "test_infra.py", "test_backups.py", "table.py", "__main__.py"}
    assert FILES.keys() == named
    assert len(PAGE) == len(named) + len(CONSOLES)
    assert [len(commands) for commands in CONSOLES] == [1, 6]


@pytest.mark.parametrize(
    ("names", "passed"), [(("infra.py", "test_infra.py"), 6), (("test_backups.py",), 1)]
)
def test_the_unit_tests_of_the_page_pass_where_no_aws_is(
    tmp_path: Path, names: tuple[str, ...], passed: int
) -> None:
    folder = written(tmp_path, *names)
    shown = run(folder, "-m", "pytest", "-p", "no:cacheprovider", names[-1])
    assert f"{passed} passed" in shown


@pytest.fixture
def endpoint_url(tmp_path: Path) -> Iterator[str]:
    """moto's server as the page starts it, but at a port that is free."""
    (command,) = CONSOLES[0]
    program, *arguments = shlex.split(command.replace("5000", "0"))
    log = tmp_path / "moto.log"
    with log.open("w", encoding="utf-8") as file:
        child = subprocess.Popen(
            [Path(sys.executable).parent / program, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert child.stderr is not None
            for line in child.stderr:
                file.write(line)
                if told := re.search(r"Running on (http://127\.0\.0\.1:\d+)", line):
                    yield told[1]
                    break
            else:
                raise AssertionError(log.read_text(encoding="utf-8"))
        finally:
            child.kill()
            child.wait()
            if child.stderr is not None:
                child.stderr.close()


def test_a_whole_program_runs_against_a_local_endpoint_as_the_page_says(
    endpoint_url: str, new_stack: NewStack, tmp_path: Path
) -> None:
    program = written(tmp_path, "table.py", "__main__.py")
    table = program / "table.py"
    table.write_text(FILES["table.py"].replace(PRINTED_URL, endpoint_url), encoding="utf-8")
    run(program, "table.py")
    (program / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    stack = new_stack(program)
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del stack.env[name]
    stack.configure(aws__region=None)
    for command in CONSOLES[1]:
        program_name, *arguments = shlex.split(command.replace(PRINTED_URL, endpoint_url))
        assert program_name == "pulumi"
        stack.run(*arguments)
    assert ":table/orders/backup/" in stack.outputs()["backup_arn"]
