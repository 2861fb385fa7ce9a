"""One reading that serves all who asked before it began."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from .aws_errors import AwsFailure

T = TypeVar("T")


class SharedReading(Generic[T]):
    """What many ask for at once is read once, or once more for those who came later.

    An answer is never older than the question, and a failure is everybody's whom it would have served.
    """

    def __init__(self) -> None:
        self._reading = asyncio.Lock()
        self._asked = self._served = 0
        self._outcome: T | AwsFailure | None = None

    async def get(self, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, to this caller or to one who asked at the same time.

        Raises:
            AwsFailure: Of the reading.
        """
        self._asked += 1
        mine = self._asked
        async with self._reading:
            if self._served < mine:
                served = self._asked
                try:
                    self._outcome = await read()
                except AwsFailure as failure:
                    self._outcome = failure
                self._served = served
            if isinstance(self._outcome, AwsFailure):
                raise self._outcome
            assert self._outcome is not None
            return self._outcome
