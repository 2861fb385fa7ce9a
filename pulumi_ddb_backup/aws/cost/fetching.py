"""Prices from AWS: one region after the other, each of DynamoDB and of AWS Backup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..calls.dynamodb import unreadable
from ..calls.rate import Api
from ..calls.rows import AwsError
from ..calls.session import region_of
from ..calls.settings import SettingsError
from ..errors import Stage
from ..fleet.rules import validate_selector
from ..rules.regions import dynamodb_regions, price_list_region
from ..rules.subject import PRICE_LIST
from ..rules.validation import TIMEOUT_DEFAULT_SECONDS, Failure, a_timeout
from ..running.caller import Caller
from ..running.run import Run
from . import calls
from .pricelist import AWS_BACKUP, DYNAMODB, FoundPrices, found_prices
from .prices import Prices
from .rows import PRICE_ERRORS


@dataclass(frozen=True, slots=True)
class FetchedPrices:
    """What AWS's price list says of some regions.

    Attributes:
        found: One entry for each region, in the order in which they were asked for.
        asked_in: The region whose Price List API was asked.
    """

    found: Sequence[FoundPrices]
    asked_in: str

    @property
    def prices(self) -> Mapping[str, Prices]:
        """The prices of each region of which any is known, as estimates take them."""
        return {one.prices.region: one.prices for one in self.found if one.any_known}


class _Run(Run):
    """A look at the price list under way."""

    __slots__ = ()

    @property
    def rows(self) -> Mapping[str, AwsError]:
        return PRICE_ERRORS


@dataclass(frozen=True, slots=True)
class PriceList(Caller):
    """Reads prices from AWS's Price List API. `Caller` has its attributes.

    Few regions have that API: the connection's own is asked if it does, else one that is near.
    """

    def fetch(
        self,
        regions: Sequence[str] = (),
        *,
        all_regions: bool = False,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> FetchedPrices:
        """The prices of regions, by the connection's credentials (`pricing:GetProducts`).

        Args:
            regions: Regions to fetch prices of. Default: the connection's own.
            all_regions: Fetch those of all regions of the connection's partition instead.
            timeout_seconds: Time limit for the whole operation, 60 to 7200.

        Raises:
            ValidationError: An argument breaks a rule. AWS was not called.
            BackupError: AWS did not tell.
        """
        self._require_none(_failures(regions, timeout_seconds, all_regions=all_regions))
        home = self._home_region()
        asked = list(dict.fromkeys(regions or ([home] if home else [])))
        if all_regions:
            asked = dynamodb_regions(home)
        asked_in = price_list_region(home or (asked[0] if asked else None))
        # Without any region at all, the connection's own words say so.
        where = asked_in if asked else None
        begun = self._run(Stage.PRICES, PRICE_LIST, where, timeout_seconds)
        run = _Run(begun.account, PRICE_LIST, Stage.PRICES, timeout_seconds, self.listener)
        return self._carry_out(run, _fetch(asked, run))

    def _home_region(self) -> str | None:
        try:
            return region_of(self.connection)
        except SettingsError:
            return None


def _failures(regions: Sequence[str], timeout_seconds: int, *, all_regions: bool) -> list[Failure]:
    # The rules of regions are those of a search in them; that has tables too.
    searched = {"table_pattern": "*", "regions": regions or None, "all_regions": all_regions}
    late = [Failure("timeout", reason) for reason in a_timeout(timeout_seconds)]
    return [*validate_selector(searched), *late]


async def _fetch(regions: Sequence[str], run: Run) -> FetchedPrices:
    found = []
    for region in regions:
        items = {
            service: await calls.get_products(run.account, service, region, run.deadline)
            for service in (DYNAMODB, AWS_BACKUP)
        }
        as_of = f"{run.dynamodb.aws_now():%Y-%m}"
        try:
            found.append(found_prices(region, as_of, items))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise unreadable(error, Api.GET_PRODUCTS.action) from error
    return FetchedPrices(found, run.dynamodb.region)
