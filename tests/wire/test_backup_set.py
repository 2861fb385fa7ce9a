"""`BackupSet`'s provider as the engine meets it, on the oldest and the newest SDK."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient
from pulumi.runtime import rpc

from tests.aws.conftest import REGION, client, create_table
from tests.aws.simulator import Fault, Simulator
from tests.wire.provider import SECONDS, Provider, Refused

Start = Callable[..., Provider]
INPUTS: dict[str, Any] = {
    "table_pattern": "shop-*",
    "backup_name_prefix": "nightly-",
    "timeout": 60.0,
}
NAMES = [f"shop-{number}" for number in range(8)]


@pytest.fixture
def tables(dynamodb: DynamoDBClient, aws: Simulator) -> list[str]:
    for name in NAMES:
        create_table(dynamodb, name)
    aws.calls.clear()
    return NAMES


@pytest.fixture
def backup_set(start: Start, tables: list[str]) -> Provider:
    return start().of_set()


@pytest.fixture
def quick_set(start: Start, tables: list[str]) -> Provider:
    """With a clock on which the timeout of 60 s is one second."""
    return start(fast=True).of_set()


def checked(provider: Provider, **inputs: Any) -> dict[str, Any]:
    given = {key: value for key, value in {**INPUTS, **inputs}.items() if value is not None}
    known, failures = provider.check(given)
    assert failures == []
    return known


def made(provider: Provider, **inputs: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A finished set: its id, its checked inputs, its outputs."""
    news = checked(provider, **inputs)
    id_, outputs = provider.create(news)
    return id_, news, outputs


def names_in(items: Sequence[dict[str, Any]]) -> list[str]:
    return [item["table_name"] for item in items]


def existing(dynamodb: DynamoDBClient) -> dict[str, list[str]]:
    """The ARNs of all backups there are, by table."""
    found: dict[str, list[str]] = {}
    for summary in dynamodb.list_backups()["BackupSummaries"]:
        found.setdefault(summary["TableName"], []).append(summary["BackupArn"])
    return found


def test_check_fills_in_the_defaults(backup_set: Provider) -> None:
    known, failures = backup_set.check({"tables": ["orders"], "backup_name": "{table}-1"})
    assert failures == []
    assert known == {
        **backup_set.own_properties,
        "tables": ["orders"],
        "backup_name": "{table}-1",
        "timeout": 1800.0,
        "deletion_policy": "retain",
        "all_or_nothing": False,
    }


def test_check_tells_all_failures_together_and_asks_nothing_of_aws(
    aws: Simulator, backup_set: Provider
) -> None:
    _, failures = backup_set.check(
        {"table_pattern": "no spaces", "regions": ["atlantis-1"], "timeout": 5.0, "tags": "all"}
    )
    told = " ".join(failures)
    for name in ("table_pattern", "regions[0]", "timeout", "tags", "backup_name"):
        assert name in told
    assert len(failures) == 5
    assert aws.calls == []


def test_check_tells_a_missing_region_beside_all_other_failures(start: Start) -> None:
    backup_set = start(AWS_CONFIG_FILE="/nonexistent").of_set()
    backup_set.configure({})
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    named: dict[str, Any] = {"backup_name": "{table}-1"}
    for needs in ({"tables": ["x"]}, {"table_pattern": "a b"}, {"tags": {"": "x"}}, INPUTS):
        _, failures = backup_set.check({**named, **needs, "timeout": 5.0})
        assert failures[-1].startswith("no AWS region is set."), needs
        assert "timeout must be at least 60 seconds (got 5)" in failures
    for tells in ({"tables": [arn]}, {"tables": [f"{arn}!"]}, {"tables": ["x"], "regions": ["x"]}):
        _, failures = backup_set.check({**named, **tells})
        assert "no AWS region" not in " ".join(failures), tells


def test_check_lets_unknowns_pass(backup_set: Provider) -> None:
    assert backup_set.check({"tables": ["orders", rpc.UNKNOWN], "backup_name": "a-1"})[1] == []
    assert backup_set.check({**INPUTS, "table_pattern": rpc.UNKNOWN})[1] == []


