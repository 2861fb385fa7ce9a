"""An estimate as a person reads it."""

from __future__ import annotations

from typing import Final

from .estimate import Estimate

_SIGNS: Final = {"USD": "$"}


def amount_text(estimate: Estimate) -> str:
    """The amount with its currency: `$1,500.00`, `CNY 12.30`. From 100 on, without cents."""
    sign = _SIGNS.get(estimate.currency, f"{estimate.currency} ")
    cents = 2 if estimate.amount < 100 else 0
    return f"{sign}{estimate.amount:,.{cents}f}"


def source_text(estimate: Estimate) -> str:
    """What the amount is made of, and what is missing from it."""
    told = []
    if estimate.prices:
        told.append(f"estimate, {' and '.join(one.named for one in estimate.prices)}")
    if estimate.unknown_regions:
        told.append(f"no price for {', '.join(estimate.unknown_regions)} known")
    if estimate.unknown_sizes:
        told.append(f"{estimate.unknown_sizes} of unknown size left out")
    return "; ".join(told)
