"""Serves the simulator for a person: `python -m tests.aws.simulator PORT`."""

from __future__ import annotations

from tests.aws.simulator.serving import main

if __name__ == "__main__":
    main()
