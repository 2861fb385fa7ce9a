"""Pages of the documents, and the blocks of code on them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tools.pulumi_cli import ROOT


class Block(NamedTuple):
    """One block of code: its language, and its text without the fences."""

    language: str
    text: str

    @property
    def name(self) -> str:
        """The file that its first line names in a comment; empty where it names none."""
        named = re.match(r"# (\S+\.py)\n", self.text)
        return named[1] if named else ""

    @property
    def commands(self) -> list[str]:
        """The commands of a console."""
        return [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]


@lru_cache
def blocks(page: str) -> list[Block]:
    """The blocks of `docs/{page}`, in their order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [Block(*found) for found in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)]
