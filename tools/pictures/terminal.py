"""A terminal that runs real commands and remembers what its screen showed when."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyte  # type: ignore[import-not-found,import-untyped,unused-ignore] # tools/pictures/requirements.txt

PROMPT: Final = "\x1b[32m$\x1b[0m "
KEY_SECONDS: Final = 0.045
LONGEST_PAUSE_SECONDS: Final = 1.0
"""Where the screen stands still for longer, the recording goes on after this."""
SHORTEST_FRAME_SECONDS: Final = 0.12
GIVE_UP_SECONDS: Final = 120.0
INTERRUPT: Final = b"\x03"


@dataclass(frozen=True)
class Run:
    """Characters of one line that look the same. `color` is a name of ANSI's, or six hex digits."""

    text: str
    color: str = "default"
    bold: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Frame:
    """What the screen shows from a moment on."""

    at_seconds: float
    lines: tuple[Line, ...]


class Terminal:
    """Runs commands one after the other, each typed at a prompt."""

    def __init__(self, columns: int, rows: int) -> None:
        self.frames: list[Frame] = []
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._seconds = 0.0

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(self._screen.display)

    def pause(self, seconds: float) -> None:
        """Let a reader read."""
        self._seconds += seconds

    def prompt(self) -> None:
        """Show that the shell is ready."""
        self._show(PROMPT.encode())

    def run(
        self,
        command: Sequence[str],
        shown: str,
        env: Mapping[str, str],
        folder: Path,
        stop: Callable[[], bool] = lambda: False,
    ) -> int:
        """Type a command as `shown`, and run it to its end.

        `stop` is asked at each change of the screen; once it says True, Ctrl-C is pressed.
        """
        self.prompt()
        self.pause(0.6)
        for letter in shown:
            self._show(letter.encode())
            self.pause(KEY_SECONDS)
        self.pause(0.4)
        self._show(b"\r\n")
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), env)
        size = struct.pack("HHHH", self._screen.lines, self._screen.columns, 0, 0)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
        try:
            self._watch(terminal, stop)
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            os.close(terminal)
            _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)

    def _watch(self, terminal: int, stop: Callable[[], bool]) -> None:
        """Show what the command writes, until it has ended."""
        began = seen = time.monotonic()
        pressed = False
        while time.monotonic() - began < GIVE_UP_SECONDS:
            ready, _, _ = select.select([terminal], [], [], 1.0)
            if not ready:
                continue
            try:
                written = os.read(terminal, 65536)
            except OSError:  # how Linux tells that the other end is closed
                written = b""
            if not written:
                return
            now = time.monotonic()
            self.pause(min(now - seen, LONGEST_PAUSE_SECONDS))
            seen = now
            self._show(written)
            if not pressed and stop():
                pressed = True
                os.write(terminal, INTERRUPT)
        raise TimeoutError("The command did not end; the screen showed:\n" + self.text)

    def _show(self, written: bytes) -> None:
        self._stream.feed(written)
        lines = tuple(self._line(number) for number in range(self._screen.lines))
        frame = Frame(self._seconds, lines)
        if self.frames and self.frames[-1].lines == lines:
            return
        if self.frames and frame.at_seconds - self.frames[-1].at_seconds < SHORTEST_FRAME_SECONDS:
            frame = Frame(self.frames.pop().at_seconds, lines)
        self.frames.append(frame)

    def _line(self, number: int) -> Line:
        row: Mapping[int, Any] = self._screen.buffer[number]
        cells = [row[column] for column in range(self._screen.columns)]
        runs = [
            Run("".join(cell.data for cell in same), *look)
            for look, same in groupby(cells, lambda cell: (cell.fg, cell.bold))
        ]
        if runs and not runs[-1].text.strip():
            runs.pop()
        elif runs:
            runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].color, runs[-1].bold)
        return tuple(runs)
