"""The calls that find tables. Each raises `AwsFailure`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..calls.account import Account
from ..calls.dynamodb import DynamoDB
from ..calls.rate import Api
from ..clock import Deadline
from ..rules.arns import TableArn
from ..rules.values import without_none


async def list_tables(account: Account, deadline: Deadline) -> list[str]:
    """The names of all tables."""

    async def page(after: str | None, within_seconds: float) -> tuple[list[str], str | None]:
        parameters = without_none({"ExclusiveStartTableName": after})
        return await account.dynamodb.call(
            Api.LIST_TABLES,
            lambda clients: clients.dynamodb.list_tables(**parameters),
            lambda answer: (list(answer["TableNames"]), answer.get("LastEvaluatedTableName")),
            within_seconds,
        )

    return await account.all_items(Api.LIST_TABLES, page, deadline)


async def find_tagged_tables(
    account: Account, tags: Mapping[str, str], deadline: Deadline
) -> list[str]:
    """The names of the tables that carry all of `tags`."""

    async def page(after: str | None, within_seconds: float) -> tuple[list[str], str | None]:
        return await _tagged_tables(account.dynamodb, tags, after, within_seconds)

    return await account.all_items(Api.GET_RESOURCES, page, deadline)


async def _tagged_tables(
    aws: DynamoDB, tags: Mapping[str, str], after: str | None, within_seconds: float
) -> tuple[list[str], str | None]:
    parameters = without_none(
        {
            "ResourceTypeFilters": ["dynamodb:table"],
            "TagFilters": [{"Key": key, "Values": [value]} for key, value in tags.items()],
            "PaginationToken": after,
        }
    )
    return await aws.call(
        Api.GET_RESOURCES,
        lambda clients: clients.tagging.get_resources(**parameters),
        _tables_in,
        within_seconds,
    )


def _tables_in(answer: Mapping[str, Any]) -> tuple[list[str], str | None]:
    arns = [TableArn.parse(found["ResourceARN"]) for found in answer["ResourceTagMappingList"]]
    return [arn.table for arn in arns if arn], answer.get("PaginationToken") or None
