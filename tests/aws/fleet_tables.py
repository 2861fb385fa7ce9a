"""What the tests of a fleet share: tables that are there without a call, and short questions."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends

from pulumi_ddb_backup.aws import BackupError, BackupRecord, FleetRequest, FleetResult
from pulumi_ddb_backup.aws.calls.rate import Api
from tests.aws.conftest import REGION
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator

ELSEWHERE = "us-east-1"
STRANGER = "999999999999"
"""An account that the credentials in use do not lead to."""
THROTTLED = "ThrottlingException"


# What is asked for


def numbered(count: int) -> list[str]:
    """Names of tables, in order."""
    return [f"table-{number:03}" for number in range(count)]


def arn_of(name: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:dynamodb:{region}:{account}:table/{name}"


def of(*tables: str, **asked: Any) -> FleetRequest:
    """A backup of each of `tables`, under names made from a prefix."""
    return FleetRequest(tables=tables, **{"backup_name_prefix": "nightly-", **asked})


# What is in AWS, without a call that would show


def backend(region: str = REGION) -> DynamoDBBackend:
    return dynamodb_backends[ACCOUNT][region]


def add_tables(*names: str, region: str = REGION, **tags: str) -> list[str]:
    """Tables that exist in AWS from here on; their ARNs."""
    return [
        backend(region)
        .create_table(
            name,
            schema=[{"AttributeName": "id", "KeyType": "HASH"}],
            throughput=None,
            attr=[{"AttributeName": "id", "AttributeType": "S"}],
            global_indexes=[],
            indexes=[],
            streams=None,
            billing_mode="PAY_PER_REQUEST",
            sse_specification=None,
            tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            deletion_protection_enabled=False,
            warm_throughput=None,
        )
        .table_arn
        for name in names
    ]


def drop_table(name: str) -> None:
    del backend().tables[name]


def retag(name: str, **tags: str) -> None:
    backend().tables[name].tags = [{"Key": key, "Value": value} for key, value in tags.items()]


def remove(backup: BackupRecord) -> None:
    del backend(backup.region).backups[backup.backup_arn]


def taken(*regions: str) -> Counter[tuple[str, str]]:
    """How many backups there are, by region and table."""
    return Counter(
        (region, backup.table.name)
        for region in regions or (REGION,)
        for backup in backend(region).backups.values()
    )


def once_each(tables: list[str], region: str = REGION) -> Counter[tuple[str, str]]:
    """`taken`, if each of `tables` has exactly one backup."""
    return Counter((region, table) for table in tables)


# How it ended


def names(result: FleetResult) -> list[str]:
    return [outcome.table.table_name for outcome in result.outcomes]


def statuses(result: FleetResult) -> set[str]:
    return {outcome.record.backup_status if outcome.record else "-" for outcome in result.outcomes}


def errors(result: FleetResult) -> dict[str, BackupError]:
    return {
        outcome.table.table_name: outcome.error
        for outcome in result.outcomes
        if outcome.error is not None
    }


def kinds(result: FleetResult) -> dict[str, type[BackupError]]:
    """The classes of the errors."""
    return {table: type(error) for table, error in errors(result).items()}


# How AWS is asked, and answers


def calls_by_api(aws: Simulator) -> Counter[str]:
    return Counter(call.api for call in aws.calls)


def tables_in_calls(aws: Simulator, api: str) -> list[str]:
    return [call.table for call in aws.calls if call.api == api]


def outcomes_of(aws: Simulator, api: str) -> Counter[str]:
    return Counter(call.outcome for call in aws.calls if call.api == api)


def denied(api: str, table: str = "", region: str = "") -> Fault:
    """The identity in use may not call `api`, at all or for that table or region."""
    return Fault(api, code="AccessDeniedException", status=400, table=table, region=region)


def at_call(aws: Simulator, api: str, number: int, act: Callable[[], object]) -> None:
    """Let `act` happen when the call of that number arrives, counted from now."""
    numbers = itertools.count(1)
    aws.when(api, lambda: next(numbers) == number and act())


class InMemory:
    """As many tables as are wanted, whose backups take no time. Keeps little itself."""

    region = REGION

    def __init__(self, count: int) -> None:
        self.tables = numbered(count)
        self.backups: dict[str, dict[str, Any]] = {}

    def aws_now(self) -> datetime:
        return datetime.now(timezone.utc)

    async def call(
        self, _api: Api, send: Callable[[Any], Any], read: Callable[[Any], Any], _within: float
    ) -> Any:
        answer = send(SimpleNamespace(dynamodb=self))
        await asyncio.sleep(0)  # the answer is under way
        return read(answer)

    def list_tables(self, ExclusiveStartTableName: str | None = None) -> dict[str, Any]:
        begin = self.tables.index(ExclusiveStartTableName) + 1 if ExclusiveStartTableName else 0
        page = self.tables[begin : begin + 100]
        more = begin + 100 < len(self.tables)
        return {"TableNames": page, **({"LastEvaluatedTableName": page[-1]} if more else {})}

    def create_backup(self, TableName: str, BackupName: str) -> dict[str, Any]:
        arn = f"{arn_of(TableName)}/backup/{len(self.backups):014}"
        self.backups[arn] = {
            "BackupArn": arn,
            "BackupName": BackupName,
            "BackupStatus": "CREATING",
            "BackupCreationDateTime": self.aws_now(),
        }
        return {"BackupDetails": self.backups[arn]}

    def list_backups(self, ExclusiveStartBackupArn: str | None = None, **_: Any) -> dict[str, Any]:
        after, arns = ExclusiveStartBackupArn, list(self.backups)
        begin = int(after.rpartition("/")[2]) + 1 if after else 0
        status = "AVAILABLE" if len(arns) == len(self.tables) else "CREATING"
        page = [{**self.backups[arn], "BackupStatus": status} for arn in arns[begin:][:100]]
        more = begin + 100 < len(arns)
        last = {"LastEvaluatedBackupArn": page[-1]["BackupArn"]} if more else {}
        return {"BackupSummaries": page, **last}

    def describe_backup(self, BackupArn: str) -> dict[str, Any]:
        details = {**self.backups[BackupArn], "BackupStatus": "AVAILABLE"}
        return {"BackupDescription": {"BackupDetails": details}}
