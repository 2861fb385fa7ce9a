"""Triggers of every kind that a program can hold, by the real CLI."""

from __future__ import annotations

from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.simulator import Simulator
from tests.e2e.stack import Stack

ARGUMENTS = 'table_name="orders", backup_name_prefix="orders-", triggers=TRIGGERS'
EVERY_KIND = """
import asyncio
import dataclasses
import datetime
import decimal
import enum
import os
import uuid


@dataclasses.dataclass
class Release:
    number: int
    notes: dict


class Stage(enum.Enum):
    LIVE = 1


@pulumi.input_type
class Window:
    def __init__(self, start_hour):
        pulumi.set(self, "start_hour", start_hour)

    @property
    @pulumi.getter(name="startHour")
    def start_hour(self):
        return pulumi.get(self, "start_hour")


async def known_later():
    await asyncio.sleep(0)
    return [pulumi.StringAsset("later")]


os.makedirs("web/deep", exist_ok=True)
for path in ("web/index.html", "web/deep/page.html"):
    open(path, "w").close()
upstream = Migration("upstream", after="known only after the first up")
TRIGGERS = {
    "schema": pulumi.FileAsset("schema.json"),
    "text": pulumi.StringAsset("text"),
    "site": pulumi.FileArchive("web"),
    "packed": pulumi.AssetArchive({"a": pulumi.StringAsset("a"), "b": pulumi.FileArchive("web")}),
    "none": None,
    "": [None, {"none": None}, {}, []],
    "true": True,
    "whole": [2**53, 2**53 + 1, 10**400, -1],
    "floats": [1.5, -0.0, float("nan"), float("inf"), 5e-324],
    "decimal": decimal.Decimal("1.10"),
    "bytes": [b"\\xff\\x00", bytearray(b"x")],
    "time": [
        datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
        datetime.date(2026, 1, 2),
        datetime.timedelta(days=1),
    ],
    "uuid": uuid.UUID(int=1),
    "enum": Stage.LIVE,
    "dataclass": Release(1, {"deep": {"er": (1, 2)}}),
    "input type": Window(3),
    "sets": [{"c", "a", "b"}, frozenset({2, 1})],
    "__internal": {"__provider": "x", "__defaults": []},
    "items": {"keys": 1, "urn": "a", "id": "b"},
    "long": "x" * 100_000,
    "odd": "\\x00 \\u2028 \\U0001f600 ${a.b} %s",
    "later": known_later(),
    "output": upstream.after.apply(lambda after: [after, pulumi.FileAsset("schema.json")]),
    "secret": {"deep": [pulumi.Output.secret("hushhush"), pulumi.Output.secret(b"hushhush")]},
}
"""


def test_triggers_of_every_kind_are_the_same_until_one_of_them_changes(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    schema = stack.folder / "schema.json"
    schema.write_text('{"version": 1}', encoding="utf-8")
    stack.write_inputs(ARGUMENTS, EVERY_KIND)
    stack.run("preview")
    stack.up()
    for command in (
        ["preview", "--diff", "--expect-no-changes"],
        ["up", "--yes", "--skip-preview", "--expect-no-changes"],
        ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
    ):
        assert "hushhush" not in stack.run(*command).text
    assert aws.count("CreateBackup") == 1
    assert "hushhush" not in stack.run("stack", "export").text
    schema.write_text('{"version": 2}', encoding="utf-8")
    assert "1 replaced" in stack.up().text
    assert aws.count("CreateBackup") == 2
    stack.destroy()
    assert stack.resources() == []
    assert len(dynamodb.list_backups()["BackupSummaries"]) == 2


def test_a_trigger_that_can_not_be_kept_is_told_with_what_to_give_instead(
    stack: Stack, aws: Simulator
) -> None:
    known_later = 'pulumi.Output.secret(pulumi.RemoteAsset("https://example.com/hushhush"))'
    stack.write_inputs(
        ARGUMENTS,
        f'TRIGGERS = {{"a": [{known_later}]}}',
    )
    shown = stack.run("preview", code=1).text
    assert (
        "Backup 'orders': triggers[\"a\"][0] is a RemoteAsset whose content is not downloaded. "
        "Give its version or its hash instead."
    ) in shown
    assert "hushhush" not in shown
    assert aws.calls == []
