"""`BackupSchedule` and `BackupPlan` in a user's unit test: every child is seen, by its names on the wire."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.wire.conftest import Mocked

pytestmark = pytest.mark.parametrize("mocked", ["newest"], indirect=True)
"""The oldest SDK has no pulumi_aws beside it."""
PLACE = {"partition": "aws", "region": "eu-west-1", "accountId": "123456789012"}
ARN = "arn:aws:scheduler:eu-west-1:123456789012:made/by-the-mocks"
USERS = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"
DR = "arn:aws:backup:us-west-2:123456789012:backup-vault:dr"
SCHEDULE: dict[str, Any] = {
    "make": "BackupSchedule",
    "args": {"tables": ["orders", USERS], "schedule": "cron(0 3 * * ? *)"},
    "answer": {**PLACE, "arn": ARN},
    "outputs": ["owner", "schedule_arns", "role_arn"],
}
PLAN: dict[str, Any] = {
    "make": "BackupPlan",
    "args": {"tables": [USERS], "rules": [{"schedule": "cron(0 5 ? * * *)"}]},
    "answer": {**PLACE, "arn": ARN},
    "outputs": ["backup_vault_arn", "role_arn"],
}


def changed(case: dict[str, Any], **args: Any) -> dict[str, Any]:
    return {**case, "args": {**case["args"], **args}}


def children(ended: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [inputs for token, inputs in ended["seen"] if token.endswith(f":{kind}")]


def test_a_schedule_makes_one_schedule_for_each_table_and_a_role_for_no_more(
    mocked: Mocked,
) -> None:
    (ended,) = mocked(SCHEDULE)
    ((owner, arns, role),) = ended["told"]
    assert owner.startswith("schedule-")
    assert (arns, role) == ([ARN, ARN], ARN)
    schedules = children(ended, "Schedule")
    called = [json.loads(one["target"]["input"]) for one in schedules]
    assert sorted(one["TableName"] for one in called) == ["orders", "users"]
    for one in called:
        digits = owner.removeprefix("schedule-")
        assert one["BackupName"].startswith(f"{one['TableName']}-sched-{digits}")
        assert one["BackupName"].endswith("-<aws.scheduler.execution-id>")
    assert len({one["BackupName"].split("-")[2] for one in called}) == 2
    assert schedules[0]["flexibleTimeWindow"] == {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15}
    assert schedules[0]["target"]["retryPolicy"] == {
        "maximumRetryAttempts": 2,
        "maximumEventAgeInSeconds": 900,
    }
    (policy,) = (json.loads(one["policy"]) for one in children(ended, "RolePolicy"))
    assert [(one["Action"], one["Resource"]) for one in policy["Statement"]] == [
        ("dynamodb:CreateBackup", [USERS.replace("users", "orders"), USERS]),
        ("sqs:SendMessage", ARN),
    ]
    (trust,) = (json.loads(one["assumeRolePolicy"]) for one in children(ended, "Role"))
    assert trust["Statement"][0]["Condition"]["StringEquals"]["aws:SourceArn"] == ARN


def test_a_schedule_without_a_window_that_is_off_and_never_tries_again(mocked: Mocked) -> None:
    never = {"flexible_window_minutes": 0, "enabled": False, "maximum_retry_attempts": 0}
    (ended,) = mocked(changed(SCHEDULE, **never))
    for one in children(ended, "Schedule"):
        assert (one["flexibleTimeWindow"], one["state"]) == ({"mode": "OFF"}, "DISABLED")
        assert one["target"]["retryPolicy"]["maximumRetryAttempts"] == 0


def test_mocks_that_tell_of_no_place_make_a_schedule_all_the_same(mocked: Mocked) -> None:
    (ended,) = mocked({**SCHEDULE, "answer": {}})
    assert "error" not in ended
    called = [json.loads(one["target"]["input"]) for one in children(ended, "Schedule")]
    assert sorted(one["TableName"] for one in called) == ["orders", "users"]


def test_tables_elsewhere_are_told_all_at_once(mocked: Mocked) -> None:
    there, other = USERS.replace("eu-west-1", "us-east-1"), USERS.replace("1234", "9999")
    wrong = {"tables": [there, "orders", other.replace("users", "carts")]}
    one, many = mocked(changed(SCHEDULE, **wrong), changed(PLAN, **wrong))
    for subject, ended in (("BackupSchedule 'one'", one), ("BackupPlan 'one'", many)):
        assert f"{subject}: tables[0] must be in region eu-west-1" in ended["error"]
        assert f"{subject}: tables[2] must be in account 123456789012" in ended["error"]


def test_arguments_that_break_a_rule_are_told_in_a_unit_test_too(mocked: Mocked) -> None:
    one, many = mocked(
        changed(SCHEDULE, schedule="0 3 * * *", timezone="Mars"), changed(PLAN, rules=[])
    )
    assert one["error"].startswith("RunError: BackupSchedule 'one': schedule must be cron(")
    assert "\nBackupSchedule 'one': timezone must be an IANA time zone" in one["error"]
    assert many["error"] == (
        "RunError: BackupPlan 'one': rules must be a list of at least one rule (got [])"
    )
    assert one["seen"] == many["seen"] == []


def test_a_plan_has_its_lifecycle_for_each_copy_too_and_a_role_with_awss_policies(
    mocked: Mocked,
) -> None:
    rule = {
        "schedule": "cron(0 5 ? * * *)",
        "timezone": "Asia/Tokyo",
        "cold_after_days": 30,
        "delete_after_days": 120,
        "start_window_minutes": 60,
        "copy_to": [DR],
    }
    (ended,) = mocked(changed(PLAN, rules=[rule]))
    assert ended["told"] == [[ARN, ARN]]
    (plan,) = children(ended, "Plan")
    lifecycle = {"coldStorageAfter": 30, "deleteAfter": 120}
    (made,) = plan["rules"]
    assert made["lifecycle"] == lifecycle
    assert made["copyActions"] == [{"destinationVaultArn": DR, "lifecycle": lifecycle}]
    assert (made["scheduleExpressionTimezone"], made["startWindow"]) == ("Asia/Tokyo", 60)
    attached = {one["policyArn"] for one in children(ended, "RolePolicyAttachment")}
    assert attached == {
        f"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor{what}"
        for what in ("Backup", "Restores")
    }
    (selection,) = children(ended, "Selection")
    assert selection["resources"] == [USERS]


def test_a_plan_by_tags_takes_the_tables_of_its_region_that_have_all_of_them(
    mocked: Mocked,
) -> None:
    (ended,) = mocked(changed(PLAN, tables=None, tags={"env": "prod", "backup": "yes"}))
    (selection,) = children(ended, "Selection")
    assert selection["resources"] == ["arn:aws:dynamodb:eu-west-1:123456789012:table/*"]
    assert selection["conditions"] == [
        {
            "stringEquals": [
                {"key": "aws:ResourceTag/backup", "value": "yes"},
                {"key": "aws:ResourceTag/env", "value": "prod"},
            ]
        }
    ]


def test_what_becomes_of_the_vault_and_its_lock(mocked: Mocked) -> None:
    lock = {"mode": "compliance", "min_retention_days": 30, "changeable_for_days": 3}
    kept, emptied, locked = mocked(
        PLAN,
        changed(PLAN, on_destroy="delete_with_backups"),
        changed(PLAN, lock=lock, compliance_lock_final_after_days=3),
    )
    assert [children(one, "Vault")[0]["forceDestroy"] for one in (kept, emptied)] == [False, True]
    assert children(kept, "VaultLockConfiguration") == []
    (made,) = children(locked, "VaultLockConfiguration")
    assert (made["minRetentionDays"], made["changeableForDays"]) == (30, 3)


def test_a_plan_of_test_restores_has_names_without_hyphens_and_the_plans_own_tables(
    mocked: Mocked,
) -> None:
    when = {"restore_testing_schedule": "cron(0 8 ? * SUN *)"}
    named, tagged = mocked(
        changed(PLAN, **when), changed(PLAN, **when, tables=None, tags={"env": "prod"})
    )
    for ended in (named, tagged):
        (plan,) = children(ended, "RestoreTestingPlan")
        assert re.fullmatch(r"one_[0-9a-f]{8}", plan["name"])
        assert plan["scheduleExpression"] == "cron(0 8 ? * SUN *)"
        assert plan["recoveryPointSelection"]["includeVaults"] == [ARN]
    (of_tables,) = children(named, "RestoreTestingSelection")
    assert of_tables["protectedResourceArns"] == [USERS]
    assert of_tables["protectedResourceType"] == "DynamoDB"
    (of_tags,) = children(tagged, "RestoreTestingSelection")
    assert of_tags["protectedResourceArns"] == ["*"]
    assert of_tags["protectedResourceConditions"] == {
        "stringEquals": [{"key": "aws:ResourceTag/env", "value": "prod"}]
    }
