"""Lets an operation's seconds pass 60 times as fast in a process that finds this on PYTHONPATH.

So a provider process shows a timeout of 60 s after one, with its own code and real calls. Time passes
only while an operation sleeps, and never during a call: however busy the machine is, no timeout
passes before the operation has waited for it.

`hastened` has the clock. It is loaded with the first module that it changes: of the processes that
`pulumi` starts, most import none of them.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

HASTENED = ("pulumi_ddb_backup.aws.clock", "pulumi_ddb_backup.aws.calls.dynamodb")


class Hastening(Loader):
    """Loads a module as its own loader does, then lets its time pass faster."""

    def __init__(self, own: Loader) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._own.exec_module(module)
        sys.path.append(str(Path(__file__).parents[2]))
        from tests.fast_clock import hastened

        sys.path.pop()
        hastened.hasten(module)


class Hasteners(MetaPathFinder):
    """Finds the modules that are hastened."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in HASTENED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = Hastening(spec.loader)
        return spec


sys.meta_path.insert(0, Hasteners())
