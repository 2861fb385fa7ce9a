"""What is made once in a process, and what a forked child does without its parent's threads."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_ddb_backup.shared import Shared

FORK_WHILE_A_THREAD_MAKES_SOMETHING = """
import os, signal, threading
from pulumi_ddb_backup.shared import Shared

making, go_on = threading.Event(), threading.Event()

def make(name):
    if name == "slow":
        making.set()
        go_on.wait()
    return object()

shared = Shared(make)
ours = shared("quick")
thread = threading.Thread(target=shared, args=("slow",))
thread.start()
making.wait()
child = os.fork()
if not child:
    signal.alarm(60)
    os._exit(1 if shared("quick") is ours else 0)
status = os.waitpid(child, 0)[1]
go_on.set()
thread.join()
print(status, shared("quick") is ours)
"""


def test_it_is_made_once_for_the_same_arguments() -> None:
    made: list[str] = []
    shared = Shared(lambda name: made.append(name) or name)  # type: ignore[func-returns-value]
    with ThreadPoolExecutor(8) as callers:
        assert list(callers.map(shared, ["a", "b"] * 20)) == ["a", "b"] * 20
    assert sorted(made) == ["a", "b"]


def test_what_could_not_be_made_is_tried_again() -> None:
    outcomes = iter([LookupError("not yet"), None])

    def make() -> str:
        if error := next(outcomes):
            raise error
        return "made"

    shared = Shared(make)
    with pytest.raises(LookupError):
        shared()
    assert shared() == "made"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_makes_its_own_even_if_a_thread_of_its_parent_was_just_making_something() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FORK_WHILE_A_THREAD_MAKES_SOMETHING],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.split() == ["0", "True"], ended.stderr
