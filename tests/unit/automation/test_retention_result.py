"""What a run's result tells of a retention, read from the resource's output."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.automation import RetentionResult
from pulumi_ddb_backup.automation.one import backup_runner
from pulumi_ddb_backup.automation.records import result_of, set_result_of
from pulumi_ddb_backup.aws import (
    BackupSummary,
    PrunedTable,
    PruneResult,
    TableRef,
    ValidationError,
    Why,
)
from pulumi_ddb_backup.aws.errors import AccessDeniedError, Facts, Stage
from pulumi_ddb_backup.aws.retention.after import Applied
from pulumi_ddb_backup.aws.retention.records import Kept, Reason
from pulumi_ddb_backup.resources.retaining import output_of
from pulumi_ddb_backup.resources.retention_output import with_rules

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
RULES = {"keep_last": 1}


def arn(number: int) -> str:
    return f"{TABLE}/backup/{number:014}-0123abcd"


def backup(number: int) -> BackupSummary:
    name = f"nightly-{number}"
    return BackupSummary(arn(number), name, "AVAILABLE", "USER", "orders", TABLE, "eu-west-1")


DENIED = AccessDeniedError(
    Stage.DELETE, Facts(table_name="orders", region="eu-west-1", timeout=60, action="x")
)
PRUNED = PruneResult(
    [
        PrunedTable(
            TableRef("eu-west-1", "orders"),
            kept=[Kept(backup(4), [Reason("keep_last"), Reason("protected")])],
            expired=[backup(3), backup(2)],
            left_alone=[(backup(1), Why.OTHER_OWNER)],
            deleted=[arn(3)],
            failed={arn(2): DENIED},
        )
    ]
)


def test_a_result_tells_what_was_deleted_kept_and_failed() -> None:
    output = with_rules(output_of(Applied(PRUNED)), RULES)
    failure = f"{arn(2)}: {DENIED}".splitlines()[0]
    expected = RetentionResult(
        kept=1,
        kept_by_rule={"keep_last": 1, "protected": 1},
        deleted=1,
        deleted_arns=(arn(3),),
        failed=1,
        failures=(failure,),
        left_alone={"other_owner": 1},
    )
    one = result_of("urn:pulumi:dev::shop::x::nightly", "create", arn(4), {"retention": output})
    assert one is not None
    assert one.retention == expected
    assert set_result_of("urn", "update", {"retention": output}).retention == expected


def test_a_retention_that_could_not_be_applied_says_why() -> None:
    output = with_rules(output_of(Applied(error=DENIED)), RULES)
    told = set_result_of("urn", "update", {"retention": output}).retention
    assert told == RetentionResult(note=str(DENIED).splitlines()[0])


@pytest.mark.parametrize("output", [None, with_rules(None, RULES), "[secret]"])
def test_before_any_rules_were_applied_there_is_no_result(output: object) -> None:
    assert set_result_of("urn", "same", {"retention": output}).retention is None


def test_a_retention_that_breaks_a_rule_is_told_before_anything_is_run() -> None:
    with pytest.raises(ValidationError) as broken:
        backup_runner("orders", stack_name="dev", backup_name="orders-1", retention={})
    reasons = [failure.reason for failure in broken.value.failures]
    assert reasons[0].startswith("retention needs backup_name_prefix")
    assert reasons[1].startswith("retention must keep something")
