"""One Fleet in a process of its own: what `bench.growth` measures.

python -m bench.measured ENDPOINT [FILE]    with FILE, on the simulated clock in it
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path

from bench.clock import SimulatedClock, TimedDynamoDB
from bench.processes import memory_of
from bench.seconds import SharedSeconds
from bench.stored import REGION
from pulumi_ddb_backup.aws import Backups, Clock, Connection, Fleet, FleetRequest, SystemClock
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB, DynamoDB


def main() -> None:
    """Back up all tables and print what it took."""
    endpoint, *file = sys.argv[1:]
    connection = Connection(
        region=REGION, endpoint_url=endpoint, access_key="bench", secret_key="bench"
    )
    clock: Clock = SystemClock()
    connect: type[DynamoDB] | partial[TimedDynamoDB] = Boto3DynamoDB
    if file:
        clock = simulated = SimulatedClock(SharedSeconds(Path(file[0])))
        connect = partial(TimedDynamoDB, simulated)
    # What every process has once it has called AWS at all is no growth.
    Backups(connection, clock=clock, connect=connect).find("bench-00000")
    before = memory_of(os.getpid()).resident_bytes
    began = clock.monotonic()
    result = Fleet(connection, clock=clock, connect=connect).create(
        FleetRequest(table_pattern=("bench-*",), backup_name_prefix="bench-")
    )
    seconds = clock.monotonic() - began
    after = memory_of(os.getpid())
    json.dump(
        {
            "seconds": seconds,
            "grown_bytes": after.peak_bytes - before,
            "threads": after.threads,
            "backed_up": sum(outcome.record is not None for outcome in result.outcomes),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
