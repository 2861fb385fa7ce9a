"""What AWS's price list says of backups. Pure: from its items to `Prices`.

An item is a product of one region with the terms on which it is sold. Its `usagetype` has the region's
short name in front of all but those of us-east-1: `EU-TimedBackupStorage-ByteHrs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from .prices import Prices

SOURCE: Final = "AWS Price List API"
DYNAMODB: Final = "AmazonDynamoDB"
AWS_BACKUP: Final = "AWSBackup"
USAGE: Final[Mapping[str, tuple[str, str]]] = {
    # Of what has a price here: AWS's code of the service, and the end of the usage type.
    "backup_gib_month": (DYNAMODB, "TimedBackupStorage-ByteHrs"),
    "restore_gib": (DYNAMODB, "RestoreDataSize-Bytes"),
    "recovery_gib_month": (DYNAMODB, "TimedPITRStorage-ByteHrs"),
    "export_gib": (DYNAMODB, "ExportDataSize-Bytes"),
    "incremental_export_gib": (DYNAMODB, "IncrementalExportDataSize-Bytes"),
    "vault_gib_month": (AWS_BACKUP, "WarmStorage-ByteHrs-DynamoDB"),
    "vault_cold_gib_month": (AWS_BACKUP, "ColdStorage-ByteHrs-DynamoDB"),
    "vault_restore_gib": (AWS_BACKUP, "Restore-WarmBytes-DynamoDB"),
    "vault_copy_gib": (AWS_BACKUP, "CrossRegion-WarmBytes-DynamoDB"),
}
_Rate = tuple[str, Decimal]
"""A currency and an amount."""


@dataclass(frozen=True, slots=True)
class FoundPrices:
    """The prices of one region in AWS's price list.

    Attributes:
        prices: What is known. A price is None if AWS lists none, or several.
        missing: Names of the prices of which AWS lists none.
        ambiguous: Names of those of which AWS lists several: which one counts is not known.
    """

    prices: Prices
    missing: Sequence[str] = ()
    ambiguous: Sequence[str] = ()

    @property
    def any_known(self) -> bool:
        """Whether AWS lists a single price at all."""
        return len(self.missing) + len(self.ambiguous) < len(USAGE)


@dataclass(slots=True)
class _Listed:
    """The rates of each price, as far as the items of one region have been read."""

    rates: dict[str, set[_Rate]] = field(default_factory=lambda: {name: set() for name in USAGE})

    def add(self, service: str, item: Mapping[str, Any], region: str) -> None:
        attributes = item["product"]["attributes"]
        if attributes.get("regionCode") != region:
            return
        usage = str(attributes.get("usagetype", ""))
        for name, (of_service, ending) in USAGE.items():
            # ExportDataSize-Bytes ends IncrementalExportDataSize-Bytes too: only after a hyphen.
            if service == of_service and f"-{usage}".endswith(f"-{ending}"):
                self.rates[name].update(_rates(item))


def found_prices(
    region: str, as_of: str, items: Mapping[str, Iterable[Mapping[str, Any]]]
) -> FoundPrices:
    """The prices that AWS lists for a region. Free tiers, whose price is 0, don't count.

    Args:
        region: The region.
        as_of: The month in which they were listed.
        items: The items of the price list, by the code of the service.

    Raises:
        KeyError, TypeError, AttributeError: An item is not of AWS's form.
        ValueError: A price is no number.
    """
    listed = _Listed()
    for service, products in items.items():
        for product in products:
            listed.add(service, product, region)
    single = {name: next(iter(rates)) for name, rates in listed.rates.items() if len(rates) == 1}
    currency = next((currency for currency, _ in single.values()), "USD")
    known = {name: amount for name, (unit, amount) in single.items() if unit == currency}
    return FoundPrices(
        Prices(region, as_of, SOURCE, currency=currency, **known),
        missing=[name for name, rates in listed.rates.items() if not rates],
        ambiguous=[name for name, rates in listed.rates.items() if rates and name not in known],
    )


def _rates(item: Mapping[str, Any]) -> Iterator[_Rate]:
    """What is charged for a GB on demand, in each tier that is not free."""
    for term in item.get("terms", {}).get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            if not str(dimension.get("unit", "")).startswith("GB"):
                continue
            for currency, told in dimension["pricePerUnit"].items():
                try:
                    amount = Decimal(told)
                except InvalidOperation:
                    raise ValueError(f"{told!r} is no price") from None
                if not amount.is_finite() or amount < 0:
                    raise ValueError(f"{told!r} is no price")
                if amount:
                    yield currency, amount.normalize()
