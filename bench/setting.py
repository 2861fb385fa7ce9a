"""What every measurement is handed: where to run, how large, and Pulumi programs to run."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.processes import Finished, finish
from bench.simulator import Simulated
from bench.stored import REGION
from tests.e2e.stack import EmptyStack, Stack

PROGRAMS: Final = Path(__file__).parent / "programs"
CREATE_BACKUPS_A_SECOND: Final = 50
LONGEST_SECONDS: Final = 900.0
"""A command that takes longer is ended."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: all of it, or just enough to see that it works."""

    fleet: int = 1000
    backup_seconds: float = 10.0
    waits_seconds: tuple[float, ...] = (0.0, 3.0, 12.0)
    simulated_wait_seconds: float = 60.0
    spread_waits_seconds: tuple[float, ...] = tuple(4.6 * n for n in range(1, 13))
    imports: int = 15
    programs: tuple[int, ...] = (1, 10, 100)
    ups: int = 7
    waiting: int = 100
    growth: tuple[int, ...] = (10, 100, 1000)
    simulated_growth: tuple[int, ...] = (10_000,)
    stored: int = 10_000
    commands: int = 5
    pruned: int = 1000
    looped: int = 50
    nights: int = 30


QUICK: Final = Sizes(
    fleet=40,
    backup_seconds=2.0,
    waits_seconds=(0.0, 3.0),
    simulated_wait_seconds=12.0,
    spread_waits_seconds=(4.6, 9.2),
    imports=3,
    programs=(1, 5),
    ups=2,
    waiting=10,
    growth=(10, 40),
    simulated_growth=(200,),
    stored=200,
    commands=2,
    pruned=40,
    looped=3,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a measurement runs.

    Attributes:
        simulated: The simulator.
        sizes: How much is measured.
        scratch: A folder that is gone afterwards.
        cli: The environment in which `pulumi` runs.
        say: Tells the person what is under way.
        docs: The folder to write into; None writes nothing.
    """

    simulated: Simulated
    sizes: Sizes
    scratch: Path
    cli: Mapping[str, str]
    say: Callable[[str], None]
    docs: Path | None = None

    def bound_seconds(self, tables: int) -> float:
        """What nobody can be quicker than: the last CreateBackup's turn, and its backup."""
        return tables / CREATE_BACKUPS_A_SECOND + self.sizes.backup_seconds

    def env(self, *folders: Path) -> dict[str, str]:
        """The environment of a command that calls AWS, with `folders` first on its PATH."""
        path = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
        return {"PATH": path, "HOME": str(self.scratch), **self.simulated.env()}

    def stack(self, program: str, **config: object) -> Stack:
        """A new stack of one of `programs/`."""
        folder = self.scratch / f"stack-{len(list(self.scratch.iterdir()))}"
        (folder / "empty").mkdir(parents=True)
        env = {**self.env(), **self.cli}
        stack = Stack(PROGRAMS / program, folder, env, EmptyStack(folder / "empty", env))
        values = {f"bench__{key}": value for key, value in config.items()}
        stack.configure(aws__region=REGION, **values)
        return stack

    def drop(self, stack: Stack) -> None:
        """Take a stack's folder away."""
        shutil.rmtree(stack.folder.parent)


def pulumi_up(stack: Stack, *options: str) -> Finished:
    """`pulumi up`, its provider process measured."""
    return pulumi(stack, "up", "--yes", "--skip-preview", *options)


def pulumi(stack: Stack, *arguments: str) -> Finished:
    """`pulumi ARGUMENTS`, its provider process measured."""
    began = time.monotonic()
    with stack.started(*arguments) as child:
        return finish(child, began, LONGEST_SECONDS, measure_provider=True)
