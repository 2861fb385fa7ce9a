"""Every kind of fault at every call of a `VaultBackup` with a copy, and pairs of them.

Whatever goes wrong: never two recovery points or copies for one request, never a job that is lost sight
of, never a word that is untrue of what exists, and the next `up` ends with exactly one of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_ddb_backup.aws import VaultBackups
from pulumi_ddb_backup.display import RowListener
from pulumi_ddb_backup.logic import Call, FailedCall, HalfMade, Made
from pulumi_ddb_backup.resources.vault_backup_logic import VaultBackupLogic
from pulumi_ddb_backup.resources.vault_backup_properties import VaultBackupInputs
from tests.aws.conftest import REGION
from tests.aws.exploring import CASES, TIMEOUT_SECONDS, kinds, pairs, singles
from tests.aws.exploring_world import World, calls_of, wrong_in
from tests.aws.simulator import Simulator
from tests.aws.vault.world import BERLIN, ROLE, SAFE, Account
from tests.clock import SimulatedClock
from tests.fake_call import FakeCall

pytestmark = pytest.mark.timeout(0 if CASES else 1200)

_ID = re.compile(r"\b[0-9A-F]{8}-[0-9A-F-]{27}\b", re.IGNORECASE)


class TimedLogic(VaultBackupLogic):
    """The resource's logic on a simulated clock, by the clients that all cases share."""

    def __init__(self, world: World, clock: SimulatedClock) -> None:
        super().__init__({})
        self._world, self._clock = world, clock

    def _vaults(self, inputs: VaultBackupInputs, call: Call) -> VaultBackups:
        world = self._world
        return VaultBackups(world.connection, RowListener(call), self._clock, connect=world.connect)


class OneVaultBackup:
    """What a `VaultBackup` does: create, and where that fails half-way, read and update."""

    advanced = True

    def __init__(self, world: World) -> None:
        clock = SimulatedClock()
        world.renew(clock, "orders")
        self._aws = world.aws
        self._account = Account(world.aws, SAFE, BERLIN)
        self._aws.vaults.running_seconds, self._aws.vaults.copying_seconds = 12, 6
        self._aws.vaults.advanced[REGION] = self.advanced
        self._logic = TimedLogic(world, clock)
        self._inputs: dict[str, Any] = {
            "table_name": "orders",
            "vault": "safe",
            "backup_role_arn": ROLE,
            "copy_to": [BERLIN] if self.advanced else [],
            "timeout": TIMEOUT_SECONDS,
        }
        self._failed: FailedCall | None = None

    def first(self) -> Iterator[str]:
        yield from self._carried_out(lambda: self._logic.create(FakeCall(), self._inputs))

    def again(self) -> Iterator[str]:
        if self._failed is None:
            return
        before = self._jobs()
        inputs = {**self._inputs, "timeout": 3600}
        again: Callable[[], Made] = lambda: self._logic.create(FakeCall(), inputs)  # noqa: E731
        if isinstance(self._failed, HalfMade):
            half = self._failed
            try:
                seen = self._logic.read(FakeCall(), half.id, half.outputs)
                outputs = seen.outputs if seen else None
            except HalfMade as still:
                outputs = still.outputs
            if outputs is None:
                yield f"forgets a backup that is there: {half}"
                return
            again = lambda: self._logic.update(FakeCall(), half.id, outputs, inputs)  # noqa: E731
        yield from self._carried_out(again)
        if self._failed:
            yield f"does not end well: {self._failed}"
        if before and self._jobs() != before:
            yield "starts another job"

    def _jobs(self) -> set[str]:
        return set(self._account.jobs())

    def _carried_out(self, call: Callable[[], Made]) -> Iterator[str]:
        made, self._failed = None, None
        try:
            made = call()
        except FailedCall as failed:
            self._failed = failed
        jobs = self._jobs()
        if len(jobs) > 1:
            yield f"has started {len(jobs)} jobs"
        if len(self._account.jobs("copy")) > 1:
            yield "has started two copies"
        if self._failed:
            for wrong in self._wrong(self._failed, jobs):
                yield f"{wrong}: {self._failed}"
        elif made:
            yield from self._untrue(made, jobs)

    def _untrue(self, made: Made, jobs: set[str]) -> Iterator[str]:
        """What is wrong with a backup that is told to be there."""
        points = self._account.points(SAFE)
        if {made.id} != jobs:
            yield f"has the id {made.id}, and there is {jobs}"
        if list(points.items()) != [(made.outputs["recovery_point_arn"], "COMPLETED")]:
            yield f"returns {made.outputs['recovery_point_arn']}, and there is {points}"
        copies = [one["recovery_point_arn"] for one in made.outputs["copies"]]
        if self.advanced and list(self._account.points(BERLIN)) != copies:
            yield f"returns the copies {copies}"

    def _wrong(self, failed: FailedCall, jobs: set[str]) -> Iterator[str]:
        text = str(failed)
        there = {one.upper() for one in (*jobs, *self._account.jobs("copy"))} | {
            arn.rpartition(":")[2].upper()
            for job in self._aws.vaults.jobs.values()
            for arn in [job.point_arn]
        }
        for named in _ID.findall(text):
            if named.upper() not in there:
                yield f"names what does not exist: {named}"
        half = isinstance(failed, HalfMade)
        if "Unexpected error" in text:
            yield "is a mistake of this library"
        if jobs and not half and "may be on its way in AWS all the same" not in text:
            yield "loses a job"
        if jobs and "No backup job was started" in text:
            yield "says that no job was started"
        if isinstance(failed, HalfMade) and failed.id not in jobs:
            yield "keeps a job that does not exist"


