"""A provider process on each supported SDK, beside the simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.wire.provider import FAST_CLOCK, PYTHONS, Provider, running

Start = Callable[..., Provider]


@pytest.fixture(params=["floor", "newest"])
def start(request: pytest.FixtureRequest, aws: Simulator) -> Iterator[Start]:
    """Starts a configured provider process, with a fast clock or with the machine's own."""
    python = PYTHONS[request.param]
    assert python.exists(), f"{python} is missing: `make test` makes it"
    with ExitStack() as stack:

        def started(*, fast: bool = False, region: str = REGION, **env: str) -> Provider:
            environment = {"PYTHONPATH": FAST_CLOCK} if fast else {}
            provider = stack.enter_context(running(str(python), environment | env))
            provider.configure(
                {
                    "aws:region": region,
                    "aws:accessKey": "test",
                    "aws:secretKey": "test",
                    "aws:endpoints": f'[{{"dynamodb": "{aws.url}", "sts": "{aws.url}"}}]',
                }
            )
            return provider

        yield started


@pytest.fixture
def provider(start: Start) -> Provider:
    return start()
