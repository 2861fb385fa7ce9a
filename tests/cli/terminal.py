"""A terminal of its own for a command."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from tests.cli.conftest import ANSI, COMMAND, Cli, Ended, Env, checked


class Terminal:
    """A command on a terminal of its own, with all that it has written there so far."""

    def __init__(self, child: subprocess.Popen[bytes], terminal: int) -> None:
        self._child = child
        self._terminal = terminal
        self.text = ""

    def until(self, text: str) -> None:
        """Read until the terminal has shown `text`."""
        while text not in ANSI.sub("", self.text):
            read = self._read()
            assert read, self.text
            self.text += read

    def type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def ended(self, code: int = 0) -> str:
        """All that was shown, without colours, once the command has ended with `code`."""
        shown, ended = self.drained()
        return checked(Ended(ended, shown, ""), code).out

    def drained(self) -> tuple[str, int]:
        """All that was shown, without colours, once the command has ended; its exit code."""
        while read := self._read():
            self.text += read
        return ANSI.sub("", self.text).replace("\r\n", "\n"), self._child.wait()

    def _read(self) -> str:
        try:
            return os.read(self._terminal, 65536).decode(errors="replace")
        except OSError:  # nobody has it open any more
            return ""


def screen(text: str) -> list[str]:
    """The lines that stay on a terminal after all of `text`: bars are drawn over and taken away."""
    lines, row = [""], 0
    for part in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", text):
        if part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif part.endswith("A") and part.startswith("\x1b"):
            row -= int(part[2:-1] or 1)
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part[0] not in "\r\x1b":
            lines[row] += part
    return [line for line in lines if line]


@contextmanager
def on_terminal(
    cli: Cli, *arguments: str, columns: int = 100, env: Env | None = None
) -> Iterator[Terminal]:
    """A command on a terminal of that width."""
    environment = cli.with_({"TERM": "xterm-256color", **(env or {})})
    with opened([*COMMAND, *arguments], environment, columns=columns) as terminal:
        yield terminal


@contextmanager
def opened(words: Sequence[str], env: Mapping[str, str], *, columns: int) -> Iterator[Terminal]:
    """A program on a terminal of that width."""
    ours, theirs = os.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(
        words,
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    try:
        yield Terminal(child, ours)
    finally:
        child.kill()
        child.wait()
        os.close(ours)
