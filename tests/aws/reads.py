"""What reading items costs: moto's answers tell one unit whatever their size, and throttle nobody."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_UNIT_BYTES = 4096
_APIS = ("Scan", "BatchGetItem")
_TOO_FAST = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing "
    "your provisioning level with the UpdateTable API."
)


@dataclass
class Reads:
    """The read units of each table.

    Attributes:
        units_per_second: How many a table has, by its name; what is not named has no limit.
        tells_units: Whether answers tell their units.
        used: The units that each table has used.
    """

    units_per_second: dict[str, float] = field(default_factory=dict)
    tells_units: bool = True
    used: dict[str, float] = field(default_factory=dict)
    _free_at: dict[tuple[str, str], float] = field(default_factory=dict)
    _now: float = 0.0

    def knows(self, api: str) -> bool:
        """Whether a call reads items."""
        return api in _APIS

    def refusal(
        self, api: str, params: dict[str, Any], region: str, now: float
    ) -> tuple[str, str, int] | None:
        """What a table answers whose units are used up. Up to a second's may be used ahead."""
        self._now = now
        if api not in _APIS:
            return None
        if any(self._free_at.get((region, name), now) > now + 1 for name in _tables(params)):
            return "ProvisionedThroughputExceededException", _TOO_FAST, 400
        return None

    def told(
        self, api: str, params: dict[str, Any], region: str, content: dict[str, Any]
    ) -> dict[str, Any]:
        """The answer with its units by size, half of them where it is eventually consistent."""
        if api == "Scan":
            size = len(json.dumps(content["Items"]))
            units = {params["TableName"]: max(1, math.ceil(size / _UNIT_BYTES)) / 2}
        else:
            units = {
                name: float(sum(math.ceil(len(json.dumps(one)) / _UNIT_BYTES) for one in items))
                or 0.5
                for name, items in content["Responses"].items()
            }
        for name, taken in units.items():
            self.used[name] = self.used.get(name, 0.0) + taken
            if limit := self.units_per_second.get(name):
                free_at = max(self._now, self._free_at.get((region, name), self._now))
                self._free_at[region, name] = free_at + taken / limit
        told = [{"TableName": name, "CapacityUnits": taken} for name, taken in units.items()]
        content["ConsumedCapacity"] = told[0] if api == "Scan" else told
        if not self.tells_units:
            del content["ConsumedCapacity"]
        return content


def _tables(params: dict[str, Any]) -> Iterator[str]:
    if "TableName" in params:
        yield params["TableName"]
    yield from params.get("RequestItems", ())
