"""Which AWS calls are made here, and how often AWS allows each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Api(str, Enum):
    """The AWS calls that are made here."""

    DESCRIBE_TABLE = "DescribeTable"
    CREATE_BACKUP = "CreateBackup"
    DESCRIBE_BACKUP = "DescribeBackup"
    LIST_BACKUPS = "ListBackups"
    DELETE_BACKUP = "DeleteBackup"
    RESTORE_TABLE = "RestoreTableFromBackup"
    RESTORE_TO_MOMENT = "RestoreTableToPointInTime"
    LIST_TAGS = "ListTagsOfResource"
    DESCRIBE_TIME_TO_LIVE = "DescribeTimeToLive"
    DESCRIBE_CONTINUOUS_BACKUPS = "DescribeContinuousBackups"
    TAG_RESOURCE = "TagResource"
    UPDATE_TIME_TO_LIVE = "UpdateTimeToLive"
    UPDATE_CONTINUOUS_BACKUPS = "UpdateContinuousBackups"
    UPDATE_TABLE = "UpdateTable"
    LIST_TABLES = "ListTables"
    SCAN = "Scan"
    BATCH_GET_ITEM = "BatchGetItem"
    GET_RESOURCES = "GetResources"
    GET_CALLER_IDENTITY = "GetCallerIdentity"
    GET_PRODUCTS = "GetProducts"

    # AWS Backup's. DynamoDB has a TagResource too, so each has its service in front.
    DESCRIBE_REGION_SETTINGS = "backup:DescribeRegionSettings"
    DESCRIBE_VAULT = "backup:DescribeBackupVault"
    START_BACKUP_JOB = "backup:StartBackupJob"
    DESCRIBE_BACKUP_JOB = "backup:DescribeBackupJob"
    LIST_BACKUP_JOBS = "backup:ListBackupJobs"
    START_COPY_JOB = "backup:StartCopyJob"
    DESCRIBE_COPY_JOB = "backup:DescribeCopyJob"
    LIST_COPY_JOBS = "backup:ListCopyJobs"
    DESCRIBE_RECOVERY_POINT = "backup:DescribeRecoveryPoint"
    LIST_RECOVERY_POINTS = "backup:ListRecoveryPointsByBackupVault"
    DELETE_RECOVERY_POINT = "backup:DeleteRecoveryPoint"
    LIST_POINT_TAGS = "backup:ListTags"
    TAG_POINT = "backup:TagResource"
    START_RESTORE_JOB = "backup:StartRestoreJob"
    DESCRIBE_RESTORE_JOB = "backup:DescribeRestoreJob"

    @property
    def service(self) -> str:
        """The service, as IAM calls it."""
        return _ELSEWHERE.get(self) or self.value.rpartition(":")[0] or "dynamodb"

    @property
    def operation(self) -> str:
        """The operation, as AWS calls it."""
        return self.value.rpartition(":")[2]

    @property
    def action(self) -> str:
        """The IAM action that allows it."""
        return f"{self.service}:{self.operation}"


_ELSEWHERE: Final[Mapping[Api, str]] = {
    Api.GET_CALLER_IDENTITY: "sts",
    Api.GET_RESOURCES: "tag",
    Api.GET_PRODUCTS: "pricing",
}
"""The services of IAM of calls whose names don't say it, and that are none of DynamoDB's."""

RATE_LIMITS: Final[Mapping[Api, float]] = {
    # Calls a second that AWS's API reference names for an account in a region.
    Api.DESCRIBE_TABLE: 10,
    Api.CREATE_BACKUP: 50,
    Api.DESCRIBE_BACKUP: 10,
    Api.LIST_BACKUPS: 5,
    Api.DELETE_BACKUP: 10,
    Api.RESTORE_TABLE: 10,
    Api.RESTORE_TO_MOMENT: 10,
    Api.LIST_TAGS: 10,
    Api.DESCRIBE_CONTINUOUS_BACKUPS: 10,
    Api.TAG_RESOURCE: 5,
    # AWS documents no rate for AWS Backup's, so they are sent with care.
    **{api: 5 for api in Api if api.service == "backup"},
}
