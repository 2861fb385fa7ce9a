"""A process that forks after it has used the library: neither side may wait for ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import create_table
from tests.aws.forking import HELD, HOW, OURS, THEIRS
from tests.aws.simulator import Fault, Simulator

TIMEOUT_SECONDS = 100
FORKING_IS_THE_USERS = "ignore:This process:DeprecationWarning"
"""Python 3.12 and later warn of a fork in a process with threads."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("how", HOW)
def test_a_forked_child_takes_a_backup_while_its_parent_is_taking_one(
    server: Simulator, dynamodb: DynamoDBClient, how: str
) -> None:
    create_table(dynamodb, "held")
    server.fault(Fault("CreateBackup", kind="hold", table="held"))
    try:
        ended = subprocess.run(
            [
                sys.executable,
                "-W",
                "error",
                "-W",
                FORKING_IS_THE_USERS,
                "-m",
                "tests.aws.forking",
                how,
                server.url,
            ],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    finally:
        server.release()
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == dict.fromkeys((OURS, HELD, THEIRS), "AVAILABLE")
    made = dynamodb.list_backups()["BackupSummaries"]
    assert sorted(backup["BackupName"] for backup in made) == sorted((OURS, HELD, THEIRS))
