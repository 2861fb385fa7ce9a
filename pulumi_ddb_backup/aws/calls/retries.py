"""Repeating a call that failed: the only place that does, and the only one that knows tenacity.

tenacity is imported when first needed: a Pulumi program imports this and calls nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from ..clock import Clock, Deadline
from .aws_errors import AwsFailure, Retry

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")

RETRIES_IN_A_ROW: Final = 3
CALL_SECONDS: Final = 15.0
LAST_CALL_SECONDS: Final = 2.0
"""What a call is given that is sent when the deadline is reached."""


class _Policy:
    """Counts what failed in a row and says whether, and after what pause, to try again."""

    def __init__(self, deadline: Deadline, exceptions: Mapping[str, Retry]) -> None:
        from tenacity import wait_exponential, wait_random

        self._deadline = deadline
        self._exceptions = exceptions
        self._in_a_row = 0
        # Not wait_exponential_jitter: 9.2 has another name for what 9.0 calls `initial`.
        self._wait_in_a_row = wait_exponential(0.5, max=7.5) + wait_random(0, 0.5)
        self._wait_until_deadline = wait_exponential(0.5, max=4) + wait_random(0, 1)

    def _kind(self, state: tenacity.RetryCallState) -> Retry:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, AwsFailure):
            return Retry.NEVER
        return self._exceptions.get(error.code, error.row.retry)

    def retry(self, state: tenacity.RetryCallState) -> bool:
        kind = self._kind(state)
        self._in_a_row = self._in_a_row + 1 if kind is Retry.IN_A_ROW else 0
        return kind is not Retry.NEVER and self._in_a_row <= RETRIES_IN_A_ROW

    def wait(self, state: tenacity.RetryCallState) -> float:
        in_a_row = self._kind(state) is Retry.IN_A_ROW
        waits = self._wait_in_a_row if in_a_row else self._wait_until_deadline
        return self._deadline.cut(waits(state))

    def stop(self, _state: tenacity.RetryCallState) -> bool:
        return self._deadline.passed


async def call(
    send: Callable[[float], Awaitable[T]],
    *,
    turn: Callable[[], Awaitable[None]],
    clock: Clock,
    deadline: Deadline,
    exceptions: Mapping[str, Retry] | None = None,
    before_retry: Callable[[AwsFailure, int, float], None] | None = None,
) -> T:
    """Send a call until it succeeds or may not be sent again.

    Args:
        send: Sends it once; is handed the seconds it may wait for the answer.
        turn: Waits until it may be sent.
        clock: Lets the pauses pass.
        deadline: No pause goes beyond it. A call that is due then is sent one last time.
        exceptions: Error codes that are repeated otherwise than `errors.AWS_ERRORS` says.
        before_retry: Told of the failure, the number of the attempt and the pause to come.

    Raises:
        AwsFailure: The last one, when there is no further attempt.
    """
    from tenacity import AsyncRetrying

    policy = _Policy(deadline, exceptions or {})

    def tell(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if before_retry and isinstance(error, AwsFailure):
            before_retry(error, state.attempt_number, state.upcoming_sleep)

    last: AwsFailure | None = None

    async def attempt() -> T:
        nonlocal last
        try:
            await turn()
        except AwsFailure as no_turn:
            raise (
                last or no_turn
            ) from None  # what AWS has said says more than that it can't be asked
        try:
            return await send(max(LAST_CALL_SECONDS, deadline.cut(CALL_SECONDS)))
        except AwsFailure as failure:
            last = failure
            raise

    retrying = AsyncRetrying(
        sleep=clock.sleep,
        retry=policy.retry,
        wait=policy.wait,
        stop=policy.stop,
        before_sleep=tell,
        reraise=True,
    )
    return await retrying(attempt)
