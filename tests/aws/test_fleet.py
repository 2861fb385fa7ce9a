"""Backups of many tables in one call: which ones, what fails alone, and how AWS is asked."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import threading
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from typing import Any, cast

import pytest
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    AwsServiceError,
    BackupCancelledError,
    BackupDeletedError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    BackupRecord,
    BackupRequest,
    Backups,
    BackupTimeoutError,
    ConfigurationError,
    Connection,
    Fleet,
    FleetProgress,
    FleetRequest,
    FleetResult,
    LimitExceededError,
    LookupCancelledError,
    NoTableSelectedError,
    Stage,
    StartCancelledError,
    TableNotActiveError,
    TableNotFoundError,
    TableOutcome,
    TableRef,
    TablesMissingError,
    ThrottledError,
    ValidationError,
    WrongAccountError,
    WrongTableError,
    operation,
)
from pulumi_ddb_backup.aws.calls.account import Account
from pulumi_ddb_backup.aws.calls.dynamodb import Boto3DynamoDB
from pulumi_ddb_backup.aws.calls.session import CALL_THREADS
from pulumi_ddb_backup.aws.fleet.operation import Task, carry_out_all
from pulumi_ddb_backup.aws.fleet_records import by_table
from pulumi_ddb_backup.aws.run import Run
from pulumi_ddb_backup.aws.scheduler import Scheduler
from tests.aws.conftest import REGION, Heard
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import AWS_LIMITS, Fault, Simulator
from tests.clock import SimulatedClock

ELSEWHERE = "us-east-1"
STRANGER = "999999999999"
"""An account that the credentials in use do not lead to."""
THROTTLED = "ThrottlingException"
_QUIET_TURNS = 8
"""Turns of the loop without any news after which everybody is taken to be asleep."""

Connect = Callable[[Connection], Any]


# The stage


class StandingClock(SimulatedClock):
    """Stands still while calls are under way: hundreds of them take no time on it.

    The clock of the other tests moves on meanwhile, which would let a crowd time out.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._news = 0
        self._calls = 0
        self._passing: asyncio.Task[None] | None = None

    async def sleep(self, seconds: float) -> None:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._numbers), over))
        self._news += 1
        if self._passing is None or self._passing.done():
            self._passing = asyncio.ensure_future(self._pass())
        await over
        self.slept.append(seconds)

    @contextmanager
    def call_under_way(self) -> Iterator[None]:
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            self._news += 1

    async def _pass(self) -> None:
        while self._sleepers:
            if not self._sleepers[0][2].done():
                await self._all_asleep()
            until, _, over = heapq.heappop(self._sleepers)
            if not over.done():
                self.seconds = max(self.seconds, until)
                over.set_result(None)

    async def _all_asleep(self) -> None:
        quiet = 0
        while quiet < _QUIET_TURNS:
            before = self._news
            await asyncio.sleep(0.001 if self._calls else 0)
            quiet = quiet + 1 if self._news == before and not self._calls else 0


class TimedDynamoDB(Boto3DynamoDB):
    """boto3's calls, during which a clock stands still."""

    def __init__(self, clock: StandingClock, connection: Connection) -> None:
        super().__init__(connection)
        self._clock = clock

    async def _call(self, *args: Any, **kwargs: Any) -> Any:
        with self._clock.call_under_way():
            return await super()._call(*args, **kwargs)


@dataclass
class Told:
    """Keeps the progress that it is told."""

    steps: list[FleetProgress] = field(default_factory=list)

    def __call__(self, progress: FleetProgress) -> None:
        self.steps.append(progress)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def connection(connection: Connection, aws: Simulator) -> Connection:
    return replace(connection, tagging_endpoint_url=aws.url)


@pytest.fixture
def connect(clock: StandingClock) -> Connect:
    return partial(TimedDynamoDB, clock)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def fleet(
    connection: Connection, heard: Heard, clock: StandingClock, connect: Connect, told: Told
) -> Fleet:
    return Fleet(connection, heard, clock, connect=connect, on_progress=told)


@pytest.fixture
def backups(
    connection: Connection, heard: Heard, clock: StandingClock, connect: Connect
) -> Backups:
    """One backup at a time, through the same account as `fleet`."""
    return Backups(connection, heard, clock, connect=connect)


def backend(region: str = REGION) -> DynamoDBBackend:
    return dynamodb_backends[ACCOUNT][region]


def add_tables(*names: str, region: str = REGION, **tags: str) -> list[str]:
    """Tables that exist in AWS, without a call that would show; their ARNs."""
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


def drop_table(name: str) -> object:
    return backend().tables.pop(name)


def retag(name: str, **tags: str) -> None:
    backend().tables[name].tags = [{"Key": key, "Value": value} for key, value in tags.items()]


def numbered(count: int) -> list[str]:
    return [f"table-{number:03}" for number in range(count)]


