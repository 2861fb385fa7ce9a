"""AWS's Price List API, as far as it is called here."""

from __future__ import annotations

from typing import Any, Protocol


class PricingClient(Protocol):
    """boto3's client of the service. One call of it needs no package of types of its own."""

    def get_products(self, **parameters: Any) -> dict[str, Any]:
        """Send GetProducts."""
