"""Control of a simulator over HTTP, for people and for tests of processes of their own.

GET  /_sim/calls     every call so far, with its time and outcome
POST /_sim/set       {"creating_seconds": 10, "limits": {"CreateBackup": 50}}; `vaults.NAME` sets
                     what AWS Backup does, as in {"vaults.running_seconds": 60,
                     "vaults.ends": [{"state": "FAILED", "message": "Broken.", "times": 1}]}
POST /_sim/finish    every backup becomes AVAILABLE, every job COMPLETED, and new ones at once
POST /_sim/release   calls that a fault holds are carried out
POST /_sim/fault     {"api": "CreateBackup", "kind": "error", "code": "InternalServerError", ...}
POST /_sim/fire      {"schedule": NAME or ARN, "region": "eu-west-1"}: what came of it is answered
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.aws.simulator.answers import Answer
from tests.aws.simulator.backup.records import End
from tests.aws.simulator.faults import Fault

if TYPE_CHECKING:
    from tests.aws.simulator.endpoint import Simulator


def answer(simulator: Simulator, environ: dict[str, Any], body: bytes) -> Answer:
    """Do what a request to `/_sim/` says."""
    action = environ["PATH_INFO"].removeprefix("/_sim/")
    try:
        told = _do(simulator, action, json.loads(body or b"{}"))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        return Answer("400 Bad Request", json.dumps({"error": str(error)}).encode())
    return Answer("200 OK", json.dumps(told, default=str).encode())


def _do(simulator: Simulator, action: str, said: dict[str, Any]) -> Any:
    match action:
        case "calls":
            return [asdict(call) for call in list(simulator.calls)]
        case "set":
            for key, value in said.items():
                _set(simulator, key, value)
        case "fault":
            simulator.fault(Fault(**said))
        case "finish":
            simulator.finish_backups()
            simulator.vaults.finish()
        case "release":
            simulator.release()
        case "fire":
            return asdict(simulator.fire(said["schedule"], said.get("region", "")))
        case _:
            raise LookupError(f"no such control: {action}")
    return {}


def _set(simulator: Simulator, key: str, value: Any) -> None:
    where, _, name = key.rpartition(".")
    owner = getattr(simulator, where) if where else simulator
    before = getattr(owner, name)  # a name that isn't there is a mistake
    if isinstance(before, set):
        value = set(value)
    if name == "ends":
        value = [End(**one) for one in value]
    setattr(owner, name, value)
