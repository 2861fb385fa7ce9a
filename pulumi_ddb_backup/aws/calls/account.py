"""One account and region, as all operations of this process share it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ...shared import Shared
from ..clock import Clock, Deadline
from ..rules.arns import TableArn
from . import log, retries
from .aws_errors import AwsFailure, Retry
from .callers import ASKING_SECONDS, CallerAccount, caller_account
from .connection import NO_GUARD, AccountGuard, Connection
from .rate import Api, RateLimiter

if TYPE_CHECKING:
    from .dynamodb import DynamoDB

T = TypeVar("T")

FEW: Final = 5
"""Up to so many operations at once, each asks AWS about its own table and backup."""


class Account:
    """The calls to AWS, each in its turn, and who else is calling.

    Attributes:
        dynamodb: The calls themselves.
        clock: The time that turns and pauses go by.
        guard: Which accounts may be used.
    """

    def __init__(
        self,
        dynamodb: DynamoDB,
        clock: Clock,
        limits: Iterable[tuple[Api, float]] = (),
        guard: AccountGuard = NO_GUARD,
    ) -> None:
        self.dynamodb = dynamodb
        self.clock = clock
        self.guard = guard
        self._limiter = RateLimiter(clock, limits)
        self._operations = 0
        self._parts: dict[Callable[[Account], Any], Any] = {}
        self._caller = CallerAccount()

    @contextmanager
    def operations(self, count: int = 1) -> Iterator[None]:
        """Count `count` operations as under way while the block runs."""
        self._operations += count
        try:
            yield
        finally:
            self._operations -= count
            if self._operations == 0:
                self._caller.doubt_no_more()

    @property
    def crowded(self) -> bool:
        """Whether so many operations are under way that none may ask what it can do without."""
        return self._operations > FEW

    async def call(
        self,
        api: Api,
        send: Callable[[float], Awaitable[T]],
        deadline: Deadline,
        exceptions: Mapping[str, Retry] | None = None,
        before_retry: Callable[[AwsFailure, int, float], None] | None = None,
        about: str = "",
    ) -> T:
        """Send a call when its turn has come, and again as the tables of `aws_errors` say."""
        region, waited_seconds = self.dynamodb.region, 0.0

        async def turn() -> None:
            nonlocal waited_seconds
            asked_at = self.clock.monotonic()
            await self._limiter.turn(api, deadline)
            waited_seconds = self.clock.monotonic() - asked_at

        async def in_turn(within_seconds: float) -> T:
            sent_at = self.clock.monotonic()
            try:
                answer = await send(within_seconds)
            except AwsFailure as failure:
                took = self.clock.monotonic() - sent_at
                log.called(api, region, about, took, waited_seconds, failure)
                if failure.is_throttling:
                    self._limiter.throttled(api, sent_at)
                raise
            log.called(api, region, about, self.clock.monotonic() - sent_at, waited_seconds)
            self._limiter.went_through(api)
            self._caller.shown_by(api, answer)
            return answer

        def repeating(failure: AwsFailure, attempt: int, pause_seconds: float) -> None:
            log.repeating(api, region, about, failure, attempt, pause_seconds)
            if before_retry:
                before_retry(failure, attempt, pause_seconds)

        return await retries.call(
            in_turn,
            turn=turn,
            clock=self.clock,
            deadline=deadline,
            exceptions=exceptions,
            before_retry=repeating,
        )

    def part(self, make: Callable[[Account], T]) -> T:
        """What a capability keeps for all operations of this account, made once by `make`."""
        if make not in self._parts:
            self._parts[make] = make(self)
        made: T = self._parts[make]
        return made

    async def all_items(
        self,
        api: Api,
        send: Callable[[str | None, float], Awaitable[tuple[list[T], str | None]]],
        deadline: Deadline,
    ) -> list[T]:
        """What all pages of a list hold; `send` asks for the page after this and within so long."""
        pages = await every_page(
            api,
            lambda after: self.call(api, lambda within: send(after, within), deadline),
            deadline,
        )
        return [item for page in pages for item in page]

    async def caller(self, deadline: Deadline) -> str | None:
        """The id of the account that is called; None if neither its answers nor STS told it soon."""
        soon = Deadline(self.clock, deadline.cut(ASKING_SECONDS))
        return await self._caller.id(
            lambda: self.call(
                Api.GET_CALLER_IDENTITY, lambda within: caller_account(self.dynamodb, within), soon
            )
        )

    @property
    def caller_unknown(self) -> str:
        """Why STS did not tell whose account is called; empty unless it was asked and did not."""
        return self._caller.unknown

    async def surely_has(self, table_arn: str | None, deadline: Deadline) -> bool:
        """Whether a table of the ARN's name, in the region that is called, must have that ARN."""
        arn = TableArn.parse(table_arn or "")
        return arn is None or arn.account == await self.caller(deadline)


async def every_page(
    api: Api,
    read: Callable[[str | None], Awaitable[tuple[T, str | None]]],
    deadline: Deadline,
) -> list[T]:
    """All pages of a list.

    Args:
        api: The call that is made for each page.
        read: Makes it; is handed what the page begins after, None for the first.
        deadline: Once it has passed, no further page is begun.

    Raises:
        AwsFailure: Of a page; `EndlessList`, where a page leads back to an earlier one; or
            `ListTimeout`, at the deadline.
    """
    pages: list[T] = []
    after: str | None = None
    begun: set[str] = set()
    late = AwsFailure("ListTimeout", "", api.action)
    while True:
        try:
            page, after = await read(after)
        except AwsFailure as failure:
            if pages and failure.code == "RateLimited":  # the deadline comes before the next turn
                raise late from failure
            raise
        pages.append(page)
        if not after:
            return pages
        if after in begun:
            raise AwsFailure(
                "EndlessList", "AWS sent the same continuation token twice", api.action
            )
        if deadline.passed:
            raise late
        begun.add(after)


def shared_account(
    connect: Callable[[Connection], DynamoDB], connection: Connection, clock: Clock
) -> Account:
    """The account that `connection` leads to; the same one for the same connection and clock.

    Raises:
        AwsFailure: `connect` can't make the connection.
    """
    return _accounts(connect, connection, clock)


@Shared
def _accounts(
    connect: Callable[[Connection], DynamoDB], connection: Connection, clock: Clock
) -> Account:
    return Account(connect(connection), clock, connection.rate_limits, connection.accounts)
