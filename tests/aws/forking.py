"""A program that has used the library once and then forks: `python -m tests.aws.forking HOW URL`.

It prints what became of the backups of parent and child, as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

from pulumi_ddb_backup.aws import BackupError, BackupRequest, Backups, Connection

OURS, THEIRS, HELD = "parent-1", "child-1", "held-1"
CHILD_SECONDS = 90
"""A child that hangs ends then, whether anybody waits for it or not."""


def backups(url: str) -> Backups:
    return Backups(
        Connection(region="eu-west-1", endpoint_url=url, access_key="test", secret_key="test")
    )


def taken(url: str, table: str, name: str) -> str:
    try:
        return backups(url).create(BackupRequest(table, backup_name=name)).backup_status
    except BackupError as error:
        return str(error)


def by_os_fork(work: Callable[[], str]) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.write(writing, work().encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        result = told.read()
    os.waitpid(child, 0)
    return result


def by_multiprocessing(work: Callable[[], str]) -> str:
    context: Any = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put(work()))
    child.start()
    child.join()
    return str(answers.get())


HOW = {"os.fork": by_os_fork, "multiprocessing": by_multiprocessing}


def calls_of(url: str, name: str) -> int:
    with urllib.request.urlopen(f"{url}/_sim/calls") as answer:
        calls = json.load(answer)
    return sum(call["params"].get("BackupName") == name for call in calls)


def main() -> None:
    how, url = sys.argv[1:]
    statuses = {OURS: taken(url, "orders", OURS)}

    def hold() -> None:
        statuses[HELD] = taken(url, "held", HELD)

    under_way = threading.Thread(target=hold)
    under_way.start()
    while not calls_of(url, HELD):
        pass  # until it is in AWS's hands

    def of_child() -> str:
        signal.alarm(CHILD_SECONDS)
        return taken(url, "orders", THEIRS)

    statuses[THEIRS] = HOW[how](of_child)
    urllib.request.urlopen(f"{url}/_sim/release", data=b"{}").close()
    under_way.join()
    sys.stdout.write(json.dumps(statuses))


if __name__ == "__main__":
    main()
