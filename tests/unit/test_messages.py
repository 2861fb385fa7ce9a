"""Every message of every error, rendered. The other tests assert types and attributes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pulumi_ddb_backup.aws import (
    BackupError,
    BackupRecord,
    Facts,
    Failure,
    RestoreRecord,
    Stage,
    ValidationError,
    errors,
)
from pulumi_ddb_backup.aws.calls import aws_errors, region_errors
from pulumi_ddb_backup.aws.calls.aws_errors import AWS_ERRORS, AwsError, AwsFailure
from pulumi_ddb_backup.aws.calls.denials import CAUSES
from pulumi_ddb_backup.aws.compare import errors as compare_errors
from pulumi_ddb_backup.aws.fleet import errors as fleet_errors
from pulumi_ddb_backup.aws.restore import errors as restore_errors
from pulumi_ddb_backup.aws.restore.rows import RESTORE_ERRORS
from pulumi_ddb_backup.aws.vault import errors as vault_errors
from pulumi_ddb_backup.aws.vault.records import VaultBackupRecord, VaultCopy
from pulumi_ddb_backup.aws.vault.rows import ROLE_REFUSED, VAULT_ERRORS

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01234567890123-abcdef12"
TABLE_ARN = ARN.partition("/backup/")[0]
RECORD = BackupRecord(ARN, "orders-1", "CREATING", "orders", TABLE_ARN, "eu-west-1")
FACTS = Facts(
    table_name="orders",
    region="eu-west-1",
    timeout=1800,
    status="CREATING",
    backup_arn=ARN,
    action="dynamodb:CreateBackup",
    detail="AWS's own {words}",
    origin=f"backup '{ARN}'",
)
NOTHING_YET = replace(FACTS, backup_arn="", origin="a backup")
GOES_ON = replace(FACTS, record=RECORD)
DOUBT = "CreateBackup for 'orders-1' was sent and its answer was lost"
NOTHING = "No backup was started."

COPY_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
RESTORE = RestoreRecord("orders", COPY_ARN, "CREATING", "eu-west-1", ARN)
BEING_RESTORED = replace(FACTS, made=RESTORE)
NO_RESTORE = "No restore was started."

ROWS: dict[str, AwsError] = {
    **AWS_ERRORS,
    "backups being enabled": aws_errors.BACKUPS_BEING_ENABLED,
    "table locked": aws_errors.TABLE_LOCKED,
    **{f"denied, {cause.words.pattern}": cause.row for cause in CAUSES},
    "unknown 5xx": aws_errors.UNKNOWN_SERVER_ERROR,
    "unknown 4xx": aws_errors.UNKNOWN_REJECTION,
}
SUBCLASSES = [
    kind
    for kind in {
        **vars(errors),
        **vars(region_errors),
        **vars(restore_errors),
        **vars(compare_errors),
    }.values()
    if isinstance(kind, type) and issubclass(kind, BackupError)
]
OWN_WORDS = [kind for kind in SUBCLASSES if "sentence" in vars(kind) and kind is not BackupError]

FLEET_ERRORS = [fleet_errors.NoTableSelectedError, fleet_errors.TablesMissingError]
A_FLEET = replace(NOTHING_YET, table_name="*", status="", action="")

Make = Callable[[Stage, Facts], BackupError]


def of_row(row: AwsError) -> Make:
    return lambda stage, facts: row.error(stage, facts, row.sentence, row.advice)


def of_answer(code: str) -> Make:
    """The error of an answer, as a caller sees it: with AWS's own words."""
    answer = AwsFailure(code, f"{code}: no", "dynamodb:CreateBackup", 400)
    return answer.as_error


