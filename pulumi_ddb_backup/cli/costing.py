"""`ddb-backup cost`: what backups cost, table by table, and what a retention would save."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typer

from ..aws.clock import SystemClock
from ..aws.cost.estimate import Estimate, a_month, rest_of_month, this_month
from ..aws.cost.prices import Prices
from ..aws.cost.words import amount_text, source_text
from ..aws.errors import ValidationError
from ..aws.fleet.finding import FindResult
from ..aws.fleet.requests import TableRef
from ..aws.records import BackupSummary
from ..aws.retention.foreseeing import Foreseen, foreseen
from ..aws.retention.records import Retention
from ..aws.retention.rules import validate_retention
from ..aws.rules.text import counted
from . import unsearched, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .finding import Exclude, Tables, find, search
from .keeping import KEEPING, retention_of
from .options import AllRegions, Prefix, Regions
from .output import Result, Table
from .pricing import PricesFile, as_json, known_prices, totals
from .session import Session

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class _By:
    """What costs are told by: prices, a moment, and the retention that would be, if any."""

    prices: Mapping[str, Prices]
    now: datetime
    retention: Retention | None


@command(app, after=KEEPING)
def cost(
    session: Session,
    tables: Tables = None,
    exclude: Exclude = None,
    prefix: Prefix = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    prices: PricesFile = None,
    **rules: Any,
) -> ExitCode:
    """Estimate what backups cost, and what a retention would save.

    THIS MONTH is what they come to if all stay until the month ends. A MONTH is what they come to in
    every month from then on. With --keep-daily and the like, GO is how many a retention would not
    keep, and SAVES what they cost a month; nothing is deleted. AWS tells sizes, which it updates
    about every six hours, and no prices: a region without a known price has none here.

    Examples:
        # All backups of a region
        $ ddb-backup cost
        # Those of production tables, wherever they are, by your own prices
        $ ddb-backup cost 'prod-*' --all-regions --prices prices.json
        # What it would save to keep a week of daily ones and a year of monthly ones
        $ ddb-backup cost --prefix nightly- --keep-daily 7 --keep-monthly 12
    """
    by = _By(known_prices(session, prices), SystemClock().now(), _wanted(rules))
    found = find(
        session, search(session, tables, exclude, region, all_regions=all_regions, prefix=prefix)
    )
    session.screen.result(_shown(found, by))
    for line in _told(found.backups, by):
        session.screen.notice(line)
    return code_of_all(found.errors.values())


def _wanted(rules: Mapping[str, Any]) -> Retention | None:
    """The retention that is asked about; None if none is.

    Raises:
        ValidationError: It breaks a rule.
    """
    retention = retention_of(rules)
    if retention is None:
        return None
    if failures := validate_retention(retention.inputs()):
        raise ValidationError(failures)
    return retention


def _by_table(backups: Sequence[BackupSummary]) -> Mapping[TableRef, Sequence[BackupSummary]]:
    owned: dict[TableRef, list[BackupSummary]] = defaultdict(list)
    for backup in backups:
        owned[TableRef(backup.region, backup.table_name)].append(backup)
    return dict(sorted(owned.items()))


def _shown(found: FindResult, by: _By) -> Result:
    owned = _by_table(found.backups)
    saving = ("GO", "SAVES") if by.retention else ()
    return Result(
        {
            "tables": [
                {"table_name": table.table_name, "region": table.region, **_figures(backups, by)}
                for table, backups in owned.items()
            ],
            "totals": _figures(found.backups, by),
            **unsearched.not_searched(found),
        },
        Table(
            ("TABLE", "REGION", "BACKUPS", "SIZE", "THIS MONTH", "A MONTH", *saving),
            [
                (table.table_name, table.region, *_cells(backups, by))
                for table, backups in owned.items()
            ],
            [""] * len(owned),
        )
        if owned
        else [],
        [backup.backup_arn for backup in found.backups],
    )


def _figures(backups: Sequence[BackupSummary], by: _By) -> dict[str, object]:
    figures = {
        **totals(backups, by.prices),
        "cost_this_month": as_json(this_month(backups, by.prices, by.now)),
    }
    if by.retention:
        gone = foreseen(backups, by.retention).expired
        figures["saved"] = {
            **totals(gone, by.prices),
            "cost_this_month": as_json(rest_of_month(gone, by.prices, by.now)),
        }
    return figures


def _cells(backups: Sequence[BackupSummary], by: _By) -> Iterator[str]:
    yield str(len(backups))
    yield views.size_of_all(backups)
    yield _amount(this_month(backups, by.prices, by.now))
    yield _amount(a_month(backups, by.prices))
    if by.retention:
        gone = foreseen(backups, by.retention).expired
        yield str(len(gone))
        yield _amount(a_month(gone, by.prices)) if gone else views.NOTHING


def _amount(estimate: Estimate) -> str:
    return amount_text(estimate) if estimate.prices else views.NOTHING


def _told(backups: Sequence[BackupSummary], by: _By) -> Iterator[str]:
    if not backups:
        yield "No backups found."
        return
    there = f"{counted(len(backups), 'backup')}, {views.size_of_all(backups)}"
    month = a_month(backups, by.prices)
    source = source_text(month)
    if month.prices:
        now = amount_text(this_month(backups, by.prices, by.now))
        yield f"{there}: {now} this month, {amount_text(month)} a month ({source})"
    else:
        yield f"{there} ({source})"
    if by.retention:
        yield _saving(foreseen(backups, by.retention), by.retention, by)


def _saving(would: Foreseen, retention: Retention, by: _By) -> str:
    rules = f"Kept with {retention.line}: "
    if not would.expired:
        return f"{rules}all of them."
    kept = f"{counted(len(would.kept), 'backup')}, {views.size_of_all(would.kept)}"
    gone = f"{counted(len(would.expired), 'backup')}, {views.size_of_all(would.expired)}"
    month = a_month(would.expired, by.prices)
    saved = ""
    if month.prices:
        now = amount_text(rest_of_month(would.expired, by.prices, by.now))
        saved = f": {now} less this month, {amount_text(month)} less a month"
    return (
        f"{rules}{kept}. Not kept: {gone}{saved}.\n"
        "Nothing was deleted. `ddb-backup prune` deletes, and only what was named from its prefix."
    )
