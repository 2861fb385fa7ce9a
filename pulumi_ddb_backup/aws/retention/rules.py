"""What a retention may ask for, and whose backup one is: pure, without a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from ..records import BackupStatus, BackupSummary
from ..rules.naming import is_generated_by_owner, is_generated_from
from ..rules.text import shown
from ..rules.validation import Failure
from ..rules.values import without_none
from .records import UTC, Owner, Why

COUNTS: Final = (
    "keep_last",
    "keep_hourly",
    "keep_daily",
    "keep_weekly",
    "keep_monthly",
    "keep_yearly",
)


def validate_retention(inputs: Mapping[str, object]) -> list[Failure]:
    """Every failure of a retention at once; None is the same as absent."""
    known = without_none(inputs)
    failures = [
        *(Failure(name, reason) for name in COUNTS for reason in _count(name, known.get(name, 0))),
        *(Failure("keep_within", reason) for reason in _within(known.get("keep_within"))),
        *(Failure("timezone", reason) for reason in _timezone(known.get("timezone", UTC))),
    ]
    if not failures and not known.get("keep_within") and not any(map(known.get, COUNTS)):
        failures.append(
            Failure("keep_last", "retention must keep something: give at least one keep_... rule")
        )
    return failures


def _count(name: str, value: object) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield f"{name} must be a whole number, 0 or more (got {shown(value)})"


def _within(value: object) -> Iterator[str]:
    if value is not None and (not isinstance(value, timedelta) or value <= timedelta()):
        yield f"keep_within must be a timedelta longer than 0 (got {shown(value)})"


def _timezone(value: object) -> Iterator[str]:
    try:
        zone(value)  # type: ignore[arg-type]  # whatever it is, it may fail
    except (LookupError, ValueError, OSError, TypeError, AttributeError):
        yield (
            "timezone must be an IANA time zone that this machine knows, such as Europe/Berlin "
            f"(got {shown(value)}); `pip install tzdata` if it knows none"
        )


def zone(name: str) -> tzinfo:
    """The time zone of that name. UTC is there even where a machine knows no zones."""
    return timezone.utc if name == UTC else ZoneInfo(name)


def left_alone(backup: BackupSummary, owner: Owner, table_id: str | None) -> Why | None:
    """Why a backup is never deleted for this owner; None if it may be.

    Args:
        backup: A backup under the table's name.
        owner: Whose backups are looked for.
        table_id: The id of the table that has the name now.
    """
    if backup.backup_type != "USER":
        return Why.NOT_USER
    if not is_generated_from(backup.backup_name, owner.backup_name_prefix):
        return Why.OTHER_NAME
    if not is_generated_by_owner(backup.backup_name, owner.backup_name_prefix, owner.mark):
        return Why.OTHER_OWNER
    if backup.backup_status != BackupStatus.AVAILABLE:
        return Why.NOT_AVAILABLE
    if not table_id or not backup.table_id:
        return Why.UNKNOWN_TABLE
    if backup.table_id != table_id:
        return Why.OTHER_TABLE
    if backup.backup_creation_date_time is None:
        return Why.UNKNOWN_TIME
    return None


def sorted_out(
    backups: Iterable[BackupSummary], owner: Owner, table_id: str | None
) -> tuple[list[BackupSummary], list[tuple[BackupSummary, Why]]]:
    """The backups that may be deleted for this owner, and the others, each with its reason."""
    candidates, others = [], []
    for backup in backups:
        why = left_alone(backup, owner, table_id)
        if why is None:
            candidates.append(backup)
        else:
            others.append((backup, why))
    return candidates, others
