"""Backups at the turns of a table's life, by the real CLI."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, NewStack
from tests.e2e.stack import TIMEOUT_SECONDS, Stack

Hooked = Callable[..., Stack]
RUN_PROGRAM = ("destroy", "--yes", "--skip-preview", "--run-program")


@pytest.fixture
def hooked(new_stack: NewStack, aws_plugin: Mapping[str, str]) -> Hooked:
    """Makes a stack with the table `users`, under the hook that is asked for."""

    def made(kind: str = "final", **config: Any) -> Stack:
        stack = new_stack(PROGRAMS / "hooks")
        stack.env.update(aws_plugin)
        stack.configure(kind=kind, table={"name": "users"}, **config)
        stack.up()
        return stack

    return made


def backups(dynamodb: DynamoDBClient, table: str = "users") -> list[str]:
    summaries = dynamodb.list_backups(TableName=table)["BackupSummaries"]
    return [summary["BackupName"] for summary in summaries]


def tables(dynamodb: DynamoDBClient) -> set[str]:
    return set(dynamodb.list_tables()["TableNames"]) - {"orders"}


@pytest.mark.scenario("Trigger-Based Invocation")
def test_destroying_a_table_takes_a_final_backup_first_and_tells_the_way_back(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    dynamodb.put_item(TableName="users", Item={"id": {"S": "1"}})
    aws.creating_looks = 12  # AWS deletes no table whose backup is CREATING
    shown = stack.run(*RUN_PROGRAM).text
    assert tables(dynamodb) == set()
    (summary,) = dynamodb.list_backups(TableName="users")["BackupSummaries"]
    assert summary["BackupStatus"] == "AVAILABLE"
    assert re.fullmatch(r"users-final-\d{8}T\d{6}Z-[0-9a-f]{8}", summary["BackupName"])
    assert "Backup status: CREATING, Elapsed: " in shown
    assert f'restore_backup_arn="{summary["BackupArn"]}"' in shown
    restored = dynamodb.restore_table_from_backup(
        TargetTableName="users-again", BackupArn=summary["BackupArn"]
    )
    assert restored["TableDescription"]["ItemCount"] == 1


def test_destroying_without_running_the_program_is_refused_by_the_engine(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    shown = stack.destroy(code=1).text
    assert "--run-program" in shown
    assert tables(dynamodb) == {"users"}
    assert backups(dynamodb) == []


def test_a_table_whose_final_backup_fails_is_not_deleted(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400))
    shown = stack.run(*RUN_PROGRAM, code=1).text
    assert "lacks the permission dynamodb:CreateBackup on table 'users'" in shown
    assert "No backup was started." in shown
    assert "The table was not deleted." in shown
    assert tables(dynamodb) == {"users"}
    aws.forget_faults()
    stack.refresh(PULUMI_RUN_PROGRAM="true")
    stack.run(*RUN_PROGRAM)
    assert tables(dynamodb) == set()
    assert len(backups(dynamodb)) == 1


def test_a_final_backup_that_times_out_keeps_the_table_and_is_taken_up_again(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked(options={"timeout": 60})
    aws.creating_seconds = 1000
    shown = stack.run(*RUN_PROGRAM, code=1).text
    assert "Backup creation timed out after 60s. Current status: CREATING." in shown
    assert "The next run waits for this same backup while it is CREATING." in shown
    assert tables(dynamodb) == {"users"}
    (name,) = backups(dynamodb)
    stack.configure(options={"timeout": 1800})
    aws.available_after(looks=3)
    shown = stack.run(*RUN_PROGRAM).text
    assert f"Backup '{name}' of table 'users' was started by an earlier run" in shown
    assert tables(dynamodb) == set()
    assert backups(dynamodb) == [name]


def test_the_loud_way_out_deletes_the_table_without_a_backup(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked(options={"on_failure": "continue"})
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400))
    shown = stack.run(*RUN_PROGRAM).text
    assert 'NO BACKUP. Going on all the same (on_failure="continue").' in shown
    assert tables(dynamodb) == set()


def test_a_table_with_deletion_protection_is_refused_before_any_backup(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    stack.configure(table={"name": "users", "deletion_protection_enabled": True})
    stack.up()
    shown = stack.run(*RUN_PROGRAM, code=1).text
    assert "DynamoDB table 'users' has deletion protection" in shown
    assert "Set deletion_protection_enabled=False" in shown
    assert backups(dynamodb) == []
    assert tables(dynamodb) == {"users"}


def test_a_replaced_table_leaves_a_final_backup_of_the_old_one(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    stack.configure(table={"name": "users-2"})
    stack.up()
    assert tables(dynamodb) == {"users-2"}
    assert len(backups(dynamodb, "users")) == 1
    assert backups(dynamodb, "users-2") == []


def test_a_table_taken_out_of_the_program_is_backed_up_while_its_hook_stays(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    stack.configure(table="gone")
    stack.up()
    assert tables(dynamodb) == set()
    assert len(backups(dynamodb)) == 1


def test_a_hook_taken_out_with_its_table_stops_the_engine_before_anything_is_deleted(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    stack = hooked()
    stack.configure(table="gone", kind="none")
    shown = stack.up(code=1).text
    assert "ddb-backup-final" in shown
    assert tables(dynamodb) == {"users"}


def test_one_line_protects_every_table_of_a_program(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    stack = hooked("all")
    stack.run(*RUN_PROGRAM)
    assert tables(dynamodb) == set()
    assert len(backups(dynamodb)) == 1


def test_a_recent_backup_is_reused_only_where_asked_for(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked(options={"reuse_within": 3600})
    made = dynamodb.create_backup(TableName="users", BackupName="by-hand")["BackupDetails"]
    shown = stack.run(*RUN_PROGRAM).text
    assert "Reusing backup 'by-hand' of table 'users', which is 0:0" in shown
    assert made["BackupArn"] in shown
    assert backups(dynamodb) == ["by-hand"]
    assert tables(dynamodb) == set()


def test_a_backup_that_is_too_old_is_not_reused(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked(options={"reuse_within": 3600, "backup_name": "last-of-{table}"})
    dynamodb.create_backup(TableName="users", BackupName="by-hand")
    aws.age_backups(3700)
    stack.run(*RUN_PROGRAM)
    assert sorted(backups(dynamodb)) == ["by-hand", "last-of-users"]


def test_an_update_is_preceded_by_a_backup_only_when_the_filter_is_hit(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    properties, keep_one = ["deletion_protection_enabled"], {"retention": {"keep_last": 1}}
    stack = hooked("before-update", properties=properties, options=keep_one)
    stack.configure(table={"name": "users", "table_class": "STANDARD_INFREQUENT_ACCESS"})
    stack.up()
    assert backups(dynamodb) == []
    stack.configure(
        table={
            "name": "users",
            "table_class": "STANDARD_INFREQUENT_ACCESS",
            "deletion_protection_enabled": True,
        }
    )
    stack.up()
    (name,) = backups(dynamodb)
    assert name.startswith("users-before-update-")

    stack.configure(table={"name": "users", "table_class": "STANDARD_INFREQUENT_ACCESS"})
    owner = name[-8:-4]
    policy = f"Retention: keeps last 1; to see what would go: ddb-backup prune '*' --owner {owner} "
    assert policy in stack.run("preview").text
    assert backups(dynamodb) == [name]
    shown = stack.up().text
    (newest,) = backups(dynamodb)
    assert newest != name
    assert "Retention: keeps 1 backup, 123 bytes" in shown
    assert "known); deleted 1\n" in shown
    assert policy not in shown


def test_an_update_without_its_backup_does_not_happen(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked("before-update")
    aws.fault(Fault("CreateBackup", code="LimitExceededException", status=400))
    stack.configure(table={"name": "users", "deletion_protection_enabled": True})
    shown = stack.up(code=1).text
    assert "Account limit exceeded." in shown
    assert "The table was not updated." in shown
    assert not dynamodb.describe_table(TableName="users")["Table"].get("DeletionProtectionEnabled")


def test_a_table_is_backed_up_after_its_creation_and_after_an_update_but_not_of_tags(
    hooked: Hooked, dynamodb: DynamoDBClient
) -> None:
    stack = hooked("life")
    (name,) = backups(dynamodb)
    assert name.startswith("users-after-create-2")
    stack.configure(table={"name": "users", "tags": {"team": "shop"}})
    stack.up()
    assert len(backups(dynamodb)) == 1
    stack.configure(
        table={"name": "users", "tags": {"team": "shop"}, "deletion_protection_enabled": True}
    )
    stack.up()
    assert len(backups(dynamodb)) == 2


def test_a_preview_takes_no_backup(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    stack = hooked(options={"retention": {"keep_last": 2}})
    shown = stack.run("destroy", "--preview-only", "--run-program").text
    assert "Retention: keeps last 2; to see what would go: ddb-backup prune '*' --owner " in shown
    assert aws.count("CreateBackup") == aws.count("ListBackups") == 0


def test_an_option_that_breaks_a_rule_stops_the_program_at_preview(new_stack: NewStack) -> None:
    stack = new_stack(PROGRAMS / "hooks")
    stack.configure(table={"name": "users"}, options={"timeout": 5, "backup_name": "{table} final"})
    shown = stack.run("preview", code=1).text
    assert "timeout must be at least 60 seconds (got 5)" in shown
    assert "backup_name must contain only alphanumeric characters" in shown


def test_ctrl_c_twice_during_a_final_backup_leaves_the_table_and_the_next_destroy_goes_on(
    hooked: Hooked, aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    """The engine tells a program nothing of the first Ctrl-C: it waits for the hook's end."""
    stack = hooked()
    aws.creating_seconds = 1000
    with stack.started(*RUN_PROGRAM) as child:
        assert child.stdout is not None
        shown = ""
        for mark in ("CREATING, timeout in", "press ^C again"):
            while mark not in shown:
                line = child.stdout.readline()
                assert line, shown
                shown += line
            child.send_signal(signal.SIGINT)
        child.wait(TIMEOUT_SECONDS)
    assert child.returncode != 0
    assert "Traceback" not in shown
    (summary,) = dynamodb.list_backups(TableName="users")["BackupSummaries"]
    assert f"started: {summary['BackupArn']}" in shown
    assert tables(dynamodb) == {"users"}
    stack.run("cancel", "--yes")
    aws.available_after(looks=3)
    shown = stack.run(*RUN_PROGRAM).text
    assert "was started by an earlier run and is not finished; going on with it" in shown
    assert tables(dynamodb) == set()
    assert len(backups(dynamodb)) == 1
