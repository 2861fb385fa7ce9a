"""Ctrl-C and SIGTERM: the first cancels and tells what goes on in AWS, a second leaves at once."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType
from typing import Final

from .exit_codes import ExitCode

ENDING: Final = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}
"""The signals that cancel, and how a command ends after each."""


class Interrupts:
    """The signals that have come so far.

    A thread says what has to be said of them: where a signal interrupts the main thread, that may
    be in the middle of a line, or of the handling of another signal.
    """

    def __init__(self, on_first: Callable[[], None], on_second: Callable[[], None]) -> None:
        self._on_first = on_first
        self._on_second = on_second
        self._come: list[int] = []

    def ending(self, code: int) -> int:
        """The exit code of what ended with `code`, perhaps because of a signal."""
        interrupted = code == ExitCode.INTERRUPTED and self._come
        return ENDING[signal.Signals(self._come[0])] if interrupted else code

    def have_come(self) -> bool:
        """Whether any signal has come."""
        return bool(self._come)

    @contextmanager
    def heard(self) -> Iterator[Interrupts]:
        """Turn the first signal into KeyboardInterrupt while the block runs."""
        before = {number: signal.getsignal(number) for number in ENDING}
        # A command in the background is started with SIGINT ignored, and is to stay so.
        taken = [number for number in before if before[number] is not signal.SIG_IGN]
        told, listening = socket.socketpair()
        told.setblocking(False)
        Thread(target=self._listen, args=(listening,), daemon=True).start()
        with told:
            told_before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
            for number in taken:
                signal.signal(number, self._came)
            try:
                yield self
            finally:
                for number in taken:
                    signal.signal(number, signal.SIG_IGN if self._come else before[number])
                signal.set_wakeup_fd(told_before)

    def _came(self, number: int, _frame: FrameType | None) -> None:
        self._come.append(number)
        if len(self._come) == 1:
            raise KeyboardInterrupt
        if len(self._come) > 2:  # what the second one is told on takes no more
            os._exit(self.ending(ExitCode.INTERRUPTED))

    def _listen(self, listening: socket.socket) -> None:
        heard = 0
        with listening:
            while come := listening.recv(1):
                heard += come[0] in ENDING
                if come[0] in ENDING and heard <= 2:
                    (self._on_first, self._on_second)[heard - 1]()
