"""Files of prices: read, and written so that none is ever half there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..rules.text import shown
from ..rules.validation import Failure
from .prices import SHIPPED, Prices, PricesError, as_json, prices_from_json

VARIABLE: Final = "DDB_BACKUP_PRICES"
"""The environment variable that names the file of prices."""


def read_prices(file: str | os.PathLike[str]) -> dict[str, Prices]:
    """Read a file of prices, as `ddb-backup prices fetch` writes it.

    Args:
        file: The file.

    Returns:
        The prices by region.

    Raises:
        PricesError: It can't be read, or is no file of prices.
    """
    try:
        return prices_from_json(Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise PricesError(
            [Failure("prices", f"prices can't be read: {reason} (got {shown(str(file))})")]
        ) from None


def write_prices(file: str | os.PathLike[str], prices: Mapping[str, Prices]) -> None:
    """Put a file of prices in the place of one that may be there, whole or not at all.

    Args:
        file: The file. What it has of other regions is lost; `read_prices` gives that.
        prices: The prices by region.

    Raises:
        OSError: It can't be written; what was there is there still.
    """
    there = Path(os.path.realpath(file))  # a link stays one
    handle, name = tempfile.mkstemp(dir=there.parent, prefix=f".{there.name}.", suffix=".part")
    part = Path(name)
    try:
        with open(handle, "w", encoding="utf-8") as text:
            text.write(as_json(prices.values()))
            text.flush()
            os.fsync(text.fileno())
        part.chmod(there.stat().st_mode & 0o777 if there.exists() else 0o644)
        part.replace(there)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def prices_in_use() -> tuple[Mapping[str, Prices], str]:
    """The shipped prices, and before them those in the file that the environment names.

    Returns:
        The prices, and why the file can't be read: estimates are made after the work is done, so that
        must not fail it. Empty if it can, or none is named.
    """
    file = os.environ.get(VARIABLE)
    try:
        return {**SHIPPED, **read_prices(file)} if file else SHIPPED, ""
    except PricesError as error:
        return SHIPPED, f"{VARIABLE}: {error}"
