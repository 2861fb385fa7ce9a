"""What a network that does not lead there means to a look at AWS's price list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..calls.rows import AwsError, Retry
from ..errors import AwsConnectionError

_NOT_REACHED: Final = AwsError(
    AwsConnectionError,
    Retry.IN_A_ROW,
    "The Price List API of region '{region}' could not be reached: {detail}",
    "A network that leads to DynamoDB alone does not lead there: run this where AWS's public "
    "endpoints can be reached, and copy the file.",
)
PRICE_ERRORS: Final[Mapping[str, AwsError]] = {
    "Unreachable": _NOT_REACHED,
    "ConnectionLost": _NOT_REACHED,
}
"""By AWS's code, where this capability reads it in its own way."""
