"""One backup of one table, by an inline program: no Pulumi project on disk."""

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
from ..aws.retention.arguments import RetentionArgs
from ..aws.retention.policies import broken_retention
from ..aws.rules.choices import DeletionPolicy
from ..aws.rules.validation import Failure, validate
from ..aws.rules.values import without_none
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
    """The inputs of the `Backup` other than its table, and how to run it. All keys are optional."""

    backup_name: str
    """The backup's name. Give either this or `backup_name_prefix`."""
    backup_name_prefix: str
    """The start of a generated name, at most 230 characters."""
    region: str
    """AWS region of the table. Default: as for `Backup`."""
    profile: str
    """Profile of the shared AWS configuration files. Default: as for `Backup`."""
    role_arn: str
    """ARN of an IAM role to assume. Default: as for `Backup`."""
    endpoint_url: str
    """URL to use instead of AWS's DynamoDB endpoint. Default: as for `Backup`."""
    timeout: int
    """Time limit of the backup in whole seconds, 60 to 7200. Default: 1800."""
    triggers: Mapping[str, Any]
    """Any values. If one changes, a new backup is taken. Default: none."""
    deletion_policy: DeletionPolicy
    """What destroying or replacing the resource does to the backup in AWS: `retain` (the default) or
    `delete`."""
    retention: RetentionArgs
    """Which of this stack's earlier backups of the table to keep once the new one is AVAILABLE; the
    others are deleted. `BackupResult.retention` tells what was done. It needs `backup_name_prefix`.
    Default: keep all."""
    existing_backup_arn: str
    """ARN of a backup made elsewhere, to be managed by the stack. No backup is taken then."""
    project_name: str
    """The name of the Pulumi project. Default: `ddb-backup`."""
    resource_name: str
    """The name of the resource in the stack. Default: `backup`."""
    backend_url: str
    """Where the stack's state is kept, such as `s3://...` or `file://...`. Default: as for `pulumi`."""
    passphrase: str
    """The passphrase of the stack's secrets, for backends that need one. Default: as for `pulumi`."""
    env: Mapping[str, str]
    """More environment variables for the CLI. They override those of this process."""
    work_dir: str
    """An existing folder for the stack's settings. Default: a temporary one."""
    on_progress: OnProgress
    """Called with a `BackupProgress` for each change, as for `Runner`. Default: nobody."""


def take_backup(
    table_name: str | None = None, *, stack_name: str, **options: Unpack[BackupOptions]
) -> BackupResult:
    """Take one backup and wait until it is AVAILABLE.

    The stack remembers the backup. A second call with the same stack and inputs returns the same
    backup, or continues to wait for it if the first call was interrupted. Other `triggers`, such as
    `triggers={"release": 43}`, take a new backup, and the one before stays in AWS. With `retention`,
    backups that its rules keep no longer are deleted after that.

    Args:
        table_name: Name or ARN of the table. May be left out with `existing_backup_arn`.
        stack_name: The name of the stack, which is created if needed. A stack holds one backup.
        **options: See `BackupOptions`.

    Raises:
        ValidationError: Inputs break a rule. Nothing was run.
        BackupError: The backup failed. If one is still in AWS, it is `error.unfinished`.
        StackBusyError: Another run has locked the stack.
        AutomationError: Anything else failed.
    """
    runner = backup_runner(table_name, stack_name=stack_name, **options)
    (backup,) = runner.up().backups.values()
    return backup


def backup_runner(
    table_name: str | None = None, *, stack_name: str, **options: Unpack[BackupOptions]
) -> Runner:
    """The `Runner` that `take_backup` uses, to preview, run, cancel or destroy it yourself.

    Args:
        table_name: As for `take_backup`.
        stack_name: As for `take_backup`.
        **options: See `BackupOptions`.

    Raises:
        ValidationError: Inputs break a rule.
        AutomationError: The `pulumi` CLI was not found, or the stack could not be selected or created.
    """
    inputs = {key: value for key, value in options.items() if key not in _SETTINGS}
    inputs["table_name"] = table_name
    failures = validate(inputs)
    failures += [
        Failure("triggers", told) for told in unencodable(options.get("triggers"), "triggers")
    ]
    failures += [Failure("retention", told) for told in broken_retention(without_none(inputs))]
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
