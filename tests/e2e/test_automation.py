"""`pulumi_ddb_backup.automation` with the real CLI, and the example service in a real browser."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient
from pulumi.automation import LocalWorkspaceOptions, create_or_select_stack, select_stack

import pulumi_ddb_backup as ddb_backup
from pulumi_ddb_backup.automation import (
    AutomationError,
    BackupProgress,
    Phase,
    RetentionResult,
    RunCancelledError,
    Runner,
    StackBusyError,
    backup_runner,
    take_backup,
)
from pulumi_ddb_backup.aws import (
    AccessDeniedError,
    BackupCancelledError,
    BackupTimeoutError,
    StartCancelledError,
    TableNotFoundError,
    ValidationError,
)
from tests.aws.conftest import REGION, create_table
from tests.aws.simulator import Fault, Simulator
from tests.e2e.conftest import PROGRAMS, WARNINGS, NewStack
from tests.e2e.test_backup import arns
from tests.wire.provider import FAST_CLOCK
from tools.pulumi_cli import ROOT

# What the SDK's server may leave behind of a run that is killed before its program has begun.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

EXAMPLE = ROOT / "examples" / "automation" / "app.py"
PICTURE = ROOT / "docs" / "automation.png"
SECONDS = 240


class Heard:
    """A callback that keeps all it is told, and can be waited on."""

    def __init__(self) -> None:
        self.news: list[BackupProgress] = []
        self._changed = threading.Condition()

    def __call__(self, progress: BackupProgress) -> None:
        with self._changed:
            self.news.append(progress)
            self._changed.notify_all()

    def wait_for(self, phase: Phase) -> BackupProgress:
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(one.phase is phase for one in self.news), SECONDS
            ), self.news
            return next(one for one in self.news if one.phase is phase)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture(autouse=True)
def left_behind() -> Iterator[None]:
    """Has what a test leaves behind collected while it is this module's."""
    yield
    gc.collect()


@pytest.fixture
def env(cli: dict[str, str], aws: Simulator, tmp_path: Path) -> dict[str, str]:
    """The environment of a service on this machine."""
    (tmp_path / "state").mkdir()
    return {
        **cli,
        "HOME": str(tmp_path),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONWARNINGS": WARNINGS,
    }


@pytest.fixture
def options(env: dict[str, str], heard: Heard) -> dict[str, Any]:
    """Options of `take_backup`, by which it finds the simulator."""
    return {
        "stack_name": "dev",
        "backup_name_prefix": "orders-",
        "env": env,
        "on_progress": heard,
    }


@pytest.fixture
def many(
    new_stack: NewStack, aws: Simulator, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Runner]:
    """Makes a runner of a project on disk, with the backups given."""

    def made(**backups: dict[str, Any]) -> Runner:
        stack = new_stack(PROGRAMS / "many")
        stack.configure(fleet__backups=backups)
        monkeypatch.setenv("PATH", stack.env["PATH"])
        opts = LocalWorkspaceOptions(env_vars=stack.env)
        return Runner(select_stack("dev", work_dir=str(stack.folder), opts=opts), on_progress=heard)

    return made


def test_a_backup_is_taken_with_progress_and_a_typed_result(
    options: dict[str, Any], aws: Simulator, dynamodb: DynamoDBClient, heard: Heard
) -> None:
    before = dict(os.environ)
    aws.creating_looks = 3
    result = take_backup("orders", **options)
    (arn,) = arns(dynamodb)
    assert result.backup_arn == arn
    assert (result.resource_name, result.change) == ("backup", "create")
    record = result.record
    assert (record.table_name, record.region, record.backup_status) == (
        "orders",
        REGION,
        "AVAILABLE",
    )
    assert record.backup_name.startswith("orders-")
    assert record.item_count == 3
    assert record.backup_creation_date_time is not None
    assert record.elapsed_seconds is not None
    assert [one.phase for one in heard.news if one.phase is not Phase.WAITING] == [
        Phase.STARTING,
        Phase.NOTICE,
        Phase.NOTICE,
        Phase.DONE,
    ]
    looks = [one for one in heard.news if one.phase is Phase.WAITING]
    assert looks
    for look in looks:
        assert (look.stack_name, look.resource_name, look.table_name, look.status) == (
            "dev",
            "backup",
            "orders",
            "CREATING",
        )
        assert look.backup_arn == arn
        assert look.urn == result.urn
        assert (look.remaining_seconds or 0) + look.elapsed_seconds == 1800
    done = heard.news[-1]
    assert (done.status, done.backup_arn) == ("AVAILABLE", arn)
    assert done.message.endswith(arn)
    assert dict(os.environ) == before


