"""What the schedules' role may do, and who may use it: linted, and no more than it needs."""

from __future__ import annotations

import json
from typing import Any

import parliament  # type: ignore[import-untyped]
import pytest

from pulumi_ddb_backup.aws.schedule.target import (
    role_policy,
    target_arn,
    target_input,
    trust_policy,
)

ORDERS = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:nightly-failed"
GROUP = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/nightly"


def findings(policy: Any) -> list[str]:
    return [str(one) for one in parliament.analyze_policy_string(json.dumps(policy)).findings]


def test_a_linter_finds_nothing_in_what_the_role_may_do() -> None:
    assert findings(role_policy([ORDERS, f"{ORDERS}-2"], QUEUE)) == []


@pytest.mark.parametrize(
    ("given", "wanted", "word"),
    [
        ("CreateBackup", "CreateBakup", "UNKNOWN_ACTION"),
        (ORDERS, "orders", "INVALID_ARN"),
        (ORDERS, QUEUE, "RESOURCE_MISMATCH"),
    ],
)
def test_the_linter_would_find_what_is_wrong(given: str, wanted: str, word: str) -> None:
    policy = json.dumps(role_policy([ORDERS], QUEUE)).replace(given, wanted)
    assert word in " ".join(findings(json.loads(policy)))


def test_the_role_is_for_the_schedules_of_this_group_alone() -> None:
    (statement,) = trust_policy("123456789012", GROUP)["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012", "aws:SourceArn": GROUP}
    }


def test_the_scheduler_puts_the_id_of_the_attempt_into_the_name() -> None:
    called = target_input("orders", "schedule-89ab")
    assert called["TableName"] == "orders"
    assert called["BackupName"].startswith("orders-sched-89ab")
    assert called["BackupName"].endswith("-<aws.scheduler.execution-id>")
    assert target_arn("aws-cn") == "arn:aws-cn:scheduler:::aws-sdk:dynamodb:createBackup"
