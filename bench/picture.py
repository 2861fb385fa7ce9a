"""Draws what `bench.growth` has measured. Runs in matplotlib's own virtualenv.

picture.py FILE < the sizes as JSON
"""

from __future__ import annotations

import json
import sys
from typing import Any

import matplotlib  # type: ignore[import-not-found] # installed by bench.peers alone

matplotlib.use("Agg")
from matplotlib import pyplot

OURS, BOUND, OTHER = "#1f5fa8", "#888888", "#c2571a"


def main() -> None:
    """Three panels side by side, all with logarithmic axes."""
    sizes: list[dict[str, Any]] = json.load(sys.stdin)
    tables = [size["tables"] for size in sizes]
    figure, (time, calls, memory) = pyplot.subplots(1, 3, figsize=(12, 3.8))

    def line(axes: Any, key: str, label: str, color: str, style: str = "o-", by: float = 1) -> None:
        axes.plot(tables, [size[key] / by for size in sizes], style, color=color, label=label)

    line(time, "bound_seconds", "the bound", BOUND, "--")
    line(time, "seconds", "until all are AVAILABLE", OURS)
    line(calls, "tables", "one call for each table", BOUND, "--")
    line(calls, "calls", "all calls", OURS)
    line(calls, "list_backups", "ListBackups", OTHER)
    line(memory, "grown_bytes", "grown by", OURS, by=1 << 20)
    allowed = [20 * count / 1024 for count in tables]
    memory.plot(tables, allowed, "--", color=BOUND, label="20 KiB a table")
    for axes, title in ((time, "Seconds"), (calls, "Calls of AWS"), (memory, "Memory, MiB")):
        axes.set(title=title, xlabel="tables", xscale="log", yscale="log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,g}")
        axes.grid(which="major", alpha=0.3)
        axes.legend(frameon=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(sys.argv[1], dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
