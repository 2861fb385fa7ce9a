"""The long description for a package index, made from README.md; all else is in pyproject.toml.

An index shows the README without the repository around it, and there is no public address yet to point to. So
a link to another file becomes its text, and a picture is left out.
"""

import re
from pathlib import Path

from setuptools import setup

WHERE_THE_REST_IS = (
    "\n---\n\nThe documentation and the examples are in the source distribution, "
    "in `docs/` and `examples/`.\n"
)


def for_an_index(readme: str) -> str:
    """`readme` without its pictures, and with the text alone of each link that leads to a file."""
    without_pictures = re.sub(r"!\[[^]]*\]\([^)]*\)\n*", "", readme)
    return re.sub(r"\[([^]]+)\]\((?!https?://|#)[^)]*\)", r"\1", without_pictures)


readme = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
setup(
    long_description=for_an_index(readme) + WHERE_THE_REST_IS,
    long_description_content_type="text/markdown",
)
