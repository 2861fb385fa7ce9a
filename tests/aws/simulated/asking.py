"""What the tests of AWS Backup in the simulator share: clients, and short questions."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws.conftest import REGION
from tests.aws.restores import ACCOUNT
from tests.aws.shapes import check_answer
from tests.aws.simulator import Simulator

ELSEWHERE, OTHER_ACCOUNT = "us-east-1", "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/AWSBackupRole"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
LETS_IN = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "backup:CopyIntoBackupVault"}]}
)
LETS_NOBODY_IN = LETS_IN.replace("Allow", "Deny")


def client_of(aws: Simulator, service: str = "backup", region: str = REGION) -> Any:
    return _client(aws.url, service, region)


@cache
def _client(url: str, service: str, region: str) -> Any:
    """A client whose answers are checked against AWS's model before they are read."""
    made = boto3.client(
        service,  # type: ignore[call-overload]
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    if service == "backup":
        made.meta.events.register("before-parse.backup", check_answer)
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
