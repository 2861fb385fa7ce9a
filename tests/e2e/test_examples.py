"""Every example, unmodified: up, up again without changes, and destroy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from pulumi_ddb_backup.aws.rules.naming import GENERATED_SUFFIX_LENGTH
from tests.aws.conftest import client, create_table
from tests.aws.simulator import Simulator
from tests.e2e.conftest import NewStack
from tests.e2e.stack import Stack
from tools.pulumi_cli import ROOT

EXAMPLES = ROOT / "examples"
Example = Callable[[str], Stack]


@pytest.fixture
def example(new_stack: NewStack, aws_plugin: Mapping[str, str], aws: Simulator) -> Example:
    """Makes a stack of an example and deploys it."""

    def deployed(name: str) -> Stack:
        stack = new_stack(EXAMPLES / name)
        stack.env.update(aws_plugin)
        aws.creating_looks = 2
        stack.up()
        stack.run("up", "--yes", "--skip-preview", "--expect-no-changes")
        return stack

    return deployed


def names(dynamodb: DynamoDBClient) -> list[str]:
    return sorted(one["BackupName"] for one in dynamodb.list_backups()["BackupSummaries"])


def destroyed(stack: Stack, *options: str) -> str:
    shown = stack.run("destroy", "--yes", "--skip-preview", *options).text
    assert stack.resources() == []
    return shown


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("quickstart", {"release": "2"}),
        ("scheduled", {"day": "2026-01-02"}),
        ("migration", {"schemaVersion": "2"}),
    ],
)
def test_an_example_takes_another_backup_for_another_trigger(
    example: Example, dynamodb: DynamoDBClient, name: str, change: dict[str, Any]
) -> None:
    stack = example(name)
    assert len(names(dynamodb)) == 1
    stack.configure(**change)
    stack.up()
    assert len(names(dynamodb)) == 2
    destroyed(stack)
    assert len(names(dynamodb)) == 2


def test_the_pre_destruction_example_leaves_a_final_backup(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    stack = example("pre-destruction")
    assert names(dynamodb) == []
    table = stack.outputs()["table"]
    assert "restore_backup_arn" in destroyed(stack, "--run-program")
    (name,) = names(dynamodb)
    assert name.startswith(f"{table}-final-")


def test_the_post_deployment_example_backs_up_all_of_its_items(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    stack = example("post-deployment")
    described = dynamodb.describe_backup(BackupArn=stack.outputs()["backup_arn"])
    assert described["BackupDescription"]["SourceTableDetails"]["ItemCount"] == 3
    destroyed(stack)


def test_the_compliance_example_exports_its_evidence(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    stack = example("compliance")
    evidence = stack.outputs()["evidence"]
    assert [one["status"] for one in evidence] == ["AVAILABLE"] * 3
    assert [name[:-GENERATED_SUFFIX_LENGTH] for name in names(dynamodb)] == [
        "billing-2026q1-",
        "billing-2026q1-",
        "shop-2026q1-",
    ]
    destroyed(stack)


def test_the_fleet_example_backs_up_all_tables_that_fit_once_a_night(
    new_stack: NewStack, dynamodb: DynamoDBClient
) -> None:
    for table in ("prod-orders", "prod-users", "prod-load-tmp", "test-orders"):
        create_table(dynamodb, table)
    stack = new_stack(EXAMPLES / "fleet")
    stack.configure(tables=["prod-*"])
    stack.up()
    stack.run("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert sorted(stack.outputs()["arns"]) == ["prod-orders", "prod-users"]
    stack.configure(night="2026-01-02")
    stack.up()
    assert len(names(dynamodb)) == 4
    destroyed(stack)


def test_the_two_regions_example_backs_up_in_each(example: Example, aws: Simulator) -> None:
    stack = example("two-regions")
    for region, arn in stack.outputs()["backups"].items():
        (summary,) = client(aws, region).list_backups()["BackupSummaries"]
        assert summary["BackupArn"] == arn
    destroyed(stack)


def test_the_restore_example_restores_the_items(example: Example, dynamodb: DynamoDBClient) -> None:
    stack = example("restore")
    items = dynamodb.scan(TableName=stack.outputs()["restored_table"])["Items"]
    assert items == [{"id": {"S": "1"}, "sum": {"N": "10"}}]
    destroyed(stack)
    assert len(names(dynamodb)) == 1


def test_every_example_is_a_whole_project_and_has_its_test() -> None:
    tested = (ROOT / "tests" / "e2e" / "test_examples.py").read_text(encoding="utf-8")
    for folder in EXAMPLES.iterdir():
        assert (folder / "README.md").is_file()
        assert (folder / "requirements.txt").is_file()
        assert f'"{folder.name}"' in tested or folder.name == "automation"
