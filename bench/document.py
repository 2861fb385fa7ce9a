"""docs/performance.md: one part for each section, dated by its own run, and the goals of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.report import GOALS, Section, Table, goal_rows

_INTRO: Final = (
    "# Performance\n\n"
    "Written by `make bench`. `make bench QUICK=1` runs all of it in a small size in two minutes and "
    'writes nothing; `make bench SECTIONS="state retention"` measures only these sections, and leaves '
    "the others as they are. Each says when it was measured, and on what.\n\n"
    "AWS is a simulator in a process of its own, over HTTP on loopback, that refuses what exceeds "
    "CreateBackup 50, DescribeBackup 10, DescribeTable 10, DeleteBackup 10 and ListBackups 5 a second. "
    "Each comparison is one run: every peer, one after the other, on that same simulator made fresh "
    "for it."
)
_MARK: Final = "<!-- section: {} -->"
_MARKED: Final = re.compile(r"^<!-- section: (\S+) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """What the page has of one section: its text, and its rows among the goals."""

    text: str
    goals: Sequence[Sequence[str]]


def parts(page: str) -> dict[str, Part]:
    """The sections on the page, by name."""
    head, *marked = _MARKED.split(page)
    rows = [_cells(line) for line in head.splitlines() if line.endswith(") |")]
    found = {}
    for name, text in zip(marked[::2], marked[1::2], strict=True):
        title = re.findall(r"^## (.+)$", text, re.MULTILINE)[0]
        found[name] = Part(text.strip(), [row for row in rows if row[-1] == link(title)])
    return found


def part(section: Section, measured: str) -> Part:
    """A section as the page has it; `measured` says when and on what."""
    goals = [(*row, link(section.title)) for row in goal_rows(section.goals)]
    return Part("\n".join(section.lines(measured)).strip(), goals)


def page(all_parts: Mapping[str, Part], order: Sequence[str]) -> str:
    """The whole page."""
    known = [name for name in order if name in all_parts]
    goals = Table((*GOALS, "section"), [row for name in known for row in all_parts[name].goals])
    blocks = [_INTRO, "\n".join(goals.lines())]
    for name in known:
        blocks += [_MARK.format(name), all_parts[name].text]
    return "\n\n".join(blocks) + "\n"


def link(title: str) -> str:
    """A link to the section on the page."""
    slug = re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
    return f"[{title}](#{slug})"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| \n").split(" | ")]
