"""`make sim`: a stand-in for AWS on this machine, with a table in it and commands to try."""

from __future__ import annotations

import signal
import sys
import threading

import boto3

from tests.aws.simulator import serving_a_person
from tools.demo import ITEMS, REGION, TABLE, fill

TOLD = """\
A stand-in for DynamoDB is at {url}, with a table {table!r} of {items} items.
Each backup takes about ten seconds. Ctrl-C ends it, and everything in it is gone then.

In another shell, in this checkout:

    eval "$(make -s env)"
    export AWS_ENDPOINT_URL={url} AWS_REGION={region}
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

A first backup, from the command line:

    ddb-backup backup {table}
    ddb-backup list

And one by a program, the one in this checkout:

    pulumi stack init play
    pulumi config set table {table}
    pulumi up
"""


def main() -> None:
    """Serve until interrupted."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving_a_person(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as simulator:
        dynamodb = boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=simulator.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        fill(dynamodb)
        print(TOLD.format(url=simulator.url, table=TABLE, items=ITEMS, region=REGION), flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
