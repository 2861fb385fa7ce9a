"""`ddb-backup cost`: what backups cost, and what is not known."""

from __future__ import annotations

import json
from pathlib import Path

from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.cli.conftest import ELSEWHERE, Cli, plant, tables

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
