"""A table, vaults here and elsewhere, and the library's way to them on the simulated clock."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ddb_backup.aws import Connection
from pulumi_ddb_backup.aws.vault.vaults import VaultBackups
from tests.aws.conftest import Heard
from tests.aws.simulator import Simulator
from tests.aws.vault.world import Account, date_table, vault_connection
from tests.clock import SimulatedClock


@pytest.fixture
def account(aws: Simulator, clock: SimulatedClock) -> Account:
    date_table("orders", clock.now())
    return Account(aws)


@pytest.fixture
def vault_connected(connection: Connection) -> Connection:
    return vault_connection(connection)


@pytest.fixture
def vaults(
    account: Account, vault_connected: Connection, clock: SimulatedClock, heard: Heard
) -> VaultBackups:
    return VaultBackups(vault_connected, heard, clock)


@pytest.fixture
def backup(account: Account) -> Any:
    """A client of AWS Backup."""
    return account.client()
