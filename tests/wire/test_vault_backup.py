"""`VaultBackup`'s provider as the engine meets it, on the oldest and the newest SDK."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from itertools import count
from typing import Any

import pytest
from pulumi.runtime import rpc

from tests.aws.conftest import REGION
from tests.aws.simulator import Fault, Simulator
from tests.aws.simulator.backup.records import End
from tests.aws.vault.world import BERLIN, OHIO, ROLE, SAFE, Account
from tests.wire.conftest import configured, python_of
from tests.wire.provider import FAST_CLOCK, SECONDS, Face, Provider, Refused

INPUTS: dict[str, Any] = {
    "table_name": "orders",
    "vault": "safe",
    "backup_role_arn": ROLE,
    "timeout": 600.0,
}
FOREVER = 10_000
_NUMBERS = count()


@pytest.fixture
def account(aws: Simulator) -> Account:
    return Account(aws)


@pytest.fixture(scope="module")
def of_face(server: Simulator) -> Iterator[Callable[[Face], Provider]]:
    """One process of each face for all tests here, with a clock on which a minute is one second."""
    with ExitStack() as stack:

        @cache
        def started(face: Face) -> Provider:
            env = {"PYTHONPATH": FAST_CLOCK}
            return configured(stack.enter_context(face.running(python_of(face), env)), server)

        yield started


@pytest.fixture
def vault(face: Face, account: Account, of_face: Callable[[Face], Provider]) -> Provider:
    """What the process is asked of is new to it, and so is what it tells."""
    provider = of_face(face).of_vault()
    provider.urn = f"{provider.urn}-{next(_NUMBERS)}"
    provider.engine.lines.clear()
    return provider


def checked(provider: Provider, **inputs: Any) -> dict[str, Any]:
    known, failures = provider.check({**INPUTS, **inputs})
    assert failures == []
    return known


def made(provider: Provider, **inputs: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A finished backup: its id, its checked inputs, its outputs."""
    news = checked(provider, **inputs)
    id_, outputs = provider.create(news)
    return id_, news, outputs


def half_made(aws: Simulator, vault: Provider, **inputs: Any) -> tuple[Refused, dict[str, Any]]:
    """What a create that timed out has handed to the engine, and its inputs."""
    aws.vaults.looks = FOREVER
    news = checked(vault, **{"timeout": 60.0, **inputs})
    with pytest.raises(Refused) as failed:
        vault.create(news)
    return failed.value, news


def test_check_tells_all_failures_together_and_asks_nothing_of_aws(
    aws: Simulator, vault: Provider
) -> None:
    aws.calls.clear()
    _, failures = vault.check(
        {
            "table_name": "x",
            "vault": "a vault",
            "delete_after_days": 30.0,
            "cold_after_days": 10.0,
            "copy_to": ["second"],
            "wait_for": "ever",
            "start_window_minutes": 5.0,
            "timeout": 100_000.0,
        }
    )
    assert [text.partition(" must ")[0].partition(" is ")[0] for text in failures] == [
        "table_name",
        "vault",
        "copy_to[0]",
        "start_window_minutes",
        "wait_for",
        "timeout",
        "backup_role_arn",
        "delete_after_days",
    ]
    assert aws.calls == []


def test_a_life_from_create_to_delete(aws: Simulator, vault: Provider, account: Account) -> None:
    aws.vaults.looks = 2
    id_, news, outputs = made(
        vault, copy_to=[BERLIN], deletion_policy="delete", copies_deletion_policy="delete"
    )
    (point,) = account.points()
    (copy,) = account.points(BERLIN)
    assert {id_} == set(account.jobs())
    assert outputs["backup_job_id"] == id_
    assert (outputs["recovery_point_arn"], outputs["job_state"]) == (point, "COMPLETED")
    assert [(one["state"], one["recovery_point_arn"]) for one in outputs["copies"]] == [
        ("COMPLETED", copy)
    ]
    looks = [line.text for line in vault.engine.lines if line.ephemeral and line.text]
    assert any(re.fullmatch(r"\d+:\d\d RUNNING \d+%, timeout in \d+:\d\d", text) for text in looks)
    assert vault.diff(id_, outputs, news) == (False, [])
    assert vault.read(id_, outputs, news) == (id_, outputs, news)
    vault.delete(id_, outputs)
    assert (account.points(), account.points(BERLIN)) == ({}, {})
    assert vault.read(id_, outputs, news)[0] == ""


