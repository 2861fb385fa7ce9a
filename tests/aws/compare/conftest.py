"""What compares two tables of the simulator."""

from __future__ import annotations

import pytest

from pulumi_ddb_backup.aws import Connection
from tests.aws.compare.tables import Compared
from tests.aws.simulator import Simulator


@pytest.fixture
def compare(aws: Simulator, connection: Connection) -> Compared:
    return Compared(aws, connection)
