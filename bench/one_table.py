"""One backup of one table: how soon its end is noticed, and how often AWS is asked."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

from bench import peers
from bench.clock import SimulatedClock, TimedDynamoDB
from bench.peers import NotInstalled
from bench.processes import Finished, run
from bench.report import NONE, Section, Table, times
from bench.seconds import SharedSeconds
from bench.setting import LONGEST_SECONDS, PROGRAMS, Setting
from bench.simulator import Simulated
from bench.stored import REGION
from pulumi_ddb_backup.aws import BackupRequest, Backups, Connection
from tools.pulumi_cli import ROOT

_REQUEST = BackupRequest("bench-00000", backup_name_prefix="bench-")


@dataclass(frozen=True, slots=True)
class Wait:
    """What one wait came to: seconds after the backup was AVAILABLE in AWS, and calls."""

    late_seconds: float
    calls: float


def measure(setting: Setting) -> Section:
    """Run both for each duration, one after the other."""
    remarks = [
        "Both look at moments of their own, so a single duration is a matter of luck: the last row "
        "is the mean of durations that fall evenly between two looks.",
        "`simulated`: on a simulated clock, on which calls and commands take no time. Beside the "
        f"backup of {setting.sizes.simulated_wait_seconds:.0f} s, the loop ran by the machine's own.",
    ]
    try:
        aws = peers.tool("awscli", "aws").parent
    except NotInstalled as why:
        aws = None
        remarks.append(str(why))
    return Section(
        "One table",
        "Seconds from the moment at which the backup is AVAILABLE in AWS until the wait for it "
        "ends, and all calls from beginning to end, by `Backups().create(...)` and by the usual "
        "shell loop around `aws dynamodb describe-backup` and `sleep 5`.",
        [
            Table(
                ("backup takes", "late by, s", "loop's", "ratio", "calls", "loop's", "ratio"),
                list(_rows(setting, aws)),
            )
        ],
        remarks=remarks,
    )


def _rows(setting: Setting, aws: Path | None) -> Iterator[list[str]]:
    sizes = setting.sizes
    for duration in sizes.waits_seconds:
        setting.say(f"one table, a backup of {duration:.0f} s")
        loop = _loop(setting, duration, aws) if aws else None
        yield _row(f"{duration:.0f} s", _ours(setting, duration), loop)
    long = sizes.simulated_wait_seconds
    setting.say(f"one table, a backup of {long:.0f} s")
    loop = _loop(setting, long, aws) if aws else None
    yield _row(f"{long:.0f} s, simulated", _ours_simulated(setting, long), loop)
    spread = sizes.spread_waits_seconds
    setting.say(
        f"one table, {len(spread)} backups of up to {spread[-1]:.0f} s on a simulated clock"
    )
    yield _row(
        f"{spread[0]:.1f} to {spread[-1]:.1f} s, mean, simulated",
        _mean([_ours_simulated(setting, duration) for duration in spread]),
        _mean([_loop_simulated(setting, duration, aws) for duration in spread]) if aws else None,
    )


def _mean(waits: Sequence[Wait]) -> Wait:
    return Wait(fmean(wait.late_seconds for wait in waits), fmean(wait.calls for wait in waits))


def _row(name: str, ours: Wait, loop: Wait | None) -> list[str]:
    if loop is None:
        return [name, f"{ours.late_seconds:.2f}", NONE, NONE, f"{ours.calls:.3g}", NONE, NONE]
    return [
        name,
        f"{ours.late_seconds:.2f}",
        f"{loop.late_seconds:.2f}",
        times(ours.late_seconds / loop.late_seconds),
        f"{ours.calls:.3g}",
        f"{loop.calls:.3g}",
        times(ours.calls / loop.calls),
    ]


def _connection(simulated: Simulated) -> Connection:
    return Connection(
        region=REGION, endpoint_url=simulated.url, access_key="bench", secret_key="bench"
    )


def _ours(setting: Setting, creating_seconds: float) -> Wait:
    backups = Backups(_connection(setting.simulated))
    backups.find("bench-00000")  # boto3 is loaded and connected, as the CLI can never be
    setting.simulated.fresh(1, creating_seconds)
    backups.create(_REQUEST)
    return _wait(setting, time.monotonic())


def _ours_simulated(setting: Setting, creating_seconds: float) -> Wait:
    shared = setting.scratch / "one-table-seconds"
    clock = SimulatedClock(SharedSeconds(shared))
    connect = partial(TimedDynamoDB, clock)
    setting.simulated.fresh(1, creating_seconds, shared)
    Backups(_connection(setting.simulated), clock=clock, connect=connect).create(_REQUEST)
    return _wait(setting, clock.monotonic())


def _loop(setting: Setting, creating_seconds: float, aws: Path) -> Wait:
    setting.simulated.fresh(1, creating_seconds)
    finished = _run_loop(setting, aws)
    return _wait(setting, finished.began + finished.seconds)


def _loop_simulated(setting: Setting, creating_seconds: float, aws: Path) -> Wait:
    shared = setting.scratch / "loop-seconds"
    seconds = SharedSeconds(shared)
    instead = setting.scratch / "instead"
    instead.mkdir(exist_ok=True)
    sleep = instead / "sleep"
    command = shlex.join([sys.executable, "-m", "bench.seconds", str(shared)])
    sleep.write_text(f'#!/bin/sh\ncd {shlex.quote(str(ROOT))}\n{command} "$1"\n', encoding="utf-8")
    sleep.chmod(0o755)
    setting.simulated.fresh(1, creating_seconds, shared)
    _run_loop(setting, instead, aws)
    return _wait(setting, seconds.read())


def _run_loop(setting: Setting, *folders: Path) -> Finished:
    command = ["sh", str(PROGRAMS / "shell_loop.sh")]
    finished = run(command, setting.env(*folders), setting.scratch, LONGEST_SECONDS)
    if finished.code != 0:
        raise SystemExit(f"The shell loop failed: {finished.text}")
    return finished


def _wait(setting: Setting, ended: float) -> Wait:
    seen = setting.simulated.seen()
    return Wait(ended - seen.last_available_at, seen.all_calls)
