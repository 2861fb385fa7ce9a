"""Every kind of fault at every call of a prune: what is kept is never deleted, and nothing said is untrue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pulumi_ddb_backup.aws import BackupError, PruneResult
from pulumi_ddb_backup.aws.retention.operation import Prunes
from tests.aws.conftest import Heard, TimedDynamoDB
from tests.aws.exploring import TIMEOUT_SECONDS, kinds, singles
from tests.aws.exploring_world import World, calls_of, wrong_in
from tests.aws.fleet_tables import backend, numbered
from tests.aws.retention.histories import OTHER, add_backup, history, of
from tests.aws.simulator import Simulator
from tests.clock import StandingClock


class PruneOfThree:
    """Three tables with four backups each, of which two are kept, and one that is somebody else's."""

    def __init__(self, world: World) -> None:
        clock = StandingClock()
        world.renew(clock, *numbered(3))
        self._kept: set[str] = set()
        for name in numbered(3):
            self._kept |= {*history(name, 4)[:2], add_backup(name, 9, owner=OTHER)}
        timed = TimedDynamoDB(clock, world.connection)
        self._prunes = Prunes(world.connection, Heard(), clock, connect=lambda _: timed)
        self._request = of(*numbered(3), timeout_seconds=TIMEOUT_SECONDS)

    def first(self) -> Iterator[str]:
        before = set(backend().backups)
        result: PruneResult | None = None
        try:
            result = self._prunes.prune(self._request)
        except BackupError as error:
            if set(backend().backups) != before:
                yield f"has deleted something and says nothing of it: {error}"
        now = set(backend().backups)
        if lost := self._kept - now:
            yield f"has deleted what is kept: {lost}"
        for table in result.tables if result else ():
            expired = {one.backup_arn for one in table.expired}
            here = {arn for arn in before - now if f"/{table.table.table_name}/" in arn}
            if untrue := set(table.deleted) & now:
                yield f"says that it has deleted {untrue}"
            if silent := here - set(table.deleted) - set(table.failed):
                yield f"does not say that it has deleted {silent}"
            if expired - set(table.deleted) - set(table.failed):
                yield f"does not say what became of {expired}"

    def again(self) -> Iterator[str]:
        self._request = replace(self._request, timeout_seconds=600)
        yield from self.first()
        if left := set(backend().backups) - self._kept:
            yield f"leaves {left}"


@pytest.fixture
def world(aws: Simulator) -> World:
    return World(aws)


@pytest.mark.parametrize("count", [80])
def test_no_fault_at_any_call_deletes_what_is_kept(world: World, count: int) -> None:
    believed = "BackupNotFoundException"  # AWS's word that a backup is gone already
    faults = [fault for fault in kinds(every_code=False) if fault.code != believed]
    cases = singles(calls_of(PruneOfThree, world), faults, count)
    wrong = wrong_in(PruneOfThree, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)
