"""The call that reads AWS's price list. It raises `AwsFailure`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..calls.account import Account
from ..calls.rate import Api
from ..clock import Deadline
from ..rules.values import without_none

Product = Mapping[str, Any]
"""An item of the price list."""


async def get_products(
    account: Account, service: str, region: str, deadline: Deadline
) -> list[Product]:
    """All products of a service in a region, each with the terms on which AWS sells it.

    Args:
        account: As whom AWS is asked, in one of the few regions that have this API.
        service: AWS's code of the service, such as `AmazonDynamoDB`.
        region: The region whose products these are.
        deadline: No further page is asked for after it.
    """

    async def page(after: str | None, within_seconds: float) -> tuple[list[Product], str | None]:
        parameters = without_none(
            {
                "ServiceCode": service,
                "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": region}],
                "FormatVersion": "aws_v1",
                "NextToken": after,
            }
        )
        return await account.dynamodb.call(
            Api.GET_PRODUCTS,
            lambda clients: clients.pricing.get_products(**parameters),
            lambda answer: (
                [json.loads(item, parse_float=Decimal) for item in answer["PriceList"]],
                answer.get("NextToken") or None,
            ),
            within_seconds,
        )

    return await account.all_items(Api.GET_PRODUCTS, page, deadline)
