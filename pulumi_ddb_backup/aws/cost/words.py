"""An estimate as a person reads it: the words of every line, summary and total that tells a cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ..records import BackupRecord, BackupSummary
from ..rules.text import counted
from .estimate import Estimate, a_month
from .files import prices_in_use
from .prices import Prices

RATE_NAMES: Final = {
    "backup_gib_month": "backups",
    "restore_gib": "restores",
    "recovery_gib_month": "point-in-time recovery",
    "export_gib": "exports",
    "incremental_export_gib": "incremental exports",
    "vault_gib_month": "backups in a vault",
    "vault_cold_gib_month": "cold storage",
    "vault_restore_gib": "restores from a vault",
    "vault_copy_gib": "copies to another region",
}
"""What has a price, by the name of the price."""
_SIGNS: Final = {"USD": "$"}
_CENT: Final = Decimal("0.01")
_REGIONS_NAMED: Final = 3
"""More regions than these are counted: a line is for a screen of 80 columns."""


def amount_text(estimate: Estimate) -> str:
    """The amount with its currency: `$1,500.00`, `CNY 12.30`. From 100 on, without cents."""
    cents = 2 if estimate.amount < 100 else 0
    return f"{_sign(estimate.currency)}{estimate.amount:,.{cents}f}"


def rate_text(rate: Decimal, currency: str) -> str:
    """The price of a GiB, with all of its digits: `$0.10`, `$0.17325`."""
    digits = max(2, -int(rate.normalize().as_tuple().exponent))
    return f"{_sign(currency)}{rate:.{digits}f}"


def about_text(estimate: Estimate) -> str:
    """The amount to two digits, since more would promise too much: `about $960`, `about $0.13`."""
    sign, amount = _sign(estimate.currency), estimate.amount
    if 0 < amount < _CENT:
        return f"less than {sign}{_CENT}"
    last_digit = Decimal(1).scaleb(amount.adjusted() - 1) if amount else _CENT
    rounded = (amount / last_digit).quantize(Decimal(1), ROUND_HALF_UP) * last_digit
    cents = 2 if rounded < 10 else 0
    return f"about {sign}{rounded:,.{cents}f}"


def a_month_text(estimate: Estimate) -> str:
    """What something costs a month, to follow its size: `, about $960 a month (estimate, ...)`.

    Where no price is known, ` (no price for eu-west-1 known)`. Empty where there is nothing to say.
    """
    if estimate.amount:
        return f", {about_text(estimate)} a month ({source_text(estimate)})"
    return f" ({'; '.join(_missing(estimate))})" if estimate.unknown_regions else ""


def cost_line(backups: Collection[BackupRecord | BackupSummary]) -> str:
    """What backups cost a month by the prices in use, as a line of its own; empty where not known.

    It follows a line that tells their size. An amount of less than a cent is not worth a line.
    """
    prices, trouble = prices_in_use()
    estimate = a_month(backups, prices)
    if estimate.amount < _CENT:
        return f"Cost: not known ({trouble})" if trouble else ""
    source = "; ".join(filter(None, [source_text(estimate), trouble]))
    return f"Cost: {about_text(estimate)} a month ({source})"


def less_text(estimate: Estimate) -> str:
    """What is saved by deleting something, to follow it: `, about $140 a month less`, or nothing."""
    return f", {about_text(estimate)} a month less" if estimate.amount else ""


def source_text(estimate: Estimate) -> str:
    """What the amount is made of, and what is missing from it."""
    made_of = [f"estimate, {_named(estimate.prices)}"] if estimate.prices else []
    return "; ".join([*made_of, *_missing(estimate)])


def _missing(estimate: Estimate) -> Iterator[str]:
    if regions := estimate.unknown_regions:
        yield f"no price for {_listed(regions) or counted(len(regions), 'region')} known"
    for one in estimate.other_currencies:
        yield f"{one.region} is priced in {one.currency} and left out"
    if estimate.unknown_sizes:
        yield f"{estimate.unknown_sizes} of unknown size left out"


def _sign(currency: str) -> str:
    return _SIGNS.get(currency, f"{currency} ")


def _named(prices: Collection[Prices]) -> str:
    """Whose prices these are, and of when; the newest first."""
    by_month: dict[str, list[str]] = defaultdict(list)
    for one in prices:
        by_month[one.as_of].append(one.region)
    each = [
        f"{names} prices of {month}"
        if (names := _listed(regions))
        else f"prices of {month} for {counted(len(regions), 'region')}"
        for month, regions in sorted(by_month.items(), reverse=True)
    ]
    return " and ".join(filter(None, [", ".join(each[:-1]), each[-1]]))


def _listed(regions: Collection[str]) -> str:
    """The regions by name; empty if they are too many for a line."""
    return ", ".join(regions) if len(regions) <= _REGIONS_NAMED else ""
