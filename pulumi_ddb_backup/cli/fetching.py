"""`ddb-backup prices fetch`: AWS's own prices, for the file that `--prices` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from ..aws.cost.fetching import FetchedPrices, PriceList
from ..aws.cost.files import VARIABLE, write_prices
from ..aws.cost.pricelist import FoundPrices
from ..aws.cost.prices import Prices, as_data
from ..aws.cost.words import RATE_NAMES, rate_text
from ..aws.fleet.records import told_first
from ..aws.rules.text import shown
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from . import views
from .command import command
from .exit_codes import ExitCode
from .failures import broken
from .options import Regions, Timeout
from .output import PRICED, Result, Table
from .pricing import prices_in
from .session import Session

app = typer.Typer()

_SHOWN: Final = (
    "backup_gib_month",
    "restore_gib",
    "recovery_gib_month",
    "export_gib",
    "vault_gib_month",
    "vault_cold_gib_month",
)
"""What is shown of prices, in the order of `PRICED`; a file has all."""
_UNITS: Final = "Prices are per GiB; those of BACKUP, PITR, VAULT and COLD per month as well."


class Action(str, Enum):
    """What is done with prices."""

    FETCH = "fetch"


@command(app)
def prices(
    session: Session,
    action: Annotated[
        Action, typer.Argument(metavar="ACTION", show_default=False, help="What to do: fetch.")
    ],
    region: Regions = None,
    all_regions: Annotated[
        bool,
        typer.Option("--all-regions", help="Fetch the prices of every region with DynamoDB."),
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar=VARIABLE,
            show_default=False,
            help="File to keep the prices in. Those of other regions in it stay. Default: "
            f"{VARIABLE}; without either, the prices are only shown.",
        ),
    ] = None,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Fetch the prices of backups from AWS.

    Asks AWS's Price List API, which needs pricing:GetProducts. It exists in a few regions only, each
    of which tells the prices of all; the one nearest to your region is asked. A price that AWS does
    not list, or lists more than once, stays unknown. If no price is found for a region, the exit code
    is 4.

    Examples:
        # Keep the prices of a region in a file, and estimate by them
        $ ddb-backup prices fetch --region eu-west-1 --file prices.json
        $ ddb-backup cost --region eu-west-1 --prices prices.json
    """
    session.names = {"prices": "--file"}
    kept = prices_in(file) if file is not None and file.exists() else {}
    with session.watching(alone=True) as watch:
        fetched = PriceList(session.connection, watch).fetch(
            region or (), all_regions=all_regions, timeout_seconds=timeout
        )
    if file is not None and fetched.prices:
        _write(file, {**kept, **fetched.prices})
    session.screen.result(_shown(fetched, file))
    for line in [*_unknown(fetched), _UNITS, *_kept(file, kept, fetched.prices)]:
        session.screen.notice(line)
    return ExitCode.DONE if all(one.any_known for one in fetched.found) else ExitCode.NOT_FOUND


def _write(file: Path, prices: Mapping[str, Prices]) -> None:
    try:
        write_prices(file, prices)
    except OSError as error:
        reason = error.strerror or str(error)
        raise broken(
            "file", f"--file can't be written: {reason} (got {shown(str(file))})"
        ) from None


def _shown(fetched: FetchedPrices, file: Path | None) -> Result:
    return Result(
        {
            **as_data(fetched.prices.values()),
            "unknown": {
                one.prices.region: [*one.missing, *one.ambiguous]
                for one in fetched.found
                if one.missing or one.ambiguous
            },
            "file": str(file) if file is not None and fetched.prices else None,
        },
        Table(
            ("REGION", "AS OF", *PRICED),
            [(one.prices.region, one.prices.as_of, *_rates(one.prices)) for one in fetched.found],
            [""] * len(fetched.found),
        ),
        [],
    )


def _rates(prices: Prices) -> Iterator[str]:
    for name in _SHOWN:
        rate = getattr(prices, name)
        yield views.NOTHING if rate is None else rate_text(rate, prices.currency)


def _unknown(fetched: FetchedPrices) -> list[str]:
    lines = told_first([line for one in fetched.found if (line := _unknown_of(one))])
    return ["Prices that stay unknown:", *lines] if lines else []


def _unknown_of(found: FoundPrices) -> str:
    region = found.prices.region
    if not found.any_known:
        return f"{region}: AWS lists none at all"
    told = [f"AWS lists none of {_named(found.missing)}"] if found.missing else []
    if found.ambiguous:
        told.append(f"more than one of {_named(found.ambiguous)}")
    return f"{region}: {'; '.join(told)}" if told else ""


def _named(rates: Sequence[str]) -> str:
    return ", ".join(RATE_NAMES[rate] for rate in rates)


def _kept(
    file: Path | None, before: Mapping[str, Prices], fetched: Mapping[str, Prices]
) -> Iterator[str]:
    """Where the prices are now, and what became of those that were there."""
    if file is None:
        yield f"Nothing was written. To keep them: --file prices.json, or {VARIABLE}."
        return
    if not fetched:
        yield f"{file} was not written."
        return
    replaced = [f"{region} (of {before[region].as_of})" for region in before if region in fetched]
    others = [region for region in before if region not in fetched]
    yield f"Written to {file}{_after('; replaced: ', replaced)}{_after('; left as they were: ', others)}."


def _after(words: str, regions: Sequence[str]) -> str:
    return f"{words}{', '.join(regions)}" if regions else ""
