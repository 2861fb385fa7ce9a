"""A night's retention for every table of a large account, beside other ways to have it."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import peers
from bench.peers import NotInstalled
from bench.processes import MIB, Finished, run
from bench.report import NONE, Goal, Section, Table, seconds, times
from bench.setting import LONGEST_SECONDS, PROGRAMS, Setting
from bench.simulator import Seen
from bench.stored import OWNER, PREFIX
from pulumi_ddb_backup.aws.rules.naming import owner_mark
from tools.pulumi_cli import ROOT

MOST_TIMES_THE_BOUND: Final = 1.1
_LISTS_A_SECOND: Final = 5
_DESCRIBES_A_SECOND: Final = 10
_DELETES_A_SECOND: Final = 10
_PAGE: Final = 100
_OURS: Final = "`retention=`"
_COMMANDS: Final = {
    _OURS: "what a resource runs once its backups are AVAILABLE, in a process of its own "
    "(bench/pruned.py)",
    "`ddb-backup prune`": "`ddb-backup prune 'bench-*' --owner ... --yes`; looks at each table, too",
    "cloud-custodian's `delete`": "`custodian run` of bench/programs/prune_custodian.yml, with the "
    "filter `reduce`. It has no `retain` for DynamoDB and no days, weeks or months: this keeps the "
    "newest so many of each table, whichever table had the name and whoever made them",
    "a loop over the AWS CLI": "bench/programs/prune_loop.sh, which keeps the newest so many too",
}


@dataclass(frozen=True, slots=True)
class Result:
    """How one way went, of how many tables, and what AWS saw of it."""

    name: str
    tables: int
    bound: float
    finished: Finished
    seen: Seen
    left: int
    """Backups that should be gone and are not."""


def measure(setting: Setting) -> Section:
    """Run all of them, one after the other."""
    sizes = setting.sizes
    ways: tuple[Callable[[Setting, int], Finished], ...] = (_ours, _command, _custodian, _loop)
    results: list[Result] = []
    remarks = [f"{name}: {command}." for name, command in _COMMANDS.items()]
    for name, way in zip(_COMMANDS, ways, strict=True):
        tables = sizes.looped if way is _loop else sizes.pruned
        setting.say(f"retention of {tables} tables: {name}")
        setting.simulated.fresh(tables, 0)
        try:
            finished = way(setting, tables)
        except NotInstalled as why:
            remarks.append(f"{name}: {why}")
            continue
        seen = setting.simulated.seen()
        left = sum(seen.backups.values()) - tables * (sizes.nights - 1)
        bound = _bound(tables, sizes.nights, describes=way is _command)
        results.append(Result(name, tables, bound, finished, seen, left))
        remarks += _remarks(results[-1])
    grown = json.loads(results[0].finished.text)["grown_bytes"]
    summaries = sizes.pruned * sizes.nights
    return Section(
        f"Retention of {sizes.pruned:,} tables",
        f"Each table has {sizes.nights} daily backups, of which the oldest has expired. Of a list of "
        f"{math.ceil(summaries / _PAGE):,} pages at {_LISTS_A_SECOND} a second, and "
        f"{sizes.pruned:,} deletions at {_DELETES_A_SECOND} a second, nobody can be done before "
        f"{results[0].bound:.1f} s, the bound; `ddb-backup prune` also describes each table, at "
        f"{_DESCRIBES_A_SECOND} a second. The loop has fewer tables, since a command of the AWS "
        "CLI for each of a thousand takes too long; its bound is that of as many, and its memory the "
        "shell's alone.",
        [_table(results)],
        _goals(results[0]),
        [
            *remarks,
            f"Memory of {_OURS}: {grown / 1024 / summaries:.2f} KiB for each backup listed.",
        ],
    )


def _bound(tables: int, nights: int, *, describes: bool) -> float:
    pages = math.ceil(tables * nights / _PAGE)
    looks = tables / _DESCRIBES_A_SECOND if describes else 0
    return pages / _LISTS_A_SECOND + looks + tables / _DELETES_A_SECOND


def _ours(setting: Setting, tables: int) -> Finished:
    file = setting.scratch / "taken.json"
    file.write_text(json.dumps(setting.simulated.history(setting.sizes.nights)), encoding="utf-8")
    keep = str(setting.sizes.nights - 1)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "bench.pruned",
        setting.simulated.url,
        file,
        keep,
    ]
    return run(command, setting.env(), ROOT, LONGEST_SECONDS)


def _command(setting: Setting, tables: int) -> Finished:
    setting.simulated.history(setting.sizes.nights)
    program = Path(sys.executable).with_name("ddb-backup")
    whose = ["--prefix", PREFIX, "--owner", owner_mark(OWNER)]
    keep = ["--keep-daily", str(setting.sizes.nights - 1), "--yes"]
    command: list[str | Path] = [program, "prune", "bench-*", *whose, *keep]
    return run(command, setting.env(), setting.scratch, LONGEST_SECONDS)


def _custodian(setting: Setting, tables: int) -> Finished:
    custodian = peers.tool("c7n", "custodian")
    setting.simulated.history(setting.sizes.nights)
    out = setting.scratch / "custodian-prune"
    policy = PROGRAMS / "prune_custodian.yml"
    command: list[str | Path] = [custodian, "run", "--cache-period", "0", "-s", out, policy]
    return run(command, setting.env(), setting.scratch, LONGEST_SECONDS)


def _loop(setting: Setting, tables: int) -> Finished:
    aws = peers.tool("awscli", "aws")
    setting.simulated.history(setting.sizes.nights)
    env = {**setting.env(aws.parent), "KEEP": str(setting.sizes.nights - 1)}
    return run([PROGRAMS / "prune_loop.sh"], env, setting.scratch, LONGEST_SECONDS)


def _remarks(result: Result) -> list[str]:
    finished = result.finished
    remarks = []
    if finished.code is None:
        remarks.append(f"{result.name}: ended by the bench after {finished.seconds:.0f} s.")
    elif finished.code != 0:
        last = finished.text.strip().rpartition("\n")[2][:160]
        remarks.append(f"{result.name}: ended with exit code {finished.code} and `{last}`.")
    if result.left:
        remarks.append(f"{result.name}: {result.left:,} expired backups are left.")
    return remarks


def _table(results: list[Result]) -> Table:
    apis = ("ListTables", "ListBackups", "DescribeTable", "DeleteBackup")
    return Table(
        ("", "tables", "seconds", "bound", "x the bound", "deleted", *apis, "throttled", "MiB"),
        [
            (
                result.name,
                f"{result.tables:,}",
                seconds(result.finished.seconds),
                seconds(result.bound),
                times(result.finished.seconds / result.bound),
                f"{result.tables - result.left:,}",
                *(f"{result.seen.of(api):,}" if result.seen.of(api) else NONE for api in apis),
                f"{result.seen.throttled:,}",
                f"{result.finished.memory.peak_bytes / MIB:.0f}",
            )
            for result in results
        ],
    )


def _goals(ours: Result) -> list[Goal]:
    ratio = ours.finished.seconds / ours.bound
    complete = ours.finished.code == 0 and not ours.left
    return [
        Goal(
            f"{_OURS} over the bound",
            f"{MOST_TIMES_THE_BOUND} x",
            f"{ratio:.2f} x",
            complete and ratio <= MOST_TIMES_THE_BOUND,
        ),
        Goal(
            f"{_OURS}, throttled calls",
            "0",
            str(ours.seen.throttled),
            complete and ours.seen.throttled == 0,
        ),
    ]
