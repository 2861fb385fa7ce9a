"""Where a command writes: its result to stdout, and nothing else; all that is said to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.text import Text
from rich.theme import Theme

from ..display import iso

_STYLES: Final[Mapping[str, str]] = {
    "AVAILABLE": "green",
    "COMPLETED": "green",
    "EXPIRED": "bold red",
    "ACTIVE": "green",
    "CREATING": "yellow",
    "deleted": "green",
    "gone": "yellow",
    "kept": "green",
    "expired": "yellow",
    "skipped": "yellow",
    "late": "yellow",
    "missing": "bold red",
    "unknown": "bold red",
    "failed": "bold red",
}


PRICED: Final = ("BACKUP", "RESTORE", "PITR", "EXPORT", "VAULT", "COLD")
"""The headings of the columns of prices."""
_NUMBERS: Final = (
    "SIZE",
    "AGE",
    "SECONDS",
    "BACKUPS",
    "THIS MONTH",
    "A MONTH",
    "GO",
    "SAVES",
    *PRICED,
)
"""The headings of columns that end under each other."""


class _States(RegexHighlighter):
    """The states in a line, in the colours that they have in a table."""

    base_style = "state."
    highlights: ClassVar = [
        r"(?P<good>(?<!not )\b(?:AVAILABLE|ACTIVE|COMPLETED)\b)",
        r"(?P<going>\b(?:CREATING|UPDATING|CREATED|RUNNING)\b)",
        r"(?P<bad>\b[1-9]\d* failed\b|\bDELETED\b)",
    ]


HIGHLIGHTER: Final = _States()
_THEME: Final = Theme({"state.good": "green", "state.going": "yellow", "state.bad": "bold red"})


class Output(str, Enum):
    """The form of a result."""

    TABLE = "table"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each with the ARN of what it is about, or an empty text."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    arns: Sequence[str]

    def lines(self, width: int | None) -> list[Text]:
        """The table as text.

        An ARN is never broken: where a row is wider than the terminal it gets a line of its own.

        Args:
            width: The terminal's columns; None where there is no terminal.
        """
        header, *rows = _aligned(self.header, self.rows)
        arns = [Text(safe(arn), "dim") for arn in self.arns]
        room = max(line.cell_len for line in (header, *rows)) + 2
        header.stylize("bold")
        if not any(self.arns):
            return [header, *rows]
        if width is None or all(room + arn.cell_len <= width for arn in arns):
            header.pad_right(room - header.cell_len)
            header.append("ARN", "bold")
            for line, arn in zip(rows, arns, strict=True):
                line.pad_right(room - line.cell_len if arn else 0)
                line.append_text(arn)
            return [header, *rows]
        lines = [header]
        for line, arn in zip(rows, arns, strict=True):
            lines += [line, Text("  ").append_text(arn)] if arn else [line]
        return lines


def _aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Text]:
    """The header and each row as a line, with its cells under those of the others."""
    cells = [[safe(cell) for cell in row] for row in (header, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = [Text() for _ in cells]
    for line, row in zip(lines, cells, strict=True):
        for name, cell, width in zip(header, row, widths, strict=True):
            room = " " * (width - cell_len(cell))
            before, after = (room, "") if name in _NUMBERS else ("", room)
            line.append(before).append(cell, _STYLES.get(cell, "")).append(f"{after}  ")
        line.rstrip()
    return lines


@dataclass(frozen=True, slots=True)
class Result:
    """What a command has to show, in each form.

    Attributes:
        data: The JSON object.
        shown: The lines or the table for a person.
        arns: All that is left of it with `--quiet`: ARNs, one a line.
    """

    data: Mapping[str, object]
    shown: Table | Sequence[str]
    arns: Sequence[str]


class NotWritten(Exception):
    """A result could not be written. `arns` are what would be lost with it."""

    def __init__(self, reason: str, arns: Sequence[str]) -> None:
        super().__init__(reason, arns)
        self.reason = reason
        self.arns = arns


class _Console(Console):
    """A console of unbroken lines, in which a table's name is never taken for markup."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(
            stderr=stderr,
            soft_wrap=True,
            markup=False,
            emoji=False,
            highlight=False,
            theme=_THEME,
        )

    def on_broken_pipe(self) -> None:
        raise  # rich would end the process; it is being called in an `except` clause


class Screen:
    """The two streams of one command.

    Attributes:
        output: The form of its result.
        quiet: Whether nothing is said but errors.
        errors: The console on stderr.
    """

    def __init__(self, output: Output = Output.TABLE, quiet: bool = False) -> None:
        self.output = output
        self.quiet = quiet
        self.errors = _Console(stderr=True)
        self._results = _Console()

    def result(self, result: Result) -> None:
        """Write the result.

        Raises:
            BrokenPipeError: Whoever read stdout went away.
            NotWritten: stdout takes no more.
        """
        try:
            self._write_result(result)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise NotWritten(error.strerror or str(error), result.arns) from error

    def _write_result(self, result: Result) -> None:
        if self.output is Output.JSON:
            self.json(result.data)
        elif self.quiet:
            self._write(map(safe, result.arns))
        elif isinstance(result.shown, Table):
            on_terminal = self._results.file.isatty()
            lines = result.shown.lines(self._results.width if on_terminal else None)
            self._results.print(Text("\n").join(lines))
            self._results.file.flush()
        else:
            self._write(map(safe, result.shown))

    def table(self, table: Table) -> None:
        """Show a table that is not the result, such as what a question is about."""
        console = self.errors
        lines = table.lines(console.width if console.file.isatty() else None)
        self._say(Text("\n").join(lines))

    def json(self, data: object) -> None:
        """Write one JSON value, in ASCII alone.

        Raises:
            OSError: stdout takes no more.
        """
        self._write([json.dumps(plain(data), indent=2)])

    def _write(self, lines: Iterable[str]) -> None:
        self._results.file.writelines(f"{line}\n" for line in lines)
        self._results.file.flush()

    def notice(self, text: str) -> None:
        """Say what is going on, unless `quiet`."""
        if not self.quiet:
            self.say(text)

    def say(self, text: str) -> None:
        """Say what has to be known, even if `quiet`."""
        self._say(HIGHLIGHTER(Text(_safe_lines(text))))

    def error(self, text: str) -> None:
        """Say what is wrong."""
        self._say(Text().append("Error: ", "bold red").append(_safe_lines(text)))

    @property
    def result_is_watched(self) -> bool:
        """Whether the result is for a person at a terminal, and not kept anywhere."""
        return self.output is Output.TABLE and not self.quiet and self._results.file.isatty()

    def can_ask(self) -> bool:
        """Whether there is somebody to answer."""
        return sys.stdin is not None and sys.stdin.isatty() and self.errors.file.isatty()

    def agreed(self, question: str) -> bool:
        """Whether the answer is yes."""
        self.errors.print(Text(_safe_lines(question)), end=" ")
        try:
            return sys.stdin.readline().strip().lower() in ("y", "yes")
        except KeyboardInterrupt:
            self.errors.print()  # what is said of it begins on a line of its own
            raise

    def _say(self, text: Text) -> None:
        try:
            self.errors.print(text)
        except OSError:  # nobody listens any more: that must not harm what is under way
            self.errors.quiet = True


def safe(text: str) -> str:
    """`text` on one line, with the escapes and control characters in it made visible."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _safe_lines(text: str) -> str:
    return "\n".join(map(safe, text.split("\n")))


def plain(value: object) -> Any:
    """`value` as JSON has it: records as objects, times in ISO form and UTC."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return iso(value) if isinstance(value, datetime) else value
