"""Rows of the table of errors for what AWS has no code for: credentials, and odd answers."""

from __future__ import annotations

from typing import Final

from ..errors import CredentialsError, ListTimeoutError, UnreadableAnswerError
from .rows import AwsError, Retry

OWN_ERRORS: Final[dict[str, AwsError]] = {
    "CredentialsUnreachable": AwsError(
        CredentialsError,
        Retry.IN_A_ROW,
        "AWS credentials for table '{table_name}' could not be fetched: {detail}",
        "Check the network to where they come from (STS, IAM Identity Center, a proxy), then "
        "{again}.",
    ),
    "CredentialsLate": AwsError(
        CredentialsError,
        Retry.UNTIL_DEADLINE,
        "AWS credentials for table '{table_name}' did not arrive within the timeout of "
        "{timeout}s: {detail}",
        "Check what provides them (credential_process, a login, an MFA code), or raise timeout.",
    ),
    "UnreadableAnswer": AwsError(
        UnreadableAnswerError,
        Retry.IN_A_ROW,
        "AWS's answer to {action} could not be read for table '{table_name}' in region "
        "'{region}': {detail}",
        "Check endpoint_url and any proxy between here and AWS, then {again}.",
    ),
    "EndlessList": AwsError(
        UnreadableAnswerError,
        Retry.NEVER,
        "The pages of {action} for table '{table_name}' in region '{region}' never end: {detail}",
        "Check endpoint_url and any proxy between here and AWS, then {again}.",
    ),
    "ListTimeout": AwsError(
        ListTimeoutError,
        Retry.NEVER,
        ListTimeoutError.sentence,
        ListTimeoutError.advice,
    ),
}