MAKERS = [
    *(pytest.param(of_answer(code), id=f"answer {code}") for code in AWS_ERRORS),
    *(pytest.param(of_row(row), id=code) for code, row in ROWS.items()),
    *(pytest.param(kind, id=kind.__name__) for kind in OWN_WORDS),
]
RESTORE_MAKERS = [
    *MAKERS,
    *(pytest.param(of_row(row), id=f"restore {code}") for code, row in RESTORE_ERRORS.items()),
    pytest.param(restore_errors.not_its_restore, id="not its restore"),
    pytest.param(restore_errors.still_being_deleted, id="still being deleted"),
    pytest.param(restore_errors.replaced, id="replaced"),
]
VAULT_MAKERS = [
    *(pytest.param(of_row(row), id=f"vault {code}") for code, row in VAULT_ERRORS.items()),
    pytest.param(of_row(ROLE_REFUSED), id="role refused"),
    *(
        pytest.param(kind, id=kind.__name__)
        for kind in vars(vault_errors).values()
        if isinstance(kind, type) and issubclass(kind, BackupError) and kind is not BackupError
    ),
]
POINT_ARN = (
    "arn:aws:backup:eu-west-1:123456789012:recovery-point:0a1b2c3d-4e5f-6789-abcd-ef0123456789"
)
VAULT_ARN = "arn:aws:backup:us-east-2:123456789012:backup-vault:second"
IN_VAULT = VaultBackupRecord(
    "0A1B-JOB",
    "RUNNING",
    "safe",
    "orders",
    TABLE_ARN,
    "eu-west-1",
    recovery_point_arn=POINT_ARN,
    percent_done=42.0,
    copies=(VaultCopy(VAULT_ARN, "CREATED", "0A1B-COPY"),),
)


def vault_states() -> Iterator[tuple[Stage, Facts]]:
    """What can be known at each stage of a backup in a vault."""
    yield Stage.VAULT, NOTHING_YET
    yield Stage.VAULT, replace(NOTHING_YET, doubt="StartBackupJob was sent and its answer was lost")
    yield Stage.VAULT_WAIT, replace(FACTS, backup_arn=POINT_ARN, made=IN_VAULT)
    yield Stage.COPY, replace(FACTS, backup_arn=POINT_ARN, made=IN_VAULT)
    yield Stage.POINT_READ, replace(FACTS, backup_arn=POINT_ARN)
    yield Stage.POINT_DELETE, replace(FACTS, backup_arn=POINT_ARN)


@pytest.mark.parametrize("make", [*MAKERS, *VAULT_MAKERS])
def test_a_message_of_a_vault_begins_with_its_stage_and_is_short_and_whole(make: Make) -> None:
    for stage, facts in vault_states():
        message = str(make(stage, facts))
        if facts.made:
            assert f"\n{IN_VAULT.told}" in message
        assert_short_and_whole(message.replace(f"\n{IN_VAULT.told}", ""), stage)


def test_what_is_in_a_vault_is_told_on_a_line_each() -> None:
    assert IN_VAULT.told.splitlines() == [
        "Backup job 0A1B-JOB in vault 'safe' is RUNNING 42%.",
        f"Recovery point: {POINT_ARN}",
        f"Copy to {VAULT_ARN}: CREATED.",
    ]


def states() -> Iterator[tuple[Stage, Facts]]:
    """What can be known at each stage."""
    yield Stage.TABLE, NOTHING_YET
    yield Stage.CREATE, NOTHING_YET
    yield Stage.CREATE, replace(NOTHING_YET, doubt=DOUBT)
    yield Stage.WAIT, GOES_ON
    yield Stage.WAIT, FACTS
    yield Stage.READ, FACTS
    yield Stage.DELETE, FACTS


def restore_states() -> Iterator[tuple[Stage, Facts]]:
    """What can be known at each stage of a restore."""
    yield Stage.RESTORE, FACTS
    yield Stage.RESTORE, replace(FACTS, doubt=DOUBT)
    yield Stage.RESTORE, BEING_RESTORED
    yield (
        Stage.SETTINGS,
        replace(BEING_RESTORED, made=replace(RESTORE, settings_left=("tags", "table_class"))),
    )


@pytest.mark.parametrize("make", MAKERS)
def test_a_message_begins_with_its_stage_and_is_short_and_whole(make: Make) -> None:
    for stage, facts in states():
        assert_short_and_whole(str(make(stage, facts)), stage)


@pytest.mark.parametrize("make", RESTORE_MAKERS)
def test_a_message_of_a_restore_begins_with_its_stage_and_is_short_and_whole(make: Make) -> None:
    for stage, facts in restore_states():
        assert_short_and_whole(str(make(stage, facts)), stage)


@pytest.mark.parametrize("make", FLEET_ERRORS)
def test_a_message_of_a_fleet_is_whole_and_says_that_nothing_was_started(make: Make) -> None:
    message = str(make(Stage.TABLE, replace(A_FLEET, detail=FACTS.detail)))
    assert_short_and_whole(message, Stage.TABLE)
    assert FACTS.detail in message
    assert NOTHING in message.splitlines()