def arn_of(name: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:dynamodb:{region}:{account}:table/{name}"


def of(*tables: str, **asked: Any) -> FleetRequest:
    """A backup of each of `tables`, under names made from a prefix."""
    return FleetRequest(tables=tables, **{"backup_name_prefix": "nightly-", **asked})


def taken(*regions: str) -> Counter[tuple[str, str]]:
    """How many backups there are in AWS, by region and table."""
    return Counter(
        (region, backup.table.name)
        for region in regions or (REGION,)
        for backup in backend(region).backups.values()
    )


def once_each(names: list[str], region: str = REGION) -> Counter[tuple[str, str]]:
    return Counter((region, name) for name in names)


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


def outcomes_of(aws: Simulator, api: str) -> Counter[str]:
    return Counter(call.outcome for call in aws.calls if call.api == api)


class InMemory:
    """As many tables as are wanted, whose backups take no time. Keeps little itself."""

    region = REGION

    def __init__(self, count: int) -> None:
        self.tables = numbered(count)
        self.backups: dict[str, BackupRecord] = {}

    def aws_now(self) -> datetime:
        return datetime.now(timezone.utc)

    async def list_tables(self, after: str | None, _within: float) -> tuple[list[str], str | None]:
        begin = self.tables.index(after) + 1 if after else 0
        page = self.tables[begin : begin + 100]
        return page, page[-1] if begin + 100 < len(self.tables) else None

    async def create_backup(self, table: str, name: str, _within: float) -> BackupRecord:
        arn = f"{arn_of(table)}/backup/{len(self.backups):014}"
        made = BackupRecord(
            arn, name, "CREATING", table, arn_of(table), REGION,
            backup_creation_date_time=self.aws_now(),
        )  # fmt: skip
        self.backups[arn] = made
        await asyncio.sleep(0)  # the answer is under way
        return made

    async def list_backups(
        self, _table: str | None, _since: datetime | None, after: str | None, _within: float
    ) -> tuple[list[BackupRecord], str | None]:
        arns = list(self.backups)
        begin = int(after.rpartition("/")[2]) + 1 if after else 0
        status = "AVAILABLE" if len(arns) == len(self.tables) else "CREATING"
        page = [replace(self.backups[arn], backup_status=status) for arn in arns[begin:][:100]]
        return page, page[-1].backup_arn if begin + 100 < len(arns) else None

    async def describe_backup(self, arn: str, _within: float) -> BackupRecord:
        return replace(self.backups[arn], backup_status="AVAILABLE")


# Which tables


@pytest.fixture
def estate(aws: Simulator) -> list[str]:
    """Tables with all kinds of names, beside `orders`."""
    return [
        *add_tables("prod-orders", "dev-orders", team="shop", tier="gold"),
        *add_tables("prod-users", team="shop", tier="tin"),
        *add_tables("prod-tmp", "PROD-users", "node-1", "node-2", "node-x", "node-10"),
    ]


SELECTED = [
    pytest.param(of("prod-users", "orders"), "orders prod-users", "", id="names"),
    pytest.param(of(arn_of("orders")), "orders", "", id="an ARN"),
    pytest.param(of("orders", arn_of("orders"), "orders"), "orders", "", id="a table named thrice"),
    pytest.param(
        of(table_pattern=["prod-*"]), "prod-orders prod-tmp prod-users", "T", id="a pattern"
    ),
    pytest.param(
        of(table_pattern=["*-orders", "PROD-*"]),
        "PROD-users dev-orders prod-orders",
        "T",
        id="several patterns",
    ),
    pytest.param(
        of(table_pattern=["prod-*"], exclude_pattern=["*-tmp", "*-u*"]),
        "prod-orders",
        "T",
        id="a pattern less others",
    ),
    pytest.param(
        of("prod-tmp", table_pattern=["prod-*"], exclude_pattern=["*"]),
        "prod-tmp",
        "T",
        id="what is named is never left out",
    ),
    pytest.param(of(table_pattern=["node-?"]), "node-1 node-2 node-x", "T", id="one character"),
    pytest.param(of(table_pattern=["node-[12]"]), "node-1 node-2", "T", id="one of some"),
    pytest.param(of(table_pattern=["node-[0-9]*"]), "node-1 node-10 node-2", "T", id="a range"),
    pytest.param(of(table_pattern=["node-[!12]"]), "node-x", "T", id="none of some"),
    pytest.param(of(table_pattern=["orders"]), "orders", "T", id="a pattern is a whole name"),
    pytest.param(
        of("orders", table_pattern=["dev-*"]), "dev-orders orders", "T", id="a name and a pattern"
    ),
    pytest.param(of(tags={"team": "shop"}), "dev-orders prod-orders prod-users", "R", id="a tag"),
    pytest.param(
        of(tags={"team": "shop", "tier": "gold"}), "dev-orders prod-orders", "R", id="all of tags"
    ),
    pytest.param(
        of(tags={"team": "shop"}, table_pattern=["prod-*"]),
        "prod-orders prod-users",
        "R",
        id="a tag and a pattern",
    ),
    pytest.param(
        of("orders", tags={"tier": "tin"}), "orders prod-users", "R", id="a name and a tag"
    ),
    pytest.param(
        of(tags={"team": "shop"}, exclude_pattern=["prod-*"]),
        "dev-orders",
        "R",
        id="a tag less a pattern",
    ),
]


@pytest.mark.parametrize(("request_", "expected", "asked"), SELECTED)
def test_exactly_the_tables_that_are_asked_for_are_backed_up(
    aws: Simulator,
    fleet: Fleet,
    estate: list[str],
    request_: FleetRequest,
    expected: str,
    asked: str,
) -> None:
    result = fleet.create(request_)
    assert names(result) == sorted(expected.split())
    assert statuses(result) == {"AVAILABLE"}
    assert taken() == once_each(expected.split())
    assert aws.count("ListTables") == asked.count("T")
    assert aws.count("GetResources") == asked.count("R")
    assert result.dropped == []


def test_a_pattern_that_is_no_list_is_one_pattern_and_not_one_a_letter(
    fleet: Fleet, estate: list[str]
) -> None:
    """A str is a sequence of str to every type checker, and its letter `*` would mean all tables."""
    pattern: Any = "prod-*"
    try:
        result = fleet.create(of(table_pattern=pattern))
    except ValidationError:
        assert taken() == Counter()
    else:
        assert names(result) == ["prod-orders", "prod-tmp", "prod-users"]


def test_tagged_tables_are_found_on_all_pages(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(120), team="shop")
    result = fleet.create(of(tags={"team": "shop"}))
    assert names(result) == numbered(120)
    assert aws.count("GetResources") == 3


def test_names_are_looked_for_in_each_region(fleet: Fleet) -> None:
    add_tables("orders", "users", region=ELSEWHERE)
    result = fleet.create(of("orders", regions=[REGION, ELSEWHERE]))
    assert [(outcome.table.region, outcome.table.table_name) for outcome in result.outcomes] == [
        (REGION, "orders"),
        (ELSEWHERE, "orders"),
    ]
    assert statuses(result) == {"AVAILABLE"}
    assert taken(REGION, ELSEWHERE) == once_each(["orders"]) + once_each(["orders"], ELSEWHERE)


def test_a_name_that_one_of_the_regions_lacks_fails_there_alone(
    fleet: Fleet,
) -> None:
    result = fleet.create(of("orders", regions=[REGION, ELSEWHERE]))
    here, there = result.outcomes
    assert here.record is not None
    assert isinstance(there.error, TableNotFoundError)
    assert there.error.facts.region == ELSEWHERE


def test_patterns_are_looked_for_in_each_region(aws: Simulator, fleet: Fleet) -> None:
    add_tables("prod-1")
    add_tables("prod-1", "prod-2", region=ELSEWHERE)
    result = fleet.create(of(table_pattern=["prod-*"], regions=[ELSEWHERE, REGION, ELSEWHERE]))
    assert [outcome.table for outcome in result.outcomes] == [
        TableRef(REGION, "prod-1"),
        TableRef(ELSEWHERE, "prod-1"),
        TableRef(ELSEWHERE, "prod-2"),
    ]
    assert Counter(call.region for call in aws.calls if call.api == "ListTables") == {
        REGION: 1,
        ELSEWHERE: 1,
    }


def test_an_arn_leads_to_its_region_beside_names_in_the_connections(fleet: Fleet) -> None:
    (arn,) = add_tables("users", region=ELSEWHERE)
    result = fleet.create(of("orders", arn))
    assert [outcome.record and outcome.record.table_arn for outcome in result.outcomes] == [
        arn_of("orders"),
        arn,
    ]


def test_arns_alone_leave_the_connections_region_alone(aws: Simulator, fleet: Fleet) -> None:
    arns = add_tables("users", "carts", region=ELSEWHERE)
    result = fleet.create(of(*arns))
    assert statuses(result) == {"AVAILABLE"}
    assert {call.region for call in aws.calls} == {ELSEWHERE}


@pytest.mark.parametrize(
    ("request_", "detail"),
    [
        pytest.param(
            of(table_pattern=["nowhere-*", "none"], exclude_pattern=["x*"]),
            f"table_pattern nowhere-* none, exclude_pattern x* in {REGION}",
            id="patterns",
        ),
        pytest.param(
            of(tags={"team": "nobody", "tier": "gold"}, regions=[ELSEWHERE, REGION]),
            f"tags team=nobody tier=gold in {ELSEWHERE}, {REGION}",
            id="tags in regions",
        ),
        pytest.param(
            of(tags={"team": "shop"}, table_pattern=["node-*"]),
            f"table_pattern node-*, tags team=shop in {REGION}",
            id="a tag and a pattern that fit no table together",
        ),
    ],
)
def test_no_table_that_fits_is_an_error_with_what_was_looked_for_and_where(
    aws: Simulator, fleet: Fleet, estate: list[str], request_: FleetRequest, detail: str
) -> None:
    with pytest.raises(NoTableSelectedError) as failed:
        fleet.create(request_)
    assert failed.value.facts.detail == detail
    assert failed.value.stage is Stage.TABLE
    assert aws.count("CreateBackup") == 0


def test_a_tag_with_escapes_never_reaches_the_message(fleet: Fleet) -> None:
    with pytest.raises(BackupError) as failed:
        fleet.create(of(tags={"team": "\x1b[31mred\nNo backup was needed.\u202e" + "x" * 200}))
    lines = str(failed.value).split("\n")
    assert all(line.isprintable() for line in lines)
    assert len(lines) <= 3


@pytest.mark.parametrize(
    ("api", "asked", "action"),
    [
        pytest.param("ListTables", {"table_pattern": ["*"]}, "dynamodb:ListTables", id="pattern"),
        pytest.param("GetResources", {"tags": {"team": "shop"}}, "tag:GetResources", id="tag"),
    ],
)
@pytest.mark.parametrize("region", [REGION, ELSEWHERE])
def test_a_list_of_tables_that_is_denied_is_told_with_its_action_and_region(
    aws: Simulator, fleet: Fleet, api: str, asked: dict[str, Any], action: str, region: str
) -> None:
    add_tables("users", region=ELSEWHERE, team="shop")
    add_tables("carts", team="shop")
    aws.fault(Fault(api, code="AccessDeniedException", status=400, region=region))
    with pytest.raises(AccessDeniedError) as failed:
        fleet.create(of("orders", regions=[REGION, ELSEWHERE], **asked))
    assert failed.value.facts.action == action
    assert failed.value.facts.region == region
    assert aws.count("CreateBackup") == 0


def test_three_failures_in_a_row_of_a_list_of_tables_are_survived(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(150))
    aws.fault(Fault("ListTables", first=2, times=3))
    assert names(fleet.create(of(table_pattern=["table-*"]))) == numbered(150)


def test_nothing_is_asked_of_aws_with_inputs_that_break_a_rule(
    aws: Simulator, fleet: Fleet
) -> None:
    with pytest.raises(ValidationError) as failed:
        fleet.create(FleetRequest(tables=["x"], regions=["moon-1"], timeout_seconds=1))
    assert {failure.property for failure in failed.value.failures} == {
        "tables",
        "regions",
        "timeout",
        "backup_name",
    }
    assert aws.calls == []


def test_a_region_from_the_environment_is_looked_in(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_tables("users", region=ELSEWHERE)
    monkeypatch.setenv("AWS_REGION", ELSEWHERE)
    anywhere = replace(fleet, connection=replace(fleet.connection, region=None))
    result = anywhere.create(of("users", arn_of("orders")))
    assert [outcome.table.region for outcome in result.outcomes] == [REGION, ELSEWHERE]
    assert statuses(result) == {"AVAILABLE"}


def test_no_region_anywhere_is_no_call_unless_all_tables_are_arns(
    aws: Simulator, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    # A client is kept for the life of the process: none that another test has made will do.
    unknown = replace(fleet.connection, region=None, access_key="nowhere")
    nowhere = replace(fleet, connection=unknown)
    with pytest.raises(ConfigurationError):
        nowhere.create(of("orders"))
    assert aws.calls == []
    assert statuses(nowhere.create(of(arn_of("orders")))) == {"AVAILABLE"}


# Backups that there are already


@pytest.mark.parametrize("all_or_nothing", [False, True], ids=["each", "all or nothing"])
def test_what_is_available_is_left_alone_without_a_call(
    aws: Simulator, fleet: Fleet, all_or_nothing: bool
) -> None:
    add_tables(*numbered(8))
    request = of(*numbered(8), all_or_nothing=all_or_nothing)
    first = fleet.create(request)
    aws.calls.clear()
    again = fleet.create(request, by_table(first.backups))
    assert aws.calls == []
    assert again.outcomes == first.outcomes
    assert again.elapsed_seconds == 0


def test_a_table_that_is_new_is_backed_up_and_no_other(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(8))
    first = fleet.create(of(table_pattern=["table-*"]))
    add_tables("table-new")
    aws.calls.clear()
    again = fleet.create(of(table_pattern=["table-*"]), by_table(first.backups))
    assert names(again) == [*numbered(8), "table-new"]
    assert [call.table for call in aws.calls if call.api == "CreateBackup"] == ["table-new"]
    assert set(first.outcomes) < set(again.outcomes)


@pytest.mark.parametrize("count", [3, 60])
def test_what_is_creating_is_waited_for_without_another_create_backup(
    aws: Simulator, fleet: Fleet, count: int
) -> None:
    add_tables(*numbered(count))
    aws.creating_seconds = 100
    first = fleet.create(of(*numbered(count), timeout_seconds=60))
    assert {type(error) for error in errors(first).values()} == {BackupTimeoutError}
    assert len(first.backups) == count
    aws.calls.clear()
    again = fleet.create(of(*numbered(count)), by_table(first.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert {one.backup_arn for one in again.backups} == {one.backup_arn for one in first.backups}
    assert aws.count("CreateBackup") == 0
    assert count <= 5 or aws.count("DescribeBackup") <= 5


def test_a_backup_that_was_creating_and_is_gone_is_told_and_no_other_is_taken(
    aws: Simulator, fleet: Fleet
) -> None:
    """Only a look of its own, `describe`, may forget a backup."""
    add_tables(*numbered(8))
    aws.creating_seconds = 100
    first = fleet.create(of(*numbered(8), timeout_seconds=60))
    remove(first.backups[3])
    again = fleet.create(of(*numbered(8)), by_table(first.backups))
    assert {name: type(error) for name, error in errors(again).items()} == {
        "table-003": BackupNotFoundError
    }
    assert aws.count("CreateBackup") == 8
    gone = [outcome.record is None for outcome in fleet.describe(again.backups)]
    assert gone == [number == 3 for number in range(8)]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(of(table_pattern=["table-*"]), id="its name still fits"),
        pytest.param(of(*numbered(3)), id="it is still named"),
        pytest.param(of(arn_of("table-000"), table_pattern=["table-00[12]"]), id="its ARN is"),
        pytest.param(of(tags={"team": "shop"}), id="it had the tag"),
        pytest.param(of(tags={"team": "shop"}, table_pattern=["table-*"]), id="tag and name"),
    ],
)
def test_a_table_that_has_gone_from_aws_since_stays_with_its_backup(
    aws: Simulator, fleet: Fleet, request_: FleetRequest
) -> None:
    add_tables(*numbered(3), team="shop")
    first = fleet.create(request_)
    drop_table("table-000")
    again = fleet.create(request_, by_table(first.backups))
    assert again.outcomes == first.outcomes
    assert again.dropped == []
    assert aws.count("CreateBackup") == 3


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(of(table_pattern=["table-00[12]"]), id="its name fits no more"),
        pytest.param(
            of(table_pattern=["table-*"], exclude_pattern=["*-000"]), id="it is left out now"
        ),
        pytest.param(of("table-001", "table-002"), id="it is not named any more"),
        pytest.param(of(arn_of("table-001"), "table-002"), id="nor by its ARN"),
        pytest.param(
            of(tags={"team": "shop"}, table_pattern=["table-00[12]"]), id="its tag is not enough"
        ),
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_the_backup_of_a_table_that_is_asked_for_no_more_is_dropped_and_left_alone(
    aws: Simulator, fleet: Fleet, request_: FleetRequest, exists: bool
) -> None:
    add_tables(*numbered(3), team="shop")
    first = fleet.create(of(*numbered(3)))
    known = by_table(first.backups)
    if not exists:
        drop_table("table-000")
    again = fleet.create(request_, known)
    assert names(again) == ["table-001", "table-002"]
    assert again.dropped == [known[TableRef(REGION, "table-000")]]
    assert taken() == once_each(numbered(3))
    assert aws.count("DeleteBackup") == 0


def test_a_table_whose_tag_was_taken_off_is_dropped(fleet: Fleet) -> None:
    add_tables(*numbered(3), team="shop")
    first = fleet.create(of(tags={"team": "shop"}))
    retag("table-001", team="ops")
    again = fleet.create(of(tags={"team": "shop"}), by_table(first.backups))
    assert names(again) == ["table-000", "table-002"]
    assert [backup.table_name for backup in again.dropped] == ["table-001"]


def test_a_region_that_is_looked_in_no_more_drops_its_backups(fleet: Fleet) -> None:
    add_tables("orders", region=ELSEWHERE)
    first = fleet.create(of("orders", regions=[REGION, ELSEWHERE]))
    again = fleet.create(of("orders", regions=[REGION]), by_table(first.backups))
    assert [backup.region for backup in again.dropped] == [ELSEWHERE]


# What fails, fails alone


class Deleting(Heard):
    """Deletes the backup of one table as soon as it has been started."""

    def __init__(self, table: str, delete: Callable[[str], object]) -> None:
        super().__init__()
        self._table, self._delete = table, delete

    def notice(self, text: str) -> None:
        super().notice(text)
        if f"'{self._table}' started" in text:
            self._delete(text.rpartition(" ")[2])


def test_a_fleet_of_sixty_with_seven_that_fail_has_fifty_three_backups_and_then_sixty(
    aws: Simulator, fleet: Fleet, dynamodb: DynamoDBClient, clock: StandingClock
) -> None:
    tables = numbered(60)
    add_tables(*tables[1:])
    aws.creating_seconds = 10_000
    running = dynamodb.create_backup(TableName="table-020", BackupName="somebody-elses")
    aws.calls.clear()
    aws.creating_seconds = 20
    first = itertools.count(1)
    aws.when("CreateBackup", lambda: next(first) == 1 and drop_table("table-010"))
    fault = partial(Fault, "CreateBackup", status=400)
    aws.fault(fault(table="table-030", code="LimitExceededException"))
    aws.fault(fault(table="table-040", code="AccessDeniedException"))
    aws.fault(Fault("CreateBackup", table="table-050"))
    mark_deleted = partial(aws.backup_status.__setitem__)
    deleting = Deleting("table-059", lambda arn: mark_deleted(arn, "DELETED"))
    result = replace(fleet, listener=deleting).create(of(*tables))

    assert names(result) == tables
    assert {name: type(error) for name, error in errors(result).items()} == {
        "table-000": TableNotFoundError,
        "table-010": TableNotFoundError,
        "table-020": BackupInUseError,
        "table-030": LimitExceededError,
        "table-040": AccessDeniedError,
        "table-050": AwsServiceError,
        "table-059": BackupDeletedError,
    }
    assert Counter(outcome.error is None for outcome in result.outcomes) == {True: 53, False: 7}
    assert errors(result)["table-020"].facts.backup_arn == running["BackupDetails"]["BackupArn"]
    assert Counter(call.table for call in aws.calls if call.api == "CreateBackup")["table-050"] == 4
    report = result.report().splitlines()
    assert report[0] == "53 of 60 backups are AVAILABLE (0 creating, 7 failed)."
    assert [line.split(" (")[0].strip() for line in report[1:]] == list(errors(result))

    known = by_table(result.backups)
    assert len(known) == 53
    add_tables("table-000", "table-010")
    aws.forget_faults()
    aws.calls.clear()
    clock.skip(10_000)
    again = fleet.create(of(*tables), known)
    assert statuses(again) == {"AVAILABLE"}
    assert {call.table for call in aws.calls if call.api == "CreateBackup"} == set(errors(result))
    assert aws.count("CreateBackup") == 7


def test_a_backup_that_is_gone_while_it_is_waited_for_fails_alone(
    aws: Simulator, fleet: Fleet
) -> None:
    """AWS lists no backup that is deleted, so it has to be asked about by itself."""
    add_tables(*numbered(10))
    aws.creating_seconds = 30
    deleting = Deleting("table-004", lambda arn: backend().backups.pop(arn))
    result = replace(fleet, listener=deleting).create(of(*numbered(10)))
    assert {name: type(error) for name, error in errors(result).items()} == {
        "table-004": BackupNotFoundError
    }
    assert len(result.backups) - len(errors(result)) == 9


def test_a_table_that_is_not_active_fails_alone_and_in_exact_words(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.table_status["table-004"] = "DELETING"
    aws.fault(Fault("CreateBackup", code="TableInUseException", status=400, table="table-004"))
    result = fleet.create(of(*numbered(8)))
    (error,) = errors(result).values()
    assert isinstance(error, TableNotActiveError)
    assert error.facts.status == "DELETING"
    assert aws.count("DescribeTable") == 1


def test_more_than_ten_failures_are_counted_and_ten_of_them_told(fleet: Fleet) -> None:
    add_tables(*numbered(30)[:18])
    result = fleet.create(of(*numbered(30)))
    report = result.report().splitlines()
    assert report[0] == "18 of 30 backups are AVAILABLE (0 creating, 12 failed)."
    assert [line.split()[0] for line in report[1:11]] == numbered(30)[18:28]
    assert report[11:] == ["  ... and 2 more."]
    assert len(result.failed) == 12


def test_answers_that_are_lost_mean_exactly_one_backup_of_each_table(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(12))
    aws.creating_seconds = 5
    for number, kind in enumerate(["close_after", "error_after", "malformed", "truncated"]):
        aws.fault(Fault("CreateBackup", kind=kind, times=1, table=f"table-{number:03}"))
    result = fleet.create(of(*numbered(12)))
    assert statuses(result) == {"AVAILABLE"}
    assert taken() == once_each(numbered(12))


def test_the_timeout_is_of_the_whole_operation_and_not_of_each_part(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 1000
    aws.fault(Fault("ListTables", kind="skip", seconds=50))
    result = fleet.create(of(table_pattern=["table-*"], timeout_seconds=60))
    assert {type(error) for error in errors(result).values()} == {BackupTimeoutError}
    assert result.elapsed_seconds <= 65


# All or nothing


@pytest.mark.parametrize("list_tables", ["allowed", "denied"])
@pytest.mark.parametrize("count", [3, 12])
def test_all_or_nothing_starts_nothing_unless_all_tables_exist(
    aws: Simulator, fleet: Fleet, count: int, list_tables: str
) -> None:
    add_tables(*numbered(count)[1:])
    if list_tables == "denied":
        aws.fault(Fault("ListTables", code="AccessDeniedException", status=400))
    request = of(*numbered(count), all_or_nothing=True)
    with pytest.raises(TablesMissingError) as failed:
        fleet.create(request)
    assert failed.value.facts.detail == f"missing 'table-000' ({REGION})"
    assert aws.count("CreateBackup") == 0
    assert taken() == Counter()

    add_tables("table-000")
    assert statuses(fleet.create(request)) == {"AVAILABLE"}
    assert taken() == once_each(numbered(count))


def test_all_or_nothing_looks_in_every_region(aws: Simulator, fleet: Fleet) -> None:
    add_tables("users")
    add_tables("carts", region=ELSEWHERE)
    arns = [arn_of("carts", ELSEWHERE), arn_of("gone", ELSEWHERE)]
    with pytest.raises(TablesMissingError) as failed:
        fleet.create(of("orders", "users", *arns, all_or_nothing=True))
    assert failed.value.facts.detail == f"missing '{arn_of('gone', ELSEWHERE)}' ({ELSEWHERE})"
    assert aws.count("CreateBackup") == 0


def test_all_or_nothing_tells_ten_of_the_missing_and_counts_the_rest(fleet: Fleet) -> None:
    with pytest.raises(TablesMissingError) as failed:
        fleet.create(of("orders", *numbered(13), all_or_nothing=True))
    told = [f"'{name}' ({REGION})" for name in numbered(10)]
    assert failed.value.facts.detail == f"missing {', '.join(told)} and 3 more"


def test_all_or_nothing_does_not_ask_for_tables_that_have_their_backup(fleet: Fleet) -> None:
    add_tables(*numbered(8))
    first = fleet.create(of(*numbered(8)))
    drop_table("table-003")
    again = fleet.create(of(*numbered(8), "orders", all_or_nothing=True), by_table(first.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert len(again.outcomes) == 9


def test_all_or_nothing_starts_nothing_when_the_check_itself_fails(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.fault(Fault("ListTables"))
    with pytest.raises(AwsServiceError):
        fleet.create(of(*numbered(8), all_or_nothing=True))
    assert aws.count("CreateBackup") == 0


@pytest.mark.parametrize("count", [3, 12])
def test_all_or_nothing_starts_nothing_for_a_table_of_another_account(
    fleet: Fleet, count: int
) -> None:
    """A table of the same name exists, but it is not the one whose ARN was given."""
    add_tables(*numbered(count))
    foreign = arn_of("table-000", account=STRANGER)
    with pytest.raises(BackupError):
        fleet.create(of(*numbered(count)[1:], foreign, all_or_nothing=True))
    assert taken() == Counter()


# Few and many


def test_a_few_tables_are_each_described_and_tell_their_items(
    aws: Simulator, fleet: Fleet, dynamodb: DynamoDBClient
) -> None:
    add_tables(*numbered(4))
    for number in range(3):
        dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})
    aws.calls.clear()
    result = fleet.create(of("orders", *numbered(4)))
    counts = {one.table_name: one.item_count for one in result.backups}
    assert counts == {"orders": 3, **dict.fromkeys(numbered(4), 0)}
    assert aws.count("DescribeTable") == 5
    assert aws.count("ListBackups") == aws.count("ListTables") == 0


def test_a_few_tables_fail_before_any_create_backup_of_theirs(aws: Simulator, fleet: Fleet) -> None:
    aws.table_status["table-000"] = "DELETING"
    add_tables("table-000")
    result = fleet.create(of("table-000", "table-001", "orders"))
    assert {name: type(error) for name, error in errors(result).items()} == {
        "table-000": TableNotActiveError,
        "table-001": TableNotFoundError,
    }
    assert aws.count("CreateBackup") == 1


@pytest.mark.parametrize("form", ["names", "ARNs"])
def test_many_tables_are_not_described_and_their_account_is_asked_for_once(
    aws: Simulator, fleet: Fleet, form: str
) -> None:
    arns = add_tables(*numbered(30))
    aws.creating_seconds = 10
    result = fleet.create(of(*(arns if form == "ARNs" else numbered(30))))
    assert statuses(result) == {"AVAILABLE"}
    assert aws.count("DescribeTable") == 0
    assert aws.count("GetCallerIdentity") == (1 if form == "ARNs" else 0)
    assert aws.count("CreateBackup") == 30


def test_few_left_of_many_are_described_again(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(20))
    known = by_table(fleet.create(of(*numbered(20)[:18])).backups)
    aws.calls.clear()
    fleet.create(of(*numbered(20)), known)
    assert [call.table for call in aws.calls if call.api == "DescribeTable"] == numbered(20)[18:]


@pytest.mark.parametrize("count", [3, 12])
def test_an_arn_of_another_account_is_refused_for_that_table_alone(
    fleet: Fleet, count: int
) -> None:
    own = add_tables(*numbered(count))
    foreign = arn_of("table-000", account=STRANGER)
    result = fleet.create(of(foreign, *own[1:]))
    (error,) = errors(result).values()
    assert isinstance(error, WrongTableError)
    assert result.outcomes[0].table.table_arn == foreign
    assert error.facts.detail == own[0]
    assert taken() == once_each(numbered(count)[1:])


def test_the_refusal_of_a_table_of_another_account_has_both_arns(fleet: Fleet) -> None:
    foreign = arn_of("orders", account=STRANGER)
    (error,) = errors(fleet.create(of(foreign))).values()
    assert foreign in str(error)
    assert arn_of("orders") in str(error)


def test_arns_of_two_accounts_with_the_same_name_are_two_tables(fleet: Fleet) -> None:
    """One of them can't be backed up with these credentials, and that must not go unsaid."""
    arns = [arn_of("orders"), arn_of("orders", account=STRANGER)]
    try:
        result = fleet.create(of(*arns))
    except ValidationError:
        assert taken() == Counter()
    else:
        assert [type(error) for error in errors(result).values()] == [WrongTableError]


def test_many_arns_are_described_where_sts_does_not_tell_the_account(
    aws: Simulator, fleet: Fleet
) -> None:
    arns = add_tables(*numbered(12))
    aws.limits = dict(AWS_LIMITS)
    aws.fault(Fault("GetCallerIdentity", code="AccessDenied", status=403))
    result = fleet.create(of(*arns[:8], *numbered(12)[8:]))
    assert statuses(result) == {"AVAILABLE"}
    described = sorted(call.table for call in aws.calls if call.api == "DescribeTable")
    assert described == numbered(12)[:8]
    assert aws.count("GetCallerIdentity") == 1
    assert {call.outcome for call in aws.calls} == {"OK", "AccessDenied"}


# Cancelled


@dataclass
class Cancelling:
    """A fleet on a scheduler of its own, which a test can cancel."""

    fleet: Fleet
    scheduler: Scheduler

    def at_call(
        self, aws: Simulator, api: str, number: int, again_after: Sequence[float] = ()
    ) -> None:
        """Cancel when the call of that number arrives, and so many seconds later once more."""
        seen = itertools.count(1)

        def act() -> None:
            if next(seen) == number:
                self.scheduler.cancel_all()
                for seconds in again_after:
                    threading.Timer(seconds, self.scheduler.cancel_all).start()

        aws.when(api, act)


@pytest.fixture
def cancelling(fleet: Fleet) -> Cancelling:
    scheduler = Scheduler()
    return Cancelling(replace(fleet, scheduler=scheduler), scheduler)


def assert_told(result: FleetResult, tables: list[str]) -> None:
    """Every backup that was started is in the outcomes, and of the others it is said."""
    assert names(result) == tables
    started = {backup.arn: backup.table.name for backup in backend().backups.values()}
    assert {one.backup_arn: one.table_name for one in result.backups} == started
    for name, error in errors(result).items():
        begun = name in started.values()
        assert isinstance(error, BackupCancelledError if begun else StartCancelledError)
        assert ("No backup was started." in str(error)) is not begun
    assert set(errors(result)) == set(tables)


@pytest.mark.parametrize("at", [1, 30, 60])
def test_a_cancel_in_mid_flight_keeps_every_arn_and_the_next_create_finishes(
    aws: Simulator, cancelling: Cancelling, at: int
) -> None:
    tables = add_tables(*numbered(60)) and numbered(60)
    aws.creating_seconds = 1000
    cancelling.at_call(aws, "CreateBackup", at)
    result = cancelling.fleet.create(of(*tables))
    assert_told(result, tables)
    assert len(result.backups) == at
    aws.available_in(10)
    aws.creating_seconds = 10
    assert result.report().splitlines() == [
        f"0 of 60 backups are AVAILABLE ({at} creating, {60 - at} failed).",
        f"Cancelled: {at} backups go on in AWS, {60 - at} were not started.",
    ]
    again = cancelling.fleet.create(of(*tables), by_table(result.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert taken() == once_each(tables)


def test_a_cancel_while_all_are_creating_keeps_every_arn(
    aws: Simulator, cancelling: Cancelling
) -> None:
    tables = add_tables(*numbered(60)) and numbered(60)
    aws.creating_seconds = 1000
    cancelling.at_call(aws, "ListBackups", 20)
    result = cancelling.fleet.create(of(*tables))
    assert_told(result, tables)
    assert len(result.backups) == 60


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"table_pattern": ["*"]}, id="a pattern"),
        pytest.param({"all_or_nothing": True}, id="all or nothing"),
    ],
)
def test_a_cancel_before_the_tables_are_known_starts_nothing_and_says_so(
    aws: Simulator, cancelling: Cancelling, asked: dict[str, Any]
) -> None:
    cancelling.at_call(aws, "ListTables", 1)
    with pytest.raises(StartCancelledError):
        cancelling.fleet.create(of("orders", **asked))
    assert aws.count("CreateBackup") == 0


@pytest.mark.parametrize(
    "again_after",
    [
        pytest.param([], id="once"),
        pytest.param([0.0], id="twice at once"),
        pytest.param([0.05], id="again while the answers are awaited"),
    ],
)
def test_a_cancel_with_many_create_backup_under_way_waits_for_their_answers(
    aws: Simulator, connection: Connection, again_after: list[float]
) -> None:
    """By the machine's own clock: on the simulated one, one call ends before the next begins."""
    tables = add_tables(*numbered(40)) and numbered(40)
    aws.monotonic = time.monotonic
    aws.creating_seconds = 1000
    aws.fault(Fault("CreateBackup", kind="delay", seconds=0.2))
    scheduler = Scheduler()
    cancelling = Cancelling(Fleet(connection, scheduler=scheduler), scheduler)
    cancelling.at_call(aws, "CreateBackup", 20, again_after)
    result = cancelling.fleet.create(of(*tables))
    assert_told(result, tables)
    assert len(result.backups) >= 20
    aws.forget_faults()
    aws.finish_backups()
    again = cancelling.fleet.create(of(*tables), by_table(result.backups))
    assert statuses(again) == {"AVAILABLE"}
    assert taken() == once_each(tables)


async def cancelled_at(
    turn: int, again: int | None, aws: InMemory, tables: list[str]
) -> tuple[bool, list[TableOutcome]]:
    """Whether it had ended by that turn of the loop, and the outcomes."""
    clock, memory = StandingClock(), cast(Any, aws)
    account = Account(memory, clock)

    def task(table: str) -> Task:
        request = BackupRequest(table, backup_name="nightly-1")
        run = Run(account, table, Stage.TABLE)
        return Task(TableRef(REGION, table), run, lambda run: operation.take_backup(request, run))

    tasks = [task(table) for table in tables]
    under_way = asyncio.ensure_future(carry_out_all(tasks, clock, lambda _: None))
    for _ in range(turn):
        await asyncio.sleep(0)
    ended = under_way.done()
    under_way.cancel()
    for _ in range(again or 0):
        await asyncio.sleep(0)
    if again is not None:
        under_way.cancel()
    return ended, await under_way


@pytest.mark.parametrize("again", [None, 0, 1, 2, 5], ids=lambda turns: f"again {turns}")
def test_a_cancel_at_any_turn_of_the_loop_loses_no_backup(again: int | None) -> None:
    for turn in itertools.count(1):
        aws = InMemory(6)
        ended, outcomes = asyncio.run(cancelled_at(turn, again, aws, aws.tables))
        assert [outcome.table.table_name for outcome in outcomes] == aws.tables
        told = [outcome.backup.backup_arn for outcome in outcomes if outcome.backup]
        assert sorted(told) == sorted(aws.backups)
        if ended:
            assert turn > 50
            return


def test_a_cancel_while_backups_are_deleted_is_told_of_each(
    aws: Simulator, cancelling: Cancelling
) -> None:
    add_tables(*numbered(12))
    arns = [one.backup_arn for one in cancelling.fleet.create(of(*numbered(12))).backups]
    cancelling.at_call(aws, "DeleteBackup", 4)
    outcomes = cancelling.fleet.delete(arns)
    assert [outcome.table.table_name for outcome in outcomes] == numbered(12)
    kinds = Counter(type(outcome.error) for outcome in outcomes)
    assert set(kinds) == {type(None), LookupCancelledError}
    assert kinds[LookupCancelledError] >= 8
    deleted = {outcome.table.table_name for outcome in outcomes if outcome.error is None}
    assert deleted.isdisjoint(table for _, table in taken())


# How AWS is asked


def own_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("ddb-")}


def test_three_hundred_tables_take_what_awss_rates_allow_and_no_call_more(
    aws: Simulator,
    fleet: Fleet,
) -> None:
    before = own_threads()
    add_tables(*numbered(300))
    aws.limits = dict(AWS_LIMITS)
    aws.creating_seconds = 10
    result = replace(fleet, scheduler=Scheduler()).create(of(table_pattern=["table-*"]))
    assert names(result) == numbered(300)
    assert statuses(result) == {"AVAILABLE"}
    assert {call.outcome for call in aws.calls} == {"OK"}
    assert aws.count("ListTables") == 4
    assert aws.count("CreateBackup") == 300
    assert aws.count("DescribeTable") == 0
    assert aws.count("DescribeBackup") <= 10
    assert aws.count("ListBackups") <= 3 * (result.elapsed_seconds + 1)
    assert 299 / 50 + 10 <= result.elapsed_seconds <= 300 / 50 + 10 + 5
    assert len(own_threads() - before) <= CALL_THREADS + 1


def test_each_region_has_its_own_rate(aws: Simulator, fleet: Fleet) -> None:
    for region in (REGION, ELSEWHERE):
        add_tables(*numbered(100), region=region)
    aws.limits = dict(AWS_LIMITS)
    result = fleet.create(of(table_pattern=["table-*"], regions=[REGION, ELSEWHERE]))
    assert statuses(result) == {"AVAILABLE"}
    assert {call.outcome for call in aws.calls} == {"OK"}
    assert result.elapsed_seconds <= 100 / 50 + 3


def test_two_fleets_at_once_share_one_rate(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(120))
    aws.limits = dict(AWS_LIMITS)
    aws.creating_seconds = 5
    with ThreadPoolExecutor(2) as callers:
        requests = [of(*numbered(120)[:60]), of(*numbered(120)[60:])]
        results = list(callers.map(fleet.create, requests))
    assert [statuses(result) for result in results] == [{"AVAILABLE"}] * 2
    assert {call.outcome for call in aws.calls} == {"OK"}
    assert taken() == once_each(numbered(120))


def test_a_rate_of_half_of_ours_is_found_and_all_get_through(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(200))
    aws.limits = {"CreateBackup": 25}
    aws.creating_seconds = 5
    result = fleet.create(of(table_pattern=["table-*"]))
    assert statuses(result) == {"AVAILABLE"}
    assert taken() == once_each(numbered(200))
    assert outcomes_of(aws, "CreateBackup")[THROTTLED] <= 50
    last = [call.outcome for call in aws.calls if call.api == "CreateBackup"][-50:]
    assert last.count(THROTTLED) <= 5
    assert result.elapsed_seconds <= 200 / 25 + 5 + 3


def test_the_rate_recovers_once_aws_throttles_no_more(aws: Simulator, fleet: Fleet) -> None:
    add_tables(*numbered(250))
    aws.limits = {"CreateBackup": 10}
    aws.creating_seconds = 5
    counted = itertools.count(1)
    aws.when("CreateBackup", lambda: next(counted) == 60 and aws.limits.popitem())
    result = fleet.create(of(table_pattern=["table-*"]))
    assert statuses(result) == {"AVAILABLE"}
    times = [call.at for call in aws.calls if call.api == "CreateBackup"]
    throttled = [call.at for call in aws.calls if call.outcome == THROTTLED]
    assert 0 < len(throttled) < 60
    assert min(later - sooner for sooner, later in itertools.pairwise(times[30:60])) > 1 / 50
    last = times[-20:]
    assert last[-1] - last[0] == pytest.approx(19 / 50, rel=0.1)


def test_throttling_that_never_ends_is_told_of_each_table_at_the_timeout(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(8))
    aws.fault(Fault("CreateBackup", code=THROTTLED, status=400))
    result = fleet.create(of(*numbered(8), timeout_seconds=60))
    assert {type(error) for error in errors(result).values()} == {ThrottledError}
    assert result.elapsed_seconds <= 61
    assert taken() == Counter()


def test_many_that_may_not_be_listed_are_polled_one_by_one_within_the_rate(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(40))
    aws.limits = dict(AWS_LIMITS)
    aws.creating_seconds = 10
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400))
    result = fleet.create(of(*numbered(40)))
    assert statuses(result) == {"AVAILABLE"}
    assert aws.count("ListBackups") == 1
    assert outcomes_of(aws, "DescribeBackup") == {"OK": aws.count("DescribeBackup")}
    assert aws.count("DescribeBackup") >= 40


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param({}, id="well"),
        pytest.param({"code": "AccessDeniedException", "status": 400}, id="with errors"),
        pytest.param({"code": THROTTLED, "status": 400}, id="at the timeout"),
    ],
)
def test_after_a_fleet_a_single_backup_is_taken_as_if_there_had_been_none(
    aws: Simulator, fleet: Fleet, backups: Backups, ends: dict[str, Any]
) -> None:
    add_tables(*numbered(12))
    if ends:
        aws.fault(Fault("CreateBackup", **ends))
    fleet.create(of(*numbered(12), timeout_seconds=60))
    aws.forget_faults()
    aws.calls.clear()
    backups.create(BackupRequest("orders", backup_name="orders-1"))
    assert [call.api for call in aws.calls] == ["DescribeTable", "CreateBackup", "DescribeBackup"]


