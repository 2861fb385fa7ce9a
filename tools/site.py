"""What the site does with a link that leads out of docs/: a hook of MkDocs, see mkdocs.yml.

A forge follows such a link, but the site holds the pages alone, and the repository has no public address yet.
So the link becomes its text and the file's path.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parent.parent
FRONT_PAGES: Final = {"README.md": "index.md"}
"""Files outside of docs/ that have a page on the site."""

_LINK: Final = re.compile(
    r"(?<!!)\[(?P<text>[^]]+)\]\((?P<path>(?:\.\./)[^)#]*)(?P<anchor>#[^)]*)?\)"
)
_log = logging.getLogger("mkdocs.plugins.site")


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Called by MkDocs with each page."""
    del config, files
    return within_the_site(markdown, page.file.src_uri)


def within_the_site(markdown: str, page: str) -> str:
    """`markdown` of the page `docs/{page}`, with no link that leads out of docs/."""
    folder = posixpath.dirname(f"docs/{page}")

    def replaced(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link["path"]))
        if target.startswith("docs/"):
            return link[0]
        if not (ROOT / target).exists():
            _log.warning("Page '%s' has a link to '%s', which does not exist.", page, target)
        if target in FRONT_PAGES:
            up = posixpath.relpath("docs", folder)
            return f"[{link['text']}]({posixpath.normpath(f'{up}/{FRONT_PAGES[target]}')})"
        text = link["text"]
        return f"`{target}`" if text.strip("`/") == target else f"{text} (`{target}`)"

    return _LINK.sub(replaced, markdown)
