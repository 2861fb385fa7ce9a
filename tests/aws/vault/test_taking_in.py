"""Taking in a recovery point that was made elsewhere, and what is no backup to rely on."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws.vault.errors import RecoveryPointUnusableError
from pulumi_ddb_backup.aws.vault.vaults import VaultBackups
from tests.aws.conftest import Heard
from tests.aws.simulator import Simulator
from tests.aws.vault.world import Account, request
from tests.clock import SimulatedClock

UNUSABLE = ["PARTIAL", "EXPIRED", "DELETING", "STOPPED"]


def set_status(aws: Simulator, status: str) -> None:
    (point,) = aws.vaults.points.values()
    point.status = status


@pytest.mark.parametrize("wait_for", ["started", "completed", "copies"])
def test_a_recovery_point_is_taken_in_however_long_is_waited(
    vaults: VaultBackups, account: Account, wait_for: str
) -> None:
    point = vaults.create(request()).recovery_point_arn or ""
    record = vaults.take_in(point, request(table_name="", wait_for=wait_for))
    assert (record.recovery_point_arn, record.job_state) == (point, "COMPLETED")
    assert len(account.jobs()) == 1


@pytest.mark.parametrize("status", [*UNUSABLE, "CREATING"])
def test_what_can_not_be_relied_on_is_not_taken_in(
    aws: Simulator, vaults: VaultBackups, account: Account, status: str
) -> None:
    point = vaults.create(request()).recovery_point_arn or ""
    set_status(aws, status)
    with pytest.raises(RecoveryPointUnusableError) as failed:
        vaults.take_in(point, request(table_name=""))
    assert (
        f"Recovery point '{point}' of table 'orders' is {status}, not COMPLETED or AVAILABLE"
        in str(failed.value)
    )
    assert list(account.points()) == [point]


@pytest.mark.parametrize("status", UNUSABLE)
def test_a_completed_job_whose_point_can_not_be_relied_on_is_no_backup(
    aws: Simulator, vaults: VaultBackups, status: str
) -> None:
    record = vaults.create(request())
    set_status(aws, status)
    with pytest.raises(RecoveryPointUnusableError, match=f" is {status}, not COMPLETED") as failed:
        vaults.resume(record, request())
    assert failed.value.unfinished_vault_backup.recovery_point_arn == record.recovery_point_arn


def test_a_point_that_lags_behind_its_completed_job_is_waited_for(
    aws: Simulator, vaults: VaultBackups, clock: SimulatedClock, heard: Heard
) -> None:
    record = vaults.create(request())
    set_status(aws, "CREATING")
    begun = clock.monotonic()

    def lags() -> None:
        if clock.monotonic() > begun + 20:
            set_status(aws, "COMPLETED")

    aws.when("DescribeRecoveryPoint", lags)
    assert vaults.resume(record, request()).recovery_point_status == "COMPLETED"
    assert "COMPLETED, recovery point CREATING" in [look.status for look in heard.looks]
