"""The real CLI, stacks for it, and the simulator."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.e2e.stack import EmptyStack, Stack
from tests.standin.fixtures import aws_plugin as aws_plugin
from tests.standin.fixtures import standin as standin
from tests.wire.provider import FAST_CLOCK
from tools.pulumi_cli import ROOT, environment

PROGRAMS = Path(__file__).parent / "programs"
WARNINGS = "error,ignore:pkg_resources is deprecated:DeprecationWarning"
"""Every warning is an error but one of pip's own, which the CLI runs."""
NewStack = Callable[..., Stack]


@pytest.fixture(scope="session")
def cli(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which `pulumi` runs."""
    home = tmp_path_factory.mktemp("pulumi")
    settings = environment(home, {"PATH": os.environ["PATH"]})
    return {**settings, "GOGC": "400"}  # Go looks for garbage less often: a quarter of its time


@pytest.fixture(scope="session")
def empty_stack(cli: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> EmptyStack:
    return EmptyStack(tmp_path_factory.mktemp("empty"), cli)


@pytest.fixture
def new_stack(
    cli: dict[str, str], empty_stack: EmptyStack, aws: Simulator, tmp_path: Path
) -> NewStack:
    """Makes a stack of a program, by default of the root program's and with a fast clock."""

    def made(program: Path = ROOT, *, fast: bool = True) -> Stack:
        folder = tmp_path / f"stack-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        env = {
            **cli,
            "HOME": str(tmp_path),
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONWARNINGS": WARNINGS,
        }
        if fast:
            env["PYTHONPATH"] = FAST_CLOCK
        stack = Stack(program, folder, env, empty_stack)
        stack.configure(aws__region=REGION)
        return stack

    return made


@pytest.fixture
def stack(new_stack: NewStack) -> Stack:
    """A stack of the test program."""
    return new_stack(PROGRAMS / "backup")
