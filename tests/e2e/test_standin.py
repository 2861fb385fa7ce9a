"""Programs with the unmodified `pulumi_aws` package against the simulator."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION, client
from tests.aws.fleet_tables import at_call
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import Stack
from tests.standin.server import Standin

KEYS: dict[str, Any] = {
    "hash_key": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billing_mode": "PAY_PER_REQUEST",
}


@pytest.fixture
def stack(new_stack: NewStack, aws_plugin: Mapping[str, str]) -> Stack:
    stack = new_stack(PROGRAMS / "table")
    stack.env.update(aws_plugin)
    return stack


def orders(stack: Stack, **settings: Any) -> None:
    """Set the arguments of the table `orders` of the program."""
    stack.configure(table__orders={**KEYS, **settings})


def tables(stack: Stack) -> list[dict[str, Any]]:
    """The tables in the stack's state."""
    return [one for one in stack.resources() if one["type"] == "aws:dynamodb/table:Table"]


def names(dynamodb: DynamoDBClient) -> set[str]:
    """The tables there are, but for the one that every simulator begins with."""
    return {*dynamodb.list_tables()["TableNames"]} - {"orders"}


def unchanged(stack: Stack) -> None:
    """Neither another `up` nor a refresh has anything to do."""
    for command in ("up", "refresh"):
        stack.run(command, "--yes", "--skip-preview", "--expect-no-changes")


