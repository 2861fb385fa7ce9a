"""What list, wait --all and sweep find: by patterns, in many regions, with what it comes to."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws.rules.regions import dynamodb_regions, must_be_enabled
from pulumi_ddb_backup.aws.rules.scheduled import schedule_owner, scheduled_prefix
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import add_tables, denied, drop_table
from tests.aws.restores import ACCOUNT
from tests.aws.simulator import Fault, Simulator
from tests.cli.conftest import ELSEWHERE, Cli, Inline, backups_in, plant, tables

OFF = [region for region in dynamodb_regions(REGION) if must_be_enabled(region)]
GONE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders/backup/01489602797149-73d8d5bc"


def refuse(aws: Simulator, api: str, *regions: str) -> None:
    """Answer as AWS does in a region that the account has not enabled."""
    words = "The security token included in the request is invalid."
    code = "UnrecognizedClientException"
    for region in regions:
        aws.fault(Fault(api, code=code, message=words, status=400, region=region))


@pytest.fixture
def planted(aws: Simulator) -> dict[str, str]:
    """The ARNs of backups in two regions, by their names."""
    tables(aws, "prod-users", "prod-tmp")
    tables(aws, "prod-carts", region=ELSEWHERE)
    return {
        "orders-1": plant("orders", "orders-1", days_ago=4, size_bytes=1024),
        "users-1": plant("prod-users", "users-1", days_ago=3, size_bytes=2048),
        "tmp-1": plant("prod-tmp", "tmp-1", days_ago=2),
        "carts-1": plant("prod-carts", "carts-1", region=ELSEWHERE, days_ago=1),
    }


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("prod-*", ["tmp-1", "users-1"]),
        ("prod-* --exclude *-tmp", ["users-1"]),
        ("--exclude prod-*", ["orders-1"]),
        ("prod-users orders", ["users-1", "orders-1"]),
        ("prod-[tu]* orders --exclude *-tmp", ["users-1", "orders-1"]),
        (f"prod-* --region {REGION} --region {ELSEWHERE}", ["carts-1", "tmp-1", "users-1"]),
        ("prod-* --all-regions", ["carts-1", "tmp-1", "users-1"]),
        ("prod-carts orders --all-regions", ["carts-1", "orders-1"]),
        (
            f"arn:aws:dynamodb:{ELSEWHERE}:{ACCOUNT}:table/prod-carts orders",
            ["carts-1", "orders-1"],
        ),
        (f"arn:aws:dynamodb:{ELSEWHERE}:{ACCOUNT}:table/prod-carts", ["carts-1"]),
    ],
)
def test_a_list_takes_tables_and_patterns(
    inline: Inline, planted: dict[str, str], arguments: str, names: list[str]
) -> None:
    assert inline("list", *arguments.split(), "-q").lines == [planted[name] for name in names]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            "orders --exclude x",
            "--exclude needs PATTERN or tags: it leaves out tables that these find",
        ),
        ("ab", "TABLE 'ab' must be at least 3 characters (got 2)"),
        (f"--region {REGION} --all-regions", "--region and --all-regions exclude each other"),
        (
            f"arn:aws:dynamodb:{ELSEWHERE}:{ACCOUNT}:table/x-1 --region {REGION}",
            f"--region leaves out '{ELSEWHERE}', the region in TABLE",
        ),
    ],
)
def test_a_list_that_breaks_a_rule_asks_nothing_of_aws(
    aws: Simulator, inline: Inline, arguments: str, told: str
) -> None:
    assert told in inline("list", *arguments.split(), code=2).err
    assert aws.calls == []


def test_a_list_ends_with_its_totals(
    aws: Simulator, inline: Inline, planted: dict[str, str]
) -> None:
    assert inline("list").err == "3 backups, 3.1 KiB\n"
    assert inline("list", "orders").err == "1 backup, 1.0 KiB\n"
    assert inline("list", "--limit", "2").err == "2 of 3 backups, 2.1 KiB\n"
    aws.backup_status[planted["tmp-1"]] = "CREATING"
    assert inline("list").err == "3 backups (2 AVAILABLE, 1 CREATING), 3.1 KiB\n"
    assert inline("list", "-o", "json").json["totals"] == {
        "count": 3,
        "size_bytes": 3195,
        "by_status": {"AVAILABLE": 2, "CREATING": 1},
    }


def test_sizes_stand_under_each_other_on_the_right(inline: Inline, planted: dict[str, str]) -> None:
    header, *rows = inline("list", "--sort", "table").lines
    end = header.index("SIZE") + len("SIZE")
    assert [row[:end].split("  ")[-1] for row in rows] == ["1.0 KiB", "123 bytes", "2.0 KiB"]
    assert "REGION" not in header
    assert "REGION" in inline("list", "--all-regions").lines[0]


def test_regions_that_are_not_enabled_are_skipped_and_named(
    aws: Simulator, inline: Inline, planted: dict[str, str]
) -> None:
    refuse(aws, "ListBackups", *OFF)
    ended = inline("list", "--all-regions")
    assert len(ended.lines) == 5
    assert ended.err.startswith(f"{len(OFF)} regions were skipped because these credentials")
    told = inline("list", "--all-regions", "-o", "json").json
    assert (told["skipped_regions"], told["failed"]) == (sorted(OFF), [])


def test_a_region_that_is_always_enabled_is_never_skipped(
    aws: Simulator, inline: Inline, planted: dict[str, str]
) -> None:
    refuse(aws, "ListBackups", ELSEWHERE)
    aws.fault(denied("ListBackups", region="eu-north-1"))
    ended = inline("list", "--all-regions", code=6)
    assert "Error: 2 regions could not be looked in:\n" in ended.err
    assert f"  Region {ELSEWHERE}: Backup Lookup Failed: Region '{ELSEWHERE}' may not" in ended.err
    assert "  Region eu-north-1: " in ended.err


def test_credentials_that_are_no_good_are_told_once_for_all_regions(
    aws: Simulator, inline: Inline
) -> None:
    aws.fault(Fault("ListBackups", code="ExpiredTokenException", status=400))
    ended = inline("list", "--all-regions", code=6)
    assert ended.err.count("AWS does not accept the credentials") == 1
    assert aws.count("ListBackups") == 1


def test_all_regions_are_those_of_the_partition(
    aws: Simulator, inline: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    inline("list", "--all-regions")
    assert {call.region for call in aws.calls} == {"cn-north-1", "cn-northwest-1"}
    monkeypatch.delenv("AWS_REGION")
    aws.calls.clear()
    inline("list", "--all-regions")
    assert {call.region for call in aws.calls} == set(dynamodb_regions(None))


def test_a_sweep_a_backup_and_a_check_go_to_all_regions(
    aws: Simulator, inline: Inline, planted: dict[str, str]
) -> None:
    refuse(aws, "ListTables", *OFF)
    refuse(aws, "ListBackups", *OFF)
    told = inline("backup", "prod-*", "--all-regions", "-o", "json").json
    assert len(told["backups"]) == 3
    assert told["skipped_regions"] == sorted(OFF)
    ended = inline("check", "prod-*", "--max-age", "1h", "--all-regions")
    assert f"{len(OFF)} regions were skipped" in ended.err
    assert "3 of 3 tables have an AVAILABLE backup" in ended.err
    sweep = ["sweep", "--prefix", "carts", "--older-than", "1h", "--all-regions", "--yes"]
    told = inline(*sweep, "-o", "json").json
    assert told["deleted"] == [planted["carts-1"]]
    assert told["skipped_regions"] == sorted(OFF)
    ended = inline("backup", "zz-*", "--all-regions", code=4)
    assert (
        f"No table matches table_pattern zz-* in {len(dynamodb_regions(REGION)) - len(OFF)} reg"
        in (ended.err)
    )


@pytest.mark.parametrize("command", [["backup"], ["check", "--max-age", "1h"]], ids=str)
def test_a_table_that_is_named_is_not_asked_for_in_every_region(
    aws: Simulator, inline: Inline, command: list[str]
) -> None:
    ended = inline(*command, "orders", "--all-regions", code=2)
    assert ended.err.startswith("Error: --all-regions needs PATTERN or tags: ")
    assert aws.calls == []


# wait


def test_a_wait_for_nothing_is_done(aws: Simulator, inline: Inline, backup_arn: str) -> None:
    ended = inline("wait")
    assert (ended.out, ended.err) == ("", "Nothing to wait for: no ARN was given.\n")
    assert aws.calls == []
    assert inline("wait", "-o", "json").json == {"backups": [], "failed": [], "skipped_regions": []}
    ended = inline("wait", "--all")
    assert (ended.out, ended.err) == ("", "Nothing to wait for: no backup is CREATING.\n")
    assert inline("wait", "--all", "--quiet").err == ""


def test_all_that_is_creating_is_waited_for_at_the_same_time(
    aws: Simulator, cli: Cli, planted: dict[str, str]
) -> None:
    for name in ("users-1", "tmp-1", "carts-1"):
        aws.backup_status[planted[name]] = "CREATING"
    looks: list[str] = []

    def look() -> None:
        looks.append(str(aws.calls[-1].params["BackupArn"]))
        if len(set(looks)) == 2 and len(looks) > 2:  # both have been looked at, and one once more
            aws.backup_status.clear()

    aws.when("DescribeBackup", look)
    command = ["wait", "--all", "prod-*", "--exclude", "*-tmp", "--all-regions"]
    ended = cli(*command)
    told = {line.rpartition(" ")[2] for line in ended.lines}
    assert told == set(looks) == {planted["users-1"], planted["carts-1"]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["orders"], "To wait for the backups of a table, add --all"),
        ([GONE, "--region", REGION], "--region needs --all; an ARN names its own region"),
        (["--all-regions"], "--all-regions needs --all"),
        (["--all", GONE], "leave the ARN out"),
        (["--all", "--timeout", "3h"], "--timeout must be at most 7200 seconds (got 10800)"),
        ([GONE, "--timeout", "3h"], "--timeout must be at most 7200 seconds (got 10800)"),
    ],
    ids=str,
)
def test_a_wait_for_what_is_no_backup_asks_nothing_of_aws(
    aws: Simulator, inline: Inline, arguments: list[str], told: str
) -> None:
    assert told in inline("wait", *arguments, code=2).err
    assert aws.calls == []


def test_a_region_that_fails_keeps_nobody_from_waiting_for_the_others(
    aws: Simulator, inline: Inline, backup_arn: str
) -> None:
    aws.backup_status[backup_arn] = "CREATING"
    aws.when("DescribeBackup", aws.backup_status.clear)
    aws.fault(denied("ListBackups", region=ELSEWHERE))
    regions = ["--region", REGION, "--region", ELSEWHERE]
    told = inline("wait", "--all", *regions, "-o", "json", code=6).json
    assert [one["backup_arn"] for one in told["backups"]] == [backup_arn]
    assert [one["region"] for one in told["failed"]] == [ELSEWHERE]


# --latest


def test_the_latest_backup_is_of_the_very_table(
    aws: Simulator, inline: Inline, planted: dict[str, str]
) -> None:
    plant("orders", "by-dynamodb", type_="SYSTEM")
    aws.backup_status[plant("orders", "creating")] = "CREATING"
    ended = inline("show", "--latest", "orders")
    assert f"ARN         {planted['orders-1']}" in ended.lines
    assert ended.err == (
        f"Latest backup of table 'orders': 'orders-1', 4d old, 1.0 KiB, {planted['orders-1']}\n"
    )
    assert inline("show", "--latest", "prod-carts", "--region", ELSEWHERE, "-q").lines == [
        planted["carts-1"]
    ]
    drop_table("orders")
    ended = inline("show", "--latest", "orders")
    assert ended.err.startswith(
        "Latest backup of table 'orders', which does not exist any more: 'orders-1', 4d old"
    )
    add_tables("orders")
    ended = inline("show", "--latest", "orders", code=4)
    assert "No AVAILABLE backup of table 'orders' in region 'eu-west-1'.\n" in ended.err
    assert "1 under its name don't count: they are of an earlier table of that name" in ended.err


def test_the_latest_backup_is_told_before_it_is_restored(
    aws: Simulator, inline: Inline, planted: dict[str, str]
) -> None:
    plant("orders", "nightly-1", days_ago=1)
    ended = inline("restore", "--latest", "orders", "orders-2", "--prefix", "orders")
    assert ended.err.startswith("Latest backup of table 'orders': 'orders-1', 4d old, 1.0 KiB, arn")
    assert planted["orders-1"] in ended.out


def test_a_restore_of_the_latest_that_is_cut_off_goes_on_with_that_very_backup(
    aws: Simulator, cli: Cli, planted: dict[str, str]
) -> None:
    aws.restores.restoring_seconds = 3600
    command = ["restore", "--latest", "orders", "orders-2", "--prefix", "orders"]
    ended = cli(*command, "--timeout", "60", code=5)
    again = f"restore {planted['orders-1']} orders-2 --timeout 60\n"
    assert ended.err.split("Go on with it: ")[1].endswith(again)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("show orders", "For the newest backup of a table, add --latest"),
        ("restore orders orders-2", "For the newest backup of a table, add --latest"),
        (f"show {GONE} --prefix x", "--prefix needs --latest"),
        (f"show {GONE} --region {REGION}", "--region needs --latest"),
        ("show --latest ab", "TABLE must be at least 3 characters"),
    ],
)
def test_latest_and_a_table_go_together(
    aws: Simulator, inline: Inline, arguments: str, told: str
) -> None:
    assert told in inline(*arguments.split(), code=2).err
    assert aws.calls == []


def test_no_latest_backup_at_all_is_told_with_where_to_look(inline: Inline, aws: Simulator) -> None:
    ended = inline("restore", "--latest", "orders", "orders-2", "--prefix", "x", code=4)
    assert (
        "No AVAILABLE backup of table 'orders' in region 'eu-west-1', with a name that" in ended.err
    )
    assert f"`ddb-backup list orders --region {REGION}` shows what exists." in ended.err
    assert backups_in(aws) == []
    assert aws.count("RestoreTableFromBackup") == 0


def test_a_list_has_the_backups_of_one_schedule_of_every_schedule_or_of_an_owner(
    inline: Inline, aws: Simulator
) -> None:
    nightly = schedule_owner("nightly")
    names = {
        "nightly": f"{scheduled_prefix('orders', nightly)}d32c5kddcf5bb8c3",
        "hourly": f"{scheduled_prefix('orders', schedule_owner('hourly'))}d32c5kddcf5bb8c3",
        "resource": "nightly-20260102T030405Z-89ab0123",
        "hand": "orders-sched-by-hand",
    }
    arns = {whose: plant("orders", name, days_ago=1) for whose, name in names.items()}

    def of(owner: str) -> set[str]:
        return set(inline("list", "--owner", owner, "-q").lines)

    assert of(nightly) == {arns["nightly"]}
    assert of("schedule") == {arns["nightly"], arns["hourly"]}
    assert of("89ab") == {arns["resource"]}
    assert "--owner must be the four hex digits" in inline("list", "--owner", "me", code=2).err


def test_a_table_that_does_not_exist_is_told_from_one_without_backups(
    aws: Simulator, inline: Inline
) -> None:
    assert inline("list", "orders").err == "No backups found.\n"
    told = inline("list", "nope", "orders").err.splitlines()
    assert told == [
        f"Table 'nope' does not exist in {REGION} now, and no backup of it was found.",
        "Backups that AWS made by itself were not looked for. To see them too: "
        f"ddb-backup list nope --type ALL --region {REGION}",
        "No backups found.",
    ]
    both = inline("list", "nope", "--type", "ALL", "--region", REGION, "--region", ELSEWHERE)
    assert both.err == (
        "Table 'nope' does not exist in any of 2 regions now, and no backup of it was found.\n"
        "No backups found.\n"
    )


@pytest.mark.parametrize("command", ["list", "wait --all"])
def test_nobody_hears_that_a_table_is_gone_whose_backups_are_there(
    aws: Simulator, inline: Inline, command: str
) -> None:
    plant("orders", "the-last-one")
    drop_table("orders")
    assert "does not exist" not in inline(*command.split(), "orders").err


def test_a_table_of_which_aws_does_not_tell_is_not_called_gone(
    aws: Simulator, inline: Inline
) -> None:
    aws.fault(Fault("DescribeTable", code="AccessDeniedException", status=400))
    assert inline("list", "nope").err == "No backups found.\n"
