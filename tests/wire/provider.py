"""A provider as the engine meets it, whichever face it shows, and the engine's side of the talk."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2_grpc

from tools.pulumi_cli import ROOT

PYTHONS = {
    "floor": ROOT / ".venv-floor" / "bin" / "python",
    "newest": ROOT / ".venv" / "bin" / "python",
}
FAST_CLOCK = str(ROOT / "tests" / "fast_clock")
SECONDS = 240


class Line(NamedTuple):
    """One line that the engine was asked to show."""

    text: str
    urn: str
    ephemeral: bool


class Engine(engine_pb2_grpc.EngineServicer):
    """The part of the engine that a provider talks to."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.server = grpc.server(ThreadPoolExecutor(4))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self.server)
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()
        self._told = threading.Condition()

    def Log(self, request: Any, context: Any) -> empty_pb2.Empty:
        with self._told:
            self.lines.append(Line(request.message, request.urn, request.ephemeral))
            self._told.notify_all()
        return empty_pb2.Empty()

    def die(self) -> None:
        """Be gone, without a word to the provider."""
        self.server.stop(None).wait()

    def wait_for(self, text: str, count: int = 1) -> None:
        """Return once `count` lines with `text` in them have arrived."""
        with self._told:
            arrived = self._told.wait_for(
                lambda: sum(text in line.text for line in self.lines) >= count, SECONDS
            )
        assert arrived, f"not told {count} times: {text}"

    def wait_for_row(self, text: str) -> None:
        """Return once the row has shown exactly `text`: nobody waits for what a row shows."""
        with self._told:
            arrived = self._told.wait_for(
                lambda: any(line.ephemeral and line.text == text for line in self.lines), SECONDS
            )
        assert arrived, f"not on the row: {text!r}"

    @property
    def kept(self) -> list[str]:
        """The lines that stay on the screen."""
        return [line.text for line in self.lines if not line.ephemeral]


@dataclass
class Refused(Exception):
    """What the engine makes of a failed call: a message and, where given, a half-made resource."""

    message: str
    id: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    read_first: bool = False


class Provider(Protocol):
    """One provider process, asked about one `Backup`; after `of_set` about one `BackupSet`, and after `of_vault`
    about one `VaultBackup`.

    Every call may raise Refused. A face translates names and values: here, properties have the names
    and the plain values that a Python program gives them.

    Attributes:
        engine: Hears what the provider tells.
        process: The process.
        urn: The resource's URN.
        own_properties: What the face itself keeps beside the inputs and outputs of every resource.
    """

    engine: Engine
    process: subprocess.Popen[bytes]
    urn: str
    own_properties: Mapping[str, Any]

    def of_set(self) -> Provider:
        """The same process, asked about a `BackupSet`."""

    def of_vault(self) -> Provider:
        """The same process, asked about a `VaultBackup`."""

    def configure(self, config: Mapping[str, str]) -> None:
        """Hand over a stack's configuration, by full keys such as `aws:region`."""

    def check(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        """The checked inputs, and the reasons of all failures."""

    def diff(
        self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> tuple[bool, list[str]]:
        """Whether there is a change, and which inputs replace."""

    def create(
        self, props: Mapping[str, Any], urn: str | None = None
    ) -> tuple[str, dict[str, Any]]:
        """The new resource's id and outputs."""

    def read(
        self, id_: str, props: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The resource's id (blank when it is gone), outputs and inputs."""

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """The resource's outputs."""

    def delete(self, id_: str, props: Mapping[str, Any]) -> None: ...

    def cancel(self) -> None:
        """Ctrl-C, for every call under way."""


@dataclass(frozen=True)
class Face:
    """A face on one SDK.

    Attributes:
        name: The face, by which a test may ask for it alone (`@pytest.mark.face("dynamic")`).
        sdk: A key of PYTHONS.
        running: Runs a provider process of that Python with these environment variables.
    """

    name: str
    sdk: str
    running: Callable[[Path, Mapping[str, str]], AbstractContextManager[Provider]]

    def __str__(self) -> str:
        return f"{self.name}-{self.sdk}"
