"""Lets an operation's seconds pass 60 times as fast in a process that finds this on PYTHONPATH.

So a provider process shows a timeout of 60 s after one, with its own code and real calls.
"""

import asyncio
import time

from pulumi_ddb_backup.aws.clock import SystemClock

TIMES = 60


class FastClock(SystemClock):
    """The machine's time, passing faster."""

    def monotonic(self) -> float:
        return time.monotonic() * TIMES

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / TIMES)


for name in ("monotonic", "sleep"):
    setattr(SystemClock, name, getattr(FastClock, name))
