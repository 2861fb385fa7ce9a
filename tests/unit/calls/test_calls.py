"""Which failed calls are sent again, how often, and after what pauses."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping

import pytest

from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure, Retry
from pulumi_ddb_backup.aws.calls.callers import CallerAccount
from pulumi_ddb_backup.aws.calls.rate import Api
from pulumi_ddb_backup.aws.calls.retries import call
from pulumi_ddb_backup.aws.clock import Deadline
from pulumi_ddb_backup.aws.records import BackupRecord, BackupSummary
from pulumi_ddb_backup.aws.tables import Table
from tests.clock import SimulatedClock

OK = "fine"


class Called:
    """One call that fails with each code in turn and then succeeds; the last code may go on."""

    def __init__(self, *codes: str, for_ever: bool = False, timeout_seconds: float = 60) -> None:
        self.clock = SimulatedClock()
        self.deadline = Deadline(self.clock, timeout_seconds)
        self.sent = 0
        self.within: list[float] = []
        self.told: list[tuple[str, int, float]] = []
        self._codes = codes
        self._for_ever = for_ever
        self.turns = math.inf

    def run(self, exceptions: Mapping[str, Retry] | None = None) -> str:
        return asyncio.run(
            call(
                self._send,
                turn=self._turn,
                clock=self.clock,
                deadline=self.deadline,
                exceptions=exceptions,
                before_retry=lambda failure, n, delay: self.told.append((failure.code, n, delay)),
            )
        )

    async def _turn(self) -> None:
        if self.sent >= self.turns:
            raise AwsFailure("RateLimited", "at most 10 a second", "dynamodb:DescribeBackup")

    async def _send(self, within: float) -> str:
        self.sent += 1
        self.within.append(within)
        if self.sent > len(self._codes) and not self._for_ever:
            return OK
        code = self._codes[min(self.sent, len(self._codes)) - 1]
        raise AwsFailure(code, "AWS's words", "dynamodb:DescribeBackup")


@pytest.mark.parametrize("code", ["InternalServerError", "ConnectionLost", "Unreachable"])
def test_a_server_error_is_sent_again_three_times_and_then_raised(code: str) -> None:
    called = Called(code, for_ever=True)
    with pytest.raises(AwsFailure):
        called.run()
    assert called.sent == 4
    assert called.deadline.elapsed_seconds < 60


def test_three_in_a_row_are_counted_anew_after_another_kind_of_failure() -> None:
    called = Called(*["InternalServerError"] * 3, "ThrottlingException", *["ConnectionLost"] * 3)
    assert called.run() == OK
    assert called.sent == 8


def test_throttling_goes_on_until_the_deadline_and_not_beyond() -> None:
    called = Called("ThrottlingException", for_ever=True)
    with pytest.raises(AwsFailure):
        called.run()
    assert called.sent > 4
    assert called.deadline.elapsed_seconds == pytest.approx(60)


@pytest.mark.parametrize("code", ["AccessDeniedException", "LimitExceededException", "Novelty"])
def test_what_would_fail_again_is_sent_once(code: str) -> None:
    called = Called(code, for_ever=True)
    with pytest.raises(AwsFailure):
        called.run()
    assert called.sent == 1
    assert called.clock.slept == []


def test_pauses_grow_and_are_told_as_they_are_slept() -> None:
    called = Called(*["InternalServerError"] * 3)
    called.run()
    assert [delay for _, _, delay in called.told] == called.clock.slept
    assert called.clock.slept[2] > called.clock.slept[0]


@pytest.mark.parametrize(
    ("code", "shortest", "longest"),
    [
        pytest.param("InternalServerError", [0.5, 1, 2], [1, 1.5, 2.5], id="in a row"),
        pytest.param(
            "ThrottlingException",
            [0.5, 1, 2, 4, 4, 4],
            [1.5, 2, 3, 5, 5, 5],
            id="until the deadline",
        ),
    ],
)
def test_each_pause_is_twice_the_one_before_up_to_a_limit_and_a_little_at_random(
    code: str, shortest: list[float], longest: list[float]
) -> None:
    called = Called(*[code] * len(shortest))
    called.run()
    assert len(called.clock.slept) == len(shortest)
    for slept, least, most in zip(called.clock.slept, shortest, longest, strict=True):
        assert least <= slept <= most


def test_a_caller_can_decide_otherwise_for_a_code() -> None:
    called = Called("BackupNotFoundException", for_ever=True)
    with pytest.raises(AwsFailure):
        called.run({"BackupNotFoundException": Retry.NEVER})
    assert called.sent == 1


def test_a_call_is_given_no_longer_than_the_time_left_but_a_moment_at_the_deadline() -> None:
    called = Called("ThrottlingException", for_ever=True, timeout_seconds=20)
    with pytest.raises(AwsFailure):
        called.run()
    assert called.within[0] == 15
    assert called.within[-1] == 2


@pytest.mark.parametrize(
    ("turns", "told"), [(0, "RateLimited"), (3, "BackupInUseException")], ids=["none", "the last"]
)
def test_a_turn_that_never_comes_is_told_only_where_aws_has_said_nothing(
    turns: int, told: str
) -> None:
    called = Called("BackupInUseException", for_ever=True)
    called.turns = turns
    with pytest.raises(AwsFailure) as failed:
        called.run({"BackupInUseException": Retry.UNTIL_DEADLINE})
    assert failed.value.code == told
    assert called.sent == turns


# Whose account is called


TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
BACKUP = BackupRecord(f"{TABLE_ARN}/backup/1", "b", "CREATING", "orders", TABLE_ARN, "eu-west-1")
COPY = BackupSummary(
    "arn:aws:backup:eu-west-1:123456789012:recovery-point:1", "b", "AVAILABLE", "AWS_BACKUP",
    "orders", TABLE_ARN, "eu-west-1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("api", "answer", "account"),
    [
        (Api.DESCRIBE_TABLE, Table("orders", TABLE_ARN, "ACTIVE"), "123456789012"),
        (Api.CREATE_BACKUP, BACKUP, "123456789012"),
        (Api.LIST_BACKUPS, ([BACKUP], None), "123456789012"),
        (Api.LIST_BACKUPS, ([], None), None),
        (Api.LIST_BACKUPS, ([COPY], None), None),
        (Api.DESCRIBE_BACKUP, BACKUP, None),
        (Api.DELETE_BACKUP, BACKUP, None),
    ],
)
def test_only_what_was_asked_for_by_name_shows_whose_account_is_called(
    api: Api, answer: object, account: str | None
) -> None:
    """An ARN that the caller gave, or a copy from elsewhere, may be of another account."""
    caller = CallerAccount()
    caller.shown_by(api, answer)

    async def refused() -> str:
        raise AwsFailure("AccessDenied", "no", "sts:GetCallerIdentity")

    assert asyncio.run(caller.id(refused)) == account
    assert (caller.unknown == "") is (account is not None)
