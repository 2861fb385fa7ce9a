"""Which operation the simulator takes a REST request for."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationModel, Shape, StructureShape
from botocore.serialize import create_serializer

from tests.aws.conftest import client
from tests.aws.shapes import strange
from tests.aws.simulator import Simulator, routes

_SESSION = botocore.session.get_session()


def example(name: str, shape: Shape) -> Any:
    """A value for a member, which no other path can be mistaken for."""
    if shape.type_name == "string":
        return f"arn:aws:{name}:table/one two"
    raise AssertionError(f"no example of {shape.type_name}")


def found(operation: OperationModel, placed: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What the router makes of the request that botocore makes."""
    request = create_serializer("rest-json", False).serialize_to_request(placed, operation)
    query = urlencode(request["query_string"] or {})
    target = request["url_path"] + (f"?{query}" if query else "")
    return routes.find(operation.service_model.service_name, request["method"], target, b"")


@pytest.mark.parametrize("service", ["backup", "scheduler"])
def test_each_operation_is_recognised_with_all_that_its_path_holds(service: str) -> None:
    model = _SESSION.get_service_model(service)
    expected, seen = {}, {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        shape = operation.input_shape
        members = shape.members if isinstance(shape, StructureShape) else {}
        placed = {
            member: example(member, members[member])
            for member in members
            if members[member].serialization.get("location") == "uri"
        }
        expected[name], seen[name] = (name, placed), found(operation, placed)
    assert len(expected) > 10
    assert seen == expected


def test_parameters_come_from_path_query_and_body_by_their_names() -> None:
    arn = "arn:aws:backup:eu-west-1:123456789012:recovery-point:one"
    path = f"/backup-vaults/safe/recovery-points/{quote(arn, safe='')}"
    assert routes.find("backup", "POST", path, b'{"Lifecycle": {"DeleteAfterDays": 7}}') == (
        "UpdateRecoveryPointLifecycle",
        {"BackupVaultName": "safe", "RecoveryPointArn": arn, "Lifecycle": {"DeleteAfterDays": 7}},
    )
    assert routes.find("backup", "GET", "/backup-jobs/?state=FAILED&maxResults=5", b"") == (
        "ListBackupJobs",
        {"ByState": "FAILED", "MaxResults": "5"},
    )


def test_a_service_without_rest_and_an_unknown_path_have_no_route() -> None:
    assert routes.find("dynamodb", "POST", "/", b"{}") is None
    assert routes.find("no-service", "GET", "/", b"") is None
    assert routes.find("backup", "GET", "/nothing/here", b"") is None


def test_what_an_answer_has_too_much_or_too_little_of_is_seen() -> None:
    shape = _SESSION.get_service_model("backup").operation_model("DescribeBackupJob").output_shape
    assert shape is not None
    assert strange(shape, {"State": "RUNNING", "PercentDone": "1.0", "IsParent": False}) == []
    told = {"State": "ODD", "PercentDone": 1.0, "IsParent": 0, "More": 1}
    assert len(strange(shape, told)) == 4


def test_a_region_that_aws_does_not_have_is_refused_as_aws_does(aws: Simulator) -> None:
    with pytest.raises(ClientError) as failed:
        client(aws, "eu-west-9").list_tables()
    error = failed.value.response
    assert error["Error"]["Code"] == "InvalidSignatureException"
    assert "'eu-west-9'" in error["Error"]["Message"]
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
