"""What AWS charges, by region: shipped, or read from a file. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..rules.regions import is_region
from ..rules.text import shown
from ..rules.validation import Failure


@dataclass(frozen=True, slots=True)
class Prices:
    """What AWS charges in one region. AWS's GB is 2^30 bytes. None where no figure is known.

    Attributes:
        region: The region.
        as_of: The month of these prices, such as `2026-06`.
        source: Where they are from.
        backup_gib_month: An on-demand backup, for each GiB and month.
        restore_gib: A restore, for each GiB.
        recovery_gib_month: Point-in-time recovery, for each GiB of the table and month.
        export_gib: A full export, for each GiB of the table.
        incremental_export_gib: An incremental export, for each GiB that it reads.
        vault_gib_month: A backup in a vault of AWS Backup, for each GiB and month.
        vault_cold_gib_month: The same in cold storage.
        vault_restore_gib: A restore from a vault, for each GiB.
        vault_copy_gib: A copy to a vault in another region, for each GiB.
        currency: The currency of all of them.
    """

    region: str
    as_of: str
    source: str
    backup_gib_month: Decimal | None = None
    restore_gib: Decimal | None = None
    recovery_gib_month: Decimal | None = None
    export_gib: Decimal | None = None
    incremental_export_gib: Decimal | None = None
    vault_gib_month: Decimal | None = None
    vault_cold_gib_month: Decimal | None = None
    vault_restore_gib: Decimal | None = None
    vault_copy_gib: Decimal | None = None
    currency: str = "USD"


_PUBLISHED: Final = "published figures, gathered by hand"
SHIPPED: Final[Mapping[str, Prices]] = {
    prices.region: prices
    for prices in (
        Prices(
            "us-east-1",
            "2026-06",
            _PUBLISHED,
            backup_gib_month=Decimal("0.10"),
            restore_gib=Decimal("0.15"),
            recovery_gib_month=Decimal("0.20"),
        ),
        Prices(
            "us-east-2",
            "2026-05",
            _PUBLISHED,
            backup_gib_month=Decimal("0.10"),
            restore_gib=Decimal("0.15"),
            recovery_gib_month=Decimal("0.20"),
            export_gib=Decimal("0.10"),
            incremental_export_gib=Decimal("0.10"),
        ),
    )
}
"""The regions for which a public figure was found. All others have to be fetched."""
_TEXTS: Final = ("as_of", "source", "currency")
RATES: Final = tuple(
    field.name for field in fields(Prices) if field.name not in ("region", *_TEXTS)
)
"""The names of what has a price."""


class PricesError(ValueError):
    """A file of prices can't be read.

    Attributes:
        failures: Everything that is wrong with it.
    """

    def __init__(self, failures: Iterable[Failure]) -> None:
        self.failures = tuple(failures)
        super().__init__("; ".join(failure.reason for failure in self.failures))


def prices_from_json(text: str) -> dict[str, Prices]:
    """The prices in a file that `as_json` wrote, by region.

    Raises:
        PricesError: It is no such file; all that is wrong is told at once.
    """
    try:
        content = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise PricesError([Failure("prices", f"prices must be JSON ({error})")]) from None
    regions = content.get("regions") if isinstance(content, dict) else None
    if not isinstance(regions, dict) or not regions:
        reason = "prices must be an object with the key regions"
        raise PricesError([Failure("prices", f"{reason} (got {shown(content)})")])
    failures = [failure for region, told in regions.items() for failure in _broken(region, told)]
    if failures:
        raise PricesError(failures)
    return {region: _read(region, told) for region, told in regions.items()}


def as_json(prices: Iterable[Prices]) -> str:
    """A file of prices."""
    return json.dumps(as_data(prices), indent=2) + "\n"


def as_data(prices: Iterable[Prices]) -> dict[str, dict[str, dict[str, str]]]:
    """What such a file holds. Numbers are text, so that no digit gets lost."""
    regions = {
        one.region: {
            key: str(value) for key in (*_TEXTS, *RATES) if (value := getattr(one, key)) is not None
        }
        for one in sorted(prices, key=lambda one: one.region)
    }
    return {"regions": regions}


def _read(region: str, told: Mapping[str, Any]) -> Prices:
    numbers: dict[str, Any] = {
        key: Decimal(str(told[key])) for key in RATES if told.get(key) is not None
    }
    texts: dict[str, Any] = {key: told[key] for key in _TEXTS if key in told}
    return Prices(region=region, **texts, **numbers)


def _broken(region: str, told: object) -> Iterator[Failure]:
    where = f"prices of {shown(region)}"
    if not is_region(region):
        yield Failure("prices", f"prices must be of a valid AWS region (got {shown(region)})")
    if not isinstance(told, Mapping):
        yield Failure("prices", f"{where} must be an object (got {shown(told)})")
        return
    for key in told.keys() - {*_TEXTS, *RATES}:
        yield Failure("prices", f"{where} has no {shown(key)}; there are {', '.join(RATES)}")
    for key in ("as_of", "source"):
        if not isinstance(told.get(key), str) or not told[key]:
            yield Failure("prices", f"{where} must have {key} (got {shown(told.get(key))})")
    if not isinstance(told.get("currency", ""), str):
        yield Failure("prices", f"{where} must have a currency (got {shown(told['currency'])})")
    for key in RATES:
        if told.get(key) is not None and not _is_price(told[key]):
            yield Failure(
                "prices", f"{where}: {key} must be a number, 0 or more (got {shown(told[key])})"
            )


def _is_price(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and number >= 0
