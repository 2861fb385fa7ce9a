"""Deleting a recovery point: AWS is looked at afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_ddb_backup.aws import (
    BackupError,
    RecoveryPointExpiredError,
    RecoveryPointLockedError,
    VaultBackups,
    VaultBackupTimeoutError,
    WrongAccountError,
)
from tests.aws.conftest import Heard
from tests.aws.simulator import Fault, Simulator
from tests.aws.simulator.backup.records import End
from tests.aws.vault.world import BERLIN, Account, request
from tests.clock import SimulatedClock


def test_a_recovery_point_is_waited_for_until_it_is_gone(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    record = vaults.create(request())
    aws.vaults.deleting_seconds = 60
    assert vaults.delete(record) is True
    assert account.points() == {}
    assert vaults.delete(record) is False


def test_a_point_that_is_left_expired_is_told_with_what_it_takes(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    record = vaults.create(request())
    aws.vaults.lacks_delete_rights = True
    with pytest.raises(RecoveryPointExpiredError, match="in status EXPIRED") as failed:
        vaults.delete(record)
    assert "iam:CreateServiceLinkedRole" in str(failed.value)
    aws.vaults.lacks_delete_rights = False
    assert vaults.delete(record) is True
    assert account.points() == {}


def test_a_locked_vault_is_told_with_the_day_on_which_aws_deletes_it(
    vaults: VaultBackups, account: Account, backup: Any
) -> None:
    backup.put_backup_vault_lock_configuration(BackupVaultName="safe", MinRetentionDays=7)
    record = vaults.create(request(delete_after_days=30))
    with pytest.raises(RecoveryPointLockedError, match="vault 'safe' is locked") as failed:
        vaults.delete(record)
    assert record.delete_at is not None
    assert f"AWS deletes it on {record.delete_at:%Y-%m-%d}" in str(failed.value)
    assert list(account.points()) == [record.recovery_point_arn]


def test_a_locked_point_without_an_end_is_told_to_stay_for_ever(
    vaults: VaultBackups, account: Account, backup: Any
) -> None:
    backup.put_backup_vault_lock_configuration(BackupVaultName="safe", MinRetentionDays=7)
    record = vaults.create(request())
    with pytest.raises(RecoveryPointLockedError, match="AWS never deletes it by itself"):
        vaults.delete(record)
    assert record.recovery_point_arn in account.points()


def test_a_job_that_is_under_way_is_waited_for_and_then_deleted(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.running_seconds = 600
    with pytest.raises(VaultBackupTimeoutError) as failed:
        vaults.create(request(timeout_seconds=60))
    assert vaults.delete(failed.value.unfinished_vault_backup) is True
    assert account.points() == {}


def test_a_copy_in_another_region_is_deleted(vaults: VaultBackups, account: Account) -> None:
    record = vaults.create(request(copy_to=(BERLIN,)))
    assert vaults.delete_copy(record.copies[0], record) is True
    assert account.points(BERLIN) == {}
    assert len(account.points()) == 1


def test_a_recovery_point_that_is_being_copied_is_waited_for(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.copying_seconds = 60
    record = vaults.create(request(copy_to=(BERLIN,), wait_for="completed"))
    assert [one.state for one in record.copies] == ["CREATED"]
    assert vaults.delete(record) is True
    assert (len(account.points()), len(account.points(BERLIN))) == (0, 1)


def test_a_copy_that_is_under_way_is_waited_for_and_then_deleted(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.copying_seconds = 60
    record = vaults.create(request(copy_to=(BERLIN,), wait_for="completed"))
    assert vaults.delete_copy(record.copies[0], record) is True
    assert (len(account.points()), len(account.points(BERLIN))) == (1, 0)


@pytest.mark.parametrize("state", ["PARTIAL", "FAILED"])
def test_a_part_that_a_job_has_made_is_deleted_too(
    aws: Simulator, vaults: VaultBackups, account: Account, state: str
) -> None:
    aws.vaults.running_seconds = 600
    aws.vaults.ends.append(End(state, "Stopped halfway"))
    with pytest.raises(VaultBackupTimeoutError) as failed:
        vaults.create(request(timeout_seconds=60))
    assert vaults.delete(failed.value.unfinished_vault_backup) is (state == "PARTIAL")
    assert account.points() == {}


def test_a_copy_whose_start_was_doubtful_is_found_and_deleted(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.vaults.copying_seconds = 60
    aws.fault(Fault("StartCopyJob", "close_after", times=4))
    with pytest.raises(BackupError) as failed:
        vaults.create(request(copy_to=(BERLIN,)))
    known = failed.value.unfinished_vault_backup
    assert [one.state for one in known.copies] == [""]
    assert len(account.jobs("copy")) == 1
    assert vaults.delete_copy(known.copies[0], known) is True
    assert account.points(BERLIN) == {}


def test_a_doubtful_copy_of_a_point_that_was_taken_in_stays_and_is_told(
    aws: Simulator, vaults: VaultBackups, account: Account, heard: Heard
) -> None:
    point = vaults.create(request()).recovery_point_arn or ""
    aws.fault(Fault("StartCopyJob", "close_after", times=4))
    with pytest.raises(BackupError) as failed:
        vaults.take_in(point, request(copy_to=(BERLIN,)))
    known = failed.value.unfinished_vault_backup
    assert vaults.delete_copy(known.copies[0], known) is None
    (copy,) = account.points(BERLIN)
    assert heard.notices[-1].endswith(f"COMPLETED, {copy}")


def test_a_copy_that_was_never_started_is_no_copy_to_delete(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.fault(Fault("StartCopyJob", code="InvalidRequestException", status=400, times=1))
    with pytest.raises(BackupError) as failed:
        vaults.create(request(copy_to=(BERLIN,)))
    known = failed.value.unfinished_vault_backup
    assert vaults.delete_copy(known.copies[0], known) is False


def test_a_copy_whose_job_aws_has_forgotten_is_told_and_stops_nothing(
    aws: Simulator, vaults: VaultBackups, account: Account, heard: Heard
) -> None:
    aws.vaults.copying_seconds = 60
    record = vaults.create(request(copy_to=(BERLIN,), wait_for="completed"))
    (job,) = account.jobs("copy")
    del aws.vaults.jobs[job]
    told = f"copy job {job} of table 'orders', so it is not known whether there is a copy"
    assert vaults.describe(record) is not None
    assert told in heard.notices[-1]
    assert f"ddb-backup list --vault {BERLIN}" in heard.notices[-1]
    heard.notices.clear()
    assert vaults.delete_copy(record.copies[0], record) is None
    assert told in heard.notices[-1]
    assert vaults.delete(record) is True


def test_what_is_gone_is_looked_up_as_none(
    vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    record = vaults.create(request(delete_after_days=1))
    assert vaults.describe(record) is not None
    clock.skip(2 * 86_400)
    assert vaults.describe(record) is None


def test_the_points_of_a_vault_are_listed_the_newest_first(
    vaults: VaultBackups, clock: SimulatedClock
) -> None:
    first = vaults.create(request())
    clock.skip(60)
    second = vaults.create(request())
    found = vaults.find("safe")
    assert [one.recovery_point_arn for one in found] == [
        second.recovery_point_arn,
        first.recovery_point_arn,
    ]
    assert {one.table_name for one in found} == {"orders"}


OTHERS = "210987654321"


@pytest.mark.parametrize("point", ["known", "not known yet"])
def test_a_backup_of_another_account_is_told_as_that_and_not_taken_for_gone(
    vaults: VaultBackups, account: Account, point: str
) -> None:
    record = vaults.create(request())
    foreign = replace(
        record,
        backup_job_id="0A1B",
        job_state="RUNNING",
        table_arn=record.table_arn.replace("123456789012", OTHERS),
        recovery_point_arn=(record.recovery_point_arn or "").replace("123456789012", OTHERS)
        if point == "known"
        else None,
    )
    with pytest.raises(WrongAccountError, match="belong to another account"):
        vaults.describe(foreign)
