"""The calls of DynamoDB that concern one table or one backup. Each raises `AwsFailure`.

`within_seconds` is how long the caller is ready to wait for the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..calls.dynamodb import DynamoDB
from ..calls.rate import Api
from ..records import BackupQuery, BackupRecord, BackupSummary
from ..rules.values import without_none
from ..tables import Table
from . import answers


async def describe_table(aws: DynamoDB, table: str, within_seconds: float) -> Table:
    return await aws.call(
        Api.DESCRIBE_TABLE,
        lambda clients: clients.dynamodb.describe_table(TableName=table),
        lambda answer: answers.table(answer["Table"]),
        within_seconds,
    )


async def create_backup(
    aws: DynamoDB, table: str, name: str, within_seconds: float
) -> BackupRecord:
    return await aws.call(
        Api.CREATE_BACKUP,
        lambda clients: clients.dynamodb.create_backup(TableName=table, BackupName=name),
        lambda answer: answers.backup(answer["BackupDetails"], {}),
        within_seconds,
    )


async def describe_backup(aws: DynamoDB, arn: str, within_seconds: float) -> BackupRecord:
    return await aws.call(
        Api.DESCRIBE_BACKUP,
        lambda clients: clients.dynamodb.describe_backup(BackupArn=arn),
        answers.described,
        within_seconds,
    )


async def delete_backup(aws: DynamoDB, arn: str, within_seconds: float) -> BackupRecord:
    return await aws.call(
        Api.DELETE_BACKUP,
        lambda clients: clients.dynamodb.delete_backup(BackupArn=arn),
        answers.described,
        within_seconds,
    )


async def list_backups(
    aws: DynamoDB,
    table: str | None,
    since: datetime | None,
    after: str | None,
    within_seconds: float,
) -> tuple[list[BackupRecord], str | None]:
    """One page of the on-demand backups, and the ARN after which the next begins, if any."""
    parameters = without_none(
        {
            "TableName": table,
            "TimeRangeLowerBound": since,
            "ExclusiveStartBackupArn": after,
            "BackupType": "USER",
        }
    )
    return await aws.call(
        Api.LIST_BACKUPS,
        lambda clients: clients.dynamodb.list_backups(**parameters),
        answers.page,
        within_seconds,
    )


async def find_backups(
    aws: DynamoDB, query: BackupQuery, after: str | None, within_seconds: float
) -> tuple[list[BackupSummary], str | None]:
    """One page of ListBackups, of any type and with recovery points of AWS Backup.

    Times are sent in whole seconds, so the last one is ample.
    """
    parameters = without_none(
        {
            "TableName": query.table,
            "TimeRangeLowerBound": query.since,
            "TimeRangeUpperBound": query.until and query.until + timedelta(seconds=1),
            "ExclusiveStartBackupArn": after,
            "BackupType": query.backup_type,
        }
    )
    return await aws.call(
        Api.LIST_BACKUPS,
        lambda clients: clients.dynamodb.list_backups(**parameters),
        answers.summaries,
        within_seconds,
    )