def test_after_a_cancelled_fleet_too(
    aws: Simulator, cancelling: Cancelling, backups: Backups
) -> None:
    add_tables(*numbered(12))
    aws.creating_seconds = 100
    cancelling.at_call(aws, "CreateBackup", 5)
    cancelling.fleet.create(of(*numbered(12)))
    aws.creating_seconds = 0
    aws.calls.clear()
    single = replace(backups, scheduler=cancelling.scheduler)
    single.create(BackupRequest("orders", backup_name="orders-1"))
    assert [call.api for call in aws.calls] == ["DescribeTable", "CreateBackup", "DescribeBackup"]


# Looking at many, and deleting them


@pytest.fixture
def twelve(aws: Simulator, fleet: Fleet) -> list[BackupRecord]:
    """Backups of twelve tables, in no order."""
    add_tables(*numbered(12))
    made = fleet.create(of(*numbered(12))).backups
    aws.calls.clear()
    return made[::-2] + made[::2]


def remove(backup: BackupRecord) -> None:
    backend(backup.region).backups.pop(backup.backup_arn)


def tables_of(backups: list[BackupRecord]) -> list[TableRef]:
    return [TableRef(one.region, one.table_name) for one in backups]


def test_many_backups_are_looked_at_by_one_list_and_told_in_the_given_order(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: Told
) -> None:
    outcomes = fleet.describe(twelve)
    assert [outcome.table for outcome in outcomes] == tables_of(twelve)
    assert [outcome.record and outcome.record.backup_arn for outcome in outcomes] == [
        one.backup_arn for one in twelve
    ]
    assert Counter(call.api for call in aws.calls) == {"ListBackups": 1}
    assert told.steps[-1].line == "12/12 looked up, 0 failed, 00:00 elapsed"


