"""The engine's call that a provider method answers: its URN, its inputs, and a way to talk back.

Reason: the SDK hands a provider method its property bags alone. The gRPC context (for errors with
details), the URN (for progress on the resource's row, and as its identity) and the old inputs (for
a clean refresh) are locals of the servicer method that calls it.
Seen on: SDK 3.231.0, 3.259.0, 3.272.0.
Without it: errors come as the SDK shows them, no progress, nothing kept of a half-made resource.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any

from pulumi.runtime import rpc

from .log import EngineLog, engine_log


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the engine. Everything is empty when the SDK's frames do not look as expected."""

    context: Any = None
    request: Any = None

    @classmethod
    def of_caller(cls, frame: FrameType | None) -> Call:
        """The call that the servicer method running in `frame` answers."""
        names = frame.f_locals if frame else {}
        context, request = names.get("context"), names.get("request")
        if hasattr(context, "abort_with_status") and hasattr(request, "urn"):
            return cls(context, request)
        return cls()

    @property
    def urn(self) -> str | None:
        """The resource's URN."""
        return self.request.urn if self.request is not None else None

    @property
    def old_inputs(self) -> dict[str, Any] | None:
        """The inputs in the stack's state, in a Read."""
        if self.request is None or not hasattr(self.request, "inputs"):
            return None
        return dict(rpc.deserialize_properties(self.request.inputs))

    def show(self, text: str) -> None:
        """Show `text` on the resource's own row, until the next one."""
        self._log.show(text, self.urn or "")

    def tell(self, text: str) -> None:
        """Keep `text` as a line of the output."""
        self._log.tell(text, self.urn or "")

    def warn(self, text: str) -> None:
        """Keep `text` as a warning."""
        self._log.warn(text, self.urn or "")

    @property
    def _log(self) -> EngineLog:
        return engine_log(sys.argv[1] if len(sys.argv) > 1 and self.request is not None else "")
