"""The errors of a fleet as a whole. What fails for one table alone is in its own outcome."""

from __future__ import annotations

from ..errors import BackupError


class NoTableSelectedError(BackupError):
    """No table matches the request."""

    sentence = "No table matches {detail}"
    advice = (
        "Check the names, patterns, tags and regions, and which account the credentials belong to."
    )


class TablesMissingError(BackupError):
    """Some of the tables do not exist, and `all_or_nothing` is set. No backup was started."""

    sentence = "Not all tables exist, and all_or_nothing is set: {detail}"
    advice = "Check the names and the region, or take them out."
