"""Values that nobody would write, in every input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.runtime import rpc

from tests.aws.simulator import Simulator
from tests.wire.provider import Provider

KEYS = (
    "table_name",
    "backup_name",
    "backup_name_prefix",
    "region",
    "profile",
    "role_arn",
    "endpoint_url",
    "timeout",
    "triggers",
    "deletion_policy",
    "existing_backup_arn",
)
SET_KEYS = (
    "tables",
    "table_pattern",
    "exclude_pattern",
    "tags",
    "regions",
    "backup_name",
    "backup_name_prefix",
    "triggers",
    "timeout",
    "deletion_policy",
    "all_or_nothing",
    "profile",
    "role_arn",
    "endpoint_url",
)
VAULT_KEYS = (
    "table_name",
    "vault",
    "backup_role_arn",
    "delete_after_days",
    "cold_after_days",
    "copy_to",
    "wait_for",
    "start_window_minutes",
    "timeout",
    "triggers",
    "deletion_policy",
    "copies_deletion_policy",
    "on_locked",
    "region",
    "profile",
    "role_arn",
    "endpoint_url",
    "existing_recovery_point_arn",
)
ARNS = st.sampled_from(["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-x"]).map(
    lambda partition: f"arn:{partition}:dynamodb:cn-north-1:123456789012:table/orders"
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
PLAIN = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | ARNS
    | st.just(rpc.UNKNOWN)
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=8
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inputs=st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_check_answers_any_value_of_any_input_with_rules_alone(
    aws: Simulator, asked: Provider, inputs: dict[str, Any]
) -> None:
    _, failures = asked.check(inputs)
    for reason in failures:
        assert reason.isprintable()
        assert len(reason) < 600
    assert aws.calls == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inputs=st.dictionaries(st.sampled_from(SET_KEYS), VALUES | st.lists(VALUES)))
def test_check_of_a_set_answers_any_value_of_any_input_with_rules_alone(
    aws: Simulator, asked: Provider, inputs: dict[str, Any]
) -> None:
    _, failures = asked.of_set().check(inputs)
    for reason in failures:
        assert reason.isprintable()
        assert len(reason) < 600
    assert aws.calls == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(inputs=st.dictionaries(st.sampled_from(VAULT_KEYS), VALUES | st.lists(VALUES)))
def test_check_of_a_vault_backup_answers_any_value_of_any_input_with_rules_alone(
    aws: Simulator, asked: Provider, inputs: dict[str, Any]
) -> None:
    _, failures = asked.of_vault().check(inputs)
    for reason in failures:
        assert reason.isprintable()
        assert len(reason) < 600
    assert aws.calls == []


@pytest.mark.parametrize("key", [key for key in VAULT_KEYS if key != "triggers"])
def test_a_megabyte_in_an_input_of_a_vault_backup_is_refused_shortly(
    asked: Provider, key: str
) -> None:
    _, failures = asked.of_vault().check({"table_name": "orders", key: "x" * 1_000_000})
    assert failures
    assert all(len(reason) < 600 for reason in failures)


@pytest.mark.parametrize("key", [key for key in SET_KEYS if key != "triggers"])
def test_a_megabyte_in_an_input_of_a_set_is_refused_shortly(asked: Provider, key: str) -> None:
    inputs = {"tables": ["orders"], "backup_name": "orders-1", key: "x" * 1_000_000}
    _, failures = asked.of_set().check(inputs)
    assert failures
    assert all(len(reason) < 600 for reason in failures)


@pytest.mark.parametrize("key", [key for key in KEYS if key != "triggers"])
def test_a_megabyte_in_an_input_is_refused_shortly(asked: Provider, key: str) -> None:
    _, failures = asked.check(
        {"table_name": "orders", "backup_name": "orders-1", key: "x" * 1_000_000}
    )
    assert failures
    assert all(len(reason) < 600 for reason in failures)
