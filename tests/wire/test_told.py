"""What a program tells of its tables: every way that an `aws.Provider` reaches a backup."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.wire.told import TABLE_ARN
from tools.pulumi_cli import ROOT

PLAIN = {"name": "there", "region": "us-west-2", "others": []}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.wire.told"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    "way",
    [
        "provider",
        "providers, a list",
        "providers, a mapping",
        "a parent's",
        "a grandparent's",
        "a parent table's own",
    ],
)
def test_every_way_that_a_provider_reaches_a_backup_is_told(told: dict[str, Any], way: str) -> None:
    """A canary too: should the SDK no longer tell a provider's settings, see engine/declared.py."""
    assert told[way] == {"tables": [], "provider": PLAIN}


def test_a_backup_that_nothing_reaches_is_told_nothing(told: dict[str, Any]) -> None:
    assert told["nothing"] is None


def test_the_table_behind_a_name_is_told_with_its_provider(told: dict[str, Any]) -> None:
    assert told["a table"] == {"tables": [{"arn": TABLE_ARN}]}
    governed = {"tables": [{"arn": TABLE_ARN, "provider": PLAIN}]}
    assert told["a table with a provider"] == governed
    assert told["a table of a component"] == governed


def test_the_tables_behind_a_sets_names_are_told(told: dict[str, Any]) -> None:
    assert told["a set"] == {"tables": [{"arn": TABLE_ARN}]}


def test_of_further_settings_only_the_names_are_told(told: dict[str, Any]) -> None:
    one = told["everything"]["provider"]
    assert one["profile"] == "west"
    assert set(one["others"]) == {"assumeRoles", "endpoints", "accessKey", "secretKey"}
    assert "hunter2" not in str(one)
