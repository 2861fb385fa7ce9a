"""Recovery points, vaults and plans in the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.conftest import REGION
from tests.aws.simulated.asking import ELSEWHERE, TABLE, copy, point, refusal, start, state
from tests.aws.simulator import Simulator
from tests.aws.simulator.backup.records import DAY
from tests.clock import SimulatedClock


def test_a_point_turns_cold_and_goes_by_the_clock(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    lifecycle = {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 100}
    arn = start(backup, Lifecycle=lifecycle)["RecoveryPointArn"]
    told = point(backup, arn)
    ages = {
        key: (at - told["CreationDate"]).days for key, at in told["CalculatedLifecycle"].items()
    }
    assert ages == {"MoveToColdStorageAt": 10, "DeleteAt": 100}
    assert told["StorageClass"] == "WARM"
    clock.skip(10 * DAY)
    assert point(backup, arn)["StorageClass"] == "COLD"
    with pytest.raises(ClientError) as failed:
        copy(backup, arn, aws.vaults.add_vault("far", ELSEWHERE))
    assert "cold storage" in refusal(failed)[1]
    clock.skip(90 * DAY)
    assert backup.list_recovery_points_by_resource(ResourceArn=TABLE)["RecoveryPoints"] == []


def test_a_point_has_the_tags_that_it_was_asked_for(backup: Any) -> None:
    arn = start(backup, RecoveryPointTags={"owner": "me"})["RecoveryPointArn"]
    assert backup.list_tags(ResourceArn=arn)["Tags"] == {"owner": "me"}
    backup.tag_resource(ResourceArn=arn, Tags={"more": "yes"})
    backup.untag_resource(ResourceArn=arn, TagKeyList=["owner"])
    assert backup.list_tags(ResourceArn=arn)["Tags"] == {"more": "yes"}
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    with pytest.raises(ClientError) as failed:
        backup.list_tags(ResourceArn=arn)
    assert refusal(failed)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(("days", "told"), [(6, "FAILED"), (7, "COMPLETED"), (31, "FAILED")])
def test_a_locked_vault_fails_jobs_outside_its_retention(backup: Any, days: int, told: str) -> None:
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="safe", MinRetentionDays=7, MaxRetentionDays=30
    )
    started = start(backup, Lifecycle={"DeleteAfterDays": days})
    assert state(backup, started) == told


def test_a_locked_vault_fails_jobs_that_keep_for_ever_if_it_has_a_maximum(backup: Any) -> None:
    backup.put_backup_vault_lock_configuration(BackupVaultName="safe", MaxRetentionDays=30)
    assert state(backup, start(backup)) == "FAILED"


def test_a_locked_vault_gives_nothing_back_until_the_lock_or_the_retention_ends(
    backup: Any, clock: SimulatedClock
) -> None:
    arn = start(backup, Lifecycle={"DeleteAfterDays": 7})["RecoveryPointArn"]
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="safe", MinRetentionDays=7, ChangeableForDays=3
    )
    assert backup.describe_backup_vault(BackupVaultName="safe")["Locked"] is True
    with pytest.raises(ClientError) as failed:
        backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    assert refusal(failed) == (
        "InvalidRequestException",
        "RecoveryPoint cannot be deleted or updated (Backup vault configured with Lock)",
    )
    clock.skip(4 * DAY)
    with pytest.raises(ClientError) as failed:
        backup.delete_backup_vault_lock_configuration(BackupVaultName="safe")
    assert "immutable" in refusal(failed)[1]
    clock.skip(3 * DAY)
    assert backup.describe_backup_vault(BackupVaultName="safe")["NumberOfRecoveryPoints"] == 0


def test_a_vault_that_is_not_empty_refuses_to_go(backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    with pytest.raises(ClientError) as failed:
        backup.delete_backup_vault(BackupVaultName="safe")
    assert refusal(failed) == (
        "InvalidRequestException",
        "Backup vault cannot be deleted because it contains recovery points.",
    )
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    backup.delete_backup_vault(BackupVaultName="safe")
    with pytest.raises(ClientError) as failed:
        backup.describe_backup_vault(BackupVaultName="safe")
    assert refusal(failed)[0] == "AccessDeniedException"


def test_a_deletion_without_rights_is_accepted_and_leaves_the_point_expired(
    aws: Simulator, backup: Any
) -> None:
    arn = start(backup)["RecoveryPointArn"]
    aws.vaults.lacks_delete_rights = True
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    assert point(backup, arn)["Status"] == "EXPIRED"
    aws.vaults.lacks_delete_rights = False
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    with pytest.raises(ClientError):
        point(backup, arn)


def test_a_deletion_may_take_its_time(aws: Simulator, backup: Any, clock: SimulatedClock) -> None:
    arn = start(backup)["RecoveryPointArn"]
    aws.vaults.deleting_seconds = 10
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    assert point(backup, arn)["Status"] == "DELETING"
    clock.skip(10)
    with pytest.raises(ClientError) as failed:
        point(backup, arn)
    assert refusal(failed)[0] == "ResourceNotFoundException"


def test_a_plan_is_checked_can_change_and_opts_in_to_the_advanced_features(
    aws: Simulator, backup: Any
) -> None:
    aws.vaults.advanced[REGION] = False
    rule: dict[str, Any] = {"RuleName": "daily", "TargetBackupVaultName": "safe"}
    plan = {"BackupPlanName": "plan", "Rules": [rule]}
    plan_id = backup.create_backup_plan(BackupPlan=plan)["BackupPlanId"]
    settings = backup.describe_region_settings()
    assert settings["ResourceTypeManagementPreference"]["DynamoDB"] is True
    rule["Lifecycle"] = {"MoveToColdStorageAfterDays": 1, "DeleteAfterDays": 90}
    with pytest.raises(ClientError) as failed:
        backup.update_backup_plan(BackupPlanId=plan_id, BackupPlan=plan)
    assert refusal(failed)[1].startswith("Error in some rules due to : Invalid lifecycle.")
    rule["Lifecycle"]["DeleteAfterDays"] = 91
    backup.update_backup_plan(BackupPlanId=plan_id, BackupPlan=plan)
    (told,) = backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]
    assert told["Lifecycle"] == rule["Lifecycle"]


def test_vaults_tell_how_many_recovery_points_they_hold(backup: Any) -> None:
    start(backup)
    (listed,) = backup.list_backup_vaults()["BackupVaultList"]
    assert listed["NumberOfRecoveryPoints"] == 1
    described = backup.describe_backup_vault(BackupVaultName="safe")
    assert described["NumberOfRecoveryPoints"] == 1
