"""`make demo`, to its end and interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.pulumi_cli import ROOT

SECONDS = 240


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo in a process group of its own, as a terminal would start it."""
    child = subprocess.Popen(
        [sys.executable, "-u", "-m", "tools.demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield child
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def left_running(folder: Path) -> list[str]:
    """The commands of processes that work in or with `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            place = os.readlink(entry / "cwd")
        except (OSError, UnicodeDecodeError):
            continue
        if entry.name.isdigit() and (str(folder) in command or place.startswith(str(folder))):
            found.append(command)
    return found


def test_the_demo_shows_a_backup_twice_and_proves_it(
    demo: subprocess.Popen[str], tmp_path: Path
) -> None:
    shown, _ = demo.communicate(timeout=SECONDS)
    assert demo.returncode == 0, shown
    before, after = shown.split("== What the AWS API itself says")
    assert "CREATING, timeout in" in before
    assert "2 unchanged" in before
    assert after.strip().startswith("AVAILABLE  orders-")
    assert left_running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_leaves_nothing_running_and_nothing_behind(
    demo: subprocess.Popen[str], tmp_path: Path, sent: signal.Signals
) -> None:
    assert demo.stdout is not None
    for line in demo.stdout:
        if "CREATING, timeout in" in line:
            break
    if sent is signal.SIGINT:
        os.killpg(demo.pid, sent)  # a terminal sends it to all of them
    else:
        demo.send_signal(sent)
    rest, _ = demo.communicate(timeout=SECONDS)
    assert demo.returncode != 0
    assert "The demo was interrupted; everything it started has ended." in rest
    assert "Traceback" not in rest
    assert left_running(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
