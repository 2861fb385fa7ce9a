"""What Ctrl-C leaves of an operation on many tables, in a few lines, however many they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ..aws.errors import BackupCancelledError, LookupCancelledError, StartCancelledError
from ..aws.fleet.records import TableOutcome
from .failures import waiting


def is_left(outcome: TableOutcome) -> bool:
    """Whether it was only left alone: nothing failed, and nobody doubts what AWS did."""
    error = outcome.error
    left = isinstance(error, (BackupCancelledError, StartCancelledError, LookupCancelledError))
    return left and error is not None and not error.facts.doubt and not outcome.table.is_region


def lines(
    outcomes: Sequence[TableOutcome], missed: str, command: Callable[..., str]
) -> Iterator[str]:
    """What to say of those that were left alone, if any.

    Args:
        outcomes: How it ended for each.
        missed: What has not become of those that failed, such as "not AVAILABLE".
        command: Makes a command line that calls AWS as this one did.
    """
    left = [outcome for outcome in outcomes if is_left(outcome)]
    if not left:
        return
    arns = [arn for one in left if (arn := _going_on(one))]
    unstarted = sum(isinstance(one.error, StartCancelledError) for one in left)
    others = len(left) - len(arns) - unstarted
    done = sum(outcome.record is not None for outcome in outcomes)
    told = ["Stopped waiting." if arns else "Stopped."]
    told += [f"{_backups(len(arns), 'goes on', 'go on')} in AWS."] if arns else []
    told += [f"{_backups(unstarted, 'was', 'were')} not started."] if unstarted else []
    told += [f"{_backups(others, 'is', 'are')} {missed}."] if others else []
    told += [f"{_backups(done, 'is', 'are')} done."] if done else []
    yield " ".join(told)
    if arns:
        yield waiting(arns, {one.table.region for one in left if _going_on(one)}, command)


def _going_on(outcome: TableOutcome) -> str | None:
    error = outcome.error
    return error.facts.backup_arn if isinstance(error, BackupCancelledError) else None


def _backups(count: int, one: str, many: str) -> str:
    return f"1 backup {one}" if count == 1 else f"{count} backups {many}"