def assert_short_and_whole(message: str, stage: Stage) -> None:
    assert message.startswith((f"{stage.value}: ", f"{stage.stopped}: "))
    assert "{" not in message.replace(FACTS.detail, "")
    lines = message.splitlines()
    assert len(lines) <= 3
    assert not [line for line in lines if not line.endswith((".", ARN, COPY_ARN, POINT_ARN))]
    assert not [line for line in lines if "  " in line or ".." in line]
    assert all(line.isprintable() for line in lines)
    assert len(message) < 700


@pytest.mark.parametrize("code", AWS_ERRORS)
@pytest.mark.parametrize("stage", Stage)
def test_every_refusal_has_awss_own_words_once(code: str, stage: Stage) -> None:
    assert str(of_answer(code)(stage, FACTS)).count(FACTS.detail) == 1


@pytest.mark.parametrize("make", MAKERS)
def test_a_message_names_the_table(make: Make) -> None:
    for stage, facts in states():
        assert "'orders'" in str(make(stage, facts)).replace(DOUBT, "")


@pytest.mark.parametrize("make", MAKERS)
def test_a_message_that_is_about_no_single_table_names_none(make: Make) -> None:
    for stage in (Stage.TABLE, Stage.READ):
        facts = replace(A_FLEET, action="dynamodb:ListTables", status="ACTIVE", detail=FACTS.detail)
        message = str(make(stage, facts))
        assert_short_and_whole(message, stage)
        assert "*" not in message


@pytest.mark.parametrize("make", RESTORE_MAKERS)
def test_a_message_of_a_restore_names_the_table(make: Make) -> None:
    for stage, facts in restore_states():
        assert "'orders'" in str(make(stage, facts)).replace(DOUBT, "")


@pytest.mark.parametrize("make", MAKERS)
def test_a_message_says_what_exists(make: Make) -> None:
    assert NOTHING in str(make(Stage.TABLE, NOTHING_YET))
    assert NOTHING in str(make(Stage.CREATE, NOTHING_YET))
    assert str(make(Stage.WAIT, GOES_ON)).count(ARN) == 1
    assert str(make(Stage.CREATE, GOES_ON)).count(ARN) == 1
    assert str(make(Stage.DELETE, FACTS)).count(ARN) == 1
    assert NOTHING not in str(make(Stage.WAIT, FACTS))


@pytest.mark.parametrize("make", MAKERS)
def test_nobody_is_told_to_run_it_again_where_that_could_take_a_second_backup(make: Make) -> None:
    for facts in (replace(NOTHING_YET, doubt=DOUBT), replace(FACTS, doubt=DOUBT)):
        for stage in (Stage.TABLE, Stage.CREATE):
            message = str(make(stage, facts))
            assert "run this again" not in message.lower()
            assert message.count("look whether that backup exists") == 1
    assert "run this again" not in str(make(Stage.WAIT, GOES_ON)).lower()


@pytest.mark.parametrize("make", MAKERS)
def test_a_doubt_is_never_told_as_nothing(make: Make) -> None:
    message = str(make(Stage.CREATE, replace(NOTHING_YET, doubt=DOUBT)))
    assert f"A backup of table 'orders' may exist in AWS all the same: {DOUBT}." in message
    assert NOTHING not in message


@pytest.mark.parametrize("make", RESTORE_MAKERS)
def test_a_message_of_a_restore_says_what_exists(make: Make) -> None:
    assert NO_RESTORE in str(make(Stage.RESTORE, FACTS))
    being = str(make(Stage.RESTORE, BEING_RESTORED)).splitlines()
    assert f"Restored table (last status CREATING): {COPY_ARN}" in being
    left = replace(RESTORE, table_status="ACTIVE", settings_left=("tags", "table_class"))
    lines = str(make(Stage.SETTINGS, replace(FACTS, made=left))).splitlines()
    assert f"Restored table (last status ACTIVE, not set: tags, table_class): {COPY_ARN}" in lines


@pytest.mark.parametrize("make", RESTORE_MAKERS)
def test_a_doubt_about_a_restore_is_never_told_as_nothing(make: Make) -> None:
    message = str(make(Stage.RESTORE, replace(FACTS, doubt=DOUBT)))
    assert f"Table 'orders' may be on its way in AWS all the same: {DOUBT}." in message
    assert NO_RESTORE not in message


