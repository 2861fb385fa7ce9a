"""The links of the pages that a forge shows: MkDocs checks those within docs/."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from pymdownx.slugs import slugify

from tools.pulumi_cli import ROOT

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/*.md"))
)
_slug = slugify(case="lower")


@lru_cache
def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


@lru_cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors that a forge makes of the headings of a page, and the site too (mkdocs.yml)."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return frozenset(_slug(re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", one), "-") for one in headings)


def dead_links(page: Path) -> list[str]:
    """The links that lead nowhere: no such file, or no such heading in it."""
    found = []
    text = re.sub(r"`[^`\n]+`", "", prose(page))
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        generated = "/docs/reference/" in target.as_posix()
        if not target.exists() or not (generated or not anchor or anchor in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_its_links_lead_somewhere(page: str) -> None:
    assert dead_links(ROOT / page) == []


def test_a_dead_link_or_anchor_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `name`, and more\n[a](#a-name-and-more) [b](#b) [c](c.md)\n", encoding="utf-8"
    )
    assert dead_links(page) == ["#b", "c.md"]
