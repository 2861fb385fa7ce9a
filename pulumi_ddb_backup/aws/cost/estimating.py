"""An estimate by the prices that are known, for whoever uses the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..records import BackupRecord, BackupSummary
from .estimate import Estimate, a_month, this_month
from .prices import SHIPPED, Prices


def estimate_cost(
    backups: Iterable[BackupRecord | BackupSummary],
    prices: Mapping[str, Prices] | None = None,
    *,
    in_month_of: datetime | None = None,
) -> Estimate:
    """Estimate what backups cost. AWS is not called.

    Args:
        backups: The backups, of any tables and regions.
        prices: Prices by region, such as `read_prices(file)` or `PriceList().fetch().prices`. Default:
            the published ones that come with the package, of us-east-1 and us-east-2.
        in_month_of: Estimate the cost in the month of this moment, if all stay until it ends: AWS
            charges for the part of it in which a backup exists. Default: a whole month.
    """
    known = SHIPPED if prices is None else prices
    return this_month(backups, known, in_month_of) if in_month_of else a_month(backups, known)
