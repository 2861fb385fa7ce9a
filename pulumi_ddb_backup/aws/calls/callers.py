"""Whose account is called: what AWS's answers have shown of it, else what STS says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from ..records import BackupRecord
from ..rules.arns import TableArn
from ..tables import Table
from .aws_errors import AwsFailure
from .rate import Api

if TYPE_CHECKING:
    from .dynamodb import DynamoDB

ASKING_SECONDS: Final = 10.0
"""How long STS may take to answer: a network that leads to DynamoDB alone never answers."""


class CallerAccount:
    """The account that a connection leads to, asked for once.

    Attributes:
        unknown: Why STS did not tell, in its own words; empty unless it was asked and did not.
    """

    def __init__(self) -> None:
        self.unknown = ""
        self._id: str | None = None
        self._asking = asyncio.Lock()

    def shown_by(self, api: Api, answer: object) -> None:
        """Note the account in the answer to a call that named a table, and no ARN."""
        if self._id is None and (arn := TableArn.parse(_table_arn_in(api, answer))):
            self._id, self.unknown = arn.account, ""

    def doubt_no_more(self) -> None:
        """Let STS be asked again: what did not tell may tell the next time."""
        self.unknown = ""

    async def id(self, ask: Callable[[], Awaitable[str]]) -> str | None:
        """The account's id; None where neither an answer nor STS, which `ask` asks, has told."""
        async with self._asking:
            if self._id is None and not self.unknown:
                try:
                    self._id = await ask()
                except AwsFailure as failure:
                    self.unknown = failure.detail or failure.code
        return self._id


def _table_arn_in(api: Api, answer: object) -> str:
    if api is Api.DESCRIBE_TABLE and isinstance(answer, Table):
        return answer.arn
    if api is Api.CREATE_BACKUP and isinstance(answer, BackupRecord):
        return answer.table_arn
    if api is Api.LIST_BACKUPS and isinstance(answer, tuple):
        backups, _ = answer  # a summary may be of a copy that AWS Backup has made elsewhere
        own = (one for one in backups if isinstance(one, BackupRecord))
        return next((one.table_arn for one in own), "")
    return ""


async def caller_account(aws: DynamoDB, within_seconds: float) -> str:
    """The id of the account that the credentials in use belong to, as STS tells it.

    Raises:
        AwsFailure: STS did not tell.
    """
    return await aws.call(
        Api.GET_CALLER_IDENTITY,
        lambda clients: clients.sts.get_caller_identity(),
        lambda answer: str(answer["Account"]),
        within_seconds,
    )
