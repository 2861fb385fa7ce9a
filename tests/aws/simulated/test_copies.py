"""Copies of recovery points and restores of them in the simulator."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION
from tests.aws.restores import ACCOUNT
from tests.aws.simulated.asking import (
    ELSEWHERE,
    LETS_IN,
    LETS_NOBODY_IN,
    OTHER_ACCOUNT,
    ROLE,
    TABLE,
    client_of,
    copied,
    copy,
    point,
    refusal,
    start,
)
from tests.aws.simulator import Simulator
from tests.aws.simulator.backup.records import DAY
from tests.clock import SimulatedClock


def test_a_copy_in_another_region_is_as_old_as_its_source(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    far = client_of(aws, region=ELSEWHERE)
    far.create_backup_vault(BackupVaultName="far")
    arn = start(backup, RecoveryPointTags={"owner": "me"})["RecoveryPointArn"]
    clock.skip(5 * DAY)
    aws.vaults.copy_created_seconds, aws.vaults.copying_seconds = 10, 100
    vault = f"arn:aws:backup:{ELSEWHERE}:{ACCOUNT}:backup-vault:far"
    job_id = copy(backup, arn, vault, Lifecycle={"DeleteAfterDays": 30})
    seen = []
    for seconds in (0, 10, 100):
        clock.skip(seconds)
        seen.append(copied(backup, job_id)["State"])
    assert seen == ["CREATED", "RUNNING", "COMPLETED"]
    made = copied(backup, job_id)["DestinationRecoveryPointArn"]
    assert f":{ELSEWHERE}:{ACCOUNT}:" in made
    theirs, ours = point(far, made, "far"), point(backup, arn)
    assert theirs["CreationDate"] == ours["CreationDate"]
    assert theirs["Lifecycle"] == {"DeleteAfterDays": 30}
    assert theirs["SourceBackupVaultArn"].endswith("backup-vault:safe")
    assert far.list_tags(ResourceArn=made)["Tags"] == {"owner": "me"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 100}),
        ({"DeleteAfterDays": 30}, {"DeleteAfterDays": 30}),
        ({"DeleteAfterDays": -1}, {"DeleteAfterDays": 100}),
        (
            {"MoveToColdStorageAfterDays": 7},
            {"MoveToColdStorageAfterDays": 7, "DeleteAfterDays": 100},
        ),
    ],
    ids=["nothing", "days", "for ever", "cold alone"],
)
def test_a_copy_keeps_its_sources_lifecycle_unless_it_is_told_when_to_go(
    aws: Simulator, backup: Any, given: dict[str, int], kept: dict[str, int]
) -> None:
    lifecycle = {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 100}
    arn = start(backup, Lifecycle=lifecycle)["RecoveryPointArn"]
    job_id = copy(backup, arn, aws.vaults.add_vault("far", ELSEWHERE), Lifecycle=given)
    made = copied(backup, job_id)["DestinationRecoveryPointArn"]
    told = point(client_of(aws, region=ELSEWHERE), made, "far")
    assert told["Lifecycle"] == kept


def test_a_copy_is_finished_though_its_source_goes_meanwhile(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    arn = start(backup, Lifecycle={"DeleteAfterDays": 1})["RecoveryPointArn"]
    aws.vaults.copying_seconds = 2 * DAY
    vault = aws.vaults.add_vault("far", ELSEWHERE)
    job_id = copy(backup, arn, vault, Lifecycle={"DeleteAfterDays": 30})
    clock.skip(1.5 * DAY)
    assert copied(backup, job_id)["State"] == "RUNNING"
    assert backup.list_recovery_points_by_resource(ResourceArn=TABLE)["RecoveryPoints"] == []
    clock.skip(DAY)
    assert copied(backup, job_id)["State"] == "COMPLETED"


def test_copies_of_a_table_queue_and_one_may_be_stuck(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    arn = start(backup)["RecoveryPointArn"]
    aws.vaults.copying_seconds = 100
    aws.vaults.stuck.add("third")
    ids = [copy(backup, arn, aws.vaults.add_vault(name, ELSEWHERE)) for name in ("a", "b", "third")]

    def states() -> list[str]:
        return [copied(backup, job_id)["State"] for job_id in ids]

    assert states() == ["RUNNING", "CREATED", "CREATED"]
    clock.skip(100)
    assert states() == ["COMPLETED", "RUNNING", "CREATED"]
    clock.skip(30 * DAY)
    assert states() == ["COMPLETED", "COMPLETED", "CREATED"]


def test_a_copy_to_another_account_needs_its_organisation_and_its_vaults_word(
    aws: Simulator, backup: Any
) -> None:
    arn = start(backup)["RecoveryPointArn"]
    silent = aws.vaults.add_vault("silent", ELSEWHERE, OTHER_ACCOUNT)
    willing = aws.vaults.add_vault("willing", ELSEWHERE, OTHER_ACCOUNT, LETS_IN)
    stranger = copied(backup, copy(backup, arn, willing))
    assert stranger["State"] == "FAILED"
    assert "organization" in stranger["StatusMessage"]
    aws.vaults.organisation.add(OTHER_ACCOUNT)
    refused = copied(backup, copy(backup, arn, silent))
    assert (refused["State"], refused["MessageCategory"]) == ("FAILED", "AccessDenied")
    assert copied(backup, copy(backup, arn, willing))["State"] == "COMPLETED"
    plain = aws.vaults.add_vault("plain", ELSEWHERE, OTHER_ACCOUNT, LETS_IN, key=False)
    failed = copied(backup, copy(backup, arn, plain))
    assert failed["State"] == "FAILED"
    assert "default Backup service managed key" in failed["StatusMessage"]


def test_a_copy_outside_the_lock_of_its_vault_fails(aws: Simulator, backup: Any) -> None:
    arn = start(backup, Lifecycle={"DeleteAfterDays": 30})["RecoveryPointArn"]
    vault = aws.vaults.add_vault("far", ELSEWHERE)
    aws.vaults.lock(vault, 31, None)
    failed = copied(backup, copy(backup, arn, vault))
    assert (failed["State"], failed["StatusMessage"]) == (
        "FAILED",
        "Copy job failed. The retention specified in the job is not within the range specified for "
        "the target Backup Vault.",
    )
    longer = copy(backup, arn, vault, Lifecycle={"DeleteAfterDays": 31})
    assert copied(backup, longer)["State"] == "COMPLETED"


def test_a_vault_of_the_same_account_can_refuse_copies_too(aws: Simulator, backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    far = client_of(aws, region=ELSEWHERE)
    far.create_backup_vault(BackupVaultName="far")
    far.put_backup_vault_access_policy(BackupVaultName="far", Policy=LETS_NOBODY_IN)
    assert far.get_backup_vault_access_policy(BackupVaultName="far")["Policy"] == LETS_NOBODY_IN
    vault = f"arn:aws:backup:{ELSEWHERE}:{ACCOUNT}:backup-vault:far"
    assert copied(backup, copy(backup, arn, vault))["State"] == "FAILED"
    far.delete_backup_vault_access_policy(BackupVaultName="far")
    assert copied(backup, copy(backup, arn, vault))["State"] == "COMPLETED"


def test_a_point_that_is_being_copied_stays(aws: Simulator, backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    aws.vaults.copying_seconds = 100
    copy(backup, arn, aws.vaults.add_vault("far", ELSEWHERE))
    with pytest.raises(ClientError) as failed:
        backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    assert refusal(failed)[0] == "InvalidResourceStateException"


def test_a_restore_makes_a_table_with_the_items_of_the_time(
    aws: Simulator, backup: Any, clock: SimulatedClock, dynamodb: DynamoDBClient
) -> None:
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "before"}})
    arn = start(backup)["RecoveryPointArn"]
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "after"}})
    aws.restores.restoring_seconds = 60
    job_id = backup.start_restore_job(
        RecoveryPointArn=arn,
        Metadata={"targetTableName": "orders-again", "encryptionType": "Default"},
        IamRoleArn=ROLE,
    )["RestoreJobId"]
    told = backup.describe_restore_job(RestoreJobId=job_id)
    assert (told["Status"], told["PercentDone"]) == ("RUNNING", "0.0")
    table = dynamodb.describe_table(TableName="orders-again")["Table"]
    assert table["TableStatus"] == "CREATING"
    clock.skip(60)
    told = backup.describe_restore_job(RestoreJobId=job_id)
    assert (told["Status"], told["CreatedResourceArn"]) == ("COMPLETED", f"{TABLE}-again")
    assert dynamodb.describe_table(TableName="orders-again")["Table"]["TableStatus"] == "ACTIVE"
    found = dynamodb.scan(TableName="orders-again")["Items"]
    assert found == [{"id": {"S": "before"}}]


def test_a_copy_is_restored_in_its_region_with_a_key(aws: Simulator, backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    vault = aws.vaults.add_vault("far", ELSEWHERE)
    made = copied(backup, copy(backup, arn, vault))["DestinationRecoveryPointArn"]
    far = client_of(aws, region=ELSEWHERE)
    asked = {"RecoveryPointArn": made, "IamRoleArn": ROLE}
    with pytest.raises(ClientError) as failed:
        far.start_restore_job(**asked, Metadata={"targetTableName": "orders"})
    assert "kmsMasterKeyArn" in refusal(failed)[1]
    key = f"arn:aws:kms:{ELSEWHERE}:{ACCOUNT}:key/one"
    metadata = {"targetTableName": "orders", "encryptionType": "KMS", "kmsMasterKeyArn": key}
    job_id = far.start_restore_job(**asked, Metadata=metadata)["RestoreJobId"]
    assert far.describe_restore_job(RestoreJobId=job_id)["Status"] == "COMPLETED"
    table = client_of(aws, "dynamodb", ELSEWHERE).describe_table(TableName="orders")["Table"]
    assert table["TableArn"] == f"arn:aws:dynamodb:{ELSEWHERE}:{ACCOUNT}:table/orders"
    assert table["SSEDescription"]["KMSMasterKeyArn"] == key


def test_a_restore_to_a_table_that_exists_fails(backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    job_id = backup.start_restore_job(
        RecoveryPointArn=arn, Metadata={"targetTableName": "orders"}, IamRoleArn=ROLE
    )["RestoreJobId"]
    assert backup.describe_restore_job(RestoreJobId=job_id)["Status"] == "FAILED"


def test_another_account_sees_what_is_copied_to_it_and_nobody_elses(
    aws: Simulator, backup: Any
) -> None:
    aws.vaults.organisation.add(OTHER_ACCOUNT)
    vault = aws.vaults.add_vault("far", REGION, OTHER_ACCOUNT, LETS_IN)
    arn = start(backup)["RecoveryPointArn"]
    made = copied(backup, copy(backup, arn, vault))["DestinationRecoveryPointArn"]
    role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/keeper"
    assumed = client_of(aws, "sts").assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
    theirs = boto3.client(
        "backup",
        region_name=REGION,
        endpoint_url=aws.url,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )
    assert point(theirs, made, "far")["BackupVaultArn"] == vault
    with pytest.raises(ClientError):
        point(backup, made, "far")
    with pytest.raises(ClientError):
        point(theirs, arn)


def test_copies_and_restores_are_over_on_command(
    aws: Simulator, backup: Any, clock: SimulatedClock, dynamodb: DynamoDBClient
) -> None:
    arn = start(backup)["RecoveryPointArn"]
    aws.vaults.copying_seconds = aws.restores.restoring_seconds = 100
    job_id = copy(backup, arn, aws.vaults.add_vault("far", ELSEWHERE))
    restore_id = backup.start_restore_job(
        RecoveryPointArn=arn, Metadata={"targetTableName": "again"}, IamRoleArn=ROLE
    )["RestoreJobId"]
    clock.skip(10)
    assert copied(backup, job_id)["State"] == "RUNNING"
    assert backup.describe_restore_job(RestoreJobId=restore_id)["PercentDone"] == "10.0"
    aws.vaults.finish()
    made = copied(backup, job_id)["DestinationRecoveryPointArn"]
    told = point(client_of(aws, region=ELSEWHERE), made, "far")
    assert told["CompletionDate"] >= told["InitiationDate"] >= told["CreationDate"]
    assert backup.describe_restore_job(RestoreJobId=restore_id)["Status"] == "COMPLETED"
    assert dynamodb.describe_table(TableName="again")["Table"]["TableStatus"] == "ACTIVE"
