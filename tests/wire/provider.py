"""Pulumi's dynamic provider process as a child, and the engine's side of the talk with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from pulumi_ddb_backup.engine.status import status_class
from pulumi_ddb_backup.resources.backup import BackupProvider
from pulumi_ddb_backup.resources.backup_set import BackupSetProvider
from tools.pulumi_cli import ROOT

PYTHONS = {
    "floor": ROOT / ".venv-floor" / "bin" / "python",
    "newest": ROOT / ".venv" / "bin" / "python",
}
FAST_CLOCK = str(ROOT / "tests" / "fast_clock")
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:Backup::orders"
SET_URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:BackupSet::nightly"
PICKLED = serialize_provider(BackupProvider())
PICKLED_SET = serialize_provider(BackupSetProvider())
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


class Provider:
    """One provider process, asked about one resource."""

    def __init__(
        self,
        address: str,
        engine: Engine,
        process: subprocess.Popen[bytes],
        urn: str = URN,
        pickled: str = PICKLED,
    ) -> None:
        self.engine, self.process = engine, process
        self._address, self._urn, self._pickled = address, urn, pickled
        self._stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(address))

    def of_set(self) -> Provider:
        """The same process, asked about a `BackupSet`."""
        return Provider(self._address, self.engine, self.process, SET_URN, PICKLED_SET)

    def _props(self, values: Mapping[str, Any]) -> struct_pb2.Struct:
        return _struct({"__provider": self._pickled, **values})

    def configure(self, config: Mapping[str, str]) -> None:
        self._stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config)))

    def check(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        """The checked inputs, and the reasons of all failures."""
        answer = self._call(
            self._stub.Check,
            provider_pb2.CheckRequest(
                urn=self._urn, olds=self._props(olds or {}), news=self._props(news)
            ),
        )
        return _dict(answer.inputs), [failure.reason for failure in answer.failures]

    def diff(
        self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> tuple[bool, list[str]]:
        """Whether there is a change, and which inputs replace."""
        answer = self._call(
            self._stub.Diff,
            provider_pb2.DiffRequest(
                id=id_, urn=self._urn, olds=self._props(olds), news=self._props(news)
            ),
        )
        return answer.changes == provider_pb2.DiffResponse.DIFF_SOME, list(answer.replaces)

    def create(
        self, props: Mapping[str, Any], urn: str | None = None
    ) -> tuple[str, dict[str, Any]]:
        """The new resource's id and outputs."""
        request = provider_pb2.CreateRequest(urn=urn or self._urn, properties=self._props(props))
        answer = self._call(self._stub.Create, request)
        return answer.id, _dict(answer.properties)

    def read(
        self, id_: str, props: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The resource's id (blank when it is gone), outputs and inputs."""
        request = provider_pb2.ReadRequest(
            id=id_, urn=self._urn, properties=self._props(props), inputs=self._props(inputs)
        )
        answer = self._call(self._stub.Read, request)
        return answer.id, _dict(answer.properties), _dict(answer.inputs)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """The resource's outputs."""
        request = provider_pb2.UpdateRequest(
            id=id_, urn=self._urn, olds=self._props(olds), news=self._props(news)
        )
        return _dict(self._call(self._stub.Update, request).properties)

    def delete(self, id_: str, props: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(id=id_, urn=self._urn, properties=self._props(props))
        self._call(self._stub.Delete, request)

    def cancel(self) -> None:
        self._stub.Cancel(empty_pb2.Empty(), timeout=SECONDS)

    @staticmethod
    def _call(method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=SECONDS)
        except grpc.RpcError as error:
            raise _refused(error) from error


def _refused(error: grpc.RpcError) -> Refused:
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if details is None:
        return Refused(error.details())
    status = status_class().FromString(details)
    refused = Refused(status.message)
    for packed in status.details:
        half = provider_pb2.ErrorResourceInitFailed()
        if packed.Unpack(half):
            refused.id = half.id
            refused.outputs = _dict(half.properties)
            refused.inputs = _dict(half.inputs)
            refused.reasons = list(half.reasons)
            refused.read_first = half.refresh_before_update
    return refused


@contextmanager
def running(python: str, env: Mapping[str, str]) -> Iterator[Provider]:
    """A provider process of its own, with an engine that listens to it."""
    engine = Engine()
    child = subprocess.Popen(
        [python, "-u", "-m", "pulumi.dynamic", engine.address],
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        env={
            "PATH": os.environ["PATH"],
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONWARNINGS": "error",
            **env,
        },
    )
    try:
        assert child.stdout is not None
        yield Provider(f"127.0.0.1:{int(child.stdout.readline())}", engine, child)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
        engine.die()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.Parse(json.dumps(dict(values)), struct_pb2.Struct())


def _dict(struct: struct_pb2.Struct) -> dict[str, Any]:
    return dict(json_format.MessageToDict(struct))
