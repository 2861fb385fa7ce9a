"""The logic of each resource, asked by nobody's process: what it says before AWS is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pulumi.runtime import rpc

from pulumi_ddb_backup.logic import Changed, Made, ResourceLogic
from pulumi_ddb_backup.resources.backup_logic import BackupLogic
from pulumi_ddb_backup.resources.backup_set_logic import BackupSetLogic
from tests.fake_call import FakeCall
from tests.unit.test_layers import MODULES, imports

MakeLogic = Callable[[Mapping[str, str]], ResourceLogic]
SETTINGS = {"region": "eu-west-1", "accessKey": "test", "secretKey": "test"}
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ARN = f"{TABLE_ARN}/backup/01700000000000-abcdef12"
ONE: dict[str, Any] = {"table_name": "orders", "backup_name_prefix": "orders-"}
MANY: dict[str, Any] = {"table_pattern": "shop-*", "backup_name_prefix": "nightly-"}
BACKUP = {
    "backup_arn": ARN,
    "backup_name": "orders-1",
    "backup_status": "AVAILABLE",
    "table_name": "orders",
    "table_arn": TABLE_ARN,
    "region": "eu-west-1",
}
STATE_OF_ONE = {**ONE, **BACKUP, "timeout": 1800, "deletion_policy": "retain"}
STATE_OF_MANY = {
    **MANY,
    "backups": [BACKUP],
    "failures": [],
    "timeout": 1800,
    "deletion_policy": "retain",
}
FINISHED = [
    pytest.param(BackupLogic, ARN, ONE, STATE_OF_ONE, id="one"),
    pytest.param(BackupSetLogic, "backup-set-1", MANY, STATE_OF_MANY, id="set"),
]


@pytest.mark.parametrize(
    ("logic", "given", "defaults"),
    [
        (BackupLogic, ONE, {"timeout": 1800, "deletion_policy": "retain"}),
        (
            BackupSetLogic,
            MANY,
            {"timeout": 1800, "deletion_policy": "retain", "all_or_nothing": False},
        ),
    ],
)
def test_a_check_fills_in_defaults_and_leaves_out_what_is_no_input(
    logic: MakeLogic, given: dict[str, Any], defaults: dict[str, Any]
) -> None:
    news = {**given, "backup_arn": None, "profile": None, "__of_a_face": "x"}
    checked = logic(SETTINGS).check(FakeCall(), {}, news)
    assert (checked.inputs, checked.reasons) == ({**defaults, **given}, ())


@pytest.mark.parametrize(("logic", "given"), [(BackupLogic, ONE), (BackupSetLogic, MANY)])
def test_a_check_gives_every_reason_and_no_exception(
    logic: MakeLogic, given: dict[str, Any]
) -> None:
    checked = logic({"accessKey": "only this one"}).check(FakeCall(), {}, {**given, "timeout": 5})
    assert checked.reasons == (
        "timeout must be at least 60 seconds (got 5)",
        "aws:accessKey and aws:secretKey must be set together",
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, Changed(), id="nothing"),
        pytest.param({"timeout": 60}, Changed(updates=("timeout",)), id="in place"),
        pytest.param({"triggers": {"a": 1}}, Changed(("triggers",)), id="another backup"),
        pytest.param(
            {"triggers": {"a": rpc.UNKNOWN}, "profile": "ops"},
            Changed(("triggers",), ("profile",)),
            id="both",
        ),
    ],
)
@pytest.mark.parametrize(("logic", "id_", "given", "state"), FINISHED)
def test_a_diff_says_which_inputs_replace_and_which_update(
    logic: MakeLogic,
    id_: str,
    given: dict[str, Any],
    state: dict[str, Any],
    change: dict[str, Any],
    expected: Changed,
) -> None:
    changed = logic(SETTINGS).diff(FakeCall(), id_, state, {**given, **change})
    assert changed == expected
    assert bool(changed) == bool(change)


def test_a_diff_of_a_set_names_the_inputs_that_let_tables_in_or_out() -> None:
    news = {**MANY, "exclude_pattern": "shop-1"}
    changed = BackupSetLogic(SETTINGS).diff(FakeCall(), "backup-set-1", STATE_OF_MANY, news)
    assert changed == Changed(updates=("exclude_pattern",))


def test_what_is_unfinished_is_a_change_of_no_input() -> None:
    of_one = {**STATE_OF_ONE, "backup_status": "CREATING"}
    of_many = {**STATE_OF_MANY, "failures": [{"table_name": "a", "region": "b", "error": "c"}]}
    unfinished = Changed(unfinished=True)
    assert BackupLogic(SETTINGS).diff(FakeCall(), ARN, of_one, ONE) == unfinished
    assert BackupSetLogic(SETTINGS).diff(FakeCall(), "backup-set-1", of_many, MANY) == unfinished
    assert unfinished


@pytest.mark.parametrize(("logic", "id_", "given", "state"), FINISHED)
def test_an_update_in_place_keeps_the_id_and_every_output(
    logic: MakeLogic, id_: str, given: dict[str, Any], state: dict[str, Any]
) -> None:
    made = logic(SETTINGS).update(
        FakeCall(), id_, state, {**given, "timeout": 60, "deletion_policy": "delete"}
    )
    kept = {key: value for key, value in made.outputs.items() if value not in (None, {})}
    assert Made(made.id, kept) == Made(id_, {**state, "timeout": 60, "deletion_policy": "delete"})


@pytest.mark.parametrize(("logic", "id_", "given", "state"), FINISHED)
def test_a_delete_that_keeps_the_backup_tells_its_arn(
    logic: MakeLogic, id_: str, given: dict[str, Any], state: dict[str, Any]
) -> None:
    call = FakeCall()
    logic(SETTINGS).delete(call, id_, state)
    assert ARN in " ".join(call.told)


def test_a_cancel_of_several_kinds_is_one() -> None:
    """A second one would interrupt what the operations that were cancelled do to end well."""
    assert BackupLogic(SETTINGS).cancel == BackupSetLogic(SETTINGS).cancel


def logic_modules() -> set[str]:
    """`resources/aws_logic.py`, what is built on it, and what these import of `resources`."""
    found = {module for module in MODULES if module.endswith("_logic.py")}
    for module in sorted(found):
        for name in imports(module):
            if name.startswith("pulumi_ddb_backup.resources."):
                found.add(f"resources/{name.split('.')[2]}.py")
    return found | {"logic.py"}


def test_logic_knows_no_face() -> None:
    modules = logic_modules()
    assert {"resources/backup_logic.py", "resources/backup_properties.py"} <= modules
    taken = {(module, name) for module in modules for name in imports(module)}
    faces = (
        "pulumi.dynamic",
        "grpc",
        "google",
        "pulumi.runtime",
        "pulumi_ddb_backup.resources.dynamic",
    )
    assert {one for one in taken if one[1].startswith(faces)} == set()
    of_engine = {name for _, name in taken if name.startswith("pulumi_ddb_backup.engine")}
    assert of_engine <= {
        "pulumi_ddb_backup.engine.has_unknown",
        "pulumi_ddb_backup.engine.is_reserved",
        "pulumi_ddb_backup.engine.input_type_properties",
    }
