"""The pages that people read, and the blocks of code on them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from tools.pulumi_cli import ROOT

ELSEWHERE: Final = {
    "architecture.md",
    "command-line.md",  # tests/cli runs it
    "index.md",
    "performance.md",
    "reliability.md",
}
"""Pages of docs/ that other tests look at, or that have nothing to run."""
INSTALL: Final = "pip install '/path/to/pulumi_ddb_backup[aws,cli]'"
"""The one line by which every page installs this package."""
CHECKOUT: Final = "/path/to/pulumi_ddb_backup"


class Step(NamedTuple):
    """One command of a console, and the output printed below it."""

    command: str
    shown: list[str]


class Block(NamedTuple):
    """One block of code: its language, its text without the fences, and the heading it is under."""

    language: str
    text: str
    section: str = ""

    @property
    def name(self) -> str:
        """The file that its first line names in a comment; empty if it names none."""
        named = re.match(r"# (\S+\.(?:py|yaml|yml))\n", self.text)
        return named[1] if named else ""

    @property
    def steps(self) -> list[Step]:
        """The commands of a console, each with its output."""
        found: list[Step] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append(Step(line[2:], []))
            else:
                found[-1].shown.append(line)
        return found

    @property
    def commands(self) -> list[str]:
        """The commands of a console."""
        return [step.command for step in self.steps]


@lru_cache
def blocks_of(path: Path) -> list[Block]:
    """The blocks of a page, in order. Each has to name its language."""
    text = path.read_text(encoding="utf-8")
    found = []
    section = ""
    for language, code, heading in re.findall(
        r"^```(\w+)\n(.*?)^```$|^#+ ([^\n]+)$", text, re.M | re.S
    ):
        section = heading or section
        if language:
            found.append(Block(language, code, section))
    assert len(re.findall(r"^ *```", text, re.M)) == 2 * len(found), f"{path}: a block is not read"
    return found


def blocks(page: str) -> list[Block]:
    """The blocks of `docs/{page}`, in order."""
    return blocks_of(ROOT / "docs" / page)


def readable_pages() -> list[str]:
    """The pages of docs/ whose blocks are run as a reader would run them."""
    return sorted(
        path.name
        for path in (ROOT / "docs").glob("*.md")
        if path.name not in ELSEWHERE and blocks_of(path)
    )
