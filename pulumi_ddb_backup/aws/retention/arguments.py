"""The rules of a retention, as a program writes them."""

from __future__ import annotations

from typing import TypedDict


class RetentionArgs(TypedDict, total=False):
    """Which backups are kept. The rules and their meaning are restic's: any rule keeps a backup.

    Only AVAILABLE backups that this very resource or hook took, of the very table that has the name
    now, are ever deleted; its newest one never is. At least one rule must keep something.
    """

    keep_last: int
    """The newest so many."""
    keep_hourly: int
    """The newest of each hour, for so many hours that have a backup."""
    keep_daily: int
    """The same for days."""
    keep_weekly: int
    """The same for ISO weeks, which begin on Monday."""
    keep_monthly: int
    """The same for months."""
    keep_yearly: int
    """The same for years."""
    keep_within: str
    """All that are no older than this, counted back from the newest: `36h`, `30d`, `1w3d`."""
    timezone: str
    """Where hours, days, weeks, months and years begin: an IANA name. Default: `UTC`."""
