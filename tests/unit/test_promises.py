"""Each promise of the documents has its test, and each scenario of the specification too."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from tools.pulumi_cli import ROOT

TESTS = ROOT / "tests"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and "::" in line
]
SCENARIOS = (
    "Basic Backup Creation",
    "Custom Backup Name",
    "Auto-Generated Name",
    "Timeout Configuration",
    "Table Validation",
    "Error Handling",
    "Progress Reporting",
    "Regional Configuration",
    "Trigger-Based Invocation",
)


@lru_cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_of_the_reliability_table_has_its_test(row: list[str]) -> None:
    path, _, name = row[-1].partition("::")
    assert name in functions(TESTS / path)


def test_at_least_forty_distinct_faults_are_told_of() -> None:
    assert len({row[0] for row in ROWS}) >= 40


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_of_the_specification_is_marked_on_tests(scenario: str) -> None:
    marked = [
        name
        for path in TESTS.rglob("test_*.py")
        for name, function in functions(path).items()
        for mark in function.decorator_list
        if re.fullmatch(rf"pytest\.mark\.scenario\('{scenario}'\)", ast.unparse(mark))
    ]
    assert marked


def test_the_readme_has_no_blank_to_fill_in() -> None:
    assert re.findall(r"@[A-Z_]+@|TODO|TBD", (ROOT / "README.md").read_text(encoding="utf-8")) == []
