"""Tables and goals, for the screen and for docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pulumi_ddb_backup import __version__

NONE: Final = "-"
GOALS: Final = ("Goal", "at most", "measured", "met")


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

    def lines(self, measured: str = "") -> list[str]:
        """As Markdown; `measured` says when and on what."""
        lines = [f"## {self.title}", "", *([measured, ""] if measured else []), self.intro, ""]
        for table in self.tables:
            lines += [*table.lines(), ""]
        missed = [
            f"Not met, {one.what}: {one.why}" for one in self.goals if not one.met and one.why
        ]
        if remarks := [*self.remarks, *missed]:
            lines += [*(f"- {remark}" for remark in remarks), ""]
        if self.picture:
            lines += [self.picture, ""]
        return lines


def goal_rows(goals: Iterable[Goal]) -> list[tuple[str, ...]]:
    """A row under `GOALS` for each."""
    return [
        (goal.what, goal.limit, goal.measured, "yes" if goal.met else "**no**") for goal in goals
    ]


def machine() -> str:
    """The machine in a few words."""
    python = platform.python_version()
    return f"{_processor()}, {os.cpu_count()} cores, {_system()}, Python {python}"


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


def measured(on: date, load: float, versions: str) -> str:
    """When a section was measured, and on what."""
    return (
        f"Measured on {on.isoformat()} at a load average of {load:.1f}: {machine()}; "
        f"pulumi-ddb-backup {__version__}, {versions}."
    )


def seconds(value: float) -> str:
    return f"{value:.1f}"


def times(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"