SPEC = {
    "TableNotFoundException": "DynamoDB table 'orders' does not exist in region 'eu-west-1'",
    "ResourceNotFoundException": "DynamoDB table 'orders' does not exist in region 'eu-west-1'",
    "BackupNotFoundException": f"Backup '{ARN}' was not found during status check",
    "BackupInUseException": "There is another ongoing conflicting backup operation on the table. "
    "A backup is either being created, deleted or restored.",
    "TableInUseException": "Table 'orders' is either being created or deleted. "
    "Wait for the operation to complete.",
    "ContinuousBackupsUnavailableException": "Backups have not yet been enabled for table 'orders'",
    "backups being enabled": "Backups have not yet been enabled for table 'orders'",
    "LimitExceededException": "Account limit exceeded. Up to 500 simultaneous table operations are "
    "allowed. Reduce concurrent operations and retry.",
    "InternalServerError": "AWS service error occurred. Please retry the operation.",
    "unknown 5xx": "AWS service error occurred. Please retry the operation.",
}


@pytest.mark.parametrize(("code", "words"), SPEC.items(), ids=SPEC)
def test_the_words_of_the_specification_come_first(code: str, words: str) -> None:
    for stage in Stage:
        assert str(of_row(ROWS[code])(stage, FACTS)).startswith(f"{stage.value}: {words}")


