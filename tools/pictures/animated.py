"""Frames of a terminal as one SVG that moves by CSS alone, so that it does in an <img> too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from tools.pictures.terminal import Frame, Line, Run

CELL_WIDTH: Final = 8.4
CELL_HEIGHT: Final = 19
FONT_SIZE: Final = 14
PADDING: Final = 14
LAST_FRAME_SECONDS: Final = 6.0
BACKGROUND, FOREGROUND = "#161b22", "#d1d7e0"
COLORS: Final = {
    "black": "#6e7681",
    "red": "#ff7b72",
    "green": "#56d364",
    "brown": "#e3b341",
    "blue": "#79c0ff",
    "magenta": "#d2a8ff",
    "cyan": "#76e3ea",
    "white": "#d1d7e0",
    "brightblack": "#8b949e",
    "brightred": "#ffa198",
    "brightgreen": "#7ee787",
    "brightbrown": "#f2cc60",
    "brightblue": "#a5d6ff",
    "brightmagenta": "#e2c5ff",
    "brightcyan": "#b3f0ff",
    "brightwhite": "#f0f6fc",
}
NUMBERED: Final = {
    "cd0000": "red",
    "00cd00": "green",
    "cdcd00": "brown",
    "0000ee": "blue",
    "cd00cd": "magenta",
    "00cdcd": "cyan",
    "e5e5e5": "white",
    "7f7f7f": "brightblack",
    "ff0000": "brightred",
    "00ff00": "brightgreen",
    "ffff00": "brightbrown",
    "5c5cff": "brightblue",
    "ff00ff": "brightmagenta",
    "00ffff": "brightcyan",
}
"""The first of the 256 numbered colours, as pyte tells them: the same that have names."""

Shown = list[tuple[int, int]]
"""When something is on the screen: from one frame up to another."""


def svg(frames: Sequence[Frame], columns: int, title: str, description: str) -> str:
    """The whole picture. It begins again some seconds after the last frame.

    Who asks for less motion, or has no animation at all, sees the last frame.
    """
    used = 1 + max(
        row for frame in frames for row, line in enumerate(frame.lines) if text_of(line).strip()
    )
    width = columns * CELL_WIDTH + 2 * PADDING
    height = used * CELL_HEIGHT + 2 * PADDING
    total = frames[-1].at_seconds + LAST_FRAME_SECONDS
    texts: list[str] = []
    rules: dict[str, str] = {}
    for (row, line), shown in _lines(frames).items():
        kept = " l" if shown[-1][1] == len(frames) else ""
        name = rules.setdefault(_keyframes(shown, frames, total), f"k{len(rules)}")
        texts.append(_text(row, line, f'class="t{kept}" style="animation-name:{name}"'))
    styles = "".join(f"@keyframes {name}{{{rule}}}\n" for rule, name in rules.items())
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" role="img" aria-labelledby="title desc">
<title id="title">{escape(title)}</title>
<desc id="desc">{escape(description)}</desc>
<style>
text{{font:{FONT_SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:{FOREGROUND}}}
.b{{font-weight:700}}
.t{{visibility:hidden;animation:{total:.2f}s step-end infinite}}
.l{{visibility:visible}}
@media (prefers-reduced-motion:reduce){{.t{{animation:none!important}}}}
{styles}</style>
<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>
{"".join(texts)}</svg>
"""


def text_of(line: Iterable[Run]) -> str:
    """A line's characters."""
    return "".join(run.text for run in line)


def _lines(frames: Sequence[Frame]) -> dict[tuple[int, Line], Shown]:
    """Each line that is ever shown, with its row, and when it is."""
    found: dict[tuple[int, Line], Shown] = {}
    for number, frame in enumerate(frames):
        for row, line in enumerate(frame.lines):
            if not text_of(line).strip():
                continue
            shown = found.setdefault((row, line), [])
            if shown and shown[-1][1] == number:
                shown[-1] = (shown[-1][0], number + 1)
            else:
                shown.append((number, number + 1))
    return found


def _keyframes(shown: Shown, frames: Sequence[Frame], total: float) -> str:
    """The moments at which something comes and goes, in percent of the whole."""

    def moments() -> Iterator[str]:
        if shown[0][0] > 0:
            yield "0%{visibility:hidden}"
        for first, after in shown:
            yield f"{_percent(frames[first].at_seconds, total)}{{visibility:visible}}"
            if after < len(frames):
                yield f"{_percent(frames[after].at_seconds, total)}{{visibility:hidden}}"
        last = "visible" if shown[-1][1] == len(frames) else "hidden"
        yield f"to{{visibility:{last}}}"

    return "".join(moments())


def _percent(seconds: float, total: float) -> str:
    return f"{100 * seconds / total:.2f}".rstrip("0").rstrip(".") + "%"


def _text(row: int, line: Line, attributes: str) -> str:
    """One line. Its length is given, so that it is as wide in any font."""
    y = PADDING + row * CELL_HEIGHT + FONT_SIZE
    length = len(text_of(line)) * CELL_WIDTH
    spans = "".join(_span(run) for run in line)
    return (
        f'<text x="{PADDING}" y="{y}" textLength="{length:.1f}" xml:space="preserve" '
        f"{attributes}>{spans}</text>\n"
    )


def _span(run: Run) -> str:
    name = NUMBERED.get(run.color, run.color)
    color = COLORS.get(name, "" if name == "default" else f"#{name}")
    look = (f' fill="{color}"' if color else "") + (' class="b"' if run.bold else "")
    return f"<tspan{look}>{escape(run.text)}</tspan>" if look else escape(run.text)
