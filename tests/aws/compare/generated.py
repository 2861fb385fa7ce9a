"""Tables without HTTP, whose items are made as they are read: for sizes that moto takes minutes for."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any, TypeVar

from pulumi_ddb_backup.aws.calls.dynamodb import DynamoDB
from pulumi_ddb_backup.aws.calls.rate import Api
from tests.aws.compare.tables import item
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import arn_of

T = TypeVar("T")
Make = Callable[[int], Mapping[str, Any]]
_PAGE_BYTES = 1_000_000
_UNIT_BYTES = 4096


class Generated:
    """Two tables or more, as `DynamoDB` calls them.

    Args:
        count: How many items each table has.
        makers: By the name of a table, what makes its item of a number. All items are of one size.
        on_threads: Whether a call runs on a thread of the pool, as one over HTTP does.
    """

    def __init__(self, count: int, makers: Mapping[str, Make], *, on_threads: bool = False) -> None:
        self.count = count
        self.region = REGION
        self.units: dict[str, float] = dict.fromkeys(makers, 0.0)
        self._makers = makers
        self._on_threads = on_threads
        self._clients: Any = SimpleNamespace(dynamodb=self)

    def aws_now(self) -> datetime:
        return datetime.now(timezone.utc)

    async def call(
        self, api: Api, send: Callable[[Any], Any], read: Callable[[Any], T], within_seconds: float
    ) -> T:
        if self._on_threads:
            loop = asyncio.get_running_loop()
            return read(await loop.run_in_executor(None, send, self._clients))
        return read(send(self._clients))

    # What boto3's client has.

    def describe_table(self, TableName: str) -> dict[str, Any]:
        return {
            "Table": {
                "TableName": TableName,
                "TableArn": arn_of(TableName),
                "TableStatus": "ACTIVE",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            }
        }

    def scan(
        self,
        *,
        TableName: str,
        Segment: int,
        TotalSegments: int,
        Limit: int,
        ReturnConsumedCapacity: str,
        ExclusiveStartKey: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        make = self._makers[TableName]
        begin = self._number(ExclusiveStartKey) + TotalSegments if ExclusiveStartKey else Segment
        size = len(json.dumps(make(0), default=str))
        most = min(Limit, _PAGE_BYTES // size)
        numbers = range(begin, self.count, TotalSegments)[:most]
        items = [make(number) for number in numbers]
        answer: dict[str, Any] = {"Items": items}
        answer |= self._took(TableName, max(1, math.ceil(size * len(items) / _UNIT_BYTES)) / 2)
        if len(items) == most:
            answer["LastEvaluatedKey"] = {"id": items[-1]["id"]}
        return answer

    def batch_get_item(
        self, *, RequestItems: Mapping[str, Any], ReturnConsumedCapacity: str
    ) -> dict[str, Any]:
        ((name, asked),) = RequestItems.items()
        found = [self._makers[name](self._number(key)) for key in asked["Keys"]]
        took = self._took(name, float(len(found)))
        return {"Responses": {name: found}, "ConsumedCapacity": [took["ConsumedCapacity"]]}

    def _took(self, name: str, units: float) -> dict[str, Any]:
        self.units[name] += units
        return {"ConsumedCapacity": {"TableName": name, "CapacityUnits": units}}

    @staticmethod
    def _number(key: Mapping[str, Any]) -> int:
        return int(key["id"]["S"].rpartition("-")[2])


def generated(count: int, changed: Callable[[int], bool], *names: str) -> DynamoDB:
    """Tables of these names, of which the last one has changed items."""

    def other(number: int) -> Mapping[str, Any]:
        return item(number, amount={"N": "-1.50"}) if changed(number) else item(number)

    return Generated(count, {**dict.fromkeys(names[:-1], item), names[-1]: other})
