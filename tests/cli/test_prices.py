"""`ddb-backup prices fetch`: what is shown, what is written, and what of a file stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_ddb_backup.aws.cost.files import VARIABLE, read_prices
from tests.aws import pricing
from tests.aws.conftest import REGION
from tests.aws.simulator import Simulator
from tests.cli.conftest import Cli, Inline

RATES = ["$0.1155", "$0.17325", "$0.2281", "$0.113", "$0.1156", "$0.0347"]
MINE: dict[str, Any] = {"as_of": "2020-01", "source": "me", "backup_gib_month": "9"}


def test_prices_are_fetched_into_a_file_that_estimates_then_use(
    cli: Cli, aws: Simulator, tmp_path: Path
) -> None:
    file = str(tmp_path / "prices.json")
    ended = cli("prices", "fetch", "--region", REGION, "--region", "us-east-1", "--file", file)
    assert [line.split() for line in ended.lines] == [
        ["REGION", "AS", "OF", "BACKUP", "RESTORE", "PITR", "EXPORT", "VAULT", "COLD"],
        [REGION, as_of(file, REGION), *RATES],
        ["us-east-1", as_of(file, "us-east-1"), *RATES],
    ]
    assert max(map(len, ended.lines)) <= 80
    assert ended.err.endswith(f"\nWritten to {file}.\n")
    assert cli("cost", "--prices", file).code == 0


def as_of(file: str, region: str) -> str:
    return read_prices(Path(file))[region].as_of


def test_the_prices_of_other_regions_in_a_file_stay_and_those_replaced_are_named(
    inline: Inline, aws: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "prices.json"
    before = {"regions": {REGION: MINE, "cn-north-1": {**MINE, "currency": "CNY"}}}
    file.write_text(json.dumps(before), encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(file))
    ended = inline("prices", "fetch")
    assert ended.err.endswith(
        f"Written to {file}; replaced: {REGION} (of 2020-01); left as they were: cn-north-1.\n"
    )
    now = read_prices(file)
    assert str(now[REGION].backup_gib_month) == "0.1155"
    assert now["cn-north-1"].source == "me"


def test_without_a_file_prices_are_shown_and_as_json_they_are_such_a_file(
    inline: Inline, aws: Simulator, tmp_path: Path
) -> None:
    ended = inline("prices", "fetch", "--output", "json")
    assert "Nothing was written." in ended.err
    file = tmp_path / "prices.json"
    file.write_text(ended.out, encoding="utf-8")
    assert str(read_prices(file)[REGION].restore_gib) == "0.17325"
    assert (ended.json["unknown"], ended.json["file"]) == ({}, None)


def test_what_stays_unknown_is_named(
    inline: Inline, aws: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [
        pricing.item("AmazonDynamoDB", REGION, "RestoreDataSize-Bytes", price)
        for price in ("0.15", "0.16")
    ]
    backup = pricing.item("AmazonDynamoDB", REGION, "TimedBackupStorage-ByteHrs", "0.11")
    monkeypatch.setitem(pricing.LISTED, ("AmazonDynamoDB", REGION), [*two, backup])
    ended = inline("prices", "fetch")
    assert ended.lines[1].split()[2:] == ["$0.11", "-", "-", "-", "$0.1156", "$0.0347"]
    assert ended.err.startswith(
        "Prices that stay unknown:\n"
        f"  {REGION}: AWS lists none of point-in-time recovery, exports, incremental exports; "
        "more than one of restores\n"
    )


def test_a_region_without_any_price_is_not_found_and_nothing_is_overwritten(
    inline: Inline, aws: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "prices.json"
    text = json.dumps({"regions": {REGION: MINE}})
    file.write_text(text, encoding="utf-8")
    for service in ("AmazonDynamoDB", "AWSBackup"):
        monkeypatch.setitem(pricing.LISTED, (service, REGION), [])
    ended = inline("prices", "fetch", "--file", str(file), code=4)
    assert f"  {REGION}: AWS lists none at all\n" in ended.err
    assert ended.err.endswith(f"{file} was not written.\n")
    assert file.read_text(encoding="utf-8") == text


def test_a_file_that_is_none_of_prices_is_left_alone_and_aws_is_not_asked(
    inline: Inline, aws: Simulator, tmp_path: Path
) -> None:
    file = tmp_path / "precious.json"
    file.write_text('{"mine": 1}', encoding="utf-8")
    ended = inline("prices", "fetch", "--file", str(file), code=2)
    assert ended.err.startswith("Error: --file must be an object with the key regions")
    assert aws.calls == []
    assert file.read_text(encoding="utf-8") == '{"mine": 1}'


def test_a_file_that_can_not_be_written_is_told(
    inline: Inline, aws: Simulator, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nope" / "prices.json"
    ended = inline("prices", "fetch", "--file", str(nowhere), code=2)
    assert ended.err.startswith("Error: --file can't be written: No such file or directory (got ")


def test_the_policy_allows_the_one_call(inline: Inline) -> None:
    (statement,) = inline("iam-policy", "--prices").json["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["pricing:GetProducts"], ["*"])


def test_a_file_of_the_environment_that_can_not_be_read_stops_no_backup(
    aws: Simulator, inline: Inline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DDB_BACKUP_PRICES", "/nonexistent/prices.json")
    assert inline("backup", "orders").err.count("prices") == 0
    ended = inline("backup", "orders", "--prefix", "nightly-", "--keep-last", "1")
    assert (
        "The file that DDB_BACKUP_PRICES names, /nonexistent/prices.json, is not used" in ended.err
    )
    assert aws.count("CreateBackup") == 2
    told = inline(
        "backup", "orders", "--prices", "no.json", "--prefix", "n-", "--keep-last", "1", code=2
    )
    assert told.err.startswith("Error: --prices can't be read")
    assert aws.count("CreateBackup") == 2
