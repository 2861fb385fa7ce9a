"""What AWS's answers become: the one table of its error codes, and whether to send a call again.

A new error code of AWS's is one row in `AWS_ERRORS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ..errors import (
    AccessDeniedError,
    AwsConnectionError,
    AwsServiceError,
    BackupError,
    BackupInUseError,
    BackupNotFoundError,
    BackupsNotEnabledError,
    ConfigurationError,
    CredentialsError,
    Facts,
    LimitExceededError,
    RejectedError,
    Stage,
    TableInUseError,
    TableNotFoundError,
    ThrottledError,
)
from .denials import NOT_ALLOWED, denial
from .own_errors import OWN_ERRORS
from .region_errors import RegionRefusedError
from .rows import AwsError as AwsError
from .rows import Retry as Retry

_NOT_ENABLED = "Backups have not yet been enabled for table '{table_name}'"
_NOT_ENABLED_ADVICE = (
    "AWS says so of a new table, and of one without continuous backups: wait a few minutes, or "
    "enable point-in-time recovery, then {again}."
)
_SERVER = AwsError(
    AwsServiceError,
    Retry.IN_A_ROW,
    "AWS service error occurred. Please retry the operation.",
    "To retry, {again}. Table '{table_name}', region '{region}'; AWS said: {detail}",
)
_THROTTLED = AwsError(
    ThrottledError,
    Retry.UNTIL_DEADLINE,
    "AWS throttled every call for table '{table_name}' until the timeout of {timeout}s",
    "Run fewer operations in this account at the same time, or raise timeout.",
)
_BAD_CREDENTIALS = AwsError(
    CredentialsError,
    Retry.NEVER,
    "AWS does not accept the credentials in use for table '{table_name}': {detail}",
    "Renew or correct them (profile, role_arn, aws: config or environment), then {again}.",
)
_REGION_REFUSED = AwsError(
    RegionRefusedError, Retry.NEVER, RegionRefusedError.sentence, RegionRefusedError.advice
)
_REJECTED = AwsError(
    RejectedError, Retry.NEVER, "AWS refused {action} for table '{table_name}': {detail}"
)
_NO_TABLE = AwsError(
    TableNotFoundError,
    Retry.NEVER,
    "DynamoDB table '{table_name}' does not exist in region '{region}'",
    "Check the table's name, the region and the account.",
)

AWS_ERRORS: Final[dict[str, AwsError]] = {
    # What the API reference lists for the calls made here.
    "TableNotFoundException": _NO_TABLE,
    "ResourceNotFoundException": _NO_TABLE,
    "BackupNotFoundException": AwsError(
        BackupNotFoundError,
        Retry.IN_A_ROW,
        "Backup '{backup_arn}' was not found during status check",
        "It is a backup of table '{table_name}' in region '{region}'; somebody may have deleted it.",
    ),
    "BackupInUseException": AwsError(
        BackupInUseError,
        Retry.NEVER,
        "There is another ongoing conflicting backup operation on the table. "
        "A backup is either being created, deleted or restored.",
        "Table: '{table_name}'. Once that operation has ended, {again}.",
    ),
    "TableInUseException": AwsError(
        TableInUseError,
        Retry.NEVER,
        "Table '{table_name}' is either being created or deleted. "
        "Wait for the operation to complete.",
        "Then {again}.",
    ),
    "ContinuousBackupsUnavailableException": AwsError(
        BackupsNotEnabledError, Retry.NEVER, _NOT_ENABLED, _NOT_ENABLED_ADVICE
    ),
    "LimitExceededException": AwsError(
        LimitExceededError,
        Retry.NEVER,
        "Account limit exceeded. Up to 500 simultaneous table operations are allowed. "
        "Reduce concurrent operations and retry.",
        "Table: '{table_name}'.",
    ),
    "ResourceInUseException": AwsError(
        TableInUseError,
        Retry.NEVER,
        "Table '{table_name}' is in use: it is being created, updated or deleted",
        "Once the table is ACTIVE, {again}.",
    ),
    "InternalServerError": _SERVER,
    "InternalServiceException": _SERVER,
    "InternalErrorException": _SERVER,
    "InvalidParameterException": _REJECTED,
    # Of AWS Backup alone; the rest of what it answers is read by `vault.rows`.
    "InvalidParameterValueException": _REJECTED,
    "MissingParameterValueException": _REJECTED,
    "InvalidRequestException": _REJECTED,
    "InvalidResourceStateException": _REJECTED,
    "ServiceUnavailableException": _SERVER,
    "DependencyFailureException": _SERVER,
    "PaginationTokenExpiredException": _REJECTED,
    "InvalidNextTokenException": _REJECTED,
    "ExpiredNextTokenException": _REJECTED,
    "NotFoundException": _REJECTED,
    # What any AWS call may answer with.
    "ThrottlingException": _THROTTLED,
    "Throttling": _THROTTLED,
    "ThrottledException": _THROTTLED,
    "RequestLimitExceeded": _THROTTLED,
    "TooManyRequestsException": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "RateLimited": AwsError(  # by this process itself, before the call was sent
        ThrottledError,
        Retry.UNTIL_DEADLINE,
        "Too many backups at once: the rate limit ({detail}) left no turn for {action} on table "
        "'{table_name}' within the timeout of {timeout}s",
        "Run fewer at the same time, or raise timeout.",
    ),
    "AccessDeniedException": NOT_ALLOWED,
    "AccessDenied": NOT_ALLOWED,
    "UnauthorizedOperation": NOT_ALLOWED,
    "UnrecognizedClientException": _REGION_REFUSED,
    "InvalidClientTokenId": _REGION_REFUSED,
    "InvalidSignatureException": _BAD_CREDENTIALS,
    "IncompleteSignature": _BAD_CREDENTIALS,
    "MissingAuthenticationToken": _BAD_CREDENTIALS,
    "MissingAuthenticationTokenException": _BAD_CREDENTIALS,
    "SignatureDoesNotMatch": _BAD_CREDENTIALS,
    "ExpiredToken": _BAD_CREDENTIALS,
    "ExpiredTokenException": _BAD_CREDENTIALS,
    "RequestExpired": _BAD_CREDENTIALS,
    # What has no code of AWS's: botocore's own words for it.
    "NoCredentials": AwsError(
        CredentialsError,
        Retry.NEVER,
        "No usable AWS credentials were found for table '{table_name}': {detail}",
        "Set profile, aws:profile or AWS_PROFILE, or log in again.",
    ),
    "Configuration": AwsError(
        ConfigurationError,
        Retry.NEVER,
        "The AWS settings for table '{table_name}' can't be used: {detail}",
    ),
    "ConnectionLost": AwsError(
        AwsConnectionError,
        Retry.IN_A_ROW,
        AwsConnectionError.sentence,
        AwsConnectionError.advice,
    ),
    "Unreachable": AwsError(  # the call was never sent
        AwsConnectionError,
        Retry.IN_A_ROW,
        AwsConnectionError.sentence,
        AwsConnectionError.advice,
    ),
    **OWN_ERRORS,
}

BACKUPS_BEING_ENABLED: Final = AwsError(
    BackupsNotEnabledError,
    Retry.UNTIL_DEADLINE,
    f"{_NOT_ENABLED} within the timeout of {{timeout}}s",
    _NOT_ENABLED_ADVICE,
)
TABLE_LOCKED: Final = AwsError(
    TableInUseError,
    Retry.UNTIL_DEADLINE,
    "Another change of table '{table_name}' kept it locked until the timeout of {timeout}s: {detail}",
    "Once that change has ended, {again}.",
)
_BY_WORDS: Final = (
    # Answers whose words say more than their code.
    ("ContinuousBackupsUnavailableException", re.compile("being enabled"), BACKUPS_BEING_ENABLED),
    (
        # "Table tags are being updated": a lock of seconds, and no limit.
        "LimitExceededException",
        re.compile(
            r"\b(?:is|are) being (?:updated|modified|changed)\b|\b(?:retry|try again) later\b"
        ),
        TABLE_LOCKED,
    ),
)
UNKNOWN_SERVER_ERROR: Final = _SERVER
UNKNOWN_REJECTION: Final = _REJECTED


class AwsFailure(Exception):
    """A call to AWS that failed, before anybody has said what that means for the operation.

    Attributes:
        code: AWS's error code, or one of the last rows of `AWS_ERRORS`.
        detail: AWS's own words, sanitized.
        action: The IAM action of the call.
        http_status: The HTTP status of the answer; None when there was none.
    """

    def __init__(self, code: str, detail: str, action: str, http_status: int | None = None) -> None:
        super().__init__(code, detail, action, http_status)
        self.code = code
        self.detail = detail
        self.action = action
        self.http_status = http_status

    @property
    def row(self) -> AwsError:
        """The row of the table that this failure falls under."""
        words = self.detail.lower()
        for code, pattern, row in _BY_WORDS:
            if code == self.code and pattern.search(words):
                return row
        if self.code in AWS_ERRORS:
            return AWS_ERRORS[self.code]
        if self.http_status is not None and self.http_status >= 500:
            return UNKNOWN_SERVER_ERROR
        return UNKNOWN_REJECTION

    @property
    def is_throttling(self) -> bool:
        """Whether AWS has refused the call because of its rate."""
        return self.row is _THROTTLED

    @property
    def may_have_happened(self) -> bool:
        """Whether AWS may have carried the call out although it looks failed."""
        lost = ("ConnectionLost", "UnreadableAnswer")
        return self.row.error is AwsServiceError or self.code in lost

    def as_status(self, table_name: str) -> str:
        """What is going on while the call is sent again."""
        if self.row is BACKUPS_BEING_ENABLED:
            return f"AWS is still enabling backups of the new table '{table_name}'"
        if self.row.error is CredentialsError:
            return "waiting for AWS credentials"
        call = self.action.partition(":")[2]
        if self.row is TABLE_LOCKED:
            return f"{call} answered '{self.detail.partition(': ')[2]}', trying again"
        return f"{call} answered {self.code}, trying again"

    def as_error(
        self,
        stage: Stage,
        facts: Facts,
        rows: Mapping[str, AwsError] | None = None,
        **overrides: Any,
    ) -> BackupError:
        """The error that a caller sees.

        Args:
            stage: The step that the call belongs to.
            facts: What is known.
            rows: What codes mean to the capability that called, where it reads them in its own way.
            **overrides: Another `sentence` or `advice` than the row's.
        """
        row = self.row
        if row is AWS_ERRORS.get(self.code, UNKNOWN_REJECTION):
            row = (rows or {}).get(self.code, row)
        if row.error is AccessDeniedError and (cause := denial(self.detail)) is not NOT_ALLOWED:
            row = cause
        sentence = overrides.get("sentence", row.sentence)
        advice = overrides.get("advice", row.advice)
        if facts.detail and "{detail}" not in sentence + advice:
            sentence = with_words_of_aws(sentence)
        return row.error(stage, facts, sentence, advice)


def with_words_of_aws(sentence: str) -> str:
    """A sentence without AWS's own words, followed by them."""
    return f"{sentence.removesuffix('.')}. AWS said: {{detail}}"
