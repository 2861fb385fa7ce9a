"""The calls of DynamoDB that restore a table and read and set what a restore does not carry over.

They are part of `dynamodb.DynamoDB`: each raises `AwsFailure`, and settings travel as
`TableSettings` that hold nothing else.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..calls import answers, parameters
from ..calls.rate import Api
from ..records import Table
from .records import BackedUpTable, Overrides, RestoreRequest, TableSettings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")


class RestoreCalls(Protocol):
    """The calls that a restore makes, beside those that a backup makes too."""

    async def describe_backed_up_table(self, arn: str, within_seconds: float) -> BackedUpTable:
        """DescribeBackup, read for what a restore has to know."""

    async def restore_table_from_backup(
        self, request: RestoreRequest, overrides: Overrides, within_seconds: float
    ) -> Table: ...

    async def list_tags_of_resource(
        self, arn: str, after: str | None, within_seconds: float
    ) -> tuple[TableSettings, str | None]:
        """One page of the tags that are a user's own, and where the next begins, if any."""

    async def describe_time_to_live(self, table: str, within_seconds: float) -> TableSettings: ...

    async def describe_continuous_backups(
        self, table: str, within_seconds: float
    ) -> TableSettings: ...

    async def tag_resource(
        self, arn: str, wanted: TableSettings, within_seconds: float
    ) -> None: ...

    async def update_time_to_live(
        self, table: str, wanted: TableSettings, within_seconds: float
    ) -> None: ...

    async def update_continuous_backups(
        self, table: str, wanted: TableSettings, within_seconds: float
    ) -> None: ...

    async def update_table(
        self, table: str, wanted: TableSettings, within_seconds: float
    ) -> None: ...


class Boto3RestoreCalls:
    """`RestoreCalls` by boto3."""

    @property
    @abstractmethod
    def _client(self) -> DynamoDBClient: ...

    @abstractmethod
    async def _call(
        self,
        api: Api,
        send: Callable[[], Any],
        read: Callable[[Any], T],
        within_seconds: float,
    ) -> T: ...

    async def describe_backed_up_table(self, arn: str, within_seconds: float) -> BackedUpTable:
        return await self._call(
            Api.DESCRIBE_BACKUP,
            lambda: self._client.describe_backup(BackupArn=arn),
            answers.backed_up_table,
            within_seconds,
        )

    async def restore_table_from_backup(
        self, request: RestoreRequest, overrides: Overrides, within_seconds: float
    ) -> Table:
        given = parameters.restoring(request, overrides)
        return await self._call(
            Api.RESTORE_TABLE,
            lambda: self._client.restore_table_from_backup(**given),
            lambda answer: answers.table(answer["TableDescription"]),
            within_seconds,
        )

    async def list_tags_of_resource(
        self, arn: str, after: str | None, within_seconds: float
    ) -> tuple[TableSettings, str | None]:
        given = parameters.given({"ResourceArn": arn, "NextToken": after})
        return await self._call(
            Api.LIST_TAGS,
            lambda: self._client.list_tags_of_resource(**given),
            answers.tags,
            within_seconds,
        )

    async def describe_time_to_live(self, table: str, within_seconds: float) -> TableSettings:
        return await self._call(
            Api.DESCRIBE_TIME_TO_LIVE,
            lambda: self._client.describe_time_to_live(TableName=table),
            answers.time_to_live,
            within_seconds,
        )

    async def describe_continuous_backups(self, table: str, within_seconds: float) -> TableSettings:
        return await self._call(
            Api.DESCRIBE_CONTINUOUS_BACKUPS,
            lambda: self._client.describe_continuous_backups(TableName=table),
            answers.point_in_time_recovery,
            within_seconds,
        )

    async def tag_resource(self, arn: str, wanted: TableSettings, within_seconds: float) -> None:
        given = parameters.tagging(arn, wanted)
        await self._call(
            Api.TAG_RESOURCE,
            lambda: self._client.tag_resource(**given),
            answers.nothing,
            within_seconds,
        )

    async def update_time_to_live(
        self, table: str, wanted: TableSettings, within_seconds: float
    ) -> None:
        given = parameters.expiring(table, wanted)
        await self._call(
            Api.UPDATE_TIME_TO_LIVE,
            lambda: self._client.update_time_to_live(**given),
            answers.nothing,
            within_seconds,
        )

    async def update_continuous_backups(
        self, table: str, wanted: TableSettings, within_seconds: float
    ) -> None:
        given = parameters.recovering(table, wanted)
        await self._call(
            Api.UPDATE_CONTINUOUS_BACKUPS,
            lambda: self._client.update_continuous_backups(**given),
            answers.nothing,
            within_seconds,
        )

    async def update_table(self, table: str, wanted: TableSettings, within_seconds: float) -> None:
        given = parameters.updating(table, wanted)
        await self._call(
            Api.UPDATE_TABLE,
            lambda: self._client.update_table(**given),
            answers.nothing,
            within_seconds,
        )
