"""Every example, as its README says: from a fresh clone to `pulumi destroy`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import client, create_table
from tests.aws.simulator import Simulator
from tests.e2e.test_pages import NewWalk
from tests.e2e.test_pages import new_walk as new_walk
from tests.pages import blocks_of
from tests.walk import Walk
from tools.pulumi_cli import ROOT

EXAMPLES = ROOT / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())
Example = Callable[[str], Walk]


@pytest.fixture
def example(new_walk: NewWalk, tmp_path: Path) -> Example:
    """Walks through the README of an example, in a copy of it."""

    def walked(name: str) -> Walk:
        walk = new_walk()
        folder = walk.folder / "examples" / name
        shutil.copytree(EXAMPLES / name, folder)
        deploys, goes_on = blocks_of(EXAMPLES / name / "README.md")
        walk.through([deploys])
        if name != "restore":  # the state has yet to hear of what was set after the restore
            walk.run("pulumi up --expect-no-changes")
        walk.through([goes_on])
        assert "Resources:\n    - " in walk.printed
        return walk

    return walked


def backups(dynamodb: DynamoDBClient) -> list[str]:
    return sorted(one["BackupName"] for one in dynamodb.list_backups()["BackupSummaries"])


def tables(dynamodb: DynamoDBClient) -> list[str]:
    return sorted(dynamodb.list_tables()["TableNames"])


@pytest.mark.parametrize("name", ["quickstart", "migration"])
def test_an_example_takes_a_backup_for_each_trigger_and_keeps_them(
    example: Example, dynamodb: DynamoDBClient, name: str
) -> None:
    example(name)
    assert len(backups(dynamodb)) == 2


def test_the_scheduled_example_deletes_the_backups_that_it_replaces(
    example: Example, dynamodb: DynamoDBClient, aws: Simulator
) -> None:
    example("scheduled")
    assert aws.count("CreateBackup") == 2
    assert backups(dynamodb) == []


def test_the_pre_destruction_example_leaves_a_final_backup(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    walk = example("pre-destruction")
    assert "restore_backup_arn" in walk.printed
    (name,) = backups(dynamodb)
    assert re.match(r"orders-[0-9a-f]{7}-final-", name)


def test_the_post_deployment_example_backs_up_all_of_its_items(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    example("post-deployment")
    (summary,) = dynamodb.list_backups()["BackupSummaries"]
    described = dynamodb.describe_backup(BackupArn=summary["BackupArn"])
    assert described["BackupDescription"]["SourceTableDetails"]["ItemCount"] == 3


def test_the_compliance_example_exports_its_evidence(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    walk = example("compliance")
    assert walk.printed.count('"status":"AVAILABLE"') == 3
    starts = [re.sub(r"\d{8}T.*", "", name) for name in backups(dynamodb)]
    assert starts == [
        *["billing-2026q1-"] * 2,
        *["billing-2026q2-"] * 2,
        "shop-2026q1-",
        "shop-2026q2-",
    ]


def test_the_fleet_example_backs_up_all_tables_that_match_once_a_night(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    for table in ("prod-load-tmp", "test-orders"):
        create_table(dynamodb, table)
    example("fleet")
    found = [one["TableName"] for one in dynamodb.list_backups()["BackupSummaries"]]
    assert sorted(found) == ["prod-carts", "prod-carts", "prod-users", "prod-users"]


def test_the_nightly_example_has_a_schedule_for_each_of_its_tables_and_an_alarm(
    example: Example, aws: Simulator
) -> None:
    walk = example("nightly")
    assert aws.count("CreateSchedule") == 5
    assert "aws:cloudwatch:MetricAlarm backup-failures" in walk.printed
    assert "No backup was considered, and nothing was deleted." in walk.printed


def test_the_plan_example_leaves_its_vault_and_not_the_one_for_copies(
    example: Example, aws: Simulator
) -> None:
    example("plan")
    left = {
        region: [
            vault["BackupVaultName"]
            for vault in boto3.client(
                "backup",
                region,
                endpoint_url=aws.url,
                aws_access_key_id="a",
                aws_secret_access_key="b",
            ).list_backup_vaults()["BackupVaultList"]
        ]
        for region in ("eu-west-1", "us-west-2")
    }
    assert [name[:7] for name in left["eu-west-1"]] == ["orders-"]
    assert left["us-west-2"] == []


def test_the_two_regions_example_backs_up_in_each(example: Example, aws: Simulator) -> None:
    example("two-regions")
    for region in ("eu-west-1", "us-east-1"):
        (summary,) = client(aws, region).list_backups()["BackupSummaries"]
        assert summary["TableName"].startswith(f"orders-{region}")


def test_the_restore_example_restores_the_items_and_leaves_a_final_backup(
    example: Example, dynamodb: DynamoDBClient
) -> None:
    example("restore")
    of_orders, final = sorted(
        dynamodb.list_backups()["BackupSummaries"], key=lambda one: one["BackupCreationDateTime"]
    )
    assert of_orders["TableName"] == "orders"
    assert re.match(r"orders-restored-[0-9a-f]{7}-final-", final["BackupName"])
    described = dynamodb.describe_backup(BackupArn=final["BackupArn"])
    assert described["BackupDescription"]["SourceTableDetails"]["ItemCount"] == 3
    assert tables(dynamodb) == ["orders", "prod-carts", "prod-users"]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_installs_this_package_from_the_clone_it_is_in(name: str) -> None:
    first = (EXAMPLES / name / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]
    assert re.fullmatch(r"\.\./\.\.(\[aws,cli\])?", first)


def test_every_example_has_its_test() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    for name in NAMES:
        assert f'"{name}"' in tested or name == "automation"
