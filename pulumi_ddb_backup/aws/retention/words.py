"""What a prune has done, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..cost.estimate import a_month
from ..cost.prices import SHIPPED, Prices
from ..cost.words import amount_text, source_text
from ..records import BackupSummary
from ..rules.text import readable_size
from .records import PruneResult


def summary(result: PruneResult, prices: Mapping[str, Prices] = SHIPPED) -> str:
    """One line: what stays and costs, what went, and what could not go."""
    kept = [one.backup for table in result.tables for one in table.kept]
    gone = [
        one for table in result.tables for one in table.expired if one.backup_arn in table.deleted
    ]
    failed = sum(len(table.failed) for table in result.tables)
    told = [f"keeps {_counted(kept)}{_cost(kept, prices)}"]
    if gone:
        saved = a_month(gone, prices)
        less = f", about {amount_text(saved)} a month less" if saved.prices else ""
        told.append(f"deleted {_counted(gone)}{less}")
    if failed:
        told.append(f"could not delete {failed}")
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


def _counted(backups: Iterable[BackupSummary]) -> str:
    backups = list(backups)
    noun = "backup" if len(backups) == 1 else "backups"
    sizes = [one.backup_size_bytes for one in backups if one.backup_size_bytes is not None]
    size = readable_size(sum(sizes)) if sizes or not backups else "of unknown size"
    return f"{len(backups)} {noun}, {size}"


def _cost(backups: Iterable[BackupSummary], prices: Mapping[str, Prices]) -> str:
    estimate = a_month(backups, prices)
    source = source_text(estimate)
    if not estimate.prices or not estimate.amount:
        return f" ({source})" if estimate.unknown_regions else ""
    return f", about {amount_text(estimate)} a month ({source})"
