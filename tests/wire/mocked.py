"""Look-ups and resources under `set_mocks`, in a process of its own: cases in, what came of them out.

Run as `python -m tests.wire.mocked`, with a list of cases as JSON on stdin.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pulumi

import pulumi_ddb_backup as ddb_backup


class Mocks(pulumi.runtime.Mocks):
    """Answers as a case says."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case, self.seen = case, []  # type: ignore[var-annotated]

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        self.seen.append([args.token, args.args])
        if "raises" in self.case:
            raise RuntimeError(self.case["raises"])
        answer, failures = self.case["answer"], self.case.get("failures")
        return (answer, failures) if failures else answer

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> Any:
        inputs = {key: value for key, value in args.inputs.items() if key != "__provider"}
        self.seen.append([args.typ, inputs])
        return f"{args.name}-id", {**inputs, **self.case["answer"]}


def looked_up(case: dict[str, Any]) -> Any:
    """What a look-up gives the program."""
    args = {
        key: datetime.fromisoformat(value) if key in ("since", "until") else value
        for key, value in case["args"].items()
    }
    return getattr(ddb_backup, case["ask"])(**args)


def made(case: dict[str, Any]) -> pulumi.Output[Any]:
    """The outputs of a resource that a case asks for, and its id."""
    resource = getattr(ddb_backup, case["make"])("one", **case["args"])
    ids = ["id"] if isinstance(resource, pulumi.CustomResource) else []
    return pulumi.Output.all(*(getattr(resource, name) for name in [*ids, *case["outputs"]]))


def carried_out(case: dict[str, Any]) -> dict[str, Any]:
    """What one case came to, and what its mocks were handed."""
    mocks = Mocks(case)
    pulumi.runtime.set_mocks(mocks, preview=case.get("preview", False))
    told: list[Any] = []

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> Any:
        value = made(case) if "make" in case else looked_up(case)
        return pulumi.Output.from_input(value).apply(told.append)

    try:
        if case.get("at_import"):
            told.append(looked_up(case))
        else:
            program()
    except Exception as error:
        return {"seen": mocks.seen, "error": f"{type(error).__name__}: {error}"}
    return {"seen": mocks.seen, "told": told}


def plain(value: Any) -> Any:
    """What JSON has no form for."""
    return value.isoformat() if isinstance(value, datetime) else asdict(value)


if __name__ == "__main__":
    json.dump([carried_out(case) for case in json.load(sys.stdin)], sys.stdout, default=plain)
