"""The pictures in docs/pictures: fit to be shown anywhere, and true to what the product says now.

Where one of these fails after a change of words, `make pictures` records the pictures again.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

import pytest

from pulumi_ddb_backup.aws import BackupStatus, FleetProgress, Progress, Stage
from pulumi_ddb_backup.aws.errors import BackupCancelledError, Facts
from pulumi_ddb_backup.aws.fleet.records import FleetResult, TableOutcome, TableRef
from pulumi_ddb_backup.aws.records import BackupRecord
from pulumi_ddb_backup.aws.rules.arns import BackupArn
from pulumi_ddb_backup.display import RowLine, final_line, final_line_of_set
from tools.pictures import retention, time_line
from tools.pulumi_cli import ROOT

PICTURES = ROOT / "docs" / "pictures"
NAMES = ("up", "command-line", "time-line", "retention")
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 300 * 1024
ARN_OF = r"(arn:aws:dynamodb:[\w:-]+table/{}/backup/\d{{14}}-[0-9a-f]{{8}})"
OF_A_MACHINE = re.compile(
    r"file:|localhost|127\.0\.0\.1|(?<![\w/`'])/(?:home|root|tmp|usr|var|work|Users)\b"
)


@lru_cache
def picture(name: str) -> ElementTree.Element:
    return ElementTree.fromstring((PICTURES / f"{name}.svg").read_text(encoding="utf-8"))


@lru_cache
def lines(name: str) -> list[str]:
    """Each line of text that is ever in the picture."""
    return ["".join(text.itertext()) for text in picture(name).iter(f"{SVG}text")]


@lru_cache
def last_screen(name: str) -> str:
    """A recording's last screen, without white space: a terminal breaks lines anywhere."""
    kept = [
        text for text in picture(name).iter(f"{SVG}text") if "l" in text.get("class", "").split()
    ]
    kept.sort(key=lambda text: int(text.get("y", "0")))
    return squeezed("".join("".join(text.itertext()) for text in kept))


def squeezed(text: str) -> str:
    return "".join(text.split())


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, f"no {pattern} in the picture: record it again (make pictures)"
    return found[1]


def record_of(arn: str, name: str, status: BackupStatus, size: int | None = None) -> BackupRecord:
    parts = BackupArn.parse(arn)
    assert parts is not None
    return BackupRecord(
        arn, name, status.value, parts.table, parts.table_arn, parts.region, backup_size_bytes=size
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_light_accessible_and_needs_nothing_from_elsewhere(name: str) -> None:
    assert (PICTURES / f"{name}.svg").stat().st_size < MOST_BYTES
    root = picture(name)
    for part in ("title", "desc"):
        told = root.find(f"{SVG}{part}")
        assert told is not None
        assert told.text
        assert told.get("id", "") in root.get("aria-labelledby", "").split()
    assert root.get("role") == "img"
    assert {element.tag for element in root.iter()}.isdisjoint({f"{SVG}script", f"{SVG}image"})
    assert "url(" not in "".join(root.itertext())


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_tells_nothing_of_the_machine_that_made_it(name: str) -> None:
    assert [line for line in lines(name) if OF_A_MACHINE.search(line)] == []


@pytest.mark.parametrize("name", ["up", "command-line"])
def test_a_recording_moves_without_scripts_and_rests_where_motion_is_not_wanted(name: str) -> None:
    style = picture(name).findtext(f"{SVG}style") or ""
    assert "@keyframes" in style
    assert "@media (prefers-reduced-motion:reduce){.t{animation:none!important}}" in style


def test_the_recording_of_up_shows_the_same_backup_before_and_after_ctrl_c() -> None:
    (arn,) = set(re.findall(ARN_OF.format("orders"), squeezed("".join(lines("up")))))
    cancelled = BackupCancelledError(
        Stage.WAIT, Facts(table_name="orders", status=BackupStatus.CREATING.value, backup_arn=arn)
    )
    assert squeezed(str(cancelled).splitlines()[0]) in squeezed("".join(lines("up")))


def test_the_recording_of_up_has_the_words_of_the_row_and_of_the_end() -> None:
    looks = [Progress("Backup", "CREATING", at, 1800 - at, 1.0, 1, "orders") for at in range(10)]
    rows = [look.row.partition(",")[0] for look in looks]  # the terminal's width may cut the rest
    assert [row for row in rows if any(row in line for line in lines("up"))]
    name = first(r"Backup'(orders-[\w-]+)'oftable'orders'isAVAILABLE", last_screen("up"))
    arn = first(ARN_OF.format("orders"), last_screen("up"))
    told = final_line(record_of(arn, name, BackupStatus.AVAILABLE), "in # s")
    assert squeezed(told.partition(", in #")[0]) in last_screen("up")


def test_the_recording_of_the_command_line_has_the_counts_and_the_result() -> None:
    counts = [
        read for line in lines("command-line") if (read := RowLine.parse(line.lstrip("━╸╺ ")))
    ]
    total = first(r"^\d+/(\d+) ", counts[-1].status)
    seen = {read.status.partition("/")[0] for read in counts}
    assert "0" in seen
    assert len(seen) > 1
    done_so_far = int(counts[-1].status.partition("/")[0])
    under_way = int(total) - done_so_far
    progress = FleetProgress(int(total), done_so_far, under_way, 0, 1.0)
    assert counts[-1].status == status_of(progress)
    table = TableRef("eu-west-1", "prod-orders")
    arn = first(
        ARN_OF.format("prod-orders"),
        "\n".join(lines("command-line")),
    )
    done = TableOutcome(table, record=record_of(arn, "x", BackupStatus.AVAILABLE, 1))
    words = final_line_of_set(FleetResult([done] * int(total))).partition(", ")[0]
    assert squeezed(words) in last_screen("command-line")


def status_of(progress: FleetProgress) -> str:
    read = RowLine.parse(progress.line)
    assert read is not None
    return read.status


def test_the_time_line_is_drawn_from_its_words() -> None:
    assert (PICTURES / "time-line.svg").read_text(encoding="utf-8") == time_line.svg()
    names = [moment.name for moment in time_line.MOMENTS]
    assert [status.value for status in BackupStatus if status.value in names] == [
        "CREATING",
        "AVAILABLE",
    ]


def test_the_picture_of_a_retention_is_what_the_rules_keep_now() -> None:
    assert (PICTURES / "retention.svg").read_text(encoding="utf-8") == retention.svg()
    of = [rule for rules in retention.kept().values() for rule in rules]
    assert {rule: of.count(rule) for rule in of} == {
        "keep_daily": 7,
        "keep_weekly": 4,
        "keep_monthly": 12,
    }
