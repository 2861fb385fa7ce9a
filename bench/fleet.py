"""A backup of every table of a large account, beside other ways to have them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import peers
from bench.peers import NotInstalled
from bench.processes import MIB, Finished, run
from bench.report import NONE, Goal, Section, Table, seconds, times
from bench.setting import LONGEST_SECONDS, PROGRAMS, Setting, pulumi_up
from bench.simulator import Seen

MOST_TIMES_THE_BOUND: Final = 1.2
_PARALLEL: Final = "1024"
_COMMANDS: Final = {
    "one `BackupSet`": "`pulumi up` of bench/programs/backup_set",
    "`Backup` resources": f"`pulumi up --parallel {_PARALLEL}` of bench/programs/backups",
    "32 threads over boto3": "`python bench/programs/boto3_pool.py`: describe, create, describe every 5 s",
    "cloud-custodian's `backup`": "`custodian run` of bench/programs/custodian.yml; waits for no backup",
}


@dataclass(frozen=True, slots=True)
class Result:
    """How one way went, and what AWS saw of it."""

    name: str
    finished: Finished
    seen: Seen


def measure(setting: Setting) -> Section:
    """Run all of them, one after the other."""
    ways: tuple[Callable[[Setting], Finished], ...] = (_backup_set, _backups, _threads, _custodian)
    results: list[Result] = []
    remarks = [f"{name}: {command}." for name, command in _COMMANDS.items()]
    for name, way in zip(_COMMANDS, ways, strict=True):
        setting.say(f"{setting.sizes.fleet} tables: {name}")
        try:
            if way in (_backup_set, _backups):
                _warm_up(way, setting)
            setting.simulated.fresh(setting.sizes.fleet, setting.sizes.backup_seconds)
            finished = way(setting)
        except NotInstalled as why:
            remarks.append(f"{name}: {why}")
            continue
        result = Result(name, finished, setting.simulated.seen())
        results.append(result)
        remarks += _remarks(result, setting)
    bound = setting.bound_seconds(setting.sizes.fleet)
    return Section(
        f"{setting.sizes.fleet:,} tables",
        f"Backups take {setting.sizes.backup_seconds:.0f} s. At 50 CreateBackup a second nobody "
        f"can be done before {bound:.1f} s, the bound. Seconds are those of the whole command, "
        "with its start, until it ends, Pulumi's after a first run with one table; the simulator's CPU is its share of one core meanwhile.",
        [_table(results, bound), _calls(results)],
        _goals(results[0], bound),
        remarks,
    )


def _warm_up(way: Callable[[Setting], Finished], setting: Setting) -> None:
    """One table, so that no figure tells how long a disk took to read Pulumi.

    Not for custodian, which keeps what tables it has seen for its next run.
    """
    setting.simulated.fresh(1, 0)
    way(replace(setting, sizes=replace(setting.sizes, fleet=1)))


def _backup_set(setting: Setting) -> Finished:
    return pulumi_up(setting.stack("backup_set"))


def _backups(setting: Setting) -> Finished:
    stack = setting.stack("backups", count=setting.sizes.fleet)
    return pulumi_up(stack, "--parallel", _PARALLEL)


def _threads(setting: Setting) -> Finished:
    python = peers.tool("boto3")
    command = [python, PROGRAMS / "boto3_pool.py"]
    return run(command, setting.env(), setting.scratch, LONGEST_SECONDS)


def _custodian(setting: Setting) -> Finished:
    custodian = peers.tool("c7n", "custodian")
    out = setting.scratch / "custodian"
    command: list[str | Path] = [custodian, "run", "-s", out, PROGRAMS / "custodian.yml"]
    return run(command, setting.env(), setting.scratch, LONGEST_SECONDS)


def _remarks(result: Result, setting: Setting) -> list[str]:
    finished, seen = result.finished, result.seen
    remarks = []
    if finished.code is None:
        remarks.append(f"{result.name}: ended by the bench after {finished.seconds:.0f} s.")
    elif finished.code != 0:
        last = finished.text.strip().rpartition("\n")[2][:100]
        remarks.append(f"{result.name}: ended with exit code {finished.code} and `{last}`.")
        sys.stderr.write(finished.text[-2000:])
    if missing := setting.sizes.fleet - seen.tables_backed_up:
        remarks.append(f"{result.name}: tables left without a backup: {missing}.")
    if waiting := seen.backups.get("CREATING", 0):
        remarks.append(f"{result.name}: {waiting} backups were still CREATING at its end.")
    return remarks


def _table(results: list[Result], bound: float) -> Table:
    first = results[0].finished.seconds
    return Table(
        (
            "",
            "seconds",
            "x the bound",
            "x `BackupSet`",
            "backups",
            "AVAILABLE at its end",
            "calls",
            "throttled",
            "memory, MiB",
            "simulator's CPU",
        ),
        [
            (
                result.name,
                seconds(result.finished.seconds),
                times(result.finished.seconds / bound),
                times(result.finished.seconds / first),
                str(sum(result.seen.backups.values())),
                str(result.seen.backups.get("AVAILABLE", 0)),
                f"{result.seen.all_calls:,}",
                f"{result.seen.throttled:,}",
                f"{result.finished.memory.peak_bytes / MIB:.0f}",
                f"{result.seen.cpu_seconds / result.finished.seconds:.0%}",
            )
            for result in results
        ],
    )


def _calls(results: list[Result]) -> Table:
    apis = ("ListTables", "DescribeTable", "CreateBackup", "DescribeBackup", "ListBackups")
    return Table(
        ("calls", *apis),
        [
            (
                result.name,
                *(f"{result.seen.of(api):,}" if result.seen.of(api) else NONE for api in apis),
            )
            for result in results
        ],
    )


def _goals(ours: Result, bound: float) -> list[Goal]:
    ratio = ours.finished.seconds / bound
    complete = ours.finished.code == 0
    return [
        Goal(
            "`BackupSet` over the bound",
            f"{MOST_TIMES_THE_BOUND} x",
            f"{ratio:.2f} x",
            complete and ratio <= MOST_TIMES_THE_BOUND,
        ),
        Goal(
            "`BackupSet`, throttled calls",
            "0",
            str(ours.seen.throttled),
            complete and ours.seen.throttled == 0,
        ),
    ]
