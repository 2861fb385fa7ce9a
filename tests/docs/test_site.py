"""The site, as `make docs` builds it."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tools.pulumi_cli import ROOT
from tools.site import within_the_site

LOADING = {"img": "src", "link": "href", "script": "src", "iframe": "src", "source": "src"}
"""By element, the attribute with what a browser loads to show a page."""


class Loaded(HTMLParser):
    """What a browser loads to show a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if address := given.get(LOADING.get(tag, "")):
            self.addresses.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a warning fails."""
    folder = tmp_path_factory.mktemp("site")
    command = ["mkdocs", "--quiet", "build", "--strict", "--site-dir", str(folder)]
    run = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return folder


def test_it_loads_nothing_from_elsewhere(site: Path) -> None:
    addresses = {
        address
        for page in site.rglob("*.html")
        for address in Loaded(page.read_text(encoding="utf-8")).addresses
    }
    styles = "".join(style.read_text(encoding="utf-8") for style in site.rglob("*.css"))
    addresses.update(re.findall(r"url\(['\"]?((?!data:)[^)'\"]+)", styles))
    assert addresses
    assert [one for one in sorted(addresses) if re.match(r"(https?:)?//", one)] == []


def test_a_public_name_has_an_anchor_for_what_it_is_imported_as(site: Path) -> None:
    page = (site / "reference" / "resources.html").read_text(encoding="utf-8")
    assert 'id="pulumi_ddb_backup.Backup"' in page
    assert 'id="pulumi_ddb_backup.Backup.backup_arn"' in page


@pytest.mark.parametrize(
    ("page", "link", "on_the_site"),
    [
        ("index.md", "[restoring](restoring.md#tags)", "[restoring](restoring.md#tags)"),
        ("index.md", "[the front page](../README.md)", "[the front page](index.md)"),
        ("reference/hooks.md", "[home](../../README.md)", "[home](../index.md)"),
        ("index.md", "[an example](../examples/restore)", "an example (`examples/restore`)"),
        ("index.md", "[examples/restore](../examples/restore/)", "`examples/restore`"),
        ("reference/hooks.md", "[a page](../testing.md)", "[a page](../testing.md)"),
    ],
)
def test_a_link_out_of_the_documents_becomes_text(page: str, link: str, on_the_site: str) -> None:
    assert within_the_site(link, page) == on_the_site


def test_a_link_to_a_file_that_does_not_exist_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    within_the_site("[an example](../examples/nowhere)", "index.md")
    assert "examples/nowhere" in caplog.text
