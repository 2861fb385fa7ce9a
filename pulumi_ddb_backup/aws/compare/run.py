"""A comparison under way: how far it has come, and each of its two tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..errors import BackupError, TableNotActiveError, WrongTableError
from ..rules.arns import TableArn
from ..running.run import Run
from ..tables import TableStatus
from . import calls
from .budget import CONSISTENT_TIMES, Budget, default_units
from .calls import Described, Page
from .errors import ComparisonCancelledError, ComparisonTimeoutError
from .keys import Key, sent

_READABLE = (TableStatus.ACTIVE.value, TableStatus.UPDATING.value)


@dataclass(slots=True)
class Far:
    """How far a comparison has come, for people.

    Attributes:
        doing: What is being done once both tables have been read; empty until then.
        expected: How many items there are to read, by AWS's own count, which is hours old; 0 if that
            is not known.
        items: How many items of each table have been read.
        units: How many read units have been used, of both tables together.
    """

    doing: str = ""
    expected: int = 0
    items: list[int] = field(default_factory=lambda: [0, 0])
    units: float = 0.0

    def __str__(self) -> str:
        first, other = self.items
        told = f"{first:,} and {other:,} items read, {self.units:,.0f} read units"
        if self.doing:
            return f"{self.doing}, {told}"
        if not self.expected:
            return told
        return f"about {min(99, 100 * (first + other) // self.expected)}%, {told}"


@dataclass(slots=True)
class CompareRun(Run):
    """A `Run` on one of the tables.

    Attributes:
        far: How far the comparison has come.
    """

    far: Far = field(default_factory=Far)
    _looks: int = 0

    def cancelled(self) -> BackupError:
        return ComparisonCancelledError(self.stage, self.facts(detail=str(self.far)))

    def timed_out(self) -> BackupError:
        """The error of a comparison that is not done when its time is up."""
        return ComparisonTimeoutError(self.stage, self.facts(detail=str(self.far)))

    def tell(self) -> None:
        """Tell the listener how far it has come."""
        self._looks += 1
        self.looked_at("Comparison", str(self.far), self._looks, 0.0)

    def _tell_retry(self, failure: AwsFailure, attempt: int, delay_seconds: float) -> None:
        self.looked_at("Comparison", failure.as_status(self.table_name), attempt, delay_seconds)


class Side:
    """One of the two tables, and how it is read.

    Attributes:
        number: 0 of the first table, 1 of the other.
        run: Its run.
        table: As AWS describes it.
        budget: How fast it may be read.
    """

    def __init__(
        self, number: int, run: CompareRun, table: Described, units: int | None, at_once: int
    ) -> None:
        self.number = number
        self.run = run
        self.table = table
        rate = default_units(table.provisioned_units) if units is None else units
        self.budget = Budget(rate, run.account.clock, at_once)

    async def scan(self, segment: tuple[int, int], after: Key | None) -> Page:
        """A page of a segment, once the budget allows it.

        Raises:
            ComparisonTimeoutError: The time is up.
            BackupError: AWS refused or failed.
        """
        limit = self.budget.page_items
        begin = sent(after) if after else None

        async def page(within_seconds: float) -> Page:
            return await calls.scan(
                self.run.dynamodb, self.table.name, segment, begin, limit, within_seconds
            )

        read = await self._paid(Api.SCAN, page, self.budget.guess(limit))
        self.budget.learn(len(read.items), read.units)
        return read

    async def look_up(self, keys: list[Key]) -> Page:
        """The items of some keys, once the budget allows it. Raises what `scan` does."""
        asked = [sent(key) for key in keys]

        async def found(within_seconds: float) -> Page:
            return await calls.look_up(self.run.dynamodb, self.table.name, asked, within_seconds)

        guess = self.budget.guess(len(keys), times=CONSISTENT_TIMES)
        return await self._paid(Api.BATCH_GET_ITEM, found, guess)

    async def _paid(self, api: Api, call: calls.Read, guess: float) -> Page:
        run, clock = self.run, self.run.account.clock
        if not await self.budget.reserve(guess, run.deadline):
            raise run.timed_out()

        async def send(within_seconds: float) -> Page:
            sent_at = clock.monotonic()
            try:
                return await call(within_seconds)
            except AwsFailure as failure:
                if failure.is_throttling:
                    self.budget.slow_down(sent_at)
                raise

        taken = 0.0
        try:
            read = await run.call(api, send)
            taken = read.units
        except AwsFailure as failure:
            raise run.failed(failure) from failure
        finally:
            self.budget.settle(guess, taken)
        run.far.units += taken
        return read


async def described(run: CompareRun, arn: TableArn | None) -> Described:
    """The table of a run, which must be there, be the one meant, and be readable."""
    try:
        table = await run.call(
            Api.DESCRIBE_TABLE,
            lambda within: calls.describe(run.dynamodb, run.table_name, within),
        )
    except AwsFailure as failure:
        raise run.failed(failure) from failure
    if arn is not None and table.arn != arn.arn:
        asked = f"Asked for: {arn.arn}. {WrongTableError.advice}"
        raise WrongTableError(run.stage, run.facts(detail=table.arn), advice=asked)
    if table.status not in _READABLE:
        raise TableNotActiveError(run.stage, run.facts(status=table.status))
    await run.require_allowed_caller(table.arn)
    return table