def test_each_region_is_listed_by_itself(aws: Simulator, fleet: Fleet) -> None:
    for region, count in ((REGION, 8), (ELSEWHERE, 4)):
        add_tables(*numbered(count), region=region)
    made = fleet.create(of(table_pattern=["table-*"], regions=[REGION, ELSEWHERE])).backups
    aws.calls.clear()
    outcomes = fleet.describe(made)
    assert all(outcome.record is not None for outcome in outcomes)
    assert Counter((call.api, call.region) for call in aws.calls) == {
        ("ListBackups", REGION): 1,
        ("DescribeBackup", ELSEWHERE): 4,
    }


def test_a_few_backups_are_looked_at_one_by_one(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord]
) -> None:
    outcomes = fleet.describe(twelve[:5])
    assert all(outcome.record and outcome.record.item_count == 0 for outcome in outcomes)
    assert Counter(call.api for call in aws.calls) == {"DescribeBackup": 5}


@pytest.mark.parametrize("count", [3, 12])
def test_a_backup_that_is_gone_is_neither_record_nor_error(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], count: int
) -> None:
    remove(twelve[1])
    outcomes = fleet.describe(twelve[:count])
    gone = [outcome for outcome in outcomes if outcome.record is None]
    assert [outcome.table for outcome in gone] == tables_of(twelve[1:2])
    assert [outcome.error for outcome in outcomes] == [None] * count
    assert aws.count("DescribeBackup") == (1 if count > 5 else count)


