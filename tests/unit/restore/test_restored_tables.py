"""What a table must look like to be most likely the restore of a backup."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from pulumi_ddb_backup.aws.restore.recognition import unlike
from pulumi_ddb_backup.aws.restore.records import Index, Overrides, Restorable
from pulumi_ddb_backup.aws.tables import IndexShape, Table, TableShape

TAKEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
LATER = TAKEN + timedelta(hours=1)
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
KEYS = frozenset({("id", "HASH"), ("at", "RANGE")})
BY_KIND = IndexShape("global", "by-kind", frozenset({("kind", "HASH")}), "ALL")
BY_SIZE = IndexShape("local", "by-size", frozenset({("id", "HASH"), ("size", "RANGE")}), "ALL")
BACKUP = Restorable(
    "the backup",
    "the backup",
    "orders",
    "source",
    TAKEN,
    "PAY_PER_REQUEST",
    KEYS,
    (Index("by-size", {}, BY_SIZE),),
    (Index("by-kind", {}, BY_KIND),),
)
EVERYTHING = Overrides(None, None, "PAY_PER_REQUEST")
SHAPE = TableShape(KEYS, frozenset({"id", "at", "kind", "size"}), frozenset({BY_KIND, BY_SIZE}))
COPY = Table(
    "copy",
    TABLE_ARN.replace("orders", "copy"),
    "ACTIVE",
    table_id="copy",
    creation_date_time=LATER,
    shape=SHAPE,
)


def test_a_table_made_after_the_backup_with_its_keys_and_indexes_is_like_its_restore() -> None:
    assert unlike(COPY, BACKUP, EVERYTHING) == ""
    assert unlike(replace(COPY, table_id=None), BACKUP, EVERYTHING) == ""
    assert unlike(replace(COPY, creation_date_time=TAKEN), BACKUP, EVERYTHING) == ""


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (replace(COPY, creation_date_time=None), "AWS does not say when it was created"),
        (
            replace(COPY, creation_date_time=TAKEN - timedelta(seconds=1)),
            "it was created before the backup",
        ),
        (replace(COPY, table_id="source"), "it is the very table that the data is of"),
        (
            replace(COPY, shape=replace(SHAPE, keys=frozenset({("id", "HASH")}))),
            "its keys are not those of the backup",
        ),
        (
            replace(COPY, shape=replace(SHAPE, keys=frozenset({("id", "RANGE"), ("at", "HASH")}))),
            "its keys are not those of the backup",
        ),
        (
            replace(COPY, shape=replace(SHAPE, indexes=frozenset({BY_KIND}))),
            "its indexes are not those that the restore would make",
        ),
        (
            replace(
                COPY,
                shape=replace(
                    SHAPE, indexes=frozenset({replace(BY_KIND, projection="KEYS_ONLY"), BY_SIZE})
                ),
            ),
            "its indexes are not those that the restore would make",
        ),
        (
            replace(COPY, shape=replace(SHAPE, attributes=SHAPE.attributes | {"colour"})),
            "the attributes that it defines are not those of the backup",
        ),
        (
            replace(COPY, shape=replace(SHAPE, attributes=frozenset({"id", "at", "kind"}))),
            "the attributes that it defines are not those of the backup",
        ),
    ],
)
def test_any_difference_makes_it_another_table(table: Table, why: str) -> None:
    assert unlike(table, BACKUP, EVERYTHING) == why


def test_the_indexes_are_those_that_the_request_keeps() -> None:
    only_kind = Overrides((), None, "PAY_PER_REQUEST")
    kept = replace(COPY, shape=replace(SHAPE, indexes=frozenset({BY_KIND})))
    assert unlike(kept, BACKUP, only_kind) == ""
    fewer = replace(kept, shape=replace(kept.shape, attributes=frozenset({"id", "at", "kind"})))
    assert unlike(fewer, BACKUP, only_kind) == ""
    assert unlike(COPY, BACKUP, only_kind) == (
        "its indexes are not those that the restore would make"
    )


def test_a_table_that_was_there_before_the_restore_was_asked_for_is_another() -> None:
    since = LATER + timedelta(seconds=1)
    assert unlike(COPY, BACKUP, EVERYTHING, since) == (
        "it was created before the restore was asked for"
    )
    assert unlike(COPY, BACKUP, EVERYTHING, LATER) == ""


def test_a_backup_that_tells_no_keys_is_like_nothing() -> None:
    nothing = replace(COPY, shape=TableShape())
    unknown = replace(BACKUP, keys=frozenset(), local_indexes=(), global_indexes=())
    assert unlike(nothing, unknown, EVERYTHING) == "its keys are not those of the backup"
