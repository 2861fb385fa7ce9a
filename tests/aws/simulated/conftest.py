"""A vault in the simulator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.simulated.asking import client_of
from tests.aws.simulator import Simulator


@pytest.fixture
def backup(aws: Simulator) -> Any:
    """A client of AWS Backup, and the vault `safe`."""
    made = client_of(aws)
    made.create_backup_vault(BackupVaultName="safe")
    return made
