"""docs/pictures/time-line.svg: where a backup's ARN is at each moment, and what an end there leads to."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 460
LEFT: Final = 44
FONT_SIZE: Final = 14
LINE_HEIGHT: Final = 20
MOST_LETTERS: Final = 52

TITLE: Final = "The time line of a backup, and where its ARN is kept"


@dataclass(frozen=True)
class Moment:
    """One moment of a backup.

    Attributes:
        name: What happens.
        about: What that means.
        arn: Where the ARN is.
        kept: How safe that is: "nowhere", "aws" or "state".
        ends: What it leads to when the run ends here, each with how it ends.
    """

    name: str
    about: str
    arn: str
    kept: str
    ends: tuple[tuple[str, str], ...]


NOTHING: Final = "No backup was started. Run pulumi up again."
MOMENTS: Final = (
    Moment(
        "Preview",
        "Every input is checked. AWS is not asked.",
        "nowhere: there is no backup yet",
        "nowhere",
        (("Any end", "Nothing has happened in AWS."),),
    ),
    Moment(
        "DescribeTable",
        "Is the table there, and is it the right one?",
        "nowhere: there is no backup yet",
        "nowhere",
        (("Timeout, Ctrl-C, kill", NOTHING),),
    ),
    Moment(
        "CreateBackup is accepted",
        "The backup gets its ARN. With backup_name_prefix, the name made for it says whose it is.",
        "in AWS, under the generated name",
        "aws",
        (
            ("Answer lost", "ListBackups is asked before CreateBackup is sent again."),
            ("Kill", "The next pulumi up finds the backup by that name."),
        ),
    ),
    Moment(
        "CREATING",
        "pulumi up waits. AWS can't stop a backup.",
        "in AWS; in the state as soon as the wait ends",
        "aws",
        (
            (
                "Timeout, Ctrl-C",
                "The ARN goes into the state. The next pulumi up waits for this backup.",
            ),
            (
                "Kill",
                "The state has no ARN. The next pulumi up finds the backup by its generated"
                " name while it is CREATING; after that it takes another.",
            ),
        ),
    ),
    Moment(
        "AVAILABLE",
        "What depends on the backup runs now.",
        "in the state, and the output backup_arn",
        "state",
        (("Next pulumi up", "Nothing to do: no second backup."),),
    ),
    Moment(
        "Replaced or destroyed",
        "The resource leaves the state; its ARN is printed.",
        "in AWS: the backup stays there",
        "aws",
        (('deletion_policy="delete"', "The backup is deleted too."),),
    ),
)


def svg() -> str:
    """The whole picture."""
    parts: list[str] = []
    y = 66
    dots: list[int] = []
    for moment in MOMENTS:
        dots.append(y - 5)
        parts.append(_text("name", y, moment.name))
        for words in textwrap.wrap(moment.about, MOST_LETTERS):
            y += LINE_HEIGHT
            parts.append(_text("", y, words))
        y += 12
        parts.append(
            f'<rect class="{moment.kept}" x="{LEFT}" y="{y}" width="{WIDTH - LEFT - 18}" height="26" rx="13"/>'
        )
        y += 18
        arn = f'<tspan class="key">ARN</tspan> {escape(moment.arn)}'
        parts.append(f'<text x="{LEFT + 14}" y="{y}">{arn}</text>')
        y += 10
        for how, what in moment.ends:
            first, *more = textwrap.wrap(f"{how}: {what}", MOST_LETTERS)
            y += LINE_HEIGHT
            rest = escape(first[len(how) :])
            parts.append(
                f'<text x="{LEFT}" y="{y}"><tspan class="key">{escape(how)}</tspan>{rest}</text>'
            )
            for words in more:
                y += LINE_HEIGHT
                parts.append(_text("", y, words))
        y += 42
    height = y - 20
    line = f'<path class="line" d="M22 {dots[0]}V{dots[-1]}"/>'
    marks = "".join(
        f'<circle class="dot {moment.kept}" cx="22" cy="{dot}" r="7"/>'
        for moment, dot in zip(MOMENTS, dots, strict=True)
    )
    body = "\n".join([line, marks, *parts])
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">
<title id="title">{TITLE}</title>
<desc id="desc">{escape(description())}</desc>
<style>
text{{font:{FONT_SIZE}px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1c2128}}
.name{{font-size:16px;font-weight:700}}
.title{{font-size:16px;font-weight:700;fill:#57606a}}
.key{{font-weight:700}}
.page{{fill:#fff;stroke:#c6ccd3}}
.line{{stroke:#8c959f;stroke-width:2;fill:none}}
.dot{{stroke:#1c2128;stroke-width:2}}
.nowhere{{fill:#e6e9ed}}
.aws{{fill:#ffe0a3}}
.state{{fill:#b4ecc4}}
@media (prefers-color-scheme:dark){{
text{{fill:#e6eaf0}}
.title{{fill:#a3adba}}
.page{{fill:#161b22;stroke:#3d4653}}
.dot{{stroke:#e6eaf0}}
.nowhere{{fill:#333b47}}
.aws{{fill:#5c4410}}
.state{{fill:#17502b}}
}}
</style>
<rect class="page" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>
<text class="title" x="18" y="32">Where a backup's ARN is kept</text>
{body}
</svg>
"""


def description() -> str:
    """The same in words."""
    return " ".join(
        f"{moment.name}. {moment.about} ARN: {moment.arn}. "
        + " ".join(f"{how}: {what}" for how, what in moment.ends)
        for moment in MOMENTS
    )


def _text(kind: str, y: int, words: str) -> str:
    look = f' class="{kind}"' if kind else ""
    return f'<text{look} x="{LEFT}" y="{y}">{escape(words)}</text>'