@pytest.mark.parametrize("count", [3, 12])
def test_a_backup_that_aws_says_is_deleted_is_gone(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], count: int
) -> None:
    aws.backup_status[twelve[1].backup_arn] = "DELETED"
    outcomes = fleet.describe(twelve[:count])
    assert [outcome.record is None for outcome in outcomes] == [
        number == 1 for number in range(count)
    ]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"code": "AccessDeniedException", "status": 400}, id="denied"),
        pytest.param({}, id="AWS's own errors"),
    ],
)
def test_many_backups_that_can_not_be_listed_are_looked_at_one_by_one(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], fault: dict[str, Any]
) -> None:
    aws.limits = dict(AWS_LIMITS)
    aws.fault(Fault("ListBackups", **fault))
    remove(twelve[0])
    outcomes = fleet.describe(twelve)
    assert [outcome.record is None for outcome in outcomes] == [True] + [False] * 11
    assert [outcome.error for outcome in outcomes] == [None] * 12
    assert aws.count("DescribeBackup") == 12
    assert THROTTLED not in {call.outcome for call in aws.calls}


@pytest.mark.parametrize("count", [3, 12])
def test_backups_of_another_account_are_not_taken_for_gone(
    fleet: Fleet, twelve: list[BackupRecord], count: int
) -> None:
    theirs = [
        replace(one, backup_arn=one.backup_arn.replace(ACCOUNT, STRANGER)) for one in twelve[:count]
    ]
    outcomes = fleet.describe([*theirs, twelve[0]])
    assert {type(outcome.error) for outcome in outcomes[:-1]} == {WrongAccountError}
    assert outcomes[-1].record is not None


