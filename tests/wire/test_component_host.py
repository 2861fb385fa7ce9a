"""A process that serves components written in Python, and so has loaded `pulumi.provider.server`."""

from __future__ import annotations

import subprocess

import pytest

import pulumi_ddb_backup
from tests.unit.test_layers import MODULES
from tests.wire.provider import PYTHONS
from tools.pulumi_cli import ROOT

HOST = "pulumi.provider.server"
OURS = [
    f"{pulumi_ddb_backup.__name__}.{path.removesuffix('.py').replace('/', '.')}".removesuffix(
        ".__init__"
    )
    for path in MODULES
    if not path.endswith("__main__.py")
]
IMPORTS = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as missing:  # an extra that is not installed here
        if missing.name.partition(".")[0] not in ("pulumi_aws", "rich", "typer"):
            raise
from pulumi_ddb_backup.engine.status import status_class
print(status_class()(message="told").message)
"""


@pytest.mark.parametrize("sdk", PYTHONS)
@pytest.mark.parametrize("names", [[HOST, *OURS], [*OURS, HOST]], ids=["host first", "host last"])
def test_every_module_can_be_imported_in_a_component_host(sdk: str, names: list[str]) -> None:
    ended = subprocess.run(
        [PYTHONS[sdk], "-W", "error", "-c", IMPORTS, *names],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "told\n"), ended.stderr
