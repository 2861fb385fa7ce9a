"""What a user sees, and what exists afterwards, when things go wrong: by the real CLI."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.conftest import create_table
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import BACKUP_TYPE, TIMEOUT_SECONDS, Output, Stack, session_of
from tests.e2e.test_backup import BY_PREFIX, arns

# What AWS answers, and the sentence of the specification for it.
CREATE_REFUSALS = {
    "TableNotFoundException": "DynamoDB table '{table}' does not exist in region 'eu-west-1'.",
    "BackupInUseException": (
        "There is another ongoing conflicting backup operation on the table. "
        "A backup is either being created, deleted or restored."
    ),
    "TableInUseException": (
        "Table '{table}' is either being created or deleted. Wait for the operation to complete."
    ),
    "ContinuousBackupsUnavailableException": (
        "Backups have not yet been enabled for table '{table}'."
    ),
    "LimitExceededException": (
        "Account limit exceeded. Up to 500 simultaneous table operations are allowed. "
        "Reduce concurrent operations and retry."
    ),
    "InternalServerError": "AWS service error occurred. Please retry the operation.",
    "AccessDeniedException": (
        "The AWS identity in use lacks the permission dynamodb:CreateBackup on table '{table}'"
    ),
    "NoveltyException": "AWS refused dynamodb:CreateBackup for table '{table}'",
}
WAIT_REFUSALS = {
    "BackupNotFoundException": "Backup '{arn}' was not found during status check.",
    "InternalServerError": "AWS service error occurred. Please retry the operation.",
    "ExpiredTokenException": "AWS does not accept the credentials in use for table '{table}'",
    "AccessDeniedException": (
        "The AWS identity in use lacks the permission dynamodb:DescribeBackup on table '{table}'"
    ),
    "": "Backup creation timed out after 60s. Current status: CREATING. Backup ARN: {arn}\n",
}


@pytest.fixture
def many(new_stack: NewStack) -> Stack:
    """A stack of many backups."""
    return new_stack(PROGRAMS / "many")


def backups_of(tables: dict[str, str], **inputs: Any) -> dict[str, Any]:
    given = {"backup_name": "many-1", "timeout": 60, **inputs}
    return {
        "fleet:backups": {name: {"table_name": table, **given} for name, table in tables.items()}
    }


def unbroken(shown: Output) -> str:
    """What the diagnostics say, without the engine's indentation."""
    return shown.text.partition("Diagnostics:")[2].replace("\n    ", "\n")


