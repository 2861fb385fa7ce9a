"""What goes wrong between here and AWS: how often a call is sent, and what exists afterwards."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws import (
    AwsConnectionError,
    AwsServiceError,
    BackupCancelledError,
    BackupDeletedError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    BackupRequest,
    Backups,
    BackupTimeoutError,
    Connection,
    CredentialsError,
    LimitExceededError,
    RejectedError,
    StartCancelledError,
    TableNotFoundError,
    ThrottledError,
    UnexpectedStatusError,
)
from pulumi_ddb_backup.aws.running.scheduler import Scheduler, shared_scheduler
from tests.aws.conftest import Heard, TimedDynamoDB, client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.clock import SimulatedClock, StandingClock

ORDERS = BackupRequest("orders", backup_name="orders-1")
MINE = BackupRequest("orders", backup_name_prefix="orders-", identity="0123abcd")


def names(dynamodb: DynamoDBClient) -> list[str]:
    summaries = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    return [summary["BackupName"] for summary in summaries]


# Errors of AWS's that pass


@pytest.mark.parametrize("api", ["DescribeTable", "CreateBackup", "DescribeBackup"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "error"}, id="InternalServerError"),
        pytest.param(
            {"kind": "error", "code": "ServiceUnavailable", "status": 503}, id="an unknown 5xx"
        ),
        pytest.param({"kind": "close_before"}, id="connection closed"),
        pytest.param({"kind": "malformed"}, id="malformed answer"),
        pytest.param({"kind": "truncated"}, id="truncated answer"),
    ],
)
def test_three_failures_in_a_row_are_survived_with_one_backup(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    api: str,
    fault: dict[str, Any],
) -> None:
    aws.fault(Fault(api, **fault, times=3))
    record = backups.create(ORDERS)
    assert record.backup_status == "AVAILABLE"
    assert names(dynamodb) == ["orders-1"]


@pytest.mark.parametrize(
    ("kind", "error"), [("error", AwsServiceError), ("close_before", AwsConnectionError)]
)
@pytest.mark.parametrize("api", ["DescribeTable", "DescribeBackup"])
def test_four_failures_in_a_row_end_it(
    aws: Simulator, backups: Backups, api: str, kind: str, error: type[BackupError]
) -> None:
    aws.fault(Fault(api, kind=kind))
    with pytest.raises(error) as failed:
        backups.create(ORDERS)
    assert aws.count(api) == 4
    assert (failed.value.unfinished is not None) is (api == "DescribeBackup")


def test_botocore_sends_nothing_again_by_itself(aws: Simulator, backups: Backups) -> None:
    aws.fault(Fault("DescribeTable", code="ProvisionedThroughputExceededException", times=1))
    backups.create(ORDERS)
    assert aws.count("DescribeTable") == 2


@pytest.mark.parametrize("api", ["DescribeTable", "CreateBackup", "DescribeBackup"])
def test_throttling_is_outlasted(aws: Simulator, backups: Backups, api: str) -> None:
    aws.fault(Fault(api, code="ThrottlingException", status=400, times=10))
    assert backups.create(ORDERS).backup_status == "AVAILABLE"
    assert aws.count(api) == 11


def test_throttling_until_the_timeout_starts_nothing_and_says_so(
    aws: Simulator, backups: Backups, clock: SimulatedClock
) -> None:
    aws.fault(Fault("CreateBackup", code="ThrottlingException", status=400))
    began = clock.monotonic()
    with pytest.raises(ThrottledError) as failed:
        backups.create(replace(ORDERS, timeout_seconds=60))
    assert clock.monotonic() - began == pytest.approx(60)
    assert "No backup was started." in str(failed.value)


def test_polls_that_are_throttled_until_the_timeout_are_late_polls(
    aws: Simulator, backups: Backups
) -> None:
    aws.creating_seconds = 1000
    aws.fault(Fault("DescribeBackup", code="ThrottlingException", status=400))
    with pytest.raises(BackupTimeoutError) as failed:
        backups.create(replace(ORDERS, timeout_seconds=60))
    assert failed.value.unfinished is not None


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("LimitExceededException", LimitExceededError),
        ("BackupInUseException", BackupInUseError),
        ("NoveltyException", RejectedError),
        ("ExpiredTokenException", CredentialsError),
    ],
)
def test_what_would_fail_again_is_not_sent_again(
    aws: Simulator, backups: Backups, code: str, error: type[BackupError]
) -> None:
    aws.fault(Fault("CreateBackup", code=code, status=400))
    with pytest.raises(error) as failed:
        backups.create(ORDERS)
    assert aws.count("CreateBackup") == 1
    assert failed.value.unfinished is None


# Answers that are lost


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param({"kind": "close_after"}, id="connection closed after it took effect"),
        pytest.param({"kind": "error_after"}, id="500 after it took effect"),
        pytest.param({"kind": "malformed"}, id="malformed answer after it took effect"),
        pytest.param({"kind": "truncated"}, id="truncated answer after it took effect"),
        pytest.param({"kind": "close_before"}, id="connection closed before it took effect"),
        pytest.param({"kind": "error"}, id="500 before it took effect"),
    ],
)
@pytest.mark.parametrize("request_", [ORDERS, MINE], ids=["a given name", "a made name"])
def test_an_answer_that_is_lost_means_exactly_one_backup_the_one_returned(
    aws: Simulator,
    backups: Backups,
    dynamodb: DynamoDBClient,
    kind: dict[str, Any],
    request_: BackupRequest,
) -> None:
    aws.fault(Fault("CreateBackup", **kind, times=1))
    record = backups.create(request_)
    (summary,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert summary["BackupArn"] == record.backup_arn


def test_a_read_timeout_means_exactly_one_backup_the_one_returned(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    """The answer comes too late for a deadline that leaves the call a moment."""
    aws.fault(Fault("CreateBackup", kind="late", seconds=3, times=1))
    aws.fault(Fault("DescribeTable", kind="skip", seconds=58, times=1))
    record = backups.create(replace(ORDERS, timeout_seconds=60))
    (summary,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert summary["BackupArn"] == record.backup_arn
    assert aws.count("CreateBackup") == 1


def test_an_older_backup_of_the_same_name_is_not_taken_for_the_lost_one(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    backups.create(ORDERS)
    aws.age_backups(60)
    aws.fault(Fault("CreateBackup", kind="error", times=1))
    record = backups.create(ORDERS)
    assert len(names(dynamodb)) == 2
    newest = dynamodb.list_backups(TableName="orders")["BackupSummaries"][-1]
    assert record.backup_arn == newest["BackupArn"]


def test_a_lost_answer_with_list_backups_denied_is_never_sent_again(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.fault(Fault("CreateBackup", kind="close_after", times=1))
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400, times=1))
    with pytest.raises(AwsConnectionError) as failed:
        backups.create(ORDERS)
    assert aws.count("CreateBackup") == 1
    assert "may exist in AWS all the same" in str(failed.value)
    assert failed.value.facts.doubt
    assert names(dynamodb) == ["orders-1"]


def test_an_answer_lost_until_the_end_leaves_the_doubt_in_the_message(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.fault(Fault("CreateBackup", kind="error"))
    with pytest.raises(AwsServiceError) as failed:
        backups.create(ORDERS)
    assert aws.count("CreateBackup") == 4
    assert aws.count("ListBackups") == 4
    assert "ListBackups does not show one" in failed.value.facts.doubt
    assert names(dynamodb) == []


# Backups that run already


@pytest.fixture(params=[False, True], ids=["one backup at a time", "several at a time"])
def several(request: pytest.FixtureRequest, aws: Simulator) -> bool:
    """Whether AWS takes another backup of a table while one is CREATING: of small tables it does."""
    aws.several_backups = request.param
    return aws.several_backups


@pytest.mark.usefixtures("several")
def test_a_crashed_runs_backup_is_taken_over_and_said_so(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, heard: Heard
) -> None:
    aws.creating_seconds = 100
    with pytest.raises(BackupTimeoutError) as crashed:
        backups.create(replace(MINE, timeout_seconds=60))
    record = backups.create(MINE)
    assert record.backup_arn == crashed.value.facts.backup_arn
    assert len(names(dynamodb)) == 1
    assert "was started by an earlier run and is not finished" in heard.notices[1]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(MINE, identity="4567cdef"), id="another resource or trigger"),
        pytest.param(replace(MINE, backup_name_prefix="o-"), id="another prefix"),
        pytest.param(replace(MINE, identity=None), id="nobody in particular"),
        pytest.param(ORDERS, id="a given name"),
    ],
)
def test_no_other_running_backup_is_ever_taken_over(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient, other: BackupRequest
) -> None:
    aws.creating_seconds = 100
    with pytest.raises(BackupTimeoutError) as running:
        backups.create(replace(MINE, timeout_seconds=60))
    with pytest.raises(BackupInUseError) as failed:
        backups.create(other)
    assert failed.value.facts.backup_arn == running.value.facts.backup_arn
    assert running.value.facts.backup_arn in str(failed.value)
    assert "No backup was started." in str(failed.value)
    assert len(names(dynamodb)) == 1


def test_another_resources_running_backup_stops_nothing_where_aws_takes_several(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.several_backups = True
    aws.creating_seconds = 100
    with pytest.raises(BackupTimeoutError):
        backups.create(replace(MINE, timeout_seconds=60))
    backups.create(replace(MINE, identity="4567cdef"))
    assert len(names(dynamodb)) == 2


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"code": "AccessDeniedException", "status": 400}, id="denied"),
        pytest.param({}, id="AWS's own errors"),
        pytest.param({"code": "ThrottlingException", "status": 400}, id="throttled"),
    ],
)
def test_a_look_for_an_earlier_runs_backup_that_fails_holds_up_no_backup(
    aws: Simulator, backups: Backups, clock: SimulatedClock, fault: dict[str, Any]
) -> None:
    aws.fault(Fault("ListBackups", **fault))
    began = clock.monotonic()
    assert backups.create(MINE).backup_status == "AVAILABLE"
    assert clock.monotonic() - began <= 31


def test_a_running_backup_with_list_backups_denied_is_told_without_its_arn(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("CreateBackup", code="BackupInUseException", status=400))
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400))
    with pytest.raises(BackupInUseError) as failed:
        backups.create(MINE)
    assert failed.value.facts.backup_arn == ""
    assert aws.count("ListBackups") == 2


# During the wait


def test_a_backup_that_is_not_found_at_first_is_looked_for_again(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("DescribeBackup", code="BackupNotFoundException", status=400, times=3))
    assert backups.create(ORDERS).backup_status == "AVAILABLE"


def test_a_backup_that_stays_unfound_ends_after_three_retries(
    aws: Simulator, backups: Backups
) -> None:
    aws.fault(Fault("DescribeBackup", code="BackupNotFoundException", status=400))
    with pytest.raises(BackupNotFoundError):
        backups.create(ORDERS)
    assert aws.count("DescribeBackup") == 4


@pytest.mark.parametrize(
    ("status", "error"), [("DELETED", BackupDeletedError), ("NOVEL", UnexpectedStatusError)]
)
def test_a_status_that_can_come_to_nothing_ends_the_wait_at_once(
    aws: Simulator, backups: Backups, status: str, error: type[BackupError]
) -> None:
    aws.creating_seconds = 1000

    class Deleting(Heard):
        def notice(self, text: str) -> None:
            aws.backup_status[text.rpartition(" ")[2]] = status

    with pytest.raises(error):
        replace(backups, listener=Deleting()).create(ORDERS)
    assert aws.count("DescribeBackup") == 1


def test_a_table_that_is_gone_during_the_wait_ends_it_at_once_with_the_arn(
    aws: Simulator, backups: Backups
) -> None:
    aws.creating_seconds = 1000
    aws.fault(Fault("DescribeBackup", code="TableNotFoundException", status=400))
    with pytest.raises(TableNotFoundError) as failed:
        backups.create(ORDERS)
    assert failed.value.facts.backup_arn in str(failed.value)
    assert aws.count("DescribeBackup") == 1


def test_credentials_that_expire_during_the_wait_keep_the_arn(
    aws: Simulator, backups: Backups
) -> None:
    aws.creating_seconds = 1000
    aws.fault(Fault("DescribeBackup", code="ExpiredTokenException", status=400, first=3))
    with pytest.raises(CredentialsError) as failed:
        backups.create(ORDERS)
    assert failed.value.unfinished is not None
    assert failed.value.unfinished.backup_arn in str(failed.value)


def test_credentials_are_renewed_during_the_wait_by_botocores_own_chain(
    aws: Simulator,
    backups: Backups,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They expire within botocore's mandatory window, so each call has to renew them first."""
    source = tmp_path / "source.py"
    source.write_text(
        "import datetime, json, pathlib\n"
        "runs = pathlib.Path(__file__).with_name('runs')\n"
        "count = len(runs.read_text()) + 1 if runs.exists() else 1\n"
        "runs.write_text('x' * count)\n"
        "soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': f'key{count}', 'SecretAccessKey': 's',\n"
        "                  'SessionToken': 't', 'Expiration': soon.isoformat()}))\n",
        encoding="utf-8",
    )
    config = tmp_path / "config"
    config.write_text(f"[profile ops]\ncredential_process = python3 {source}\n", encoding="utf-8")
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    aws.creating_seconds = 20
    operator = Connection(region="eu-west-1", profile="ops", endpoint_url=aws.url)
    assert replace(backups, connection=operator).create(ORDERS).backup_status == "AVAILABLE"
    assert len({call.key for call in aws.calls}) > 3


