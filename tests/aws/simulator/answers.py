"""Answers as AWS words them, in each of its protocols."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.aws.simulator import routes
from tests.aws.simulator.calls import Call

Refusal = tuple[str, str, int]
"""AWS's error code, its words and the HTTP status."""

_ERROR_TYPE = "x-amzn-ErrorType"


class Answer(NamedTuple):
    """What is sent back; `code` is AWS's error code, where the body is not to tell it."""

    status: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    code: str = ""

    @property
    def ok(self) -> bool:
        """Whether the call was carried out."""
        return self.status.startswith("200")

    @property
    def outcome(self) -> str:
        """OK, or AWS's error code."""
        if self.ok:
            return "OK"
        if self.code:
            return self.code
        try:
            return str(json.loads(self.body)["__type"]).rpartition("#")[2]
        except (ValueError, KeyError):
            return self.status

    def send(self, start_response: Any, length: int | None = None) -> Iterable[bytes]:
        """Send it; `length` is what it claims to be long."""
        xml = self.body.startswith(b"<")
        size = len(self.body) if length is None else length
        start_response(
            self.status,
            [
                ("Content-Type", "text/xml" if xml else "application/x-amz-json-1.0"),
                ("Content-Length", str(size)),
                *self.headers,
            ],
        )
        return [self.body]


def told(content: Any) -> Answer:
    """The answer to a call that was carried out."""
    return Answer("200 OK", json.dumps(content).encode())


def refused(call: Call, code: str, message: str, status: int) -> Answer:
    """The answer to a call that was not."""
    if call.api == "GetCallerIdentity" or call.api.startswith("AssumeRole"):  # STS speaks XML
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        body = f"<ErrorResponse>{error}</ErrorResponse>".encode()
        return Answer(f"{status} Refused", body, code=code)
    if routes.routes(call.service):
        body = json.dumps({"Message": message, "message": message}).encode()
        return Answer(f"{status} Refused", body, ((_ERROR_TYPE, code),), code)
    content = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
    return Answer(f"{status} Refused", json.dumps(content).encode(), code=code)
