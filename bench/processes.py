"""Commands under way: how long they take, what memory and how many threads they need. Linux only."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.e2e.stack import session_of

MIB: Final = 1 << 20
_SAMPLE_SECONDS: Final = 0.1
_PROVIDER: Final = b"pulumi.dynamic"


@dataclass(frozen=True, slots=True)
class Memory:
    """What one process holds now and has held at most, in bytes, and how many threads it has."""

    resident_bytes: int
    peak_bytes: int
    threads: int


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command went.

    Attributes:
        began: Moment of its start on the machine's monotonic clock.
        seconds: From its start to its end.
        code: Its exit code; None when it was ended because it took too long.
        text: All it printed.
        memory: The most that the process measured has held, and the most threads it has had.
        cpu_seconds: Processor time of all its processes.
    """

    began: float
    seconds: float
    code: int | None
    text: str
    memory: Memory
    cpu_seconds: float


def memory_of(process: int) -> Memory:
    """The memory of a process that runs."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    told = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    kib = {name: int(told[name].split()[0]) for name in ("VmRSS", "VmHWM")}
    return Memory(kib["VmRSS"] * 1024, kib["VmHWM"] * 1024, int(told["Threads"]))


def provider_of(leader: int) -> int | None:
    """Pulumi's provider process among the processes of the session that `leader` began."""
    found = [process for process, command in session_of(leader).items() if _PROVIDER in command]
    return min(found, default=None)


def run(
    command: Sequence[str | Path], env: Mapping[str, str], folder: Path, limit_seconds: float
) -> Finished:
    """Carry out a command; its own process is the one measured."""
    with _started(command, env, folder) as child:
        return finish(child, time.monotonic(), limit_seconds)


def finish(
    child: subprocess.Popen[str],
    began: float,
    limit_seconds: float,
    *,
    measure_provider: bool = False,
) -> Finished:
    """Watch a command to its end."""
    sampler = _Sampler(child.pid, measure_provider)
    cpu_before = _cpu_of_children()
    code: int | None
    try:
        text, _ = child.communicate(timeout=limit_seconds)
        code = child.returncode
    except subprocess.TimeoutExpired:
        _end_session(child.pid)
        text, _ = child.communicate()
        code = None
    seconds, cpu = time.monotonic() - began, _cpu_of_children() - cpu_before
    return Finished(began, seconds, code, text, sampler.end(), cpu)


def _cpu_of_children() -> float:
    """Processor time of all that this process has waited for, and of what they have waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _started(
    command: Sequence[str | Path], env: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        command,
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end_session(child.pid)
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _end_session(leader: int) -> None:
    for process in session_of(leader):
        os.kill(process, signal.SIGKILL)


@dataclass
class _Sampler:
    """Looks at a process now and then on a thread of its own."""

    leader: int
    of_provider: bool
    most: Memory = Memory(0, 0, 0)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()

    def end(self) -> Memory:
        self._ended.set()
        self._thread.join()
        return self.most

    def _sample(self) -> None:
        process = None if self.of_provider else self.leader
        while not self._ended.wait(_SAMPLE_SECONDS):
            if process is None:
                process = provider_of(self.leader)
                continue
            try:
                now = memory_of(process)
            except (OSError, KeyError):
                continue  # it has ended
            self.most = Memory(
                max(self.most.resident_bytes, now.resident_bytes),
                max(self.most.peak_bytes, now.peak_bytes),
                max(self.most.threads, now.threads),
            )