# Cancelled


def cancelled_at(
    text: str, aws: Simulator, backups: Backups, request: BackupRequest
) -> BackupError:
    """The error of an operation that is cancelled as soon as its listener hears `text`."""
    scheduler = Scheduler()

    class Cancelling(Heard):
        def progress(self, progress: Any) -> None:
            self.notice(progress.line)

        def notice(self, words: str) -> None:
            if text in words:
                scheduler.cancel_all()

    with pytest.raises(BackupError) as failed:
        replace(backups, listener=Cancelling(), scheduler=scheduler).create(request)
    return failed.value


def test_a_wait_that_is_cancelled_tells_the_arn(aws: Simulator, backups: Backups) -> None:
    aws.creating_seconds = 1000
    error = cancelled_at("CREATING", aws, backups, ORDERS)
    assert isinstance(error, BackupCancelledError)
    assert error.unfinished is not None
    assert error.unfinished.backup_arn in str(error)


def test_a_cancel_before_create_backup_says_that_nothing_was_started(
    aws: Simulator, backups: Backups
) -> None:
    aws.table_status["orders"] = "UPDATING"
    aws.fault(Fault("CreateBackup", code="TableInUseException", status=400))
    error = cancelled_at("UPDATING", aws, backups, ORDERS)
    assert isinstance(error, StartCancelledError)
    assert "No backup was started." in str(error)
    assert names(client(aws)) == []


