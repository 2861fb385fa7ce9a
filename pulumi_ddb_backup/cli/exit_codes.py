"""How a command ends: the one table of exit codes, and which error ends with which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final

from ..aws import errors as e
from ..aws.compare.errors import ComparisonCancelledError, ComparisonTimeoutError
from ..aws.fleet.errors import NoTableSelectedError, TablesMissingError
from ..aws.restore.errors import RestoreCancelledError, RestoreTimeoutError
from ..aws.vault import errors as v


class ExitCode(IntEnum):
    """The exit codes of every command. Scripts rely on them: none ever changes its meaning."""

    DONE = 0
    UNEXPECTED = 1
    USAGE = 2
    FAILED = 3
    NOT_FOUND = 4
    TIMED_OUT = 5
    NO_ACCESS = 6
    OVERDUE = 7
    DIFFERENT = 8
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141
    TERMINATED = 143

    @property
    def meaning(self) -> str:
        """The meaning, as `--help` and docs/command-line.md tell it."""
        return _MEANINGS[self]


_MEANINGS: Final[Mapping[ExitCode, str]] = {
    ExitCode.DONE: "everything was done",
    ExitCode.UNEXPECTED: "a bug in ddb-backup, a missing package, or output that can't be written",
    ExitCode.USAGE: "wrong usage, or a question not answered with yes; nothing was changed",
    ExitCode.FAILED: "AWS refused or failed, for some tables or for all",
    ExitCode.NOT_FOUND: "no such table or backup, or no table matches",
    ExitCode.TIMED_OUT: "timed out; what was started goes on in AWS",
    ExitCode.NO_ACCESS: "AWS can't be called: region, settings, credentials, permissions, network",
    ExitCode.OVERDUE: "a backup is late or missing",
    ExitCode.DIFFERENT: "two tables differ, or could not be compared in full",
    ExitCode.INTERRUPTED: "Ctrl-C; what was started goes on in AWS",
    ExitCode.OUTPUT_CLOSED: "the reader of the output went away, as head does",
    ExitCode.TERMINATED: "SIGTERM; otherwise the same as Ctrl-C",
}

_OF_ERRORS: Final[Mapping[type[Exception], ExitCode]] = {
    # What is not named here ends as the class above it does.
    e.BackupError: ExitCode.FAILED,
    e.UnexpectedError: ExitCode.UNEXPECTED,
    e.ValidationError: ExitCode.USAGE,
    e.TableNotFoundError: ExitCode.NOT_FOUND,
    e.BackupNotFoundError: ExitCode.NOT_FOUND,
    NoTableSelectedError: ExitCode.NOT_FOUND,
    TablesMissingError: ExitCode.NOT_FOUND,
    e.BackupTimeoutError: ExitCode.TIMED_OUT,
    e.StartTimeoutError: ExitCode.TIMED_OUT,
    e.ListTimeoutError: ExitCode.TIMED_OUT,
    RestoreTimeoutError: ExitCode.TIMED_OUT,
    ComparisonTimeoutError: ExitCode.TIMED_OUT,
    e.ConfigurationError: ExitCode.NO_ACCESS,
    e.CredentialsError: ExitCode.NO_ACCESS,
    e.AccessDeniedError: ExitCode.NO_ACCESS,
    e.AccountNotAllowedError: ExitCode.NO_ACCESS,
    e.AwsConnectionError: ExitCode.NO_ACCESS,
    e.UnreadableAnswerError: ExitCode.NO_ACCESS,
    e.WrongAccountError: ExitCode.NO_ACCESS,
    e.WrongTableError: ExitCode.NO_ACCESS,
    e.BackupCancelledError: ExitCode.INTERRUPTED,
    e.StartCancelledError: ExitCode.INTERRUPTED,
    e.LookupCancelledError: ExitCode.INTERRUPTED,
    RestoreCancelledError: ExitCode.INTERRUPTED,
    v.VaultNotFoundError: ExitCode.NOT_FOUND,
    v.RecoveryPointGoneError: ExitCode.NOT_FOUND,
    v.VaultBackupTimeoutError: ExitCode.TIMED_OUT,
    v.OtherJobTimeoutError: ExitCode.TIMED_OUT,
    v.RestoreJobTimeoutError: ExitCode.TIMED_OUT,
    v.RecoveryPointStaysError: ExitCode.TIMED_OUT,
    v.VaultBackupCancelledError: ExitCode.INTERRUPTED,
    ComparisonCancelledError: ExitCode.INTERRUPTED,
}


def code_of(error: e.BackupError) -> ExitCode:
    """The exit code of a command that failed as a whole."""
    return next(_OF_ERRORS[kind] for kind in type(error).__mro__ if kind in _OF_ERRORS)


def code_of_all(errors: Iterable[e.BackupError]) -> ExitCode:
    """The exit code where some failed, each by itself: theirs if it is the same, else FAILED."""
    codes = {code_of(error) for error in errors}
    if ExitCode.INTERRUPTED in codes:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE if not codes else codes.pop() if len(codes) == 1 else ExitCode.FAILED
