"""What is released: the source distribution, and the wheel that is built from it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path

import pytest
from trove_classifiers import classifiers

import pulumi_ddb_backup

ROOT = Path(__file__).resolve().parent.parent.parent
MADE = ("__pycache__", ".venv*", ".*_cache", ".hypothesis", "*.egg-info", "build", "dist", "site")


def ran(*command: str | Path, within: Path) -> str:
    """What a command says; its last words where it fails."""
    run = subprocess.run(command, cwd=within, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, so that nothing is left in the checkout."""
    copy = tmp_path_factory.mktemp("source") / "copy"
    if not (ROOT / ".git").exists():  # an unpacked source distribution
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE))
        return copy
    listing = ran("git", "ls-files", "-coz", "--exclude-standard", within=ROOT)
    for name in listing.strip("\0").split("\0"):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def in_the_source(source: Path) -> set[str]:
    """Every file of the repository."""
    return {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def dist(source: Path, in_the_source: set[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution and the wheel that is built from it."""
    # With a setuptools as new as `build-system` asks for, no package index is needed.
    recent = int(version("setuptools").partition(".")[0]) >= 77
    out = tmp_path_factory.mktemp("dist")
    alone = ["--no-isolation"] * recent
    ran(sys.executable, "-m", "build", *alone, "--outdir", out, source, within=source)
    return out


@pytest.fixture(scope="module")
def unpacked(dist: Path) -> Path:
    """The source distribution, unpacked."""
    (packed,) = dist.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(dist / "unpacked", filter="data")
    (folder,) = (dist / "unpacked").iterdir()
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> zipfile.ZipFile:
    (made,) = dist.glob("*.whl")
    return zipfile.ZipFile(made)


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode())


def test_the_source_distribution_is_the_whole_repository(
    unpacked: Path, in_the_source: set[str]
) -> None:
    held = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert in_the_source - held == set()


def test_the_unit_tests_run_from_the_source_distribution(unpacked: Path) -> None:
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/rules"]
    said = ran(*tests, within=unpacked)
    assert re.search(r"\d+ passed", said)


def test_an_index_takes_both_and_renders_their_description(dist: Path) -> None:
    packages = [*dist.glob("*.tar.gz"), *dist.glob("*.whl")]
    ran(sys.executable, "-m", "twine", "check", "--strict", *packages, within=dist)


def test_the_description_points_to_nothing_that_an_index_does_not_have(metadata: Message) -> None:
    description = metadata.get_payload()
    assert isinstance(description, str)
    text = re.sub(r"^```.*?^```$|`[^`\n]+`", "", description, flags=re.M | re.S)
    assert re.findall(r"!\[[^]]*\]\([^)]*\)|\]\((?!https?://|#)[^)]*\)", text) == []
    assert "docs/" in description


def test_the_classifiers_are_ones_that_an_index_knows(metadata: Message) -> None:
    assert set(metadata.get_all("Classifier") or []) - classifiers == set()


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


def test_it_asks_for_four_libraries_and_the_extras_are_for_users(metadata: Message) -> None:
    asked = metadata.get_all("Requires-Dist") or []
    always = sorted(text.replace(" ", "") for text in asked if "extra ==" not in text)
    assert always == [
        "boto3<2,>=1.35",
        "googleapis-common-protos<2,>=1.63",
        "pulumi<4,>=3.231",
        "tenacity<10,>=9",
    ]
    assert metadata.get_all("Provides-Extra") == ["aws", "cli"]
    assert metadata["Requires-Python"] == ">=3.10"
