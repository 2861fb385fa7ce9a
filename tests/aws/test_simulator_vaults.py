"""AWS Backup in the simulator: jobs, recovery points, locks, copies and restores."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION, create_table
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator
from tests.aws.simulator.backup.records import DAY, End
from tests.clock import SimulatedClock

ELSEWHERE, OTHER_ACCOUNT = "us-east-1", "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/AWSBackupRole"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
LETS_IN = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "backup:CopyIntoBackupVault"}]}
)
LETS_NOBODY_IN = LETS_IN.replace("Allow", "Deny")


def client(aws: Simulator, service: str = "backup", region: str = REGION) -> Any:
    return _client(aws.url, service, region)


@cache
def _client(url: str, service: str, region: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def backup(aws: Simulator) -> Any:
    """A client of AWS Backup, and the vault `safe`."""
    made = client(aws)
    made.create_backup_vault(BackupVaultName="safe")
    return made


def start(backup: Any, **given: Any) -> dict[str, Any]:
    asked = {"BackupVaultName": "safe", "ResourceArn": TABLE, "IamRoleArn": ROLE, **given}
    return dict(backup.start_backup_job(**asked))


def job(backup: Any, started: dict[str, Any]) -> dict[str, Any]:
    return dict(backup.describe_backup_job(BackupJobId=started["BackupJobId"]))


def state(backup: Any, started: dict[str, Any]) -> str:
    return str(job(backup, started)["State"])


def point(backup: Any, arn: str, vault: str = "safe") -> dict[str, Any]:
    return dict(backup.describe_recovery_point(BackupVaultName=vault, RecoveryPointArn=arn))


def refusal(failed: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    error = failed.value.response["Error"]
    return error["Code"], error["Message"]


def copy(backup: Any, source: str, destination: str, **given: Any) -> str:
    asked = {
        "RecoveryPointArn": source,
        "SourceBackupVaultName": "safe",
        "DestinationBackupVaultArn": destination,
        "IamRoleArn": ROLE,
        **given,
    }
    return str(backup.start_copy_job(**asked)["CopyJobId"])


def copied(backup: Any, job_id: str) -> dict[str, Any]:
    return dict(backup.describe_copy_job(CopyJobId=job_id)["CopyJob"])


def test_a_job_goes_through_its_states_by_the_clock(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.created_seconds, aws.vaults.pending_seconds = 60, 30
    aws.vaults.running_seconds = 200
    started = start(backup)
    seen = []
    for seconds in (0, 60, 30, 50, 150):
        clock.skip(seconds)
        told = job(backup, started)
        seen.append((told["State"], told["PercentDone"]))
    assert seen == [
        ("CREATED", "0.0"),
        ("PENDING", "0.0"),
        ("RUNNING", "0.0"),
        ("RUNNING", "25.0"),
        ("COMPLETED", "100.0"),
    ]
    arn = started["RecoveryPointArn"]
    assert point(backup, arn)["Status"] == "COMPLETED"


def test_a_recovery_point_is_creating_while_its_job_runs(aws: Simulator, backup: Any) -> None:
    aws.vaults.running_seconds = 60
    arn = start(backup)["RecoveryPointArn"]
    assert point(backup, arn)["Status"] == "CREATING"
    with pytest.raises(ClientError) as failed:
        backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    assert refusal(failed)[0] == "InvalidResourceStateException"


def test_a_job_takes_as_many_looks_as_it_is_told_whatever_the_time(
    aws: Simulator, backup: Any
) -> None:
    aws.vaults.looks = 2
    started = start(backup)
    assert [state(backup, started) for _ in range(3)] == ["RUNNING", "RUNNING", "COMPLETED"]


def test_without_the_advanced_features_the_point_is_a_backup_of_dynamodb_and_known_late(
    aws: Simulator, backup: Any, dynamodb: DynamoDBClient
) -> None:
    aws.vaults.advanced[REGION] = False
    aws.vaults.running_seconds = 60
    started = start(backup)
    assert "RecoveryPointArn" not in started
    assert "RecoveryPointArn" not in job(backup, started)
    aws.vaults.finish()
    arn = job(backup, started)["RecoveryPointArn"]
    assert arn.startswith(f"{TABLE}/backup/")
    assert dynamodb.list_backups()["BackupSummaries"] == []
    (listed,) = dynamodb.list_backups(BackupType="AWS_BACKUP")["BackupSummaries"]
    assert listed["BackupArn"] == arn
    with pytest.raises(ClientError) as failed:
        copy(backup, arn, aws.vaults.add_vault("far", ELSEWHERE))
    assert refusal(failed)[0] == "InvalidRequestException"


def test_dynamodb_lists_no_advanced_recovery_point(backup: Any, dynamodb: DynamoDBClient) -> None:
    start(backup)
    assert dynamodb.list_backups(BackupType="ALL")["BackupSummaries"] == []


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (End("FAILED", "Broken.", "InternalError"), ("FAILED", "Broken.", "InternalError")),
        (End("ABORTED", "Stopped."), ("ABORTED", "Stopped.", "SUCCESS")),
        (End("PARTIAL", "Some of it."), ("PARTIAL", "Some of it.", "SUCCESS")),
        (End(message="With issues.", category="Odd"), ("COMPLETED", "With issues.", "Odd")),
    ],
    ids=lambda value: value.state if isinstance(value, End) else "",
)
def test_a_job_ends_as_it_is_told(
    aws: Simulator, backup: Any, end: End, told: tuple[str, str, str]
) -> None:
    aws.vaults.ends.append(end)
    started = start(backup)
    seen = job(backup, started)
    assert (seen["State"], seen["StatusMessage"], seen["MessageCategory"]) == told
    there = backup.list_recovery_points_by_backup_vault(BackupVaultName="safe")["RecoveryPoints"]
    made = end.state in ("COMPLETED", "PARTIAL")
    assert [one["RecoveryPointArn"] for one in there] == [started["RecoveryPointArn"]] * made


def test_one_job_of_a_table_runs_and_the_next_begins_when_it_is_over(
    aws: Simulator, backup: Any, clock: SimulatedClock, dynamodb: DynamoDBClient
) -> None:
    create_table(dynamodb, "users")
    aws.vaults.running_seconds = 100
    first, second = start(backup), start(backup)
    other = start(backup, ResourceArn=TABLE.replace("orders", "users"))
    assert [state(backup, one) for one in (first, second, other)] == [
        "RUNNING",
        "CREATED",
        "RUNNING",
    ]
    clock.skip(101)
    assert [state(backup, one) for one in (first, second)] == ["COMPLETED", "RUNNING"]
    clock.skip(100)
    assert state(backup, second) == "COMPLETED"


def test_a_job_that_waits_for_too_long_expires_at_the_end_of_its_start_window(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.running_seconds = 2 * 3600
    first = start(backup)
    second = start(backup, StartWindowMinutes=60)
    clock.skip(3599)
    assert state(backup, second) == "CREATED"
    clock.skip(2)
    assert state(backup, second) == "EXPIRED"
    clock.skip(3600)
    assert state(backup, first) == "COMPLETED"


def test_a_job_that_is_stuck_stays_created_until_it_is_let_go(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.stuck.add("orders")
    started = start(backup)
    clock.skip(7 * 3600)
    assert state(backup, started) == "CREATED"
    aws.vaults.unstick()
    assert state(backup, started) == "COMPLETED"


def test_a_token_counts_for_an_hour(aws: Simulator, backup: Any, clock: SimulatedClock) -> None:
    first = start(backup, IdempotencyToken="one")
    clock.skip(3599)
    assert start(backup, IdempotencyToken="one")["BackupJobId"] == first["BackupJobId"]
    with pytest.raises(ClientError) as failed:
        start(backup, IdempotencyToken="one", StartWindowMinutes=90)
    assert refusal(failed)[0] == "InvalidParameterValueException"
    clock.skip(2)
    assert start(backup, IdempotencyToken="one")["BackupJobId"] != first["BackupJobId"]


def test_a_token_brings_back_the_job_of_a_point_that_is_gone(backup: Any) -> None:
    first = start(backup, IdempotencyToken="one")
    arn = first["RecoveryPointArn"]
    backup.delete_recovery_point(BackupVaultName="safe", RecoveryPointArn=arn)
    again = start(backup, IdempotencyToken="one")
    assert job(backup, again)["State"] == "COMPLETED"
    with pytest.raises(ClientError) as failed:
        point(backup, arn)
    assert refusal(failed)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"BackupVaultName": "none"}, "AccessDeniedException", "Insufficient privileges"),
        ({"ResourceArn": "orders"}, "InvalidParameterValueException", "Invalid ARN"),
        ({"StartWindowMinutes": 59}, "InvalidParameterValueException", "at least 60"),
        (
            {"Lifecycle": {"MoveToColdStorageAfterDays": 10, "DeleteAfterDays": 99}},
            "InvalidParameterValueException",
            "less than 90 days apart",
        ),
    ],
    ids=["vault", "table", "window", "lifecycle"],
)
def test_what_aws_can_see_at_once_is_refused_before_there_is_a_job(
    backup: Any, given: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(ClientError) as failed:
        start(backup, **given)
    assert refusal(failed)[0] == code
    assert words in refusal(failed)[1]
    assert backup.list_backup_jobs()["BackupJobs"] == []


def test_a_new_role_cannot_be_assumed_at_once(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    aws.vaults.roles_ready_at[ROLE] = clock.monotonic() + 60
    with pytest.raises(ClientError) as failed:
        start(backup, IdempotencyToken="one")
    assert refusal(failed) == (
        "InvalidParameterValueException",
        f"IAM Role {ROLE} cannot be assumed by AWS Backup",
    )
    clock.skip(61)
    assert state(backup, start(backup, IdempotencyToken="one")) == "COMPLETED"


def test_a_region_that_has_not_opted_in_refuses(aws: Simulator, backup: Any) -> None:
    backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})
    told = backup.describe_region_settings()
    assert told["ResourceTypeOptInPreference"]["DynamoDB"] is False
    assert told["ResourceTypeManagementPreference"]["DynamoDB"] is True
    with pytest.raises(ClientError) as failed:
        start(backup)
    assert refusal(failed)[0] == "InvalidRequestException"


def test_a_table_that_is_gone_fails_the_job(backup: Any) -> None:
    started = start(backup, ResourceArn=TABLE.replace("orders", "gone"))
    assert state(backup, started) == "FAILED"


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


def test_a_copy_in_another_region_is_as_old_as_its_source(
    aws: Simulator, backup: Any, clock: SimulatedClock
) -> None:
    far = client(aws, region=ELSEWHERE)
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


def test_a_vault_of_the_same_account_can_refuse_copies_too(aws: Simulator, backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    far = client(aws, region=ELSEWHERE)
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
    far = client(aws, region=ELSEWHERE)
    asked = {"RecoveryPointArn": made, "IamRoleArn": ROLE}
    with pytest.raises(ClientError) as failed:
        far.start_restore_job(**asked, Metadata={"targetTableName": "orders"})
    assert "kmsMasterKeyArn" in refusal(failed)[1]
    key = f"arn:aws:kms:{ELSEWHERE}:{ACCOUNT}:key/one"
    metadata = {"targetTableName": "orders", "encryptionType": "KMS", "kmsMasterKeyArn": key}
    job_id = far.start_restore_job(**asked, Metadata=metadata)["RestoreJobId"]
    assert far.describe_restore_job(RestoreJobId=job_id)["Status"] == "COMPLETED"
    table = client(aws, "dynamodb", ELSEWHERE).describe_table(TableName="orders")["Table"]
    assert table["TableArn"] == f"arn:aws:dynamodb:{ELSEWHERE}:{ACCOUNT}:table/orders"
    assert table["SSEDescription"]["KMSMasterKeyArn"] == key


def test_a_restore_to_a_table_that_exists_fails(backup: Any) -> None:
    arn = start(backup)["RecoveryPointArn"]
    job_id = backup.start_restore_job(
        RecoveryPointArn=arn, Metadata={"targetTableName": "orders"}, IamRoleArn=ROLE
    )["RestoreJobId"]
    assert backup.describe_restore_job(RestoreJobId=job_id)["Status"] == "FAILED"


def test_jobs_are_listed_in_pages_and_filtered(aws: Simulator, backup: Any) -> None:
    aws.vaults.ends.append(End("FAILED", times=1))
    failed, *good = [start(backup)["BackupJobId"] for _ in range(5)]
    listed = backup.list_backup_jobs(ByState="FAILED", ByResourceArn=TABLE)["BackupJobs"]
    assert [one["BackupJobId"] for one in listed] == [failed]
    first = backup.list_backup_jobs(MaxResults=3)
    rest = backup.list_backup_jobs(MaxResults=3, NextToken=first["NextToken"])
    told = [one["BackupJobId"] for one in (*first["BackupJobs"], *rest["BackupJobs"])]
    assert told == [*reversed(good), failed]
    assert "NextToken" not in rest


def test_a_job_that_has_not_begun_can_be_stopped(aws: Simulator, backup: Any) -> None:
    aws.vaults.running_seconds = 100
    running, waiting = start(backup), start(backup)
    backup.stop_backup_job(BackupJobId=waiting["BackupJobId"])
    assert state(backup, waiting) == "ABORTED"
    with pytest.raises(ClientError) as failed:
        backup.stop_backup_job(BackupJobId=running["BackupJobId"])
    assert refusal(failed)[0] == "InvalidRequestException"


def test_the_log_faults_and_limits_name_the_calls_of_aws_backup(
    aws: Simulator, backup: Any
) -> None:
    aws.calls.clear()
    aws.limits = {"DescribeBackupJob": 1}
    aws.fault(Fault("StartBackupJob", code="Odd", status=418, times=1, table="orders"))
    with pytest.raises(ClientError) as failed:
        start(backup)
    assert refusal(failed)[0] == "Odd"
    started = start(backup)
    job(backup, started)
    with pytest.raises(ClientError) as failed:
        job(backup, started)
    assert refusal(failed)[0] == "ThrottlingException"
    assert [(call.api, call.service, call.table, call.outcome) for call in aws.calls] == [
        ("StartBackupJob", "backup", "orders", "Odd"),
        ("StartBackupJob", "backup", "orders", "OK"),
        ("DescribeBackupJob", "backup", "orders", "OK"),
        ("DescribeBackupJob", "backup", "orders", "ThrottlingException"),
    ]


def test_an_answer_may_be_lost_after_the_job_has_begun(aws: Simulator, backup: Any) -> None:
    aws.fault(Fault("StartBackupJob", kind="error_after", times=1))
    with pytest.raises(ClientError):
        start(backup, IdempotencyToken="one")
    start(backup, IdempotencyToken="one")
    assert len(backup.list_backup_jobs()["BackupJobs"]) == 1
