"""The logic of each resource against AWS's answers, called directly: no face, no Pulumi process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pulumi.output import Unknown

from pulumi_ddb_backup.aws.rules.naming import owner_mark
from pulumi_ddb_backup.logic import Changed, FailedCall, HalfMade, ResourceLogic
from pulumi_ddb_backup.resources.backup_logic import BackupLogic
from pulumi_ddb_backup.resources.backup_set_logic import BackupSetLogic
from tests.aws.conftest import REGION
from tests.aws.simulator import Fault, Simulator
from tests.fake_call import FakeCall

ONE: dict[str, Any] = {"table_name": "orders", "backup_name_prefix": "orders-"}
MARK = owner_mark({"urn": FakeCall().urn})
MANY: dict[str, Any] = {"tables": ["orders"], "backup_name_prefix": "nightly-"}


@pytest.fixture
def settings(aws: Simulator) -> dict[str, str]:
    return {
        "region": REGION,
        "accessKey": "test",
        "secretKey": "test",
        "endpoints": f'[{{"dynamodb": "{aws.url}", "sts": "{aws.url}"}}]',
    }


@pytest.fixture(params=["one", "set"])
def case(
    request: pytest.FixtureRequest, settings: dict[str, str]
) -> tuple[ResourceLogic, dict[str, Any]]:
    """A resource's logic, with the inputs of a backup of `orders` that its deletion deletes."""
    logic: ResourceLogic
    logic, given = (
        (BackupLogic(settings), ONE) if request.param == "one" else (BackupSetLogic(settings), MANY)
    )
    return logic, dict(logic.check(FakeCall(), {}, {**given, "deletion_policy": "delete"}).inputs)


Case = tuple[ResourceLogic, dict[str, Any]]


def test_a_life_from_create_to_delete(aws: Simulator, case: Case) -> None:
    logic, inputs = case
    call = FakeCall(old_inputs=inputs)
    made = logic.create(call, inputs)
    assert "AVAILABLE" in call.told[-1]
    assert not logic.diff(call, made.id, made.outputs, inputs)
    seen = logic.read(call, made.id, made.outputs)
    assert seen is not None
    assert (seen.id, seen.outputs, seen.inputs) == (made.id, made.outputs, inputs)
    logic.delete(call, made.id, made.outputs)
    assert call.told[-1].startswith(("Backup deleted: ", "Backups deleted: 1"))
    assert aws.count("CreateBackup") == aws.count("DeleteBackup") == 1


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("retain", "Replacing it keeps the last backup in AWS"),
        ("delete", 'Replacing it deletes the last backup, as last deployed with deletion_policy="'),
    ],
)
def test_a_preview_tells_what_a_replacement_does_to_the_last_backup(
    aws: Simulator, case: Case, policy: str, told: str
) -> None:
    logic, inputs = case
    made = logic.create(FakeCall(), {**inputs, "deletion_policy": policy})
    for previewing in (True, False):
        call = FakeCall()
        news = {**inputs, "triggers": {"release": 42}}
        checked = logic.check(
            call, inputs, {**news, **({"previewing": True} if previewing else {})}
        )
        assert checked.inputs == news  # a plan is followed by the same inputs
        assert logic.diff(call, made.id, made.outputs, news).replaces == ("triggers",)
        assert [line.startswith(told) for line in call.told] == ([True] if previewing else [])
        call.told.clear()
        logic.diff(call, made.id, made.outputs, {**inputs, "deletion_policy": policy})
        assert call.told == []  # nothing changes, nothing is told


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("retain", "delete", "The backups of tables that leave the set stay in AWS"),
        ("delete", "retain", "The backups of tables that leave the set stay in AWS"),
        (
            "delete",
            "delete",
            'The backups of tables that leave the set are deleted (deletion_policy="delete")',
        ),
    ],
)
def test_a_preview_tells_what_becomes_of_tables_that_leave_a_set(
    settings: dict[str, str], before: str, now: str, told: str
) -> None:
    logic, call = BackupSetLogic(settings), FakeCall()
    news = {**MANY, "tables": ["users"], "deletion_policy": now}
    logic.check(call, {}, {**news, "previewing": True})
    logic.diff(call, "set", {**MANY, "deletion_policy": before, "backups": []}, news)
    assert call.told == [told]


def test_what_is_gone_is_read_as_none(aws: Simulator, case: Case) -> None:
    logic, inputs = case
    made = logic.create(FakeCall(), inputs)
    logic.delete(FakeCall(), made.id, made.outputs)
    call = FakeCall()
    assert logic.read(call, made.id, made.outputs) is None
    assert "is gone from AWS" in call.told[-1]


