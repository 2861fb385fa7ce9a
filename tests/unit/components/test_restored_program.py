"""The backup that a program's table is created from, before anything is created."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest
from pulumi.output import Unknown

from pulumi_ddb_backup.components.restored_table import RestoreSource
from pulumi_ddb_backup.hooks.plan import HookRefusal

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01767323045000-0a1b2c3d"
make_unknown: Any = Unknown
UNKNOWN: Any = make_unknown()
URN = "urn:pulumi:dev::shop::aws:dynamodb/table:Table::users"


def required(source: RestoreSource, arn: Any) -> None:
    async def fire() -> None:
        inputs = {"restoreBackupArn": pulumi.Output.secret(ARN) if arn == "secret" else arn}
        args = pulumi.ResourceHookArgs(URN, "", "users", "aws:dynamodb/table:Table", inputs)
        await source.require(args)

    asyncio.run(fire())


@pytest.mark.parametrize("arn", [ARN, "secret", UNKNOWN, pulumi.runtime.rpc.UNKNOWN])
def test_a_table_is_created_from_a_backup_that_is_there_or_not_known_yet(arn: Any) -> None:
    required(RestoreSource(ARN), arn)


@pytest.mark.parametrize("arn", [None, ""])
def test_a_table_is_not_created_empty_where_restore_from_turns_out_to_be_nothing(arn: Any) -> None:
    with pytest.raises(HookRefusal) as refused:
        required(RestoreSource(None), arn)
    assert str(refused.value) == (
        "Table 'users' would be empty, so it is not created: `restore_from` has no value"
    )


def test_a_latest_backup_of_what_is_no_table_is_refused_when_it_is_made() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        RestoreSource.latest("x", "")
    assert "LatestBackup: table_name must be at least 3 characters (got 1)" in str(refused.value)
