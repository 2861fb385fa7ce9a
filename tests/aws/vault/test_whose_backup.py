"""Whose a job, a recovery point or a copy is, where an earlier run lost sight of it."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws.errors import BackupError
from pulumi_ddb_backup.aws.vault.vaults import VaultBackups
from tests.aws.conftest import client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.aws.vault.world import Account, date_table, request
from tests.clock import SimulatedClock

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
