"""`ddb-backup cost`: what backups cost, and what is not known."""

from __future__ import annotations

import json
from pathlib import Path

from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.cli.conftest import ELSEWHERE, Cli, Inline, backups_in, plant, tables

A_FORTUNE = {"as_of": "2026-11", "source": "me", "backup_gib_month": "100000000"}


def priced(folder: Path, *regions: str) -> str:
    """A file of prices by which a byte costs about nine cents a month."""
    file = folder / "prices.json"
    told = {"regions": dict.fromkeys(regions, A_FORTUNE)}
    file.write_text(json.dumps(told), encoding="utf-8")
    return str(file)


def test_each_table_is_told_with_what_its_backups_cost(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    tables(aws, "users")
    plant("orders", "one", days_ago=60)
    plant("orders", "two", days_ago=61)
    plant("users", "three", days_ago=62)
    ended = cli("cost", "--prices", priced(tmp_path, REGION))
    assert [line.split() for line in ended.lines] == [
        ["TABLE", "REGION", "BACKUPS", "SIZE", "THIS", "MONTH", "A", "MONTH"],
        ["orders", REGION, "2", "246", "bytes", "$22.91", "$22.91"],
        ["users", REGION, "1", "123", "bytes", "$11.46", "$11.46"],
    ]
    assert ended.err == (
        "3 backups, 369 bytes: $34.37 this month, $34.37 a month "
        f"(estimate, {REGION} prices of 2026-11)\n"
    )
    totals = cli("cost", "--prices", priced(tmp_path, REGION), "-o", "json").json["totals"]
    assert (totals["count"], totals["cost_a_month"]["amount"]) == (3, "34.37")


def test_a_region_without_a_price_is_named_and_in_no_amount(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    tables(aws, "orders", region="eu-central-1")
    plant("orders", "one", days_ago=60)
    plant("orders", "two", days_ago=60, region="eu-central-1")
    regions = ("--region", REGION, "--region", "eu-central-1")
    ended = cli("cost", *regions, "--prices", priced(tmp_path, REGION))
    assert [line.split()[-1] for line in ended.lines[1:]] == ["-", "$11.46"]
    assert ended.err.endswith("prices of 2026-11; no price for eu-central-1 known)\n")
    assert cli("cost", "--region", ELSEWHERE).err == "No backups found.\n"


def test_what_a_retention_would_save_is_told_and_nothing_is_deleted(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    tables(aws, "users")
    for day in range(60, 65):
        plant("orders", f"night-{day}", days_ago=day)
    plant("users", "one", days_ago=62)
    rules = ("--keep-last", "2", "--prices", priced(tmp_path, REGION))
    ended = cli("cost", *rules)
    assert [line.split()[-2:] for line in ended.lines] == [
        ["GO", "SAVES"],
        ["3", "$34.37"],
        ["0", "-"],
    ]
    assert (
        "\nKept with last 2: 3 backups, 369 bytes. Not kept: 3 backups, 369 bytes: $" in ended.err
    )
    assert " less this month, $34.37 less a month.\n" in ended.err
    assert "Nothing was deleted. `ddb-backup prune` deletes" in ended.err
    assert len(backups_in(aws)) == 6
    totals = cli("cost", *rules, "-o", "json").json["totals"]
    assert (totals["count"], totals["saved"]["count"]) == (6, 3)
    assert totals["saved"]["cost_a_month"]["amount"] == "34.37"


def test_a_retention_that_keeps_all_says_so_and_one_that_is_none_is_refused(
    inline: Inline, aws: Simulator
) -> None:
    plant("orders", "one", days_ago=60)
    assert inline("cost", "--keep-daily", "7").err.endswith("\nKept with daily 7: all of them.\n")
    told = inline("cost", "--keep-daily", "-1", code=2).err
    assert "--keep-daily must be a whole number, 0 or more (got -1)" in told


def test_a_list_has_the_cost_of_each_backup_and_of_all(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    plant("orders", "one", days_ago=60)
    plant("orders", "two", days_ago=61)
    asked = ("list", "--cost", "--prices", priced(tmp_path, REGION))
    ended = cli(*asked)
    assert [line.split()[4:8] for line in ended.lines] == [
        ["A", "MONTH", "AGE", "TYPE"],
        ["bytes", "$11.46", "60d", "USER"],
        ["bytes", "$11.46", "61d", "USER"],
    ]
    assert ended.err == (
        "2 backups, 246 bytes, about $23 a month (estimate, eu-west-1 prices of 2026-11)\n"
    )
    totals = cli(*asked, "-o", "json").json["totals"]
    assert totals["cost_a_month"]["amount"] == "22.91"


def test_without_a_price_a_list_says_so_and_without_cost_it_says_nothing(
    inline: Inline, aws: Simulator
) -> None:
    plant("orders", "one", days_ago=60)
    ended = inline("list", "--cost")
    assert ended.lines[1].split()[5] == "-"
    assert ended.err == "1 backup, 123 bytes (no price for eu-west-1 known)\n"
    assert inline("list").err == "1 backup, 123 bytes\n"


def test_a_check_tells_what_the_backups_of_its_tables_cost(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    plant("orders", "one", days_ago=60)
    plant("orders", "two", days_ago=61)
    asked = ("check", "orders", "--max-age", "1d", "--cost", "--prices", priced(tmp_path, REGION))
    ended = cli(*asked, code=7)
    assert ended.lines[0].split()[4:6] == ["A", "MONTH"]
    assert ended.lines[1].split()[4] == "$22.91"
    assert ended.err.startswith(
        "2 backups, 246 bytes, about $23 a month (estimate, eu-west-1 prices of 2026-11).\n"
    )
    told = cli(*asked, "-o", "json", code=7).json
    assert told["totals"]["count"] == told["tables"][0]["backups"]["count"] == 2
    assert told["tables"][0]["backups"]["cost_a_month"]["amount"] == "22.91"
