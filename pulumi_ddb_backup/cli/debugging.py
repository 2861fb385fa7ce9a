"""`--debug`: the log of all calls to AWS, on stderr."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ..aws.calls.log import LOGGER
from .output import Screen


class _OnScreen(logging.Handler):
    """Writes the log where all else is said, so that no line breaks a progress bar."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(logging.DEBUG)
        self._screen = screen
        self.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.say(self.format(record))


@contextmanager
def debugging(screen: Screen, *, wanted: bool) -> Iterator[None]:
    """Show every call to AWS while the block runs, if it is wanted."""
    log = logging.getLogger(LOGGER)
    before, handler = log.level, _OnScreen(screen)
    if wanted:
        log.addHandler(handler)
        log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