WHOLE = [
    pytest.param(
        errors.BackupTimeoutError(Stage.WAIT, GOES_ON),
        f"Backup Wait Failed: Backup creation timed out after 1800s. Current status: CREATING. "
        f"Backup ARN: {ARN}\nThe backup of table 'orders' goes on in AWS.",
        id="timeout of the wait",
    ),
    pytest.param(
        errors.StartTimeoutError(Stage.TABLE, replace(NOTHING_YET, status="table UPDATING")),
        "Table Validation Failed: Backup creation timed out after 1800s. "
        "Current status: table UPDATING.\nNo backup was started.\n"
        "Table: 'orders'. Raise timeout if need be, then run this again.",
        id="timeout before the start",
    ),
    pytest.param(
        errors.TableNotActiveError(Stage.TABLE, replace(NOTHING_YET, status="CREATING")),
        "Table Validation Failed: DynamoDB table 'orders' is in CREATING status, must be ACTIVE.\n"
        "No backup was started.\nOnce the table is ACTIVE, run this again.",
        id="table not active",
    ),
    pytest.param(
        AwsFailure("NoCredentials", "x", "dynamodb:ListTables").as_error(
            Stage.TABLE, replace(A_FLEET, detail="log in again")
        ),
        "Table Validation Failed: No usable AWS credentials were found for the tables: log in again."
        "\nNo backup was started.\nSet profile, aws:profile or AWS_PROFILE, or log in again.",
        id="no credentials for many tables",
    ),
    pytest.param(
        AwsFailure("UnreadableAnswer", "x", "dynamodb:DescribeBackup").as_error(
            Stage.WAIT, replace(GOES_ON, action="dynamodb:DescribeBackup", detail="it lacks 'X'")
        ),
        "Backup Wait Failed: AWS's answer to dynamodb:DescribeBackup could not be read for table "
        "'orders' in region 'eu-west-1': it lacks 'X'.\n"
        f"Backup ARN (last status CREATING): {ARN}\n"
        "Check endpoint_url and any proxy between here and AWS, then go on waiting for this same "
        "backup.",
        id="an answer that can't be read",
    ),
    pytest.param(
        errors.ListTimeoutError(
            Stage.READ, replace(A_FLEET, action="dynamodb:ListBackups", timeout=60)
        ),
        "Backup Lookup Failed: dynamodb:ListBackups still had pages to read for the tables in region "
        "'eu-west-1' when the timeout of 60s passed.\nRaise timeout, then run this again.",
        id="a list that takes too long",
    ),
    pytest.param(
        errors.BackupCancelledError(Stage.WAIT, GOES_ON),
        "Backup Wait Stopped: The backup of table 'orders' goes on in AWS. Current status: CREATING. "
        f"Backup ARN: {ARN}",
        id="cancelled wait",
    ),
    pytest.param(
        errors.StartCancelledError(Stage.CREATE, NOTHING_YET),
        "Backup Creation Stopped: The backup of table 'orders' was cancelled.\n"
        "No backup was started.",
        id="cancelled start",
    ),
    pytest.param(
        AwsFailure(
            "AccessDeniedException", "AccessDeniedException: no", "dynamodb:CreateBackup", 400
        ).as_error(Stage.CREATE, NOTHING_YET),
        "Backup Creation Failed: The AWS identity in use lacks the permission "
        "dynamodb:CreateBackup on table 'orders' in region 'eu-west-1'. AWS said: AWS's own {words}.\n"
        "No backup was started.\n"
        "Add dynamodb:CreateBackup to its IAM policy, then run this again.",
        id="denied",
    ),
    pytest.param(
        AwsFailure("InternalServerError", "x", "dynamodb:DescribeBackup", 500).as_error(
            Stage.WAIT, replace(GOES_ON, detail="InternalServerError: try again")
        ),
        "Backup Wait Failed: AWS service error occurred. Please retry the operation.\n"
        f"Backup ARN (last status CREATING): {ARN}\nTo retry, go on waiting for this same backup. "
        "Table 'orders', region 'eu-west-1'; AWS said: InternalServerError: try again.",
        id="5xx in the wait",
    ),
    pytest.param(
        restore_errors.RestoreTimeoutError(Stage.RESTORE, BEING_RESTORED),
        f"Table Restore Failed: Restoring table 'orders' from backup '{ARN}' timed out after 1800s. "
        "Current status: CREATING.\n"
        f"Restored table (last status CREATING): {COPY_ARN}\n"
        "The restore goes on in AWS. Restore the same to table 'orders' again to go on waiting, "
        "with a longer timeout if need be, and to set what is left.",
        id="timeout of a restore",
    ),
    pytest.param(
        restore_errors.TargetExistsError(Stage.RESTORE, FACTS),
        "Table Restore Failed: A table named 'orders' already exists in region 'eu-west-1'.\n"
        f"No restore was started.\nA restore of backup '{ARN}' needs a new table: choose another name "
        "for it.",
        id="target exists",
    ),
    pytest.param(
        AwsFailure("BackupInUseException", "x", "dynamodb:RestoreTableFromBackup", 400).as_error(
            Stage.RESTORE, FACTS, RESTORE_ERRORS
        ),
        f"Table Restore Failed: Backup '{ARN}' is either being created, deleted or restored to "
        "another table, so it can't be restored to table 'orders' now. AWS said: AWS's own {words}.\n"
        "No restore was started.\n"
        "Once that operation has ended, run this again.",
        id="backup in use by a restore",
    ),
    pytest.param(
        AwsFailure("AccessDeniedException", "x", "dynamodb:TagResource", 400).as_error(
            Stage.SETTINGS, replace(BEING_RESTORED, action="dynamodb:TagResource")
        ),
        "Restored Table Settings Failed: The AWS identity in use lacks the permission "
        "dynamodb:TagResource on table 'orders' in region 'eu-west-1'. AWS said: AWS's own {words}.\n"
        f"Restored table (last status CREATING): {COPY_ARN}\n"
        "Add dynamodb:TagResource to its IAM policy, then run this again.",
        id="denied a setting",
    ),
    pytest.param(
        compare_errors.ComparisonTimeoutError(
            Stage.COMPARE,
            replace(
                NOTHING_YET, detail="about 62%, 12,400 and 12,380 items read, 2,310 read units"
            ),
        ),
        "Comparison Failed: The comparison of table 'orders' was not complete after 1800s. It got "
        "this far: about 62%, 12,400 and 12,380 items read, 2,310 read units.\n"
        "With a state file, run this again to continue from there; without one, the next run starts "
        "over.",
        id="timeout of a comparison",
    ),
    pytest.param(
        fleet_errors.NoTableSelectedError(
            Stage.TABLE,
            replace(A_FLEET, detail="table_pattern prod-* stage-*, tags team=shop in eu-west-1"),
        ),
        "Table Validation Failed: No table matches table_pattern prod-* stage-*, tags team=shop in "
        "eu-west-1.\nNo backup was started.\nCheck the names, patterns, tags and regions, and "
        "which account the credentials belong to.",
        id="no table of a fleet",
    ),
    pytest.param(
        fleet_errors.TablesMissingError(
            Stage.TABLE, replace(A_FLEET, detail="missing 'orders' (eu-west-1) and 3 more")
        ),
        "Table Validation Failed: Not all tables exist, and all_or_nothing is set: missing "
        "'orders' (eu-west-1) and 3 more.\nNo backup was started.\n"
        "Check the names and the region, or take them out.",
        id="tables of a fleet missing",
    ),
    pytest.param(
        ValidationError([Failure("timeout", "timeout is bad"), Failure("region", "region is bad")]),
        "timeout is bad; region is bad",
        id="validation",
    ),
]


