"""The dynamic face: Pulumi's dynamic provider process as a child."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_ddb_backup.engine.status import status_class
from pulumi_ddb_backup.resources.backup import BackupProvider
from pulumi_ddb_backup.resources.backup_set import BackupSetProvider
from pulumi_ddb_backup.resources.packed import packed, unpacked
from pulumi_ddb_backup.resources.vault_backup import VaultBackupProvider
from tests.wire.provider import PYTHONS, SECONDS, Engine, Face, Refused

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:Backup::orders"
SET_URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:BackupSet::nightly"
PICKLED = serialize_provider(BackupProvider())
VAULT_URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/ddb-backup:VaultBackup::safe"
PICKLED_VAULT = serialize_provider(VaultBackupProvider())
PICKLED_SET = serialize_provider(BackupSetProvider())


class DynamicProvider:
    """One process of `python -m pulumi.dynamic`, asked about one resource. See `Provider`.

    A set's backups are packed on the way in, where `packs` says so, and unpacked on the way out, as a
    program's are. `kept` is what the engine was last given to keep.
    """

    def __init__(
        self,
        address: str,
        engine: Engine,
        process: subprocess.Popen[bytes],
        urn: str = URN,
        pickled: str = PICKLED,
    ) -> None:
        self.engine, self.process = engine, process
        self._address, self.urn = address, urn
        self.own_properties: Mapping[str, Any] = {"__provider": pickled}
        self.packs, self.kept = True, dict[str, Any]()
        self._stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(address))

    def of_set(self) -> DynamicProvider:
        return DynamicProvider(self._address, self.engine, self.process, SET_URN, PICKLED_SET)

    def of_vault(self) -> DynamicProvider:
        return DynamicProvider(self._address, self.engine, self.process, VAULT_URN, PICKLED_VAULT)

    def _props(self, values: Mapping[str, Any]) -> struct_pb2.Struct:
        backups = values.get("backups")
        kept = {"backups": packed(backups)} if self.packs and isinstance(backups, list) else {}
        return _struct({**self.own_properties, **values, **kept})

    def configure(self, config: Mapping[str, str]) -> None:
        self._stub.Configure(provider_pb2.ConfigureRequest(args=_struct(config)))

    def check(
        self, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], list[str]]:
        answer = self._call(
            self._stub.Check,
            provider_pb2.CheckRequest(
                urn=self.urn, olds=self._props(olds or {}), news=self._props(news)
            ),
        )
        return _dict(answer.inputs), [failure.reason for failure in answer.failures]

    def diff(
        self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> tuple[bool, list[str]]:
        answer = self._call(
            self._stub.Diff,
            provider_pb2.DiffRequest(
                id=id_, urn=self.urn, olds=self._props(olds), news=self._props(news)
            ),
        )
        return answer.changes == provider_pb2.DiffResponse.DIFF_SOME, list(answer.replaces)

    def create(
        self, props: Mapping[str, Any], urn: str | None = None
    ) -> tuple[str, dict[str, Any]]:
        request = provider_pb2.CreateRequest(urn=urn or self.urn, properties=self._props(props))
        answer = self._call(self._stub.Create, request)
        return answer.id, self._outputs(answer.properties)

    def read(
        self, id_: str, props: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        request = provider_pb2.ReadRequest(
            id=id_, urn=self.urn, properties=self._props(props), inputs=self._props(inputs)
        )
        answer = self._call(self._stub.Read, request)
        return answer.id, self._outputs(answer.properties), _dict(answer.inputs)

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            id=id_, urn=self.urn, olds=self._props(olds), news=self._props(news)
        )
        return self._outputs(self._call(self._stub.Update, request).properties)

    def delete(self, id_: str, props: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(id=id_, urn=self.urn, properties=self._props(props))
        self._call(self._stub.Delete, request)

    def cancel(self) -> None:
        self._stub.Cancel(empty_pb2.Empty(), timeout=SECONDS)

    def _call(self, method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=SECONDS)
        except grpc.RpcError as error:
            raise self._refused(error) from error

    def _refused(self, error: grpc.RpcError) -> Refused:
        details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
        if details is None:
            return Refused(error.details())
        status = status_class().FromString(details)
        refused = Refused(status.message)
        for detail in status.details:
            half = provider_pb2.ErrorResourceInitFailed()
            if detail.Unpack(half):
                refused.id = half.id
                refused.outputs = self._outputs(half.properties)
                refused.inputs = _dict(half.inputs)
                refused.reasons = list(half.reasons)
                refused.read_first = half.refresh_before_update
        return refused

    def _outputs(self, struct: struct_pb2.Struct) -> dict[str, Any]:
        """Outputs as a program sees them."""
        self.kept = _dict(struct)
        told = {"backups": unpacked(self.kept["backups"])} if "backups" in self.kept else {}
        return {**self.kept, **told}


@contextmanager
def running(python: Path, env: Mapping[str, str]) -> Iterator[DynamicProvider]:
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
        yield DynamicProvider(f"127.0.0.1:{int(child.stdout.readline())}", engine, child)
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


FACES = [Face("dynamic", sdk, running) for sdk in PYTHONS]
