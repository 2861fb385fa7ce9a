"""A backup in a vault: taken, waited for, copied, gone on with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_ddb_backup.aws.errors import BackupError, TableNotFoundError
from pulumi_ddb_backup.aws.vault.errors import (
    BackupJobFailedError,
    BackupRoleError,
    CopyFailedError,
    FeatureOffError,
    OtherJobTimeoutError,
    VaultBackupTimeoutError,
    VaultNotFoundError,
    VaultRefusedError,
)
from pulumi_ddb_backup.aws.vault.vaults import VaultBackups
from tests.aws.conftest import REGION, Heard
from tests.aws.simulator import Fault, Simulator
from tests.aws.simulator.backup.records import End
from tests.aws.vault.world import BERLIN, OHIO, ROLE, SAFE, Account, request
from tests.clock import SimulatedClock


def test_a_backup_is_taken_and_waited_for_with_its_percent(
    aws: Simulator, vaults: VaultBackups, account: Account, heard: Heard
) -> None:
    aws.vaults.created_seconds, aws.vaults.running_seconds = 20, 60
    record = vaults.create(request(delete_after_days=30))
    (point,) = account.points()
    assert (record.recovery_point_arn, record.job_state) == (point, "COMPLETED")
    assert record.recovery_point_status == "COMPLETED"
    assert (record.table_name, record.vault_name, record.vault_arn) == ("orders", "safe", SAFE)
    assert record.delete_at is not None
    assert record.creation_date_time is not None
    assert (record.delete_at - record.creation_date_time).days == 30
    told = [look.status for look in heard.looks]
    assert told[0] == "CREATED"
    assert any(status.startswith("RUNNING ") and status.endswith("%") for status in told)


def test_copies_are_made_and_each_has_its_state(
    aws: Simulator, vaults: VaultBackups, account: Account, heard: Heard
) -> None:
    aws.vaults.copying_seconds = 60
    record = vaults.create(request(copy_to=(BERLIN, OHIO)))
    assert [(one.vault_arn, one.state) for one in record.copies] == [
        (BERLIN, "COMPLETED"),
        (OHIO, "COMPLETED"),
    ]
    for copy in record.copies:
        assert list(account.points(copy.vault_arn)) == [copy.recovery_point_arn]
    assert "COMPLETED, 1/2 copies, us-east-2/third RUNNING" in [one.status for one in heard.looks]


def test_a_timeout_tells_the_job_and_a_resume_goes_on_with_it(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.running_seconds = 600
    with pytest.raises(VaultBackupTimeoutError) as failed:
        vaults.create(request(timeout_seconds=120, copy_to=(BERLIN,)))
    known = failed.value.unfinished_vault_backup
    assert known.under_way
    assert known.backup_job_id in str(failed.value)
    record = vaults.resume(known, request(copy_to=(BERLIN,)))
    assert record.recovery_point_arn in account.points()
    assert [one.state for one in record.copies] == ["COMPLETED"]
    assert len(account.jobs()) == 1


def test_it_is_told_that_another_job_of_the_table_is_waited_for(
    aws: Simulator, vaults: VaultBackups, backup: Any, heard: Heard
) -> None:
    aws.vaults.running_seconds = 60
    other = backup.start_backup_job(
        BackupVaultName="safe", ResourceArn=_table(backup), IamRoleArn=ROLE
    )["BackupJobId"]
    record = vaults.create(request())
    assert record.backup_job_id != other
    assert f"CREATED, waiting for another job of this table ({other})" in [
        look.status for look in heard.looks
    ]


def _table(_: Any) -> str:
    return f"arn:aws:dynamodb:{REGION}:123456789012:table/orders"


def test_the_same_request_goes_on_with_the_job_of_a_run_that_was_lost(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    aws.vaults.running_seconds = 600
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError) as failed:
        vaults.create(request())
    assert failed.value.unfinished_vault_backup is None
    assert "may be on its way in AWS all the same" in str(failed.value)
    clock.skip(300)
    record = vaults.create(request())
    assert list(account.points()) == [record.recovery_point_arn]
    assert len(account.jobs()) == 1


@pytest.mark.parametrize("hours", [0.5, 3])
def test_a_completed_backup_that_nobody_was_told_of_is_found_by_its_tags(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock, hours: float
) -> None:
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    clock.skip(hours * 3600)
    record = vaults.create(request())
    assert len(account.jobs()) == 1
    assert list(account.points()) == [record.recovery_point_arn]


def test_a_backup_of_more_than_a_day_ago_is_not_the_one_asked_for(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    clock.skip(25 * 3600)
    vaults.create(request())
    assert len(account.jobs()) == 2


def test_a_job_that_outlived_its_token_is_waited_for_and_gone_on_with(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock, heard: Heard
) -> None:
    aws.vaults.running_seconds = 2 * 3600
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    clock.skip(3700)
    record = vaults.create(request())
    assert len(account.jobs()) == 1
    assert list(account.points()) == [record.recovery_point_arn]
    assert any(
        look.status.startswith("waiting for another job of this table") for look in heard.looks
    )


def test_what_was_handed_over_is_never_returned_for_a_new_request(
    vaults: VaultBackups, account: Account
) -> None:
    first = vaults.create(request())
    second = vaults.create(request())
    assert first.backup_job_id != second.backup_job_id
    assert len(account.points()) == 2


def test_a_deleted_backup_is_not_returned_within_the_hour_of_its_token(
    vaults: VaultBackups, account: Account
) -> None:
    first = vaults.create(request())
    assert vaults.delete(first) is True
    second = vaults.create(request())
    assert list(account.points()) == [second.recovery_point_arn]


def test_where_tags_can_not_be_read_an_old_backup_is_not_taken_for_a_new_one(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    first = vaults.create(request())
    aws.fault(Fault("ListTags", code="AccessDeniedException", status=400))
    second = vaults.create(request())
    assert first.backup_job_id != second.backup_job_id


def test_the_chain_of_tokens_finds_a_running_job_after_one_that_failed(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    aws.vaults.ends.append(End("FAILED", "No", times=1))
    with pytest.raises(BackupJobFailedError):
        vaults.create(request())
    clock.skip(40 * 60)
    aws.vaults.running_seconds = 3000
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    clock.skip(30 * 60)  # AWS has forgotten the first token, and knows the second
    aws.forget_faults()
    record = vaults.create(request())
    assert list(account.points()) == [record.recovery_point_arn]
    assert len(account.jobs()) == 2


def test_the_job_of_an_earlier_run_is_told_from_another_persons_before_it(
    aws: Simulator, vaults: VaultBackups, account: Account, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.running_seconds = 600
    backup.start_backup_job(BackupVaultName="safe", ResourceArn=_table(backup), IamRoleArn=ROLE)
    clock.skip(5)
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    clock.skip(700)  # the other one is over, and ours runs
    vaults.create(request())
    assert len(account.jobs()) == 2


def test_after_a_failed_job_the_same_request_starts_another(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    aws.vaults.ends.append(End("FAILED", "Insufficient permissions", times=1))
    with pytest.raises(BackupJobFailedError) as failed:
        vaults.create(request())
    assert "is FAILED: Insufficient permissions" in str(failed.value)
    clock.skip(10)
    record = vaults.create(request())
    assert list(account.points()) == [record.recovery_point_arn]


def test_a_role_that_is_new_is_waited_for(
    aws: Simulator, vaults: VaultBackups, clock: SimulatedClock, account: Account
) -> None:
    aws.vaults.roles_ready_at[ROLE] = clock.monotonic() + 60
    assert vaults.create(request()).recovery_point_arn in account.points()


def test_a_role_that_is_never_assumable_is_one_sentence_after_two_minutes(
    aws: Simulator, vaults: VaultBackups, clock: SimulatedClock
) -> None:
    aws.vaults.roles_ready_at[ROLE] = float("inf")
    before = clock.monotonic()
    with pytest.raises(BackupRoleError, match="can't use the role for table 'orders'") as failed:
        vaults.create(request())
    assert clock.monotonic() - before < 200
    assert "No backup job was started" in str(failed.value)


@pytest.mark.parametrize(
    ("prepare", "given", "error", "words"),
    [
        ("none", {"vault": "nowhere"}, VaultNotFoundError, "has no vault 'nowhere'"),
        ("off", {}, FeatureOffError, "not turned on for DynamoDB"),
        ("plain", {"copy_to": (BERLIN,)}, FeatureOffError, "which copy_to needs, are off"),
        ("plain", {"cold_after_days": 7}, FeatureOffError, "which cold_after_days needs, are off"),
        (
            "lock",
            {"delete_after_days": 3},
            VaultRefusedError,
            "must be kept for at least 7 days (got 3)",
        ),
        (
            "lock",
            {"delete_after_days": 99},
            VaultRefusedError,
            "must be deleted after at most 30 days (got 99)",
        ),
        ("lock", {}, VaultRefusedError, "must be deleted after at most 30 days"),
    ],
)
def test_what_would_fail_is_one_sentence_and_no_job_is_started(
    aws: Simulator,
    vaults: VaultBackups,
    account: Account,
    backup: Any,
    prepare: str,
    given: dict[str, Any],
    error: type[BackupError],
    words: str,
) -> None:
    aws.vaults.opt_in[REGION] = {"DynamoDB": prepare != "off"}
    aws.vaults.advanced[REGION] = prepare != "plain"
    if prepare == "lock":
        backup.put_backup_vault_lock_configuration(
            BackupVaultName="safe", MinRetentionDays=7, MaxRetentionDays=30
        )
    with pytest.raises(error) as failed:
        vaults.create(request(**given))
    assert words in str(failed.value)
    assert "No backup job was started" in str(failed.value)
    assert account.jobs() == {}


@pytest.mark.parametrize(
    ("api", "what"),
    [("DescribeBackupVault", "the vault was"), ("DescribeRegionSettings", "AWS Backup's settings")],
)
def test_what_may_not_be_read_beforehand_is_told_and_stops_nothing(
    aws: Simulator, vaults: VaultBackups, account: Account, heard: Heard, api: str, what: str
) -> None:
    words = f"User: arn:aws:iam::123456789012:user/me is not authorized to perform: backup:{api}"
    aws.fault(Fault(api, code="AccessDeniedException", message=words, status=403))
    assert vaults.create(request()).recovery_point_arn in account.points()
    assert any(f"backup:{api} is not allowed, so {what}" in text for text in heard.notices)


def test_a_job_that_can_not_begin_expires_after_an_hour_and_is_told(
    aws: Simulator, vaults: VaultBackups, clock: SimulatedClock
) -> None:
    aws.vaults.stuck.add("orders")
    before = clock.monotonic()
    with pytest.raises(BackupJobFailedError, match="is EXPIRED: "):
        vaults.create(request(timeout_seconds=86_400))
    assert clock.monotonic() - before < 3700


def test_a_destination_whose_policy_refuses_is_told_with_what_it_must_allow(
    aws: Simulator, vaults: VaultBackups
) -> None:
    aws.vaults.organisation.add("210987654321")
    theirs = aws.vaults.add_vault("theirs", REGION, account="210987654321")
    with pytest.raises(CopyFailedError, match=f"{theirs} is FAILED") as failed:
        vaults.create(request(copy_to=(theirs,)))
    assert "must allow backup:CopyIntoBackupVault to this account" in str(failed.value)
    assert failed.value.unfinished_vault_backup.job_state == "COMPLETED"


def test_a_table_that_is_not_there_is_told_before_a_job(
    vaults: VaultBackups, account: Account
) -> None:
    with pytest.raises(TableNotFoundError, match="DynamoDB table 'users' does not exist"):
        vaults.create(request(table_name="users"))
    assert account.jobs() == {}


def test_without_the_advanced_features_a_backup_is_made_all_the_same(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.advanced[REGION] = False
    aws.vaults.running_seconds = 60
    record = vaults.create(request())
    assert list(account.points()) == [record.recovery_point_arn]
    assert ":table/orders/backup/" in (record.recovery_point_arn or "")


@pytest.mark.parametrize("advanced", [True, False])
def test_a_point_that_takes_no_tags_is_told_unless_it_never_could(
    aws: Simulator, vaults: VaultBackups, heard: Heard, advanced: bool
) -> None:
    aws.vaults.advanced[REGION] = advanced
    aws.fault(Fault("TagResource", code="InvalidParameterValueException", status=400))
    aws.fault(Fault("ListTags", code="InvalidParameterValueException", status=400))
    vaults.create(request())
    told = [text for text in heard.notices if "could not be tagged as handed over" in text]
    assert len(told) == advanced


def test_a_failed_copy_is_named_the_others_are_made_and_only_it_is_made_again(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.ends.append(End("FAILED", "Access Denied", about="second", kind="copy", times=1))
    asked = request(copy_to=(BERLIN, OHIO))
    with pytest.raises(CopyFailedError, match=f"{BERLIN} is FAILED \\(Access Denied\\)") as failed:
        vaults.create(asked)
    known = failed.value.unfinished_vault_backup
    assert [one.state for one in known.copies] == ["FAILED", "COMPLETED"]
    record = vaults.resume(known, asked)
    assert [one.state for one in record.copies] == ["COMPLETED", "COMPLETED"]
    assert (len(account.points(BERLIN)), len(account.points(OHIO))) == (1, 1)


def test_a_copy_that_was_deleted_is_made_again(vaults: VaultBackups, account: Account) -> None:
    asked = request(copy_to=(BERLIN,))
    record = vaults.create(asked)
    (copy,) = record.copies
    assert vaults.delete_point(BERLIN, copy.recovery_point_arn or "") is True
    again = vaults.resume(replace(record, copies=()), asked)
    assert list(account.points(BERLIN)) == [again.copies[0].recovery_point_arn]


def test_a_copy_that_is_there_is_found_and_not_made_twice(
    vaults: VaultBackups, account: Account
) -> None:
    asked = request(copy_to=(BERLIN,))
    record = vaults.create(asked)
    again = vaults.resume(replace(record, copies=()), asked)
    assert again.copies == tuple(replace(one, found=True) for one in record.copies)
    assert len(account.points(BERLIN)) == 1


def test_a_copy_that_somebody_else_has_under_way_is_waited_for_and_stays_theirs(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.copying_seconds = 60
    record = vaults.create(request(copy_to=(BERLIN,), wait_for="completed"))
    again = vaults.resume(replace(record, copies=()), request(copy_to=(BERLIN,)))
    assert [(one.state, one.found) for one in again.copies] == [("COMPLETED", True)]
    assert len(account.points(BERLIN)) == 1


def test_a_copy_that_is_made_again_because_the_found_one_is_gone_is_its_own(
    vaults: VaultBackups, account: Account
) -> None:
    asked = request(copy_to=(BERLIN,))
    record = vaults.create(asked)
    (copy,) = vaults.resume(replace(record, copies=()), asked).copies
    vaults.delete_point(BERLIN, copy.recovery_point_arn or "")
    (again,) = vaults.resume(replace(record, copies=(replace(copy, state="FAILED"),)), asked).copies
    assert (copy.found, again.found) == (True, False)


def test_a_backup_completed_with_issues_is_told(
    aws: Simulator, vaults: VaultBackups, heard: Heard
) -> None:
    aws.vaults.ends.append(End("COMPLETED", "Some items were left out", "PartialData"))
    record = vaults.create(request())
    assert record.job_message == "Some items were left out"
    assert any("with issues: Some items were left out" in text for text in heard.notices)


def test_somebody_elses_job_that_never_ends_is_told_and_none_is_started(
    aws: Simulator, vaults: VaultBackups, account: Account, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.running_seconds = 10 * 3600
    backup.start_backup_job(BackupVaultName="safe", ResourceArn=_table(backup), IamRoleArn=ROLE)
    clock.skip(3600)
    with pytest.raises(OtherJobTimeoutError, match="was under way until the timeout of 300s"):
        vaults.create(request(timeout_seconds=300))
    assert len(account.jobs()) == 1
