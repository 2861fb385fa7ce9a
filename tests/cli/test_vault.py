"""`ddb-backup` and vaults of AWS Backup."""

from __future__ import annotations

import json
import re

import pytest

from tests.aws.simulator import Simulator
from tests.aws.simulator.backup.records import End
from tests.aws.vault.world import BERLIN, OHIO, ROLE, SAFE, Account
from tests.cli.conftest import Cli, Inline, interrupt

TO_SAFE = ("vault-backup", "orders", "--vault", "safe", "--role", ROLE)


@pytest.fixture
def account(aws: Simulator) -> Account:
    return Account(aws)


def test_a_backup_with_copies_is_told_with_every_arn(inline: Inline, account: Account) -> None:
    ended = inline(*TO_SAFE, "--copy-to", BERLIN, "--copy-to", OHIO, "--delete-after-days", "30")
    arns = [next(iter(account.points(vault))) for vault in (SAFE, BERLIN, OHIO)]
    first, *copies = ended.lines
    assert re.fullmatch(
        r"Backup of table 'orders' in vault 'safe' is COMPLETED, 123 bytes, 2 copies, deleted by AWS "
        rf"on [\d-]{{10}}, in [\d.]+s: {arns[0]}",
        first,
    )
    assert copies == [
        f"Copy to {vault}: COMPLETED, {arn}"
        for vault, arn in zip((BERLIN, OHIO), arns[1:], strict=True)
    ]
    assert "Backup job of table 'orders' in vault 'safe' started: " in ended.err
    again = inline(*TO_SAFE, "--copy-to", BERLIN, "--quiet").lines
    assert len(again) == 2
    assert not {*again} & {*arns}


def test_ctrl_c_leaves_the_backup_going_and_the_same_command_goes_on_with_it(
    cli: Cli, aws: Simulator, account: Account
) -> None:
    aws.vaults.looks = 10_000
    with cli.started(*TO_SAFE) as child:
        said = interrupt(child, "started: ")
        out, err = child.communicate()
    assert child.returncode == 130, said + err
    assert out == ""
    assert "Vault Backup Wait Stopped" in err
    told = re.search(r"Go on with it: (ddb-backup vault-backup .*)", err)
    assert told
    aws.vaults.finish()
    aws.vaults.looks = 0
    assert cli(*TO_SAFE, "--quiet").lines == list(account.points())
    assert len(account.jobs()) == 1


def test_a_job_that_fails_is_told_in_awss_words(
    inline: Inline, aws: Simulator, account: Account
) -> None:
    aws.vaults.ends.append(End("FAILED", "Access denied to the key", times=1))
    told = inline(*TO_SAFE, code=3).err
    assert "The backup job of table 'orders' is FAILED: Access denied to the key." in told


def test_a_vault_that_is_not_there_is_not_found(inline: Inline, account: Account) -> None:
    told = inline("vault-backup", "orders", "--vault", "nowhere", "--role", ROLE, code=4).err
    assert "AWS Backup has no vault 'nowhere' in region 'eu-west-1'" in told
    assert account.jobs() == {}


def test_broken_rules_are_told_by_the_names_of_the_options(inline: Inline, aws: Simulator) -> None:
    ended = inline(
        *("vault-backup", "orders", "--vault", "a vault", "--role", "me", "--copy-to", "there"),
        *("--cold-after-days", "30", "--delete-after-days", "60", "--start-window", "5"),
        code=2,
    )
    assert [line.removeprefix("Error: ").split()[0] for line in ended.err.splitlines()] == [
        "--vault",
        "--role",
        "--copy-to",
        "--start-window",
        "--delete-after-days",
    ]
    assert aws.calls == []


def test_what_a_vault_holds_is_listed_by_table(inline: Inline, account: Account) -> None:
    inline(*TO_SAFE, "--delete-after-days", "30")
    ended = inline("list", "ord*", "--vault", "safe")
    (point,) = account.points()
    assert ended.lines[0].split() == [
        "TABLE",
        "STATUS",
        "SIZE",
        "AGE",
        "STORAGE",
        "DELETED",
        "ON",
        "ARN",
    ]
    assert re.fullmatch(
        rf"orders +COMPLETED +123 bytes +\d+s +WARM +[\d-]{{10}} +{point}", ended.lines[1]
    )
    assert ended.err == "1 recovery point, 123 bytes\n"
    assert inline("list", "users", "--vault", "safe").err == "No recovery points found.\n"
    (told,) = inline("list", "--vault", SAFE, "-o", "json").json["recovery_points"]
    assert told["recovery_point_arn"] == point
    told = inline("list", "--vault", "nowhere", code=4).err
    assert "AWS Backup has no vault 'nowhere' in region 'eu-west-1' for the tables" in told
    told = inline("list", "--vault", "safe", "--since", "2d", code=2).err
    assert "--vault goes with TABLE, --limit and --region alone" in told


def test_a_recovery_point_is_restored_to_a_new_table(
    inline: Inline, aws: Simulator, account: Account
) -> None:
    (point,) = inline(*TO_SAFE, "--quiet").lines
    ended = inline("restore", point, "orders-2", "--vault", "safe", "--role", ROLE)
    assert re.fullmatch(
        rf"Table 'orders-2' was restored in [\d.]+s from {point}: arn:aws:dynamodb:\S+/orders-2",
        ended.lines[0],
    )
    assert "AWS Backup restores neither time to live" in ended.err
    told = inline("restore", point, "orders-3", code=2).err
    assert "is restored with --vault and --role" in told
    told = inline("restore", point, "orders", "--vault", "safe", "--role", ROLE, code=3).err
    assert "is FAILED: Table already exists: orders" in told


def test_the_policy_for_vaults_passes_a_role_to_aws_backup_alone(inline: Inline) -> None:
    policy = json.loads(inline("iam-policy", "--vault", "--account", "123456789012").out)
    (passing,) = [one for one in policy["Statement"] if one["Action"] == ["iam:PassRole"]]
    assert passing["Resource"] == ["arn:aws:iam::123456789012:role/*"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}


def test_the_policy_for_vaults_allows_every_call_that_was_made(
    inline: Inline, aws: Simulator, account: Account
) -> None:
    policy = json.loads(inline("iam-policy", "--vault").out)
    allowed = {action for one in policy["Statement"] for action in one["Action"]}
    (point,) = inline(*TO_SAFE, "--quiet").lines
    inline("list", "--vault", "safe")
    inline("restore", point, "orders-2", "--vault", "safe", "--role", ROLE)
    made = {f"{call.service}:{call.api}" for call in aws.calls}
    assert made <= allowed
