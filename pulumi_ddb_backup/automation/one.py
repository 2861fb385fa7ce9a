"""One backup of one table by an inline program: no Pulumi project on disk."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypedDict

from pulumi.automation import (
    CommandError,
    InvalidVersionError,
    LocalWorkspace,
    ProjectSettings,
    Stack,
)

from ..aws.errors import ValidationError
from ..aws.rules.choices import DeletionPolicy
from ..aws.rules.validation import Failure, validate
from ..resources.triggers import unencodable
from .command import CancellableCommand
from .errors import AutomationError
from .events import OnProgress
from .records import BackupResult
from .runner import Runner, run_env, words_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

PROJECT_NAME: Final = "ddb-backup"
RESOURCE_NAME: Final = "backup"
_SETTINGS: Final = frozenset(
    {"project_name", "resource_name", "backend_url", "passphrase", "env", "work_dir", "on_progress"}
)


class BackupOptions(TypedDict, total=False):
    """A `Backup`'s inputs beside its table, and how it is run. Every key may be left out."""

    backup_name: str
    """As for `Backup`. Exactly one of this and `backup_name_prefix`."""
    backup_name_prefix: str
    """As for `Backup`."""
    region: str
    """As for `Backup`."""
    profile: str
    """As for `Backup`."""
    role_arn: str
    """As for `Backup`."""
    endpoint_url: str
    """As for `Backup`."""
    timeout: int
    """Limit in seconds, 60 to 7200. Default: 1800."""
    triggers: Mapping[str, Any]
    """Any values, as for `Backup`; a change of any of them takes a new backup."""
    deletion_policy: DeletionPolicy
    """`retain` (the default) or `delete`."""
    existing_backup_arn: str
    """As for `Backup`."""
    project_name: str
    """The Pulumi project. Default: `ddb-backup`."""
    resource_name: str
    """The resource's name in the stack. Default: `backup`."""
    backend_url: str
    """Where the stack's state is, such as `s3://...` or `file://...`. Default: as for `pulumi`."""
    passphrase: str
    """Of the stack's secrets, for backends that encrypt by one. Default: as for `pulumi`."""
    env: Mapping[str, str]
    """More environment for the CLI, over that of this process."""
    work_dir: str
    """A folder that is there, for the stack's settings. Default: one that goes with the runner."""
    on_progress: OnProgress
    """As for `Runner`."""


def take_backup(
    table_name: str | None = None, *, stack_name: str, **options: Unpack[BackupOptions]
) -> BackupResult:
    """Take one backup and wait until it is AVAILABLE.

    The stack remembers the backup: called again with the same stack and the same inputs, this gives
    the same backup, or goes on waiting for it where the first call was cut off. Other `triggers`
    (`triggers={"release": 43}`) take another; the one before stays in AWS.

    Args:
        table_name: Name or ARN of the table. May be left out with `existing_backup_arn`.
        stack_name: The stack, made if it is not there. One stack holds one backup.
        **options: See `BackupOptions`.

    Raises:
        ValidationError: Inputs break a rule; nothing was run.
        BackupError: The backup failed, as `Backups.create` says it.
        StackBusyError: Another run has the stack.
        AutomationError: Anything else failed.
    """
    runner = backup_runner(table_name, stack_name=stack_name, **options)
    (backup,) = runner.up().backups.values()
    return backup


def backup_runner(
    table_name: str | None = None, *, stack_name: str, **options: Unpack[BackupOptions]
) -> Runner:
    """What `take_backup` runs, to be run, previewed, cancelled and destroyed by the caller.

    Args:
        table_name: As for `take_backup`.
        stack_name: As for `take_backup`.
        **options: See `BackupOptions`.

    Raises:
        ValidationError: Inputs break a rule.
        AutomationError: There is no CLI, or the stack can be neither selected nor made.
    """
    inputs = {key: value for key, value in options.items() if key not in _SETTINGS}
    inputs["table_name"] = table_name
    failures = validate(inputs)
    failures += [
        Failure("triggers", told) for told in unencodable(options.get("triggers"), "triggers")
    ]
    if failures:
        raise ValidationError(failures)
    work_dir = options.get("work_dir")
    folder = work_dir or tempfile.mkdtemp(prefix="ddb-backup-")
    try:
        stack = _stack(stack_name, folder, inputs, options)
        runner = Runner(stack, on_progress=options.get("on_progress"))
    except BaseException:
        if work_dir is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if work_dir is None:
        weakref.finalize(runner, shutil.rmtree, folder, True)
    return runner


def _stack(
    stack_name: str, folder: str, inputs: Mapping[str, Any], options: BackupOptions
) -> Stack:
    def program() -> None:
        from ..resources.backup import Backup

        Backup(options.get("resource_name", RESOURCE_NAME), **inputs)

    env = _env(options)
    command: CancellableCommand | None = None
    try:
        command = CancellableCommand.found(env)
        workspace = LocalWorkspace(
            work_dir=folder,
            program=program,
            env_vars=env,
            pulumi_command=command,
            project_settings=ProjectSettings(
                options.get("project_name", PROJECT_NAME), "python", main=folder
            ),
        )
        return Stack.create_or_select(stack_name, workspace)
    except CommandError:
        told = words_of(command.last if command else None)
    except (FileNotFoundError, InvalidVersionError) as error:
        told = str(error)
    raise AutomationError(stack_name, "stack", told)


def _env(options: BackupOptions) -> dict[str, str]:
    env = dict(options.get("env") or {})
    with suppress(KeyError):
        env["PULUMI_BACKEND_URL"] = options["backend_url"]
    with suppress(KeyError):
        env["PULUMI_CONFIG_PASSPHRASE"] = options["passphrase"]
    return run_env(env, inline=True)
