"""What a user sees of the package in an editor, and without its extras."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

PUBLIC = (
    "pulumi_ddb_backup",
    "pulumi_ddb_backup.aws",
    "pulumi_ddb_backup.automation",
    "pulumi_ddb_backup.hooks",
)


@pytest.mark.parametrize("module", PUBLIC)
def test_dir_shows_the_public_names_alone(module: str) -> None:
    loaded = import_module(module)
    assert dir(loaded) == sorted(loaded.__all__)


@pytest.mark.parametrize("module", PUBLIC)
def test_a_star_import_gets_every_public_name(module: str) -> None:
    names: dict[str, object] = {}
    exec(f"from {module} import *", names)
    assert set(import_module(module).__all__) <= set(names)


def ran_without(library: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Python, run with `command` where `library` can't be imported."""
    hidden = f"import sys; sys.modules[{library!r}] = None; sys.argv[1:] = {list(command[1:])!r}\n"
    return subprocess.run(
        [sys.executable, "-c", hidden + command[0]], capture_output=True, text=True, check=False
    )


RUN_A_PROGRAM = """
import pulumi
try:
    {program}
except pulumi.RunError as error:  # as Pulumi's language host does: the text, and no traceback
    assert isinstance(error, ImportError)
    sys.exit(f"error: {{error}}")
"""


@pytest.mark.parametrize("name", ["ProtectedTable", "LatestBackup", "BackupSchedule", "BackupPlan"])
@pytest.mark.parametrize(
    "program",
    ["from pulumi_ddb_backup import {name}", "import pulumi_ddb_backup as d; d.{name}"],
    ids=["import", "attribute"],
)
def test_a_program_is_told_of_the_missing_extra_aws(program: str, name: str) -> None:
    code = RUN_A_PROGRAM.format(program=program.format(name=name))
    assert ran_without("pulumi_aws", code).stderr == (
        f"error: {name} needs pulumi_aws, which is not installed: "
        "pip install 'pulumi-ddb-backup[aws]'\n"
    )


@pytest.mark.parametrize("library", ["typer", "rich"])
@pytest.mark.parametrize(
    "start",
    [
        "from pulumi_ddb_backup.cli import main; main()",
        "import runpy; runpy.run_module('pulumi_ddb_backup.cli', run_name='__main__')",
    ],
    ids=["ddb-backup", "python -m"],
)
def test_the_command_line_tells_of_the_missing_extra_cli(library: str, start: str) -> None:
    run = ran_without(library, start, "list")
    assert run.returncode == 1
    assert run.stderr == (
        f"ddb-backup needs {library}, which is not installed: "
        "pip install 'pulumi-ddb-backup[cli]'\n"
    )


def test_all_else_works_without_an_extra() -> None:
    program = (
        "import pulumi_ddb_backup as d; "
        "print(d.Backup.__name__, d.get_backups.__name__, d.hooks.final_backup.__name__, "
        "d.automation.take_backup.__name__)"
    )
    run = ran_without("pulumi_aws", program)
    assert run.stdout == "Backup get_backups final_backup take_backup\n", run.stderr


def test_an_import_that_fails_for_another_reason_is_not_blamed_on_an_extra() -> None:
    run = ran_without("grpc", "import pulumi_ddb_backup as d; d.get_backups")
    assert "import of grpc halted" in run.stderr
    assert "pip install" not in run.stderr
