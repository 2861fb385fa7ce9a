"""Our statuses, error codes and limits against botocore's own model of DynamoDB."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import botocore.loaders
import pytest
from botocore import xform_name
from botocore.model import ServiceModel

from pulumi_ddb_backup.aws import BackupStatus
from pulumi_ddb_backup.aws.backup import operation
from pulumi_ddb_backup.aws.calls import aws_errors, rate
from pulumi_ddb_backup.aws.fleet import rules as selecting
from pulumi_ddb_backup.aws.restore import completing
from pulumi_ddb_backup.aws.restore import rules as restore_rules
from pulumi_ddb_backup.aws.restore.rows import RESTORE_ERRORS
from pulumi_ddb_backup.aws.rules import validation
from pulumi_ddb_backup.aws.tables import TableStatus

ELSEWHERE = {
    rate.Api.GET_CALLER_IDENTITY: "sts",
    rate.Api.GET_RESOURCES: "resourcegroupstaggingapi",
    rate.Api.GET_PRODUCTS: "pricing",
}
AWS = Path(aws_errors.__file__).parents[1]
CALLS = [api.value for api in rate.Api if api not in ELSEWHERE]


@cache
def model(service: str = "dynamodb") -> ServiceModel:
    description = botocore.loaders.create_loader().load_service_model(service, "service-2")
    return ServiceModel(description, service)


@pytest.mark.parametrize(
    "api", [api for api in rate.Api if api is not rate.Api.GET_CALLER_IDENTITY]
)
def test_every_error_that_aws_models_for_a_call_has_a_row(api: rate.Api) -> None:
    of_service = model(ELSEWHERE.get(api, "dynamodb"))
    modelled = {shape.name for shape in of_service.operation_model(api.value).error_shapes}
    assert modelled
    assert modelled <= aws_errors.AWS_ERRORS.keys() | RESTORE_ERRORS.keys()


def test_every_error_that_aws_models_for_a_restore_is_told_in_words_of_its_own() -> None:
    modelled = {
        shape.name for shape in model().operation_model("RestoreTableFromBackup").error_shapes
    }
    shared = {"InternalServerError", "TableAlreadyExistsException"}
    assert modelled - shared <= RESTORE_ERRORS.keys()


@pytest.mark.parametrize("call", CALLS)
def test_each_modelled_call_is_one_of_ours(call: str) -> None:
    sent = f".dynamodb.{xform_name(call)}("
    assert any(sent in path.read_text(encoding="utf-8") for path in AWS.glob("*/calls.py"))


def test_the_statuses_of_a_backup_are_the_models() -> None:
    modelled = set(model().shape_for("BackupStatus").metadata["enum"])
    assert {status.value for status in BackupStatus} == modelled
    assert set(operation.BACKUP_STATES.known) == modelled


def test_the_statuses_of_a_table_that_we_name_are_the_models() -> None:
    modelled = set(model().shape_for("TableStatus").metadata["enum"])
    assert {status.value for status in TableStatus} <= modelled
    assert set(completing.RESTORE_STATES.known) <= modelled


@pytest.mark.parametrize(
    ("shape", "ours"),
    [
        ("BillingMode", restore_rules.BILLING_MODES),
        ("StreamViewType", restore_rules.STREAM_VIEW_TYPES),
        ("TableClass", restore_rules.TABLE_CLASSES),
        ("BackupTypeFilter", validation.BACKUP_TYPES),
    ],
)
def test_the_values_of_an_input_are_the_models(shape: str, ours: tuple[str, ...]) -> None:
    assert set(model().shape_for(shape).metadata["enum"]) == set(ours)


@pytest.mark.parametrize(
    ("shape", "ours"),
    [
        ("TagKeyString", restore_rules.TAG_KEY_MAX),
        ("TagValueString", restore_rules.TAG_VALUE_MAX),
        ("TimeToLiveAttributeName", restore_rules.TTL_ATTRIBUTE_MAX),
        ("RecoveryPeriodInDays", restore_rules.RECOVERY_PERIOD_MAX_DAYS),
    ],
)
def test_the_limits_of_a_setting_are_the_models(shape: str, ours: int) -> None:
    assert model().shape_for(shape).metadata["max"] == ours


@pytest.mark.parametrize(
    ("shape", "ours"),
    [
        ("TagFilterList", selecting.TAG_FILTERS_MAX),
        ("TagKey", selecting.TAG_KEY_MAX),
        ("TagValue", selecting.TAG_VALUE_MAX),
    ],
)
def test_the_limits_of_a_search_by_tags_are_the_models(shape: str, ours: int) -> None:
    assert model("resourcegroupstaggingapi").shape_for(shape).metadata["max"] == ours


@pytest.mark.parametrize("shape", ["BackupName", "TableName"])
def test_the_limits_of_a_name_are_the_models(shape: str) -> None:
    limits = model().shape_for(shape).metadata
    assert (limits["min"], limits["max"]) == (validation.NAME_MIN, validation.NAME_MAX)
    assert limits["pattern"] == "[a-zA-Z0-9_.-]+"
