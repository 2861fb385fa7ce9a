"""What a prune has done, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..cost.estimate import a_month
from ..cost.files import prices_in_use
from ..cost.prices import Prices
from ..cost.words import a_month_text, less_text
from ..records import BackupSummary
from ..rules.text import counted, readable_size
from .records import PruneResult


def summary(result: PruneResult, prices: Mapping[str, Prices] | None = None) -> str:
    """One line: what stays and costs, what went, and what could not go.

    Args:
        result: What became of the backups.
        prices: Prices by region. Default: those in use; see `prices_in_use`.
    """
    trouble = ""
    if prices is None:
        prices, trouble = prices_in_use()
    kept = [one.backup for table in result.tables for one in table.kept]
    gone = [
        one for table in result.tables for one in table.expired if one.backup_arn in table.deleted
    ]
    failed = sum(len(table.failed) for table in result.tables)
    told = [f"keeps {_sized(kept)}{a_month_text(a_month(kept, prices))}"]
    if gone:
        told.append(f"deleted {len(gone)}{less_text(a_month(gone, prices))}")
    if failed:
        told.append(f"could not delete {failed}")
    if trouble:
        told.append(trouble)
    return "; ".join(told)


def troubles(result: PruneResult) -> list[str]:
    """Why something that has expired is still there, a line each."""
    told = [f"{region}: {error}" for region, error in result.errors.items()]
    for table in result.tables:
        if table.table.region in result.errors:
            continue
        if table.error is not None:
            told.append(f"{table.table.shown}: {table.error}")
        if table.doubt:
            told.append(f"{table.table.shown}: nothing was deleted: {table.doubt}")
        told += [f"{arn}: {error}" for arn, error in table.failed.items()]
    return [first_line(line) for line in told]


def first_line(text: object) -> str:
    """The first line of a message, which says what went wrong."""
    return str(text).splitlines()[0]


def _sized(backups: Sequence[BackupSummary]) -> str:
    sizes = [one.backup_size_bytes for one in backups if one.backup_size_bytes is not None]
    size = readable_size(sum(sizes)) if sizes or not backups else "of unknown size"
    return f"{counted(len(backups), 'backup')}, {size}"
