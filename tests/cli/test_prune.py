"""`ddb-backup prune`: what stays, what goes, what that costs, and that nothing goes by mistake."""

from __future__ import annotations

import json
from pathlib import Path

from pulumi_ddb_backup.aws.rules.scheduled import schedule_owner, scheduled_prefix
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import add_tables, backend, denied, numbered
from tests.aws.retention.histories import ME, OTHER, add_backup, history
from tests.aws.simulator import Simulator
from tests.cli.conftest import ELSEWHERE, Cli

THIRD = "us-east-2"
REGIONS = (REGION, ELSEWHERE, THIRD)


def there_are(region: str = REGION) -> set[str]:
    return set(backend(region).backups)


def test_a_dry_run_shows_what_stays_and_why_and_what_would_go(cli: Cli, aws: Simulator) -> None:
    arns = history("orders", 4)
    add_backup("orders", 9, owner=OTHER)
    add_backup("orders", 8, name="by-hand")
    ended = cli("prune", "orders", "--prefix", "nightly-", "--keep-last", "2", "--owner", mark())
    lines = [line.split() for line in ended.lines]
    assert lines[0] == ["TABLE", "NAME", "STATUS", "KEPT", "BY", "SIZE", "AGE", "ARN"]
    assert [(line[2], line[3], line[-1]) for line in lines[1:]] == [
        ("kept", "last", arns[0]),
        ("kept", "last", arns[1]),
        ("expired", "-", arns[2]),
        ("expired", "-", arns[3]),
    ]
    assert "Left alone: 1 backup of another owner with this prefix.\n" in ended.err
    assert "Left alone: 1 backup not named from this prefix.\n" in ended.err
    assert (
        "2 backups stay, 246 bytes (no price for eu-west-1 known). 2 backups would go, 246 bytes.\n"
        "This was a dry run: nothing was deleted. To delete:\n"
        f"ddb-backup prune orders --prefix nightly- --keep-last 2 --owner {mark()} --yes\n"
    ) in ended.err
    assert len(there_are()) == 6


def mark() -> str:
    from pulumi_ddb_backup.aws.rules.naming import owner_mark

    return owner_mark(ME)


def test_five_hundred_backups_in_three_regions(cli: Cli, aws: Simulator) -> None:
    tables = numbered(17)
    stays: dict[str, set[str]] = {region: set() for region in REGIONS}
    for region in REGIONS:
        add_tables(*tables, region=region)
        for name in tables:
            stays[region] |= set(history(name, 10, region=region, owner=None)[:3])
    command = ["prune", "table-*", "--prefix", "nightly-", "--keep-last", "3"]
    command += [part for region in REGIONS for part in ("--region", region)]
    told = cli(*command, "--output", "json").json
    assert (told["dry_run"], told["kept"]["count"], told["expired"]["count"]) == (True, 153, 357)
    assert sum(len(there_are(region)) for region in REGIONS) == 510

    ended = cli(*command, "--yes", "--quiet")
    assert {region: there_are(region) for region in REGIONS} == stays
    assert len(ended.lines) == 357

    again = cli(*command, "--yes")
    assert again.err.endswith("Nothing was deleted.\n")
    assert {region: there_are(region) for region in REGIONS} == stays


def test_a_deletion_that_is_denied_is_told_and_the_exit_code_says_so(
    cli: Cli, aws: Simulator
) -> None:
    arns = history("orders", 3, owner=None)
    aws.fault(denied("DeleteBackup"))
    ended = cli("prune", "orders", "--prefix", "nightly-", "--keep-last", "2", "--yes", code=6)
    assert "dynamodb:DeleteBackup" in ended.err
    assert arns[2] in ended.err
    assert ended.lines[-1].split()[2] == "failed"
    assert there_are() == set(arns)