class PlainVaultBackup(OneVaultBackup):
    """The same without AWS Backup's advanced features: its recovery point is known late."""

    advanced = False


class OneVaultDeletion:
    """What destroying a `VaultBackup` does, with its copy: each deletion is looked at."""

    def __init__(self, world: World) -> None:
        clock = SimulatedClock()
        world.renew(clock, "orders")
        self._account = Account(world.aws, SAFE, BERLIN)
        self._logic = TimedLogic(world, clock)
        self._made = self._logic.create(
            FakeCall(),
            {
                "table_name": "orders",
                "vault": "safe",
                "backup_role_arn": ROLE,
                "copy_to": [BERLIN],
                "timeout": TIMEOUT_SECONDS,
                "deletion_policy": "delete",
                "copies_deletion_policy": "delete",
            },
        )
        world.aws.vaults.deleting_seconds = 6
        world.aws.calls.clear()
        self._failed: FailedCall | None = None

    def first(self) -> Iterator[str]:
        yield from self._carried_out(TIMEOUT_SECONDS)

    def again(self) -> Iterator[str]:
        if self._failed is None:
            return
        yield from self._carried_out(3600)
        if self._failed:
            yield f"does not end well: {self._failed}"

    def _carried_out(self, timeout: int) -> Iterator[str]:
        call, self._failed = FakeCall(), None
        try:
            self._logic.delete(call, self._made.id, {**self._made.outputs, "timeout": timeout})
        except FailedCall as failed:
            self._failed = failed
        there = {**self._account.points(SAFE), **self._account.points(BERLIN)}
        if self._failed and "Unexpected error" in str(self._failed):
            yield f"is a mistake of this library: {self._failed}"
        if self._failed is None and there:
            yield f"says that all is deleted, and there is {there}"
        for line in call.told:
            if " deleted: " in line and line.partition(" deleted: ")[2] in there:
                yield f"is not so: {line}"
        if call.warned:
            yield f"warns: {call.warned}"


@pytest.fixture
def world(aws: Simulator) -> World:
    return World(aws)


@pytest.mark.parametrize(("operation", "count"), [(OneVaultBackup, 80), (PlainVaultBackup, 30)])
def test_no_fault_makes_two_backups_loses_one_or_tells_an_untruth(
    world: World, operation: type[OneVaultBackup], count: int
) -> None:
    cases = singles(calls_of(operation, world), kinds(every_code=False), count)
    wrong = wrong_in(operation, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)


def test_no_fault_at_any_call_of_a_deletion_tells_that_something_is_gone_that_is_not(
    world: World,
) -> None:
    lies = "ResourceNotFoundException"  # AWS's own word for what is gone
    faults = [fault for fault in kinds(every_code=False) if fault.code != lies]
    cases = singles(calls_of(OneVaultDeletion, world), faults, 50)
    wrong = wrong_in(OneVaultDeletion, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)


@pytest.mark.parametrize(("operation", "count"), [(OneVaultBackup, 40), (PlainVaultBackup, 20)])
def test_no_pair_of_faults_makes_two_backups_loses_one_or_tells_an_untruth(
    world: World, operation: type[OneVaultBackup], count: int
) -> None:
    cases = pairs(calls_of(operation, world), kinds(), count)
    wrong = wrong_in(operation, world, cases)
    assert not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong)
