"""How an operation goes, on stderr: a bar on a terminal, a line every half minute elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as RichProgress

from ..aws.fleet.records import FleetProgress
from ..aws.records import Progress
from ..display import FleetRow, RowListener
from .output import HIGHLIGHTER, Screen, safe

_BAR_WIDTH: Final = 20
_CALM: Final = "cyan"


class Watch:
    """Hears of one operation or of many; by itself it shows nothing.

    Attributes:
        alone: Whether one table is all that it is about.
        heard: ARNs of the backups that it has heard of, with the names of their tables.
    """

    def __init__(self, screen: Screen, *, alone: bool) -> None:
        self.screen = screen
        self.alone = alone
        self.heard: dict[str, str] = {}

    def progress(self, progress: Progress) -> None:
        """One look at one table; see `Listener`."""
        if progress.backup_arn:
            self.heard[progress.backup_arn] = progress.table_name
        if self.alone:
            self.look(progress)

    def notice(self, text: str) -> None:
        """What a person should know; see `Listener`."""
        self.screen.notice(text)

    def many(self, progress: FleetProgress) -> None:
        """How many are how far."""
        if not self.alone:
            self.count(progress)

    def look(self, progress: Progress) -> None:
        """One look at the one table that it is about."""

    def count(self, progress: FleetProgress) -> None:
        """The counts of the many that it is about."""

    def end(self) -> None:
        """The operation has ended."""


class Lines(Watch):
    """A line every half minute."""

    def __init__(self, screen: Screen, *, alone: bool) -> None:
        super().__init__(screen, alone=alone)
        self._one = RowListener(self)
        self._many = FleetRow(self)

    def look(self, progress: Progress) -> None:
        self._one.progress(progress)

    def count(self, progress: FleetProgress) -> None:
        self._many.progress(progress)

    def show(self, text: str) -> None:
        """See `Row`: there is none."""

    def tell(self, text: str) -> None:
        """See `Row`."""
        self.screen.notice(text)


class Bar(Watch):
    """A bar that is gone at the end, when the result tells the rest."""

    def __init__(self, screen: Screen, *, alone: bool) -> None:
        super().__init__(screen, alone=alone)
        text = TextColumn("{task.description}", markup=False, highlighter=HIGHLIGHTER)
        bar = BarColumn(_BAR_WIDTH, style="dim", complete_style=_CALM, finished_style=_CALM)
        bar.pulse_style = _CALM
        self._bars = RichProgress(bar, text, console=screen.errors, transient=True)
        self._task = self._bars.add_task("Asking AWS ...", total=None)
        self._bars.start()

    def notice(self, text: str) -> None:
        if self.alone:  # of many, the result tells the same of each
            super().notice(text)

    def look(self, progress: Progress) -> None:
        self._bars.update(self._task, description=safe(progress.row))

    def count(self, progress: FleetProgress) -> None:
        self._bars.update(
            self._task,
            description=progress.line,
            total=progress.total,
            completed=progress.done + progress.failed,
        )

    def end(self) -> None:
        with suppress(OSError):  # the terminal is gone
            self._bars.stop()


@contextmanager
def watching(screen: Screen, *, alone: bool) -> Iterator[Watch]:
    """What an operation tells how it goes, while the block runs."""
    kind = Watch if screen.quiet else Bar if _is_watched(screen, os.environ) else Lines
    watch = kind(screen, alone=alone)
    try:
        yield watch
    finally:
        watch.end()


def _is_watched(screen: Screen, environment: Mapping[str, str]) -> bool:
    """Whether a person looks on: some CI systems have a terminal, and nobody before it."""
    console = screen.errors
    return console.file.isatty() and not console.is_dumb_terminal and not environment.get("CI")
