"""What a test needs to run programs with `pulumi_aws`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.aws.simulator import Simulator
from tests.standin.server import Standin, serving


@pytest.fixture(scope="session")
def standin(server: Simulator) -> Iterator[Standin]:
    """A stand-in for the AWS plugin, working with the simulator."""
    if os.environ.get("REAL_AWS_PLUGIN") == "1":
        pytest.skip("the real AWS plugin is used")
    with serving(server.url) as running:
        yield running


@pytest.fixture(scope="session")
def aws_plugin(request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment in which `pulumi` finds an AWS plugin; the real one by REAL_AWS_PLUGIN=1."""
    if os.environ.get("REAL_AWS_PLUGIN") == "1":
        return {}
    running: Standin = request.getfixturevalue("standin")
    return running.environment
