"""The wheel that users install."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest

import pulumi_ddb_backup

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = ("pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel built from a copy, so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for name in NEEDED:
        shutil.copy(ROOT / name, source)
    for folder in ("pulumi_ddb_backup", "tests", "tools"):
        shutil.copytree(
            ROOT / folder,
            source / folder,
            ignore=shutil.ignore_patterns("__pycache__", "toolchain"),
        )
    # With a setuptools as new as `build-system` asks for, no package index is needed.
    recent = int(version("setuptools").partition(".")[0]) >= 77
    run = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", *["--no-isolation"] * recent, source],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    (made,) = (source / "dist").iterdir()
    return zipfile.ZipFile(made)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode())


def test_it_holds_every_module_of_the_package_and_no_test_or_tool(wheel: zipfile.ZipFile) -> None:
    package = ROOT / "pulumi_ddb_backup"
    modules = {path.relative_to(ROOT).as_posix() for path in package.rglob("*.py")}
    data = {"pulumi_ddb_backup/py.typed", "pulumi_ddb_backup/pulumi-plugin.json"}
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == modules | data


def test_the_cli_is_told_that_there_is_no_plugin_to_download(wheel: zipfile.ZipFile) -> None:
    told = json.loads(wheel.read("pulumi_ddb_backup/pulumi-plugin.json"))
    assert told == {"resource": False}


def test_the_licence_comes_along(wheel: zipfile.ZipFile, metadata: Message) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith("/LICENSE")]
    assert wheel.read(name) == (ROOT / "LICENSE").read_bytes()
    assert metadata["License-Expression"] == "Apache-2.0"


def test_its_version_is_the_packages(metadata: Message) -> None:
    assert metadata["Name"] == "pulumi-ddb-backup"
    assert metadata["Version"] == pulumi_ddb_backup.__version__


def test_it_asks_for_four_libraries_and_the_rest_are_extras(metadata: Message) -> None:
    asked = metadata.get_all("Requires-Dist") or []
    always = sorted(text.replace(" ", "") for text in asked if "extra ==" not in text)
    assert always == [
        "boto3<2,>=1.35",
        "googleapis-common-protos<2,>=1.63",
        "pulumi<4,>=3.231",
        "tenacity<10,>=9",
    ]
    assert {"aws", "dev"} <= set(metadata.get_all("Provides-Extra") or [])
    assert metadata["Requires-Python"] == ">=3.10"
