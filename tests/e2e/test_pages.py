"""README and docs/: every block of code is run as it is printed, and prints what the page shows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import REGION, create_table
from tests.aws.simulator import Simulator
from tests.pages import Block, blocks, blocks_of, readable_pages
from tests.walk import Walk, is_shown, prepared
from tests.wire.provider import FAST_CLOCK
from tools.pulumi_cli import ROOT

ENVIRON = dict(os.environ)
README = blocks_of(ROOT / "README.md")
OWN_TESTS = {
    "getting-started.md",  # begins as README does: the two are one walk here
    "testing.md",  # test_testing_page.py
}
CHECKOUT = ("Without writing a program", "Without an AWS account")
"""Sections of getting-started.md that are about a checkout."""
NewWalk = Callable[..., Walk]


@pytest.fixture
def new_walk(
    cli: dict[str, str],
    aws: Simulator,
    aws_plugin: Mapping[str, str],
    dynamodb: DynamoDBClient,
    tmp_path: Path,
) -> NewWalk:
    """Makes a reader's shell, beside an AWS that has some tables."""
    for table in ("prod-users", "prod-carts"):
        create_table(dynamodb, table)
    aws.creating_looks = 2
    env = {
        **cli,
        **aws_plugin,
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": FAST_CLOCK,
    }

    def made(*, installs: bool = False, **more: str) -> Walk:
        return prepared(tmp_path, {**env, **more}, installs=installs)

    return made


def with_a_stack(walk: Walk) -> Walk:
    """A walk of a page whose reader has a program and a stack already: the root program's."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, walk.folder)
    for command in ("stack init dev", "config set aws:region eu-west-1", "config set table orders"):
        walk.run(f"pulumi {command}")
    return walk


@pytest.mark.longest
def test_readme_and_getting_started_lead_from_an_empty_folder_to_a_restored_table(
    new_walk: NewWalk, tmp_path: Path, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    own = {"PULUMI_HOME": str(tmp_path / "pulumi-home"), "PULUMI_CONFIG_PASSPHRASE": "secret"}
    walk = new_walk(installs=True, **own)
    for key in ("PULUMI_BACKEND_URL", "PULUMI_PYTHON_CMD", "VIRTUAL_ENV", "PULUMI_DEBUG_PROVIDERS"):
        walk.env.pop(key, None)
    for key in ("PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT"):
        if key in ENVIRON:
            walk.env[key] = ENVIRON[key]
    walk.through(README)
    assert aws.count("CreateBackup") == 2
    walk.through(
        block
        for block in blocks("getting-started.md")
        if block.section not in CHECKOUT and not in_readme(block)
    )
    assert "orders-restored" in dynamodb.list_tables()["TableNames"]


def in_readme(block: Block) -> bool:
    """Whether README has this block too."""
    return (block.language, block.text) in {(one.language, one.text) for one in README}


def test_getting_started_begins_with_every_block_of_readme_in_order() -> None:
    ours = [(one.language, one.text) for one in README if one.section != "Developing it"]
    theirs = [(one.language, one.text) for one in blocks("getting-started.md")]
    assert [one for one in theirs if one in ours] == ours


def test_the_root_program_runs_as_getting_started_says(new_walk: NewWalk, aws: Simulator) -> None:
    walk = new_walk()
    for name in ("Pulumi.yaml", "__main__.py", "requirements.txt"):
        shutil.copy(ROOT / name, walk.folder)
    walk.through(block for block in blocks("getting-started.md") if block.section in CHECKOUT)
    assert aws.count("CreateBackup") == 2
    outputs = json.loads(walk.run("pulumi stack output --json"))
    assert outputs["backup_status"] == "AVAILABLE"
    assert outputs["item_count"] == 3
    walk.run("pulumi up --expect-no-changes")


@pytest.mark.parametrize("page", [page for page in readable_pages() if page not in OWN_TESTS])
def test_every_block_of_a_page_runs_and_prints_what_is_shown(
    page: str, new_walk: NewWalk, dynamodb: DynamoDBClient
) -> None:
    walk = new_walk(AWS_REGION=REGION)
    text = "".join(block.text for block in blocks(page))
    if "$ pulumi " in text and "pulumi stack init" not in text:
        with_a_stack(walk)
    if " --at " in text:
        dynamodb.update_continuous_backups(
            TableName="orders",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    walk.through(blocks(page))


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (["a 1.2 GiB", "..."], "a 123 bytes\nb\n", True),
        (["...", "b"], "a\nb\n", True),
        (["a", "c"], "a\nb\n", False),
        (["a"], "a\nb\n", False),
    ],
)
def test_what_is_shown_is_compared_but_for_times_ids_and_sizes(
    shown: list[str], printed: str, same: bool
) -> None:
    assert is_shown(shown, printed) is same