@pytest.mark.parametrize(("error", "message"), WHOLE)
def test_a_whole_message(error: BackupError, message: str) -> None:
    assert str(error) == message


def test_every_error_has_words_of_its_own_or_a_row() -> None:
    with_words = {*OWN_WORDS, *(row.error for row in ROWS.values()), ValidationError, BackupError}
    assert with_words >= set(SUBCLASSES)
    kinds = [kind for kind in vars(fleet_errors).values() if isinstance(kind, type)]
    assert [kind for kind in kinds if "sentence" in vars(kind)] == [BackupError, *FLEET_ERRORS]


@pytest.mark.parametrize("make", [*MAKERS, *FLEET_ERRORS])
@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
)
def test_an_error_survives_copying(make: Make, again: Callable[[BackupError], BackupError]) -> None:
    error = make(Stage.WAIT, GOES_ON)
    twin = again(error)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert (twin.stage, twin.facts) == (error.stage, error.facts)


def test_a_validation_error_survives_copying() -> None:
    error = ValidationError([Failure("timeout", "timeout is bad")])
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(twin), twin.failures) == (str(error), error.failures)


def test_braces_in_a_fact_are_no_placeholders() -> None:
    facts = replace(NOTHING_YET, detail="{0} {table_name} {", table_name="{region}")
    assert "{0} {table_name} {" in str(of_row(ROWS["unknown 4xx"])(Stage.CREATE, facts))


@pytest.mark.parametrize(
    ("record", "unfinished"),
    [
        pytest.param(None, False, id="none"),
        pytest.param(RECORD, True, id="CREATING"),
        pytest.param(replace(RECORD, backup_status="AVAILABLE"), True, id="AVAILABLE"),
        pytest.param(replace(RECORD, backup_status="PAUSED"), True, id="unknown status"),
        pytest.param(replace(RECORD, backup_status="DELETED"), False, id="DELETED"),
    ],
)
def test_what_goes_on_in_aws_is_unfinished(record: BackupRecord | None, unfinished: bool) -> None:
    error = errors.BackupTimeoutError(Stage.WAIT, replace(FACTS, record=record))
    assert error.unfinished == (record if unfinished else None)


@pytest.mark.parametrize(
    ("code", "detail", "status", "row"),
    [
        pytest.param("NewThing", "x", 500, "unknown 5xx", id="unknown 500"),
        pytest.param("NewThing", "x", 503, "unknown 5xx", id="unknown 503"),
        pytest.param("NewThing", "x", 499, "unknown 4xx", id="unknown 499"),
        pytest.param("NewThing", "x", None, "unknown 4xx", id="unknown without a status"),
        pytest.param("ThrottlingException", "x", 500, "ThrottlingException", id="known code"),
        pytest.param(
            "ContinuousBackupsUnavailableException",
            "Backups are BEING ENABLED for the table: orders. Please retry later",
            400,
            "backups being enabled",
            id="being enabled",
        ),
        pytest.param(
            "ContinuousBackupsUnavailableException",
            "Backups not enabled",
            400,
            "ContinuousBackupsUnavailableException",
            id="not enabled",
        ),
    ],
)
def test_an_answer_of_aws_falls_under_a_row(
    code: str, detail: str, status: int | None, row: str
) -> None:
    assert AwsFailure(code, detail, "dynamodb:CreateBackup", status).row is ROWS[row]


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("InternalServerError", 500, True),
        ("ServiceUnavailable", 503, True),
        ("ConnectionLost", None, True),
        ("UnreadableAnswer", None, True),
        ("CredentialsUnreachable", None, False),
        ("CredentialsLate", None, False),
        ("Unreachable", None, False),
        ("ThrottlingException", 400, False),
        ("LimitExceededException", 400, False),
    ],
)
def test_a_call_that_looks_failed_may_have_happened(
    code: str, status: int | None, expected: bool
) -> None:
    assert AwsFailure(code, "x", "dynamodb:CreateBackup", status).may_have_happened is expected
