"""One prune in a process of its own, as a resource's `retention=` runs it: what `bench.pruning` measures.

python -m bench.pruned ENDPOINT FILE KEEP    with FILE, the backups that have just been taken, in JSON
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from bench.processes import memory_of
from bench.stored import OWNER, PREFIX, REGION
from pulumi_ddb_backup.aws import BackupRecord, Backups, Connection, PruneRequest, Retention
from pulumi_ddb_backup.aws.rules.naming import owner_mark


def main() -> None:
    """Prune, and print what it took."""
    endpoint, file, keep = sys.argv[1:]
    connection = Connection(
        region=REGION, endpoint_url=endpoint, access_key="bench", secret_key="bench"
    )
    taken = [BackupRecord(**each) for each in json.loads(Path(file).read_text(encoding="utf-8"))]
    backups = Backups(connection)
    backups.find("no-such-table")  # what every process has once it has called AWS is no growth
    before = memory_of(os.getpid()).resident_bytes
    began = time.monotonic()
    result = backups.prune(
        PruneRequest(
            tables=[one.table_arn for one in taken],
            retention=Retention(keep_daily=int(keep)),
            backup_name_prefix=PREFIX,
            owner=owner_mark(OWNER),
            taken=taken,
            dry_run=False,
        )
    )
    seconds = time.monotonic() - began
    json.dump(
        {
            "seconds": seconds,
            "grown_bytes": memory_of(os.getpid()).peak_bytes - before,
            "deleted": sum(len(one.deleted) for one in result.tables),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
