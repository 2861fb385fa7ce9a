"""What a `BackupPlan` may be asked for, and that the limits are AWS's."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from botocore.session import get_session
from moto.iam.aws_managed_policies import aws_managed_policies_data

from pulumi_ddb_backup.aws.plan import lock as locks
from pulumi_ddb_backup.aws.plan import rules
from pulumi_ddb_backup.aws.plan.rules import validate_plan
from pulumi_ddb_backup.components.backup_plan import MANAGED_POLICIES

DR = "arn:aws:backup:us-west-2:123456789012:backup-vault:dr"
NIGHTLY: dict[str, Any] = {"schedule": "cron(0 5 ? * * *)"}
COMPLIANCE = {"mode": "compliance", "min_retention_days": 30, "changeable_for_days": 3}
FINE: dict[str, Any] = {
    "resource_name": "fleet",
    "tables": ["orders", None],
    "rules": [
        {**NIGHTLY, "delete_after_days": 35},
        {**NIGHTLY, "cold_after_days": 30, "delete_after_days": 120, "copy_to": [DR, None]},
    ],
}


def reasons(**change: Any) -> list[str]:
    return [one.reason for one in validate_plan({**FINE, **change})]


def of_rule(**change: Any) -> list[str]:
    return reasons(rules=[{**NIGHTLY, **change}])


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"tables": None, "tags": {"backup": "nightly"}},
        {"lock": {"mode": "governance", "min_retention_days": 35}},
        {"lock": COMPLIANCE, "compliance_lock_final_after_days": 3},
        {"rules": [NIGHTLY]},
        {"restore_testing_schedule": "cron(0 8 ? * SUN *)"},
        {"rules": [{**NIGHTLY, "cold_after_days": 1, "delete_after_days": 91}]},
        {"rules": [{**NIGHTLY, "start_window_minutes": 60, "completion_window_minutes": 120}]},
        {"rules": [{**NIGHTLY, "timezone": "Asia/Tokyo", "cold_after_days": None}]},
        *({"on_destroy": value} for value in rules.ON_DESTROY),
    ],
)
def test_what_aws_backup_takes_is_taken(change: dict[str, Any]) -> None:
    assert reasons(**change) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"resource_name": ""}, "resource_name must be 1 to 40 letters, digits, hyphens and underscores, since AWS's names are made from it (got '')"),
        ({"tables": None}, "tables or tags must say what is backed up, exactly one of the two (got neither)"),
        ({"tags": {"a": "b"}}, "tables or tags must say what is backed up, exactly one of the two (got both)"),
        ({"tables": None, "tags": {}}, "tags must be a mapping of at least one tag and its value (got {})"),
        ({"tables": None, "tags": {"a": 1}}, "tags must have strings of up to 256 characters as values (got 1 for 'a')"),
        ({"tables": [f"table-{n}" for n in range(501)]}, "tables must have 500 tables or less (got 501)"),
        ({"rules": []}, "rules must be a list of at least one rule (got [])"),
        ({"rules": ["nightly"]}, 'rules[0] must be a mapping such as {"schedule": "cron(0 3 * * ? *)", "delete_after_days": 35} (got a str)'),
        ({"rules": [{}]}, "rules[0] must have a schedule, such as cron(0 3 * * ? *) (got none)"),
        ({"on_destroy": "retain"}, "on_destroy must be 'keep', 'delete_if_empty' or 'delete_with_backups' (got 'retain')"),
        ({"lock": "governance"}, """lock must be a mapping such as {"mode": "governance"} (got 'governance')"""),
        ({"lock": {"mode": "soft", "min_retention_days": 1}}, """lock.mode must be "governance" or "compliance" (got 'soft')"""),
        ({"lock": {"mode": "governance"}}, "lock must have min_retention_days, max_retention_days or both (got neither)"),
        ({"lock": {"mode": "governance", "min_retention_days": 9, "max_retention_days": 8}}, "lock.max_retention_days must be at least min_retention_days, 9 (got 8)"),
        ({"lock": {"mode": "governance", "min_retention_days": 0}}, "lock.min_retention_days must be a whole number of days, 1 to 36500 (got 0)"),
        ({"lock": {"mode": "governance", "min_retention_days": 1, "changeable_for_days": 3}}, "lock.changeable_for_days must be left out of a governance lock, which can be changed at any time (got 3)"),
        ({"lock": {"mode": "governance", "min_retention_days": 36}}, "rules[0].delete_after_days must be at least 36, the lock's min_retention_days: AWS fails every job with less (got 35)"),
        ({"lock": {"mode": "governance", "max_retention_days": 100}}, "rules[1].delete_after_days must be at most 100, the lock's max_retention_days: AWS fails every job with more (got 120)"),
        ({"lock": {"mode": "governance", "max_retention_days": 100}, "rules": [NIGHTLY]}, "rules[0].delete_after_days must be at most 100, the lock's max_retention_days: AWS fails every job with more (got none, which is for ever)"),
        ({"lock": {**COMPLIANCE, "changeable_for_days": 2}}, "lock.changeable_for_days must be a whole number of days, 3 to 36500 (got 2)"),
        ({"restore_testing_schedule": "weekly"}, "restore_testing_schedule must be cron(0 3 * * ? *), for example (got 'weekly')"),
        ({"compliance_lock_final_after_days": 3}, "compliance_lock_final_after_days must be left out without a compliance lock (got 3)"),
        ({"lock": COMPLIANCE, "compliance_lock_final_after_days": 3, "on_destroy": "delete_with_backups"}, 'on_destroy must not be "delete_with_backups" with a compliance lock: nobody can delete these backups before their time'),
    ],
)  # fmt: skip
def test_each_rule_says_what_it_got(change: dict[str, Any], told: str) -> None:
    assert reasons(**change) == [told]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schedule": "rate(1 day)"}, "rules[0].schedule must be cron(0 3 * * ? *), for example (got 'rate(1 day)')"),
        ({"keep": 3}, "rules[0] must have nothing but schedule, timezone, delete_after_days, cold_after_days, start_window_minutes, completion_window_minutes, copy_to (got 'keep')"),
        ({"delete_after_days": 0}, "rules[0].delete_after_days must be a whole number of days, 1 to 36500 (got 0)"),
        ({"cold_after_days": 30, "delete_after_days": 119}, "rules[0].delete_after_days must be at least 120, since AWS keeps a backup in cold storage for 90 days and it goes there after 30 (got 119)"),
        ({"copy_to": DR}, "rules[0].copy_to must be a list of ARNs of backup vaults (got a str)"),
        ({"copy_to": ["dr"]}, "rules[0].copy_to[0] must be the ARN of a backup vault, of the form arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME (got 'dr')"),
        ({"copy_to": [DR, DR]}, f"rules[0].copy_to must have each vault once (got {DR!r} 2 times)"),
        ({"start_window_minutes": 59}, "rules[0].start_window_minutes must be a whole number of minutes, 60 to 52560000 (got 59)"),
        ({"start_window_minutes": 120, "completion_window_minutes": 179}, "rules[0].completion_window_minutes must be at least 180, an hour more than start_window_minutes (got 179)"),
    ],
)  # fmt: skip
def test_each_part_of_a_rule_says_what_it_got(change: dict[str, Any], told: str) -> None:
    assert of_rule(**change) == [told]


@pytest.mark.parametrize("final", [None, 4, True])
def test_a_compliance_lock_takes_a_second_word_that_spells_out_the_days(final: object) -> None:
    (told,) = reasons(lock=COMPLIANCE, compliance_lock_final_after_days=final)
    assert told == (
        "compliance_lock_final_after_days must be 3, like lock.changeable_for_days. From then on nobody, "
        "not even AWS, can remove the lock or delete a backup before its time, and each is on the bill "
        f"until then (got {final!r})"
    )


def test_the_limits_are_those_of_aws_backups_api() -> None:
    model = get_session().get_service_model("backup")

    def text(shape: str, member: str) -> str:
        described: Any = model.shape_for(shape)
        return re.sub(r"<[^>]+>|,", "", described.members[member].documentation)

    assert f"maximum value of 100 years ({rules.DAYS_MAX} days)" in text(
        "BackupRuleInput", "Lifecycle"
    )
    assert f"at least {rules.COLD_DAYS_MIN} days after" in text("Lifecycle", "DeleteAfterDays")
    assert f"is {rules.TABLES_MAX} without wildcards" in text("BackupSelection", "Resources")
    window = text("BackupRuleInput", "StartWindowMinutes")
    least, most = rules.START_WINDOW_MINUTES
    assert f"at least {least} minutes" in window
    assert f"({most} minutes)" in window
    cooling = text("PutBackupVaultLockConfigurationInput", "ChangeableForDays")
    least, most = locks.COOLING_OFF_DAYS
    assert f"to {least} or greater" in cooling
    assert f"is {most} days" in cooling
    longest = text("PutBackupVaultLockConfigurationInput", "MaxRetentionDays")
    assert f"is {locks.RETENTION_DAYS_MAX} days" in longest


@pytest.mark.parametrize("policy", MANAGED_POLICIES)
def test_the_policies_of_the_role_are_ones_that_aws_has(policy: str) -> None:
    known = json.loads(aws_managed_policies_data)[policy]
    assert known["Path"] == "/service-role/"
    assert "dynamodb:" in json.dumps(known["Document"])
