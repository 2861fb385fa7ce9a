"""Programs under `pulumi.runtime.set_mocks`: the mocks answer, and AWS is never asked."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ddb_backup.resources.packed import packed
from tests.wire.conftest import Mocked

GET_BACKUPS = "ddb-backup:index:getBackups"
GET_LATEST = "ddb-backup:index:getLatestBackup"
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ARN = f"{TABLE_ARN}/backup/01700000000000-0123abcd"
A_BACKUP = {
    "backup_arn": ARN,
    "backup_name": "orders-1",
    "backup_status": "AVAILABLE",
    "table_name": "orders",
    "table_arn": TABLE_ARN,
    "region": "eu-west-1",
}
BY_ARN = {
    "backup_arn": ARN,
    "backup_name": "01700000000000-0123abcd",
    "backup_status": "AVAILABLE",
    "backup_type": "USER",
    "table_name": "orders",
    "table_arn": TABLE_ARN,
    "region": "eu-west-1",
    "table_id": None,
    "backup_size_bytes": None,
    "backup_creation_date_time": None,
    "backup_expiry_date_time": None,
}


def latest(**case: Any) -> dict[str, Any]:
    return {"ask": "get_latest_backup", "args": {"table_name": "orders"}, "answer": {}, **case}


def test_look_ups_go_through_the_mocks_in_every_form_and_never_to_aws(mocked: Mocked) -> None:
    since = "2026-01-02T03:04:05+00:00"
    of_orders = {"table_name": "orders", "backup_name_prefix": "orders-", "region": "eu-west-1"}
    described = {
        "backup_arn": ARN,
        "backup_name": "orders-1",
        "backup_status": "CREATING",
        "backup_size_bytes": 5,
        "backup_creation_date_time": "2026-01-02T03:04:05Z",
    }
    all_of_them = {
        "args": {**of_orders, "since": since},
        "answer": {"backups": [described, BY_ARN]},
    }
    forms = [
        {"ask": "get_backups", **all_of_them},
        {"ask": "get_backups", **all_of_them, "at_import": True},
        {"ask": "get_backups", **all_of_them, "preview": True},
        {"ask": "get_backups_output", **all_of_them},
    ]
    asked = {**of_orders, "since": since, "backup_type": "USER"}
    told = [{**BY_ARN, **described, "backup_creation_date_time": since}, BY_ARN]
    assert mocked(*forms) == [{"seen": [[GET_BACKUPS, asked]], "told": [told]}] * 4

    forms = [
        {"ask": ask, "args": of_orders, "answer": {"backup_arn": ARN}}
        for ask in ("get_latest_backup", "get_latest_backup_output")
    ]
    assert mocked(*forms) == [{"seen": [[GET_LATEST, of_orders]], "told": [BY_ARN]}] * 2


def test_an_empty_answer_means_that_there_is_no_backup(mocked: Mocked) -> None:
    ended = mocked(latest(), latest(ask="get_backups"), latest(ask="get_latest_backup_output"))
    assert [one["told"] for one in ended] == [[None], [[]], [None]]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"table_name": "orders"}, "lacks backup_arn, backup_name, backup_status"),
        ({"backup_arn": ARN, "backupName": "orders-1"}, "has backupName; a backup has backup_arn,"),
        ({"backup_arn": ARN, "backup_creation_date_time": "soon"}, "has 'soon' for a time"),
    ],
)
def test_an_answer_that_is_no_backup_is_told_with_what_one_has(
    mocked: Mocked, answer: dict[str, Any], words: str
) -> None:
    in_a_list = latest(ask="get_backups", answer={"backups": [answer]})
    for token, ended in zip(
        (GET_LATEST, GET_BACKUPS), mocked(latest(answer=answer), in_a_list), strict=True
    ):
        assert ended["error"].startswith(f"RunError: The answer of Mocks.call to {token} {words}")


def test_what_else_goes_wrong_in_a_look_up_is_told_in_its_own_words(mocked: Mocked) -> None:
    ended = mocked(
        latest(args={"table_name": "x", "region": "moon"}),
        latest(ask="get_backups", answer={"backups": ["orders-1"]}),
        latest(ask="get_backups", answer={"backup": []}),
        latest(failures=[["table_name", "is not ours"]]),
        latest(raises="no such function"),
    )
    told = [one["error"] for one in ended]
    assert told[0].startswith("RunError: get_latest_backup: table_name ")
    assert "region" in told[0]
    assert ended[0]["seen"] == []
    assert "describes a backup by 'orders-1', not by a dict" in told[1]
    assert "has backup, and may only have backups" in told[2]
    assert told[3] == f"RunError: {GET_LATEST}: table_name: is not ours"
    assert told[4] == "RuntimeError: no such function"


def test_a_resource_has_the_outputs_that_the_mocks_give_it(mocked: Mocked) -> None:
    inputs = {"table_name": "orders", "backup_name_prefix": "orders-", "triggers": {"release": "1"}}
    one, many, packed_ones = mocked(
        {
            "make": "Backup",
            "args": inputs,
            "answer": {"backup_arn": ARN, "item_count": 3},
            "outputs": ["table_name", "backup_arn", "item_count", "backup_status"],
        },
        {
            "make": "BackupSet",
            "args": {"tables": ["a-1", "b-1"], "backup_name_prefix": "nightly-"},
            "answer": {"backups": [{"table_name": "a-1"}]},
            "outputs": ["tables", "backups", "table_count"],
        },
        {
            "make": "BackupSet",
            "args": {"tables": ["orders"], "backup_name_prefix": "nightly-"},
            "answer": {"backups": packed([{**A_BACKUP, "item_count": 3}])},
            "outputs": ["backups", "backups"],
        },
    )
    assert one == {
        "seen": [["pulumi-python:dynamic/ddb-backup:Backup", inputs]],
        "told": [["one-id", "orders", ARN, 3, None]],
    }
    assert many == {
        "seen": [
            [
                "pulumi-python:dynamic/ddb-backup:BackupSet",
                {"tables": ["a-1", "b-1"], "backup_name_prefix": "nightly-"},
            ]
        ],
        "told": [["one-id", ["a-1", "b-1"], [{"table_name": "a-1"}], None]],
    }
    assert packed_ones["told"] == [["one-id", *[[{**A_BACKUP, "item_count": 3}]] * 2]]