def test_what_is_denied_leaves_no_backup_behind(aws: Simulator, case: Case) -> None:
    logic, inputs = case
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400))
    with pytest.raises(FailedCall, match="dynamodb:CreateBackup") as failed:
        logic.create(FakeCall(), inputs)
    if isinstance(failed.value, HalfMade):  # a set keeps which tables failed
        assert failed.value.outputs["backups"] == []
        assert len(failed.value.outputs["failures"]) == 1


@dataclass
class Interrupted(FakeCall):
    """A call that is cancelled as soon as its row shows a backup that is being created."""

    cancel: Callable[[], None] = lambda: None

    def show(self, text: str) -> None:
        if "CREATING" in text or "1 creating" in text:
            self.cancel()


def test_a_preview_tells_the_policy_where_a_backup_is_to_be_taken(
    aws: Simulator, case: Case
) -> None:
    logic, inputs = case
    policy = (
        "Retention: keeps last 2; to see what would go: "
        f"ddb-backup prune '*' --owner {MARK} --prefix {inputs['backup_name_prefix']} --keep-last 2"
    )
    kept = {**inputs, "retention": {"keep_last": 2}}

    def told(olds: dict[str, Any], news: dict[str, Any], *, previewing: bool) -> list[str]:
        call = FakeCall()
        logic.check(call, olds, {**news, **({"previewing": True} if previewing else {})})
        return call.told

    assert told({}, kept, previewing=True) == [policy]
    assert told({}, kept, previewing=False) == []
    assert told({}, inputs, previewing=True) == []
    assert told(kept, kept, previewing=True) == []  # there may be nothing to do
    assert aws.calls == []

    made = logic.create(FakeCall(), inputs)
    call = FakeCall()
    logic.check(call, inputs, {**kept, "previewing": True})
    logic.diff(call, made.id, made.outputs, kept)
    assert call.told == [policy]


def test_what_a_retention_says_that_is_not_known_yet_is_not_told(
    aws: Simulator, case: Case
) -> None:
    logic, inputs = case
    call = FakeCall()
    unknown = Unknown()  # type: ignore[no-untyped-call]
    news = {**inputs, "retention": {"keep_last": unknown}, "previewing": True}
    assert logic.check(call, {}, news).reasons == ()
    assert call.told == []


def test_a_retention_of_an_existing_backup_is_refused_for_what_it_is(
    settings: dict[str, str],
) -> None:
    arn = f"arn:aws:dynamodb:{REGION}:123456789012:table/orders/backup/01489602797149-73d8d5bc"
    given = {"existing_backup_arn": arn, "retention": {"keep_last": 2}}
    (reason,) = BackupLogic(settings).check(FakeCall(), {}, given).reasons
    assert reason.startswith("retention and existing_backup_arn exclude each other: no backup is ")


def half_made(aws: Simulator, logic: ResourceLogic, inputs: dict[str, Any]) -> HalfMade:
    """A create that was cancelled once AWS had begun."""
    aws.creating_seconds = 1000
    with pytest.raises(HalfMade) as failed:
        logic.create(Interrupted(cancel=logic.cancel), inputs)
    return failed.value


def test_a_cancel_keeps_what_was_started_and_an_update_goes_on_with_it(
    aws: Simulator, case: Case
) -> None:
    logic, inputs = case
    half = half_made(aws, logic, inputs)
    assert logic.diff(FakeCall(), half.id, half.outputs, inputs) == Changed(unfinished=True)
    with pytest.raises(HalfMade) as again:
        logic.read(FakeCall(), half.id, half.outputs)
    assert again.value.id == half.id
    assert logic.diff(FakeCall(), half.id, again.value.outputs, inputs) == Changed(unfinished=True)
    aws.finish_backups()
    made = logic.update(FakeCall(), half.id, half.outputs, inputs)
    assert made.id == half.id
    assert not logic.diff(FakeCall(), made.id, made.outputs, inputs)
    assert aws.count("CreateBackup") == 1


def test_a_replacement_takes_a_backup_of_its_own(aws: Simulator, case: Case) -> None:
    logic, inputs = case
    aws.several_backups = True
    half = half_made(aws, logic, inputs)
    logic.diff(FakeCall(), half.id, half.outputs, inputs)  # so it is known to be in the state
    aws.when("DescribeBackup", aws.finish_backups)
    logic.create(FakeCall(), inputs)
    assert aws.count("CreateBackup") == 2


def test_a_run_that_left_no_state_is_recognised(aws: Simulator, case: Case) -> None:
    logic, inputs = case
    half_made(aws, logic, inputs)
    aws.when("DescribeBackup", aws.finish_backups)
    logic.create(FakeCall(), inputs)
    assert aws.count("CreateBackup") == 1
