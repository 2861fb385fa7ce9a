"""A `VaultBackup` by the real CLI: cut off half-way and gone on with, and a vault that is locked."""

from __future__ import annotations

import re
import signal
from typing import Any

import pytest

from tests.aws.simulator import Simulator
from tests.aws.vault.world import BERLIN, OHIO, ROLE, Account
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import TIMEOUT_SECONDS, Stack

INPUTS: dict[str, Any] = {
    "table_name": "orders",
    "vault": "safe",
    "backup_role_arn": ROLE,
    "timeout": 3600,
    "delete_after_days": 365,
}


@pytest.fixture
def account(aws: Simulator) -> Account:
    return Account(aws)


@pytest.fixture
def vault_stack(new_stack: NewStack) -> Stack:
    return new_stack(PROGRAMS / "vault")


def test_a_vault_backup_with_two_copies_is_cut_off_half_way_and_gone_on_with(
    vault_stack: Stack, aws: Simulator, account: Account
) -> None:
    vault_stack.inputs(**INPUTS, copy_to=[BERLIN, OHIO])
    aws.vaults.stuck.add(OHIO)
    with vault_stack.started("up", "--yes", "--skip-preview") as child:
        assert child.stdout is not None
        seen: list[str] = []
        for line in child.stdout:
            seen.append(line)
            if "1/2 copies" in line:
                break
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=TIMEOUT_SECONDS)
    shown = "".join(seen) + rest
    assert "Traceback" not in shown
    assert "Vault Copy Stopped: " in shown, shown
    assert "Run `pulumi up` again to go on with this same backup and its copies." in shown
    jobs, copies = set(account.jobs()), set(account.jobs("copy"))

    aws.vaults.unstick()
    shown = vault_stack.up().text
    assert (set(account.jobs()), set(account.jobs("copy"))) == (jobs, copies)
    (point,) = account.points()
    outputs = vault_stack.outputs()
    assert outputs["recovery_point_arn"] == point
    told = {one["vault_arn"]: one["recovery_point_arn"] for one in outputs["copies"]}
    assert told == {vault: next(iter(account.points(vault))) for vault in (BERLIN, OHIO)}
    assert re.search(
        r"^    Backup of table 'orders' in vault 'safe' is COMPLETED, 123 bytes, 2 copies, deleted by "
        rf"AWS on \d{{4}}-\d\d-\d\d, completed meanwhile: {point}$",
        shown,
        re.MULTILINE,
    )
    vault_stack.run("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes")


def test_a_locked_vault_keeps_its_backup_at_destroy_and_says_until_when(
    vault_stack: Stack, aws: Simulator, account: Account
) -> None:
    account.client().put_backup_vault_lock_configuration(
        BackupVaultName="safe", MinRetentionDays=30
    )
    vault_stack.inputs(**{**INPUTS, "delete_after_days": 3})
    assert "it must be kept for at least 30 days (got 3)" in vault_stack.up(code=1).text
    vault_stack.inputs(**INPUTS, deletion_policy="delete")
    vault_stack.up()
    shown = vault_stack.destroy().text
    (point,) = account.points()
    assert (
        f"warning: Recovery Point Deletion Failed: Recovery point '{point}' of table 'orders'"
        in shown
    )
    assert re.search(r"It stays, and costs money\. AWS deletes it on \d{4}-\d\d-\d\d\.", shown)
    assert not [one for one in vault_stack.resources() if "VaultBackup" in one["type"]]
