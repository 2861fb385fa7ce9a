"""Which module may know what: by importing in fresh interpreters, and by reading the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

import pulumi_ddb_backup
import pulumi_ddb_backup.aws

PACKAGE = Path(pulumi_ddb_backup.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
TYPING_API = Path(__file__).parent.parent / "typing_api.py"
LONGEST_MODULE = 320


@pytest.mark.parametrize(
    ("imported", "left_alone"),
    [
        ("pulumi_ddb_backup", "pulumi boto3 botocore moto pulumi_aws grpc tenacity"),
        ("pulumi_ddb_backup.automation", "boto3 botocore moto pulumi_aws"),
        ("pulumi_ddb_backup.backup", "boto3 botocore moto pulumi_aws"),
        ("pulumi_ddb_backup.aws", "pulumi boto3 botocore moto pulumi_aws grpc"),
        ("pulumi_ddb_backup.cli", "pulumi boto3 botocore moto pulumi_aws grpc typer rich"),
        ("pulumi_ddb_backup.cli.app", "pulumi boto3 botocore moto pulumi_aws grpc"),
    ],
)
def test_an_import_leaves_alone_what_it_does_not_need(imported: str, left_alone: str) -> None:
    code = f"import sys, {imported}; print(*set(sys.modules).intersection(sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", code, *left_alone.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []


@lru_cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and what is under it, less what only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield from at_run_time(child)


@lru_cache
def imports(module: str) -> frozenset[str]:
    """Full names of what a module imports at run time, at its top or inside a function."""
    package = ["pulumi_ddb_backup", *Path(module).parts[:-1]]
    names: set[str] = set()
    for node in at_run_time(tree(module)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            names.update(f"{start}.{alias.name}" for alias in node.names)
    return frozenset(names)


def importers(library: str) -> set[str]:
    return {
        module
        for module in MODULES
        if any(f"{name}.".startswith(f"{library}.") for name in imports(module))
    }


def in_room(room: str, modules: set[str]) -> set[str]:
    return {module for module in modules if module.startswith(f"{room}/")}


@pytest.mark.parametrize(
    "library", ["pulumi", "grpc", "google", "pulumi_ddb_backup.engine", "pulumi_ddb_backup.backup"]
)
def test_aws_knows_nothing_of_pulumi(library: str) -> None:
    assert in_room("aws", importers(library)) == set()


@pytest.mark.parametrize("library", ["pulumi", "grpc", "boto3", "pulumi_ddb_backup.engine"])
def test_the_command_line_knows_nothing_of_pulumi(library: str) -> None:
    assert in_room("cli", importers(library)) == set()


def test_nobody_but_the_command_line_knows_of_it() -> None:
    knowing = importers("pulumi_ddb_backup.cli") | importers("typer") | importers("rich")
    assert in_room("cli", knowing) == knowing


@pytest.mark.parametrize("library", ["pulumi_ddb_backup.aws", "pulumi_ddb_backup.backup", "boto3"])
def test_the_engine_room_knows_nothing_of_backups(library: str) -> None:
    assert in_room("engine", importers(library)) == set()


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("boto3", {"aws/calls/session.py"}),
        (
            "botocore",
            {
                "aws/calls/clients.py",
                "aws/calls/credentials.py",
                "aws/calls/network.py",
                "aws/calls/session.py",
                "aws/calls/dynamodb.py",
                "aws/calls/rate.py",
                "aws/rules/regions.py",
            },
        ),
        ("tenacity", {"aws/calls/retries.py"}),
        ("time", {"aws/clock.py"}),
        ("rich", {"cli/output.py", "cli/progress.py"}),
        ("moto", set()),
        ("pulumi_aws", {"protected_table.py"}),
    ],
)
def test_a_library_is_imported_in_its_own_module_alone(library: str, allowed: set[str]) -> None:
    assert importers(library) == allowed


def test_dynamodb_takes_nothing_but_errors_from_botocore() -> None:
    taken = {name for name in imports("aws/calls/dynamodb.py") if name.startswith("botocore")}
    assert taken == {"botocore.exceptions"}


def test_only_the_engine_room_imports_grpc_or_looks_at_frames() -> None:
    frames = {
        module
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and node.attr in ("_getframe", "f_locals", "f_back")
    }
    assert frames
    assert in_room("engine", frames | importers("grpc")) == frames | importers("grpc")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_short(module: str) -> None:
    assert len((PACKAGE / module).read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", MODULES)
def test_no_bare_exception_is_raised_and_nothing_is_printed(module: str) -> None:
    found = [
        ast.unparse(node)
        for node in ast.walk(tree(module))
        if isinstance(node, (ast.Raise, ast.Call))
        and ast.unparse(node).startswith(("raise Exception", "raise BaseException", "print("))
    ]
    assert found == []


@lru_cache
def typed_uses() -> set[str]:
    nodes = list(ast.walk(ast.parse(TYPING_API.read_text(encoding="utf-8"))))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        node.id for node in nodes if isinstance(node, ast.Name)
    }


@pytest.mark.parametrize(
    "name",
    [
        *(pytest.param(name, id=name) for name in pulumi_ddb_backup.__all__),
        *(pytest.param(name, id=f"aws.{name}") for name in pulumi_ddb_backup.aws.__all__),
    ],
)
def test_every_public_name_exists_and_is_used_with_its_types(name: str) -> None:
    assert name in typed_uses()
    assert hasattr(pulumi_ddb_backup, name) or hasattr(pulumi_ddb_backup.aws, name)


@pytest.mark.parametrize(
    ("room", "may_use"),
    [
        ("rules", ()),
        (
            "calls",
            (
                "rules",
                "records",
                "restore_records",
                "errors",
                "region_errors",
                "restore_errors",
                "clock",
            ),
        ),
        (
            "restore",
            ("rules", "calls", "records", "restore_records", "errors", "restore_errors", "clock"),
        ),
        (
            "fleet",
            (
                "rules",
                "calls",
                "records",
                "fleet_requests",
                "fleet_records",
                "errors",
                "fleet_errors",
                "region_errors",
                "clock",
                "existing",
            ),
        ),
    ],
)
def test_a_room_of_aws_uses_only_rooms_below_it(room: str, may_use: tuple[str, ...]) -> None:
    shared_by_operations = ("run", "waiting") if room in ("restore", "fleet") else ()
    allowed = {room, *may_use, *shared_by_operations}
    used = {
        name.removeprefix("pulumi_ddb_backup.aws.").partition(".")[0]
        for module in MODULES
        if module.startswith(f"aws/{room}/")
        for name in imports(module)
        if name.startswith("pulumi_ddb_backup.aws.")
    }
    assert used <= allowed
