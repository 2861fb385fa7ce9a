"""A provider process on each supported SDK, beside the simulator."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.wire import dynamic
from tests.wire.provider import FAST_CLOCK, PYTHONS, Face, Provider
from tools.pulumi_cli import ROOT

Start = Callable[..., Provider]
Mocked = Callable[..., list[dict[str, Any]]]
FACES: list[Face] = [*dynamic.FACES]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test that starts a provider runs on every face, or on the one that it asks for."""
    if "face" in metafunc.fixturenames:
        asked = metafunc.definition.get_closest_marker("face")
        faces = [face for face in FACES if asked is None or face.name in asked.args]
        metafunc.parametrize("face", faces, ids=str)


def configured(provider: Provider, aws: Simulator, region: str = REGION) -> Provider:
    """A provider that calls the simulator."""
    provider.configure(
        {
            "aws:region": region,
            "aws:accessKey": "test",
            "aws:secretKey": "test",
            "aws:endpoints": json.dumps([dict.fromkeys(("dynamodb", "backup", "sts"), aws.url)]),
        }
    )
    return provider


def python_of(face: Face) -> Path:
    python = PYTHONS[face.sdk]
    assert python.exists(), f"{python} is missing: `make test` makes it"
    return python


@pytest.fixture
def start(face: Face, aws: Simulator) -> Iterator[Start]:
    """Starts a configured provider process, with a fast clock or with the machine's own."""
    with ExitStack() as stack:

        def started(*, fast: bool = False, region: str = REGION, **env: str) -> Provider:
            environment = {"PYTHONPATH": FAST_CLOCK} if fast else {}
            provider = stack.enter_context(face.running(python_of(face), environment | env))
            return configured(provider, aws, region)

        yield started


@pytest.fixture
def provider(start: Start) -> Provider:
    return start()


@pytest.fixture(scope="session")
def askable(server: Simulator) -> Iterator[Callable[[Face], Provider]]:
    """Starts one provider process of each face, which lives as long as the worker."""
    with ExitStack() as stack:

        @cache
        def of_face(face: Face) -> Provider:
            return configured(stack.enter_context(face.running(python_of(face), {})), server)

        yield of_face


@pytest.fixture
def asked(face: Face, aws: Simulator, askable: Callable[[Face], Provider]) -> Provider:
    """A provider for tests that only check and compare, which leaves no trace in it: it is shared."""
    return askable(face)


@pytest.fixture(params=["floor", "newest"])
def mocked(request: pytest.FixtureRequest, aws: Simulator, tmp_path: Path) -> Mocked:
    """Carries cases out in a process whose AWS is the simulator, which must never be asked."""

    def carry_out(*cases: dict[str, Any]) -> list[dict[str, Any]]:
        done = subprocess.run(
            [PYTHONS[request.param], "-m", "tests.wire.mocked"],
            input=json.dumps(cases),
            cwd=ROOT,
            env={
                "HOME": str(tmp_path),
                "AWS_ENDPOINT_URL": aws.url,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "eu-west-1",
            },
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        assert aws.calls == []
        return list(json.loads(done.stdout))

    return carry_out
