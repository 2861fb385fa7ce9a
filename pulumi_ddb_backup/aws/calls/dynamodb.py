"""The calls of DynamoDB that are made here, and what their failures mean.

Every failure leaves this module as `AwsFailure`, every answer as a record: nothing of botocore's
goes further.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from ..rules.text import sanitized
from .aws_errors import AwsFailure
from .clients import Clients, warm_up
from .connection import Connection
from .credentials import Credentials
from .rate import Api
from .session import region_of
from .settings import SettingsError

if TYPE_CHECKING:
    pass

T = TypeVar("T")

_PARSING: Final = (KeyError, TypeError, ValueError, AttributeError)
"""What reading an answer raises that is not of AWS's form."""


class DynamoDB(Protocol):
    """One account and region of AWS, as operations call it.

    A capability brings its own calls: what is sent, and what is read from the answer.
    """

    @property
    def region(self) -> str:
        """The region that is called."""

    def aws_now(self) -> datetime:
        """The time by AWS's clock, as its last answer told it."""

    async def call(
        self,
        api: Api,
        send: Callable[[Clients], Any],
        read: Callable[[Any], T],
        within_seconds: float,
    ) -> T:
        """Send one call, once.

        Args:
            api: Which call it is.
            send: Sends it by one of boto3's clients; runs on a thread of the loop's pool.
            read: Makes a record of the answer. KeyError, TypeError and ValueError mean that the
                answer lacks what it must have.
            within_seconds: How long the caller is ready to wait for the answer.

        Raises:
            AwsFailure: It failed, or was not answered in time.
        """


class Boto3DynamoDB:
    """`DynamoDB` by boto3."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._region = region_of(connection)
        warm_up(connection)
        self._credentials = Credentials(connection)
        self._clients = Clients(connection)
        self._ahead = timedelta()

    @property
    def region(self) -> str:
        return self._region

    def aws_now(self) -> datetime:
        return datetime.now(timezone.utc) + self._ahead

    async def call(
        self,
        api: Api,
        send: Callable[[Clients], Any],
        read: Callable[[Any], T],
        within_seconds: float,
    ) -> T:
        await self._credentials.at_hand(api.action, within_seconds)
        sent = asyncio.get_running_loop().run_in_executor(None, send, self._clients)
        sent.add_done_callback(_heard)  # even if nobody waits for it any more
        # Not wait_for: up to Python 3.11 it drops a cancel that comes together with the answer.
        answered, _ = await asyncio.wait({sent}, timeout=within_seconds)
        if not answered:
            detail = f"no answer to {api.operation} within {within_seconds:.0f}s"
            raise AwsFailure("ConnectionLost", detail, api.action)
        try:
            answer = sent.result()
        except Exception as error:
            raise failure_of(error, api.action, api.operation) from error
        self._note_time(answer)
        try:
            return read(_readable(answer))
        except _PARSING as error:
            raise unreadable(error, api.action) from error

    def _note_time(self, answer: Any) -> None:
        try:
            told = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
            self._ahead = told - datetime.now(timezone.utc)
        except (KeyError, TypeError, ValueError):
            pass  # an endpoint that does not tell the time: this machine's clock has to do


def _heard(sent: asyncio.Future[Any]) -> None:
    """Look at the failure of a call, of which asyncio would otherwise complain on stderr."""
    if not sent.cancelled():
        sent.exception()


def _readable(answer: Any) -> Any:
    """`answer`, unless botocore could read nothing of it: a body that is no JSON it takes for {}."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if not answer.keys() - {"ResponseMetadata"} and int(headers.get("content-length", 0)) > 2:
        raise ValueError("the body is not JSON")
    return answer


def unreadable(error: Exception, action: str) -> AwsFailure:
    """What an answer means that does not hold what it must."""
    lacks = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
    return AwsFailure("UnreadableAnswer", sanitized(lacks), action)


def failure_of(error: Exception, action: str, sent: str = "") -> AwsFailure:
    """What an exception of botocore's means: a code of `AWS_ERRORS`, and AWS's words sanitized.

    Args:
        error: The exception.
        action: The IAM action of the call.
        sent: The call whose answer was being read; empty when none was sent.
    """
    import botocore.exceptions as b

    if isinstance(error, AwsFailure):
        return error
    if isinstance(error, b.ClientError):
        answer = error.response.get("Error", {})
        code = str(answer.get("Code") or "Unknown")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        detail = sanitized(f"{code}: {answer.get('Message') or 'no further words'}")
        if error.operation_name.startswith("AssumeRole"):
            return AwsFailure("NoCredentials", f"the role can't be assumed, {detail}", action)
        return AwsFailure(code, detail, action, status)
    detail = sanitized(str(error))
    if isinstance(
        error, (b.EndpointConnectionError, b.ConnectTimeoutError, b.ProxyConnectionError)
    ):
        return AwsFailure("Unreachable", detail, action)
    if isinstance(error, (b.HTTPClientError, b.IncompleteReadError)):
        return AwsFailure("ConnectionLost", detail or type(error).__name__, action)
    if isinstance(error, _credential_errors()) or isinstance(error.__cause__, b.ProfileNotFound):
        return AwsFailure("NoCredentials", detail, action)
    if type(error).__module__ == "botocore.parsers" or (
        sent
        and isinstance(error, _PARSING)
        and not isinstance(error, (b.BotoCoreError, SettingsError))
    ):
        return unreadable(error, action)
    if isinstance(error, (SettingsError, b.BotoCoreError, ValueError)):
        return AwsFailure("Configuration", detail, action)
    return AwsFailure("Unknown", sanitized(f"{type(error).__name__}: {error}"), action)


def _credential_errors() -> tuple[type[Exception], ...]:
    import botocore.exceptions as b

    return (
        b.NoCredentialsError,
        b.PartialCredentialsError,
        b.CredentialRetrievalError,
        b.TokenRetrievalError,
        b.SSOError,
        b.MetadataRetrievalError,
        b.UnauthorizedSSOTokenError,
        b.ProfileNotFound,
    )
