"""Tables and goals, for the screen and for docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pulumi_ddb_backup import __version__

NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached, and whether it was; `why` is told where it was not."""

    what: str
    limit: str
    measured: str
    met: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words under headings; the first column is a name, the others are numbers."""

    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]

    def lines(self) -> list[str]:
        """As Markdown that can also be read as it is."""
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return [_line(cells, widths) for cells in (self.headings, rule, *self.rows)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement: what was done, its tables, and what has to be said beside them."""

    title: str
    intro: str
    tables: Sequence[Table]
    goals: Sequence[Goal] = ()
    remarks: Sequence[str] = ()
    picture: str = ""

    def lines(self) -> list[str]:
        """As Markdown."""
        lines = [f"## {self.title}", "", self.intro, ""]
        for table in self.tables:
            lines += [*table.lines(), ""]
        if self.remarks:
            lines += [*(f"- {remark}" for remark in self.remarks), ""]
        if self.picture:
            lines += [self.picture, ""]
        return lines


def goals(sections: Iterable[Section]) -> list[str]:
    """What of all of it was reached, as Markdown."""
    all_of_them = [goal for section in sections for goal in section.goals]
    table = Table(
        ("Goal", "at most", "measured", "met"),
        [
            (goal.what, goal.limit, goal.measured, "yes" if goal.met else "**no**")
            for goal in all_of_them
        ],
    )
    reasons = [
        f"Not met, {goal.what}: {goal.why}" for goal in all_of_them if not goal.met and goal.why
    ]
    return [*table.lines(), "", *(line for reason in reasons for line in (reason, ""))]


def machine(load: float) -> str:
    """The machine in one sentence."""
    python = platform.python_version()
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_system()}, Python {python}; "
        f"load average {load:.1f} at the start."
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not a Linux
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def header(machine: str, versions: str) -> list[str]:
    """What has to be known to understand the numbers, as Markdown."""
    return [
        f"Machine: {machine}",
        "",
        f"Versions: pulumi-ddb-backup {__version__}, {versions}.",
        "",
        "AWS is a simulator in a process of its own, over HTTP on loopback, that refuses what "
        "exceeds CreateBackup 50, DescribeBackup 10, DescribeTable 10, DeleteBackup 10 and ListBackups 5 a second. "
        "Each comparison is one run: every peer, one after the other, on that same simulator made "
        "fresh for it.",
        "",
    ]


def document(header: Sequence[str], sections: Sequence[Section], took: str) -> str:
    """The text of docs/performance.md."""
    lines = [
        "# Performance",
        "",
        f"Written by `make bench`, which took {took}. `make bench QUICK=1` runs all of it in a small "
        "size in two minutes and writes nothing.",
        "",
        *header,
        *goals(sections),
    ]
    for section in sections:
        lines += section.lines()
    return "\n".join(lines).rstrip() + "\n"


def seconds(value: float) -> str:
    return f"{value:.1f}"


def times(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"