def test_the_same_inputs_give_the_same_backup_and_a_trigger_another(
    options: dict[str, Any], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    options["retention"] = {"keep_last": 1}
    first = take_backup("orders", **options)
    again = take_backup("orders", **options)
    assert (again.change, again.record) == ("same", first.record)
    assert aws.count("CreateBackup") == 1
    assert again.retention == RetentionResult(1, {"keep_last": 1, "protected": 1})
    runner = backup_runner("orders", **options, triggers={"release": 2})
    assert runner.preview().backups["backup"].change == "replace"
    assert aws.count("CreateBackup") == 1
    done = runner.up()
    assert done.backups["backup"].change == "replace"
    retained = done.backups["backup"].retention
    assert retained == RetentionResult(2, {"keep_last": 1, "protected": 2})  # the state's stays
    assert [one.backup_arn for one in done.removed] == [first.backup_arn]
    assert set(arns(dynamodb)) == {first.backup_arn, done.backups["backup"].backup_arn}


def test_a_project_on_disk_is_previewed_run_and_destroyed(
    many: Callable[..., Runner], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    create_table(dynamodb, "users")
    runner = many(
        first={"table_name": "orders", "backup_name": "one"},
        second={"table_name": "users", "backup_name": "two", "deletion_policy": "delete"},
    )
    plan = runner.preview()
    assert {name: (one.table_name, one.change) for name, one in plan.backups.items()} == {
        "first": ("orders", "create"),
        "second": ("users", "create"),
    }
    assert plan.changes["create"] == 3
    assert arns(dynamodb) == []
    done = runner.up(parallel=4, message="from a service")
    assert set(done.arns) == {"first", "second"}
    assert set(done.arns.values()) == set(arns(dynamodb))
    assert done.outputs["arns"].value == done.arns
    assert done.duration_seconds >= 0
    gone = runner.destroy(remove=True)
    assert {one.resource_name: one.deletion_policy for one in gone.removed} == {
        "first": "retain",
        "second": "delete",
    }
    assert arns(dynamodb) == [done.arns["first"]]
    assert {note.backup_arn for note in gone.notes} == set(done.arns.values())


def test_a_cancelled_run_keeps_the_arn_and_the_next_one_resumes(
    options: dict[str, Any], aws: Simulator, dynamodb: DynamoDBClient, heard: Heard
) -> None:
    aws.creating_seconds = 1000
    runner = backup_runner("orders", **options)
    assert runner.cancel() is False
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(runner.up)
        heard.wait_for(Phase.WAITING)
        assert runner.cancel() is True
        assert runner.cancel() is True
        with pytest.raises(BackupCancelledError) as caught:
            run.result(SECONDS)
    (arn,) = arns(dynamodb)
    error = caught.value
    assert error.unfinished is not None
    assert error.unfinished.backup_arn == error.facts.backup_arn == arn
    assert (error.facts.table_name, error.facts.status) == ("orders", "CREATING")
    assert isinstance(error.__cause__, RunCancelledError)
    assert error.__cause__.backup_arns == (arn,)
    last = heard.news[-1]
    assert (last.phase, last.backup_arn) == (Phase.FAILED, arn)
    aws.finish_backups()
    assert runner.up().arns == {"backup": arn}
    assert aws.count("CreateBackup") == 1


def test_a_cancel_before_the_engine_has_begun_starts_nothing_and_leaves_no_lock(
    options: dict[str, Any], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    runner = backup_runner("orders", **options)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(runner.up)
        while not runner.cancel():
            time.sleep(0.001)
        with pytest.raises((RunCancelledError, StartCancelledError, BackupCancelledError)):
            run.result(SECONDS)
    assert aws.count("CreateBackup") == 0
    assert runner.up().arns == {"backup": arns(dynamodb)[0]}


def test_ctrl_c_in_a_script_keeps_the_arn(
    options: dict[str, Any], env: dict[str, str], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    script = (
        "from pulumi_ddb_backup.automation import take_backup\n"
        "take_backup('orders', stack_name='dev', backup_name_prefix='orders-',\n"
        "            on_progress=lambda news: print(news.phase.value, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        assert any(line == "waiting\n" for line in iter(child.stdout.readline, ""))
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=SECONDS)
    assert child.returncode != 0
    assert rest.endswith("failed\n")
    aws.finish_backups()
    assert take_backup("orders", **options).backup_arn == arns(dynamodb)[0]
    assert aws.count("CreateBackup") == 1


def test_a_refusal_is_raised_as_this_librarys_error_with_its_facts(
    options: dict[str, Any], aws: Simulator
) -> None:
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400))
    with pytest.raises(AccessDeniedError) as caught:
        take_backup("orders", **options, region=REGION, timeout=90)
    facts = caught.value.facts
    assert (facts.action, facts.table_name, facts.region, facts.timeout) == (
        "dynamodb:CreateBackup",
        "orders",
        REGION,
        90,
    )
    assert caught.value.unfinished is None
    assert isinstance(caught.value.__cause__, AutomationError)
    assert len(caught.value.__cause__.urns) == 1


def test_a_timeout_is_raised_with_the_backup_that_goes_on(
    options: dict[str, Any], env: dict[str, str], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    aws.creating_seconds = 1000
    env["PYTHONPATH"] = FAST_CLOCK
    with pytest.raises(BackupTimeoutError) as caught:
        take_backup("orders", **options, timeout=60)
    assert caught.value.facts.timeout == 60
    assert caught.value.unfinished is not None
    assert [caught.value.unfinished.backup_arn] == arns(dynamodb)


def test_broken_rules_are_told_all_at_once_with_or_without_a_run(
    options: dict[str, Any], many: Callable[..., Runner], aws: Simulator
) -> None:
    with pytest.raises(ValidationError) as caught:
        take_backup("x", **options, timeout=1)
    assert [failure.property for failure in caught.value.failures] == ["table_name", "timeout"]
    with pytest.raises(ValidationError) as caught:
        many(first={"table_name": "x", "backup_name": "one", "timeout": 1}).preview()
    assert [failure.property for failure in caught.value.failures] == ["table_name", "timeout"]
    assert aws.calls == []


def test_several_failures_are_raised_as_one_error_that_has_each(
    many: Callable[..., Runner], aws: Simulator, dynamodb: DynamoDBClient
) -> None:
    create_table(dynamodb, "users")
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400, table="users"))
    runner = many(
        fine={"table_name": "orders", "backup_name": "one"},
        denied={"table_name": "users", "backup_name": "two"},
        missing={"table_name": "nowhere", "backup_name": "three"},
    )
    with pytest.raises(AutomationError) as caught:
        runner.up()
    error = caught.value
    assert {failure.resource_name: type(failure.error).__name__ for failure in error.failures} == {
        "denied": "AccessDeniedError",
        "missing": "TableNotFoundError",
    }
    assert len(error.urns) == 2
    assert list(error.backups) == ["fine"]
    assert list(error.backup_arns) == arns(dynamodb)
    for words in ("up of stack 'dev' failed", "denied: Backup Creation", "missing: Table Valid"):
        assert words in str(error)
    assert "Diagnostics" not in str(error)


def test_what_a_program_raises_is_the_cause_and_no_traceback_is_in_the_words(
    options: dict[str, Any], env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def program() -> None:
        raise ValueError("boom")

    monkeypatch.setenv("PATH", env["PATH"])
    opts = LocalWorkspaceOptions(env_vars=env)
    runner = Runner(create_or_select_stack("dev", "shop", program, opts=opts))
    with pytest.raises(AutomationError) as caught:
        runner.up()
    assert isinstance(caught.value.__cause__, ValueError)
    assert "boom" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert caught.value.urns == ()


def test_a_failed_run_of_an_inline_program_leaves_no_event_loop_behind(
    env: dict[str, str], aws: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    def program() -> None:
        loops.append(asyncio.get_running_loop())
        ddb_backup.Backup("lost", table_name="missing", backup_name="first")

    monkeypatch.setenv("PATH", env["PATH"])
    opts = LocalWorkspaceOptions(env_vars=env)
    runner = Runner(create_or_select_stack("dev", "shop", program, opts=opts))
    with pytest.raises(TableNotFoundError):
        runner.up()
    ends = time.monotonic() + SECONDS
    while not all(loop.is_closed() for loop in loops):
        assert time.monotonic() < ends, "the SDK's server no longer ends: see engine/inline.py"
        time.sleep(0.05)
    assert loops


def test_hooks_of_an_inline_program_run_on_destroy_and_are_heard(
    env: dict[str, str],
    aws: Simulator,
    dynamodb: DynamoDBClient,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PATH", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, env[name])  # hooks run in this process

    def program() -> None:
        final = ddb_backup.hooks.final_backup(
            table_name="orders", region=REGION, endpoint_url=aws.url
        )
        ddb_backup.Backup(
            "first",
            table_name="orders",
            backup_name="first",
            opts=ddb_backup.hooks.with_final_backup(final),
        )

    opts = LocalWorkspaceOptions(env_vars=env)
    stack = create_or_select_stack("dev", "shop", program, opts=opts)
    runner = Runner(stack, on_progress=heard)
    first = runner.up().arns["first"]
    with pytest.raises(AutomationError):
        runner.destroy()
    heard.news.clear()
    done = runner.destroy(run_program=True)
    assert [one.backup_arn for one in done.removed] == [first]
    (final,) = set(arns(dynamodb)) - {first}
    assert final in {note.backup_arn for note in done.notes}
    assert final in {one.backup_arn for one in heard.news if one.phase is Phase.NOTICE}


def test_programs_at_once_in_one_process_each_have_a_hook_of_the_same_name(
    env: dict[str, str],
    aws: Simulator,
    dynamodb: DynamoDBClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PATH", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, env[name])
    create_table(dynamodb, "users")

    def live(table: str) -> None:
        def program() -> None:
            for name in ("first", "second"):
                hook = ddb_backup.hooks.final_backup(
                    table_name=table, backup_name="final", region=REGION, endpoint_url=aws.url
                )
                ddb_backup.Backup(
                    name,
                    table_name=table,
                    backup_name=name,
                    deletion_policy="delete",
                    opts=ddb_backup.hooks.with_final_backup(hook),
                )

        opts = LocalWorkspaceOptions(env_vars=env)
        runner = Runner(create_or_select_stack(table, "shop", program, opts=opts))
        runner.up(parallel=1)
        runner.destroy(run_program=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(live, ("orders", "users")))
    for table in ("orders", "users"):
        summaries = dynamodb.list_backups(TableName=table)["BackupSummaries"]
        assert [summary["BackupName"] for summary in summaries] == ["final", "final"]


def test_a_hook_of_the_same_name_with_other_options_is_refused(
    env: dict[str, str], aws: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def program() -> None:
        ddb_backup.hooks.final_backup()
        ddb_backup.hooks.final_backup(on_failure="continue")

    monkeypatch.setenv("PATH", env["PATH"])
    opts = LocalWorkspaceOptions(env_vars=env)
    runner = Runner(create_or_select_stack("dev", "shop", program, opts=opts))
    with pytest.raises(AutomationError) as caught:
        runner.preview()
    assert "This program already has a hook named 'ddb-backup-final', with other options" in str(
        caught.value
    )


def test_a_set_is_heard_and_told_whole_or_not(
    new_stack: NewStack,
    aws: Simulator,
    dynamodb: DynamoDBClient,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_table(dynamodb, "users")
    stack = new_stack(PROGRAMS / "fleet")
    stack.configure(**{"fleet:inputs": {"table_pattern": "*", "backup_name": "{table}-1"}})
    monkeypatch.setenv("PATH", stack.env["PATH"])
    opts = LocalWorkspaceOptions(env_vars=stack.env)
    runner = Runner(select_stack("dev", work_dir=str(stack.folder), opts=opts), on_progress=heard)
    aws.fault(Fault("CreateBackup", code="AccessDeniedException", status=400, table="users"))
    with pytest.raises(AutomationError) as caught:
        runner.up()
    error = caught.value
    assert "1 of 2 backups is AVAILABLE (0 creating, 1 failed)." in str(error)
    assert error.backup_arns == tuple(arns(dynamodb))
    (failure,) = error.backup_sets["nightly"].failures
    assert failure["table_name"] == "users"
    aws.forget_faults()
    done = runner.up().backup_sets["nightly"]
    assert (done.change, done.failures) == ("update", ())
    assert [one.table_name for one in done.records] == ["orders", "users"]
    assert {one.backup_status for one in done.records} == {"AVAILABLE"}
    waited = [one for one in heard.news if one.phase is Phase.WAITING]
    assert waited[-1].status == "2/2 available"
    assert Phase.DONE in {one.phase for one in heard.news}


def test_a_cli_that_refuses_or_is_not_there_is_told_in_its_own_words(
    options: dict[str, Any], env: dict[str, str], tmp_path: Path
) -> None:
    elsewhere = (tmp_path / "nowhere").as_uri()
    with pytest.raises(AutomationError) as caught:
        take_backup("orders", **options, backend_url=elsewhere, passphrase="hush-hush")
    assert caught.value.operation == "stack"
    assert "nowhere" in caught.value.words
    assert not [words for words in ("stdout", "hush-hush", "\n") if words in str(caught.value)]
    env["PATH"] = str(tmp_path)
    with pytest.raises(AutomationError) as caught:
        take_backup("orders", **options)
    assert caught.value.words == "the Pulumi CLI (`pulumi`) is not on PATH"


def test_one_run_at_a_time_of_a_stack_and_of_a_runner(
    options: dict[str, Any], aws: Simulator, heard: Heard
) -> None:
    aws.creating_seconds = 1000
    runner, other = backup_runner("orders", **options), backup_runner("orders", **options)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(runner.up)
        heard.wait_for(Phase.WAITING)
        with pytest.raises(RuntimeError):
            runner.preview()
        with pytest.raises(StackBusyError) as caught:
            other.up()
        assert "the stack is currently locked" in caught.value.words
        aws.finish_backups()
        assert run.result(SECONDS).changes["create"] == 2
    assert aws.count("CreateBackup") == 1


def test_four_stacks_at_once_in_one_process(
    options: dict[str, Any], aws: Simulator, dynamodb: DynamoDBClient, heard: Heard
) -> None:
    tables = [f"table-{number}" for number in range(4)]
    for table in tables:
        create_table(dynamodb, table)
    aws.creating_looks = 3
    given = {**options, "backup_name_prefix": "x-"}
    with ThreadPoolExecutor(4) as pool:
        results = list(
            pool.map(lambda table: take_backup(table, **{**given, "stack_name": table}), tables)
        )
    assert [result.record.table_name for result in results] == tables
    assert len({result.backup_arn for result in results}) == 4
    by_stack = {
        table: {
            one.table_name
            for one in heard.news
            if one.stack_name == table and one.phase is Phase.WAITING
        }
        for table in tables
    }
    assert by_stack == {table: {table} for table in tables}


def test_a_callback_that_fails_harms_nothing(options: dict[str, Any]) -> None:
    def broken(progress: BackupProgress) -> None:
        raise ValueError("not today")

    result = take_backup("orders", **{**options, "on_progress": broken})
    assert result.record.backup_status == "AVAILABLE"


@pytest.mark.parametrize(
    ("imported", "left_alone"),
    [
        ("pulumi_ddb_backup", "pulumi.automation"),
        ("pulumi_ddb_backup.automation", "boto3 botocore"),
    ],
)
def test_an_import_leaves_alone_what_it_does_not_need(imported: str, left_alone: str) -> None:
    code = f"import sys, {imported}; print(*set(sys.modules).intersection(sys.argv[1:]))"
    run = subprocess.run(
        [sys.executable, "-c", code, *left_alone.split()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []


def answers(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def served(env: dict[str, str]) -> Iterator[str]:
    """The example service, at the URL given; it ends as by Ctrl-C."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, str(EXAMPLE)], env={**env, "PORT": str(port)}, start_new_session=True
    )
    try:
        while not answers(port):
            assert child.poll() is None
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        child.send_signal(signal.SIGINT)
        child.wait(SECONDS)
    finally:
        child.kill()
        child.wait()


def test_the_page_shows_a_backup_cancels_it_and_finds_it_again(
    env: dict[str, str], aws: Simulator, dynamodb: DynamoDBClient, tmp_path: Path
) -> None:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        pytest.skip("no chromium on this machine (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install it")
    aws.creating_seconds = 1000
    aws.backup_bytes["orders"] = 1288490188
    env["PYTHONPATH"] = FAST_CLOCK
    picture = tmp_path / "page.png"
    with served(env) as url, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox"], timeout=SECONDS * 1000
        )
        page = browser.new_page(viewport={"width": 800, "height": 560})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        lost = page.get_by_role("region", name="Backup of table nowhere.")
        card = page.get_by_role("region", name="Backup of table orders")

        page.fill("#table", "nowhere.")
        page.fill("#label", "release 42")
        page.keyboard.press("Enter")
        lost.get_by_text("Failed", exact=True).wait_for()
        told = lost.get_by_role("alert").inner_text()
        assert "DynamoDB table 'nowhere.' does not exist" in told

        page.fill("#table", "orders")
        page.keyboard.press("Enter")
        card.get_by_text("1 min").wait_for()  # past the first minute, in a person's words
        (arn,) = arns(dynamodb)
        assert card.get_by_role("status").inner_text() == "Creating in AWS"
        assert arn in card.inner_text()
        bar = card.get_by_role("progressbar")
        assert not bar.evaluate("bar => bar.hasAttribute('value')")
        box = card.bounding_box()
        assert box is not None
        below = {"x": 0, "y": 0, "width": 800, "height": box["y"] + box["height"] + 24}
        page.screenshot(path=picture, clip=below, full_page=True)

        page.reload()
        card.get_by_text("Creating in AWS").wait_for()
        lost.get_by_text("Failed", exact=True).wait_for()
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") == width
        card.get_by_role("button").focus()
        page.keyboard.press("Enter")
        card.get_by_text("Cancelled", exact=True).wait_for()
        assert "The backup goes on in AWS." in card.get_by_role("alert").inner_text()
        assert arn in card.inner_text()
        assert card.get_by_role("progressbar").count() == 0

        aws.finish_backups()
        page.fill("#table", "orders")
        page.fill("#label", "release 42")
        page.keyboard.press("Enter")
        card.get_by_text("Available", exact=True).wait_for()
        assert arn in card.inner_text()
        assert "1.2 GiB" in card.inner_text()
        assert problems == []
        browser.close()
    assert aws.count("CreateBackup") == 1
    if os.environ.get("UPDATE_PICTURES") == "1":
        shutil.copyfile(picture, PICTURE)
