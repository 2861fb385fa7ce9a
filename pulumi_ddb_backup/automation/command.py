"""The Pulumi CLI as a child process that Ctrl-C can be sent to from another thread.

Reason: `PulumiCommand.run` keeps its process to itself, and a Ctrl-C at the terminal reaches the CLI
and the program at once, from which the CLI might see two: the second ends it without keeping state.
Seen on: SDK 3.231.0, 3.272.0; CLI 3.250.0.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping
from typing import IO, Final

from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

_NO_VERSION: Final = VersionInfo(3, 231)
"""Taken for a CLI that was built without telling it its version."""


class CancellableCommand(PulumiCommand):
    """The CLI, run like the SDK's own but in a session of its own. One command at a time.

    Attributes:
        last: How the last command ended; None before, and while one runs.
    """

    def __init__(self, command: str, version: VersionInfo | None) -> None:
        # The parent's would run `pulumi version` by this process's own PATH.
        self.command = command
        self.version = version
        self.last: CommandResult | None = None
        self._process: subprocess.Popen[str] | None = None
        self._interrupted = False
        self._lock = threading.Lock()

    @classmethod
    def found(cls, env: Mapping[str, str]) -> CancellableCommand:
        """The CLI on the PATH of `env` or, where that has none, of this process.

        Raises:
            FileNotFoundError: There is none.
        """
        everything = {**os.environ, **env}
        command = shutil.which("pulumi", path=everything.get("PATH"))
        if command is None:
            raise FileNotFoundError("the Pulumi CLI (`pulumi`) is not on PATH")
        told = subprocess.run(
            [command, "version"],
            env={**everything, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        text = told.removeprefix("v")
        return cls(command, VersionInfo.parse(text) if VersionInfo.is_valid(text) else _NO_VERSION)

    @classmethod
    def like(cls, command: PulumiCommand) -> CancellableCommand:
        """The same CLI as `command`."""
        return command if isinstance(command, cls) else cls(command.command, command.version)

    def interrupt(self) -> bool:
        """Send the running command Ctrl-C, once. False if none runs or it had one already."""
        with self._lock:
            if self._process is None or self._interrupted or self._process.poll() is not None:
                return False
            self._interrupted = True
            self._process.send_signal(signal.SIGINT)
            return True

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run a command; an interrupt of this thread becomes the command's.

        Raises:
            CommandError: The command failed.
        """
        given = args[: args.index("--")] if "--" in args else args
        flags = [] if "--non-interactive" in given else ["--non-interactive"]
        self.last, self._interrupted = None, False
        with subprocess.Popen(
            [self.command, *flags, *args],
            cwd=cwd,
            env={**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process:
            with self._lock:
                self._process = process
            texts = self._texts_until_end(process, on_output, on_error)
        self.last = CommandResult(*texts, process.returncode)
        if process.returncode != 0:
            raise create_command_error(self.last)
        return self.last

    def _texts_until_end(
        self,
        process: subprocess.Popen[str],
        on_output: OnOutput | None,
        on_error: OnOutput | None,
    ) -> tuple[str, str]:
        """What the process prints to its end."""
        assert process.stdout is not None
        assert process.stderr is not None
        output, errors = _Reader(process.stdout, on_output), _Reader(process.stderr, on_error)
        try:
            output.join()
            errors.join()
            process.wait()
        except BaseException:  # KeyboardInterrupt: the state is kept before this thread goes on
            self.interrupt()
            output.join()
            errors.join()
            process.wait()
            raise
        finally:
            with self._lock:
                self._process = None
        return output.text, errors.text


class _Reader(threading.Thread):
    """Reads a stream to its end, telling each line."""

    def __init__(self, stream: IO[str], tell: OnOutput | None) -> None:
        super().__init__(daemon=True)
        self._stream, self._tell = stream, tell
        self._lines: list[str] = []
        self.start()

    def run(self) -> None:
        for line in self._stream:
            self._lines.append(line.rstrip())
            if self._tell is not None:
                self._tell(self._lines[-1])

    @property
    def text(self) -> str:
        return "\n".join(self._lines)
