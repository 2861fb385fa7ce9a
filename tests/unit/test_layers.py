"""Which module may know what: by importing in fresh interpreters, and by reading the source."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
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
        (
            "pulumi_ddb_backup.resources.backup",
            "boto3 botocore moto pulumi_aws pulumi_ddb_backup.logic",
        ),
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


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and what is under it, less what only a type checker reads."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield from at_run_time(child)


@cache
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
    "library",
    ["pulumi", "grpc", "google", "pulumi_ddb_backup.engine", "pulumi_ddb_backup.resources"],
)
def test_aws_knows_nothing_of_pulumi(library: str) -> None:
    assert in_room("aws", importers(library)) == set()


@pytest.mark.parametrize("library", ["pulumi", "grpc", "boto3", "pulumi_ddb_backup.engine"])
def test_the_command_line_knows_nothing_of_pulumi(library: str) -> None:
    assert in_room("cli", importers(library)) == set()


def test_nobody_but_the_command_line_knows_of_it() -> None:
    knowing = importers("pulumi_ddb_backup.cli") | importers("typer") | importers("rich")
    assert in_room("cli", knowing) == knowing


@pytest.mark.parametrize(
    "library", ["pulumi_ddb_backup.aws", "pulumi_ddb_backup.resources", "boto3"]
)
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
        (
            "pulumi_aws",
            {
                "components/backup_plan.py",
                "components/backup_schedule.py",
                "components/made_of.py",
                "components/protected_table.py",
                "components/restore_testing.py",
            },
        ),
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


@cache
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


# From the top down. A room may use those below it, and nothing beside or above it.
FLOORS = (
    ("cli", "automation"),
    ("components",),
    ("hooks", "lookups", "resources"),
    ("stack", "display"),
    ("engine", "aws"),
    ("logic", "shared", "extras"),
)
# The same inside aws/: capabilities above what runs them, and that above how calls are made. The
# files outside its rooms are what all stand on, but for `backups` and `restores`, which are the face of
# one table at a time.
FLOORS_OF_AWS = (
    ("backups",),
    ("restores",),
    ("check", "compare", "plan", "retention", "schedule"),
    ("cost",),
    ("fleet", "restore", "vault"),
    ("backup",),
    ("running",),
    ("calls",),
    ("errors",),
    ("facts",),
    ("records",),
    ("tables",),
    ("rules",),
    ("clock",),
)


def reached_upwards(package: str, floors: tuple[tuple[str, ...], ...]) -> list[tuple[str, str]]:
    """The imports that go up, or to a neighbour on the same floor."""
    level = {room: number for number, floor in enumerate(floors) for room in floor}
    folder = package.removeprefix("pulumi_ddb_backup").strip(".")
    found = []
    for module in MODULES:
        inner = module.removeprefix(f"{folder}/" if folder else "")
        room = inner.partition("/")[0].removesuffix(".py")
        if (folder and inner == module) or room not in level:
            continue
        for name in imports(module):
            if name.startswith(f"{package}."):
                used = name.removeprefix(f"{package}.").partition(".")[0]
                if used in level and used != room and level[used] <= level[room]:
                    found.append((module, name))
    return found


def test_every_room_of_the_package_uses_only_rooms_below_it() -> None:
    assert reached_upwards("pulumi_ddb_backup", FLOORS) == []


def test_every_room_of_aws_uses_only_rooms_below_it() -> None:
    assert reached_upwards("pulumi_ddb_backup.aws", FLOORS_OF_AWS) == []


def test_every_room_has_its_floor() -> None:
    def rooms(folder: str) -> set[str]:
        inner = [module.removeprefix(folder) for module in MODULES if module.startswith(folder)]
        return {name.partition("/")[0].removesuffix(".py") for name in inner} - {"__init__"}

    assert rooms("") - {"_version"} == {room for floor in FLOORS for room in floor}
    assert rooms("aws/") == {room for floor in FLOORS_OF_AWS for room in floor}
    outside = {module for module in MODULES if module.startswith("aws/") and module.count("/") == 1}
    assert len(outside) <= 8
