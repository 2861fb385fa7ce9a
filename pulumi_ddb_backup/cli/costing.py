"""`ddb-backup cost`: what backups cost, table by table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import typer

from ..aws.clock import SystemClock
from ..aws.cost.estimate import Estimate, a_month, this_month
from ..aws.cost.prices import Prices
from ..aws.cost.words import amount_text, source_text
from ..aws.fleet.finding import FindResult
from ..aws.fleet.requests import TableRef
from ..aws.records import BackupSummary
from . import unsearched, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .finding import Exclude, Tables, find, search
from .options import AllRegions, Prefix, Regions
from .output import Result, Table
from .pricing import PricesFile, as_json, known_prices
from .session import Session

app = typer.Typer()

Owned = Mapping[TableRef, Sequence[BackupSummary]]
"""Backups by the table that they are of."""


@command(app)
def cost(
    session: Session,
    tables: Tables = None,
    exclude: Exclude = None,
    prefix: Prefix = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    prices: PricesFile = None,
) -> ExitCode:
    """Estimate what backups cost.

    THIS MONTH is what they come to if all stay until the month ends. A MONTH is what they come to in
    every month from then on. AWS tells sizes, which it updates about every six hours, and no prices:
    a region without a known price has none here. `ddb-backup prune` shows what a retention saves.

    Examples:
        # All backups of a region
        $ ddb-backup cost
        # Those of production tables, wherever they are, by your own prices
        $ ddb-backup cost 'prod-*' --all-regions --prices prices.json
    """
    known = known_prices(prices)
    found = find(
        session, search(session, tables, exclude, region, all_regions=all_regions, prefix=prefix)
    )
    now = SystemClock().now()
    session.screen.result(_shown(found, known, now))
    session.screen.notice(_total(found.backups, known, now))
    return code_of_all(found.errors.values())


def _by_table(backups: Sequence[BackupSummary]) -> Owned:
    owned: dict[TableRef, list[BackupSummary]] = defaultdict(list)
    for backup in backups:
        owned[TableRef(backup.region, backup.table_name)].append(backup)
    return dict(sorted(owned.items()))


def _shown(found: FindResult, prices: Mapping[str, Prices], now: datetime) -> Result:
    owned = _by_table(found.backups)
    return Result(
        {
            "tables": [
                {"table_name": table.table_name, "region": table.region}
                | _figures(backups, prices, now)
                for table, backups in owned.items()
            ],
            "totals": _figures(found.backups, prices, now),
            **unsearched.not_searched(found),
        },
        _table(owned, prices, now) if owned else [],
        [backup.backup_arn for backup in found.backups],
    )


def _figures(
    backups: Sequence[BackupSummary], prices: Mapping[str, Prices], now: datetime
) -> dict[str, object]:
    return {
        "count": len(backups),
        "size_bytes": sum(backup.backup_size_bytes or 0 for backup in backups),
        "cost_this_month": as_json(this_month(backups, prices, now)),
        "cost_a_month": as_json(a_month(backups, prices)),
    }


def _table(owned: Owned, prices: Mapping[str, Prices], now: datetime) -> Table:
    return Table(
        ("TABLE", "REGION", "BACKUPS", "SIZE", "THIS MONTH", "A MONTH"),
        [
            (
                table.table_name,
                table.region,
                str(len(backups)),
                views.sum_of([backup.backup_size_bytes for backup in backups]),
                _amount(this_month(backups, prices, now)),
                _amount(a_month(backups, prices)),
            )
            for table, backups in owned.items()
        ],
        [""] * len(owned),
    )


def _amount(estimate: Estimate) -> str:
    return amount_text(estimate) if estimate.prices else views.NOTHING


def _total(backups: Sequence[BackupSummary], prices: Mapping[str, Prices], now: datetime) -> str:
    if not backups:
        return "No backups found."
    count = "1 backup" if len(backups) == 1 else f"{len(backups)} backups"
    size = views.sum_of([backup.backup_size_bytes for backup in backups])
    month = a_month(backups, prices)
    source = source_text(month)
    if not month.prices:
        return f"{count}, {size} ({source})"
    now_text = amount_text(this_month(backups, prices, now))
    return f"{count}, {size}: {now_text} this month, {amount_text(month)} a month ({source})"