def test_create_backs_up_every_table_and_tells_of_each(
    backup_set: Provider, dynamodb: DynamoDBClient, tables: list[str]
) -> None:
    id_, _, outputs = made(backup_set)
    there = existing(dynamodb)
    assert id_.startswith("backup-set-")
    assert sorted(there) == tables
    assert names_in(outputs["backups"]) == tables
    assert [one["backup_arn"] for one in outputs["backups"]] == [
        arn for table in tables for arn in there[table]
    ]
    assert {one["backup_status"] for one in outputs["backups"]} == {"AVAILABLE"}
    assert {one["region"] for one in outputs["backups"]} == {REGION}
    assert (outputs["table_count"], outputs["available_count"]) == (8, 8)
    assert outputs["failures"] == []
    assert outputs["total_size_bytes"] == sum(
        one["backup_size_bytes"] for one in outputs["backups"]
    )
    assert backup_set.engine.kept[-1].startswith("8 of 8 backups are AVAILABLE, ")
    assert {line.urn for line in backup_set.engine.lines} == {backup_set.urn}


def test_nothing_that_stays_the_same_is_a_change(backup_set: Provider, aws: Simulator) -> None:
    id_, news, outputs = made(backup_set, tables=["orders", "shop-1"], table_pattern=["shop-[23]"])
    aws.calls.clear()
    assert backup_set.diff(id_, outputs, news) == (False, [])
    reordered = {**news, "tables": ["shop-1", "orders"], "table_pattern": "shop-[23]"}
    assert backup_set.diff(id_, outputs, reordered) == (False, [])
    assert aws.calls == []


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"backup_name_prefix": "weekly-"}, ["backup_name_prefix"]),
        ({"triggers": {"release": 2}}, ["triggers"]),
        ({"table_pattern": "shop-1*"}, []),
        ({"exclude_pattern": "shop-1"}, []),
        ({"tables": ["orders"]}, []),
        ({"tags": {"tier": "gold"}}, []),
        ({"regions": ["us-east-1"]}, []),
        ({"timeout": 90.0}, []),
        ({"deletion_policy": "delete"}, []),
        ({"all_or_nothing": True}, []),
        ({"role_arn": "arn:aws:iam::123456789012:role/backup"}, []),
    ],
)
def test_only_names_and_triggers_replace_a_set(
    asked: Provider, change: dict[str, Any], replaces: list[str]
) -> None:
    provider = asked.of_set()
    news = checked(provider)
    olds = {**news, "backups": [], "failures": [], "table_count": 0}
    assert provider.diff("backup-set-1", olds, checked(provider, **change)) == (True, replaces)


def test_what_fails_is_told_and_the_next_update_takes_only_that(
    backup_set: Provider, dynamodb: DynamoDBClient, aws: Simulator, tables: list[str]
) -> None:
    for table in ("shop-2", "shop-5"):
        aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400, table=table))
    news = checked(backup_set)
    with pytest.raises(Refused) as failed:
        backup_set.create(news)
    refused = failed.value
    assert refused.message.startswith("6 of 8 backups are AVAILABLE (0 creating, 2 failed).")
    assert "  shop-2 (eu-west-1): Backup Creation Failed: " in refused.message
    assert "Run `pulumi up` again" in refused.message
    assert names_in(refused.outputs["failures"]) == ["shop-2", "shop-5"]
    assert len(refused.outputs["backups"]) == 6
    assert backup_set.diff(refused.id, refused.outputs, news) == (True, [])
    aws.forget_faults()
    aws.calls.clear()
    outputs = backup_set.update(refused.id, refused.outputs, news)
    assert [call.table for call in aws.calls if call.api == "CreateBackup"] == ["shop-2", "shop-5"]
    assert names_in(outputs["backups"]) == tables
    assert outputs["failures"] == []
    assert all(len(arns) == 1 for arns in existing(dynamodb).values())
    assert backup_set.diff(refused.id, outputs, news) == (False, [])


def test_a_region_that_is_not_enabled_is_told_and_the_next_update_looks_there_again(
    backup_set: Provider, aws: Simulator, tables: list[str]
) -> None:
    elsewhere = "us-east-1"
    create_table(client(aws, elsewhere), "shop-9")
    words = "The security token included in the request is invalid."
    code = "UnrecognizedClientException"
    aws.fault(Fault("ListTables", code=code, message=words, status=400, region=elsewhere))
    news = checked(backup_set, regions=[REGION, elsewhere])
    with pytest.raises(Refused) as failed:
        backup_set.create(news)
    refused = failed.value
    assert refused.message.startswith("8 of 8 backups are AVAILABLE (0 creating, 0 failed).")
    assert f"Region '{elsewhere}' may not be enabled for this account" in refused.message
    assert [(one["table_name"], one["region"]) for one in refused.outputs["failures"]] == [
        ("*", elsewhere)
    ]
    assert (refused.outputs["table_count"], refused.outputs["available_count"]) == (8, 8)
    assert backup_set.diff(refused.id, refused.outputs, news) == (True, [])
    with pytest.raises(Refused):  # a refresh looks at backups alone, and forgets no failure
        backup_set.read(refused.id, refused.outputs, news)
    aws.forget_faults()
    outputs = backup_set.update(refused.id, refused.outputs, news)
    assert names_in(outputs["backups"]) == [*tables, "shop-9"]
    assert outputs["failures"] == []
    assert backup_set.diff(refused.id, outputs, news) == (False, [])