def test_a_timed_out_create_leaves_the_job_and_an_update_goes_on_with_it(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    refused, news = half_made(aws, vault, copy_to=[BERLIN, OHIO])
    assert {refused.id} == set(account.jobs())
    assert "Timed out after 60s. Current status: RUNNING" in refused.message
    assert refused.message.endswith(
        "Run `pulumi up` again to go on with this same backup and its copies."
    )
    assert vault.diff(refused.id, refused.outputs, news) == (True, [])
    with pytest.raises(Refused) as still:
        vault.read(refused.id, refused.outputs, news)
    aws.vaults.finish()
    aws.vaults.looks = 0
    outputs = vault.update(refused.id, still.value.outputs, {**news, "timeout": 600.0})
    assert outputs["recovery_point_arn"] in account.points()
    assert [one["state"] for one in outputs["copies"]] == ["COMPLETED", "COMPLETED"]
    assert len(account.jobs()) == 1


def test_a_cancel_keeps_the_job_and_the_copies_that_were_started(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    news = checked(vault, copy_to=[BERLIN], timeout=86_400.0)
    aws.vaults.stuck.add(BERLIN)
    with ThreadPoolExecutor(1) as pool:
        creating = pool.submit(vault.create, news)
        vault.engine.wait_for("0/1 copies")
        vault.cancel()
        with pytest.raises(Refused) as failed:
            creating.result(SECONDS)
    (copy,) = failed.value.outputs["copies"]
    assert set(account.jobs("copy")) == {copy["copy_job_id"]}
    assert failed.value.message.startswith("Vault Copy Stopped: ")
    assert f"Recovery point: {failed.value.outputs['recovery_point_arn']}" in failed.value.message
    aws.vaults.unstick()
    outputs = vault.update(failed.value.id, failed.value.outputs, news)
    assert [one["copy_job_id"] for one in outputs["copies"]] == [copy["copy_job_id"]]
    assert len(account.points(BERLIN)) == 1


def test_a_failed_job_leaves_nothing_and_the_next_create_starts_another(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    aws.vaults.ends.append(End("FAILED", "No permission", times=1))
    with pytest.raises(Refused, match="is FAILED: No permission") as failed:
        made(vault)
    assert failed.value.id == ""
    assert "Traceback" not in failed.value.message
    made(vault)
    assert len(account.points()) == 1


def test_a_backup_that_was_completed_meanwhile_is_handed_over_by_a_read(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    refused, news = half_made(aws, vault)
    aws.vaults.finish()
    id_, outputs, _ = vault.read(refused.id, refused.outputs, news)
    assert (id_, outputs["job_state"]) == (refused.id, "COMPLETED")
    vault.delete(id_, outputs)  # it is kept
    aws.vaults.looks = 0
    again, _ = vault.create({**news, "timeout": 600.0})
    assert again != id_
    assert len(account.points()) == 2


def test_a_job_that_fails_while_nobody_waits_is_forgotten_by_a_read(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    refused, news = half_made(aws, vault)
    aws.vaults.abort(refused.id, aws.monotonic())
    aws.vaults.finish()
    assert vault.read(refused.id, refused.outputs, news)[0] == ""


def test_a_copy_is_added_in_place_and_one_that_leaves_stays(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    id_, news, outputs = made(vault, copy_to=[BERLIN])
    added = {**news, "copy_to": [OHIO]}
    assert vault.diff(id_, outputs, added) == (True, [])
    outputs = vault.update(id_, outputs, added)
    assert [one["vault_arn"] for one in outputs["copies"]] == [OHIO]
    assert (len(account.points(BERLIN)), len(account.points(OHIO))) == (1, 1)
    vault.engine.wait_for("Copy kept in AWS, though it left copy_to")
    assert vault.diff(id_, outputs, added) == (False, [])


def test_a_copy_that_leaves_is_deleted_if_both_policies_say_so(
    vault: Provider, account: Account
) -> None:
    id_, news, outputs = made(vault, copy_to=[BERLIN], copies_deletion_policy="delete")
    outputs = vault.update(id_, outputs, {**news, "copy_to": []})
    assert outputs["copies"] == []
    assert account.points(BERLIN) == {}
    assert len(account.points()) == 1


def test_a_copy_that_left_copy_to_while_copies_were_kept_stays_although_that_up_failed(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    id_, news, outputs = made(vault, copy_to=[BERLIN])
    aws.vaults.ends.append(End("FAILED", "Access Denied", about="third", kind="copy", times=1))
    changed = {**news, "copy_to": [OHIO], "copies_deletion_policy": "delete"}
    with pytest.raises(Refused, match="not all of its copies") as failed:
        vault.update(id_, outputs, changed)
    outputs = vault.update(id_, failed.value.outputs, changed)
    assert [one["vault_arn"] for one in outputs["copies"]] == [OHIO]
    assert outputs["copies_deletion_policy"] == "delete"
    assert (len(account.points(BERLIN)), len(account.points(OHIO))) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"delete_after_days": 60.0},
        {"vault": "other"},
        {"triggers": {"release": "43"}},
        {"table_name": "users"},
    ],
)
def test_what_makes_it_another_backup_replaces(vault: Provider, change: dict[str, Any]) -> None:
    id_, news, outputs = made(vault, delete_after_days=30.0, triggers={"release": "42"})
    assert vault.diff(id_, outputs, {**news, **change}) == (True, list(change))
    home = {"vault": SAFE, "table_name": outputs["table_arn"]}
    assert vault.diff(id_, outputs, {**news, **home}) == (False, [])


@pytest.mark.parametrize("key", ["copy_to", "wait_for", "timeout", "delete_after_days", "vault"])
def test_a_preview_that_does_not_know_an_input_yet_is_a_change_and_no_failure(
    vault: Provider, key: str
) -> None:
    id_, news, outputs = made(vault, copy_to=[BERLIN])
    known, failures = vault.check({**INPUTS, "copy_to": [BERLIN], key: rpc.UNKNOWN})
    assert failures == []
    assert vault.diff(id_, outputs, known)[0] is True
    part = {**news, "copy_to": [BERLIN, rpc.UNKNOWN]}
    assert vault.diff(id_, outputs, part) == (True, [])


def test_a_recovery_point_that_is_gone_leaves_the_state(vault: Provider, account: Account) -> None:
    id_, news, outputs = made(vault)
    account.client().delete_recovery_point(
        BackupVaultName="safe", RecoveryPointArn=outputs["recovery_point_arn"]
    )
    assert vault.read(id_, outputs, news)[0] == ""
    vault.engine.wait_for("so it leaves the stack's state")
    again, _, _ = made(vault)
    assert again != id_


def test_the_copies_of_a_recovery_point_that_is_gone_are_named_when_they_leave_the_state(
    vault: Provider, account: Account
) -> None:
    id_, news, outputs = made(vault, copy_to=[BERLIN])
    (copy,) = account.points(BERLIN)
    account.client().delete_recovery_point(
        BackupVaultName="safe", RecoveryPointArn=outputs["recovery_point_arn"]
    )
    assert vault.read(id_, outputs, news)[0] == ""
    vault.engine.wait_for(f"A copy of it leaves the state too, and is not deleted: {copy}")


@pytest.mark.parametrize("first", ["destroy", "an up without the copy"])
def test_a_backup_whose_copy_failed_is_not_returned_as_a_new_one_once_it_is_kept(
    aws: Simulator, vault: Provider, account: Account, first: str
) -> None:
    aws.vaults.ends.append(End("FAILED", "Access Denied", kind="copy", times=1))
    news = checked(vault, copy_to=[BERLIN])
    with pytest.raises(Refused, match="not all of its copies") as failed:
        vault.create(news)
    outputs = failed.value.outputs
    if first != "destroy":
        outputs = vault.update(failed.value.id, outputs, {**news, "copy_to": []})
    vault.delete(failed.value.id, outputs)
    id_, _, _ = made(vault)
    assert id_ != failed.value.id
    assert len(account.points()) == 2


@pytest.mark.parametrize("advanced", [True, False])
def test_a_backup_that_timed_out_is_not_returned_as_a_new_one_once_it_is_kept(
    aws: Simulator, vault: Provider, account: Account, advanced: bool
) -> None:
    aws.vaults.advanced[REGION] = advanced
    refused, news = half_made(aws, vault)
    aws.vaults.finish()
    aws.vaults.looks = 0
    vault.delete(refused.id, refused.outputs)
    id_, _ = vault.create({**news, "timeout": 600.0})
    assert id_ != refused.id
    assert len(account.points()) == 2


def test_a_backup_under_way_that_is_kept_without_a_tag_is_told_as_that(
    aws: Simulator, vault: Provider
) -> None:
    aws.vaults.advanced[REGION] = False
    refused, _ = half_made(aws, vault)
    vault.delete(refused.id, refused.outputs)
    vault.engine.wait_for(f"Job {refused.id} has no recovery point yet that could be tagged")


def test_destroying_keeps_what_there_is_unless_told_otherwise(
    vault: Provider, account: Account
) -> None:
    id_, _, outputs = made(vault, copy_to=[BERLIN])
    vault.delete(id_, outputs)
    assert (len(account.points()), len(account.points(BERLIN))) == (1, 1)
    vault.engine.wait_for('Backup kept in AWS (deletion_policy="retain")')


@pytest.mark.parametrize("on_locked", ["warn", "fail"])
def test_a_locked_vault_is_an_expected_answer_of_a_destroy(
    vault: Provider, account: Account, on_locked: str
) -> None:
    account.client().put_backup_vault_lock_configuration(BackupVaultName="safe", MinRetentionDays=7)
    id_, _, outputs = made(
        vault, deletion_policy="delete", delete_after_days=30.0, on_locked=on_locked
    )
    told = f"AWS deletes it on {outputs['delete_at'][:10]}"
    if on_locked == "fail":
        with pytest.raises(Refused, match="vault 'safe' is locked") as failed:
            vault.delete(id_, outputs)
        assert told in failed.value.message
    else:
        vault.delete(id_, outputs)
        vault.engine.wait_for(told)
    assert len(account.points()) == 1


def test_an_existing_recovery_point_is_taken_in_without_a_job(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    _, _, first = made(vault)
    arn = first["recovery_point_arn"]
    aws.calls.clear()
    news, failures = vault.check({"vault": "safe", "existing_recovery_point_arn": arn})
    assert failures == []
    id_, outputs = vault.create(news)
    assert id_ == arn
    assert (outputs["table_name"], outputs["job_state"]) == ("orders", "COMPLETED")
    assert aws.count("StartBackupJob") == 0
    assert vault.diff(id_, outputs, news) == (False, [])
    assert vault.read(id_, outputs, news) == (id_, outputs, news)


@pytest.mark.parametrize("how", ["destroy", "copy_to"])
def test_a_copy_that_somebody_else_made_is_never_deleted(
    vault: Provider, account: Account, how: str
) -> None:
    _, _, theirs = made(vault, copy_to=[BERLIN])
    news, failures = vault.check(
        {
            "vault": "safe",
            "existing_recovery_point_arn": theirs["recovery_point_arn"],
            "backup_role_arn": ROLE,
            "copy_to": [BERLIN, OHIO],
            "copies_deletion_policy": "delete",
        }
    )
    assert failures == []
    id_, outputs = vault.create(news)
    assert [one["found"] for one in outputs["copies"]] == [True, False]
    if how == "destroy":
        vault.delete(id_, outputs)
    else:
        outputs = vault.update(id_, outputs, {**news, "copy_to": []})
        assert outputs["copies"] == []
    assert (len(account.points(BERLIN)), len(account.points(OHIO))) == (1, 0)
    (copy,) = account.points(BERLIN)
    vault.engine.wait_for(f"Copy kept in AWS, because somebody else may have made it: {copy}")


def test_started_is_all_that_is_waited_for_if_it_is_all_that_is_asked(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    aws.vaults.looks = FOREVER
    id_, news, outputs = made(vault, wait_for="started")
    assert outputs["job_state"] == "RUNNING"
    assert vault.diff(id_, outputs, news) == (False, [])
    assert vault.read(id_, outputs, news)[0] == id_


def test_a_replacement_with_the_same_inputs_does_not_take_the_old_job_over(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    refused, news = half_made(aws, vault)
    with pytest.raises(Refused):
        vault.read(refused.id, refused.outputs, news)
    aws.vaults.finish()
    aws.vaults.looks = 0
    id_, _ = vault.create({**news, "timeout": 600.0})
    assert id_ != refused.id
    assert len(account.points()) == 2


def test_a_lost_answer_is_told_and_the_next_up_finds_the_job(
    aws: Simulator, vault: Provider, account: Account
) -> None:
    aws.fault(Fault("StartBackupJob", "close_after"))
    with pytest.raises(Refused, match="may be on its way in AWS all the same") as failed:
        made(vault)
    assert "the next `pulumi up` finds it" in failed.value.message
    aws.forget_faults()
    id_, _, _ = made(vault)
    assert {id_} == set(account.jobs())
