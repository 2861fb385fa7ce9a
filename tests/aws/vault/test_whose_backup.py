"""Whose a job, a recovery point or a copy is, where an earlier run lost sight of it."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws.errors import BackupError, ThrottledError
from pulumi_ddb_backup.aws.vault.vaults import VaultBackups
from tests.aws.conftest import client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.aws.vault.world import Account, date_table, request
from tests.clock import SimulatedClock

FOREVER = 10_000


def throttle(aws: Simulator, api: str, times: int) -> None:
    aws.fault(Fault(api, code="ThrottlingException", status=400, times=times))


def lose_the_answer(aws: Simulator, vaults: VaultBackups) -> None:
    """A job that is started, and of which the caller hears nothing."""
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    aws.forget_faults()


@pytest.mark.parametrize("minutes", [10, 5 * 60])
def test_a_backup_of_a_deleted_table_is_not_one_of_the_table_that_took_its_name(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock, minutes: int
) -> None:
    """Within the token's hour AWS itself answers with the old job, and after that its tags do."""
    lose_the_answer(aws, vaults)
    clock.skip(300)
    dynamodb = client(aws)
    dynamodb.delete_table(TableName="orders")
    clock.skip(minutes * 60)
    create_table(dynamodb, "orders")
    date_table("orders", clock.now())
    (old,) = account.jobs()
    record = vaults.create(request())
    assert record.backup_job_id != old
    assert len(account.points()) == 2


def test_a_lost_answer_for_a_table_made_again_is_found_by_the_next_run(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    lose_the_answer(aws, vaults)
    dynamodb = client(aws)
    clock.skip(60)
    dynamodb.delete_table(TableName="orders")
    clock.skip(60)
    create_table(dynamodb, "orders")
    date_table("orders", clock.now())
    clock.skip(60)
    aws.vaults.running_seconds = 3600
    aws.fault(Fault("StartBackupJob", "close_after", times=4))
    with pytest.raises(BackupError):
        vaults.create(request())
    aws.forget_faults()
    clock.skip(58 * 60)  # AWS has forgotten the token of the first, and knows the second's
    vaults.create(request())
    assert len(account.jobs()) == 2


@pytest.mark.parametrize("over", [False, True])
def test_while_jobs_can_not_be_listed_no_job_is_started(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock, over: bool
) -> None:
    vaults.create(request(identity="somebody else"))
    clock.skip(60)
    aws.vaults.running_seconds = 1 if over else 7200
    lose_the_answer(aws, vaults)
    clock.skip(120)
    throttle(aws, "ListBackupJobs", FOREVER)
    with pytest.raises(ThrottledError, match="No backup job was started"):
        vaults.create(request(timeout_seconds=60))
    aws.forget_faults()
    vaults.create(request(timeout_seconds=10_000))
    assert len(account.jobs()) == 2


def test_throttled_lists_are_outlasted_and_the_lost_job_is_found(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    vaults.create(request(identity="somebody else"))
    clock.skip(60)
    aws.vaults.running_seconds = 600
    lose_the_answer(aws, vaults)
    clock.skip(120)
    throttle(aws, "ListBackupJobs", 40)
    vaults.create(request())
    assert len(account.jobs()) == 2


def test_where_jobs_may_not_be_listed_a_backup_is_made_all_the_same(
    aws: Simulator, vaults: VaultBackups, account: Account
) -> None:
    aws.fault(Fault("ListBackupJobs", code="AccessDeniedException", status=403))
    assert vaults.create(request()).recovery_point_arn in account.points()


def test_throttled_tags_are_outlasted_and_the_lost_backup_is_found(
    aws: Simulator, vaults: VaultBackups, account: Account, clock: SimulatedClock
) -> None:
    lose_the_answer(aws, vaults)
    clock.skip(3 * 3600)
    throttle(aws, "ListTags", FOREVER)
    with pytest.raises(ThrottledError, match="No backup job was started"):
        vaults.create(request(timeout_seconds=60))
    aws.forget_faults()
    vaults.create(request())
    assert len(account.jobs()) == 1
