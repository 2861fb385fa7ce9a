"""Names of backups that AWS's scheduler takes: `{table}-sched-{8 hex}-{id of the execution}`.

The first four digits stand for the schedule, as in every name that this package makes. The other four
follow from these and from the table's name, so a name that somebody chose is not taken for one of these:
both halves would have to be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .naming import digest, generated_mark, owner_mark
from .text import shown

SCHEDULED_PREFIX: Final = "{table}-sched-"
"""What all of these names begin with."""
EXECUTION_ID: Final = "<aws.scheduler.execution-id>"
"""What the scheduler replaces by the id of each attempt."""
EXECUTION_ID_ROOM: Final = 36
"""How long that id may be. AWS documents no length; its example has 16 characters, a UUID has 36."""
ANY_SCHEDULE: Final = "schedule"
"""The owner that stands for all schedules, where backups are only looked at."""
_OWNER: Final = re.compile(r"(?:schedule-)?[0-9a-f]{4}")
_CHECKED_LENGTH: Final = 4


def _check_digits(table: str, mark: str) -> str:
    return digest({"schedule": mark, "table": table})[:_CHECKED_LENGTH]


def schedule_owner(urn: str) -> str:
    """The owner of the backups of the schedule with this URN: `schedule-` and four hex digits."""
    return f"{ANY_SCHEDULE}-{owner_mark({'urn': urn})}"


def is_schedule(owner: str | None) -> bool:
    """Whether an owner is a schedule."""
    return owner is not None and owner.startswith(f"{ANY_SCHEDULE}-")


def scheduled_prefix(table: str, owner: str) -> str:
    """The start of the names of the backups that the schedule `owner` takes of a table."""
    mark = owner.removeprefix(f"{ANY_SCHEDULE}-")
    return f"{table}-sched-{mark}{_check_digits(table, mark)}-"


SCHEDULED_LENGTH: Final = len(scheduled_prefix("", "schedule-0000")) + EXECUTION_ID_ROOM
"""How long such a name is without the table's own."""


def owner_in(name: str, table: str) -> str | None:
    """The owner of a backup of `table`, by its name; None if the name was not made by this package."""
    found = re.fullmatch(
        rf"{re.escape(table)}-sched-([0-9a-f]{{4}})([0-9a-f]{{4}})-[0-9A-Za-z_-]+", name
    )
    if found and found[2] == _check_digits(table, found[1]):
        return f"{ANY_SCHEDULE}-{found[1]}"
    return generated_mark(name)


def is_of(owner: str | None, name: str, table: str) -> bool:
    """Whether a backup of `table` with this name is of `owner`; None is anybody."""
    if owner is None:
        return True
    found = owner_in(name, table)
    return found == owner or (owner == ANY_SCHEDULE and is_schedule(found))


def an_owner(name: str, value: object, *, deletes: bool = False) -> Iterator[str]:
    """What is wrong with the owner in the input `name`, if it is given.

    Args:
        name: The name of the input.
        value: What was given.
        deletes: Whether backups are deleted: then all schedules at once are no owner.
    """
    if value is None or (isinstance(value, str) and _OWNER.fullmatch(value)):
        return
    if value != ANY_SCHEDULE:
        yield (
            f"{name} must be the four hex digits of an owner in a backup's name, or `schedule-` and "
            f"those of a BackupSchedule, such as schedule-89ab (got {shown(value)})"
        )
    elif deletes:
        yield (
            f"{name} must name one schedule, such as schedule-89ab: its output `owner` has it "
            f"(got {shown(value)}, which is every schedule)"
        )
