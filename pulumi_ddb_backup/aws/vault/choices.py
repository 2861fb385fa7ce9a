"""Inputs of a backup in a vault that are one of a few words, and the limits of its numbers."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

WaitFor: TypeAlias = Literal["started", "completed", "copies"]
OnLocked: TypeAlias = Literal["warn", "fail"]

WAIT_FOR: Final[tuple[WaitFor, ...]] = get_args(WaitFor)
WAIT_FOR_DEFAULT: Final = "copies"
ON_LOCKED: Final[tuple[OnLocked, ...]] = get_args(OnLocked)
ON_LOCKED_DEFAULT: Final = "warn"

VAULT_TIMEOUT_DEFAULT_SECONDS: Final = 7200
VAULT_TIMEOUT_MAX_SECONDS: Final = 86_400
START_WINDOW_DEFAULT_MINUTES: Final = 60
"""AWS's own default is 8 hours, in which a job that can't start looks like one that is about to."""
START_WINDOW_MIN_MINUTES: Final = 60
START_WINDOW_MAX_MINUTES: Final = 1440
COLD_MIN_DAYS: Final = 90
"""How long a recovery point must stay in cold storage."""
DAYS_MAX: Final = 36_500
COPIES_MAX: Final = 20
