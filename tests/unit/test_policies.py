"""Every policy that this package writes, as a linter reads it."""

from __future__ import annotations

import json
from typing import Any

import parliament  # type: ignore[import-untyped]
import pytest

from pulumi_ddb_backup.cli.policy import USES, Use, Where, document

NARROW = Where(["orders", "prod-*"], ["orders-restored"], "123456789012", ["eu-west-1"])
ALLOWED_ON_THE_NEW_TABLE = "dynamodb:RestoreTableFromBackup"
"""The linter knows it for backups alone; AWS's own example allows it on the table that is made too."""


def findings(policy: Any) -> list[Any]:
    return [
        found
        for found in parliament.analyze_policy_string(json.dumps(policy)).findings
        if ALLOWED_ON_THE_NEW_TABLE not in str(found.detail)
    ]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
@pytest.mark.parametrize("where", [Where(), NARROW], ids=["everywhere", "narrow"])
def test_a_linter_finds_nothing_in_what_iam_policy_prints(use: Use, where: Where) -> None:
    assert findings(document([use], where)) == []