def test_a_table_is_made_as_written_with_a_name_of_its_own_and_nothing_changes_afterwards(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    orders(
        stack,
        attributes=[{"name": name, "type": "S"} for name in ("id", "by")],
        global_secondary_indexes=[{"name": "by-who", "hash_key": "by", "projection_type": "ALL"}],
        tags={"team": "shop", "a.b": "c"},
        ttl={"enabled": True, "attribute_name": "until"},
        stream_enabled=True,
        stream_view_type="NEW_IMAGE",
        point_in_time_recovery={"enabled": True},
        table_class="STANDARD_INFREQUENT_ACCESS",
    )
    stack.run("preview")
    assert names(dynamodb) == set()
    stack.up()
    (name,) = names(dynamodb)
    assert re.fullmatch("orders-[0-9a-f]{7}", name)
    outputs = stack.outputs()
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert outputs == {
        "name": name,
        "arn": table["TableArn"],
        "stream_arn": table["LatestStreamArn"],
        "hash_key": "id",
        "deletion_protection_enabled": False,
        "region": REGION,
        "tags": {"team": "shop", "a.b": "c"},
        "ttl": {"enabled": True, "attributeName": "until"},
        "point_in_time_recovery": {"enabled": True},
    }
    assert dynamodb.scan(TableName=name)["Items"] == [{"id": {"S": "1"}, "sum": {"N": "10"}}]
    unchanged(stack)
    stack.destroy()
    assert names(dynamodb) == set()


def test_what_need_not_replace_a_table_is_changed_in_place(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    orders(stack, tags={"team": "shop", "old": "1"}, deletion_protection_enabled=True)
    stack.up()
    arn = stack.outputs()["arn"]
    orders(
        stack,
        attributes=[{"name": name, "type": "S"} for name in ("id", "by")],
        global_secondary_indexes=[
            {
                "name": "by-who",
                "hash_key": "by",
                "projection_type": "ALL",
                "read_capacity": 3,
                "write_capacity": 3,
            }
        ],
        billing_mode="PROVISIONED",
        read_capacity=4,
        write_capacity=5,
        tags={"team": "store", "new": "1"},
        ttl={"enabled": True, "attribute_name": "until"},
        point_in_time_recovery={"enabled": True},
        stream_enabled=True,
        stream_view_type="KEYS_ONLY",
    )
    shown = stack.run("preview", "--diff").text
    assert re.search(r'~ team: "shop" +=> "store"', shown)
    assert re.search(r'- old : "1"', shown)
    assert "replace" not in shown
    stack.up()
    outputs = stack.outputs()
    assert outputs["arn"] == arn
    assert outputs["tags"] == {"team": "store", "new": "1"}
    assert outputs["deletion_protection_enabled"] is False
    table = dynamodb.describe_table(TableName=outputs["name"])["Table"]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 5
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by-who"]
    assert table["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    unchanged(stack)
    orders(stack, billing_mode="PROVISIONED", read_capacity=4, write_capacity=5)
    stack.up()
    assert stack.outputs()["tags"] in (None, {})
    unchanged(stack)


def test_another_name_replaces_a_table_and_its_item(stack: Stack, dynamodb: DynamoDBClient) -> None:
    orders(stack, name="first-name")
    stack.up()
    orders(stack, name="second-name")
    assert "+-" in stack.run("preview").text
    stack.up()
    assert names(dynamodb) == {"second-name"}
    assert dynamodb.scan(TableName="second-name")["Count"] == 1
    unchanged(stack)


def test_a_changed_item_is_written_in_place(stack: Stack, dynamodb: DynamoDBClient) -> None:
    orders(stack)
    stack.up()
    stack.configure(table__item='{"id": {"S": "2"}}')
    stack.up()
    assert dynamodb.scan(TableName=stack.outputs()["name"])["Items"] == [{"id": {"S": "2"}}]
    unchanged(stack)


def test_what_was_changed_or_deleted_behind_its_back_is_seen_by_a_refresh(
    stack: Stack, dynamodb: DynamoDBClient
) -> None:
    orders(stack, tags={"team": "shop"})
    stack.up()
    outputs = stack.outputs()
    dynamodb.tag_resource(ResourceArn=outputs["arn"], Tags=[{"Key": "team", "Value": "other"}])
    assert "1 updated" in stack.refresh().text
    (table,) = tables(stack)
    assert table["inputs"]["tags"] == table["outputs"]["tags"] == {"team": "other"}
    stack.up()
    assert stack.outputs()["tags"] == {"team": "shop"}
    dynamodb.delete_table(TableName=outputs["name"])
    stack.refresh()
    assert tables(stack) == []
    stack.up()
    assert len(names(dynamodb)) == 1


def test_a_protected_table_cannot_be_destroyed(stack: Stack, dynamodb: DynamoDBClient) -> None:
    orders(stack, deletion_protection_enabled=True)
    stack.up()
    assert "DeletionProtectionEnabled is set to True" in stack.destroy(code=1).text
    assert len(names(dynamodb)) == 1
    orders(stack)
    stack.up()
    stack.destroy()
    assert names(dynamodb) == set()


def test_a_table_cannot_be_deleted_while_its_backup_is_creating(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    orders(stack)
    stack.up()
    aws.creating_seconds = 1000
    dynamodb.create_backup(TableName=stack.outputs()["name"], BackupName="by-hand")
    assert "ResourceInUseException: Table is being backed up" in stack.destroy(code=1).text
    aws.finish_backups()
    stack.destroy()


def test_a_delete_can_be_as_patient_as_the_real_plugin_is(
    stack: Stack,
    aws: Simulator,
    dynamodb: DynamoDBClient,
    standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders(stack)
    stack.up()
    aws.creating_seconds = 1000
    dynamodb.create_backup(TableName=stack.outputs()["name"], BackupName="by-hand")
    at_call(aws, "DeleteTable", 2, aws.finish_backups)
    monkeypatch.setattr(standin, "in_use_seconds", 60)
    stack.destroy()
    assert names(dynamodb) == set()


def test_a_table_is_restored_from_a_backup(stack: Stack, dynamodb: DynamoDBClient) -> None:
    backup = dynamodb.create_backup(TableName="orders", BackupName="by-hand")["BackupDetails"]
    orders(stack)
    restored = {"restore_backup_arn": backup["BackupArn"], "billing_mode": "PAY_PER_REQUEST"}
    stack.configure(table__restored=restored)
    stack.up()
    name = stack.outputs()["restored_arn"].rpartition("/")[2]
    assert dynamodb.scan(TableName=name)["Count"] == 3
    unchanged(stack)
    stack.configure(table__restored={**restored, "restore_backup_arn": backup["BackupArn"] + "x"})
    assert "Backup not found" in stack.up(code=1).text


def test_tables_of_two_providers_are_each_in_their_region(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    orders(stack)
    stack.configure(table__elsewhere="us-west-2")
    stack.up()
    outputs = stack.outputs()
    assert f":{REGION}:" in outputs["arn"]
    assert ":us-west-2:" in outputs["there_arn"]
    assert len(names(dynamodb)) == len(names(client(aws, "us-west-2"))) == 1
    unchanged(stack)
    stack.destroy()
    assert names(dynamodb) == names(client(aws, "us-west-2")) == set()


def test_a_secret_stays_one(stack: Stack, dynamodb: DynamoDBClient) -> None:
    item = {"id": {"S": "1"}, "token": {"S": "hush-hush"}}
    orders(stack)
    secure = stack.run("config", "set", "--secret", "item", json.dumps(item))
    assert secure.text == ""
    stack.up()
    assert dynamodb.scan(TableName=stack.outputs()["name"])["Items"] == [item]
    unchanged(stack)
    assert "hush-hush" not in stack.run("stack", "export").text


def test_a_table_of_others_is_looked_up_by_name(stack: Stack) -> None:
    orders(stack)
    stack.configure(table__existing="orders")
    stack.up()
    outputs = stack.outputs()
    assert outputs["looked_up"] == outputs["got"]
    assert outputs["got"].endswith(":table/orders")
    unchanged(stack)


def test_a_refusal_by_aws_is_one_sentence(stack: Stack, aws: Simulator) -> None:
    aws.fault(Fault("CreateTable", code="LimitExceededException", status=400, message="Too many."))
    orders(stack)
    shown = stack.up(code=1).text
    assert "error: creating DynamoDB Table (orders-" in shown
    assert "LimitExceededException: Too many.\n" in shown
    stack.configure(aws__region=None)
    assert "Missing region configuration" in stack.up(code=1).text
