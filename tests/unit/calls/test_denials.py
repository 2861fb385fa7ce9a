"""Why AWS has denied a call, and what is advised: by AWS's own sentences."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws import AccessDeniedError, Facts, Stage, TableInUseError
from pulumi_ddb_backup.aws.calls.aws_errors import AwsFailure, Retry
from pulumi_ddb_backup.aws.calls.denials import CAUSES, NOT_ALLOWED, denial
from pulumi_ddb_backup.aws.restore.rows import RESTORE_ERRORS
from pulumi_ddb_backup.aws.rules.text import sanitized

WHO = "arn:aws:sts::123456789012:assumed-role/Deployer/alice"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
DENIED = f"User: {WHO} is not authorized to perform: dynamodb:CreateBackup on resource: {TABLE}"

ADVICE = [
    pytest.param("", "Add dynamodb:CreateBackup to its IAM policy", id="nothing more"),
    pytest.param(
        "because no identity-based policy allows the dynamodb:CreateBackup action",
        "Add dynamodb:CreateBackup to its IAM policy",
        id="not allowed",
    ),
    pytest.param(
        "with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/guard",
        "find the Deny statement",
        id="denied by an IAM policy",
    ),
    pytest.param(
        "with an explicit deny in a service control policy: "
        "arn:aws:organizations::987654321098:policy/o-1/service_control_policy/p-1",
        "service control policy of the organization",
        id="service control policy",
    ),
    pytest.param(
        "because no service control policy allows the dynamodb:CreateBackup action",
        "service control policy of the organization",
        id="not allowed by a service control policy",
    ),
    pytest.param(
        "with an explicit deny in a resource control policy",
        "resource control policy of the organization",
        id="resource control policy",
    ),
    pytest.param(
        "because no permissions boundary allows the dynamodb:CreateBackup action",
        "permissions boundary",
        id="not allowed by a boundary",
    ),
    pytest.param(
        "with an explicit deny in a permissions boundary", "permissions boundary", id="boundary"
    ),
    pytest.param(
        "because no VPC endpoint policy allows the dynamodb:CreateBackup action",
        "policy of the VPC endpoint",
        id="VPC endpoint",
    ),
    pytest.param(
        "because no session policy allows the dynamodb:CreateBackup action",
        "where the role is assumed",
        id="session",
    ),
    pytest.param(
        "with an explicit deny in a resource-based policy", "policy of the table itself", id="table"
    ),
    pytest.param("with an explicit deny", "explicitly", id="an explicit deny of no type"),
]


def failure(words: str, code: str = "AccessDeniedException") -> AwsFailure:
    return AwsFailure(code, sanitized(f"{code}: {words}"), "dynamodb:CreateBackup", 400)


def told(words: str, stage: Stage = Stage.CREATE) -> str:
    denied = failure(words)
    facts = Facts("orders", "eu-west-1", 1800, action=denied.action, detail=denied.detail)
    error = denied.as_error(stage, facts, RESTORE_ERRORS if stage is Stage.RESTORE else None)
    assert isinstance(error, AccessDeniedError)
    return str(error)


@pytest.mark.parametrize(("why", "advice"), ADVICE)
@pytest.mark.parametrize("stage", [Stage.CREATE, Stage.RESTORE])
def test_the_advice_follows_the_cause_and_awss_words_tell_who_and_why(
    why: str, advice: str, stage: Stage
) -> None:
    words = f"{DENIED} {why}".rstrip()
    message = told(words, stage)
    assert f"AccessDeniedException: {words}" in message
    if stage is Stage.CREATE or "Add" not in advice:
        assert advice in message.splitlines()[-1]
    assert ("to its IAM policy" in message) is ("Add" in advice and stage is Stage.CREATE)


@pytest.mark.parametrize(
    "words",
    [
        f"User: {WHO} is not authorized to perform: kms:Decrypt on resource: "
        "arn:aws:kms:eu-west-1:123456789012:key/1 because no resource-based policy allows the "
        "kms:Decrypt action",
        "KMS key access denied error",
        "The ciphertext refers to a customer master key that does not exist",
    ],
)
def test_a_kms_key_that_may_not_be_used_is_told_as_that(words: str) -> None:
    assert "The table's KMS key may not be used" in told(words)


def test_a_table_or_role_with_a_telling_name_is_no_cause() -> None:
    words = DENIED.replace("orders", "kms").replace("Deployer", "session-policy-explicit-deny")
    assert denial(words) is NOT_ALLOWED


def test_access_that_is_denied_without_a_word_may_be_of_another_account() -> None:
    assert "credentials of the right account" in told("Access is denied")
    assert "Add dynamodb:CreateBackup" not in told("Access is denied")


def test_no_cause_is_hidden_by_one_before_it() -> None:
    found = [denial(f"AccessDeniedException: {DENIED} {why.values[0]}") for why in ADVICE[2:]]
    kms, bare = CAUSES[0].row, denial("AccessDeniedException: Access is denied")
    assert {id(row) for row in (*found, kms, bare)} == {id(cause.row) for cause in CAUSES}


def test_the_reason_at_the_end_of_a_very_long_sentence_is_kept() -> None:
    words = (
        f"{DENIED.replace('alice', 'a' * 64).replace('orders', 'or-' * 85)} because no VPC endpoint "
        "policy allows the dynamodb:CreateBackup action"
    )
    assert words in told(words)


@pytest.mark.parametrize(
    ("words", "retry"),
    [
        ("Table tags are being updated", Retry.UNTIL_DEADLINE),
        ("Table is being updated", Retry.UNTIL_DEADLINE),
        ("Too many changes. Please retry later", Retry.UNTIL_DEADLINE),
        ("Only 50 restore operations are allowed simultaneously", Retry.NEVER),
        ("Subscriber limit exceeded: Only 500 tables can be updated simultaneously", Retry.NEVER),
    ],
)
def test_a_lock_of_seconds_is_outlasted_and_a_limit_is_not(words: str, retry: Retry) -> None:
    assert failure(words, "LimitExceededException").row.retry is retry


@pytest.mark.parametrize("stage", [Stage.CREATE, Stage.RESTORE])
def test_a_lock_that_outlasts_the_timeout_is_told_as_a_lock(stage: Stage) -> None:
    locked = failure("Table tags are being updated", "LimitExceededException")
    facts = Facts("orders", "eu-west-1", 60, action=locked.action, detail=locked.detail)
    error = locked.as_error(stage, facts)
    assert isinstance(error, TableInUseError)
    assert "Table tags are being updated" in str(error)
    assert "500" not in str(error)


@pytest.mark.parametrize("stage", [Stage.CREATE, Stage.RESTORE])
def test_which_limit_is_exceeded_is_told_in_awss_words(stage: Stage) -> None:
    words = "Only 50 restore operations are allowed simultaneously"
    exceeded = failure(words, "LimitExceededException")
    facts = Facts("orders", "eu-west-1", 60, action=exceeded.action, detail=exceeded.detail)
    assert f"AWS said: LimitExceededException: {words}." in str(exceeded.as_error(stage, facts))
