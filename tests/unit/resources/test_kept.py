"""What becomes of each kind of value on its way into a trigger or another input."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tarfile
import zipfile
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ddb_backup import Backup, BackupSet
from pulumi_ddb_backup.automation import backup_runner
from pulumi_ddb_backup.aws import ValidationError
from pulumi_ddb_backup.engine.reserved import NOT_KNOWN, SIGNATURE_KEY
from pulumi_ddb_backup.resources.assets import content_text
from pulumi_ddb_backup.resources.triggers import DEEPEST, Encoder, unencodable

SHA = r"sha256:[0-9a-f]{64}"
ONE = {"table_name": "orders", "backup_name": "orders-1"}
MANY = {"tables": ["orders"], "backup_name": "a-1"}


class Stage(Enum):
    LIVE = "live"


class Named(str, Enum):
    LIVE = "live"


class Number(IntEnum):
    ONE = 1


@dataclasses.dataclass
class Release:
    number: int
    notes: Mapping[str, Any]


@pulumi.input_type
class Window:
    def __init__(self, start_hour: int) -> None:
        pulumi.set(self, "start_hour", start_hour)

    @property
    @pulumi.getter(name="startHour")
    def start_hour(self) -> Any:
        return pulumi.get(self, "start_hour")


def kept(value: Any) -> Any:
    keeper = Encoder("Backup 'orders'")
    result = keeper.value(value, "triggers")
    assert keeper.failures == []
    return result


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        2**53,
        2**60,
        1.5,
        "",
        "text",
        "\x00\u2028\U0001f600",
        "x" * 1_000_000,
        [],
        {},
        [None, {"": None}],
        {"__internal": 1, "items": 2, "urn": 3},
    ],
)
def test_what_the_engine_keeps_stays_as_it_is(value: Any) -> None:
    assert kept(value) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53 + 1, "9007199254740993"),
        (10**400, "1" + "0" * 400),
        pytest.param(16**5000, "0x1" + "0" * 5000, id="more digits than Python writes"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (datetime(2026, 1, 2, 3), "2026-01-02T03:00:00"),
        (timedelta(days=1), "1 day, 0:00:00"),
        (Stage.LIVE, "live"),
        (Named.LIVE, "live"),
        (Number.ONE, 1),
        ((1, (2,)), [1, [2]]),
        (deque([1]), [1]),
        ({"c", "a", "b"}, ["a", "b", "c"]),
        (frozenset({(2, 1), (1, 2)}), [[1, 2], [2, 1]]),
        ({"a": 1}.keys(), ["a"]),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
        (Release(1, {"deep": {1}}), {"number": 1, "notes": {"deep": [1]}}),
        (Window(3), {"startHour": 3}),
    ],
)
def test_what_the_engine_can_not_keep_becomes_what_stands_for_it(value: Any, expected: Any) -> None:
    result = kept(value)
    assert result == expected
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_one_moment_is_one_trigger_in_whatever_time_zone_it_is_told() -> None:
    moment = datetime(2026, 1, 2, 3, tzinfo=timezone.utc)
    assert kept(moment.astimezone(timezone(timedelta(hours=9)))) == kept(moment)
    assert kept(moment + timedelta(microseconds=1)) != kept(moment)


@given(number=st.integers(), other=st.integers(-3, 3))
def test_two_whole_numbers_are_two_triggers_however_large(number: int, other: int) -> None:
    through_the_engine = [
        value if isinstance(value, str) else float(value)
        for value in (kept(number), kept(number + other))
    ]
    assert (through_the_engine[0] == through_the_engine[1]) is (other == 0)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_count_by_what_they_hold(kind: Callable[[bytes], Any]) -> None:
    assert re.fullmatch(f"bytes {SHA}", kept(kind(b"\xff")))
    assert kept(kind(b"\xff")) == kept(b"\xff") != kept(kind(b"\xfe"))


def endless() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else "x"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            Path("a"),
            "is a PosixPath, which Pulumi can't keep. Give pulumi.FileAsset(path) for the ",
        ),
        (
            pulumi.CustomResource.__new__(pulumi.CustomResource),
            "is a CustomResource, which Pulumi can't keep. Give one of its outputs, such as its id ",
        ),
        (len, "is a builtin_function_or_method, which Pulumi can't keep. Give text or a number "),
        (
            int,
            "is a type, which Pulumi can't keep. Give text or a number that changes when it does",
        ),
        (re, "is a module, which"),
        (object(), "is an object, which"),
        (iter([]), "is a list_iterator, which"),
        (range(3), "is a range, which"),
        (re.compile("a"), "is a Pattern, which"),
        ("\ud800", "is text that UTF-8 can't encode. Give bytes."),
        (SIGNATURE_KEY, "is text that Pulumi reserves for itself. Give other text."),
        *(
            (text, "is text that Pulumi reserves for itself. Give other text.")
            for text in sorted(NOT_KNOWN)
        ),
        (
            pulumi.RemoteAsset("https://example.com/"),
            "is a RemoteAsset whose content is not downloaded. Give its version or its hash instead.",
        ),
        (
            pulumi.RemoteArchive("https://example.com/"),
            "is a RemoteArchive whose content is not dow",
        ),
        (pulumi.FileAsset("none"), "is a FileAsset that can't be read: 'none': No such file or di"),
        (pulumi.FileArchive("none.zip"), "is a FileArchive that can't be read: 'none.zip': No suc"),
    ],
)
def test_what_nothing_can_stand_for_is_refused_with_its_place(value: Any, told: str) -> None:
    (sentence,) = unencodable({"a": [value]}, "triggers")
    assert sentence.startswith(f'triggers["a"][0] {told}')


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({1: "x"}, "triggers[1] has an int as its key. Give text."),
        ({None: "x"}, "triggers[None] has a NoneType as its key. Give text."),
        ({(): "x"}, "triggers[()] has a tuple as its key. Give text."),
        (
            {SIGNATURE_KEY: "x"},
            f'the key of triggers["{SIGNATURE_KEY}"] is text that Pulumi reserves for itself. '
            "Give other text.",
        ),
        (
            {"\ud800": 1},
            r'the key of triggers["\ud800"] is text that UTF-8 can' + "'t encode. Give bytes.",
        ),
        ({"x" * 100: len}, f'triggers["{"x" * 59}...] is a builtin_function_or_method, which '),
        (
            pulumi.AssetArchive({"in": pulumi.RemoteAsset("https://example.com/")}),
            "triggers is an AssetArchive that holds 'in', a RemoteAsset whose content is "
            "not downloaded. Give its version or its hash instead.",
        ),
        (
            endless(),
            f"triggers{'[0]' * (DEEPEST + 1)} is nested more than 32 lists and mappings deep.",
        ),
        (nested(DEEPEST + 1), f"triggers{'[0]' * (DEEPEST + 1)} is nested more than 32 li"),
    ],
)
def test_keys_and_depths_that_can_not_be_kept_are_refused(value: Any, told: str) -> None:
    (sentence,) = unencodable(value, "triggers")
    assert sentence.startswith(told)


def test_as_deep_as_is_allowed_is_kept() -> None:
    assert kept(nested(DEEPEST)) == nested(DEEPEST)


# Assets and archives


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "deep").mkdir(parents=True)
    (folder / "index.html").write_text("index", encoding="utf-8")
    (folder / "deep" / "page.html").write_text("page", encoding="utf-8")
    return folder


def zipped(site: Path, target: Path, names: list[str], year: int) -> str:
    with zipfile.ZipFile(target, "w") as packed:
        for name in names:
            packed.writestr(
                zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), (site / name).read_bytes()
            )
    return str(target)


def tarred(site: Path, target: Path, names: list[str], year: int) -> str:
    with tarfile.open(target, "w:gz") as packed:
        for name in names:
            os.utime(site / name, (year, year))
            packed.add(site / name, name)
    return str(target)


NAMES = ["index.html", "deep/page.html"]


@pytest.mark.parametrize(
    ("pack", "ending"), [(zipped, ".zip"), (tarred, ".tar.gz")], ids=["zip", "tar.gz"]
)
def test_an_archive_counts_by_its_files_whatever_their_order_and_times(
    site: Path, tmp_path: Path, pack: Callable[..., str], ending: str
) -> None:
    first = pulumi.FileArchive(pack(site, tmp_path / f"a{ending}", NAMES, 2001))
    second = pulumi.FileArchive(pack(site, tmp_path / f"b{ending}", NAMES[::-1], 2002))
    assert re.fullmatch(f"FileArchive {SHA}", kept(first))
    assert kept(first) == kept(second)
    (site / "index.html").write_text("changed", encoding="utf-8")
    third = pulumi.FileArchive(pack(site, tmp_path / f"c{ending}", NAMES, 2001))
    assert kept(third) != kept(first)


@pytest.mark.parametrize(
    "change",
    [
        lambda site: (site / "deep" / "page.html").write_text("other", encoding="utf-8"),
        lambda site: (site / "deep" / "page.html").rename(site / "deep" / "other.html"),
        lambda site: (site / "deep" / "more.html").touch(),
        lambda site: (site / "index.html").unlink(),
    ],
    ids=["content", "name", "one more", "one less"],
)
def test_a_folder_counts_by_the_names_and_contents_of_its_files(
    site: Path, change: Callable[[Path], object]
) -> None:
    before = kept(pulumi.FileArchive(str(site)))
    os.utime(site / "index.html", (1, 1))
    (site / "index.html").chmod(0o600)
    assert kept(pulumi.FileArchive(str(site))) == before
    change(site)
    assert kept(pulumi.FileArchive(str(site))) != before


def test_each_kind_of_asset_is_named_and_counts_by_its_content(site: Path) -> None:
    file = pulumi.FileAsset(site / "index.html")
    assert re.fullmatch(f"FileAsset {SHA}", content_text(file))
    assert content_text(pulumi.StringAsset("index")) == content_text(file).replace("File", "String")
    assert content_text(pulumi.StringAsset("other")) != content_text(pulumi.StringAsset("index"))
    parts: dict[str, pulumi.Asset | pulumi.Archive] = {
        "a": file,
        "b": pulumi.FileArchive(str(site)),
    }
    turned = dict(reversed(parts.items()))
    assert content_text(pulumi.AssetArchive(parts)) == content_text(pulumi.AssetArchive(turned))
    assert content_text(pulumi.AssetArchive({"a": file})) != content_text(
        pulumi.AssetArchive({"b": file})
    )


def a_pipe(site: Path) -> pulumi.FileArchive:
    os.mkfifo(site / "pipe")
    return pulumi.FileArchive(str(site))


def a_loop(site: Path) -> pulumi.FileArchive:
    (site / "deep" / "back").symlink_to(site)
    return pulumi.FileArchive(str(site))


def a_torn_zip(site: Path) -> pulumi.FileArchive:
    (site / "torn.zip").write_bytes(b"PK torn")
    return pulumi.FileArchive(str(site / "torn.zip"))


def a_torn_tar(site: Path) -> pulumi.FileArchive:
    (site / "torn.tgz").write_bytes(b"torn")
    return pulumi.FileArchive(str(site / "torn.tgz"))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (a_pipe, "it is not a regular file."),
        (a_loop, "a symbolic link leads back to "),
        (a_torn_zip, "File is not a zip file."),
        (a_torn_tar, ""),
        (lambda site: pulumi.FileAsset(site), "it is a folder: give a FileArchive."),
        (
            lambda site: pulumi.FileAsset(f"{site}\x00"),
            "embedded null ",
        ),  # byte, or since Python 3.13 character
    ],
    ids=["pipe", "loop", "torn zip", "torn tar", "folder", "null"],
)
def test_content_that_can_not_be_read_is_told_and_never_waited_for(
    site: Path, make: Callable[[Path], Any], why: str
) -> None:
    (sentence,) = unencodable(make(site), "triggers")
    assert " that can't be read: " in sentence
    assert why in sentence


# The resources


def refused(kind: Callable[..., Any], **inputs: Any) -> list[str]:
    with pytest.raises(pulumi.RunError) as told:
        kind("nightly", **inputs)
    return str(told.value).splitlines()


def each_input(kind: Callable[..., Any], base: Mapping[str, Any]) -> Iterator[Any]:
    annotations = kind.__init__.__annotations__
    for key in sorted(annotations.keys() - {"resource_name", "triggers", "opts", "return"}):
        yield pytest.param(kind, {**base}, key, id=f"{kind.__name__}.{key}")


@pytest.mark.parametrize(
    ("kind", "inputs", "key"), [*each_input(Backup, ONE), *each_input(BackupSet, MANY)]
)
@pytest.mark.parametrize(
    "value",
    [
        pulumi.FileAsset("schema.json"),
        b"orders",
        Decimal(60),
        len,
        {"orders"},
        10**400,
        float("nan"),
        "lone \ud800",
        datetime(2026, 1, 1),
    ],
)
def test_an_input_of_a_wrong_kind_is_a_sentence_that_names_it(
    kind: Callable[..., Any], inputs: dict[str, Any], key: str, value: Any
) -> None:
    (sentence,) = refused(kind, **{**inputs, key: value})
    assert sentence.startswith(f"{kind.__name__} 'nightly': {key} must ")
    assert " at 0x" not in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"tier": None}, 'tags["tier"] must be a string (got None)'),
        ({"tier": len}, 'tags["tier"] must be a string (got a builtin_function_or_method)'),
        ({1: "gold"}, "tags[1] has an int as its key. Give text."),
        ({SIGNATURE_KEY: "gold"}, f'tags["{SIGNATURE_KEY}"] has a key that Pulumi can\'t keep. '),
    ],
)
def test_a_tag_that_the_engine_would_drop_or_choke_on_is_refused(value: Any, told: str) -> None:
    (sentence,) = refused(BackupSet, tags=value, backup_name="a-1")
    assert sentence.startswith(f"BackupSet 'nightly': {told}")


def test_all_that_can_not_be_kept_is_told_together() -> None:
    told = refused(Backup, table_name=b"orders", triggers={"a": len, "b": {"c": Path("d")}})
    assert [sentence.partition(" is ")[0].partition(" must ")[0] for sentence in told] == [
        "Backup 'nightly': table_name",
        "Backup 'nightly': triggers[\"a\"]",
        'Backup \'nightly\': triggers["b"]["c"]',
    ]


def test_the_automation_api_refuses_such_triggers_before_anything_is_run() -> None:
    with pytest.raises(ValidationError) as told:
        backup_runner("orders", stack_name="x", backup_name="a-1", triggers={"a": Path("b")})
    assert 'triggers["a"] is a PosixPath' in str(told.value)
