"""Comparing two tables: items a second, memory, and how near it comes to the bound of its budget."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from bench import peers
from bench.peers import NotInstalled
from bench.processes import MIB, Finished, run
from bench.report import NONE, Goal, Section, Table, seconds, times
from bench.setting import LONGEST_SECONDS, PROGRAMS, QUICK, Setting
from tools.pulumi_cli import ROOT

MOST_TIMES_THE_BOUND: Final = 1.2
MOST_GROWTH: Final = 1.5
_SIZES: Final = (10_000, 100_000, 1_000_000)
_QUICK_SIZES: Final = (1_000, 3_000)
_NAIVE_MOST: Final = 100_000
"""Beyond this the naive comparison needs gigabytes."""
_HTTP_ITEMS: Final = 10_000
_BOUND_SECONDS: Final = 20
_ITEMS_A_UNIT: Final = 22
"""So many items of the generated tables fit into a read unit, about."""
_OURS: Final = "`Comparisons`"
_NAIVE: Final = "both tables in memory"
_SHELL: Final = "`aws dynamodb scan`, `jq`, `sort`, `diff`"


@dataclass(frozen=True, slots=True)
class Result:
    """How one comparison went, of two tables of so many items each."""

    name: str
    items: int
    finished: Finished
    told: dict[str, Any] | None

    @property
    def took(self) -> float:
        """Its seconds, less those in which its process started where it tells them."""
        return float(self.told["seconds"]) if self.told else self.finished.seconds

    @property
    def row(self) -> tuple[str, ...]:
        """Its row of the table."""
        grown = f"{self.told['grown_bytes'] / MIB:.0f}" if self.told else NONE
        return (
            self.name,
            f"{self.items:,}",
            seconds(self.took),
            f"{2 * self.items / self.took:,.0f}",
            grown,
        )


def measure(setting: Setting) -> Section:
    """Compare generated tables, alone and over HTTP, with and without a budget."""
    quick = setting.sizes == QUICK
    sizes = _QUICK_SIZES if quick else _SIZES
    alone = [_run(setting, _OURS, "ours", count) for count in sizes]
    alone += [_run(setting, _NAIVE, "naive", count) for count in sizes if count <= _NAIVE_MOST]
    over_http, remarks = _over_http(setting, sizes[0] if quick else _HTTP_ITEMS)
    budget = max(1, sizes[1] // _ITEMS_A_UNIT // (4 if quick else _BOUND_SECONDS))
    bounded = _run(setting, _OURS, "ours", sizes[1], str(budget))
    bound = bounded.told["units"] / budget if bounded.told else math.inf
    headings = ("", "items in each table", "seconds", "items a second", "MiB grown")
    return Section(
        "Comparing two tables",
        "Two equal tables, whose items of some 300 bytes are made as they are read, so that the time is "
        "this package's own and the source's. Items a second are those of both tables together. Memory is "
        "what the process has grown by at the most.",
        [
            Table((f"without HTTP{headings[0]}", *headings[1:]), [one.row for one in alone]),
            Table(("over HTTP", *headings[1:]), [one.row for one in over_http]),
        ],
        [_bound_goal(bounded, bound), _memory_goal(alone, sizes)],
        [
            f"With a budget of {budget:,} read units a second for each table, {sizes[1]:,} items take "
            f"{bounded.took:.1f} s; by the units that they cost, nobody could be done before "
            f"{bound:.1f} s.",
            "The shell's pipeline takes numbers and sets as they are written, and tells lines.",
            *remarks,
        ],
    )


def _run(setting: Setting, name: str, way: str, count: int, *more: str) -> Result:
    setting.say(f"comparing two tables of {count:,} items: {name}")
    command = [sys.executable, "-m", "bench.compared", way, str(count), *more]
    finished = run(command, setting.env(), ROOT, LONGEST_SECONDS)
    if finished.code != 0:
        raise RuntimeError(finished.text)
    return Result(name, count, finished, json.loads(finished.text))


def _over_http(setting: Setting, count: int) -> tuple[list[Result], list[str]]:
    with _served(count) as url:
        results = [
            _run(setting, _OURS, "ours", count, "0", url),
            _run(setting, _NAIVE, "naive", count, "0", url),
        ]
        if shutil.which("jq") is None:
            return results, [f"{_SHELL}: jq is not installed here."]
        try:
            aws = peers.tool("awscli", "aws")
        except NotInstalled as why:
            return results, [f"{_SHELL}: {why}"]
        setting.say(f"comparing two tables of {count:,} items: {_SHELL}")
        own = {"AWS_ENDPOINT_URL": url, "FOLDER": str(setting.scratch)}
        env = {**setting.env(aws.parent), **own}
        finished = run([PROGRAMS / "compare_shell.sh"], env, setting.scratch, LONGEST_SECONDS)
        remarks = [] if finished.code == 0 else [f"{_SHELL}: {finished.text.strip()[:160]}"]
        return [*results, Result(_SHELL, count, finished, None)], remarks


@contextmanager
def _served(count: int) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.generated", str(count)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield child.stdout.readline().strip()
        finally:
            child.kill()


def _bound_goal(bounded: Result, bound: float) -> Goal:
    ratio = bounded.took / bound
    return Goal(
        "a comparison over the bound of its budget",
        f"{MOST_TIMES_THE_BOUND} x",
        f"{times(ratio)} x",
        ratio <= MOST_TIMES_THE_BOUND,
    )


def _memory_goal(alone: list[Result], sizes: tuple[int, ...]) -> Goal:
    grown = [one.told["grown_bytes"] for one in alone if one.told and one.name == _OURS]
    ratio = grown[-1] / grown[1 if len(grown) > 2 else 0]
    return Goal(
        f"memory of a comparison of {sizes[-1]:,} items over one of {sizes[-2]:,}",
        f"{MOST_GROWTH} x",
        f"{times(ratio)} x",
        ratio <= MOST_GROWTH,
    )
