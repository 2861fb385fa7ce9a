"""Prints how fast and how large everything is, and puts it into docs/performance.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench import (
    comparing,
    document,
    fleet,
    growth,
    one_table,
    peers,
    program,
    pruning,
    report,
    state,
)
from bench.report import Section
from bench.setting import QUICK, Setting, Sizes
from bench.simulator import simulated
from tools.pulumi_cli import ROOT, environment

DOCS: Final = ROOT / "docs"


SECTIONS: Final[Mapping[str, Callable[[Setting], Section]]] = {
    "fleet": fleet.measure,
    "one-table": one_table.measure,
    "program": program.measure,
    "state": state.measure,
    "retention": pruning.measure,
    "compare": comparing.measure,
    "growth": growth.measure,
}
"""What is measured, in the order of the page."""


def main() -> None:
    """Measure all of it, or the sections asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in a small size; writes no file")
    parser.add_argument(
        "sections",
        nargs="*",
        metavar="SECTION",
        help=f"measure only these, and leave the others on the page: {', '.join(SECTIONS)}",
    )
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))} (of {', '.join(SECTIONS)})")
    os.environ.pop("AWS_PROFILE", None)  # what runs in this process has keys of its own
    with tempfile.TemporaryDirectory(prefix="ddb-backup-bench-") as folder, simulated() as aws:
        scratch = Path(folder)
        cli = environment(scratch, {"PATH": os.environ["PATH"]})
        sizes, docs = (QUICK, None) if asked.quick else (Sizes(), DOCS)
        setting = Setting(aws, sizes, scratch, cli, _say, docs)
        versions = _versions(cli)
        for name in SECTIONS:
            if name in (asked.sections or SECTIONS):
                _measure(name, setting, versions)


def _measure(name: str, setting: Setting, versions: str) -> None:
    """Measure one section and, in full size, put it on the page at once."""
    load = os.getloadavg()[0]
    section = SECTIONS[name](setting)
    measured = report.measured(date.today(), load, versions)
    goals = report.Table(report.GOALS, report.goal_rows(section.goals)).lines()
    print("\n".join([*section.lines(measured), *(goals if section.goals else [])]), flush=True)
    if setting.docs is None:
        return  # the goals are set for the full size
    file = setting.docs / "performance.md"
    known = document.parts(file.read_text(encoding="utf-8")) if file.exists() else {}
    known[name] = document.part(section, measured)
    file.write_text(document.page(known, list(SECTIONS)), encoding="utf-8")


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