def test_a_look_that_is_denied_for_one_fails_for_one(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord]
) -> None:
    fault = partial(Fault, code="AccessDeniedException", status=400)
    aws.fault(fault("ListBackups"))
    aws.fault(fault("DescribeBackup", table=twelve[3].table_name))
    outcomes = fleet.describe(twelve)
    assert [isinstance(outcome.error, AccessDeniedError) for outcome in outcomes] == [
        number == 3 for number in range(12)
    ]
    assert sum(outcome.record is not None for outcome in outcomes) == 11


def test_many_are_deleted_and_told_in_the_given_order(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: Told
) -> None:
    told.steps.clear()
    outcomes = fleet.delete([one.backup_arn for one in twelve])
    assert [outcome.table for outcome in outcomes] == tables_of(twelve)
    assert [(outcome.record, outcome.error) for outcome in outcomes] == [(None, None)] * 12
    assert taken() == Counter()
    assert Counter(call.api for call in aws.calls) == {"DeleteBackup": 12}
    assert told.steps[-1].line.startswith("12/12 deleted, 0 failed, ")


def test_what_is_in_use_is_deleted_later_and_what_is_gone_already_is_no_error(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 100
    slow = dynamodb.create_backup(TableName="orders", BackupName="slow")["BackupDetails"]
    remove(twelve[0])
    arns = [slow["BackupArn"], *(one.backup_arn for one in twelve)]
    outcomes = fleet.delete(arns)
    assert [outcome.error for outcome in outcomes] == [None] * 13
    assert taken() == Counter()
    assert outcomes_of(aws, "DeleteBackup")["BackupInUseException"] > 2


def test_what_may_not_be_deleted_is_told_of_each_alone(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], told: Told
) -> None:
    told.steps.clear()
    denied = twelve[4]
    theirs = twelve[5].backup_arn.replace(ACCOUNT, STRANGER)
    aws.fault(
        Fault("DeleteBackup", code="AccessDeniedException", status=400, table=denied.table_name)
    )
    arns = [one.backup_arn for one in twelve[:5]] + [theirs]
    outcomes = fleet.delete(arns)
    assert [type(outcome.error) for outcome in outcomes] == [type(None)] * 4 + [
        AccessDeniedError,
        WrongAccountError,
    ]
    assert [outcome.error.facts.backup_arn for outcome in outcomes if outcome.error] == arns[4:]
    assert (told.steps[-1].done, told.steps[-1].failed) == (4, 2)


