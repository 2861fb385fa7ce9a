"""docs/performance.md, of which `make bench` rewrites the sections that it is asked for."""

from __future__ import annotations

from bench import document
from bench.__main__ import SECTIONS
from bench.report import Goal, Section, Table
from tools.pulumi_cli import ROOT

PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_bench_would_write_of_its_parts() -> None:
    parts = document.parts(PAGE)
    assert parts.keys() <= SECTIONS.keys()
    assert document.page(parts, list(SECTIONS)) == PAGE


def test_a_section_that_is_measured_again_leaves_all_others_and_their_goals_as_they_are() -> None:
    before = document.parts(PAGE)
    goal = Goal("time", "2 x", "3.00 x", met=False, why="it rained")
    section = Section("One, two", "Why.", [Table(("a", "b"), [("1", "2")])], [goal])
    measured = {**before, "one-table": document.part(section, "Measured on a Sunday.")}
    after = document.parts(document.page(measured, list(SECTIONS)))
    others = before.keys() - {"one-table"}
    assert {name: after[name] for name in others} == {name: before[name] for name in others}
    assert "Measured on a Sunday.\n\nWhy." in after["one-table"].text
    assert "- Not met, time: it rained" in after["one-table"].text
    assert len(after["one-table"].goals) == 1
