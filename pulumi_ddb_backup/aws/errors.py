"""The errors of a backup, and what all errors have in common.

Each message says which table, what failed, what exists and what to do: the stage and the sentence,
then, each on a line of its own, what exists in AWS now and what to do. The sentences for what AWS
itself answers with are in `calls.aws_errors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from .facts import OF_BACKUPS, OF_OTHERS, OF_RESTORES, OF_VAULTS
from .facts import Facts as Facts
from .facts import Stage as Stage
from .records import BackupRecord, BackupStatus
from .rules.subject import about
from .rules.validation import Failure

AGAIN: Final = "run this again"
AGAIN_UNFINISHED: Final = "go on waiting for this same backup"
AGAIN_IN_DOUBT: Final = "look whether that backup exists, and take another only if it does not"
"""What `{again}` in an advice stands for, by what exists in AWS."""
LOOK_FIRST: Final = f"Before anything else, {AGAIN_IN_DOUBT}."
"""What an advice ends with that says nothing of trying again, where a backup may exist."""


class BackupError(Exception):
    """The base class of every error here.

    Its text is for people: which table, what failed, what exists in AWS now, and what to do next.

    Args:
        stage: The step that failed.
        facts: What was known then.
        sentence: What failed, instead of the class's `sentence`.
        advice: What to do next, instead of the class's `advice`.

    Attributes:
        stage: The step that failed.
        facts: What was known then.
    """

    sentence: ClassVar[str] = "{detail}"
    """What failed. Names in braces are attributes of `facts`."""
    advice: ClassVar[str] = ""
    """What to do next, likewise."""
    stopped: ClassVar[bool] = False
    """Whether the caller stopped the operation, which is no failure."""

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
        """The backup that is still in AWS although this operation has failed, or None."""
        record = self.facts.record
        return None if record is None or record.backup_status == BackupStatus.DELETED else record

    @property
    def unfinished_restore(self) -> Any:
        """The `RestoreRecord` of a table that is being restored, or lacks settings still; the job of a
        recovery point that is being restored. None if none is."""
        return self.facts.made if self.stage in OF_RESTORES else None

    @property
    def unfinished_vault_backup(self) -> Any:
        """The `VaultBackupRecord` of what is in a vault, or is being made there. None if nothing is."""
        return self.facts.made if self.stage in OF_VAULTS else None

    def __str__(self) -> str:
        words = {key: getattr(self.facts, key) for key in Facts.__slots__}
        words["again"] = self._again
        templates = [self._sentence, self._advice]
        if self._in_doubt and not any(one in self._advice for one in ("{again}", AGAIN_IN_DOUBT)):
            templates[1] = f"{_ended(self._advice)} {LOOK_FIRST}".removeprefix(". ")
        templates = [about(self.facts.table_name, one) for one in templates]
        sentence, advice = (template.format(**words) for template in templates)
        parts = (sentence, self._existing(f"{sentence} {advice}"), advice)
        return f"{self.heading}: " + "\n".join(_ended(part) for part in parts if part)

    @property
    def heading(self) -> str:
        """What the message begins with: the step that failed, or that the caller stopped."""
        return self.stage.stopped if self.stopped else self.stage.value

    @property
    def _in_doubt(self) -> bool:
        """Whether there may be a backup that is not known of. A restore can simply be asked for again."""
        return bool(self.facts.doubt) and self.stage not in OF_OTHERS

    @property
    def _again(self) -> str:
        """What to do once the cause is mended. CreateBackup is not idempotent: never a second backup."""
        if self._in_doubt:
            return AGAIN_IN_DOUBT
        return AGAIN_UNFINISHED if self.stage in (Stage.WAIT, Stage.VAULT_WAIT) else AGAIN

    def _existing(self, told: str) -> str:
        """What exists in AWS now, unless `told` already says it."""
        facts = self.facts
        if words := OF_OTHERS.get(self.stage):
            return facts.made.told if facts.made and not facts.doubt else words.existing(facts)
        if facts.doubt:
            return OF_BACKUPS.existing(facts)
        if facts.record is None and self.stage in (Stage.TABLE, Stage.CREATE):
            return OF_BACKUPS.nothing
        if facts.backup_arn and facts.backup_arn not in told:
            status = f" (last status {facts.status})" if facts.status else ""
            return f"Backup ARN{status}: {facts.backup_arn}"
        return ""


def _ended(text: str) -> str:
    """`text` as a sentence; an ARN at its end stays bare, so that it can be copied."""
    last = text.rpartition(" ")[2]
    return text if text.endswith(".") or last.startswith("arn:") else f"{text}."


class ValidationError(BackupError):
    """One or more inputs break a rule. AWS was not called.

    Args:
        failures: The broken rules.

    Attributes:
        failures: All broken rules.
        stage: Always `Stage.TABLE`.
        facts: Empty: nothing was asked of AWS.
    """

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
    """The table is in a status in which AWS does not back it up."""

    sentence = "DynamoDB table '{table_name}' is in {status} status, must be ACTIVE"
    advice = "Once the table is ACTIVE, {again}."


class TableInUseError(BackupError):
    """The table is being created or deleted."""


class WrongTableError(BackupError):
    """There is a table of that name, but it is not the one whose ARN was given."""

    sentence = (
        "This is not the table that was asked for: with the credentials in use, table "
        "'{table_name}' in region '{region}' is {detail}"
    )
    advice = "Check the account in the table's ARN, profile and role_arn."


class AccountNotAllowedError(BackupError):
    """The stack's `aws:` configuration excludes this account, or AWS does not say which account it is."""

    sentence = "Account {status} may not be used for table '{table_name}': {detail}"
    advice = "Use another account's credentials (profile, role_arn), or change that setting."


