"""What a person and a script see of backups: each kind of result, in all its forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from ..aws.fleet.finding import FindResult
from ..aws.fleet.records import FleetResult, TableOutcome
from ..aws.records import BackupRecord, BackupStatus, BackupSummary
from ..aws.restore.records import RestoreRecord
from ..aws.rules.text import readable_size
from ..display import final_line, iso
from . import unsearched
from .failures import as_json, of_outcomes
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


def size_of_all(backups: Iterable[BackupSummary | BackupRecord]) -> str:
    """The size of backups together, of which AWS may not tell all."""
    sizes = [backup.backup_size_bytes for backup in backups]
    known = [size for size in sizes if size is not None]
    unknown = len(sizes) - len(known)
    return readable_size(sum(known)) + (f" and {unknown} of unknown size" if unknown else "")


def total(backups: Sequence[BackupSummary], *, of: int) -> str:
    """How many backups were listed and their size; `of`: how many there are, listed or not."""
    if not backups:
        return "No backups found."
    states = Counter(backup.backup_status for backup in backups)
    mixed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    count = f"{len(backups)} of {of}" if of > len(backups) else f"{of}"
    noun = "backup" if of == 1 else "backups"
    size = size_of_all(backups)
    return f"{count} {noun}{f' ({mixed})' if len(states) > 1 else ''}, {size}"


def found(
    backups: Sequence[BackupSummary],
    result: FindResult,
    now: datetime,
    costs: Mapping[str, str] | None = None,
    **totals: object,
) -> Result:
    """Backups that were found, and what they come to.

    Args:
        backups: What was found.
        result: Where it was looked for.
        now: The moment that ages are told at.
        costs: What each costs a month, by ARN; None where nobody has asked.
        **totals: More of what they come to.
    """
    sizes = [backup.backup_size_bytes for backup in backups]
    return Result(
        {
            "backups": backups,
            "totals": {
                "count": len(backups),
                "size_bytes": sum(size or 0 for size in sizes),
                "by_status": Counter(backup.backup_status for backup in backups),
                **totals,
            },
            **unsearched.not_searched(result),
        },
        _listed(backups, now, result, costs=costs) if backups else [],
        [backup.backup_arn for backup in backups],
    )


def _listed(
    backups: Sequence[BackupSummary],
    now: datetime,
    result: FindResult,
    states: Mapping[str, str] | None = None,
    costs: Mapping[str, str] | None = None,
) -> Table:
    """A list of backups, with their regions where there are several.

    Args:
        backups: What is listed.
        now: The moment that ages are told at.
        result: Where it was looked for.
        states: What has become of each, by ARN, where that is not its status.
        costs: What each costs a month, by ARN; None leaves that out.
    """
    several = len(result.regions) > 1
    cost = () if costs is None else ("A MONTH",)
    return Table(
        ("TABLE", *["REGION"] * several, "NAME", "STATUS", "SIZE", *cost, "AGE", "TYPE"),
        [
            (
                backup.table_name,
                *[backup.region] * several,
                backup.backup_name,
                (states or {}).get(backup.backup_arn, backup.backup_status),
                size_of(backup.backup_size_bytes),
                *([] if costs is None else [costs[backup.backup_arn]]),
                age_of(backup.backup_creation_date_time, now),
                backup.backup_type,
            )
            for backup in backups
        ],
        [backup.backup_arn for backup in backups],
    )


def _to_the_minute(moment: datetime | None) -> str:
    return f"{iso(moment)[:16].replace('T', ' ')}Z" if moment else NOTHING


def to_delete(backups: Sequence[BackupRecord], now: datetime) -> Table:
    """Backups that somebody is asked about."""
    return Table(
        ("TABLE", "NAME", "STATUS", "SIZE", "AGE", "CREATED"),
        [
            (
                backup.table_name,
                backup.backup_name,
                backup.backup_status,
                size_of(backup.backup_size_bytes),
                age_of(backup.backup_creation_date_time, now),
                _to_the_minute(backup.backup_creation_date_time),
            )
            for backup in backups
        ],
        [backup.backup_arn for backup in backups],
    )


def taken(
    result: FleetResult,
    retention: Mapping[str, object] | None,
    *,
    alone: bool,
    shown: Sequence[TableOutcome],
) -> Result:
    """Backups that were taken. That of one table alone is told in the resource's own words.

    Args:
        result: How it ended for each table.
        retention: What became of older backups, if some were to go.
        alone: Whether there is one table alone.
        shown: What a person is shown a row of.
    """
    rows: Table | list[str] = _outcomes(shown) if shown else []
    finished = [outcome.record for outcome in result.outcomes if outcome.record is not None]
    return Result(
        {
            "backups": finished,
            "failed": of_outcomes(result.outcomes),
            "skipped": unsearched.skipped(result.skipped),
            "skipped_regions": result.regions_skipped,
            "elapsed_seconds": result.elapsed_seconds,
            "retention": retention,
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
        f"{record.elapsed_seconds:.1f}"
        if record and record.elapsed_seconds is not None
        else NOTHING,
    )


def waited_for(outcomes: Sequence[TableOutcome], found: FindResult) -> Result:
    """Backups that were waited for, and where none could be looked for."""
    finished = [outcome.record for outcome in outcomes if outcome.record is not None]
    unsearched = [as_json(error) for error in found.errors.values()]
    return Result(
        {
            "backups": finished,
            "failed": [*unsearched, *of_outcomes(outcomes)],
            "skipped_regions": found.regions_skipped,
        },
        [final_line(record, "after {:.1f}s of waiting") for record in finished],
        [record.backup_arn for record in finished],
    )


def restored(table: RestoreRecord) -> Result:
    """A table that was restored."""
    how = f"restored in {table.elapsed_seconds or 0:.1f}s from"
    if not table.certain:
        how = "and most likely (AWS no longer says) the restore of"
    lines = [
        f"Table '{table.table_name}' is {table.table_status}, {how} {table.origin}: "
        f"{table.table_arn}"
    ]
    if table.settings_set:
        lines.append(f"Set as on the source table: {', '.join(table.settings_set)}")
    if table.settings_left:
        lines.append(f"NOT set, set them yourself: {', '.join(table.settings_left)}")
    return Result({"table": table}, lines, [table.table_arn])


_DELETED: Final = "deleted"
_GONE: Final = "gone"


def deleted(outcomes: Sequence[TableOutcome], arns: Sequence[str]) -> Result:
    """Backups that were deleted, or were gone already."""
    away = _away(outcomes, arns)
    words = {_DELETED: "Deleted", _GONE: "Gone already"}
    return Result(
        {**_by_state(away), "failed": of_outcomes(outcomes)},
        [f"{words[state]}: {arn}" for arn, state in away.items()],
        list(away),
    )


def _away(outcomes: Sequence[TableOutcome], arns: Sequence[str]) -> dict[str, str]:
    """Those of `arns` that do not exist any more; `outcomes` are theirs, in the same order, or none."""
    return {
        arn: _DELETED if outcome.record else _GONE
        for outcome, arn in zip(outcomes, arns, strict=False)
        if outcome.error is None
    }


def _by_state(away: Mapping[str, str]) -> dict[str, object]:
    return {
        "deleted": [arn for arn, state in away.items() if state == _DELETED],
        "already_gone": [arn for arn, state in away.items() if state == _GONE],
    }


def swept(
    matching: Sequence[BackupSummary],
    outcomes: Sequence[TableOutcome],
    result: FindResult,
    now: datetime,
    *,
    yes: bool,
) -> Result:
    """Backups that a sweep has found and, with `yes`, deleted."""
    arns = [backup.backup_arn for backup in matching]
    away = _away(outcomes, arns)
    states = {**dict.fromkeys(arns, "failed"), **away} if yes else None
    told = unsearched.not_searched(result)
    told["failed"] = [*map(as_json, result.errors.values()), *of_outcomes(outcomes)]
    return Result(
        {"dry_run": not yes, "matching": matching, **_by_state(away), **told},
        _listed(matching, now, result, states) if matching else [],
        list(away) if yes else arns,
    )
