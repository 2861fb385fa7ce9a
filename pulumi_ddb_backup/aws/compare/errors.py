"""The errors of a comparison."""

from __future__ import annotations

from typing import Final

from ..errors import BackupError

_GO_ON: Final = (
    "With a state file, {again} to continue from there; without one, the next run starts over."
)


class NotComparableError(BackupError):
    """The two tables can't be compared, or the state file belongs to another comparison."""

    sentence = "Table '{table_name}' can't be compared: {detail}"


class ComparisonTimeoutError(BackupError):
    """The timeout passed before the comparison was complete."""

    sentence = (
        "The comparison of table '{table_name}' was not complete after {timeout}s. "
        "It got this far: {detail}"
    )
    advice = _GO_ON


class ComparisonCancelledError(BackupError):
    """The caller cancelled the comparison."""

    stopped = True
    sentence = "The comparison of table '{table_name}' was cancelled. It got this far: {detail}"
    advice = _GO_ON