def test_a_found_table_that_is_being_deleted_is_told_and_is_not_in_the_set(
    backup_set: Provider, aws: Simulator, tables: list[str]
) -> None:
    aws.table_status["shop-3"] = "DELETING"
    aws.fault(Fault("CreateBackup", code="TableInUseException", status=400, table="shop-3"))
    id_, news, outputs = made(backup_set)
    assert names_in(outputs["backups"]) == [name for name in tables if name != "shop-3"]
    assert (outputs["table_count"], outputs["available_count"]) == (7, 7)
    assert outputs["failures"] == []
    assert backup_set.engine.kept[-1].startswith("7 of 7 backups are AVAILABLE, 1 skipped, ")
    assert any(
        "shop-3 (eu-west-1): skipped, it is being" in told for told in backup_set.engine.kept
    )
    assert backup_set.diff(id_, outputs, news) == (False, [])


def test_a_set_of_which_everything_is_skipped_is_made_and_stays(
    backup_set: Provider, aws: Simulator, tables: list[str]
) -> None:
    aws.table_status["shop-3"] = "DELETING"
    id_, news, outputs = made(backup_set, table_pattern="shop-3")
    assert (outputs["table_count"], outputs["backups"], outputs["failures"]) == (0, [], [])
    assert backup_set.engine.kept[-1] == "No backup was taken: 1 skipped"
    assert backup_set.read(id_, outputs, news)[0] == id_
    assert backup_set.diff(id_, outputs, news) == (False, [])


def test_a_timeout_keeps_every_arn_and_the_next_update_waits_for_the_same_backups(
    quick_set: Provider, dynamodb: DynamoDBClient, aws: Simulator, tables: list[str]
) -> None:
    aws.creating_seconds = 1000
    news = checked(quick_set)
    with pytest.raises(Refused) as failed:
        quick_set.create(news)
    refused = failed.value
    assert refused.message.startswith(
        "Timed out after 60s. 8 backups go on in AWS.\nRun `pulumi up` again"
    )
    started = {one["backup_arn"] for one in refused.outputs["backups"]}
    assert started == {arn for arns in existing(dynamodb).values() for arn in arns}
    aws.finish_backups()
    outputs = quick_set.update(refused.id, refused.outputs, news)
    assert {one["backup_arn"] for one in outputs["backups"]} == started
    assert aws.count("CreateBackup") == 8


def test_ctrl_c_keeps_what_was_started_and_says_what_was_not(
    backup_set: Provider, dynamodb: DynamoDBClient, aws: Simulator, tables: list[str]
) -> None:
    aws.creating_seconds = 1000
    for table in tables[4:]:  # these wait for their answers
        aws.fault(Fault("CreateBackup", code="ThrottlingException", status=400, table=table))
    news = checked(backup_set)
    with ThreadPoolExecutor(1) as caller:
        waiting = caller.submit(backup_set.create, news)
        backup_set.engine.wait_for("4 creating")
        backup_set.cancel()
        refused = waiting.exception(timeout=SECONDS)
    assert isinstance(refused, Refused)
    assert "Stopped waiting. 4 backups go on in AWS, 4 were not started." in refused.message
    assert names_in(refused.outputs["backups"]) == tables[:4]
    aws.forget_faults()
    aws.finish_backups()
    backup_set.update(refused.id, refused.outputs, news)
    assert sorted(map(len, existing(dynamodb).values())) == [1] * 8


def test_all_or_nothing_starts_no_backup_where_a_table_is_missing(
    backup_set: Provider, dynamodb: DynamoDBClient
) -> None:
    news = checked(
        backup_set, tables=["shop-1", "missing"], table_pattern=None, all_or_nothing=True
    )
    with pytest.raises(Refused) as failed:
        backup_set.create(news)
    assert "missing 'missing' (eu-west-1)" in failed.value.message
    assert "No backup was started." in failed.value.message
    assert failed.value.id == ""
    assert existing(dynamodb) == {}


