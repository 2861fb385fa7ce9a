"""Control of a simulator over HTTP, for people and for tests of processes of their own.

GET  /_sim/calls     every call so far, with its time and outcome
POST /_sim/set       {"creating_seconds": 10, "limits": {"CreateBackup": 50}}; `vaults.NAME` sets
                     what AWS Backup does, as in {"vaults.running_seconds": 60}
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
from tests.aws.simulator.faults import Fault

if TYPE_CHECKING:
    from tests.aws.simulator.endpoint import Simulator


def answer(simulator: Simulator, environ: dict[str, Any], body: bytes) -> Answer:
    """Do what a request to `/_sim/` says."""
    said = json.loads(body or b"{}")
    action = environ["PATH_INFO"].removeprefix("/_sim/")
    told: Any = {}
    if action == "set":
        for key, value in said.items():
            where, _, name = key.rpartition(".")
            setattr(getattr(simulator, where) if where else simulator, name, value)
    elif action == "fault":
        simulator.fault(Fault(**said))
    elif action == "finish":
        simulator.finish_backups()
        simulator.vaults.finish()
    elif action == "release":
        simulator.release()
    elif action == "fire":
        told = asdict(simulator.fire(said["schedule"], said.get("region", "")))
    elif action == "calls":
        told = [asdict(call) for call in list(simulator.calls)]
    return Answer("200 OK", json.dumps(told, default=str).encode())
