"""One reading for many who ask."""

from __future__ import annotations

import asyncio

import pytest

from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure
from pulumi_ddb_backup.aws.calls.sharing import SharedReading


class Source:
    """What is read, and how often it was."""

    def __init__(self, failure: AwsFailure | None = None) -> None:
        self.readings = 0
        self.failure = failure
        self.go_on = asyncio.Event()

    async def read(self) -> int:
        self.readings += 1
        mine = self.readings
        await self.go_on.wait()
        if self.failure is not None:
            raise self.failure
        return mine


def test_who_asks_while_a_reading_is_under_way_shares_the_next() -> None:
    async def all_of_them() -> tuple[list[int], int]:
        source, shared = Source(), SharedReading[int]()
        asking = [asyncio.ensure_future(shared.get(source.read)) for _ in range(50)]
        await asyncio.sleep(0)
        source.go_on.set()
        return await asyncio.gather(*asking), source.readings

    answers, readings = asyncio.run(all_of_them())
    assert readings == 2
    assert answers == [1] + [2] * 49


def test_an_answer_is_never_older_than_the_question() -> None:
    async def one_by_one() -> list[int]:
        source, shared = Source(), SharedReading[int]()
        source.go_on.set()
        return [await shared.get(source.read) for _ in range(3)]

    assert asyncio.run(one_by_one()) == [1, 2, 3]


def test_a_failure_is_everybodys_whom_the_reading_would_have_served() -> None:
    async def all_of_them() -> tuple[list[object], int]:
        source = Source(AwsFailure("Denied", "no", "dynamodb:ListBackups"))
        shared = SharedReading[int]()
        asking = [asyncio.ensure_future(shared.get(source.read)) for _ in range(50)]
        await asyncio.sleep(0)
        source.go_on.set()
        return await asyncio.gather(*asking, return_exceptions=True), source.readings

    answers, readings = asyncio.run(all_of_them())
    assert readings == 2
    assert all(isinstance(answer, AwsFailure) for answer in answers)


def test_a_cancelled_reading_is_read_anew_by_the_next() -> None:
    async def two() -> int:
        source, shared = Source(), SharedReading[int]()
        first = asyncio.ensure_future(shared.get(source.read))
        second = asyncio.ensure_future(shared.get(source.read))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        source.go_on.set()
        return await second

    assert asyncio.run(two()) == 2