def test_no_table_at_all_is_an_error_that_names_what_was_looked_for(backup_set: Provider) -> None:
    with pytest.raises(Refused) as failed:
        backup_set.create(checked(backup_set, table_pattern="prod-*"))
    assert "No table matches table_pattern prod-* in eu-west-1." in failed.value.message


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        ("retain", "retain", True),
        ("retain", "delete", True),
        ("delete", "retain", True),
        ("delete", "delete", False),
    ],
)
def test_a_table_that_is_taken_out_is_deleted_only_by_a_policy_that_was_and_is_so(
    backup_set: Provider, dynamodb: DynamoDBClient, before: str, now: str, kept: bool
) -> None:
    id_, _, olds = made(backup_set, deletion_policy=before)
    news = checked(backup_set, exclude_pattern="shop-3", deletion_policy=now)
    outputs = backup_set.update(id_, olds, news)
    assert "shop-3" not in names_in(outputs["backups"])
    assert outputs["table_count"] == 7
    assert ("shop-3" in existing(dynamodb)) == kept
    assert len(existing(dynamodb)) == (8 if kept else 7)
    told = "No longer in the set, and kept in AWS:" if kept else "and deleted: 1"
    assert any(told in line for line in backup_set.engine.kept)


def test_a_table_that_is_added_is_the_only_one_backed_up(
    backup_set: Provider, dynamodb: DynamoDBClient, aws: Simulator
) -> None:
    id_, _, olds = made(backup_set)
    aws.calls.clear()
    outputs = backup_set.update(id_, olds, checked(backup_set, tables=["orders"]))
    assert [call.table for call in aws.calls if call.api == "CreateBackup"] == ["orders"]
    assert outputs["available_count"] == 9


def test_an_update_of_what_only_steers_asks_nothing_of_aws(
    backup_set: Provider, aws: Simulator
) -> None:
    id_, _, olds = made(backup_set)
    aws.calls.clear()
    outputs = backup_set.update(id_, olds, checked(backup_set, timeout=90.0))
    assert outputs == {**olds, "timeout": 90.0}
    assert aws.calls == []


def test_a_failed_update_leaves_the_set_as_it_was(backup_set: Provider, aws: Simulator) -> None:
    id_, _, olds = made(backup_set)
    aws.fault(Fault("ListTables", code="AccessDeniedException", status=400))
    with pytest.raises(Refused) as failed:
        backup_set.update(id_, olds, checked(backup_set, table_pattern="shop-1"))
    assert "dynamodb:ListTables" in failed.value.message
    assert failed.value.id == ""


def test_a_refresh_changes_nothing_of_a_set_that_is_whole(
    backup_set: Provider, aws: Simulator
) -> None:
    id_, news, outputs = made(backup_set)
    aws.calls.clear()
    assert backup_set.read(id_, outputs, news)[:2] == (id_, outputs)
    assert [call.api for call in aws.calls] == ["ListBackups"]


@pytest.mark.parametrize("policy", ["retain", "delete"])
def test_a_set_stays_in_its_region_whatever_the_stacks_default_becomes(
    start: Start, tables: list[str], aws: Simulator, dynamodb: DynamoDBClient, policy: str
) -> None:
    aws.creating_seconds = 1000
    first = start(fast=True).of_set()
    news = checked(first, deletion_policy=policy)
    with pytest.raises(Refused) as failed:
        first.create(news)
    half = failed.value
    elsewhere = start(region="us-east-1").of_set()
    for table in tables:
        create_table(client(aws, "us-east-1"), table)
    aws.finish_backups()
    aws.calls.clear()
    outputs = elsewhere.update(half.id, half.outputs, news)
    assert outputs["available_count"] == 8
    assert {one["region"] for one in outputs["backups"]} == {REGION}
    assert elsewhere.diff(half.id, outputs, news) == (False, [])
    create_table(dynamodb, "orders-2")
    wider = checked(elsewhere, deletion_policy=policy, table_pattern=["shop-*", "orders-2"])
    outputs = elsewhere.update(half.id, outputs, wider)
    assert [one["region"] for one in outputs["backups"]] == [REGION] * 9
    assert {call.region for call in aws.calls if call.api != "CreateTable"} == {REGION}