@pytest.mark.scenario("Error Handling")
def test_each_refusal_of_create_backup_is_told_in_the_words_of_the_specification(
    many: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    tables = {code: f"refused-{number}" for number, code in enumerate(CREATE_REFUSALS)}
    for code, table in tables.items():
        if code != "TableNotFoundException":  # of a table that is there, it is not told as that
            create_table(dynamodb, table)
        status = 500 if code == "InternalServerError" else 400
        words = "secret \x1b[31mwords\x1b[0m of AWS's for 123456789012 AKIAIOSFODNN7EXAMPLE"
        aws.fault(Fault("CreateBackup", code=code, status=status, message=words, table=table))
    many.configure(**backups_of(tables))
    shown = unbroken(many.up(code=1))
    for code, sentence in CREATE_REFUSALS.items():
        # More than five at once: a table is looked at only when CreateBackup says that it is odd.
        stage = "Table Validation" if code == "TableNotFoundException" else "Backup Creation"
        told = f"{stage} Failed: {sentence.format(table=tables[code])}"
        assert told in shown, told
    for private in ("\x1b[31m", "123456789012 AKIA", "AKIAIOSFODNN7EXAMPLE"):
        assert private not in shown
    assert arns(dynamodb) == []
    assert BACKUP_TYPE not in {one["type"] for one in many.resources()}


def test_each_failure_of_the_wait_keeps_the_arn_and_the_next_up_resumes(
    many: Stack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    tables = {code or "Timeout": f"waiting-{number}" for number, code in enumerate(WAIT_REFUSALS)}
    aws.creating_seconds = 1000
    for code, table in tables.items():
        create_table(dynamodb, table)
        status = 500 if code == "InternalServerError" else 400
        if code != "Timeout":
            aws.fault(Fault("DescribeBackup", code=code, status=status, table=table))
    many.configure(**backups_of(tables))
    shown = unbroken(many.up(code=1))
    ids = {one["urn"].rpartition("::")[2]: one["id"] for one in many.resources() if "id" in one}
    for code, sentence in WAIT_REFUSALS.items():
        name = code or "Timeout"
        arn = ids[name]
        told = f"Backup Wait Failed: {sentence.format(table=tables[name], arn=arn)}"
        assert told in shown, told
        assert arn in shown
    assert "Run `pulumi up` again to go on waiting for this same backup." in shown
    aws.forget_faults()
    aws.finish_backups()
    many.up()
    assert sorted(many.outputs()["arns"].values()) == sorted(arns(dynamodb))
    assert aws.count("CreateBackup") == len(tables)


def interrupted(stack: Stack, aws: Simulator, count: int, how: str) -> str:
    """An `up` that is cut off once `count` backups have been started; what it printed."""
    with stack.started("up", "--yes", "--skip-preview", "--parallel", "64") as child:
        assert child.stdout is not None
        shown = ""
        while shown.count(" started: arn:") < count:
            line = child.stdout.readline()
            assert line, shown
            shown += line
        if how == "ctrl-c":
            child.send_signal(signal.SIGINT)
        elif how == "kill the CLI":
            provider = provider_of(child)
            child.kill()
            while provider in session_of(child.pid):
                time.sleep(0.1)  # it ends by itself
        else:
            os.kill(provider_of(child), signal.SIGKILL)
        rest, _ = child.communicate(timeout=TIMEOUT_SECONDS)
    assert "Traceback" not in rest
    return shown + rest


def provider_of(cli: subprocess.Popen[str]) -> int:
    """The process id of the provider that `cli` has started."""
    (provider,) = (
        process
        for process, command in session_of(cli.pid).items()
        if b"-m\0pulumi.dynamic" in command
    )
    return provider


def test_ctrl_c_with_thirty_backups_under_way_keeps_every_arn(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    many = new_stack(PROGRAMS / "many", fast=False)
    tables = {f"backup-{number}": f"table-{number}" for number in range(30)}
    for table in tables.values():
        create_table(dynamodb, table)
    many.configure(**backups_of(tables))
    aws.creating_seconds = 1000
    shown = interrupted(many, aws, 30, "ctrl-c")
    assert shown.count("goes on in AWS. Current status: CREATING. Backup ARN: arn:") >= 30
    kept = {one["id"] for one in many.resources() if one["type"] == BACKUP_TYPE}
    assert kept == set(arns(dynamodb))
    aws.finish_backups()
    many.run("up", "--yes", "--skip-preview", "--parallel", "64")
    assert set(many.outputs()["arns"].values()) == kept
    assert aws.count("CreateBackup") == 30


@pytest.mark.parametrize("how", ["kill the provider", "kill the CLI"])
def test_a_run_that_is_killed_is_recognised_by_its_backup_and_taken_over(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient, how: str
) -> None:
    stack = new_stack(PROGRAMS / "backup", fast=False)
    stack.inputs(**BY_PREFIX)
    aws.creating_seconds = 1000
    interrupted(stack, aws, 1, how)
    (arn,) = arns(dynamodb)
    if how == "kill the CLI":
        stack.run("cancel", "--yes")
    with stack.started("up", "--yes", "--skip-preview") as child:
        assert child.stdout is not None
        shown = ""
        for line in child.stdout:
            shown += line
            if "CREATING, timeout in" in line:
                aws.finish_backups()
    assert child.wait(TIMEOUT_SECONDS) == 0, shown
    assert "was started by an earlier run and is not finished; going on with it" in shown
    outputs = stack.outputs()
    assert outputs["backup_arn"] == outputs["migrated_after"] == arn
    assert arns(dynamodb) == [arn]
    stack.run("preview", "--expect-no-changes")


@pytest.mark.parametrize("policy", ["retain", "delete"])
def test_a_new_trigger_on_a_half_made_backup_ends_with_the_right_backups(
    stack: Stack, aws: Simulator, dynamodb: DynamoDBClient, policy: str
) -> None:
    aws.creating_seconds = 1000
    stack.inputs(**BY_PREFIX, deletion_policy=policy, triggers={"release": "1"})
    stack.up(code=1)
    (first,) = arns(dynamodb)
    stack.inputs(**BY_PREFIX, deletion_policy=policy, triggers={"release": "2"})
    shown = stack.up(code=1).text
    assert "There is another ongoing conflicting backup operation on the table." in shown
    assert f"The one being created: {first}" in shown
    assert stack.backup() is not None, "the half-made backup must not be lost"
    assert arns(dynamodb) == [first]
    aws.finish_backups()
    stack.up()
    second = stack.outputs()["backup_arn"]
    assert second != first
    assert arns(dynamodb) == ([first, second] if policy == "retain" else [second])
    stack.run("preview", "--expect-no-changes")


def test_a_hundred_backups_are_told_of_by_one_list(
    new_stack: NewStack, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    many = new_stack(PROGRAMS / "many", fast=False)
    tables = {f"backup-{number}": f"table-{number}" for number in range(100)}
    for table in tables.values():
        create_table(dynamodb, table)
    aws.calls.clear()
    aws.creating_looks = 3
    many.configure(**backups_of(tables, timeout=600))
    many.run("up", "--yes", "--skip-preview", "--parallel", "128")
    assert sorted(many.outputs()["arns"].values()) == sorted(arns(dynamodb))
    assert aws.count("CreateBackup") == 100
    # One by one it would be three looks at each.
    assert aws.count("ListBackups") + aws.count("DescribeBackup") < 150


SECRETS: dict[str, Any] = {
    "region": "eu-west-1",
    "role_arn": "arn:aws:iam::123456789012:role/secret-role",
    "triggers": {"token": "secret-trigger", "deep": ["secret-element"]},
    "timeout": 77,
    "deletion_policy": "delete",
}
SECRET_MARK = "4dabf18193072939515e22adb298388d"  # Pulumi's signature of a special value


def test_what_is_secret_stays_secret_in_the_state_and_on_the_screen(
    stack: Stack, aws: Simulator
) -> None:
    endpoint = aws.url.replace("127.0.0.1", "localhost")
    inputs = {**BY_PREFIX, **SECRETS, "endpoint_url": endpoint}
    stack.write_inputs(f"**{{k: pulumi.Output.secret(v) for k, v in {inputs!r}.items()}}")
    shown = stack.up().text
    state = stack.run("stack", "export").text
    for secret in ("secret-role", "secret-trigger", "secret-element", endpoint):
        assert secret not in state
        assert secret not in shown
    backup = stack.backup()
    assert backup is not None
    for bag in ("inputs", "outputs"):
        for key in (*SECRETS, "endpoint_url", "table_name"):
            assert SECRET_MARK in backup[bag][key], (bag, key)
    stack.run("preview", "--diff", "--expect-no-changes")
    stack.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_a_half_made_backup_keeps_its_secrets(stack: Stack, aws: Simulator) -> None:
    aws.creating_seconds = 1000
    stack.write_inputs(f"**{BY_PREFIX!r}, triggers={{'token': pulumi.Output.secret('hush')}}")
    assert "hush" not in stack.up(code=1).text
    assert "hush" not in stack.run("stack", "export").text
    assert "hush" not in stack.refresh().text
    assert "hush" not in stack.run("stack", "export").text


def test_hostile_values_are_told_short_and_without_their_escapes(stack: Stack) -> None:
    stack.write_inputs(
        r"""
        table_name="orders\n\x1b[31m" + "x" * 1_000_000,
        backup_name="orders\u202e\x00-1",
        deletion_policy="\x1b]0;title\x07",
        role_arn="secret\x1b[2J",
        """
    )
    shown = stack.run("preview", code=1).text
    assert "table_name must be 255 characters or less (got 1000012)" in shown
    assert "backup_name must contain only alphanumeric characters" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown) < 10_000


@pytest.mark.parametrize(
    "key", ["table_name", "backup_name_prefix", "region", "timeout", "triggers"]
)
def test_an_input_that_is_not_known_at_preview_is_previewed_and_then_used(
    stack: Stack, aws: Simulator, key: str
) -> None:
    inputs = {**BY_PREFIX, "region": "eu-west-1", "triggers": {"release": "1"}}
    stack.write_inputs(
        f"**(inputs | {{{key!r}: first.id.apply(lambda _: inputs[{key!r}])}})",
        before=f"inputs = {inputs!r}\nfirst = Migration('first', after=pulumi.Output.secret(''))",
    )
    assert "+ 4 to create" in stack.run("preview").text
    assert aws.calls == []
    stack.up()
    stack.run("preview", "--expect-no-changes")
