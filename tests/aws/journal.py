"""What was written to tables with point-in-time recovery, and when; moto knows only how they are now.

From this follow the moving window in which a table can be restored, and the table as it was at any
moment of it. AWS's clock is the machine's: `age` lets time pass for all that has happened so far.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

BEHIND_SECONDS = 300.0
"""AWS can't restore the last five minutes."""
DAY_SECONDS = 86400.0


@dataclass
class _Write:
    """One item before it was written: None if there was none."""

    at: float
    key: tuple[DynamoType, DynamoType | None]
    before: Any


@dataclass
class _History:
    """A table's past: from when on it can be restored, and its writes since, the oldest first."""

    since: float
    writes: list[_Write] = field(default_factory=list)


class Journal:
    """The past of the tables of one simulated AWS, by table ARN."""

    def __init__(self) -> None:
        self._histories: dict[str, _History] = {}

    def age(self, seconds: float) -> None:
        """Let all that has happened be that much longer ago."""
        for history in self._histories.values():
            history.since -= seconds
            for write in history.writes:
                write.at -= seconds

    def switch(self, table: Table) -> None:
        """Point-in-time recovery of a table may have been switched on or off."""
        told = table.continuous_backups["PointInTimeRecoveryDescription"]
        if told["PointInTimeRecoveryStatus"] != "ENABLED":
            self._histories.pop(table.table_arn, None)
        else:
            self._histories.setdefault(table.table_arn, _History(time.time()))

    def forget(self, arn: str) -> None:
        """The table is gone, and its past with it."""
        self._histories.pop(arn, None)

    def before(self, table: Table, keys: Iterator[dict[str, Any]]) -> list[_Write]:
        """Items that are about to be written, as they are now."""
        if table.table_arn not in self._histories:
            return []
        return [_Write(0.0, key, copy.deepcopy(_item(table, *key))) for key in _keys(table, keys)]

    def written(self, table: Table, writes: list[_Write]) -> None:
        """They have been written."""
        history = self._histories.get(table.table_arn)
        if history is not None:
            for write in writes:
                write.at = time.time()
            history.writes += writes

    def window(self, table: Table) -> tuple[float, float] | None:
        """The first and the last moment that the table can be restored to; None where it is off."""
        history = self._histories.get(table.table_arn)
        if history is None:
            return None
        told = table.continuous_backups["PointInTimeRecoveryDescription"]
        now = time.time()
        earliest = max(history.since, now - told["RecoveryPeriodInDays"] * DAY_SECONDS)
        return earliest, max(earliest, now - BEHIND_SECONDS)

    def items_at(self, table: Table, moment: float) -> Any:
        """The items that the table had at `moment`."""
        items = copy.deepcopy(table.items)
        for write in reversed(self._histories[table.table_arn].writes):
            if write.at <= moment:
                break
            hash_key, range_key = write.key
            if range_key is None:
                items.pop(hash_key, None)
                if write.before is not None:
                    items[hash_key] = copy.deepcopy(write.before)
                continue
            items[hash_key].pop(range_key, None)
            if write.before is not None:
                items[hash_key][range_key] = copy.deepcopy(write.before)
            if not items[hash_key]:
                del items[hash_key]
        return items


def written_keys(api: str, params: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a call writes: tables by name or ARN, and items or keys of them."""
    if api in ("PutItem", "UpdateItem", "DeleteItem"):
        yield params["TableName"], params.get("Key") or params["Item"]
    elif api == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                (said,) = request.values()
                yield table, said.get("Key") or said["Item"]
    elif api == "TransactWriteItems":
        for item in params["TransactItems"]:
            (said,) = item.values()
            if "ConditionCheck" not in item:
                yield said["TableName"], said.get("Key") or said["Item"]


def _keys(
    table: Table, items: Iterator[dict[str, Any]]
) -> Iterator[tuple[DynamoType, DynamoType | None]]:
    for item in items:
        sort = table.range_key_attr
        yield DynamoType(item[table.hash_key_attr]), DynamoType(item[sort]) if sort else None


def _item(table: Table, hash_key: DynamoType, range_key: DynamoType | None) -> Any:
    of_hash = table.items.get(hash_key)
    return of_hash if range_key is None or of_hash is None else of_hash.get(range_key)
