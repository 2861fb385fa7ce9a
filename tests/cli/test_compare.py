"""`ddb-backup compare`: its words, its exit codes, and what Ctrl-C leaves."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.aws.compare.tables import OTHER, SECRET, drop, fill, item, make, put
from tests.aws.fleet_tables import ELSEWHERE, arn_of
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import Cli, Inline

BACKUP = f"{arn_of('orders')}/backup/01489602797149-73d8d5bc"


def test_identical_tables_end_with_success(aws: Simulator, inline: Inline) -> None:
    fill(20)
    ended = inline("compare", "orders", OTHER)
    assert ended.lines == [f"identical: orders and {OTHER} hold the same 20 items."]
    assert ended.err.startswith("Read 20 and 20 items with ")
    assert "(no price of read units is known)" in ended.err


def test_differences_are_counted_and_named(aws: Simulator, inline: Inline) -> None:
    fill(20)
    put(OTHER, (item(number, note={"S": ""}) for number in range(15)))
    drop("orders", 16)
    ended = inline("compare", "orders", OTHER, "--sample", "2", code=8)
    assert ended.lines == [
        f"different: 16 of 20 items differ between orders and {OTHER} "
        f"(15 changed, 1 only in {OTHER}).",
        "  changed  id='order-00000'",
        "  changed  id='order-00001'",
        "  and 14 more",
    ]


@pytest.mark.parametrize("form", ["table", "json"])
def test_keys_are_left_out_where_they_may_not_be_shown(
    aws: Simulator, inline: Inline, form: str
) -> None:
    fill(5)
    drop(OTHER, 3)
    ended = inline("compare", "orders", OTHER, "--no-keys", "-o", form, code=8)
    assert "order-" not in ended.out + ended.err
    assert "1" in ended.out


def test_no_value_is_ever_shown(aws: Simulator, inline: Inline) -> None:
    fill(5)
    put(OTHER, [item(3, more={"S": SECRET})])
    for form in ("table", "json"):
        ended = inline("compare", "orders", OTHER, "--debug", "-o", form, code=8)
        assert "order-00003" in ended.out
        assert SECRET not in ended.out + ended.err


def test_quiet_says_nothing_but_that_they_differ(aws: Simulator, inline: Inline) -> None:
    fill(5)
    ended = inline("compare", "orders", OTHER, "--quiet")
    assert (ended.out, ended.err) == ("", "")
    drop(OTHER, 3)
    ended = inline("compare", "orders", OTHER, "--quiet", code=8)
    assert ended.out == ""
    assert ended.err.startswith("Error: different: 1 of 5 items differs")


def test_explained_differences_end_with_success(aws: Simulator, inline: Inline) -> None:
    fill(5)
    put("orders", [item(3, at={"S": "2026-12-01T00:00Z"})])
    since = ("--last-write-attribute", "at", "--written-since", "2026-11-24T03:00Z")
    ended = inline("compare", "orders", OTHER, *since)
    assert ended.lines == [
        f"explained: 1 of 5 items differs between orders and {OTHER}, each written since the given "
        "time (1 changed).",
        "  changed, explained  id='order-00003'",
    ]
    put("orders", [item(4, note={"S": ""})])
    ended = inline("compare", "orders", OTHER, *since, code=8)
    assert "(2 changed, 1 of them explained)" in ended.out


def test_tables_of_one_name_are_told_apart_by_their_regions(aws: Simulator, inline: Inline) -> None:
    fill(2)
    make("orders", region=ELSEWHERE)
    put("orders", map(item, range(3)), region=ELSEWHERE)
    ended = inline("compare", "orders", "orders", "--other-region", ELSEWHERE, code=8)
    assert ended.lines[0] == (
        f"different: 1 of 3 items differs between orders (eu-west-1) and orders ({ELSEWHERE}) "
        f"(1 only in orders ({ELSEWHERE}))."
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([BACKUP, "orders"], "Error: TABLE is a backup, which can't be read: restore it"),
        (["orders", BACKUP], "Error: OTHER-TABLE is a backup, which can't be read: restore it"),
        (["orders", OTHER, "--subset", "8/7"], "Error: --subset must be a part such as 3/7"),
        (["orders", OTHER, "--sample", "5000"], "Error: --sample must be a whole number"),
        (
            ["orders", OTHER, "--last-write-attribute", "at"],
            "Error: --last-write-attribute needs --written-since",
        ),
        (["orders", OTHER, "--other-profile", " "], "Error: --other-profile is required"),
        (["orders", OTHER, "--other-role-arn", "me"], "Error: --other-role-arn must be an IAM"),
        (["orders", OTHER, "--timeout", "2d"], "Error: --timeout must be at most 86400"),
    ],
)
def test_what_breaks_a_rule_is_told_in_options_before_aws_is_asked(
    aws: Simulator, inline: Inline, words: list[str], told: str
) -> None:
    ended = inline("compare", *words, code=2)
    assert ended.err.startswith(told)
    assert aws.calls == []


def test_tables_with_other_keys_are_refused(aws: Simulator, inline: Inline) -> None:
    make(OTHER, {"id": "N"})
    ended = inline("compare", "orders", OTHER, code=3)
    assert ended.err == (
        "Error: Comparison Failed: Table 'orders' can't be compared: its key is id (S, HASH), and "
        f"that of table '{OTHER}' is id (N, HASH).\n"
    )


def test_ctrl_c_tells_how_far_it_came_and_the_same_command_goes_on(
    aws: Simulator, cli: Cli, tmp_path: Path
) -> None:
    fill(300)
    state = tmp_path / "orders.state"
    words = ["compare", "orders", OTHER, "--read-units-per-second", "4", "--state", str(state)]
    aws.fault(Fault("Scan", "hold", first=12))
    children: list[subprocess.Popen[str]] = []

    def stop() -> None:
        """Ctrl-C while scans are under way: they are held, and would time out before long."""
        if aws.count("Scan") >= 12 and children:
            children.pop().send_signal(signal.SIGINT)

    aws.when("Scan", stop)
    with cli.started(*words, "--debug") as child:
        children.append(child)
        assert child.stderr is not None
        said = child.stderr.read()
        assert child.wait() == 130
    assert "Error: Comparison Stopped: The comparison of table 'orders' was cancelled." in said
    assert f"Go on with it: ddb-backup {' '.join(words)} --debug" in said
    assert "Traceback" not in said
    aws.forget_faults()
    assert json.loads(cli(*words, "-o", "json").out)["first"]["item_count"] == 300
    assert not state.exists()


def test_a_timeout_without_a_state_says_how_to_be_able_to_go_on(aws: Simulator, cli: Cli) -> None:
    fill(400, blob={"S": "x" * 3000})
    words = ["compare", "orders", OTHER, "--read-units-per-second", "1", "--timeout", "60s"]
    said = cli(*words, code=5).err
    assert "Error: Comparison Failed: The comparison of table 'orders' was not complete" in said
    assert f"To be able to continue next time: ddb-backup {' '.join(words)} --state FILE" in said


def test_what_is_denied_is_told_with_its_table(aws: Simulator, inline: Inline) -> None:
    fill(3)
    aws.fault(Fault("Scan", code="AccessDeniedException", status=400, table=OTHER))
    ended = inline("compare", "orders", OTHER, code=6)
    assert f"lacks the permission dynamodb:Scan on table '{OTHER}'" in ended.err
