"""How time, calls and memory grow with the number of tables."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench import peers
from bench.peers import NotInstalled
from bench.processes import run
from bench.report import Goal, Section, Table, seconds, times
from bench.seconds import SharedSeconds
from bench.setting import LONGEST_SECONDS, Setting
from tools.pulumi_cli import ROOT

MOST_KIB_PER_TABLE: Final = 20
PICTURE: Final = "performance.png"


@dataclass(frozen=True, slots=True)
class Size:
    """What a Fleet of one size came to."""

    tables: int
    simulated: bool
    bound_seconds: float
    seconds: float
    machine_seconds: float
    calls: int
    throttled: int
    list_backups: int
    grown_bytes: int
    threads: int


def measure(setting: Setting) -> Section:
    """Run all sizes, and draw them."""
    sizes = [_size(setting, tables, simulated=False) for tables in setting.sizes.growth]
    sizes += [_size(setting, tables, simulated=True) for tables in setting.sizes.simulated_growth]
    remarks = [
        "On the simulated clock calls and computing take no time; `machine's` is what the run "
        "took in truth, the simulator's own work included.",
        "Threads: one more for all operations, and up to 16 for calls, as many as are under way at "
        "once, however many tables there are.",
        "Memory is what the process has grown by at its peak, beyond what it holds once it has "
        "called AWS for the first time.",
    ]
    drawing = ""
    if setting.docs is not None:
        try:
            _draw(sizes, setting.docs / PICTURE)
            drawing = f"![Time, calls and memory over the number of tables]({PICTURE})"
        except NotInstalled as why:
            remarks.append(str(why))
    return Section(
        "Growth",
        "`Fleet(...).create(...)`, which is what a `BackupSet` runs, in a process of its own.",
        [_table(sizes)],
        _goals(sizes),
        remarks,
        drawing,
    )


def _size(setting: Setting, tables: int, *, simulated: bool) -> Size:
    setting.say(f"growth: {tables} tables{', on a simulated clock' * simulated}")
    clock = setting.scratch / f"growth-{tables}-seconds" if simulated else None
    if clock is not None:
        SharedSeconds(clock)
    setting.simulated.fresh(tables, setting.sizes.backup_seconds, clock)
    command = [sys.executable, "-m", "bench.measured", setting.simulated.url]
    finished = run(
        [*command, *([str(clock)] if clock else [])], setting.env(), ROOT, LONGEST_SECONDS
    )
    if finished.code != 0:
        raise SystemExit(f"A fleet of {tables} failed: {finished.text[-2000:]}")
    told = json.loads(finished.text)
    seen = setting.simulated.seen()
    if told["backed_up"] != tables or seen.tables_backed_up != tables:
        raise SystemExit(f"Not all of {tables} tables were backed up: {finished.text[-2000:]}")
    return Size(
        tables=tables,
        simulated=simulated,
        bound_seconds=setting.bound_seconds(tables),
        seconds=told["seconds"],
        machine_seconds=finished.seconds,
        calls=seen.all_calls,
        throttled=seen.throttled,
        list_backups=seen.of("ListBackups"),
        grown_bytes=told["grown_bytes"],
        threads=told["threads"],
    )


def _table(sizes: Sequence[Size]) -> Table:
    return Table(
        (
            "tables",
            "seconds",
            "bound",
            "ratio",
            "machine's",
            "calls",
            "a table",
            "throttled",
            "ListBackups",
            "MiB",
            "KiB a table",
            "threads",
        ),
        [
            (
                f"{size.tables:,}{' (simulated clock)' * size.simulated}",
                seconds(size.seconds),
                seconds(size.bound_seconds),
                times(size.seconds / size.bound_seconds),
                seconds(size.machine_seconds),
                f"{size.calls:,}",
                times(size.calls / size.tables),
                str(size.throttled),
                str(size.list_backups),
                f"{size.grown_bytes / (1 << 20):.1f}",
                f"{_kib_per_table(size):.1f}",
                str(size.threads),
            )
            for size in sizes
        ],
    )


def _kib_per_table(size: Size) -> float:
    return size.grown_bytes / 1024 / size.tables


def _goals(sizes: Sequence[Size]) -> list[Goal]:
    largest = sizes[-1]
    kib = _kib_per_table(largest)
    return [
        Goal(
            f"memory per table of {largest.tables:,}",
            f"{MOST_KIB_PER_TABLE} KiB",
            f"{kib:.1f} KiB",
            kib <= MOST_KIB_PER_TABLE,
        )
    ]


def _draw(sizes: Sequence[Size], picture: Path) -> None:
    python = peers.tool("matplotlib")
    script = str(Path(__file__).parent / "picture.py")
    given = json.dumps([asdict(size) for size in sizes])
    subprocess.run([str(python), script, str(picture)], input=given, text=True, check=True)
