"""`ddb-backup backup --keep-...`: older backups go once the new ones are AVAILABLE, and only then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_ddb_backup.aws import Connection, FleetRequest, Retention
from pulumi_ddb_backup.cli.exit_codes import ExitCode
from pulumi_ddb_backup.cli.output import Output, Screen
from pulumi_ddb_backup.cli.retaining import after, policy_of
from pulumi_ddb_backup.cli.session import Session
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import add_tables, backend, denied
from tests.aws.retention.histories import OTHER, add_backup, history
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import Cli, Ended, Inline, checked, interrupt

KEEP_TWO = ("--prefix", "nightly-", "--keep-last", "2")


@pytest.fixture
def connection(aws: Simulator) -> Connection:
    return Connection(region=REGION, endpoint_url=aws.url, access_key="test", secret_key="test")


def there_are() -> set[str]:
    return set(backend(REGION).backups)


def test_older_backups_go_once_the_new_one_is_available(inline: Inline, aws: Simulator) -> None:
    newest, *expired = history("orders", 3, owner=None)
    foreign = add_backup("orders", 9, owner=OTHER)
    ended = inline("backup", "orders", *KEEP_TWO)
    (new,) = there_are() - {newest, foreign}
    assert new in ended.out
    assert not set(expired) & there_are()
    assert ended.err.endswith(
        "Retention: 2 backups stay, 246 bytes (no price for eu-west-1 known). "
        "2 backups were deleted, 246 bytes.\n"
    )


def test_what_it_costs_less_is_told_where_the_price_is_known(
    inline: Inline, aws: Simulator, tmp_path: Path
) -> None:
    history("orders", 3, owner=None)
    prices = tmp_path / "prices.json"
    told = {"as_of": "2026-11", "source": "me", "backup_gib_month": "100000000"}
    prices.write_text(json.dumps({"regions": {REGION: told}}), encoding="utf-8")
    ended = inline("backup", "orders", *KEEP_TWO, "--prices", str(prices))
    assert "2 backups were deleted, 246 bytes, about $23 a month less.\n" in ended.err


def test_of_many_tables_each_keeps_its_own(inline: Inline, aws: Simulator) -> None:
    add_tables("prod-a", "prod-b")
    for table in ("prod-a", "prod-b"):
        history(table, 3, owner=None)
    ended = inline("backup", "prod-*", *KEEP_TWO)
    assert len(there_are()) == 4
    assert "2 of 2 backups are AVAILABLE" in ended.err
    assert "Retention: 4 backups stay" in ended.err


def test_quiet_prints_the_new_arn_alone_and_json_tells_all(inline: Inline, aws: Simulator) -> None:
    newest, *expired = history("orders", 3, owner=None)
    ended = inline("backup", "orders", *KEEP_TWO, "--quiet")
    assert ended.lines == [*there_are() - {newest}]
    assert ended.err == ""
    told = inline("backup", "orders", *KEEP_TWO, "-o", "json").json
    (table,) = told["retention"]["tables"]
    assert table["deleted"] == [newest]
    assert [one["reasons"][0]["rule"] for one in table["kept"]] == ["keep_last", "keep_last"]
    assert (told["retention"]["kept"]["count"], told["retention"]["not_applied"]) == (2, None)
    assert expired  # gone since the first run


def test_a_table_that_fails_keeps_all_older_backups_of_all_tables(
    inline: Inline, aws: Simulator
) -> None:
    old = {*history("orders", 3, owner=None)}
    ended = inline("backup", "orders", "nope", *KEEP_TWO, code=ExitCode.NOT_FOUND)
    assert there_are() > old
    assert ended.err.endswith("No older backup was deleted: 1 of 2 failed.\n")
    aws.fault(Fault("CreateBackup", code="LimitExceededException", status=400))
    told = inline("backup", "orders", *KEEP_TWO, "-o", "json", code=ExitCode.FAILED).json
    assert told["retention"]["not_applied"] == "the backup failed"
    assert aws.count("DeleteBackup") == 0


def test_ctrl_c_deletes_nothing(aws: Simulator, cli: Cli) -> None:
    old = set(history("orders", 3, owner=None))
    aws.creating_seconds = 3600
    with cli.started("backup", "orders", *KEEP_TWO) as child:
        interrupt(child, "started:")
        out, err = child.communicate()
    checked(Ended(child.returncode, out, err), ExitCode.INTERRUPTED)
    assert err.endswith("No older backup was deleted: the command was stopped.\n")
    assert there_are() > old


def test_ctrl_c_in_the_last_moment_deletes_nothing_either(
    connection: Connection, aws: Simulator
) -> None:
    """The backups are AVAILABLE, and the signal came too late to stop them."""
    history("orders", 3, owner=None)
    session = Session(Screen(Output.TABLE, quiet=True), connection, stopped=lambda: True)
    policy = policy_of(Retention(keep_last=1), "nightly-", {}, 60, no_wait=False)
    assert policy is not None
    request = FleetRequest(tables=["orders"], backup_name_prefix="nightly-")
    with session.watching(alone=True) as watch:
        ended = after(session, watch, session.fleet(watch).create(request), policy)
    assert (ended.why_not, ended.code) == ("the command was stopped", ExitCode.INTERRUPTED)
    assert len(there_are()) == 4


def test_a_delete_that_is_denied_ends_as_prune_does_and_the_new_backup_is_told(
    inline: Inline, aws: Simulator
) -> None:
    old = history("orders", 2, owner=None)
    aws.fault(denied("DeleteBackup"))
    ended = inline("backup", "orders", *KEEP_TWO, code=ExitCode.NO_ACCESS)
    (new,) = there_are() - set(old)
    assert new in ended.out
    assert "dynamodb:DeleteBackup" in ended.err
    assert old[1] in ended.err
    assert "Nothing was deleted." in ended.err


def test_a_list_that_is_denied_deletes_nothing_and_says_so(inline: Inline, aws: Simulator) -> None:
    old = set(history("orders", 3, owner=None))
    aws.fault(denied("ListBackups"))
    ended = inline("backup", "orders", *KEEP_TWO, code=ExitCode.NO_ACCESS)
    assert "dynamodb:ListBackups" in ended.err
    assert ended.err.endswith("No older backup was deleted.\n")
    assert len(ended.lines) == 1
    assert there_are() > old


def test_a_dry_run_decides_as_if_the_new_backup_were_there(inline: Inline, aws: Simulator) -> None:
    newest, *expired = history("orders", 3, owner=None)
    before = there_are()
    ended = inline("backup", "orders", *KEEP_TWO, "--dry-run")
    assert ended.err.endswith(
        "Retention, with the new backups counted: 2 backups stay, 123 bytes (no price for eu-west-1 "
        "known). 2 backups would go, 246 bytes. Kept by rule: last 2.\n"
        "This was a dry run: no backup was started, and none was deleted.\n"
    )
    told = inline("backup", "orders", *KEEP_TWO, "--dry-run", "-o", "json").json["retention"]
    (table,) = told["tables"]
    assert [one["backup"]["backup_arn"] for one in table["kept"]] == ["", newest]
    assert [one["backup_arn"] for one in table["expired"]] == expired
    assert there_are() == before
    ended = inline("backup", "orders", "nope", *KEEP_TWO, "--dry-run", code=ExitCode.NOT_FOUND)
    assert "No older backup would be deleted: 1 of 2 failed.\n" in ended.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--keep-last", "2"), "--keep-... needs --prefix"),
        (("--keep-last", "2", "--name", "mine"), "--keep-... needs --prefix"),
        ((*KEEP_TWO, "--no-wait"), "--no-wait and --keep-... exclude each other"),
        (("--prefix", "a-", "--keep-daily", "-1"), "--keep-daily must be a whole number"),
        (("--prefix", "a-", "--timezone", "Europe/Berlin"), "retention must keep something"),
    ],
)
def test_what_can_not_be_meant_is_refused_before_aws_is_asked(
    inline: Inline, aws: Simulator, arguments: tuple[str, ...], reason: str
) -> None:
    assert reason in inline("backup", "orders", *arguments, code=ExitCode.USAGE).err
    assert aws.calls == []


def test_the_policy_of_backup_and_prune_allows_all_that_is_called(
    inline: Inline, aws: Simulator
) -> None:
    add_tables("prod-a")
    history("prod-a", 3, owner=None)
    inline("backup", "prod-*", *KEEP_TWO)
    policy = inline("iam-policy", "--many", "--prune").json
    allowed = {action for one in policy["Statement"] for action in one["Action"]}
    called = {f"dynamodb:{call.api}" for call in aws.calls}
    assert {"dynamodb:CreateBackup", "dynamodb:DeleteBackup"} < called <= allowed


def test_without_rules_nothing_is_listed_or_deleted(inline: Inline, aws: Simulator) -> None:
    old = set(history("orders", 3, owner=None))
    told = inline("backup", "orders", "--prefix", "nightly-", "-o", "json").json
    assert told["retention"] is None
    assert there_are() > old
    assert aws.count("DeleteBackup") == 0


def test_a_rule_that_keeps_nothing_is_refused_before_a_backup_is_taken(
    aws: Simulator, inline: Inline
) -> None:
    for words in (["backup", "orders", "--prefix", "n-"], ["cost", "orders"]):
        for rule in ("--keep-last=0", "--timezone=Europe/Berlin"):
            assert "retention must keep something" in inline(*words, rule, code=2).err
    assert aws.calls == []