class BackupInUseError(BackupError):
    """Another operation on the backup, or another backup of the table, is in progress."""


class BackupsNotEnabledError(BackupError):
    """AWS has not enabled backups for the table, or not yet."""


class LimitExceededError(BackupError):
    """The account has too many table operations in progress."""


class AwsServiceError(BackupError):
    """AWS answered every attempt with an internal error (HTTP 5xx)."""


class ThrottledError(BackupError):
    """AWS throttled every call until the timeout."""


class AwsConnectionError(BackupError):
    """AWS could not be reached, or did not answer."""

    sentence = (
        "The DynamoDB endpoint of region '{region}' could not be reached for table "
        "'{table_name}': {detail}"
    )
    advice = "Check region, endpoint_url and the network, then {again}."


class UnreadableAnswerError(BackupError):
    """The answer can't be read: it is not in the form that AWS documents."""


class ListTimeoutError(BackupError):
    """The timeout passed before all pages of a list had been read."""

    sentence = (
        "{action} still had pages to read for table '{table_name}' in region '{region}' when the "
        "timeout of {timeout}s passed"
    )
    advice = "Raise timeout, then {again}."


class AccessDeniedError(BackupError):
    """An IAM permission is missing. `facts.action` names it."""


class CredentialsError(BackupError):
    """There are no AWS credentials, or AWS rejects them."""


class ConfigurationError(BackupError):
    """An AWS setting (region, profile, role or endpoint) can't be used."""


class RejectedError(BackupError):
    """AWS rejected the call with an error code that this library does not know."""


class BackupNotFoundError(BackupError):
    """The backup does not exist, or no longer exists."""


class WrongAccountError(BackupError):
    """The credentials belong to another account than the backup, so AWS does not show it."""

    sentence = (
        "Backup '{backup_arn}' of table '{table_name}' can't be seen with the credentials in use, "
        "which belong to another account ({detail})"
    )
    advice = "Nothing was changed. Use credentials of the backup's own account."


class BackupDeletedError(BackupError):
    """Somebody deleted the backup while this operation waited for it."""

    sentence = "Backup '{backup_arn}' of table '{table_name}' was deleted before it was AVAILABLE"
    advice = "Find out who deleted it before you take another."


class UnexpectedStatusError(BackupError):
    """AWS reports a status that this version of the library does not know."""

    sentence = (
        "AWS reports status '{status}' for table '{table_name}', which this version does not know "
        "(known: {detail})"
    )
    advice = "Look at it in the AWS console; a newer version of pulumi_ddb_backup may know it."


class BackupTimeoutError(BackupError):
    """The backup was not AVAILABLE before the timeout. It continues in AWS."""

    sentence = (
        "Backup creation timed out after {timeout}s. "
        "Current status: {status}. Backup ARN: {backup_arn}"
    )
    advice = "The backup of table '{table_name}' goes on in AWS."


class StartTimeoutError(BackupError):
    """The timeout passed before AWS accepted a CreateBackup call. No backup was started."""

    sentence = "Backup creation timed out after {timeout}s. Current status: {status}"
    advice = "Table: '{table_name}'. Raise timeout if need be, then {again}."


class BackupCancelledError(BackupError):
    """The caller cancelled the wait. The backup continues in AWS."""

    stopped = True
    sentence = (
        "The backup of table '{table_name}' goes on in AWS. "
        "Current status: {status}. Backup ARN: {backup_arn}"
    )


class StartCancelledError(BackupError):
    """The caller cancelled before AWS accepted a CreateBackup call. No backup was started."""

    stopped = True
    sentence = "The backup of table '{table_name}' was cancelled"


class LookupCancelledError(BackupError):
    """The caller cancelled a look-up or a deletion."""

    stopped = True
    sentence = "Cancelled before AWS answered for table '{table_name}'"


class UnexpectedError(BackupError):
    """A bug in this library. The message still says what exists in AWS."""

    sentence = "Unexpected error on table '{table_name}': {detail}"
    advice = "Please report this as a bug of pulumi_ddb_backup."
