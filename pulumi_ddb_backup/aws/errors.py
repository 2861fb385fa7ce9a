"""Every error of this library. Each message says which table, what failed, what exists, what to do.

A message is built of four parts, in this order: the stage, the sentence, what exists in AWS now,
and what to do. The table `AWS_ERRORS` holds the sentence of every error code that AWS answers with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Final

from .records import BackupRecord, BackupStatus
from .validation import Failure


class Stage(str, Enum):
    """The step an operation failed in, as its message begins."""

    TABLE = "Table Validation Failed"
    CREATE = "Backup Creation Failed"
    WAIT = "Backup Wait Failed"
    READ = "Backup Lookup Failed"
    DELETE = "Backup Deletion Failed"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when something fails. A sentence may name any of these.

    Attributes:
        table_name: The table's plain name.
        region: The region of the operation.
        timeout: The operation's limit in seconds.
        status: The last status seen, of the backup or of the table.
        backup_arn: The ARN of the backup in question.
        action: The IAM action of the call that failed, such as `dynamodb:CreateBackup`.
        detail: AWS's or the transport's own words, sanitized.
        record: The backup as AWS described it last, where this operation started or found one.
        doubt: Why a backup may exist that is not known of here; empty when there is no doubt.
    """

    table_name: str = ""
    region: str = ""
    timeout: int = 0
    status: str = ""
    backup_arn: str = ""
    action: str = ""
    detail: str = ""
    record: BackupRecord | None = None
    doubt: str = ""


