"""What backups cost, from sizes, prices and the time that they exist. Pure, in Decimal.

AWS charges for each GiB and month, in proportion to the part of the month that a backup exists
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backup-restore-billing.html). Sizes are those that AWS tells, which
it updates about every six hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ..records import BackupRecord, BackupSummary
from .prices import Prices

GIB: Final = 2**30
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a number of backups costs.

    Attributes:
        amount: The sum of what is known, in `currency`, not rounded.
        currency: Of the amount.
        prices: The prices that it is made of.
        unknown_regions: Regions of which no price is known. Their backups are not in `amount`.
        unknown_sizes: How many backups AWS tells no size of. They are not in `amount` either.
        other_currencies: Prices in another currency, which can't be added up with the first. What is
            charged by them is not in `amount`.
    """

    amount: Decimal
    currency: str = "USD"
    prices: Sequence[Prices] = ()
    unknown_regions: Sequence[str] = ()
    unknown_sizes: int = 0
    other_currencies: Sequence[Prices] = ()

    @property
    def rounded(self) -> Decimal:
        """The amount to the cent."""
        return self.amount.quantize(_CENT, ROUND_HALF_UP)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing from the amount."""
        return not (self.unknown_regions or self.unknown_sizes or self.other_currencies)


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """When the month of a moment begins, and when the next one does, in UTC."""
    there = moment.astimezone(timezone.utc)
    begin = there.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = (begin.month % 12) + 1
    return begin, begin.replace(year=begin.year + (after == 1), month=after)


def share_of_month(since: datetime, until: datetime | None, month: datetime) -> Decimal:
    """Which part of a month a backup exists, from 0 to 1.

    Args:
        since: When it was made.
        until: When it was deleted; None if it stays.
        month: A moment in the month.
    """
    begin, end = month_of(month)
    first, last = max(since, begin), min(until or end, end)
    if last <= first:
        return Decimal(0)
    return Decimal((last - first).total_seconds()) / Decimal((end - begin).total_seconds())


def a_month(
    backups: Iterable[BackupRecord | BackupSummary], prices: Mapping[str, Prices]
) -> Estimate:
    """What backups cost in a month in which all of them exist from its beginning to its end."""
    return _sum(((backup, Decimal(1)) for backup in backups), prices)


def this_month(
    backups: Iterable[BackupRecord | BackupSummary], prices: Mapping[str, Prices], now: datetime
) -> Estimate:
    """What backups cost in the month of `now`, if all of them stay until its end."""
    return _sum(
        (
            (backup, share_of_month(backup.backup_creation_date_time or now, None, now))
            for backup in backups
        ),
        prices,
    )


def rest_of_month(
    backups: Iterable[BackupRecord | BackupSummary], prices: Mapping[str, Prices], now: datetime
) -> Estimate:
    """What backups cost from `now` to the end of its month: what deleting them now saves of it."""
    share = share_of_month(now, None, now)
    return _sum(((backup, share) for backup in backups), prices)


def _sum(
    backups: Iterable[tuple[BackupRecord | BackupSummary, Decimal]], prices: Mapping[str, Prices]
) -> Estimate:
    by_region: dict[str, list[tuple[int | None, Decimal]]] = defaultdict(list)
    for backup, share in backups:
        by_region[backup.region].append((backup.backup_size_bytes, share))
    used: list[Prices] = []
    others: list[Prices] = []
    unknown: list[str] = []
    amount = Decimal(0)
    for region, told in sorted(by_region.items()):
        known = prices.get(region)
        if known is None or known.backup_gib_month is None:
            unknown.append(region)
        elif used and known.currency != used[0].currency:
            others.append(known)
        else:
            used.append(known)
            size = sum((size * share for size, share in told if size is not None), Decimal(0))
            amount += size / GIB * known.backup_gib_month
    sizeless = sum(size is None for told in by_region.values() for size, _ in told)
    currency = used[0].currency if used else "USD"
    return Estimate(amount, currency, used, unknown, sizeless, others)
