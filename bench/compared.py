"""One comparison in a process of its own: what `bench.comparing` measures.

python -m bench.compared ours|naive COUNT [UNITS]          on a generated source without HTTP
python -m bench.compared ours|naive COUNT UNITS ENDPOINT   over HTTP; UNITS 0 is no limit
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.generated import FIRST, OTHER, source
from bench.processes import memory_of
from bench.stored import REGION
from pulumi_ddb_backup.aws import CompareRequest, Comparisons, Connection, Verdict
from pulumi_ddb_backup.aws.calls.clients import dynamodb_client
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB, DynamoDB
from pulumi_ddb_backup.aws.compare.rules import READ_UNITS_MAX


def main() -> None:
    """Compare two tables and print what it took."""
    way, count, *more = sys.argv[1:]
    units, endpoint = int(more[0]) if more else 0, more[1] if len(more) > 1 else None
    connection = Connection(
        region=REGION, endpoint_url=endpoint, access_key="bench", secret_key="bench"
    )
    tables = source(int(count), on_threads=True)
    if endpoint:
        dynamodb_client(connection)  # what every process has once it has called AWS is no growth
    before = memory_of(os.getpid()).resident_bytes
    began = time.monotonic()
    if way == "ours":
        used = _ours(connection, None if endpoint else tables, units or READ_UNITS_MAX)
    else:
        used = _naive(dynamodb_client(connection) if endpoint else tables)
    seconds = time.monotonic() - began
    grown = memory_of(os.getpid()).peak_bytes - before
    json.dump({"seconds": seconds, "grown_bytes": grown, "units": used}, sys.stdout)


def _ours(connection: Connection, tables: Any, units: int) -> float:
    def connect(connection: Connection) -> DynamoDB:
        made: DynamoDB = tables or Boto3DynamoDB(connection)
        return made

    result = Comparisons(connection, connect=connect).compare(
        CompareRequest(FIRST, OTHER, read_units_per_second=units, timeout_seconds=86_400)
    )
    assert result.verdict is Verdict.IDENTICAL
    return max(result.first.read_units, result.other.read_units)


def _naive(client: Any) -> float:
    """Both tables into memory, then compared: what a script of ten lines does."""
    first, other = ({one["id"]["S"]: one for one in _scan(client, name)} for name in (FIRST, OTHER))
    assert first == other
    return 0.0


def _scan(client: Any, name: str) -> Iterator[Any]:
    asked: dict[str, Any] = {"Segment": 0, "TotalSegments": 1, "Limit": 1_000_000_000 // 2}
    after: dict[str, Any] = {}
    while True:
        page = client.scan(TableName=name, ReturnConsumedCapacity="NONE", **asked, **after)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        after = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


if __name__ == "__main__":
    main()
