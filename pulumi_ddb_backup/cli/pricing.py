"""Prices and estimates on the command line: --prices, and how an amount is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..aws.cost.estimate import Estimate, a_month
from ..aws.cost.prices import SHIPPED, Prices, PricesError, prices_from_json
from ..aws.errors import ValidationError
from ..aws.records import BackupSummary
from ..aws.rules.text import shown
from .failures import broken

PricesFile = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar="FILE",
        envvar="DDB_BACKUP_PRICES",
        show_default=False,
        help="JSON file with the prices of your regions. Default: DDB_BACKUP_PRICES, or published "
        f"prices of {' and '.join(SHIPPED)}.",
    ),
]


def known_prices(file: Path | None) -> Mapping[str, Prices]:
    """The shipped prices, and those in the file, which go before them.

    Raises:
        ValidationError: The file can't be read.
    """
    if file is None:
        return SHIPPED
    try:
        return {**SHIPPED, **prices_from_json(file.read_text(encoding="utf-8"))}
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise broken(
            "prices", f"--prices can't be read: {reason} (got {shown(str(file))})"
        ) from None
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