def test_a_set_of_arns_alone_looks_for_names_where_the_stack_says_now(
    start: Start, tables: list[str], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    arn = dynamodb.describe_table(TableName="shop-1")["Table"]["TableArn"]
    id_, _, outputs = made(start().of_set(), tables=[arn], table_pattern=None)
    elsewhere = start(region="us-east-1").of_set()
    create_table(client(aws, "us-east-1"), "shop-2")
    named = checked(elsewhere, tables=[arn, "shop-2"], table_pattern=None)
    outputs = elsewhere.update(id_, outputs, named)
    assert [one["region"] for one in outputs["backups"]] == [REGION, "us-east-1"]


def test_a_backup_that_is_gone_is_noticed_and_taken_again(
    backup_set: Provider, dynamodb: DynamoDBClient
) -> None:
    id_, news, outputs = made(backup_set)
    (gone,) = existing(dynamodb)["shop-4"]
    dynamodb.delete_backup(BackupArn=gone)
    _, seen, _ = backup_set.read(id_, outputs, news)
    assert names_in(seen["failures"]) == ["shop-4"]
    assert gone in seen["failures"][0]["error"]
    assert backup_set.diff(id_, seen, news) == (True, [])
    again = backup_set.update(id_, seen, news)
    assert again["available_count"] == 8
    assert existing(dynamodb)["shop-4"] != [gone]


def test_a_set_all_of_whose_backups_are_gone_leaves_the_state(
    backup_set: Provider, dynamodb: DynamoDBClient
) -> None:
    id_, news, outputs = made(backup_set)
    for arns in existing(dynamodb).values():
        dynamodb.delete_backup(BackupArn=arns[0])
    assert backup_set.read(id_, outputs, news)[0] == ""


def test_a_refresh_of_a_set_that_is_not_whole_says_so_again(
    quick_set: Provider, aws: Simulator
) -> None:
    aws.creating_seconds = 1000
    news = checked(quick_set)
    with pytest.raises(Refused) as failed:
        quick_set.create(news)
    half = failed.value
    with pytest.raises(Refused) as failed:
        quick_set.read(half.id, half.outputs, news)
    assert failed.value.message == (
        "0 of 8 backups are AVAILABLE.\n"
        "`pulumi up` takes what is missing and goes on waiting for what is CREATING."
    )
    assert failed.value.outputs == half.outputs
    assert failed.value.read_first
    aws.finish_backups()
    _, outputs, _ = quick_set.read(half.id, half.outputs, news)
    assert (outputs["available_count"], outputs["failures"]) == (8, [])


def test_a_set_that_is_not_whole_and_cannot_be_looked_at_stays_so(
    quick_set: Provider, aws: Simulator
) -> None:
    aws.creating_seconds = 1000
    news = checked(quick_set)
    with pytest.raises(Refused) as failed:
        quick_set.create(news)
    half = failed.value
    for api in ("ListBackups", "DescribeBackup"):
        aws.fault(Fault(api, code="AccessDeniedException", status=400))
    with pytest.raises(Refused) as failed:
        quick_set.read(half.id, half.outputs, news)
    assert "dynamodb:DescribeBackup" in failed.value.message
    assert (failed.value.id, failed.value.outputs) == (half.id, half.outputs)


@pytest.mark.parametrize(("policy", "left"), [("retain", 8), ("delete", 0)])
def test_destroying_a_set_follows_its_policy(
    backup_set: Provider, dynamodb: DynamoDBClient, policy: str, left: int
) -> None:
    id_, _, outputs = made(backup_set, deletion_policy=policy)
    backup_set.delete(id_, outputs)
    assert len(existing(dynamodb)) == left
    told = backup_set.engine.kept[-1]
    assert (outputs["backups"][0]["backup_arn"] in told) == (policy == "retain")
    backup_set.delete(id_, outputs)  # again: what is gone is gone


def test_a_backup_that_cannot_be_deleted_is_told_and_the_set_stays(
    backup_set: Provider, dynamodb: DynamoDBClient, aws: Simulator
) -> None:
    id_, _, outputs = made(backup_set, deletion_policy="delete")
    aws.fault(Fault("DeleteBackup", code="AccessDeniedException", status=400, table="shop-6"))
    with pytest.raises(Refused) as failed:
        backup_set.delete(id_, outputs)
    assert failed.value.message.startswith(
        "1 of 8 backups could not be deleted.\n  shop-6 (eu-west-1): "
    )
    assert list(existing(dynamodb)) == ["shop-6"]
