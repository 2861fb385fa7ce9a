"""What a person and a script see of backups: each kind of result, in all its forms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from ..aws.fleet.records import FleetResult, TableOutcome
from ..aws.records import BackupRecord, BackupStatus, BackupSummary
from ..aws.restore.records import RestoreRecord
from ..display import final_line, iso, readable_size
from .failures import of_outcomes
from .output import Result, Table

NOTHING: Final = "-"
_AGES: Final = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def age_of(moment: datetime | None, now: datetime) -> str:
    """How long ago it was, in its largest unit: `2d`, `3h`."""
    return span_of(None if moment is None else max(timedelta(), now - moment))


def span_of(length: timedelta | None) -> str:
    """A length of time in its largest unit: `2d`, `3h`."""
    if length is None:
        return NOTHING
    seconds = length // timedelta(seconds=1)
    return next((f"{seconds // size}{unit}" for unit, size in _AGES if seconds >= size), "0s")


def exactly(length: timedelta) -> str:
    """A length of time in the largest unit that leaves nothing over: `26h`, `90m`."""
    seconds = length // timedelta(seconds=1)
    return next(f"{seconds // size}{unit}" for unit, size in _AGES if seconds % size == 0)


def size_of(count: int | None) -> str:
    """A number of bytes for a person."""
    return NOTHING if count is None else readable_size(count)


def listed(
    backups: Sequence[BackupSummary], now: datetime, gone: Collection[str] | None = None
) -> Table:
    """A list of backups. Their region is in their ARN.

    Args:
        backups: What is listed.
        now: The moment that ages are told at.
        gone: The ARNs of those deleted, where all of them were to be.
    """
    return Table(
        ("TABLE", "NAME", "STATUS", "SIZE", "AGE", "TYPE"),
        [
            (
                backup.table_name,
                backup.backup_name,
                _status(backup, gone),
                size_of(backup.backup_size_bytes),
                age_of(backup.backup_creation_date_time, now),
                backup.backup_type,
            )
            for backup in backups
        ],
        [backup.backup_arn for backup in backups],
    )


def _status(backup: BackupSummary, gone: Collection[str] | None) -> str:
    if gone is None:
        return backup.backup_status
    return "deleted" if backup.backup_arn in gone else "failed"


def taken(result: FleetResult, *, alone: bool, shown: Sequence[TableOutcome]) -> Result:
    """Backups that were taken. That of one table alone is told in the resource's own words.

    Args:
        result: How it ended for each table.
        alone: Whether there is one table alone.
        shown: What a person is shown a row of.
    """
    rows: Table | list[str] = _outcomes(shown) if shown else []
    finished = [outcome.record for outcome in result.outcomes if outcome.record is not None]
    return Result(
        {
            "backups": finished,
            "failed": of_outcomes(result.outcomes),
            "skipped": skipped(result.skipped),
            "elapsed_seconds": result.elapsed_seconds,
        },
        list(map(_line, finished)) if alone else rows,
        [record.backup_arn for record in finished],
    )


def _line(record: BackupRecord) -> str:
    if record.backup_status == BackupStatus.CREATING:  # it is not waited for
        return (
            f"Backup '{record.backup_name}' of table '{record.table_name}' started: "
            f"{record.backup_arn}"
        )
    return final_line(record)


def skipped(outcomes: Sequence[TableOutcome]) -> list[dict[str, str]]:
    """Tables that were found and are on their way out of AWS."""
    return [
        {
            "table_name": outcome.table.table_name,
            "region": outcome.table.region,
            "reason": outcome.skipped,
        }
        for outcome in outcomes
    ]


def _outcomes(outcomes: Sequence[TableOutcome]) -> Table:
    return Table(
        ("TABLE", "REGION", "STATUS", "SIZE", "SECONDS"),
        [_row(outcome) for outcome in outcomes],
        [outcome.backup.backup_arn if outcome.backup else "" for outcome in outcomes],
    )


def _row(outcome: TableOutcome) -> tuple[str, ...]:
    backup, record = outcome.backup, outcome.record
    return (
        outcome.table.table_name,
        outcome.table.region,
        backup.backup_status if backup else "skipped" if outcome.skipped else "failed",
        size_of(record.backup_size_bytes if record else None),
        f"{record.elapsed_seconds:.1f}" if record and record.elapsed_seconds else NOTHING,
    )


def waited_for(outcomes: Sequence[TableOutcome]) -> Result:
    """Backups that were waited for."""
    finished = [outcome.record for outcome in outcomes if outcome.record is not None]
    return Result(
        {"backups": finished, "failed": of_outcomes(outcomes)},
        [final_line(record, "after {:.1f}s of waiting") for record in finished],
        [record.backup_arn for record in finished],
    )


def described(backup: BackupRecord, now: datetime) -> Result:
    """One backup, with all that AWS tells of it."""
    return Result({"backup": backup}, list(_facts(backup, now)), [backup.backup_arn])


def _facts(backup: BackupRecord, now: datetime) -> Iterator[str]:
    created, size = backup.backup_creation_date_time, backup.backup_size_bytes
    facts = {
        "Backup": backup.backup_name,
        "ARN": backup.backup_arn,
        "Status": backup.backup_status,
        "Created": f"{iso(created)} ({age_of(created, now)} ago)" if created else NOTHING,
        "Size": size_of(size) + (f" ({size} bytes)" if size and size >= 1024 else ""),
        "Table": backup.table_name,
        "Table ARN": backup.table_arn,
        "Table size": size_of(backup.table_size_bytes),
        "Items": NOTHING if backup.item_count is None else str(backup.item_count),
    }
    width = max(map(len, facts)) + 2
    for name, value in facts.items():
        yield f"{name:{width}}{value}"


def restored(table: RestoreRecord) -> Result:
    """A table that was restored."""
    how = f"restored in {table.elapsed_seconds or 0:.1f}s from"
    if not table.certain:
        how = "and most likely (AWS no longer says) the restore of"
    lines = [
        f"Table '{table.table_name}' is {table.table_status}, {how} {table.backup_arn}: "
        f"{table.table_arn}"
    ]
    if table.settings_set:
        lines.append(f"Set as on the source table: {', '.join(table.settings_set)}")
    if table.settings_left:
        lines.append(f"NOT set, set them yourself: {', '.join(table.settings_left)}")
    return Result({"table": table}, lines, [table.table_arn])


def deleted(outcomes: Sequence[TableOutcome], arns: Sequence[str]) -> Result:
    """Backups that were deleted, or were gone already."""
    away = gone(outcomes, arns)
    return Result(
        {"deleted": away, "failed": of_outcomes(outcomes)}, [f"Gone: {arn}" for arn in away], away
    )


def gone(outcomes: Sequence[TableOutcome], arns: Sequence[str]) -> list[str]:
    """Those of `arns` that are deleted; `outcomes` are theirs, in the same order, or none."""
    return [arn for outcome, arn in zip(outcomes, arns, strict=False) if outcome.error is None]
