"""Every rule of the inputs of a restore."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pulumi_ddb_backup.aws import (
    RestoreRequest,
    SseSpecification,
    TableSettings,
    Throughput,
    validate_restore,
)

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01234567890123-abcdef12"
WRONG: Any = "none"
GOOD = RestoreRequest("copy", ARN)
FULL = RestoreRequest(
    "copy",
    ARN,
    settings=TableSettings(
        tags={"team": "shop", "empty": ""},
        time_to_live_attribute="x" * 255,
        stream_view_type="KEYS_ONLY",
        point_in_time_recovery=True,
        recovery_period_days=35,
        deletion_protection=True,
        table_class="STANDARD",
    ),
    region="us-east-1",
    billing_mode="PROVISIONED",
    provisioned_throughput=Throughput(1, 1),
    local_indexes=(),
    global_indexes=("by-date",),
    sse_specification=SseSpecification(kms_master_key_id="alias/orders"),
    timeout_seconds=86400,
)


def broken(request: RestoreRequest) -> dict[str, str]:
    return {failure.property: failure.reason for failure in validate_restore(request.inputs())}


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(GOOD, id="the least"),
        pytest.param(FULL, id="everything"),
        pytest.param(replace(GOOD, settings=None), id="no settings"),
        pytest.param(replace(GOOD, region="eu-west-1"), id="the backup's own region"),
        pytest.param(replace(GOOD, billing_mode="PAY_PER_REQUEST"), id="on demand"),
        pytest.param(replace(GOOD, provisioned_throughput=Throughput(5, 5)), id="capacity alone"),
        pytest.param(replace(GOOD, timeout_seconds=60), id="the shortest timeout"),
    ],
)
def test_a_request_that_breaks_no_rule(request_: RestoreRequest) -> None:
    assert broken(request_) == {}


def settings(**changes: Any) -> RestoreRequest:
    return replace(GOOD, settings=TableSettings(**changes))


@pytest.mark.parametrize(
    ("request_", "key", "words"),
    [
        (replace(GOOD, target_table_name=""), "target_table_name", "required and cannot be empty"),
        (replace(GOOD, target_table_name="ab"), "target_table_name", "at least 3 characters"),
        (replace(GOOD, target_table_name=ARN), "target_table_name", "alphanumeric"),
        (replace(GOOD, backup_arn="orders"), "backup_arn", "must be a backup ARN of the form"),
        (
            replace(GOOD, backup_arn="arn:aws:backup:x"),
            "backup_arn",
            "manages its own recovery points",
        ),
        (replace(GOOD, settings=WRONG), "settings", '"source", TableSettings or None'),
        (replace(GOOD, region="Europe"), "region", "valid AWS region"),
        (replace(GOOD, region="us-east-1"), "sse_specification", "in region 'eu-west-1'"),
        (replace(GOOD, billing_mode="FREE"), "billing_mode", "PROVISIONED, PAY_PER_REQUEST"),
        (replace(GOOD, billing_mode="PROVISIONED"), "provisioned_throughput", "is required"),
        (replace(FULL, billing_mode="PAY_PER_REQUEST"), "provisioned_throughput", "left out"),
        (
            replace(GOOD, provisioned_throughput=Throughput(0, 1)),
            "read_capacity_units",
            "whole number from 1 on (got 0)",
        ),
        (replace(GOOD, local_indexes=WRONG), "local_indexes", "list of index names"),
        (replace(GOOD, global_indexes=("x",)), "global_indexes", "an index name must be at least"),
        (replace(GOOD, timeout_seconds=59), "timeout", "at least 60 seconds"),
        (replace(GOOD, timeout_seconds=86401), "timeout", "at most 86400 seconds"),
        (settings(tags={"aws:x": "y"}), "tags", "must not begin with aws:"),
        (settings(tags={"x": 1}), "tags", "a value must be a string of up to 256"),
        (settings(tags={"": "y"}), "tags", "a key must be a string of 1 to 128"),
        (settings(tags={str(n): "" for n in range(51)}), "tags", "50 at most (got 51)"),
        (settings(tags=["x"]), "tags", "a mapping"),
        (settings(time_to_live_attribute="x" * 256), "time_to_live_attribute", "1 to 255"),
        (settings(stream_view_type="ALL"), "stream_view_type", "must be one of NEW_IMAGE"),
        (settings(point_in_time_recovery="yes"), "point_in_time_recovery", "true or false"),
        (
            settings(point_in_time_recovery=True, recovery_period_days=36),
            "recovery_period_days",
            "at most 35",
        ),
        (settings(recovery_period_days=7), "recovery_period_days", "left out without"),
        (settings(deletion_protection=1), "deletion_protection", "true or false"),
        (settings(table_class="COLD"), "table_class", "STANDARD_INFREQUENT_ACCESS"),
    ],
)
def test_a_rule_that_is_broken_is_told_under_its_input(
    request_: RestoreRequest, key: str, words: str
) -> None:
    failures = broken(request_)
    assert list(failures) == [key]
    assert words in failures[key]
    assert key in failures[key]
