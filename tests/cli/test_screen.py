"""What a person sees, and what becomes of it: a terminal, Ctrl-C, pipes, encodings, narrow windows."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path
from threading import Event

import pytest

from tests.aws.conftest import REGION
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import (
    COMMAND,
    ELSEWHERE,
    TIMEOUT_SECONDS,
    Cli,
    Ended,
    Env,
    Inline,
    backups_in,
    checked,
    interrupt,
    plant,
    tables,
)
from tests.cli.terminal import on_terminal, screen

CTRL_C = b"\x03"
WAIT = "Wait for it: ddb-backup wait "


@pytest.fixture
def slow(aws: Simulator) -> Simulator:
    """Backups that take far longer than any test."""
    aws.creating_seconds = 3600
    return aws


# Progress


def test_a_terminal_shows_a_bar_and_then_the_result_alone(slow: Simulator, cli: Cli) -> None:
    with on_terminal(cli, "backup", "orders") as terminal:
        terminal.until(" CREATING, timeout in ")
        slow.finish_backups()
        shown = terminal.ended()
    (arn,) = backups_in(slow)
    assert shown.rstrip("\n").endswith(arn)
    assert "\x1b[?25h" in terminal.text  # the cursor is back
    assert re.search(r"━ \d+:\d\d CREATING, timeout in \d+:\d\d", shown)


def test_a_terminal_shows_the_counts_of_many(slow: Simulator, cli: Cli) -> None:
    tables(slow, "users")
    with on_terminal(cli, "backup", "*") as terminal:
        terminal.until("━ 0/2 available, 2 creating, ")
        slow.finish_backups()
        terminal.ended()
    counts = [line for line in screen(terminal.text) if " available" in line]
    assert counts == []  # the last line says it
    assert screen(terminal.text)[-1].startswith("2 of 2 backups are AVAILABLE, ")


def test_a_state_has_its_colour_and_its_word(aws: Simulator, cli: Cli) -> None:
    with on_terminal(cli, "backup", "orders", "nope", columns=400) as terminal:
        terminal.ended(4)
    assert re.search(r"\x1b\[32mAVAILABLE\x1b", terminal.text)
    assert re.search(r"\x1b\[1;31mfailed\x1b", terminal.text)
    assert "not AVAILABLE" in terminal.text  # in no colour: it is not


@pytest.mark.parametrize("env", [{"CI": "true"}, {"TERM": "dumb"}], ids=str)
def test_there_is_no_bar_where_nobody_looks_or_none_can_be_drawn(
    aws: Simulator, cli: Cli, env: Env
) -> None:
    aws.creating_looks = 2
    with on_terminal(cli, "backup", "orders", env=env) as terminal:
        shown = terminal.ended()
    assert "━" not in shown
    assert "started: arn:" in shown
    assert "\x1b[2K" not in terminal.text


def test_a_log_has_a_line_every_half_minute(slow: Simulator, cli: Cli) -> None:
    with cli.started("backup", "orders") as child:
        assert child.stderr is not None
        lines = [child.stderr.readline() for _ in range(3)]
        slow.finish_backups()
        out, rest = child.communicate()
    assert [re.sub(r"\d+s", "*s", line) for line in lines[1:]] == [
        "Backup status: CREATING, Elapsed: *s\n"
    ] * 2
    assert out.startswith("Backup 'orders-")
    assert child.returncode == 0, rest


def test_no_colour_is_shown_to_who_wants_none(cli: Cli, aws: Simulator) -> None:
    plant("orders", "orders-1")
    for wish, coloured in (("1", False), (None, True)):
        with on_terminal(cli, "list", env={"NO_COLOR": wish}) as terminal:
            terminal.ended()
        assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", terminal.text)) == coloured


@pytest.mark.parametrize("command", ["list", "show"])
def test_an_arn_is_never_broken_by_a_narrow_terminal(
    cli: Cli, aws: Simulator, command: str
) -> None:
    arn = plant("orders", "orders-1")
    with on_terminal(cli, command, *[arn] * (command == "show"), columns=20) as terminal:
        assert terminal.ended().count(arn) == 1


def test_a_row_is_one_line_where_there_is_room_or_no_terminal(cli: Cli, aws: Simulator) -> None:
    arn = plant("orders", "orders-1")
    with on_terminal(cli, "list", columns=200) as terminal:
        *_, header, row, _total = terminal.ended().splitlines()
    for names, cells in ((header, row), cli("list", env={"COLUMNS": "20"}).lines):
        assert names.split()[-1] == "ARN"
        assert (cells.split()[0], cells.split()[-1]) == ("orders", arn)


def test_a_question_is_asked_and_only_yes_is_yes(cli: Cli, aws: Simulator) -> None:
    arn = plant("orders", "orders-1")
    for answer, code, left in ((b"\n", 2, 1), (CTRL_C, 130, 1), (b"y\n", 0, 0)):
        with on_terminal(cli, "delete", arn) as terminal:
            terminal.until("Delete this backup, 123 bytes? It can't be undone. [y/N]")
            terminal.type(answer)
            shown = terminal.ended(code)
        assert "TABLE   NAME      STATUS          SIZE  AGE  CREATED\n" in shown
        row = r"\norders  orders-1  AVAILABLE  123 bytes  +\d+s  \d{4}-\d\d-\d\d \d\d:\d\dZ\n +"
        assert re.search(row + arn, shown)
        assert len(backups_in(aws)) == left


# Ctrl-C


def test_ctrl_c_tells_what_goes_on_and_the_command_that_waits_for_it(
    slow: Simulator, cli: Cli
) -> None:
    with on_terminal(cli, "backup", "orders") as terminal:
        terminal.until(" CREATING, timeout in ")
        terminal.type(CTRL_C)
        shown = terminal.ended(130)
    (arn,) = backups_in(slow)
    assert (
        "Error: Backup Wait Stopped: The backup of table 'orders' goes on in AWS. Current status: CREATING."
        in shown
    )
    assert f"{WAIT}{arn}" in shown.splitlines()
    assert "\x1b[?25h" in terminal.text


def test_ctrl_c_tells_of_each_of_many_whether_it_goes_on(slow: Simulator, cli: Cli) -> None:
    tables(slow, *(f"table-{number}" for number in range(3)))
    with cli.started("backup", "table-*", "orders", "-o", "json") as child:
        interrupt(child, "elapsed")
        out, err = child.communicate()
    ended = checked(Ended(child.returncode, out, err), 130)
    assert {failed["error"]["goes_on"] for failed in ended.json["failed"]} == set(backups_in(slow))
    assert len(backups_in(slow)) == 4
    for arn in backups_in(slow):
        assert err.count(arn) == 1
    assert "Stopped waiting. 4 backups go on in AWS.\nWait for them: ddb-backup wait arn:" in err


def test_ctrl_c_on_a_terminal_leaves_a_few_lines_however_many_go_on(
    slow: Simulator, cli: Cli
) -> None:
    tables(slow, *(f"table-{number}" for number in range(12)))
    with on_terminal(cli, "backup", "table-*") as terminal:
        terminal.until("12 creating")
        terminal.type(CTRL_C)
        shown = terminal.ended(130)
    last = shown.rstrip().splitlines()[-2:]
    assert last[0] == "Stopped waiting. 12 backups go on in AWS."
    assert last[1] == f"Wait for all that are CREATING: ddb-backup wait --all --region {REGION}"
    assert "Error" not in shown
    assert "arn:" not in shown


def test_a_cancel_before_anything_was_started_says_so(aws: Simulator, cli: Cli) -> None:
    aws.fault(Fault("DescribeTable", kind="late", seconds=TIMEOUT_SECONDS))
    asked = Event()
    aws.when("DescribeTable", asked.set)
    with cli.started("backup", "orders") as child:
        assert asked.wait(TIMEOUT_SECONDS)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 130)
    assert "No backup was started." in err
    assert aws.count("CreateBackup") == 0


def test_sigterm_is_told_like_ctrl_c_with_its_own_code(slow: Simulator, cli: Cli) -> None:
    with cli.started("wait", plant_creating(slow)) as child:
        interrupt(child, "Backup status: CREATING", signal.SIGTERM)
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 143)
    assert "goes on in AWS" in err


def test_a_second_ctrl_c_leaves_at_once_and_says_that_it_does(slow: Simulator, cli: Cli) -> None:
    slow.fault(Fault("CreateBackup", kind="late", seconds=TIMEOUT_SECONDS))
    asked = Event()
    slow.when("CreateBackup", asked.set)
    with cli.started("backup", "orders") as child:
        assert asked.wait(TIMEOUT_SECONDS)
        child.send_signal(signal.SIGINT)
        interrupt(child, "Cancelling")
        out, err = child.communicate()
    ended = checked(Ended(child.returncode, out, err), 130)
    assert "Left without AWS's last answers: what was asked of it goes on there." in ended.err


def test_ctrl_c_while_a_sweep_still_looks_deletes_nothing(aws: Simulator, cli: Cli) -> None:
    tables(aws, "orders", region=ELSEWHERE)
    old = [plant("orders", "old-1", days_ago=3, region=region) for region in (REGION, ELSEWHERE)]
    asked = Event()
    aws.when("ListBackups", asked.set)
    aws.fault(Fault("ListBackups", kind="late", seconds=TIMEOUT_SECONDS, region=REGION))
    regions = ["--region", REGION, "--region", ELSEWHERE]
    with cli.started("sweep", "--prefix", "old", "--older-than", "1d", "--yes", *regions) as child:
        assert asked.wait(TIMEOUT_SECONDS)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 130)
    assert backups_in(aws) + backups_in(aws, ELSEWHERE) == old


def test_ctrl_c_with_many_under_way_tells_one_command_for_all(slow: Simulator, cli: Cli) -> None:
    tables(slow, *(f"table-{number}" for number in range(6)))
    with cli.started("backup", "table-*", "--endpoint-url", slow.url) as child:
        interrupt(child, "elapsed")
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 130)
    command = err.splitlines()[-1].partition(": ")[2].replace("ddb-backup", " ".join(COMMAND))
    slow.finish_backups()
    for arn in backups_in(slow):  # as if not known to be finished yet
        slow.backup_status[arn] = "CREATING"
    slow.when("DescribeBackup", slow.backup_status.clear)
    ran = subprocess.run(
        ["sh", "-c", command], env=cli.env, capture_output=True, text=True, check=False
    )
    checked(Ended(ran.returncode, ran.stdout, ran.stderr), 0)
    assert sorted(line.rpartition(" ")[2] for line in ran.stdout.splitlines()) == sorted(
        backups_in(slow)
    )


def test_ctrl_c_in_a_wait_for_several_tells_of_each(slow: Simulator, cli: Cli) -> None:
    tables(slow, "users")
    first, second = plant_creating(slow), plant_creating(slow, "users")
    with cli.started("wait", first, second) as child:
        interrupt(child, "0/2 available, 2 creating, ")
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 130)
    assert f"Wait for them: ddb-backup wait {first} {second}\n" in err


def test_a_restore_that_is_cancelled_goes_on_with_the_same_command(
    aws: Simulator, cli: Cli
) -> None:
    arn = plant("orders", "orders-1")
    aws.restores.restoring_seconds = 3600
    with cli.started("restore", arn, "orders-2") as child:
        interrupt(child, "is being restored from")
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 130)
    assert "goes on in AWS" in err
    assert f"restore {arn} orders-2\n" in err.split("Go on with it: ")[1]


def plant_creating(aws: Simulator, table: str = "orders") -> str:
    """The ARN of a backup that is not finished."""
    arn = plant(table, f"{table}-1")
    aws.backup_status[arn] = "CREATING"
    return arn


# Streams that do not take what is written


def test_a_pipe_that_is_closed_ends_a_list_without_a_word(cli: Cli, aws: Simulator) -> None:
    plant("orders", "orders-1")
    with cli.started("list") as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        ended = Ended(child.wait(), "", child.stderr.read())
    assert checked(ended, 141).err == ""


def test_what_failed_is_told_although_nobody_reads_the_result(cli: Cli, aws: Simulator) -> None:
    with cli.started("backup", "orders", "missing") as child:
        assert child.stdout is not None
        child.stdout.close()
        assert child.stderr is not None
        ended = Ended(child.wait(), "", child.stderr.read())
    assert "missing (eu-west-1): Table Validation Failed" in checked(ended, 141).err


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_closed_pipe_is_no_mistake_of_the_help(cli: Cli, option: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with cli.started(option, stdout=writing) as child:
        os.close(writing)
        _, err = child.communicate()
    assert err == ""
    assert child.returncode != 0


def test_a_backup_is_finished_although_nobody_reads_its_progress(slow: Simulator, cli: Cli) -> None:
    with cli.started("backup", "orders") as child:
        assert child.stderr is not None
        child.stderr.readline()
        child.stderr.close()
        slow.finish_backups()
        assert child.stdout is not None
        assert child.stdout.read().rstrip().endswith(backups_in(slow)[0])
        assert child.wait() == 0


def test_a_full_disk_is_told_with_what_would_be_lost(aws: Simulator, cli: Cli) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no full disk to write to")
    with full.open("w") as stdout, cli.started("backup", "orders", "-q", stdout=stdout) as child:
        assert child.stderr is not None
        ended = Ended(child.wait(), "", child.stderr.read())
    checked(ended, 1)
    assert ended.err.splitlines() == [
        "Error: The result could not be written: No space left on device. It is about:",
        *backups_in(aws),
    ]


def test_a_stdout_that_does_not_exist_is_no_mistake(cli: Cli, aws: Simulator) -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "list"]
    ended = subprocess.run(shell, env=cli.env, capture_output=True, text=True, check=False)
    checked(Ended(ended.returncode, ended.stdout, ended.stderr), 0)


ASCII: Env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, ASCII, {"PYTHONIOENCODING": "ascii:strict"}], ids=str
)
def test_a_locale_without_letters_shows_every_name(cli: Cli, aws: Simulator, env: Env) -> None:
    plant("orders", "bestellungen-größer")
    assert "bestellungen-gr" in cli("list", env=env).out


def test_a_locale_without_letters_shows_help_and_what_is_wrong(cli: Cli) -> None:
    assert cli("--help", env=ASCII).out.isascii()
    assert cli("backup", "größer", code=2, env=ASCII).err.startswith("Error: TABLE 'gr")


def test_what_aws_sends_can_not_move_the_cursor_nor_be_taken_for_markup(
    cli: Cli, inline: Inline, aws: Simulator
) -> None:
    plant("orders", "\x1b[2J\x1b]0;owned\x07[bold red]x[/] :smile:\n\u202egnp.exe")
    with on_terminal(cli, "list") as terminal:
        shown = terminal.ended()
    assert r"\x1b[2J\x1b]0;owned\x07[bold red]x[/] :smile:\n\u202egnp.exe" in shown
    assert "\x1b[2J" not in terminal.text
    assert "\u202e" not in terminal.text
    assert inline("list", "-o", "json").out.isascii()


def test_a_command_in_the_background_stays_deaf_to_ctrl_c(slow: Simulator, cli: Cli) -> None:
    shell = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *COMMAND, "backup", "orders"]
    child = subprocess.Popen(
        shell, env=cli.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    interrupt(child, "started:")
    slow.finish_backups()
    out, err = child.communicate()
    checked(Ended(child.returncode, out, err), 0)
    assert REGION in out