@pytest.mark.parametrize("arn", ["", "orders", arn_of("orders")])
def test_what_is_no_backup_arn_is_refused_without_a_call(
    aws: Simulator, fleet: Fleet, twelve: list[BackupRecord], arn: str
) -> None:
    with pytest.raises(ValidationError):
        fleet.delete([twelve[0].backup_arn, arn])
    with pytest.raises(ValidationError):
        fleet.describe([twelve[0], replace(twelve[1], backup_arn=arn)])
    assert aws.calls == []


def test_nothing_to_look_at_and_nothing_to_delete_is_no_call(aws: Simulator, fleet: Fleet) -> None:
    assert fleet.describe([]) == []
    assert fleet.delete([]) == []
    assert aws.calls == []


# Names


def test_a_template_is_filled_in_for_each_table(fleet: Fleet, clock: StandingClock) -> None:
    add_tables("users")
    now = clock.now().strftime("%Y%m%dT%H%M%SZ")
    request = FleetRequest(tables=["orders", "users"], backup_name="{table}-final-{timestamp}")
    assert [one.backup_name for one in fleet.create(request).backups] == [
        f"orders-final-{now}",
        f"users-final-{now}",
    ]


def test_a_long_table_name_is_cut_to_fit(fleet: Fleet) -> None:
    add_tables("t" * 255)
    request = FleetRequest(tables=["t" * 255], backup_name="{table}-final")
    (backup,) = fleet.create(request).backups
    assert backup.backup_name == "t" * 249 + "-final"


