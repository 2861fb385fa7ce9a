"""What a check may be asked, and which of a table's backups count: pure, without a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from ..backup.belonging import Belongs, belongs
from ..fleet.requests import TableRef
from ..fleet.rules import named_everywhere, validate_selector
from ..records import BackupStatus, BackupSummary
from ..rules.scheduled import an_owner
from ..rules.text import shown
from ..rules.validation import Failure, a_flag, validate_query
from ..tables import Table
from .records import CheckedTable, Freshness


def validate_check(inputs: Mapping[str, object]) -> list[Failure]:
    """Check the inputs of a `CheckRequest`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs. None is the same as leaving it out.
    """
    of_backups = ("backup_name_prefix", "backup_type", "timeout")
    return [
        *validate_selector(inputs),
        *named_everywhere(inputs),
        *(Failure("max_age", reason) for reason in _max_age(inputs.get("max_age"))),
        *(Failure("by_name", reason) for reason in a_flag("by_name", inputs.get("by_name", False))),
        *(Failure("owner", reason) for reason in an_owner("owner", inputs.get("owner"))),
        *validate_query({name: inputs.get(name) for name in of_backups}),
    ]


def _max_age(value: object) -> Iterator[str]:
    if not isinstance(value, timedelta) or value <= timedelta():
        yield f"max_age must be a timedelta longer than 0 (got {shown(value)})"


def judged_table(
    ref: TableRef,
    table: Table | None,
    backups: Iterable[BackupSummary],
    now: datetime,
    max_age: timedelta,
) -> CheckedTable:
    """What is known of a table's backups at one moment.

    Args:
        ref: The table.
        table: As AWS describes it; None where the name is all that counts.
        backups: All backups under its name, in any order.
        now: The moment, by AWS's clock.
        max_age: The oldest that its newest backup may be.
    """
    told = list(backups)
    whose = {one.backup_arn: belongs(one, table) for one in told}
    own = [one for one in told if whose[one.backup_arn] is Belongs.YES]
    newest = _newest(own, BackupStatus.AVAILABLE)
    age = None
    if newest is not None and newest.backup_creation_date_time is not None:
        age = max(timedelta(), now - newest.backup_creation_date_time)
    available = [one for one in told if one.backup_status == BackupStatus.AVAILABLE]
    of_deleted = sum(whose[one.backup_arn] is Belongs.NO for one in available)
    counted = sum(
        whose[one.backup_arn] is Belongs.YES and one.backup_creation_date_time is not None
        for one in available
    )
    return CheckedTable(
        ref,
        _state(age, max_age),
        table_arn=table.arn if table else next((one.table_arn for one in told), ref.table_arn),
        newest=newest,
        age=age,
        creating=_newest(own, BackupStatus.CREATING),
        of_deleted=of_deleted,
        in_doubt=len(available) - of_deleted - counted,
        backups=sorted(told, key=lambda one: one.backup_arn),
    )


def _state(age: timedelta | None, max_age: timedelta) -> Freshness:
    if age is None:
        return Freshness.MISSING
    return Freshness.OK if age <= max_age else Freshness.LATE


def _newest(backups: Iterable[BackupSummary], status: BackupStatus) -> BackupSummary | None:
    """The newest in this state of which AWS tells the time."""
    timed = [
        (moment, backup.backup_arn, backup)
        for backup in backups
        if backup.backup_status == status and (moment := backup.backup_creation_date_time)
    ]
    return max(timed, key=lambda one: one[:2])[2] if timed else None
