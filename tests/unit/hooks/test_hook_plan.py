"""What a hook's options mean, before anything fires."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

import pulumi
import pytest

from pulumi_ddb_backup.aws.rules.naming import filled
from pulumi_ddb_backup.hooks.plan import HookPlan, HookRefusal, Moment, on_the_wire

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("template", "table", "name"),
    [
        ("{table}-final-", "orders", "orders-final-"),
        ("last-of-{table}-{timestamp}", "orders", "last-of-orders-20260102T030405Z"),
        ("plain", "orders", "plain"),
        ("{table}{table}", "ab", "abab"),
        ("{other}", "orders", "{other}"),
    ],
)
def test_a_template_is_filled(template: str, table: str, name: str) -> None:
    assert filled(template, table, MOMENT, 255) == name


def test_a_long_table_name_is_cut_so_that_the_rest_of_the_template_stays() -> None:
    name = filled("{table}-final-", "t" * 255, MOMENT, 230)
    assert len(name) == 230
    assert name.endswith("t-final-")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"timeout": 59}, "timeout must be at least 60 seconds (got 59)"),
        ({"backup_name": "a b"}, "backup_name must contain only alphanumeric characters"),
        ({"backup_name": "abc", "backup_name_prefix": "a-"}, "exclude each other"),
        ({"region": "moon-1"}, "region must be a valid AWS region identifier"),
        ({"table_name": "x"}, "table_name must be at least 3 characters (got 1)"),
        ({"on_failure": "ignore"}, 'on_failure must be "stop" or "continue"'),
        ({"retention": {"keep_last": 0}}, "retention must keep something"),
        ({"retention": {"keep_lots": 1}}, "retention has no rule 'keep_lots'"),
        ({"retention": 7}, "retention must be a mapping of rules such as keep_last (got 7)"),
        (
            {"retention": {"keep_last": 1}, "backup_name": "last-{table}"},
            "retention needs backup_name_prefix: only a name that was made from it",
        ),
        (
            {"retention": {"keep_last": 1}, "backup_name_prefix": "{table}-{timestamp}-"},
            "retention needs a backup_name_prefix without {timestamp}",
        ),
    ],
)
def test_an_option_that_breaks_a_rule_is_told_when_the_hook_is_made(
    options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        HookPlan("final", **options)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("name", "wire"),
    [("billing_mode", "billingMode"), ("billingMode", "billingMode"), ("ttl", "ttl")],
)
def test_a_property_is_known_by_either_of_its_names(name: str, wire: str) -> None:
    assert on_the_wire(name) == wire


@pytest.mark.parametrize("moment", ["final", "before-update", "after-create", "after-update"])
def test_the_name_begins_with_the_table_and_the_moment_by_default(moment: Moment) -> None:
    assert HookPlan(moment).backup_name_prefix == f"{{table}}-{moment}-"


def fired(outputs: dict[str, Any]) -> pulumi.ResourceHookArgs:
    """What the engine hands a delete hook of a resource with these outputs."""
    return pulumi.ResourceHookArgs(
        urn="urn:pulumi:dev::shop::acme:index:Thing::thing",
        id="thing",
        name="thing",
        type="acme:index:Thing",
        old_outputs=outputs,
    )


def test_a_resource_that_names_no_table_is_refused_with_what_to_give() -> None:
    with pytest.raises(HookRefusal) as refused:
        asyncio.run(HookPlan("final")(fired({"colour": "red"})))
    assert "Resource 'thing' (acme:index:Thing) names no DynamoDB table" in str(refused.value)
    assert "table_name" in str(refused.value)
    assert "The table was not deleted." in str(refused.value)


@pytest.mark.parametrize(
    ("outputs", "table"),
    [
        ({"name": "orders", "arn": ARN}, ARN),
        ({"tableName": "orders"}, "orders"),
        ({"tableArn": ARN, "name": "thing"}, ARN),
        ({"arn": "arn:aws:s3:::bucket", "tableName": "orders"}, "orders"),
        ({"name": pulumi.Output.from_input("orders")}, "orders"),
    ],
)
def test_a_resource_names_its_table_by_its_outputs(outputs: dict[str, Any], table: str) -> None:
    async def reference() -> str:
        return (await HookPlan("final")._table(fired(outputs), outputs)).reference

    assert asyncio.run(reference()) == table


def test_a_table_that_is_named_goes_before_the_resources_own() -> None:
    async def reference() -> str:
        plan = HookPlan("final", table_name="orders")
        return (await plan._table(fired({}), {"name": "other"})).reference

    assert asyncio.run(reference()) == "orders"