def test_a_template_that_names_a_long_table_twice_still_fits(fleet: Fleet) -> None:
    add_tables("t" * 200)
    request = FleetRequest(tables=["t" * 200], backup_name="{table}-of-{table}")
    result = fleet.create(request)
    assert errors(result) == {}
    assert len(result.backups[0].backup_name) <= 255


WHO = {"urn": "urn:pulumi:prod::shop::backup-set", "triggers": {"release": 42}}


def test_what_a_crashed_run_has_started_is_taken_over_of_each_table(
    aws: Simulator, fleet: Fleet, heard: Heard
) -> None:
    """A run that was killed leaves nothing but its backups, and who asked for them in their names."""
    add_tables(*numbered(8))
    aws.creating_seconds = 100
    request = of(*numbered(8), identity=WHO)
    crashed = fleet.create(replace(request, timeout_seconds=60))
    heard.notices.clear()
    result = fleet.create(request)
    assert statuses(result) == {"AVAILABLE"}
    assert {one.backup_arn for one in result.backups} == {one.backup_arn for one in crashed.backups}
    assert taken() == once_each(numbered(8))
    assert len([text for text in heard.notices if "it is taken over" in text]) == 8


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"identity": {**WHO, "triggers": {"release": 43}}}, id="another trigger"),
        pytest.param({"identity": None}, id="nobody in particular"),
        pytest.param({"identity": WHO, "backup_name_prefix": "hourly-"}, id="another prefix"),
        pytest.param(
            {"identity": WHO, "backup_name_prefix": None, "backup_name": "{table}-1"},
            id="a given name",
        ),
    ],
)
def test_no_other_running_backup_is_ever_taken_over(
    aws: Simulator, fleet: Fleet, other: dict[str, Any]
) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 100
    crashed = fleet.create(of(*numbered(8), identity=WHO, timeout_seconds=60))
    result = fleet.create(of(*numbered(8), **other))
    assert {type(error) for error in errors(result).values()} == {BackupInUseError}
    assert result.backups == []
    assert {name: error.facts.backup_arn for name, error in errors(result).items()} == {
        one.table_name: one.backup_arn for one in crashed.backups
    }


def test_the_same_table_name_in_two_regions_is_two_tables_to_the_names(fleet: Fleet) -> None:
    add_tables("orders", region=ELSEWHERE)
    result = fleet.create(of("orders", regions=[REGION, ELSEWHERE], identity=WHO))
    here, there = (one.backup_name for one in result.backups)
    assert here != there


# Progress


def test_progress_never_goes_back_and_ends_with_the_totals(
    aws: Simulator, fleet: Fleet, told: Told
) -> None:
    add_tables(*numbered(70)[3:])
    aws.limits = dict(AWS_LIMITS)
    aws.creating_seconds = 10
    known = by_table(fleet.create(of(*numbered(70)[60:])).backups)
    told.steps.clear()
    result = fleet.create(of(*numbered(70)), known)
    steps = told.steps
    assert len(steps) > 3
    assert {step.total for step in steps} == {70}
    assert steps[0].done == 10
    for sooner, later in itertools.pairwise(steps):
        assert later.done >= sooner.done
        assert later.failed >= sooner.failed
        assert later.elapsed_seconds >= sooner.elapsed_seconds
    assert all(step.done + step.under_way + step.failed <= 70 for step in steps)
    assert max(step.under_way for step in steps) > 50
    assert (steps[-1].done, steps[-1].under_way, steps[-1].failed) == (67, 0, 3)
    assert (result.progress.done, result.progress.failed) == (67, 3)
    moments = [step.elapsed_seconds for step in steps]
    assert all(later - sooner <= 5.1 for sooner, later in itertools.pairwise(moments))


def test_progress_at_a_timeout_ends_with_what_goes_on(
    aws: Simulator, fleet: Fleet, told: Told
) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 1000
    result = fleet.create(of(*numbered(8), timeout_seconds=60))
    assert told.steps[-1] == replace(
        result.progress, elapsed_seconds=told.steps[-1].elapsed_seconds
    )
    assert (result.progress.done, result.progress.under_way, result.progress.failed) == (0, 8, 0)


def test_the_listener_is_told_of_each_table(aws: Simulator, fleet: Fleet, heard: Heard) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 5
    result = fleet.create(of(*numbered(8)))
    assert set(heard.notices) == {
        f"Backup '{one.backup_name}' of table '{one.table_name}' started: {one.backup_arn}"
        for one in result.backups
    }


@pytest.mark.parametrize("count", [3, 12])
def test_whoever_listens_and_fails_loses_no_backup(
    aws: Simulator, fleet: Fleet, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    def failing(_progress: FleetProgress) -> None:
        raise RuntimeError("the terminal is gone")

    add_tables(*numbered(count))
    aws.creating_seconds = 10
    deaf = replace(fleet, on_progress=failing)
    with caplog.at_level(logging.WARNING):
        result = deaf.create(of(*numbered(count)))
        assert statuses(result) == {"AVAILABLE"}
        assert [outcome.error for outcome in deaf.describe(result.backups)] == [None] * count
        deleted = deaf.delete([one.backup_arn for one in result.backups])
    assert [outcome.error for outcome in deleted] == [None] * count
    assert taken() == Counter()


# Memory


def peak_bytes(count: int) -> int:
    """What a fleet of that many tables needs at its peak, all backups CREATING at once."""
    aws: Any = InMemory(count)
    fleet = Fleet(Connection(region=REGION), clock=StandingClock(), connect=lambda _: aws)
    tracemalloc.start()
    try:
        result = fleet.create(of(table_pattern=["table-*"]))
        assert len(result.backups) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_grows_by_at_most_twenty_kilobytes_a_table_and_threads_not_at_all() -> None:
    small = peak_bytes(100)
    before = own_threads()
    large = peak_bytes(600)
    assert (large - small) / 500 <= 20_000
    assert own_threads() <= before
