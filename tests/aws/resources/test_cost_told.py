"""What `up` says of the cost of the backups that it took: where a price is known, and in few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_ddb_backup.aws.cost.estimate import GIB
from pulumi_ddb_backup.aws.cost.files import VARIABLE, write_prices
from pulumi_ddb_backup.aws.cost.prices import SHIPPED, Prices
from pulumi_ddb_backup.resources.backup_logic import BackupLogic
from pulumi_ddb_backup.resources.backup_set_logic import BackupSetLogic
from tests.aws.conftest import REGION, client, create_table
from tests.aws.simulator import Simulator
from tests.fake_call import FakeCall

EAST = "us-east-1"
ORDERS: dict[str, Any] = {"table_name": "orders", "backup_name_prefix": "nightly-"}


def settings(aws: Simulator, region: str) -> dict[str, str]:
    return {
        "region": region,
        "accessKey": "test",
        "secretKey": "test",
        "endpoints": f'[{{"dynamodb": "{aws.url}", "sts": "{aws.url}"}}]',
    }


def told(logic: BackupLogic | BackupSetLogic, **inputs: Any) -> list[str]:
    """The lines that stay once backups have been taken."""
    call = FakeCall()
    logic.create(call, dict(logic.check(call, {}, inputs).inputs))
    assert call.shown[-1] == ""  # the row is left empty, so that nothing is printed twice
    assert call.warned == []
    return "\n".join(call.told).splitlines()


@pytest.fixture
def large(aws: Simulator) -> Simulator:
    """`orders` in two regions; its backups have 500 GiB."""
    create_table(client(aws, EAST), "orders")
    aws.backup_bytes["orders"] = 500 * GIB
    return aws


def test_a_backup_in_a_region_with_a_known_price_tells_its_cost(large: Simulator) -> None:
    *_, last, cost = told(BackupLogic(settings(large, EAST)), **ORDERS)
    assert "is AVAILABLE, 500.0 GiB, in " in last
    assert cost == "Cost: about $50 a month (estimate, us-east-1 prices of 2026-06)"


def test_without_a_known_price_nothing_is_said(large: Simulator) -> None:
    assert "AVAILABLE" in told(BackupLogic(settings(large, REGION)), **ORDERS)[-1]


def test_a_cost_of_less_than_a_cent_is_not_worth_a_line(large: Simulator) -> None:
    large.backup_bytes.clear()
    assert "AVAILABLE" in told(BackupLogic(settings(large, EAST)), **ORDERS)[-1]


def test_a_file_of_prices_that_the_environment_names_is_used(
    large: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "prices.json"
    own = Prices(REGION, "2026-11", "me", SHIPPED[EAST].backup_gib_month)
    write_prices(file, {REGION: own})
    monkeypatch.setenv(VARIABLE, str(file))
    logic = BackupLogic(settings(large, REGION))
    assert told(logic, **ORDERS)[-1] == (
        "Cost: about $50 a month (estimate, eu-west-1 prices of 2026-11)"
    )


def test_a_file_that_can_not_be_read_is_said_and_fails_nothing(
    large: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "nope.json"
    monkeypatch.setenv(VARIABLE, str(file))
    why = f"{VARIABLE}: prices can't be read: No such file or directory (got "
    nowhere = BackupLogic(settings(large, REGION))
    assert told(nowhere, **ORDERS)[-1].startswith(f"Cost: not known ({why}")
    logic = BackupLogic(settings(large, EAST))
    known = "Cost: about $50 a month (estimate, us-east-1 prices of 2026-06; "
    assert told(logic, **ORDERS)[-1].startswith(f"{known}{why}")
    kept = told(logic, **ORDERS, triggers={"night": 2}, retention={"keep_last": 3})[-1]
    assert kept.startswith("Retention: keeps 2 backups, 1000.0 GiB, about $100 a month")
    assert f"; {why}" in kept


def test_with_a_retention_the_cost_of_all_that_stays_is_told_and_no_other(
    large: Simulator,
) -> None:
    logic = BackupLogic(settings(large, EAST))
    lines: list[str] = []
    for night in (1, 2, 3):
        lines = told(logic, **ORDERS, triggers={"night": night}, retention={"keep_last": 2})
    assert lines[-1] == (
        "Retention: keeps 2 backups, 1000.0 GiB, about $100 a month (estimate, us-east-1 prices of "
        "2026-06); deleted 1, about $50 a month less"
    )
    assert not any(line.startswith("Cost: ") for line in lines)


@pytest.mark.parametrize(
    ("retention", "start"),
    [(None, "Cost: "), ({"keep_last": 7}, "Retention: keeps 3 backups, 1.5 TiB, ")],
)
def test_a_set_of_three_regions_names_the_one_without_a_price(
    large: Simulator, retention: object, start: str
) -> None:
    create_table(client(large, "us-east-2"), "orders")
    inputs = {
        "tables": ["orders"],
        "regions": [REGION, EAST, "us-east-2"],
        "backup_name_prefix": "nightly-",
        **({"retention": retention} if retention else {}),
    }
    assert told(BackupSetLogic(settings(large, REGION)), **inputs)[-1] == (
        f"{start}about $100 a month (estimate, us-east-1 prices of 2026-06 and us-east-2 prices of "
        "2026-05; no price for eu-west-1 known)"
    )
