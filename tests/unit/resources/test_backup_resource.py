"""The resources in a program, before the engine hears of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pulumi
import pytest

from pulumi_ddb_backup import Backup, BackupSet, VaultBackup

MAKERS = [
    pytest.param(Backup, {"table_name": "orders", "backup_name": "orders-1"}, id="one"),
    pytest.param(BackupSet, {"tables": ["orders"], "backup_name": "a-1"}, id="set"),
    pytest.param(VaultBackup, {"vault": "safe", "table_name": "orders"}, id="vault"),
]

MANY = """
import json, pickle, sys
import pulumi, pulumi_ddb_backup

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args):
        return {}, None

def state():
    return pickle._Pickler._batch_setitems, pickle._Pickler.save_dict

@pulumi.runtime.test
def program():
    for number in range(1100):
        kind(f"nightly-{number}", **json.loads(sys.argv[2]))

kind, before = getattr(pulumi_ddb_backup, sys.argv[1]), state()
pulumi.runtime.set_mocks(Mocks())
program()
print("as before" if state() == before else "changed")
"""


@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
def test_a_provider_of_another_package_is_refused_rather_than_ignored(
    kind: Callable[..., Any], inputs: dict[str, Any]
) -> None:
    options = pulumi.ResourceOptions()
    options.provider = cast(pulumi.ProviderResource, SimpleNamespace(package="kubernetes"))
    with pytest.raises(pulumi.RunError) as refused:
        kind("nightly", **inputs, opts=options)
    assert str(refused.value).startswith("opts.provider must be an aws.Provider")


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", dict(args.inputs)

    def call(
        self, args: pulumi.runtime.MockCallArgs
    ) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


@pytest.mark.parametrize(("kind", "inputs"), MAKERS)
def test_a_program_may_have_more_resources_than_the_recursion_limit(
    kind: type[Any], inputs: dict[str, Any]
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", MANY, kind.__name__, json.dumps(inputs)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("as before\n", "", 0)
