"""What the package adds to a Pulumi program: its import, `pulumi up` without changes, memory."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median
from typing import Final

from bench.processes import MIB, memory_of, provider_of
from bench.report import Goal, Section, Table, seconds, times
from bench.setting import LONGEST_SECONDS, PROGRAMS, Setting, pulumi_up
from tests.e2e.stack import Stack

LONGEST_IMPORT_MS: Final = 30
_SLOW_IMPORT: Final = (
    "about half of it goes into making the package's dataclasses, all of which a program imports, "
    "although only its provider process uses most of them."
)
MOST_MIB_PER_BACKUP: Final = 2
_PARALLEL: Final = "1024"
_FOR_EVER_SECONDS: Final = 1e6
_LOOK_SECONDS: Final = 0.5


def measure(setting: Setting) -> Section:
    """All three, each beside its peer."""
    imports, import_goal = _imports(setting)
    ups = _ups(setting)
    memory, memory_goal = _memory(setting)
    return Section(
        "What it adds to a program",
        "The import of `Backup` and `BackupSet`, after that of `pulumi`, the quickest of "
        f"{setting.sizes.imports}; `pulumi up` where nothing has changed, of `Backup`s and of as "
        f"many dynamic resources that do nothing, medians of {setting.sizes.ups}; and the provider "
        "process while backups are waited for.",
        [imports, ups, memory],
        [import_goal, memory_goal],
    )


def _imports(setting: Setting) -> tuple[Table, Goal]:
    setting.say("imports")
    runs = [_import_once() for _ in range(setting.sizes.imports + 1)][1:]  # the first compiles
    of_pulumi, added = (min(column) for column in zip(*runs, strict=True))
    table = Table(
        ("import", "ms", "x `import pulumi`"),
        [
            ("`import pulumi`", f"{of_pulumi:.0f}", "1.00"),
            ("then the package", f"{added:.0f}", times(added / of_pulumi)),
        ],
    )
    met = added <= LONGEST_IMPORT_MS
    measured = f"{added:.1f} ms"
    return table, Goal("import", f"{LONGEST_IMPORT_MS} ms", measured, met, _SLOW_IMPORT)


def _import_once() -> tuple[float, float]:
    command = [sys.executable, str(PROGRAMS / "import_time.py")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1])


def _ups(setting: Setting) -> Table:
    rows = []
    for count in setting.sizes.programs:
        setting.say(f"`pulumi up` without changes, {count} resources")
        setting.simulated.fresh(count, 0)
        stacks = [setting.stack(program, count=count) for program in ("backups", "noops")]
        for stack in stacks:
            _up(stack)
        calls_before = setting.simulated.seen().all_calls
        runs = [[_up(stack) for stack in stacks] for _ in range(setting.sizes.ups)]
        ours, noops = (median(column) for column in zip(*runs, strict=True))
        calls = setting.simulated.seen().all_calls - calls_before
        rows.append((str(count), seconds(ours), seconds(noops), times(ours / noops), str(calls)))
    return Table(("resources", "`Backup`, s", "no-op, s", "ratio", "calls of AWS"), rows)


def _up(stack: Stack) -> float:
    finished = pulumi_up(stack, "--parallel", _PARALLEL)
    if finished.code != 0:
        raise SystemExit(f"pulumi up failed: {finished.text}")
    return finished.seconds


def _memory(setting: Setting) -> tuple[Table, Goal]:
    counts = (1, setting.sizes.waiting)
    held = [_while_waiting(setting, count) for count in counts]
    per_backup = (held[1] - held[0]) / (counts[1] - counts[0])
    noops = _of_noops(setting, counts[1])
    table = Table(
        ("provider process", "MiB", "x no-op"),
        [
            (f"of {counts[1]} no-op resources", f"{noops / MIB:.1f}", "1.00"),
            *(
                (f"backups waited for: {count}", f"{size / MIB:.1f}", times(size / noops))
                for count, size in zip(counts, held, strict=True)
            ),
            ("for each further one", f"{per_backup / MIB:.2f}", ""),
        ],
    )
    return table, Goal(
        "memory per waiting `Backup`",
        f"{MOST_MIB_PER_BACKUP} MiB",
        f"{per_backup / MIB:.2f} MiB",
        per_backup <= MOST_MIB_PER_BACKUP * MIB,
    )


def _while_waiting(setting: Setting, count: int) -> int:
    """Resident bytes of the provider process while `count` backups are CREATING."""
    setting.say(f"memory while {count} backups are waited for")
    setting.simulated.fresh(count, _FOR_EVER_SECONDS)
    stack = setting.stack("backups", count=count)
    options = ("--yes", "--skip-preview", "--parallel", _PARALLEL)
    with stack.started("up", *options) as child:
        _until_waiting(setting, count)
        provider = provider_of(child.pid)
        if provider is None:
            raise SystemExit("There is no provider process.")
        held = memory_of(provider).resident_bytes
        setting.simulated.finish()
        text, _ = child.communicate(timeout=LONGEST_SECONDS)
    if child.returncode != 0:
        raise SystemExit(f"pulumi up failed: {text}")
    return held


def _until_waiting(setting: Setting, count: int) -> None:
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
        seen = setting.simulated.seen()
        polled = seen.of("ListBackups") + seen.of("DescribeBackup")
        if sum(seen.backups.values()) == count and polled >= 3:
            return
    raise SystemExit(f"{count} backups never waited.")


def _of_noops(setting: Setting, count: int) -> int:
    finished = pulumi_up(setting.stack("noops", count=count), "--parallel", _PARALLEL)
    if finished.code != 0:
        raise SystemExit(f"pulumi up failed: {finished.text}")
    return finished.memory.peak_bytes