def test_what_it_costs_is_told_by_the_prices_that_are_given(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    history("orders", 3, owner=None)
    prices = tmp_path / "prices.json"
    told = {"as_of": "2026-11", "source": "me", "backup_gib_month": "100000000"}
    prices.write_text(json.dumps({"regions": {REGION: told}}), encoding="utf-8")
    asked = ("prune", "orders", "--prefix", "nightly-", "--keep-last", "2", "--prices", str(prices))
    assert (
        "2 backups stay, 246 bytes, about $23 a month (estimate, eu-west-1 prices of 2026-11). "
        "1 backup would go, 123 bytes, about $11 a month less."
    ) in cli(*asked).err
    cost = cli(*asked, "--output", "json").json["kept"]["cost_a_month"]
    assert (cost["amount"], cost["currency"], cost["unknown_regions"]) == ("22.91", "USD", [])
    prices.write_text("{", encoding="utf-8")
    assert "--prices must be JSON" in cli(*asked, code=2).err
    assert "--prices can't be read: No such file" in cli(*asked[:-1], "nope.json", code=2).err


def test_a_single_backup_that_stays_is_told_in_the_singular(cli: Cli, aws: Simulator) -> None:
    history("orders", 2, owner=None)
    ended = cli("prune", "orders", "--prefix", "nightly-", "--keep-last", "1", "--yes")
    assert (
        "1 backup stays, 123 bytes (no price for eu-west-1 known). 1 backup was deleted, 123 bytes."
    ) in ended.err


def test_the_backups_of_one_schedule_are_pruned_without_a_prefix_and_no_others(
    cli: Cli, aws: Simulator
) -> None:
    nightly, hourly = schedule_owner("nightly"), schedule_owner("hourly")
    arns = [
        add_backup("orders", night, name=f"{scheduled_prefix('orders', nightly)}{night:016x}")
        for night in range(1, 5)
    ]
    others = {
        add_backup("orders", 7, name=f"{scheduled_prefix('orders', hourly)}d32c5kddcf5bb8c3"),
        add_backup("orders", 8, name="orders-sched-d32c5kddcf5bb8c3"),
        add_backup("orders", 9),
    }
    asked = ("prune", "orders", "--owner", nightly, "--keep-last", "2")
    ended = cli(*asked)
    assert "Left alone: 1 backup of another owner with this prefix.\n" in ended.err
    assert "Left alone: 2 backups not named from this prefix.\n" in ended.err
    assert f"ddb-backup prune orders --owner {nightly} --keep-last 2 --yes\n" in ended.err
    assert there_are() == {*arns, *others}
    cli(*asked, "--yes")
    assert there_are() == {*arns[:2], *others}


def test_a_prune_needs_a_prefix_or_one_schedule(cli: Cli, aws: Simulator) -> None:
    bare = cli("prune", "orders", "--keep-last", "1", code=2).err
    assert "Missing option '--prefix'. Only --owner of a BackupSchedule goes without it." in bare
    every = ("prune", "orders", "--owner", "schedule")
    assert "--owner must name one schedule" in cli(*every, "--keep-last", "1", code=2).err
    assert aws.calls == []


def test_rules_that_keep_nothing_or_are_no_rules_are_refused(cli: Cli, aws: Simulator) -> None:
    arns = history("orders", 3, owner=None)
    asked = ("prune", "orders", "--prefix", "nightly-", "--yes")
    nothing = cli(*asked, code=2).err
    assert "must keep something" in nothing
    assert (
        "--keep-last must be a whole number, 0 or more (got -1)"
        in cli(*asked, "--keep-last", "-1", code=2).err
    )
    assert (
        "--timezone must be an IANA time zone"
        in cli(*asked, "--keep-last", "1", "--timezone", "Mars", code=2).err
    )
    assert (
        "--owner must be the four hex digits"
        in cli(*asked, "--keep-last", "1", "--owner", "me", code=2).err
    )
    assert there_are() == set(arns)
    assert aws.calls == []
