"""docs/retention.md: its example is what the rules keep."""

from __future__ import annotations

import ast
import re
from datetime import datetime, timezone

from pulumi_ddb_backup.aws.retention.decision import decide
from pulumi_ddb_backup.aws.retention.records import Retention
from tests.unit.retention.test_decision import backup
from tools.pictures import retention
from tools.pulumi_cli import ROOT

PAGE = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d{4}-\d\d-\d\d \d\d:\d\d) \| (\w+) \| ([\w, -]+) \|$", re.M)


def test_the_example_of_the_page_is_what_the_rules_keep() -> None:
    rules = re.search(r"^For example, `(\{.*\})`", PAGE, re.M)
    assert rules is not None
    rows = [
        (datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=timezone.utc), day, kept)
        for at, day, kept in ROW.findall(PAGE)
    ]
    assert [day for _, day, _ in rows] == [f"{at:%A}" for at, _, _ in rows]
    decision = decide([backup(at) for at, _, _ in rows], Retention(**ast.literal_eval(rules[1])))
    kept_by = {
        one.backup.backup_creation_date_time: ", ".join(
            reason.rule.removeprefix("keep_") for reason in one.reasons
        )
        for one in decision.kept
    }
    assert [kept_by.get(at, "-") for at, _, _ in rows] == [kept for _, _, kept in rows]


def test_the_page_counts_what_the_picture_shows() -> None:
    assert f"monthly ones leave {len(retention.kept())}:" in PAGE
