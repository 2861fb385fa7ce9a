"""Finding backups: all pages of AWS's list, and what of them was looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from ..calls.account import every_page
from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..errors import TableNotFoundError, WrongTableError
from ..records import BackupQuery, BackupStatus, BackupSummary, Table
from ..running.run import Run
from .belonging import Belongs, belongs
from .calls import describe_table, find_backups


@dataclass(frozen=True, slots=True)
class Recent:
    """A backup, and how old it is by AWS's clock."""

    backup: BackupSummary
    age: timedelta


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest backup of a table that can be restored.

    Attributes:
        backup: The backup, or None.
        region: The region that was looked in.
        table_exists: Whether a table of that name exists; if not, every backup under the name counts.
        passed_over: How many AVAILABLE backups under the name don't count: they are of an earlier
            table of that name, or AWS does not tell whose they are.
    """

    backup: BackupSummary | None
    region: str
    table_exists: bool
    passed_over: int = 0


_LONG_AGO: Final = datetime.fromtimestamp(0, timezone.utc)


async def find(query: BackupQuery, run: Run) -> list[BackupSummary]:
    """All backups that `query` asks for, newest first."""
    await run.require_allowed_caller(query.table_arn.arn if query.table_arn else None)
    pages = await every_page(
        Api.LIST_BACKUPS,
        lambda after: run.call(
            Api.LIST_BACKUPS, lambda within: find_backups(run.dynamodb, query, after, within)
        ),
        run.deadline,
    )
    found = (backup for page in pages for backup in page if query.matches(backup))
    return sorted(found, key=_moment, reverse=True)


async def latest(query: BackupQuery, run: Run) -> BackupSummary | None:
    """The newest backup that `query` asks for and that can be restored."""
    found = await find(query, run)
    available = (backup for backup in found if backup.backup_status == BackupStatus.AVAILABLE)
    return next(available, None)


async def latest_own(query: BackupQuery, run: Run) -> Latest:
    """The newest AVAILABLE backup of the very table that exists now; once it is gone, of its name."""
    table = await _table_now(query, run)
    found = await find(query, run)
    available = [one for one in found if one.backup_status == BackupStatus.AVAILABLE]
    own = [one for one in available if belongs(one, table) is Belongs.YES]
    newest, passed_over = next(iter(own), None), len(available) - len(own)
    return Latest(newest, run.dynamodb.region, table is not None, passed_over)


async def _table_now(query: BackupQuery, run: Run) -> Table | None:
    """The table as AWS describes it; None where there is none with that name, or ARN."""
    try:
        table = await run.call(
            Api.DESCRIBE_TABLE,
            lambda within: describe_table(run.dynamodb, run.table_name, within),
        )
    except AwsFailure as failure:
        if failure.row.error is not TableNotFoundError:
            raise
        return None
    if query.table_arn and table.arn != query.table_arn.arn:
        raise WrongTableError(run.stage, run.facts(detail=table.arn))
    return table


async def recent(query: BackupQuery, within: timedelta, run: Run) -> Recent | None:
    """The newest AVAILABLE backup of the very table that exists now, if it is no older than this.

    A table that was deleted and made again under its name has another id: what was backed up of
    the old one says nothing of the new one's items.
    """
    table = await run.call(
        Api.DESCRIBE_TABLE,
        lambda within_seconds: describe_table(run.dynamodb, run.table_name, within_seconds),
    )
    for backup in await find(query, run):
        taken = backup.backup_creation_date_time
        if backup.backup_status == BackupStatus.AVAILABLE and taken is not None:
            same = table.table_id is not None and backup.table_id == table.table_id
            age = max(timedelta(), run.dynamodb.aws_now() - taken)
            return Recent(backup, age) if same and age <= within else None
    return None


def _moment(backup: BackupSummary) -> tuple[datetime, str]:
    return backup.backup_creation_date_time or _LONG_AGO, backup.backup_arn
