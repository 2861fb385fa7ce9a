"""`make sim` and `make env`: what they print works as it is printed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walk import prepared
from tests.wire.provider import FAST_CLOCK
from tools.pulumi_cli import ROOT

SECONDS = 240


@pytest.fixture
def sim() -> Iterator[subprocess.Popen[str]]:
    """The stand-in at a port that is free."""
    child = subprocess.Popen(
        [sys.executable, "-u", "-m", "tools.sim", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield child
    if child.poll() is None:
        child.kill()
    child.communicate()


def test_the_commands_that_sim_prints_take_two_backups(
    sim: subprocess.Popen[str], cli: dict[str, str], tmp_path: Path
) -> None:
    assert sim.stdout is not None
    commands = []
    for line in sim.stdout:
        if line.startswith("    "):
            commands.append(line.strip())
        if "pulumi up" in line:
            break
    walk = prepared(tmp_path, {**cli, "HOME": str(tmp_path), "PYTHONPATH": FAST_CLOCK})
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, walk.folder)
    assert commands[0] == 'eval "$(make -s env)"'
    url = re.search(r"AWS_ENDPOINT_URL=(\S+)", commands[1])
    assert url
    looks = json.dumps({"creating_seconds": 0, "creating_looks": 2}).encode()
    urllib.request.urlopen(f"{url[1]}/_sim/set", looks).close()
    for command in commands[1:]:
        walk.run(command)
    assert len(set(re.findall(r"Backup '(\S+)' of table 'orders' is AVAILABLE", walk.printed))) == 2
    sim.send_signal(signal.SIGINT)
    rest, _ = sim.communicate(timeout=SECONDS)
    assert sim.returncode == 0, rest
    assert "Traceback" not in rest
