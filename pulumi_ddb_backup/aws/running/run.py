"""One operation under way: its clock, its deadline, whom it tells, and what is known so far."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ..calls.account import Account
from ..calls.aws_errors import AwsError, AwsFailure, Retry
from ..calls.rate import Api
from ..clock import Deadline
from ..errors import (
    AccountNotAllowedError,
    BackupCancelledError,
    BackupError,
    Facts,
    LookupCancelledError,
    Stage,
    StartCancelledError,
    UnexpectedError,
)
from ..records import BackupRecord, Listener, Progress, Silent
from ..rules.text import sanitized
from ..rules.validation import TIMEOUT_DEFAULT_SECONDS

if TYPE_CHECKING:
    from ..calls.dynamodb import DynamoDB

T = TypeVar("T")

_ACCOUNT_UNKNOWN: Final = (
    "AWS does not say which account the credentials in use belong to, so aws:allowedAccountIds and "
    "aws:forbiddenAccountIds can't be checked for table '{table_name}'",
    "Make sure that STS can be reached (sts:GetCallerIdentity), or give the table's ARN.",
)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """What the steps of an operation share.

    Attributes:
        account: The account and region that AWS is called in.
        table_name: Plain name of the table concerned.
        stage: The step under way.
        timeout_seconds: The limit of the whole operation.
        backup_arn: ARN of the backup concerned, once known.
        record: The backup as AWS described it last, where this run started or found one.
        doubt: Why a backup may exist that `record` does not hold.
    """

    account: Account
    table_name: str
    stage: Stage
    timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS
    listener: Listener = field(default_factory=Silent)
    backup_arn: str = ""
    record: BackupRecord | None = None
    doubt: str = ""
    deadline: Deadline = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = Deadline(self.account.clock, self.timeout_seconds)

    @property
    def dynamodb(self) -> DynamoDB:
        """The calls themselves."""
        return self.account.dynamodb

    async def call(
        self,
        api: Api,
        send: Callable[[float], Awaitable[T]],
        exceptions: Mapping[str, Retry] | None = None,
    ) -> T:
        """Send one call of this run, in its turn and as often as `aws_errors` says."""
        about = self.backup_arn or self.table_name
        return await self.account.call(
            api, send, self.deadline, exceptions, self._tell_retry, about
        )

    def require_allowed(self, account: str) -> None:
        """Make sure that `account` is not ruled out by the connection.

        Raises:
            AccountNotAllowedError: It is.
        """
        if reason := self.account.guard.refusal(account):
            raise AccountNotAllowedError(self.stage, self.facts(status=account, detail=reason))

    async def require_allowed_caller(self, arn: str | None = None) -> None:
        """`require_allowed` for the account of `arn`, or else of the credentials in use.

        Raises:
            AccountNotAllowedError: It is ruled out, or AWS does not say which one it is.
        """
        if not self.account.guard:
            return
        account = arn.split(":")[4] if arn else await self.account.caller(self.deadline)
        if account is None:
            raise AccountNotAllowedError(self.stage, self.facts(), *_ACCOUNT_UNKNOWN)
        self.require_allowed(account)

    async def carry_out(self, steps: Awaitable[T]) -> T:
        """Settle `steps` as one of the account's operations under way."""
        with self.account.operations():
            return await self.settle(steps)

    async def settle(self, steps: Awaitable[T]) -> T:
        """Carry out `steps`; whatever ends them early becomes a `BackupError` that tells all."""
        try:
            return await steps
        except BackupError:
            raise
        except AwsFailure as failure:
            raise self.failed(failure) from failure
        except asyncio.CancelledError:
            raise self.cancelled() from None
        except Exception as error:
            _log.debug("unexpected error", exc_info=error)
            detail = sanitized(f"{type(error).__name__}: {error}")
            raise UnexpectedError(self.stage, self.facts(detail=detail)) from error

    @property
    def rows(self) -> Mapping[str, AwsError]:
        """What AWS's error codes mean to this operation, where it reads them in its own way."""
        return {}

    def failed(self, failure: AwsFailure, **overrides: Any) -> BackupError:
        """The error that a caller sees of a call that failed."""
        return failure.as_error(self.stage, self.facts(failure=failure), self.rows, **overrides)

    def facts(
        self, *, failure: AwsFailure | None = None, status: str = "", detail: str = ""
    ) -> Facts:
        """What is known now."""
        return Facts(
            table_name=self.table_name,
            region=self.dynamodb.region,
            timeout=self.timeout_seconds,
            status=status or (self.record.backup_status if self.record else ""),
            backup_arn=self.backup_arn,
            action=failure.action if failure else "",
            detail=failure.detail if failure else detail,
            record=self.record,
            doubt=self.doubt,
        )

    def cancelled(self) -> BackupError:
        """The error of a run whose caller has cancelled it."""
        if self.stage in (Stage.READ, Stage.DELETE, Stage.PRICES):
            return LookupCancelledError(self.stage, self.facts())
        if self.backup_arn:
            status = self.facts().status or "not known"
            return BackupCancelledError(self.stage, self.facts(status=status))
        return StartCancelledError(self.stage, self.facts())

    def looked_at(self, subject: str, status: str, look: int, delay_seconds: float) -> None:
        """Tell the listener of one look."""
        progress = Progress(
            subject=subject,
            status=status,
            elapsed_seconds=self.deadline.elapsed_seconds,
            remaining_seconds=self.deadline.remaining_seconds,
            next_delay_seconds=delay_seconds,
            attempt=look,
            table_name=self.table_name,
            backup_arn=self.backup_arn or None,
        )
        self._tell(lambda: self.listener.progress(progress))

    def notice(self, text: str) -> None:
        """Tell the listener what a person should know."""
        self._tell(lambda: self.listener.notice(text))

    def _tell_retry(self, failure: AwsFailure, attempt: int, delay_seconds: float) -> None:
        self.looked_at("Backup", failure.as_status(self.table_name), attempt, delay_seconds)

    def _tell(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception:  # who listens must not be able to lose a backup
            _log.warning("the progress listener failed", exc_info=True)
