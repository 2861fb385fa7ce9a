"""The resources in a program, before the engine hears of them."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pulumi
import pytest

from pulumi_ddb_backup import Backup, BackupSet

MAKERS = [
    pytest.param(Backup, {"table_name": "orders", "backup_name": "orders-1"}, id="one"),
    pytest.param(BackupSet, {"tables": ["orders"], "backup_name": "a-1"}, id="set"),
]


@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
def test_a_provider_of_another_package_is_refused_rather_than_ignored(
    kind: Callable[..., Any], inputs: dict[str, Any]
) -> None:
    options = pulumi.ResourceOptions()
    options.provider = cast(pulumi.ProviderResource, SimpleNamespace(package="kubernetes"))
    with pytest.raises(pulumi.RunError) as refused:
        kind("nightly", **inputs, opts=options)
    assert str(refused.value).startswith("opts.provider is a provider of 'kubernetes'")


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", dict(args.inputs)

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


@pytest.fixture
def loop() -> Iterator[None]:
    """An event loop for `pulumi.runtime.test`; another test's `asyncio.run` leaves the thread without."""
    own = asyncio.new_event_loop()
    asyncio.set_event_loop(own)
    yield
    asyncio.set_event_loop(None)
    own.close()


@pytest.mark.usefixtures("loop")
@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
def test_a_program_may_have_more_resources_than_the_recursion_limit(
    kind: Callable[..., Any], inputs: dict[str, Any]
) -> None:
    pickler: Any = pickle._Pickler
    before = pickler._batch_setitems, pickler.save_dict
    pulumi.runtime.set_mocks(Mocks())

    def program() -> None:
        for number in range(1100):
            kind(f"nightly-{number}", **inputs)

    run: Any = pulumi.runtime.test
    run(program)()
    assert (pickler._batch_setitems, pickler.save_dict) == before
