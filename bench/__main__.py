"""Prints how fast and how large everything is, and writes docs/performance.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from bench import comparing, fleet, growth, one_table, peers, program, pruning, report
from bench.report import Section
from bench.setting import QUICK, Setting, Sizes
from bench.simulator import simulated
from tools.pulumi_cli import ROOT, environment

_DOCS = ROOT / "docs"


def main() -> None:
    """Measure it all, one thing after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in a small size; writes no file")
    quick: bool = parser.parse_args().quick
    os.environ.pop("AWS_PROFILE", None)  # what runs in this process has keys of its own
    began = time.monotonic()
    machine = report.machine(os.getloadavg()[0])
    with tempfile.TemporaryDirectory(prefix="ddb-backup-bench-") as folder, simulated() as aws:
        scratch = Path(folder)
        cli = environment(scratch, {"PATH": os.environ["PATH"]})
        setting = Setting(aws, QUICK if quick else Sizes(), scratch, cli, _say)
        header = report.header(machine, _versions(cli))
        print("\n".join(header), flush=True)
        sections: list[Section] = []
        measurements: tuple[Callable[[], Section], ...] = (
            lambda: fleet.measure(setting),
            lambda: one_table.measure(setting),
            lambda: program.measure(setting),
            lambda: pruning.measure(setting),
            lambda: comparing.measure(setting),
            lambda: growth.measure(setting, None if quick else _DOCS),
        )
        for measure in measurements:
            sections.append(measure())
            print("\n".join(sections[-1].lines()), flush=True)
    if quick:
        return  # the goals are set for the full size
    print("\n".join(report.goals(sections)))
    took = f"{(time.monotonic() - began) / 60:.0f} minutes"
    text = report.document(header, sections, took)
    (_DOCS / "performance.md").write_text(text, encoding="utf-8")


def _say(text: str) -> None:
    sys.stderr.write(f"... {text}\n")
    sys.stderr.flush()


def _versions(cli: Mapping[str, str]) -> str:
    told = subprocess.run(
        ["pulumi", "version"], env=cli, capture_output=True, text=True, check=True
    )
    ours = [f"Pulumi CLI {told.stdout.strip().removeprefix('v')}"]
    ours += [f"{name} {version(name)}" for name in ("pulumi", "boto3", "moto")]
    theirs = [f"{name} {number}" for name, number in peers.VERSIONS.items()]
    return f"{', '.join(ours)}; beside it {', '.join(theirs)}"


if __name__ == "__main__":
    main()
