"""How AWS is asked about a fleet: by which calls, how fast, and under which names of backups."""

from __future__ import annotations

import itertools
import sys
import threading
import tracemalloc
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    BackupInUseError,
    Connection,
    Fleet,
    FleetRequest,
    TableNotActiveError,
    TableNotFoundError,
    ThrottledError,
    ValidationError,
    WrongTableError,
)
from pulumi_ddb_backup.aws.calls.network import CALL_THREADS
from pulumi_ddb_backup.aws.fleet.records import by_table
from pulumi_ddb_backup.aws.running.scheduler import Scheduler
from tests.aws.conftest import REGION, Heard
from tests.aws.fleet_tables import (
    ELSEWHERE,
    STRANGER,
    THROTTLED,
    InMemory,
    add_tables,
    arn_of,
    at_call,
    denied,
    errors,
    kinds,
    names,
    numbered,
    of,
    once_each,
    outcomes_of,
    statuses,
    tables_in_calls,
    taken,
)
from tests.aws.simulator import AWS_LIMITS, Fault, Simulator
from tests.clock import StandingClock

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
    assert kinds(result) == {"table-000": TableNotActiveError, "table-001": TableNotFoundError}
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
    assert tables_in_calls(aws, "DescribeTable") == numbered(20)[18:]


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
    with pytest.raises(ValidationError):
        fleet.create(of(*arns))
    assert taken() == Counter()


def test_many_arns_are_described_where_sts_does_not_tell_the_account(
    aws: Simulator, fleet: Fleet
) -> None:
    arns = add_tables(*numbered(12))
    aws.limits = dict(AWS_LIMITS)
    aws.fault(Fault("GetCallerIdentity", code="AccessDenied", status=403))
    result = fleet.create(of(*arns))
    assert statuses(result) == {"AVAILABLE"}
    described = tables_in_calls(aws, "DescribeTable")  # until the first answer tells the account
    assert 1 <= len(described) <= 12
    assert aws.count("GetCallerIdentity") == 1
    assert {call.outcome for call in aws.calls} == {"OK", "AccessDenied"}


# How AWS is asked


def own_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("ddb-")}


def test_three_hundred_tables_take_what_awss_rates_allow_and_no_call_more(
    aws: Simulator, fleet: Fleet
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
    at_call(aws, "CreateBackup", 60, aws.limits.clear)
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
    assert set(kinds(result).values()) == {ThrottledError}
    assert result.elapsed_seconds <= 61
    assert taken() == Counter()


def test_many_that_may_not_be_listed_are_polled_one_by_one_within_the_rate(
    aws: Simulator, fleet: Fleet
) -> None:
    add_tables(*numbered(40))
    aws.limits = dict(AWS_LIMITS)
    aws.creating_seconds = 10
    aws.fault(denied("ListBackups"))
    result = fleet.create(of(*numbered(40)))
    assert statuses(result) == {"AVAILABLE"}
    assert aws.count("ListBackups") == 1
    assert outcomes_of(aws, "DescribeBackup") == {"OK": aws.count("DescribeBackup")}
    assert aws.count("DescribeBackup") >= 40


# Names of backups


def test_a_template_is_filled_in_for_each_table(fleet: Fleet) -> None:
    add_tables("users")
    now = fleet.clock.now().strftime("%Y%m%dT%H%M%SZ")
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


# Taking over


WHO = {"urn": "urn:pulumi:prod::shop::backup-set"}
ASKED = {"triggers": {"release": 42}}


def test_what_a_crashed_run_has_started_is_taken_over_of_each_table(
    aws: Simulator, fleet: Fleet, heard: Heard
) -> None:
    """A run that was killed leaves nothing but its backups, and who asked for them in their names."""
    add_tables(*numbered(8))
    aws.creating_seconds = 100
    request = of(*numbered(8), owner=WHO, asked=ASKED)
    crashed = fleet.create(replace(request, timeout_seconds=60))
    heard.notices.clear()
    result = fleet.create(request)
    assert statuses(result) == {"AVAILABLE"}
    assert {one.backup_arn for one in result.backups} == {one.backup_arn for one in crashed.backups}
    assert taken() == once_each(numbered(8))
    assert len([text for text in heard.notices if "going on with it" in text]) == 8


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"owner": WHO, "asked": {"triggers": {"release": 43}}}, id="another trigger"),
        pytest.param({"owner": None, "asked": ASKED}, id="nobody in particular"),
        pytest.param(
            {"owner": WHO, "asked": ASKED, "backup_name_prefix": "hourly-"}, id="another prefix"
        ),
        pytest.param(
            {
                "owner": WHO,
                "asked": ASKED,
                "backup_name_prefix": None,
                "backup_name": "{table}-1",
            },
            id="a given name",
        ),
    ],
)
def test_no_other_running_backup_is_ever_taken_over(
    aws: Simulator, fleet: Fleet, other: dict[str, Any]
) -> None:
    add_tables(*numbered(8))
    aws.creating_seconds = 100
    crashed = fleet.create(of(*numbered(8), owner=WHO, asked=ASKED, timeout_seconds=60))
    result = fleet.create(of(*numbered(8), **other))
    assert set(kinds(result).values()) == {BackupInUseError}
    assert result.backups == []
    assert {name: error.facts.backup_arn for name, error in errors(result).items()} == {
        one.table_name: one.backup_arn for one in crashed.backups
    }


def test_the_same_table_name_in_two_regions_is_two_tables_to_the_names(fleet: Fleet) -> None:
    add_tables("orders", region=ELSEWHERE)
    result = fleet.create(of("orders", regions=[REGION, ELSEWHERE], owner=WHO, asked=ASKED))
    here, there = (one.backup_name for one in result.backups)
    assert here != there


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
    # On Python 3.10, each frame of a coroutine that waits is an object of its own.
    most = 20_000 if sys.version_info >= (3, 11) else 25_000
    assert (large - small) / 500 <= most
    assert own_threads() <= before
