"""What a `BackupSchedule` makes of its arguments before anything is made."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi
import pytest

from pulumi_ddb_backup.components.backup_schedule import BackupSchedule, _child_names


def names(*tables: pulumi.Input[str]) -> list[str]:
    return list(_child_names("nightly", tables))


def test_a_schedule_keeps_its_name_when_other_tables_come() -> None:
    async def in_a_program() -> None:
        outputs = [pulumi.Output.from_input(name) for name in ("a", "b")]
        arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"
        few: list[pulumi.Input[str]] = [arn, *outputs]
        assert names(*few) == ["nightly-users", "nightly-0", "nightly-1"]
        assert set(names("carts", *few)) == {*names(*few), "nightly-carts"}

    asyncio.run(in_a_program())


def test_long_names_leave_room_for_what_pulumi_adds_and_stay_apart() -> None:
    made = names("o" * 200, "o" * 199)
    assert len(set(made)) == 2
    assert {len(name) for name in made} == {50}


def test_a_list_that_is_an_output_itself_is_refused_with_its_kind() -> None:
    async def in_a_program() -> None:
        tables: Any = pulumi.Output.from_input(["orders"])
        with pytest.raises(pulumi.RunError) as refused:
            BackupSchedule("nightly", tables=tables, schedule="rate(1 day)")
        assert str(refused.value) == (
            "BackupSchedule 'nightly': tables must be a list of table names or ARNs (got an Output)"
        )

    asyncio.run(in_a_program())
