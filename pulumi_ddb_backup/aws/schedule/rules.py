"""What a schedule may be asked for: pure, without a call.

The limits are those of EventBridge Scheduler's API: a test compares them with botocore's model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..rules.arns import plain_name
from ..rules.expressions import an_expression
from ..rules.numbers import a_count
from ..rules.program_names import a_resource_name
from ..rules.scheduled import SCHEDULED_LENGTH
from ..rules.tables import a_list_of_tables
from ..rules.validation import NAME_MAX, Failure, a_flag
from ..rules.zones import a_timezone

TIMEZONE_MAX: Final = 50
WINDOW_MAX_MINUTES: Final = 1440
RETRIES_MAX: Final = 185
EVENT_AGE_SECONDS: Final = (60, 86_400)
TABLE_NAME_MAX: Final = NAME_MAX - SCHEDULED_LENGTH


def validate_schedule(inputs: Mapping[str, object]) -> list[Failure]:
    """Check the inputs of a `BackupSchedule`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs; a table of None is not known yet.
    """
    window, tries = inputs.get("flexible_window_minutes"), inputs.get("maximum_retry_attempts")
    least, most = EVENT_AGE_SECONDS
    reasons: dict[str, Iterator[str]] = {
        "resource_name": a_resource_name(inputs.get("resource_name")),
        "tables": _tables(inputs.get("tables")),
        "schedule": an_expression("schedule", inputs.get("schedule")),
        "timezone": _timezone(inputs.get("timezone")),
        "flexible_window_minutes": a_count(
            "flexible_window_minutes", window, 0, WINDOW_MAX_MINUTES
        ),
        "maximum_retry_attempts": a_count("maximum_retry_attempts", tries, 0, RETRIES_MAX),
        "maximum_event_age_seconds": a_count(
            "maximum_event_age_seconds", inputs.get("maximum_event_age_seconds"), least, most
        ),
        "enabled": a_flag("enabled", inputs.get("enabled")),
    }
    return [Failure(name, reason) for name, found in reasons.items() for reason in found]


def a_scheduled_table(name: str, value: object) -> Iterator[str]:
    """What is wrong with the length of a table's name, for the names of its backups."""
    table = plain_name(value) if isinstance(value, str) else ""
    if len(table) > TABLE_NAME_MAX:
        yield (
            f"{name} must have a name of {TABLE_NAME_MAX} characters or less: it is a part of each "
            f"backup's name, which AWS limits to {NAME_MAX} (got {len(table)})"
        )


def _tables(value: object) -> Iterator[str]:
    yield from a_list_of_tables("tables", value)
    for at, one in enumerate(value if isinstance(value, (list, tuple)) else ()):
        yield from a_scheduled_table(f"tables[{at}]", one)


def _timezone(value: object) -> Iterator[str]:
    yield from a_timezone("timezone", value)
    if isinstance(value, str) and len(value) > TIMEZONE_MAX:
        yield f"timezone must be {TIMEZONE_MAX} characters or less (got {len(value)})"
