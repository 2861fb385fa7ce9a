"""Lines on the engine's display.

Reason: the SDK's `pulumi.log` wants a resource, where a provider process and a hook have a URN alone.
A provider process was started with the engine's address; a program's SDK has a stub of its own.
Seen on: SDK 3.231.0, 3.259.0, 3.272.0; CLI 3.250.0.
Without it: no progress is seen; nothing else changes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import grpc
from pulumi.runtime import settings
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ..shared import Shared

_SECONDS = 5.0
_under_way: set[Any] = set()
"""Calls that nobody waits for: gRPC cancels one that nobody holds, and the line is lost."""


class EngineLog:
    """The log of one engine. Silent when the engine is not there."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def show(self, text: str, urn: str) -> None:
        """Show `text` on the row of `urn` for the time being; does not wait for the engine."""
        if self._engine is not None:
            request = self._request(text, urn, ephemeral=True)
            call = self._engine.Log.future(request, timeout=_SECONDS)
            _under_way.add(call)
            call.add_done_callback(_under_way.discard)

    def tell(self, text: str, urn: str) -> None:
        """Keep `text` among the diagnostics of `urn`."""
        self._keep(text, urn, engine_pb2.INFO)

    def warn(self, text: str, urn: str) -> None:
        """Keep `text` among the diagnostics of `urn`, as a warning."""
        self._keep(text, urn, engine_pb2.WARNING)

    def _keep(self, text: str, urn: str, severity: Any) -> None:
        if self._engine is None:
            return
        request = self._request(text, urn, ephemeral=False, severity=severity)
        with suppress(grpc.RpcError):  # a display that is gone is no reason to fail
            self._engine.Log(request, timeout=_SECONDS)

    @staticmethod
    def _request(
        text: str, urn: str, *, ephemeral: bool, severity: Any = engine_pb2.INFO
    ) -> engine_pb2.LogRequest:
        return engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral)


@Shared
def engine_log(address: str) -> EngineLog:
    """The log of the engine at `address`; silent for an empty one."""
    return EngineLog(
        engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None
    )


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """The row of the resource `urn`, from within the program that has it."""

    urn: str

    def show(self, text: str) -> None:
        """Show `text` on the row, until the next one."""
        self._log.show(text, self.urn)

    def tell(self, text: str) -> None:
        """Keep `text` as a line of the output."""
        self._log.tell(text, self.urn)

    def warn(self, text: str) -> None:
        """Keep `text` as a warning."""
        self._log.warn(text, self.urn)

    @property
    def _log(self) -> EngineLog:
        return EngineLog(getattr(settings, "get_engine", lambda: None)())
