"""What a set of many tables costs every later command: the size of its state, and the time for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.processes import Finished
from bench.report import NONE, Goal, Section, Table, seconds, times
from bench.setting import Setting, pulumi, pulumi_up
from tests.e2e.stack import Stack

MOST_TIMES_THE_NOOP: Final = 2
MOST_BYTES_PER_TABLE: Final = 250
_PAGE: Final = 100
_LISTS_A_SECOND: Final = 5
_UP: Final = "`up` without a change"
_COMMANDS: Final = {
    _UP: ("up", "--yes", "--skip-preview"),
    "`preview`": ("preview",),
    "`refresh`": ("refresh", "--yes", "--skip-preview"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command costs, medians of several runs."""

    seconds: float
    cpu_seconds: float

    @classmethod
    def of(cls, runs: list[Finished]) -> Cost:
        """The medians of these runs."""
        return cls(median(r.seconds for r in runs), median(r.cpu_seconds for r in runs))


def measure(setting: Setting) -> Section:
    """Take the backups once, then run each command several times, in turn with a no-op's."""
    count, runs = setting.sizes.stored, setting.sizes.commands
    setting.say(f"state: a set of {count} tables")
    setting.simulated.fresh(count, 0)
    stacks = (setting.stack("backup_set"), setting.stack("noops", count=1))
    first, _ = (_done(pulumi_up(stack)) for stack in stacks)
    sizes = [_exported_bytes(stack) for stack in stacks]
    costs: dict[str, tuple[Cost, Cost]] = {}
    for name, command in _COMMANDS.items():
        setting.say(f"state: {name}")
        each = [[_done(pulumi(stack, *command)) for stack in stacks] for _ in range(runs)]
        ours, noops = (Cost.of(list(column)) for column in zip(*each, strict=True))
        costs[name] = (ours, noops)
    pages = math.ceil(count / _PAGE)
    return Section(
        f"The state of {count:,} tables",
        f"A `BackupSet` of {count:,} tables that is there already, beside one dynamic resource that does "
        f"nothing; medians of {runs}, taken in turns. CPU is that of all processes of the command.",
        [_times(costs), _sizes(sizes, count)],
        _goals(costs[_UP], sizes[0] / count),
        [
            f"The `up` that took the backups ran {first.seconds:.0f} s.",
            f"A refresh reads {pages:,} {'page' if pages == 1 else 'pages'} of ListBackups at {_LISTS_A_SECOND} a "
            f"second, which takes at least {(pages - 1) / _LISTS_A_SECOND:.1f} s.",
            "The state is what `pulumi stack export` prints. The program exports nothing: an output that it "
            "exports is in the state once more, as the program sees it.",
        ],
    )


def _done(finished: Finished) -> Finished:
    if finished.code != 0:
        raise SystemExit(f"pulumi failed: {finished.text}")
    return finished


def _exported_bytes(stack: Stack) -> int:
    return len(stack.run("stack", "export").text.encode())


def _times(costs: dict[str, tuple[Cost, Cost]]) -> Table:
    def row(read: Callable[[Cost], float], ours: Cost, noops: Cost) -> tuple[str, str, str]:
        return seconds(read(ours)), seconds(read(noops)), times(read(ours) / read(noops))

    return Table(
        ("", "seconds", "no-op's", "ratio", "CPU, s", "no-op's CPU", "CPU ratio"),
        [
            (
                name,
                *row(lambda cost: cost.seconds, ours, noops),
                *row(lambda cost: cost.cpu_seconds, ours, noops),
            )
            for name, (ours, noops) in costs.items()
        ],
    )


def _sizes(sizes: list[int], count: int) -> Table:
    return Table(
        ("state", "KiB", "bytes a table"),
        [
            (f"of {count:,} tables", f"{sizes[0] / 1024:,.0f}", f"{sizes[0] / count:.0f}"),
            ("of a no-op", f"{sizes[1] / 1024:,.0f}", NONE),
        ],
    )


def _goals(up: tuple[Cost, Cost], bytes_per_table: float) -> list[Goal]:
    ratio = up[0].seconds / up[1].seconds
    return [
        Goal(
            f"{_UP} over the no-op's",
            f"{MOST_TIMES_THE_NOOP} x",
            f"{ratio:.2f} x",
            ratio <= MOST_TIMES_THE_NOOP,
        ),
        Goal(
            "state for each table",
            f"{MOST_BYTES_PER_TABLE} bytes",
            f"{bytes_per_table:.0f} bytes",
            bytes_per_table <= MOST_BYTES_PER_TABLE,
        ),
    ]
