"""Every kind of fault at every call of one backup, one restore and a set of three; and pairs of them.

Whatever goes wrong: never two backups or restores for one request, never a lost ARN, never a word
that is untrue of what exists, and the next same call ends with exactly one.

`EXPLORE_CASES=all` explores what is too much for every day, `EXPLORE_SEED=11` another sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    BackupError,
    BackupRecord,
    BackupRequest,
    Backups,
    Fleet,
    FleetResult,
    PointInTime,
    RestoreRecord,
    RestoreRequest,
)
from pulumi_ddb_backup.aws.fleet.records import by_table
from tests.aws.conftest import Heard, TimedDynamoDB, client
from tests.aws.exploring import (
    CASES,
    TIMEOUT_SECONDS,
    kinds,
    pairs,
    singles,
    untrue,
    wrong_of_backup,
)
from tests.aws.exploring_world import CREATING_SECONDS, Operation, World, calls_of, wrong_in
from tests.aws.fleet_tables import arn_of, backend, numbered, of
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock, StandingClock

pytestmark = pytest.mark.timeout(0 if CASES else 1200)

ME = "0123abcd"


def backups_of(table: str) -> list[str]:
    return [arn for arn, one in backend().backups.items() if one.table.name == table]


def table_arns() -> list[str]:
    return [arn_of(name) for name in backend().tables]


class OneBackup:
    """What a `Backup` does: take one, and where it fails half-way go on with what it has kept."""

    creating_seconds = CREATING_SECONDS

    def __init__(self, world: World) -> None:
        clock = SimulatedClock()
        world.renew(clock, "orders")
        self._aws = world.aws
        self._aws.creating_seconds = self.creating_seconds
        self._backups = Backups(world.connection, Heard(), clock, connect=world.connect)
        self._request = BackupRequest(
            "orders", backup_name_prefix="orders-", timeout_seconds=TIMEOUT_SECONDS, identity=ME
        )
        self._error: BackupError | None = None

    def first(self) -> Iterator[str]:
        yield from self._carried_out(lambda: self._backups.create(self._request))

    def again(self) -> Iterator[str]:
        if self._error is None:
            return
        before, kept = backups_of("orders"), self._error.unfinished
        lost_sight = not kept and before and not self._aws.creating()
        request = replace(self._request, timeout_seconds=600)
        if kept:
            again = partial(self._backups.resume, kept.backup_arn, 600)
        else:
            again = partial(self._backups.create, request)
        if not lost_sight:  # AVAILABLE meanwhile, and nobody knows of it: as the README says
            yield from self._carried_out(again)
            if self._error:
                yield f"does not end well: {self._error}"
            if before and backups_of("orders") != before:
                yield "takes another backup"

    def _carried_out(self, call: Callable[[], BackupRecord]) -> Iterator[str]:
        record, self._error = None, None
        try:
            record = call()
        except BackupError as error:
            self._error = error
        there = backups_of("orders")
        if len(there) > 1:
            yield f"has made {len(there)} backups"
        if self._error:
            for wrong in wrong_of_backup(self._error, there, table_arns()):
                yield f"{wrong}: {self._error}"
        elif record and [record.backup_arn] != there:
            yield f"returns {record.backup_arn}, and there is {there}"
        elif record and (record.backup_status != "AVAILABLE" or self._aws.creating()):
            yield "returns a backup that is not AVAILABLE"


class QuickBackup(OneBackup):
    """The same of a small table: AWS has done it at once, and would do it again."""

    creating_seconds = 0.0


class SetOfThree:
    """What a `BackupSet` does: take three, then what is missing, and wait for the rest."""

    tables = numbered(3)

    def __init__(self, world: World) -> None:
        clock = StandingClock()
        world.renew(clock, *self.tables)
        self._aws = world.aws
        timed = TimedDynamoDB(clock, world.connection)
        self._fleet = Fleet(world.connection, Heard(), clock, connect=lambda _: timed)
        self._result = FleetResult([])
        self._request = of(*self.tables, timeout_seconds=TIMEOUT_SECONDS, owner={"urn": "nightly"})

    def first(self) -> Iterator[str]:
        yield from self._carried_out(self._request)

    def again(self) -> Iterator[str]:
        kept = by_table(self._result.backups)
        before = {table: backups_of(table) for table in self.tables}
        names = {table.table_name for table in kept}
        creating = self._aws.creating()
        if any(
            arns and name not in names and not creating & {*arns} for name, arns in before.items()
        ):
            return  # AVAILABLE meanwhile, and nobody knows of it
        yield from self._carried_out(replace(self._request, timeout_seconds=600), kept)
        if self._result.failed:
            yield f"does not end well: {self._result.report()}"
        for table, arns in before.items():
            if arns and backups_of(table) != arns:
                yield f"takes another backup of {table}"

    def _carried_out(self, request: Any, known: Any = None) -> Iterator[str]:
        try:
            self._result = self._fleet.create(request, known)
        except BackupError as error:
            self._result = FleetResult([])
            if any(map(backups_of, self.tables)):
                yield f"loses what it has started: {error}"
            return
        report, all_backups = self._result.report(), list(backend().backups)
        for wrong in untrue(report, all_backups, table_arns()):
            yield f"{wrong}: {report}"
        for outcome in self._result.outcomes:
            there = backups_of(outcome.table.table_name)
            if len(there) > 1:
                yield f"has made {len(there)} backups of {outcome.table.table_name}"
            if outcome.error:
                for wrong in wrong_of_backup(outcome.error, there, table_arns()):
                    yield f"{outcome.table.table_name}: {wrong}: {outcome.error}"
            elif outcome.record is None or [outcome.record.backup_arn] != there:
                yield f"{outcome.table.table_name}: returns {outcome.record}, and there is {there}"


class OneRestore:
    """A restore with every setting, and the same once more, which goes on with the first."""

    def __init__(self, world: World) -> None:
        clock = SimulatedClock()
        world.renew(clock, "orders")
        self._aws = world.aws
        self._dynamodb = client(world.aws)
        self._arn = back_up_with_settings(self._dynamodb)
        self._aws.finish_backups()
        self._aws.restores.restoring_seconds = 2
        self._aws.restores.updating_seconds = 1
        self._backups = Backups(world.connection, Heard(), clock, connect=world.connect)
        self._request = self._asked()
        self._aws.calls.clear()
        self._error: BackupError | None = None

    def _asked(self) -> RestoreRequest:
        return RestoreRequest("copy", self._arn)

    def first(self) -> Iterator[str]:
        yield from self._carried_out(TIMEOUT_SECONDS)

    def again(self) -> Iterator[str]:
        if self._error is None:
            return
        yield from self._carried_out(600)
        if self._error:
            yield f"does not end well: {self._error}"

    def _carried_out(self, timeout_seconds: int) -> Iterator[str]:
        record, self._error = None, None
        request = replace(self._request, timeout_seconds=timeout_seconds)
        try:
            record = self._backups.restore(request)
        except BackupError as error:
            self._error = error
        calls = [call for call in self._aws.calls if call.api.startswith("RestoreTable")]
        if sum(call.outcome.startswith("OK") for call in calls) > 1:
            yield "has restored twice"
        there = "copy" in backend().tables
        if self._error:
            for wrong in self._wrong(self._error, there):
                yield f"{wrong}: {self._error}"
        elif not there or record is None:
            yield "returns a table that does not exist"
        else:
            yield from self._unset(record)

    def _wrong(self, error: BackupError, there: bool) -> Iterator[str]:
        text, known = str(error), error.unfinished_restore
        yield from untrue(text, backend().backups, table_arns())
        doubt = error.facts.doubt and "may be on its way in AWS all the same" in text
        if there and not doubt and (known is None or arn_of("copy") not in text):
            yield "loses the restored table"
        if there and "No restore was started" in text:
            yield "says that no restore was started"
        if not there and (known or "The restore goes on in AWS" in text):
            yield "tells of a restore that there is not"

    def _unset(self, record: RestoreRecord) -> Iterator[str]:
        """What is told as set and is not."""
        calls = list(self._aws.calls)
        self._aws.forget_faults()  # they are not for the test
        before, now = (settings_of(self._dynamodb, name) for name in ("orders", "copy"))
        self._aws.calls[:] = calls
        for name, value in before.items():
            if name not in record.settings_left and now[name] != value:
                yield f"has not set {name} and does not say so"


class MomentRestore(OneRestore):
    """The same of a moment."""

    def _asked(self) -> RestoreRequest:
        self._aws.restores.journal.age(3600)
        moment = datetime.now(timezone.utc) - timedelta(minutes=30)
        return RestoreRequest("copy", point_in_time=PointInTime("orders", moment))


def back_up_with_settings(dynamodb: DynamoDBClient) -> str:
    """The ARN of a backup of `orders`, which has every setting that a restore leaves out."""
    stream: Any = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    dynamodb.update_table(TableName="orders", StreamSpecification=stream)
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)
    dynamodb.update_table(TableName="orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    dynamodb.update_time_to_live(
        TableName="orders",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 7,
        },
    )
    tags: Any = [{"Key": "team", "Value": "shop"}]
    dynamodb.tag_resource(ResourceArn=arn_of("orders"), Tags=tags)
    made = dynamodb.create_backup(TableName="orders", BackupName="orders-1")
    return made["BackupDetails"]["BackupArn"]


def settings_of(dynamodb: DynamoDBClient, table: str) -> dict[str, Any]:
    """The settings of a table, by the names of `TableSettings`."""
    told: Any = dynamodb.describe_table(TableName=table)["Table"]
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    continuous = dynamodb.describe_continuous_backups(TableName=table)
    recovery: Any = continuous["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    tags = dynamodb.list_tags_of_resource(ResourceArn=told["TableArn"])["Tags"]
    return {
        "tags": {tag["Key"]: tag["Value"] for tag in tags},  # moto lists again what is set again
        "time_to_live_attribute": expiry.get("AttributeName"),
        "stream_view_type": told.get("StreamSpecification", {}).get("StreamViewType"),
        "point_in_time_recovery": (
            recovery["PointInTimeRecoveryStatus"],
            recovery.get("RecoveryPeriodInDays"),
        ),
        "deletion_protection": told["DeletionProtectionEnabled"],
        "table_class": told.get("TableClassSummary", {}).get("TableClass"),
    }


# The exploration


@pytest.fixture
def world(aws: Simulator) -> World:
    return World(aws)


@pytest.mark.parametrize(
    ("operation", "every_code", "count"),
    [
        (OneBackup, True, None),
        (QuickBackup, False, None),
        (OneRestore, False, 60),
        (MomentRestore, False, 30),
        (SetOfThree, False, 80),
    ],
)
def test_no_fault_at_any_call_makes_two_loses_one_or_tells_an_untruth(
    world: World, operation: Operation, every_code: bool, count: int | None
) -> None:
    cases = singles(calls_of(operation, world), kinds(every_code=every_code), count)
    wrong = wrong_in(operation, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("operation", "count"),
    [(OneBackup, 80), (QuickBackup, 60), (OneRestore, 30), (MomentRestore, 12), (SetOfThree, 60)],
)
def test_no_pair_of_faults_makes_two_loses_one_or_tells_an_untruth(
    world: World, operation: Operation, count: int
) -> None:
    cases = pairs(calls_of(operation, world), kinds(), count)
    wrong = wrong_in(operation, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)


# What it has found


def test_tags_that_could_not_be_read_are_read_again_and_not_taken_for_none(world: World) -> None:
    restore = OneRestore(world)
    world.aws.fault(Fault("ListTagsOfResource", "malformed", times=1))
    assert list(restore.first()) == []
    assert world.aws.count("TagResource") == 1
