"""What a run raises if it is not the error of a single backup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..aws.errors import BackupError
from .records import BackupResult, BackupSetResult

_SHOWN: Final = 5
"""So many failures are told in the message; `failures` has all."""


@dataclass(frozen=True, slots=True)
class FailedResource:
    """A resource that failed in a run.

    Attributes:
        urn: The resource's URN. Empty for the program or the run itself.
        resource_name: The resource's name in the program. Empty likewise.
        message: The engine's message, without a traceback.
        backup_arn: The ARN of a backup that continues in AWS. It is in the stack's state. None if
            there is none.
        error: The failure as an error of `pulumi_ddb_backup.aws`. None if the message is not from
            this library.
    """

    urn: str
    resource_name: str
    message: str
    backup_arn: str | None = None
    error: BackupError | None = None


class AutomationError(Exception):
    """A run that failed.

    Attributes:
        stack_name: The name of the stack.
        operation: `up`, `preview` or `destroy`, or `stack` if the stack could not be selected or
            created.
        words: What the engine or the CLI said about the run as a whole. May be empty.
        failures: Each resource that failed.
        backups: The backups that succeeded, by resource name.
        backup_sets: The backup sets of the run, failed ones too, by resource name.
    """

    def __init__(
        self,
        stack_name: str,
        operation: str,
        words: str = "",
        failures: tuple[FailedResource, ...] = (),
        backups: Mapping[str, BackupResult] | None = None,
        backup_sets: Mapping[str, BackupSetResult] | None = None,
    ) -> None:
        super().__init__(stack_name, operation, words, failures, backups, backup_sets)
        self.stack_name = stack_name
        self.operation = operation
        self.words = words
        self.failures = failures
        self.backups = dict(backups or {})
        self.backup_sets = dict(backup_sets or {})

    @property
    def urns(self) -> tuple[str, ...]:
        """The URNs of what failed."""
        return tuple(failure.urn for failure in self.failures if failure.urn)

    @property
    def backup_arns(self) -> tuple[str, ...]:
        """All known backups: first those that continue in AWS, then finished ones, then those in sets."""
        going_on = [one.backup_arn for one in self.failures if one.backup_arn]
        done = [one.backup_arn for one in self.backups.values()]
        in_sets = [one.backup_arn for each in self.backup_sets.values() for one in each.records]
        return tuple(dict.fromkeys([*going_on, *done, *in_sets]))

    def __str__(self) -> str:
        told = [
            f"{failure.resource_name}: {failure.message}" if failure.urn else failure.message
            for failure in self.failures[:_SHOWN]
        ]
        if more := len(self.failures) - len(told):
            told.append(f"... and {more} more")
        words = "\n".join(part for part in (self.words, *told) if part)
        return f"Pulumi {self.operation} of stack '{self.stack_name}' {self._outcome}: {words}"

    _outcome = "failed"


class RunCancelledError(AutomationError):
    """A run that `Runner.cancel` stopped. Backups that were started continue in AWS."""

    _outcome = "was cancelled"


class StackBusyError(AutomationError):
    """Another run has locked the stack."""
