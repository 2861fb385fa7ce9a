"""Prices and estimates on the command line: --prices, and how an amount is shown."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..aws.cost.estimate import Estimate, a_month
from ..aws.cost.files import VARIABLE, read_prices
from ..aws.cost.prices import SHIPPED, Prices, PricesError
from ..aws.cost.words import amount_text
from ..aws.errors import ValidationError
from ..aws.records import BackupSummary
from .session import Session
from .views import NOTHING

PricesFile = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar="FILE",
        envvar=VARIABLE,
        show_default=False,
        help="JSON file with the prices of your regions. Default: DDB_BACKUP_PRICES, or published "
        f"prices of {' and '.join(SHIPPED)}.",
    ),
]

Cost = Annotated[
    bool, typer.Option("--cost", help="Estimate what the backups cost a month; see --prices.")
]


def prices_for(session: Session, cost: bool, file: Path | None) -> Mapping[str, Prices] | None:
    """The known prices where costs are asked for, else None.

    Raises:
        ValidationError: The file can't be read.
    """
    return known_prices(session, file) if cost else None


def cost_cell(backups: Sequence[BackupSummary], prices: Mapping[str, Prices]) -> str:
    """What backups cost a month, in a table; a hyphen where that is not known."""
    estimate = a_month(backups, prices)
    known = estimate.prices and estimate.unknown_sizes < len(backups)
    return amount_text(estimate) if known else NOTHING


def known_prices(session: Session, file: Path | None) -> Mapping[str, Prices]:
    """The shipped prices, and those in the file, which go before them.

    A file that DDB_BACKUP_PRICES names stops nothing if it can't be read: estimates are not worth that.

    Raises:
        ValidationError: The file of `--prices` can't be read.
    """
    try:
        return {**SHIPPED, **prices_in(file)} if file else SHIPPED
    except ValidationError as error:
        if str(file) != os.environ.get(VARIABLE):
            raise
        why = "; ".join(failure.reason for failure in error.failures)
        session.screen.notice(f"The file that {VARIABLE} names, {file}, is not used: {why}")
        return SHIPPED


def prices_in(file: Path) -> Mapping[str, Prices]:
    """The prices in a file.

    Raises:
        ValidationError: It can't be read.
    """
    try:
        return read_prices(file)
    except PricesError as error:
        raise ValidationError(list(error.failures)) from None


def totals(backups: Sequence[BackupSummary], prices: Mapping[str, Prices]) -> dict[str, object]:
    """How many backups these are, how large, and what they cost a month, for a script."""
    return {
        "count": len(backups),
        "size_bytes": sum(backup.backup_size_bytes or 0 for backup in backups),
        "cost_a_month": as_json(a_month(backups, prices)),
    }


def as_json(estimate: Estimate) -> dict[str, object]:
    """An estimate for a script: the amount is text, so that no digit gets lost."""
    return {
        "amount": str(estimate.rounded) if estimate.prices else None,
        "currency": estimate.currency if estimate.prices else None,
        "prices": [
            {"region": one.region, "as_of": one.as_of, "source": one.source}
            for one in estimate.prices
        ],
        "unknown_regions": estimate.unknown_regions,
        "unknown_sizes": estimate.unknown_sizes,
    }
