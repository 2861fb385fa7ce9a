"""The credentials of a connection: at hand before a call is sent, or an error that says why not.

botocore's chain of credentials runs programs, reads files and calls STS and IAM Identity Center. If
it did so while a call is being sent, its failures would be told as the call's own.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ..clock import SystemClock
from ..rules.text import sanitized
from . import log
from .aws_errors import AwsFailure
from .clients import dynamodb_client, get_credentials
from .connection import Connection
from .mfa import NoTerminalError
from .settings import SettingsError


class Credentials:
    """The credentials of one connection, got once for all calls that wait for them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._getting: asyncio.Future[bool] | None = None
        self._lasting = False
        self._had = False

    async def at_hand(self, action: str, within_seconds: float) -> None:
        """Have them at hand for a call.

        What takes longer than `within_seconds`, such as a login, goes on for the next who asks.

        Raises:
            AwsFailure: There are none; or not yet (`CredentialsLate`).
        """
        if self._lasting:
            return
        getting = self._getting
        if getting is None or getting.done():
            getting = asyncio.get_running_loop().run_in_executor(None, self._get)
            getting.add_done_callback(_heard)
            self._getting = getting
        got, _ = await asyncio.wait({getting}, timeout=within_seconds)
        if not got:
            detail = f"what gives them has not answered within {within_seconds:.0f}s"
            raise AwsFailure("CredentialsLate", detail, action)
        try:
            self._lasting = getting.result()  # by now, another may be under way
        except Exception as error:
            raise failure_of_chain(error, action) from error

    def _get(self) -> bool:
        clock = SystemClock()
        began = clock.monotonic()
        try:
            lasting = get_credentials(self._connection)
        except Exception as error:
            log.credentials(clock.monotonic() - began, error)
            raise
        if not self._had:  # those that expire are asked for before each call
            log.credentials(clock.monotonic() - began)
        self._had = True
        dynamodb_client(self._connection)  # what is wrong with an endpoint is told here, too
        return lasting


def _heard(getting: asyncio.Future[bool]) -> None:
    if not getting.cancelled():
        getting.exception()  # else asyncio complains when nobody has waited for it to its end


def failure_of_chain(error: Exception, action: str) -> AwsFailure:
    """What went wrong in the chain of credentials, in its own words, sanitized."""
    import botocore.exceptions as b
    from botocore.parsers import ResponseParserError

    if isinstance(error, SettingsError):
        return AwsFailure("Configuration", sanitized(str(error)), action)
    if isinstance(error, b.ClientError):
        return _refused(error, action)
    lost = (b.HTTPClientError, b.ConnectionError, b.IncompleteReadError, ResponseParserError)
    code = "CredentialsUnreachable" if isinstance(error, lost) else "NoCredentials"
    return AwsFailure(code, sanitized(_words(error)), action)


def _refused(error: Any, action: str) -> AwsFailure:
    """AWS does not give them: STS, or IAM Identity Center."""
    told = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0
    answer = AwsFailure(str(told.get("Code") or "Unknown"), "", action, status)
    passes = status >= 500 or answer.is_throttling or answer.code == "IDPCommunicationError"
    asked = (
        "the role can't be assumed"
        if error.operation_name.startswith("AssumeRole")
        else f"{error.operation_name} was refused"
    )
    detail = sanitized(f"{asked}, {answer.code}: {told.get('Message') or 'no further words'}")
    return AwsFailure("CredentialsUnreachable" if passes else "NoCredentials", detail, action)


def _words(error: Exception) -> str:
    from botocore.exceptions import BotoCoreError

    if isinstance(error, (BotoCoreError, NoTerminalError)):
        return str(error)
    if isinstance(error, OSError):
        return f"a program or file that gives them can't be used: {error}"
    if isinstance(error, (ValueError, KeyError, TypeError, AttributeError)):
        return f"what was given for them can't be read: {type(error).__name__}: {error}"
    return f"{type(error).__name__}: {error}"
