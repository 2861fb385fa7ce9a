"""What a retention may ask for, and whose backup one is: pure, without a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from ..fleet.rules import named_everywhere, validate_selector
from ..records import BackupStatus, BackupSummary
from ..rules.durations import parse_duration
from ..rules.naming import is_generated_by, mark_in, nobodys_identity
from ..rules.scheduled import an_owner, is_schedule, owner_in
from ..rules.text import shown
from ..rules.validation import PREFIX_MAX, Failure, a_flag, a_name, a_timeout
from ..rules.values import without_none
from ..rules.zones import UTC, a_timezone
from .records import Retention, Why

COUNTS: Final = (
    "keep_last",
    "keep_hourly",
    "keep_daily",
    "keep_weekly",
    "keep_monthly",
    "keep_yearly",
)
RULES: Final = (*COUNTS, "keep_within", "timezone")


def validate_retention(inputs: Mapping[str, object]) -> list[Failure]:
    """Check the rules of a retention, and return every rule that they break.

    Args:
        inputs: The rules by their names, as `Retention.of` takes them. None is the same as absent.
    """
    known = without_none(inputs)
    failures = [
        *(
            Failure(name, f"retention has no rule {shown(name)}")
            for name in known
            if name not in RULES
        ),
        *(Failure(name, reason) for name in COUNTS for reason in _count(name, known.get(name, 0))),
        *(Failure("keep_within", reason) for reason in _within(known.get("keep_within"))),
        *(
            Failure("timezone", reason)
            for reason in a_timezone("timezone", known.get("timezone", UTC))
        ),
    ]
    if not failures and not known.get("keep_within") and not any(map(known.get, COUNTS)):
        failures.append(
            Failure(
                "keep_last",
                "retention must keep something: give keep_last, keep_daily or another of its rules",
            )
        )
    return failures


def _count(name: str, value: object) -> Iterator[str]:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or value < 0:  # type: ignore[operator]  # a number
        yield f"{name} must be a whole number, 0 or more (got {shown(value)})"


def _within(value: object) -> Iterator[str]:
    length = parse_duration(value) if isinstance(value, str) else value
    if value is not None and (not isinstance(length, timedelta) or length <= timedelta()):
        yield f"keep_within must be a length of time such as 36h or 30d (got {shown(value)})"


def validate_prune(inputs: Mapping[str, object]) -> list[Failure]:
    """Check a `PruneRequest`, and return every rule that it breaks.

    Args:
        inputs: What its `inputs()` returns.
    """
    retention = inputs.get("retention")
    return [
        *validate_selector(inputs),
        *named_everywhere(inputs),
        *(
            validate_retention(retention.inputs())
            if isinstance(retention, Retention)
            else [Failure("retention", f"retention must be a Retention (got {shown(retention)})")]
        ),
        *(Failure("backup_name_prefix", reason) for reason in _prefix(inputs)),
        *(
            Failure("owner", reason)
            for reason in an_owner("owner", inputs.get("owner"), deletes=True)
        ),
        *(Failure("dry_run", reason) for reason in a_flag("dry_run", inputs.get("dry_run", True))),
        *(Failure("timeout", reason) for reason in a_timeout(inputs.get("timeout"))),
    ]


def _prefix(inputs: Mapping[str, object]) -> Iterator[str]:
    value = inputs.get("backup_name_prefix")
    text = value.replace("{table}", "") if isinstance(value, str) else value
    if text == "" and value:
        return  # {table} alone
    yield from a_name("backup_name_prefix", text, 1, PREFIX_MAX)


def left_alone(backup: BackupSummary, prefix: str, owner: str | None) -> Why | None:
    """Why a backup is never deleted, whatever its table is; None if it may be.

    Args:
        backup: A backup under the table's name.
        prefix: What names are made from; only backups with such a name may go.
        owner: The mark of the owner whose backups may go. None means the backups that the library
            or the command line took, on behalf of nobody but the table.
    """
    if backup.backup_type != "USER":
        return Why.NOT_USER
    if why := _not_of_owner(backup, prefix, owner):
        return why
    if backup.backup_status != BackupStatus.AVAILABLE:
        return Why.NOT_AVAILABLE
    if backup.backup_creation_date_time is None:
        return Why.UNKNOWN_TIME
    return None


def _not_of_owner(backup: BackupSummary, prefix: str, owner: str | None) -> Why | None:
    """Why a backup's name does not prove that it is the owner's; None if it does."""
    name, table = backup.backup_name, backup.table_name
    if is_schedule(owner):
        found = owner_in(name, table) if name.startswith(prefix) else None
        if not is_schedule(found):
            return Why.OTHER_NAME
        return None if found == owner else Why.OTHER_OWNER
    mark = mark_in(name, prefix)
    if mark is None:
        return Why.OTHER_NAME
    nobodys = is_generated_by(name, prefix, nobodys_identity(table))
    return Why.OTHER_OWNER if (mark != owner if owner else not nobodys) else None


def of_another_table(
    backup: BackupSummary, table_arn: str | None, table_id: str | None
) -> Why | None:
    """Why a backup is not known to be of the table that has its name now; None if it is."""
    if not table_id or not backup.table_id or not table_arn:
        return Why.UNKNOWN_TABLE
    same = (backup.table_arn, backup.table_id) == (table_arn, table_id)
    return None if same else Why.OTHER_TABLE
