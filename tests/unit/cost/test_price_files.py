"""Files of prices: never half written, and nothing lost that was there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pulumi_ddb_backup.aws.cost.files import read_prices, write_prices
from pulumi_ddb_backup.aws.cost.prices import SHIPPED, PricesError


def test_what_was_written_is_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    write_prices(file, SHIPPED)
    assert read_prices(file) == SHIPPED
    assert os.listdir(tmp_path) == ["prices.json"]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "prices.json"
    write_prices(file, SHIPPED)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_prices(file, {"us-east-1": SHIPPED["us-east-1"]})
    assert read_prices(file) == SHIPPED
    assert os.listdir(tmp_path) == ["prices.json"]


def test_a_link_stays_one_and_a_mode_stays_what_it_was(tmp_path: Path) -> None:
    file, link = tmp_path / "prices.json", tmp_path / "link.json"
    file.write_text("{}", encoding="utf-8")
    file.chmod(0o600)
    link.symlink_to(file)
    write_prices(link, SHIPPED)
    assert link.is_symlink()
    assert read_prices(file) == SHIPPED
    assert file.stat().st_mode & 0o777 == 0o600


def test_why_a_file_can_not_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(PricesError, match=r"prices can't be read: No such file .*\(got '"):
        read_prices(tmp_path / "nope.json")
    (tmp_path / "odd.json").write_bytes(b"\xff")
    with pytest.raises(PricesError, match="prices can't be read: it is not UTF-8 text"):
        read_prices(tmp_path / "odd.json")
