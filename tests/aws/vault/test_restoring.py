"""Restoring a recovery point: one job for one request, and never an answer that is out of date."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_ddb_backup.aws.errors import BackupError
from pulumi_ddb_backup.aws.running.scheduler import Scheduler
from pulumi_ddb_backup.aws.vault.errors import (
    RestoreJobFailedError,
    RestoreJobTimeoutError,
    VaultBackupCancelledError,
)
from pulumi_ddb_backup.aws.vault.restore_records import PointRestoreRequest
from pulumi_ddb_backup.aws.vault.vaults import VaultBackups
from tests.aws.conftest import client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.aws.simulator.backup.records import End
from tests.aws.vault.world import ROLE, Account, request
from tests.clock import SimulatedClock


@pytest.fixture
def asked(vaults: VaultBackups) -> PointRestoreRequest:
    """A request to restore a recovery point of `orders` to `orders-2`."""
    point = vaults.create(request()).recovery_point_arn
    return PointRestoreRequest("orders-2", point or "", "safe", ROLE)


def tables(aws: Simulator) -> list[str]:
    return client(aws).list_tables()["TableNames"]


def only_job(account: Account) -> str:
    (job,) = account.jobs("restore")
    return job


def test_a_table_that_was_deleted_is_restored_again_within_the_hour(
    aws: Simulator,
    vaults: VaultBackups,
    account: Account,
    clock: SimulatedClock,
    asked: PointRestoreRequest,
) -> None:
    first = vaults.restore(asked)
    client(aws).delete_table(TableName="orders-2")
    clock.skip(600)
    second = vaults.restore(asked)
    assert tables(aws) == ["orders", "orders-2"]
    assert list(account.jobs("restore")) == [first.restore_job_id, second.restore_job_id]


def test_a_restored_table_that_is_there_is_not_restored_again(
    vaults: VaultBackups, account: Account, clock: SimulatedClock, asked: PointRestoreRequest
) -> None:
    first = vaults.restore(asked)
    clock.skip(600)
    assert vaults.restore(asked).restore_job_id == first.restore_job_id
    assert only_job(account) == first.restore_job_id


def test_a_table_of_the_same_name_that_was_made_since_is_not_taken_for_the_restored_one(
    aws: Simulator, vaults: VaultBackups, clock: SimulatedClock, asked: PointRestoreRequest
) -> None:
    vaults.restore(asked)
    client(aws).delete_table(TableName="orders-2")
    clock.skip(600)
    create_table(client(aws), "orders-2")
    with pytest.raises(RestoreJobFailedError, match="Table already exists: orders-2"):
        vaults.restore(asked)


def test_after_a_failed_restore_the_same_request_starts_another_once_the_cause_is_mended(
    aws: Simulator,
    vaults: VaultBackups,
    account: Account,
    clock: SimulatedClock,
    asked: PointRestoreRequest,
) -> None:
    create_table(client(aws), "orders-2")
    with pytest.raises(RestoreJobFailedError, match="Table already exists: orders-2"):
        vaults.restore(asked)
    clock.skip(60)
    with pytest.raises(RestoreJobFailedError, match="Table already exists: orders-2"):
        vaults.restore(asked)
    client(aws).delete_table(TableName="orders-2")
    clock.skip(600)
    restored = vaults.restore(asked)
    assert list(account.jobs("restore"))[2:] == [restored.restore_job_id]


@pytest.mark.parametrize(
    "change",
    [
        {"backup_role_arn": f"{ROLE}2"},
        {"kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/0a1b"},
    ],
)
def test_after_a_failed_restore_another_role_or_key_can_be_given(
    aws: Simulator, vaults: VaultBackups, asked: PointRestoreRequest, change: dict[str, Any]
) -> None:
    aws.vaults.ends.append(End("FAILED", "Access denied", kind="restore", times=1))
    with pytest.raises(RestoreJobFailedError, match="Access denied"):
        vaults.restore(asked)
    assert vaults.restore(replace(asked, **change)).table_name == "orders-2"


def test_a_timeout_tells_the_job_and_the_same_call_goes_on_with_it(
    aws: Simulator, vaults: VaultBackups, account: Account, asked: PointRestoreRequest
) -> None:
    aws.restores.restoring_seconds = 900
    with pytest.raises(RestoreJobTimeoutError) as failed:
        vaults.restore(replace(asked, timeout_seconds=60))
    job = only_job(account)
    assert f"\nRestore job {job} is RUNNING " in str(failed.value)
    assert "No restore was started" not in str(failed.value)
    assert failed.value.unfinished_restore.id == job
    assert vaults.restore(asked).restore_job_id == job


def test_a_failed_restore_tells_its_job(
    aws: Simulator, vaults: VaultBackups, account: Account, asked: PointRestoreRequest
) -> None:
    aws.vaults.ends.append(End("FAILED", "Access denied", kind="restore", times=1))
    with pytest.raises(RestoreJobFailedError) as failed:
        vaults.restore(asked)
    assert f"\nRestore job {only_job(account)} is FAILED.\n" in str(failed.value)
    assert failed.value.unfinished_restore is None


def test_a_lost_answer_is_told_and_the_same_call_goes_on_with_the_job(
    aws: Simulator, vaults: VaultBackups, account: Account, asked: PointRestoreRequest
) -> None:
    aws.fault(Fault("StartRestoreJob", "close_after", times=4))
    with pytest.raises(BackupError) as failed:
        vaults.restore(asked)
    told = "Table 'orders-2' may be on its way in AWS all the same: StartRestoreJob was sent"
    assert told in str(failed.value)
    assert vaults.restore(asked).restore_job_id == only_job(account)


def test_a_job_that_is_not_known_everywhere_yet_is_looked_at_again(
    aws: Simulator, vaults: VaultBackups, account: Account, asked: PointRestoreRequest
) -> None:
    aws.fault(Fault("DescribeRestoreJob", code="ResourceNotFoundException", status=400, times=1))
    assert vaults.restore(asked).restore_job_id == only_job(account)


def test_a_cancel_while_the_restore_is_being_sent_waits_for_its_answer(
    aws: Simulator, vaults: VaultBackups, account: Account, asked: PointRestoreRequest
) -> None:
    scheduler = Scheduler()
    aws.when("StartRestoreJob", scheduler.cancel_all)
    with pytest.raises(VaultBackupCancelledError) as failed:
        replace(vaults, scheduler=scheduler).restore(asked)
    assert "to table 'orders-2' was cancelled here" in str(failed.value)
    assert f"\nRestore job {only_job(account)} is PENDING." in str(failed.value)
