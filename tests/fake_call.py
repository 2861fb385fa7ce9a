"""A call for a resource's logic that comes from no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FakeCall:
    """Keeps what it is told."""

    urn: str | None = "urn:pulumi:dev::shop::ddb-backup:index:Backup::orders"
    old_inputs: Mapping[str, Any] | None = None
    told: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def show(self, text: str) -> None:
        self.shown.append(text)

    def tell(self, text: str) -> None:
        self.told.append(text)

    def warn(self, text: str) -> None:
        self.warned.append(text)