def test_a_cancel_between_a_lost_answer_and_the_look_leaves_the_doubt_in_the_message(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    aws.fault(Fault("CreateBackup", kind="close_after", times=1))
    error = cancelled_at("trying again", aws, backups, ORDERS)
    assert isinstance(error, StartCancelledError)
    assert "No backup was started" not in str(error)
    assert "may exist in AWS all the same" in str(error)
    assert names(dynamodb) == ["orders-1"]


def test_a_cancel_while_create_backup_is_under_way_waits_for_its_answer(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    scheduler = Scheduler()
    aws.creating_seconds = 1000
    aws.when("CreateBackup", scheduler.cancel_all)
    with pytest.raises(BackupCancelledError) as failed:
        replace(backups, scheduler=scheduler).create(ORDERS)
    (summary,) = dynamodb.list_backups(TableName="orders")["BackupSummaries"]
    assert failed.value.unfinished is not None
    assert failed.value.unfinished.backup_arn == summary["BackupArn"]


def test_a_cancel_while_an_answer_is_lost_leaves_the_doubt_in_the_message(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    scheduler = Scheduler()
    aws.fault(Fault("CreateBackup", kind="close_after"))
    aws.when("CreateBackup", scheduler.cancel_all)
    with pytest.raises(StartCancelledError) as failed:
        replace(backups, scheduler=scheduler).create(ORDERS)
    assert (
        "CreateBackup for 'orders-1' was sent and its answer was lost" in failed.value.facts.doubt
    )
    assert names(dynamodb) == ["orders-1"]


def test_a_wait_that_is_cancelled_before_the_first_look_says_that_the_status_is_not_known(
    aws: Simulator, backups: Backups, dynamodb: DynamoDBClient
) -> None:
    made = dynamodb.create_backup(TableName="orders", BackupName="elsewhere")["BackupDetails"]
    scheduler = Scheduler()
    aws.fault(Fault("DescribeBackup"))
    aws.when("DescribeBackup", scheduler.cancel_all)
    with pytest.raises(BackupCancelledError) as failed:
        replace(backups, scheduler=scheduler).resume(made["BackupArn"])
    assert "Current status: not known. Backup ARN: " in str(failed.value)


# Listeners


def test_a_listener_that_fails_loses_no_backup(
    backups: Backups, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Heard):
        def notice(self, text: str) -> None:
            raise RuntimeError("the terminal is gone")

        def progress(self, progress: Any) -> None:
            raise RuntimeError("the terminal is gone")

    with caplog.at_level(logging.WARNING):
        assert replace(backups, listener=Failing()).create(ORDERS).backup_status == "AVAILABLE"


# Many at once


Crowd = Callable[[int], Callable[[], list[Any]]]


async def _nothing() -> None:
    pass


@pytest.fixture
def crowd(
    aws: Simulator, connection: Connection, dynamodb: DynamoDBClient, standing_clock: StandingClock
) -> Crowd:
    """Makes what takes a backup of each of so many tables, all at once: each record or error."""
    backups = Backups(
        connection, clock=standing_clock, connect=partial(TimedDynamoDB, standing_clock)
    )

    async def take(table: str) -> Any:
        try:
            return await backups.create_async(BackupRequest(table, backup_name="crowd-1"))
        except BackupError as error:
            return error

    async def take_all(tables: list[str]) -> list[Any]:
        begun = threading.Event()
        aws.when("DescribeTable", begun.wait)  # none ends before the last has begun
        taking = [asyncio.ensure_future(take(table)) for table in tables]
        await asyncio.sleep(0)
        await asyncio.to_thread(shared_scheduler().run, _nothing())
        begun.set()
        return await asyncio.gather(*taking)

    def made(count: int) -> Callable[[], list[Any]]:
        tables = [f"table-{number:02}" for number in range(count)]
        for table in tables:
            create_table(dynamodb, table)
        aws.calls.clear()
        return lambda: asyncio.run(take_all(tables))

    return made


LIMITS = {"CreateBackup": 50, "DescribeBackup": 10, "DescribeTable": 10, "ListBackups": 5}


def test_a_crowd_is_told_by_one_list_and_throttled_by_nobody(aws: Simulator, crowd: Crowd) -> None:
    take_all = crowd(40)
    aws.limits = dict(LIMITS)
    aws.creating_seconds = 3
    records = take_all()
    assert {record.backup_status for record in records} == {"AVAILABLE"}
    assert all(record.backup_size_bytes == 123 for record in records)
    assert aws.count("CreateBackup") == 40
    assert aws.count("DescribeTable") <= 5
    assert aws.count("DescribeBackup") <= 5
    assert {call.outcome for call in aws.calls} == {"OK"}


def test_a_crowd_that_may_not_list_asks_one_by_one_within_the_rate(
    aws: Simulator, crowd: Crowd
) -> None:
    take_all = crowd(12)
    aws.limits = dict(LIMITS)
    aws.creating_seconds = 1
    aws.fault(Fault("ListBackups", code="AccessDeniedException", status=400))
    records = take_all()
    assert {record.backup_status for record in records} == {"AVAILABLE"}
    assert aws.count("ListBackups") == 1
    assert "ThrottlingException" not in {call.outcome for call in aws.calls}


def test_a_crowd_gets_through_where_others_use_up_half_of_the_rate(
    aws: Simulator, crowd: Crowd
) -> None:
    take_all = crowd(30)
    aws.limits = {api: limit / 2 for api, limit in LIMITS.items()}
    aws.creating_seconds = 1
    records = take_all()
    assert {record.backup_status for record in records} == {"AVAILABLE"}
    assert len({record.backup_arn for record in records}) == 30


def test_one_that_fails_in_a_crowd_fails_alone_and_in_exact_words(
    aws: Simulator, crowd: Crowd, dynamodb: DynamoDBClient
) -> None:
    take_all = crowd(20)
    aws.creating_seconds = 1
    dynamodb.delete_table(TableName="table-07")
    aws.table_status["table-08"] = "DELETING"
    aws.fault(Fault("CreateBackup", code="TableInUseException", status=400, table="table-08"))
    ended = take_all()
    assert isinstance(ended[7], TableNotFoundError)
    assert "is in DELETING status, must be ACTIVE" in str(ended[8])
    others = [one for number, one in enumerate(ended) if number not in (7, 8)]
    assert {record.backup_status for record in others} == {"AVAILABLE"}
