"""Each call to AWS as a line of the log `pulumi_ddb_backup.calls`, at level DEBUG.

A line holds names, times and error codes: never what a call sends or what AWS answers, so neither
credentials nor items.
"""

from __future__ import annotations

import logging
from typing import Final

from ..rules.arns import BackupArn
from ..rules.subject import NO_TABLE
from ..rules.text import sanitized
from .aws_errors import AwsFailure
from .rate import Api

LOGGER: Final = "pulumi_ddb_backup.calls"
_log = logging.getLogger(LOGGER)
_SERVICES: Final = {
    "backup": "AWS Backup",
    "dynamodb": "DynamoDB",
    "pricing": "Pricing",
    "sts": "STS",
    "tag": "Tagging",
}
_NOTABLE_SECONDS: Final = 0.05
"""A shorter wait for a call's turn is not worth a word."""


def called(
    api: Api,
    region: str,
    about: str,
    seconds: float,
    waited_seconds: float,
    failure: AwsFailure | None = None,
) -> None:
    """Note a call that has ended.

    Args:
        api: Which call it was.
        region: Where it was sent.
        about: The table's name or the backup's ARN; empty for what concerns neither.
        seconds: How long the answer took.
        waited_seconds: How long it waited for its turn before.
        failure: Why it failed; None if it did not.
    """
    if not _log.isEnabledFor(logging.DEBUG):
        return
    outcome = "ok" if failure is None else _told(failure)
    waited = (
        f", waited {waited_seconds:.2f}s for its turn" if waited_seconds > _NOTABLE_SECONDS else ""
    )
    _log.debug("%s: %s in %.3fs%s", _subject(api, region, about), outcome, seconds, waited)


def repeating(
    api: Api, region: str, about: str, failure: AwsFailure, attempt: int, pause_seconds: float
) -> None:
    """Note that a call is sent again after a pause."""
    _log.debug(
        "%s: attempt %d failed (%s), next in %.2fs",
        _subject(api, region, about),
        attempt,
        _told(failure),
        pause_seconds,
    )


def credentials(seconds: float, error: BaseException | None = None) -> None:
    """Note that credentials were looked for, which may take calls that nobody else notes."""
    outcome = "found" if error is None else f"not found ({type(error).__name__})"
    _log.debug("Credentials: %s in %.3fs", outcome, seconds)


def _subject(api: Api, region: str, about: str) -> str:
    service = _SERVICES[api.service]
    arn = BackupArn.parse(about)
    name = arn.arn if arn else "" if about in NO_TABLE else about
    return " ".join(word for word in (service, api.operation, region, name) if word)


def _told(failure: AwsFailure) -> str:
    status = f", HTTP {failure.http_status}" if failure.http_status else ""
    return sanitized(f"{failure.code}{status}")
