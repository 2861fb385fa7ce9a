"""Our statuses, error codes and limits against botocore's own model of DynamoDB."""

from __future__ import annotations

from functools import lru_cache

import botocore.loaders
import pytest
from botocore import xform_name
from botocore.model import ServiceModel

from pulumi_ddb_backup.aws import BackupStatus, aws_errors, dynamodb, operation, validation
from pulumi_ddb_backup.aws.records import TableStatus

CALLS = ("CreateBackup", "DescribeBackup", "DescribeTable", "DeleteBackup", "ListBackups")


@lru_cache(maxsize=1)
def model() -> ServiceModel:
    description = botocore.loaders.create_loader().load_service_model("dynamodb", "service-2")
    return ServiceModel(description, "dynamodb")


@pytest.mark.parametrize("call", CALLS)
def test_every_error_that_aws_models_for_a_call_has_a_row(call: str) -> None:
    modelled = {shape.name for shape in model().operation_model(call).error_shapes}
    assert modelled
    assert modelled <= aws_errors.AWS_ERRORS.keys()


@pytest.mark.parametrize("call", CALLS)
def test_each_modelled_call_is_one_of_ours(call: str) -> None:
    assert hasattr(dynamodb.Boto3DynamoDB, xform_name(call))


def test_the_statuses_of_a_backup_are_the_models() -> None:
    modelled = set(model().shape_for("BackupStatus").metadata["enum"])
    assert {status.value for status in BackupStatus} == modelled
    assert set(operation.BACKUP_STATES.known) == modelled


def test_the_statuses_of_a_table_that_we_name_are_the_models() -> None:
    modelled = set(model().shape_for("TableStatus").metadata["enum"])
    assert {status.value for status in TableStatus} <= modelled


@pytest.mark.parametrize("shape", ["BackupName", "TableName"])
def test_the_limits_of_a_name_are_the_models(shape: str) -> None:
    limits = model().shape_for(shape).metadata
    assert (limits["min"], limits["max"]) == (validation.NAME_MIN, validation.NAME_MAX)
    assert limits["pattern"] == "[a-zA-Z0-9_.-]+"
