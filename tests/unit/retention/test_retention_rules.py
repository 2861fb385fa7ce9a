"""What a retention may ask for, and which backups are somebody's to delete."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pulumi_ddb_backup.aws.records import BackupSummary
from pulumi_ddb_backup.aws.retention.records import PruneRequest, Retention, Why
from pulumi_ddb_backup.aws.retention.rules import (
    left_alone,
    of_another_table,
    validate_prune,
    validate_retention,
)
from pulumi_ddb_backup.aws.rules.naming import (
    generated_name,
    identity,
    nobodys_identity,
    owner_mark,
)
from pulumi_ddb_backup.aws.rules.scheduled import schedule_owner, scheduled_prefix

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
ME = {"urn": "mine"}
OWNER = owner_mark(ME)
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
MINE = BackupSummary(
    f"{TABLE}/backup/01767323045000-0123abcd",
    generated_name("orders-", AT, identity(ME, {"release": 1})),
    "AVAILABLE",
    "USER",
    "orders",
    TABLE,
    "eu-west-1",
    table_id="id-1",
    backup_creation_date_time=AT,
)
THEIRS = generated_name("orders-", AT, identity({"urn": "theirs"}, {"release": 1}))


NO_ZONE = "timezone must be an IANA time zone that this machine knows, such as Europe/Berlin"


@pytest.mark.parametrize(
    ("rules", "reasons"),
    [
        pytest.param({}, ["retention must keep something: give keep_last, keep_daily or another of its rules"], id="nothing"),
        pytest.param({"keep_last": 0, "keep_daily": 0}, ["retention must keep something: give keep_last, keep_daily or another of its rules"], id="all zero"),
        pytest.param({"keep_last": -1}, ["keep_last must be a whole number, 0 or more (got -1)"], id="negative"),
        pytest.param({"keep_daily": 2.5}, ["keep_daily must be a whole number, 0 or more (got 2.5)"], id="a fraction"),
        pytest.param({"keep_weekly": True}, ["keep_weekly must be a whole number, 0 or more (got True)"], id="a flag"),
        pytest.param({"keep_within": timedelta()}, ["keep_within must be a length of time such as 36h or 30d (got datetime.timedelta(0))"], id="within nothing"),
        pytest.param({"keep_last": 1, "timezone": "Mars"}, [f"{NO_ZONE} (got 'Mars'); `pip install tzdata` if it knows none"], id="no such zone"),
        pytest.param({"keep_last": 1, "timezone": "../etc"}, [f"{NO_ZONE} (got '../etc'); `pip install tzdata` if it knows none"], id="a path"),
        pytest.param({"keep_last": 1, "timezone": 3}, [f"{NO_ZONE} (got 3); `pip install tzdata` if it knows none"], id="no text"),
    ],
)  # fmt: skip
def test_a_retention_that_breaks_a_rule_is_told_so(
    rules: dict[str, Any], reasons: list[str]
) -> None:
    assert [one.reason for one in validate_retention(Retention(**rules).inputs())] == reasons


@pytest.mark.parametrize(
    "rules",
    [{"keep_last": 1}, {"keep_within": timedelta(days=1)}, {"keep_yearly": 9, "timezone": "Pacific/Apia"}],
)  # fmt: skip
def test_a_retention_that_keeps_something_is_fine(rules: dict[str, Any]) -> None:
    assert validate_retention(Retention(**rules).inputs()) == []


def test_a_mapping_of_rules_is_read_as_pulumi_hands_it_on() -> None:
    rules = {
        "keep_last": 7.0,
        "keep_within": "1w3d",
        "timezone": "Europe/Berlin",
        "keep_daily": None,
    }
    assert validate_retention(rules) == []
    told = Retention.of(rules)
    assert told == Retention(keep_last=7, keep_within=timedelta(days=10), timezone="Europe/Berlin")
    assert told.line == "last 7, within 1w3d in Europe/Berlin"


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"keep_last": 7.5}, "keep_last must be a whole number, 0 or more (got 7.5)"),
        (
            {"keep_within": "soon"},
            "keep_within must be a length of time such as 36h or 30d (got 'soon')",
        ),
        ({"keep_last": 1, "keep_fortnightly": 2}, "retention has no rule 'keep_fortnightly'"),
    ],
)
def test_a_mapping_that_breaks_a_rule_is_told_so(rules: dict[str, Any], reason: str) -> None:
    assert [one.reason for one in validate_retention(rules)] == [reason]


@pytest.mark.parametrize(
    ("asked", "reasons"),
    [
        pytest.param({}, [], id="fine"),
        pytest.param({"backup_name_prefix": "{table}"}, [], id="the table's name alone"),
        pytest.param({"owner": "0a1b"}, [], id="an owner"),
        pytest.param({"tables": ()}, ["tables, table_pattern or tags must be given, to say which tables"], id="no tables"),
        pytest.param({"retention": Retention()}, ["retention must keep something: give keep_last, keep_daily or another of its rules"], id="keeps nothing"),
        pytest.param({"retention": {"keep_last": 1}}, ["retention must be a Retention (got {'keep_last': 1})"], id="no Retention"),
        pytest.param({"backup_name_prefix": ""}, ["backup_name_prefix is required and cannot be empty"], id="no prefix"),
        pytest.param({"owner": "0A1B"}, ["owner must be the four hex digits of an owner in a backup's name, or `schedule-` and those of a BackupSchedule, such as schedule-89ab (got '0A1B')"], id="no digits"),
        pytest.param({"owner": "schedule-0a1b"}, [], id="a schedule"),
        pytest.param({"owner": "schedule"}, ["owner must name one schedule, such as schedule-89ab: its output `owner` has it (got 'schedule', which is every schedule)"], id="every schedule"),
        pytest.param({"dry_run": "yes"}, ["dry_run must be true or false (got 'yes')"], id="no flag"),
        pytest.param({"timeout_seconds": 5}, ["timeout must be at least 60 seconds (got 5)"], id="no time"),
    ],
)  # fmt: skip
def test_a_prune_that_breaks_a_rule_is_told_so(asked: dict[str, Any], reasons: list[str]) -> None:
    given = {
        "tables": ["orders"],
        "retention": Retention(keep_last=1),
        "backup_name_prefix": "orders-",
        **asked,
    }
    assert [one.reason for one in validate_prune(PruneRequest(**given).inputs())] == reasons


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({}, None, id="mine"),
        pytest.param({"backup_type": "SYSTEM"}, Why.NOT_USER, id="DynamoDB's own"),
        pytest.param({"backup_type": "AWS_BACKUP"}, Why.NOT_USER, id="AWS Backup's"),
        pytest.param({"backup_type": ""}, Why.NOT_USER, id="of no type"),
        pytest.param({"backup_status": "CREATING"}, Why.NOT_AVAILABLE, id="running"),
        pytest.param({"backup_status": "DELETED"}, Why.NOT_AVAILABLE, id="gone"),
        pytest.param({"backup_creation_date_time": None}, Why.UNKNOWN_TIME, id="no time"),
        pytest.param({"backup_name": "orders-by-hand"}, Why.OTHER_NAME, id="made by hand"),
        pytest.param({"backup_name": "orders-20260102T030405Z"}, Why.OTHER_NAME, id="no digits"),
        pytest.param({"backup_name": f"{MINE.backup_name}-2"}, Why.OTHER_NAME, id="renamed"),
        pytest.param({"backup_name": f"old-{MINE.backup_name}"}, Why.OTHER_NAME, id="longer prefix"),
        pytest.param({"backup_name": THEIRS}, Why.OTHER_OWNER, id="another stack's"),
    ],
)  # fmt: skip
def test_only_ones_own_finished_backups_may_go(change: dict[str, Any], why: Why | None) -> None:
    assert left_alone(replace(MINE, **change), "orders-", OWNER) is why


def test_whoever_asks_for_no_owner_means_what_was_taken_for_nobody() -> None:
    nobodys = generated_name("orders-", AT, nobodys_identity("orders"))
    assert left_alone(replace(MINE, backup_name=nobodys), "orders-", None) is None
    assert left_alone(MINE, "orders-", None) is Why.OTHER_OWNER
    anothers = generated_name("orders-", AT, nobodys_identity("users"))
    assert left_alone(replace(MINE, backup_name=anothers), "orders-", None) is Why.OTHER_OWNER
    alike = nobodys_identity("orders")[:4] + "0000"
    by_chance = generated_name("orders-", AT, alike)
    assert left_alone(replace(MINE, backup_name=by_chance), "orders-", None) is Why.OTHER_OWNER


SCHEDULE = schedule_owner("nightly")
SCHEDULED = f"{scheduled_prefix('orders', SCHEDULE)}d32c5kddcf5bb8c3"
SCHEDULED_BY_OTHER = f"{scheduled_prefix('orders', schedule_owner('hourly'))}d32c5kddcf5bb8c3"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({}, None, id="mine"),
        pytest.param({"backup_type": "AWS_BACKUP"}, Why.NOT_USER, id="AWS Backup's"),
        pytest.param({"backup_status": "CREATING"}, Why.NOT_AVAILABLE, id="running"),
        pytest.param({"backup_name": "orders-sched-by-hand"}, Why.OTHER_NAME, id="made by hand"),
        pytest.param({"backup_name": SCHEDULED.replace("orders", "users")}, Why.OTHER_NAME, id="of another table"),
        pytest.param({"backup_name": f"orders-sched-{SCHEDULE[-4:]}0000-d32c5kddcf5bb8c3"}, Why.OTHER_NAME, id="chosen"),
        pytest.param({"backup_name": MINE.backup_name}, Why.OTHER_NAME, id="a resource's"),
        pytest.param({"backup_name": SCHEDULED_BY_OTHER}, Why.OTHER_OWNER, id="another schedule's"),
    ],
)  # fmt: skip
def test_only_a_schedules_own_finished_backups_may_go(
    change: dict[str, Any], why: Why | None
) -> None:
    backup = replace(MINE, **{"backup_name": SCHEDULED, **change})
    assert left_alone(backup, "orders-sched-", SCHEDULE) is why


def test_nobody_else_may_delete_a_schedules_backup() -> None:
    backup = replace(MINE, backup_name=SCHEDULED)
    for owner in (None, OWNER, SCHEDULE[-4:]):
        assert left_alone(backup, "orders-sched-", owner) is Why.OTHER_NAME


@pytest.mark.parametrize(
    ("change", "table_id", "why"),
    [
        pytest.param({}, "id-1", None, id="the very table"),
        pytest.param({}, "id-2", Why.OTHER_TABLE, id="a table made again"),
        pytest.param({"table_arn": f"{TABLE}2"}, "id-1", Why.OTHER_TABLE, id="another account's"),
        pytest.param({"table_id": None}, "id-1", Why.UNKNOWN_TABLE, id="a backup without an id"),
        pytest.param({}, None, Why.UNKNOWN_TABLE, id="a table without an id"),
        pytest.param({"table_id": None}, None, Why.UNKNOWN_TABLE, id="neither has one"),
    ],
)
def test_only_backups_of_the_very_table_may_go(
    change: dict[str, Any], table_id: str | None, why: Why | None
) -> None:
    assert of_another_table(replace(MINE, **change), TABLE, table_id) is why
