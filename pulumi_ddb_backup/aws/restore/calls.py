"""The calls of DynamoDB that restore a table and read and set what a restore does not carry over.

Each raises `AwsFailure`; settings travel as `TableSettings` that hold nothing else.
"""

from __future__ import annotations

from ..backup.answers import table as as_table
from ..calls.dynamodb import DynamoDB
from ..calls.rate import Api
from ..rules.values import without_none
from ..tables import Table
from . import answers, parameters
from .moments import Window
from .records import Overrides, Restorable, RestoreRequest, TableSettings


async def describe_backed_up_table(aws: DynamoDB, arn: str, within_seconds: float) -> Restorable:
    return await aws.call(
        Api.DESCRIBE_BACKUP,
        lambda clients: clients.dynamodb.describe_backup(BackupArn=arn),
        answers.backed_up_table,
        within_seconds,
    )


async def restore_table_from_backup(
    aws: DynamoDB, request: RestoreRequest, overrides: Overrides, within_seconds: float
) -> Table:
    sent = parameters.restoring_backup(request, overrides)
    return await aws.call(
        Api.RESTORE_TABLE,
        lambda clients: clients.dynamodb.restore_table_from_backup(**sent),
        lambda answer: as_table(answer["TableDescription"]),
        within_seconds,
    )


async def describe_source_table(aws: DynamoDB, table: str, within_seconds: float) -> Restorable:
    return await aws.call(
        Api.DESCRIBE_TABLE,
        lambda clients: clients.dynamodb.describe_table(TableName=table),
        answers.source_table,
        within_seconds,
    )


async def describe_window(aws: DynamoDB, table: str, within_seconds: float) -> Window:
    return await aws.call(
        Api.DESCRIBE_CONTINUOUS_BACKUPS,
        lambda clients: clients.dynamodb.describe_continuous_backups(TableName=table),
        answers.window,
        within_seconds,
    )


async def restore_table_to_point_in_time(
    aws: DynamoDB,
    request: RestoreRequest,
    source_arn: str,
    overrides: Overrides,
    within_seconds: float,
) -> Table:
    sent = parameters.restoring_moment(request, source_arn, overrides)
    return await aws.call(
        Api.RESTORE_TO_MOMENT,
        lambda clients: clients.dynamodb.restore_table_to_point_in_time(**sent),
        lambda answer: as_table(answer["TableDescription"]),
        within_seconds,
    )


async def list_tags_of_resource(
    aws: DynamoDB, arn: str, after: str | None, within_seconds: float
) -> tuple[TableSettings, str | None]:
    sent = without_none({"ResourceArn": arn, "NextToken": after})
    return await aws.call(
        Api.LIST_TAGS,
        lambda clients: clients.dynamodb.list_tags_of_resource(**sent),
        answers.tags,
        within_seconds,
    )


async def describe_time_to_live(aws: DynamoDB, table: str, within_seconds: float) -> TableSettings:
    return await aws.call(
        Api.DESCRIBE_TIME_TO_LIVE,
        lambda clients: clients.dynamodb.describe_time_to_live(TableName=table),
        answers.time_to_live,
        within_seconds,
    )


async def describe_continuous_backups(
    aws: DynamoDB, table: str, within_seconds: float
) -> TableSettings:
    return await aws.call(
        Api.DESCRIBE_CONTINUOUS_BACKUPS,
        lambda clients: clients.dynamodb.describe_continuous_backups(TableName=table),
        answers.point_in_time_recovery,
        within_seconds,
    )


async def tag_resource(
    aws: DynamoDB, arn: str, wanted: TableSettings, within_seconds: float
) -> None:
    sent = parameters.tagging(arn, wanted)
    await aws.call(
        Api.TAG_RESOURCE,
        lambda clients: clients.dynamodb.tag_resource(**sent),
        answers.nothing,
        within_seconds,
    )


async def update_time_to_live(
    aws: DynamoDB, table: str, wanted: TableSettings, within_seconds: float
) -> None:
    sent = parameters.expiring(table, wanted)
    await aws.call(
        Api.UPDATE_TIME_TO_LIVE,
        lambda clients: clients.dynamodb.update_time_to_live(**sent),
        answers.nothing,
        within_seconds,
    )


async def update_continuous_backups(
    aws: DynamoDB, table: str, wanted: TableSettings, within_seconds: float
) -> None:
    sent = parameters.recovering(table, wanted)
    await aws.call(
        Api.UPDATE_CONTINUOUS_BACKUPS,
        lambda clients: clients.dynamodb.update_continuous_backups(**sent),
        answers.nothing,
        within_seconds,
    )


async def update_table(
    aws: DynamoDB, table: str, wanted: TableSettings, within_seconds: float
) -> None:
    sent = parameters.updating(table, wanted)
    await aws.call(
        Api.UPDATE_TABLE,
        lambda clients: clients.dynamodb.update_table(**sent),
        answers.nothing,
        within_seconds,
    )