class BackupError(Exception):
    """The parent of every error here.

    Attributes:
        stage: The step that failed.
        facts: What was known then.
    """

    sentence: ClassVar[str] = "{detail}"
    advice: ClassVar[str] = ""

    def __init__(
        self,
        stage: Stage,
        facts: Facts,
        sentence: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(stage, facts, sentence, advice)
        self.stage = stage
        self.facts = facts
        self._sentence = self.sentence if sentence is None else sentence
        self._advice = self.advice if advice is None else advice

    @property
    def unfinished(self) -> BackupRecord | None:
        """The backup that goes on in AWS although this operation has ended, or None."""
        record = self.facts.record
        return None if record is None or record.backup_status == BackupStatus.DELETED else record

    def __str__(self) -> str:
        words = {key: getattr(self.facts, key) for key in Facts.__slots__}
        sentence, advice = self._sentence.format(**words), self._advice.format(**words)
        parts = (sentence, self._existing(f"{sentence} {advice}"), advice)
        text = " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts if part)
        return f"{self.stage.value}: {text}"

    def _existing(self, told: str) -> str:
        """What exists in AWS now, unless `told` already says it."""
        facts = self.facts
        if facts.doubt:
            return f"A backup of table '{facts.table_name}' may exist in AWS all the same: {facts.doubt}"
        if facts.record is None and self.stage in (Stage.TABLE, Stage.CREATE):
            return "No backup was started"
        if facts.backup_arn and facts.backup_arn not in told:
            status = f" (last status {facts.status})" if facts.status else ""
            return f"Backup ARN: {facts.backup_arn}{status}"
        return ""


class ValidationError(BackupError):
    """Inputs that break a rule. `failures` lists all of them."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        Exception.__init__(self, failures)
        self.failures = tuple(failures)
        self.stage = Stage.TABLE
        self.facts = Facts()

    def __str__(self) -> str:
        return "; ".join(failure.reason for failure in self.failures)


class TableNotFoundError(BackupError):
    """The table does not exist in this account and region."""


class TableNotActiveError(BackupError):
    """The table is in a status in which AWS takes no backup."""

    sentence = "DynamoDB table '{table_name}' is in {status} status, must be ACTIVE"
    advice = "Run this again once the table is ACTIVE."


class TableInUseError(BackupError):
    """The table is being created or deleted."""


class WrongTableError(BackupError):
    """The table of that name is not the one whose ARN was given."""

    sentence = (
        "The credentials in use lead to another table than the one asked for: "
        "table '{table_name}' in region '{region}' has the ARN {detail}"
    )
    advice = "Check the account in the table ARN, and profile and role_arn."


class BackupInUseError(BackupError):
    """Another backup operation on the table, or on the backup, is under way."""


class BackupsNotEnabledError(BackupError):
    """AWS has not enabled backups for the table (yet)."""


class LimitExceededError(BackupError):
    """The account has too many table operations under way."""


class AwsServiceError(BackupError):
    """AWS answered with an error of its own (HTTP 5xx), each time it was asked."""


class ThrottledError(BackupError):
    """AWS refused every call until the timeout because of its rate."""


class AwsConnectionError(BackupError):
    """AWS could not be reached, or did not answer."""

    sentence = "The DynamoDB endpoint of region '{region}' could not be reached: {detail}"
    advice = "Check region, endpoint_url and the network, then run this again."


class AccessDeniedError(BackupError):
    """An IAM permission is missing. `facts.action` names it."""


class CredentialsError(BackupError):
    """There are no AWS credentials, or AWS does not accept them."""


class ConfigurationError(BackupError):
    """The AWS settings (region, profile, roles, endpoints) can't be used as they are."""


class RejectedError(BackupError):
    """AWS refused the call with a code this library has no words of its own for."""


class BackupNotFoundError(BackupError):
    """The backup does not exist (any more)."""


class WrongAccountError(BackupError):
    """A backup was not found, but with credentials of another account than its own."""

    sentence = (
        "Backup '{backup_arn}' of table '{table_name}' was not found, and the credentials in use "
        "belong to another account: {detail}"
    )
    advice = (
        "Nothing is known of the backup and nothing was changed; use its account's credentials."
    )


class BackupDeletedError(BackupError):
    """The backup was deleted while it was waited for."""

    sentence = "Backup '{backup_arn}' of table '{table_name}' was deleted while it was waited for"
    advice = "Find out who deleted it, then run this again to take another."


class UnexpectedStatusError(BackupError):
    """AWS reports a status that this version does not know."""

    sentence = (
        "'{status}' is a status this version does not know, seen on table '{table_name}' "
        "(known: {detail})"
    )
    advice = "Look at it in the AWS console; a newer version may know it."


class BackupTimeoutError(BackupError):
    """The backup was still not AVAILABLE at the timeout. It goes on in AWS."""

    sentence = (
        "Backup creation timed out after {timeout}s. "
        "Current status: {status}. Backup ARN: {backup_arn}"
    )
    advice = "The backup of table '{table_name}' goes on in AWS."


class StartTimeoutError(BackupError):
    """The timeout passed before AWS accepted a CreateBackup."""

    sentence = "Backup creation timed out after {timeout}s. Current status: {status}"
    advice = "Table '{table_name}' has no new backup; run this again, or raise timeout."


class BackupCancelledError(BackupError):
    """The caller cancelled. A backup that was started goes on in AWS."""

    sentence = "Backup wait cancelled. Current status: {status}. Backup ARN: {backup_arn}"
    advice = "The backup of table '{table_name}' goes on in AWS."


class StartCancelledError(BackupError):
    """The caller cancelled before AWS accepted a CreateBackup."""

    sentence = "Backup of table '{table_name}' cancelled"


class UnexpectedError(BackupError):
    """A mistake in this library. What exists in AWS is told all the same."""

    sentence = "Unexpected error on table '{table_name}': {detail}"
    advice = "Please report this as a bug of pulumi_ddb_backup."


class Retry(Enum):
    """Whether a failed call is sent again."""

    NEVER = "never"
    IN_A_ROW = "up to 3 times in a row"
    UNTIL_DEADLINE = "until the operation's deadline"


@dataclass(frozen=True, slots=True)
class AwsError:
    """One row of the table: what an answer of AWS becomes here."""

    error: type[BackupError]
    retry: Retry
    sentence: str
    advice: str = ""


_NOT_ENABLED = "Backups have not yet been enabled for table '{table_name}'"
_NOT_ENABLED_ADVICE = (
    "AWS says this of a table that is only just created, and of one without continuous backups: "
    "wait a few minutes, or enable point-in-time recovery, then run this again."
)
_SERVER = AwsError(
    AwsServiceError,
    Retry.IN_A_ROW,
    "AWS service error occurred. Please retry the operation.",
    "It concerned table '{table_name}' in region '{region}'; AWS said: {detail}",
)
_THROTTLED = AwsError(
    ThrottledError,
    Retry.UNTIL_DEADLINE,
    "AWS throttled every call for table '{table_name}' until the timeout of {timeout}s",
    "Run fewer operations of this account at the same time, or raise timeout.",
)
_DENIED = AwsError(
    AccessDeniedError,
    Retry.NEVER,
    "The AWS identity in use lacks the permission {action} on table '{table_name}' "
    "in region '{region}'",
    "Add {action} to its IAM policy, then run this again.",
)
_BAD_CREDENTIALS = AwsError(
    CredentialsError,
    Retry.NEVER,
    "AWS does not accept the credentials in use for table '{table_name}': {detail}",
    "Renew or correct them (profile, role_arn, aws: config or environment), then run this again.",
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
        "Table: '{table_name}'. Run this again once that operation has ended.",
    ),
    "TableInUseException": AwsError(
        TableInUseError,
        Retry.NEVER,
        "Table '{table_name}' is either being created or deleted. "
        "Wait for the operation to complete.",
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
    "InternalServerError": _SERVER,
    # What any AWS call may answer with.
    "ThrottlingException": _THROTTLED,
    "Throttling": _THROTTLED,
    "ThrottledException": _THROTTLED,
    "RequestLimitExceeded": _THROTTLED,
    "TooManyRequestsException": _THROTTLED,
    "ProvisionedThroughputExceededException": _THROTTLED,
    "AccessDeniedException": _DENIED,
    "AccessDenied": _DENIED,
    "UnauthorizedOperation": _DENIED,
    "UnrecognizedClientException": _BAD_CREDENTIALS,
    "InvalidClientTokenId": _BAD_CREDENTIALS,
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
}

BACKUPS_BEING_ENABLED: Final = AwsError(
    BackupsNotEnabledError,
    Retry.UNTIL_DEADLINE,
    f"{_NOT_ENABLED} within the timeout of {{timeout}}s",
    _NOT_ENABLED_ADVICE,
)
UNKNOWN_SERVER_ERROR: Final = _SERVER
UNKNOWN_REJECTION: Final = AwsError(
    RejectedError, Retry.NEVER, "AWS refused {action} for table '{table_name}': {detail}"
)


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
        if (
            self.code == "ContinuousBackupsUnavailableException"
            and "being enabled" in self.detail.lower()
        ):
            return BACKUPS_BEING_ENABLED
        if self.code in AWS_ERRORS:
            return AWS_ERRORS[self.code]
        if self.http_status is not None and self.http_status >= 500:
            return UNKNOWN_SERVER_ERROR
        return UNKNOWN_REJECTION

    @property
    def may_have_happened(self) -> bool:
        """Whether AWS may have carried the call out although it looks failed."""
        return self.row.error is AwsServiceError or self.code == "ConnectionLost"

    def as_error(self, stage: Stage, facts: Facts, **overrides: Any) -> BackupError:
        """The error that a caller sees."""
        row = self.row
        return row.error(
            stage,
            facts,
            overrides.get("sentence", row.sentence),
            overrides.get("advice", row.advice),
        )
