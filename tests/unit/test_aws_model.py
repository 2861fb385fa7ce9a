"""Our statuses, error codes and limits against botocore's own model of DynamoDB."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import botocore.loaders
import pytest
from botocore import xform_name
from botocore.model import ServiceModel, StructureShape

from pulumi_ddb_backup.aws import BackupStatus
from pulumi_ddb_backup.aws.backup import operation
from pulumi_ddb_backup.aws.calls import aws_errors, rate
from pulumi_ddb_backup.aws.fleet import rules as selecting
from pulumi_ddb_backup.aws.restore import completing
from pulumi_ddb_backup.aws.restore import rules as restore_rules
from pulumi_ddb_backup.aws.restore.rows import RESTORE_ERRORS
from pulumi_ddb_backup.aws.rules import validation
from pulumi_ddb_backup.aws.tables import TableStatus
from pulumi_ddb_backup.aws.vault import choices
from pulumi_ddb_backup.aws.vault.arns import VAULT_NAME
from pulumi_ddb_backup.aws.vault.deleting import DELETE_STATES
from pulumi_ddb_backup.aws.vault.rows import VAULT_ERRORS
from pulumi_ddb_backup.aws.vault.states import CopyState, JobState, PointStatus
from pulumi_ddb_backup.aws.vault.waiting import JOB_STATES

MODELS = {"tag": "resourcegroupstaggingapi"}
AWS = Path(aws_errors.__file__).parents[1]
CALLS = [api for api in rate.Api if api.service in ("backup", "dynamodb")]


@cache
def model(service: str = "dynamodb") -> ServiceModel:
    description = botocore.loaders.create_loader().load_service_model(service, "service-2")
    return ServiceModel(description, service)


@pytest.mark.parametrize(
    "api", [api for api in rate.Api if api is not rate.Api.GET_CALLER_IDENTITY]
)
def test_every_error_that_aws_models_for_a_call_has_a_row(api: rate.Api) -> None:
    of_service = model(MODELS.get(api.service, api.service))
    modelled = {shape.name for shape in of_service.operation_model(api.operation).error_shapes}
    assert modelled
    rows = VAULT_ERRORS if api.service == "backup" else RESTORE_ERRORS
    assert modelled <= aws_errors.AWS_ERRORS.keys() | rows.keys()


def test_every_error_that_aws_models_for_a_restore_is_told_in_words_of_its_own() -> None:
    modelled = {
        shape.name for shape in model().operation_model("RestoreTableFromBackup").error_shapes
    }
    shared = {"InternalServerError", "TableAlreadyExistsException"}
    assert modelled - shared <= RESTORE_ERRORS.keys()


@pytest.mark.parametrize("call", CALLS)
def test_each_modelled_call_is_one_of_ours(call: rate.Api) -> None:
    sent = f".{call.service}.{xform_name(call.operation)}("
    assert any(sent in path.read_text(encoding="utf-8") for path in AWS.glob("*/calls.py"))


def test_the_statuses_of_a_backup_are_the_models() -> None:
    modelled = set(model().shape_for("BackupStatus").metadata["enum"])
    assert {status.value for status in BackupStatus} == modelled
    assert set(operation.BACKUP_STATES.known) == modelled


@pytest.mark.parametrize(
    ("shape", "ours"),
    [
        ("BackupJobState", {state.value for state in JobState}),
        ("BackupJobState", set(JOB_STATES.known)),
        ("CopyJobState", {state.value for state in CopyState}),
        ("RecoveryPointStatus", {status.value for status in PointStatus}),
        ("RecoveryPointStatus", {*DELETE_STATES.known, "STOPPED"} - {"GONE"}),
    ],
)
def test_the_states_of_aws_backup_are_the_models(shape: str, ours: set[str]) -> None:
    assert set(model("backup").shape_for(shape).metadata["enum"]) == ours


def test_the_form_of_a_vaults_name_is_the_models() -> None:
    pattern = model("backup").shape_for("BackupVaultName").metadata["pattern"]
    assert pattern.replace("\\-", "-").replace("\\_", "_").replace("-_", "_-") == f"^{VAULT_NAME}$"


def test_the_least_start_window_is_the_one_that_awss_text_names() -> None:
    shape = model("backup").shape_for("StartBackupJobInput")
    assert isinstance(shape, StructureShape)
    told = shape.members["StartWindowMinutes"]
    assert f"at least {choices.START_WINDOW_MIN_MINUTES} minutes" in told.documentation


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
