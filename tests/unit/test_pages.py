"""README and docs/ as they stand: short, whole, and without dead links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages import INSTALL, blocks_of, readable_pages
from tests.walk import Walk
from tools.pulumi_cli import ROOT

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "examples").glob("*/README.md"))]
"""The pages that are no part of the site, whose links `make docs` checks."""


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_readme_is_a_front_page() -> None:
    assert len(text_of(README).splitlines()) < 150


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_link_leads_somewhere(page: Path) -> None:
    for link, anchor in re.findall(r"\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)", text_of(page)):
        target = page.parent / link
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(target), re.M)
            slugs = [re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings]
            assert anchor in slugs, f"{link}#{anchor}"


def test_no_block_is_left_without_a_runner() -> None:
    for page in [*PAGES, *((ROOT / "docs" / name) for name in readable_pages())]:
        for block in blocks_of(page):
            assert block.language in ("console", "python") or hasattr(Walk, f"_{block.language}")


def test_every_page_installs_this_package_by_the_same_line() -> None:
    pages = [*PAGES, *((ROOT / "docs" / name) for name in readable_pages())]
    for page in pages:
        for line in re.findall(r"pip install .*", text_of(page)):
            assert line == INSTALL or "-r requirements.txt" in line or line == "pip install`:", line
