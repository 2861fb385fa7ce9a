"""What a hook's retention deletes, by AWS's answers: its own older backups of this very table."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pulumi
import pytest

from pulumi_ddb_backup.aws.rules.naming import generated_name, identity, owner_mark
from pulumi_ddb_backup.hooks.plan import HookPlan, HookRefusal, Moment
from pulumi_ddb_backup.hooks.retaining import owner_of
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import add_tables, arn_of, backend, denied, drop_table
from tests.aws.retention.histories import add_backup
from tests.aws.simulator import Fault, Simulator
from tests.fake_call import FakeCall

URN = "urn:pulumi:dev::shop::aws:dynamodb/table:Table::orders"
ONE = {"keep_last": 1}


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> FakeCall:
    """The table's row, where no engine shows one."""
    row = FakeCall(URN)
    monkeypatch.setattr("pulumi_ddb_backup.hooks.plan.ProgramRow", lambda urn: row)
    return row


@pytest.fixture
def at(aws: Simulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Where a hook finds the simulator."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return {"region": REGION, "endpoint_url": aws.url}


def fire(plan: HookPlan, table: str = "orders", urn: str = URN) -> None:
    """The engine calls the hook for a table."""
    known = {"name": table, "arn": arn_of(table)}
    args = pulumi.ResourceHookArgs(
        urn,
        "id",
        "orders",
        "aws:dynamodb/table:Table",
        new_inputs={"billingMode": "PROVISIONED"},
        old_inputs={"billingMode": "PAY_PER_REQUEST"},
        new_outputs=known,
        old_outputs=known,
    )
    asyncio.run(plan(args))


def earlier(plan: HookPlan, nights: int, *, urn: str = URN, prefix: str = "") -> list[str]:
    """Backups that the hook took in each of the last nights, the newest first."""
    prefix = prefix or (plan.backup_name_prefix or "").replace("{table}", "orders")
    return [add_named(prefix, owner_of(plan, urn), night) for night in range(1, nights + 1)]


def add_named(prefix: str, owner: Any, night: int) -> str:
    moment = backend().get_table("orders").created_at
    name = generated_name(prefix, moment, identity(owner, {"night": night}))
    return add_backup("orders", night, name=name)


def there_are() -> set[str]:
    return set(backend().backups)


def taken(before: set[str]) -> str:
    """The one backup that is new."""
    (arn,) = there_are() - before
    return arn


@pytest.mark.parametrize("moment", ["final", "before-update", "after-create", "after-update"])
def test_a_hook_deletes_its_own_older_backups_and_says_so_in_one_line(
    at: dict[str, Any], row: FakeCall, moment: Moment
) -> None:
    plan = HookPlan(moment, retention={"keep_last": 2}, **at)
    newest, *expired = earlier(plan, 3)
    foreign = {
        add_backup("orders", 5, name=f"orders-{moment}-by-hand"),
        add_named(f"orders-{moment}-", {"urn": URN}, 6),  # a `Backup` with that URN and prefix
        *earlier(plan, 2, urn=f"{URN}-2"),
    }
    fire(plan)
    assert len(there_are()) == len({newest, *foreign}) + 1
    assert there_are() >= {newest, *foreign}
    assert not there_are() & set(expired)
    (line,) = (line for line in row.told if line.startswith("Retention"))
    assert line == (
        "Retention: keeps 2 backups, 246 bytes (no price for eu-west-1 known); "
        "deleted 2 backups, 246 bytes"
    )
    assert row.warned == []


def test_a_hooks_mark_is_no_resources_and_no_other_hooks() -> None:
    hooks = [
        HookPlan("final"),
        HookPlan("before-update"),
        HookPlan("after-create"),
        HookPlan("after-update"),
        HookPlan("before-update", "before-a-new-key"),
    ]
    marks = {owner_mark({"urn": URN}), *(owner_mark(owner_of(plan, URN)) for plan in hooks)}
    assert len(marks) == 1 + len(hooks)
    named = HookPlan("final", "ddb-backup-final")
    assert owner_of(named, URN) == owner_of(hooks[0], URN)


def test_two_hooks_of_one_moment_never_prune_each_others(at: dict[str, Any], row: FakeCall) -> None:
    theirs = earlier(HookPlan("before-update", "before-a-new-key"), 3)
    fire(HookPlan("before-update", "before-all", retention=ONE, **at))
    assert there_are() > set(theirs)


def test_the_final_backups_of_a_table_that_is_made_anew_all_stay(
    at: dict[str, Any], row: FakeCall
) -> None:
    plan = HookPlan("final", retention=ONE, **at)
    old = set(earlier(plan, 3))
    drop_table("orders")
    add_tables("orders")
    fire(plan)
    first = taken(old)
    fire(plan)
    assert taken(old) != first  # of the new table's own, the older one went
    assert row.warned == []


def test_without_ids_of_tables_everything_stays(
    aws: Simulator, at: dict[str, Any], row: FakeCall
) -> None:
    plan = HookPlan("final", retention=ONE, **at)
    old = set(earlier(plan, 3))
    aws.bare = True
    fire(plan)
    assert there_are() > old


def test_a_backup_that_fails_stops_the_engine_and_deletes_nothing(
    aws: Simulator, at: dict[str, Any], row: FakeCall
) -> None:
    plan = HookPlan("final", retention=ONE, **at)
    old = set(earlier(plan, 3))
    aws.fault(Fault("CreateBackup", code="LimitExceededException", status=400))
    with pytest.raises(HookRefusal, match=r"The table was not deleted\."):
        fire(plan)
    going_on = HookPlan("final", retention=ONE, on_failure="continue", **at)
    fire(going_on)
    assert there_are() == old
    assert aws.count("DeleteBackup") == 0


@pytest.mark.parametrize(
    ("moment", "next_step"),
    [
        (
            "final",
            "Once the table is gone, nothing tries again: delete them with `ddb-backup delete ARN`.",
        ),
        ("before-update", "The hook's next backup tries again; `ddb-backup prune` does it now."),
    ],
)
def test_a_delete_that_is_denied_is_a_warning_and_the_engine_goes_on(
    aws: Simulator, at: dict[str, Any], row: FakeCall, moment: Moment, next_step: str
) -> None:
    plan = HookPlan(moment, retention=ONE, **at)
    old = earlier(plan, 2)
    aws.fault(denied("DeleteBackup"))
    fire(plan)
    assert there_are() > set(old)
    (warning,) = row.warned
    assert warning.startswith(f"Retention could not delete all that has expired: {old[0]}: ")
    assert "dynamodb:DeleteBackup" in warning
    assert " And 1 more. " in warning
    assert next_step in warning


def test_a_list_that_can_not_be_read_is_a_warning_and_all_stay(
    aws: Simulator, at: dict[str, Any], row: FakeCall
) -> None:
    plan = HookPlan("before-update", retention=ONE, **at)
    old = set(earlier(plan, 2))
    aws.fault(denied("ListBackups"))
    fire(plan)
    assert there_are() > old
    (warning,) = row.warned
    assert warning.startswith("Retention was not applied: ")


def test_a_backup_that_is_reused_prunes_nothing(at: dict[str, Any], row: FakeCall) -> None:
    plan = HookPlan("final", retention=ONE, reuse_within=timedelta(days=2), **at)
    old = set(earlier(plan, 3))
    fire(plan)
    assert there_are() == old
    assert [line for line in row.told if line.startswith("Retention")] == []
