"""What a test of vaults has of AWS: the vault `safe` beside the table `orders`, and two elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from moto.dynamodb.models import dynamodb_backends

from pulumi_ddb_backup.aws import Connection
from pulumi_ddb_backup.aws.vault.records import VaultBackupRequest
from tests.aws.conftest import REGION
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Simulator

ROLE = f"arn:aws:iam::{ACCOUNT}:role/AWSBackupRole"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
SAFE = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:safe"
BERLIN = f"arn:aws:backup:eu-central-1:{ACCOUNT}:backup-vault:second"
OHIO = f"arn:aws:backup:us-east-2:{ACCOUNT}:backup-vault:third"
ME = "urn:orders-nightly"


def request(**given: Any) -> VaultBackupRequest:
    """A request for a backup of `orders` in `safe`."""
    asked: dict[str, Any] = {
        "table_name": "orders",
        "vault": "safe",
        "backup_role_arn": ROLE,
        "identity": ME,
        **given,
    }
    return VaultBackupRequest(**asked)


def vault_connection(connection: Connection) -> Connection:
    """The same, with the simulator as AWS Backup too."""
    return replace(connection, backup_endpoint_url=connection.endpoint_url)


def date_table(name: str, moment: datetime) -> None:
    """Let a table be created at that moment: moto dates it by the real time, and jobs have the clock's."""
    dynamodb_backends[ACCOUNT][REGION].tables[name].created_at = moment.replace(tzinfo=None)


class Account:
    """AWS Backup as it is, seen past the library."""

    def __init__(self, aws: Simulator, *vaults: str) -> None:
        self.aws = aws
        for arn in vaults or (SAFE, BERLIN, OHIO):
            parts = arn.split(":")
            self.client(parts[3]).create_backup_vault(BackupVaultName=parts[6])
        aws.calls.clear()

    def client(self, region: str = REGION) -> Any:
        return _client(self.aws.url, region)

    def points(self, vault: str = SAFE) -> dict[str, str]:
        """The recovery points of a vault that a person could see, with their status."""
        parts = vault.split(":")
        calls = list(self.aws.calls)
        told = self.client(parts[3]).list_recovery_points_by_backup_vault(BackupVaultName=parts[6])
        self.aws.calls[:] = calls
        return {one["RecoveryPointArn"]: one["Status"] for one in told["RecoveryPoints"]}

    def jobs(self, kind: str = "backup") -> Mapping[str, Any]:
        """The jobs that there are, by id."""
        return {id_: job for id_, job in self.aws.vaults.jobs.items() if job.kind == kind}


@cache
def _client(url: str, region: str) -> Any:
    return boto3.client(
        "backup",
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
