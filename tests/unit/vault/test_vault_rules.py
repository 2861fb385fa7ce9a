"""What is wrong with the inputs of a backup in a vault, before AWS is asked anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup.aws import VaultBackupRequest, VaultCopy, validate_vault_backup
from pulumi_ddb_backup.aws.vault.arns import RecoveryPointArn, VaultArn, vault_name
from pulumi_ddb_backup.aws.vault.choices import COLD_MIN_DAYS
from pulumi_ddb_backup.aws.vault.rules import within_lock
from pulumi_ddb_backup.aws.vault.starting import token_of
from pulumi_ddb_backup.resources.vault_backup_properties import (
    VaultBackupInputs,
    is_unfinished,
    outputs_of,
    record_of,
)
from tests.unit.test_messages import IN_VAULT

ROLE = "arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
HOME = "arn:aws:backup:eu-west-1:123456789012:backup-vault:safe"
AWAY = "arn:aws:backup:us-east-2:123456789012:backup-vault:second"
POINT = "arn:aws:backup:eu-west-1:123456789012:recovery-point:0a1b"
SOUND: dict[str, Any] = {"table_name": "orders", "vault": "safe", "backup_role_arn": ROLE}


@pytest.mark.parametrize(
    "inputs",
    [
        SOUND,
        {**SOUND, "vault": HOME, "table_name": TABLE, "region": "eu-west-1", "copy_to": [AWAY]},
        {**SOUND, "cold_after_days": 30, "delete_after_days": 120},
        {**SOUND, "cold_after_days": 30},
        {"vault": "safe", "existing_recovery_point_arn": POINT},
        {"vault": "safe", "existing_recovery_point_arn": POINT, "copy_to": []},
        {**SOUND, "wait_for": "started", "timeout": 86_400, "start_window_minutes": 1440},
    ],
)
def test_what_is_sound_breaks_no_rule(inputs: dict[str, Any]) -> None:
    assert validate_vault_backup(inputs) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"vault": None}, "vault is required"),
        ({"vault": "a b"}, "vault must be a vault's name"),
        ({"vault": "v"}, "vault must be a vault's name"),
        ({"table_name": None}, "table_name is required"),
        ({"backup_role_arn": None}, "backup_role_arn is required: the IAM role that AWS Backup"),
        ({"backup_role_arn": "AWSBackup"}, "backup_role_arn must be the ARN of the IAM role"),
        ({"delete_after_days": 0}, "delete_after_days must be 1 to 36500 days (got 0)"),
        ({"delete_after_days": 1.5}, "delete_after_days must be a whole number of days"),
        (
            {"cold_after_days": 30, "delete_after_days": 119},
            "delete_after_days must be at least 90 days more than cold_after_days: cold storage is "
            "paid for that long (got 119, at least 120)",
        ),
        ({"copy_to": AWAY}, "copy_to must be a list of vault ARNs"),
        ({"copy_to": ["second"]}, "copy_to[0] must be a vault's ARN"),
        ({"copy_to": [AWAY, AWAY]}, "copy_to[1] names a vault a second time"),
        ({"table_name": TABLE, "copy_to": [HOME]}, "copy_to names the vault of the backup itself"),
        ({"wait_for": "ever"}, 'wait_for must be "started" or "completed" or "copies"'),
        ({"wait_for": "started", "copy_to": [AWAY]}, 'wait_for must be "completed" or "copies"'),
        ({"start_window_minutes": 59}, "start_window_minutes must be 60 to 1440 minutes (got 59)"),
        ({"timeout": 86_401}, "timeout must be at most 86400 seconds"),
        ({"on_locked": "wait"}, 'on_locked must be "warn" or "fail"'),
        ({"copies_deletion_policy": "keep"}, 'copies_deletion_policy must be "retain" or "delete"'),
        ({"vault": AWAY, "region": "eu-west-1"}, "differs from 'us-east-2', the region in vault"),
        ({"vault": AWAY, "table_name": TABLE}, "to have a copy elsewhere, give copy_to"),
        ({"existing_recovery_point_arn": "0a1b"}, "must be a recovery point's ARN"),
        (
            {"existing_recovery_point_arn": POINT, "delete_after_days": 30},
            "delete_after_days must be left out beside existing_recovery_point_arn",
        ),
    ],
)
def test_a_broken_rule_is_one_sentence(change: dict[str, Any], words: str) -> None:
    (failure,) = validate_vault_backup({**SOUND, **change})
    assert words in failure.reason
    assert failure.reason.startswith(failure.property)


def test_what_is_not_known_yet_is_not_checked() -> None:
    unknown = ["vault", "copy_to", "backup_role_arn", "delete_after_days"]
    assert validate_vault_backup({"table_name": "orders"}, unknown) == []


@given(st.integers(1, 400), st.integers(1, 800))
def test_cold_storage_is_paid_for_90_days(cold: int, delete: int) -> None:
    broken = validate_vault_backup({**SOUND, "cold_after_days": cold, "delete_after_days": delete})
    assert bool(broken) == (delete - cold < COLD_MIN_DAYS)


@given(
    st.none() | st.integers(1, 500),
    st.none() | st.integers(1, 100),
    st.none() | st.integers(100, 400),
)
def test_a_retention_is_refused_just_where_the_lock_would_refuse_it(
    days: int | None, least: int | None, most: int | None
) -> None:
    for_ever = float("inf")
    kept = for_ever if days is None else days
    allowed = (least or 0) <= kept <= (for_ever if most is None else most)
    assert (within_lock(days, least, most) is None) == allowed


@given(st.text(), st.text(), st.text(), st.text())
def test_another_caller_or_another_job_before_has_another_token(
    who: str, other: str, before: str, after: str
) -> None:
    same = (who, before) == (other, after)
    assert (token_of(who, before) == token_of(other, after)) == same


def test_an_identity_is_of_what_is_asked_and_not_of_how_it_is_waited_for() -> None:
    inputs = VaultBackupInputs.of({**SOUND, "delete_after_days": 30.0})
    who = inputs.request("urn:a").who
    assert who != inputs.request("urn:b").who
    for same in ({"timeout": 99.0}, {"copy_to": [AWAY]}, {"wait_for": "completed"}):
        again = VaultBackupInputs.of({**SOUND, "delete_after_days": 30.0, **same})
        assert again.request("urn:a").who == who
    for other in ({"triggers": {"a": 1}}, {"delete_after_days": 31.0}, {"vault": "other"}):
        another = VaultBackupInputs.of({**SOUND, "delete_after_days": 30.0, **other})
        assert another.request("urn:a").who != who


def test_a_record_comes_back_from_the_outputs_it_became() -> None:
    assert record_of(outputs_of(IN_VAULT)) == IN_VAULT


@pytest.mark.parametrize(
    ("change", "unfinished"),
    [
        ({}, True),
        ({"job_state": "COMPLETED"}, False),
        ({"job_state": "COMPLETED", "copy_to": [AWAY]}, True),
        ({"job_state": "COMPLETED", "copy_to": [AWAY], "wait_for": "completed"}, True),
        ({"wait_for": "started"}, False),
        (
            {
                "job_state": "COMPLETED",
                "copy_to": [AWAY],
                "copies": [{"vault_arn": AWAY, "state": "RUNNING"}],
                "wait_for": "completed",
            },
            False,
        ),
        (
            {
                "job_state": "COMPLETED",
                "copy_to": [AWAY],
                "copies": [{"vault_arn": AWAY, "state": "FAILED"}],
            },
            True,
        ),
    ],
)
def test_it_is_unfinished_while_something_asked_for_is_not_there(
    change: dict[str, Any], unfinished: bool
) -> None:
    outputs = {"backup_job_id": "0A1B", "job_state": "RUNNING", **change}
    assert is_unfinished(outputs) is unfinished


def test_the_arns_of_a_vault_and_of_a_recovery_point_are_told_apart() -> None:
    assert VaultArn.parse(POINT) is None
    assert RecoveryPointArn.parse(HOME) is None
    plain = f"{TABLE}/backup/01700000000000-abcdef12"
    told = [RecoveryPointArn.parse(arn) for arn in (POINT, plain)]
    assert [(one.region, one.account, one.is_advanced) for one in told if one] == [
        ("eu-west-1", "123456789012", True),
        ("eu-west-1", "123456789012", False),
    ]
    assert (vault_name(HOME), vault_name("safe")) == ("safe", "safe")


def test_a_copy_is_told_with_its_arn_once_there_is_one() -> None:
    assert VaultCopy(AWAY).told == f"copy to {AWAY}: not started"
    assert VaultCopy(AWAY, "COMPLETED", "j", POINT).told == f"copy to {AWAY}: COMPLETED, {POINT}"
    assert VaultBackupRequest("orders", HOME, ROLE).region == "eu-west-1"
