"""`Runner`: runs a stack with progress, typed results, cancelling and this library's errors."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from pulumi.automation import (
    CommandError,
    CommandResult,
    ConcurrentUpdateError,
    LocalWorkspace,
    PulumiFn,
    Stack,
)

from ..aws.rules.text import kind_of, sanitized
from ..engine import outliving_the_engine
from .command import CancellableCommand
from .errors import AutomationError, RunCancelledError, StackBusyError
from .events import Events, OnProgress
from .records import PlanResult, RunResult

T = TypeVar("T")

_UNDER_WAY: Final = "this Runner is already running"


class Runner:
    """Runs a `pulumi.automation.Stack` that has backups, from an inline program or a project on disk.

    A runner does one run at a time, but any number of runners can run at once. A run blocks its
    thread. In an event loop, use a thread: `asyncio.to_thread(runner.up)`.

    The runner changes the stack's workspace: its CLI can be cancelled, and its `env_vars` get
    PULUMI_SKIP_UPDATE_CHECK and, for an inline program, PULUMI_PYTHON_CMD (the current interpreter),
    unless they are set. `os.environ` is not changed.

    Args:
        stack: The stack. Its workspace must be a `LocalWorkspace`.
        on_progress: Called with a `BackupProgress` for each change, in another thread than the run.
            It should be quick. What it raises is logged and does no harm. Default: None.

    Attributes:
        stack: The stack.

    Raises:
        TypeError: The stack's workspace is of another kind.
    """

    def __init__(self, stack: Stack, *, on_progress: OnProgress | None = None) -> None:
        workspace = stack.workspace
        if not isinstance(workspace, LocalWorkspace):
            raise TypeError(
                f"Runner needs a stack with a LocalWorkspace (got {kind_of(workspace)})"
            )
        self.stack = stack
        self._on_progress = on_progress
        self._command = CancellableCommand.like(workspace.pulumi_command)
        workspace.pulumi_command = self._command
        workspace.env_vars = run_env(workspace.env_vars, inline=workspace.program is not None)
        self._under_way = threading.Lock()
        self._lock = threading.Lock()
        self._cancelled = self._heeds_cancel = False

    def up(
        self,
        *,
        refresh: bool | None = None,
        parallel: int | None = None,
        target: list[str] | None = None,
        message: str | None = None,
    ) -> RunResult:
        """Run the program and wait until all of its backups are AVAILABLE.

        Args:
            refresh: First check that the backups still exist, and forget those that don't. Default:
                as the CLI does, which is not to.
            parallel: How many resources to work on at once. Default: the CLI's limit.
            target: The URNs of the only resources to work on. Default: all.
            message: A note for the stack's history. Default: none.

        Raises:
            BackupError: One backup failed, and nothing else did. Its `__cause__` is an
                `AutomationError` with the URN. If the backup was started, it is in the stack's
                state, and the next `up` continues to wait for it.
            RunCancelledError: `cancel` stopped the run.
            StackBusyError: Another run has locked the stack.
            AutomationError: Anything else failed. `failures` has the details.
            RuntimeError: This runner is already running.
        """
        with self._run("up") as (events, common):
            done = self.stack.up(
                refresh=refresh,
                parallel=parallel,
                target=target,
                message=message,
                show_secrets=False,
                **common,
            )
        return self._result(events, done.outputs)

    def preview(self, *, refresh: bool | None = None) -> PlanResult:
        """Say what `up` would do. Nothing is changed in AWS.

        Args:
            refresh: As for `up`.

        Raises:
            BackupError: As for `up`. Inputs that break a rule are a `ValidationError`.
            RunCancelledError: As for `up`.
            StackBusyError: As for `up`.
            AutomationError: As for `up`.
            RuntimeError: As for `up`.
        """
        with self._run("preview") as (events, common):
            self.stack.preview(refresh=refresh, **common)
        return PlanResult(self.stack.name, events.planned, events.changes)

    def destroy(self, *, run_program: bool | None = None, remove: bool = False) -> RunResult:
        """Delete all resources. Backups stay in AWS unless `deletion_policy="delete"` was deployed.

        Args:
            run_program: Run the program, which delete hooks need. Default: as the CLI does.
            remove: Also remove the stack itself and its history. Default: False.

        Raises:
            BackupError: As for `up`.
            RunCancelledError: As for `up`.
            StackBusyError: As for `up`.
            AutomationError: As for `up`.
            RuntimeError: As for `up`.
        """
        with self._run("destroy") as (events, common):
            self.stack.destroy(
                run_program=run_program, remove=remove or None, show_secrets=False, **common
            )
        return self._result(events, {})

    def cancel(self) -> bool:
        """Stop the current run as Ctrl-C does. Call it from any thread; it returns at once.

        Backups that were started are kept in the stack's state, and the next `up` continues to wait
        for them. The run itself then raises an error.

        Returns:
            False if nothing was running.
        """
        if not self._under_way.locked():
            return False
        with self._lock:
            self._cancelled = True
            heeded = self._heeds_cancel
        if heeded:
            self._command.interrupt()
        return True

    def _begun(self) -> None:
        """The engine heeds Ctrl-C from here on; before, it would end with its lock left behind."""
        with self._lock:
            self._heeds_cancel = True
            late = self._cancelled
        if late:
            self._command.interrupt()

    @contextmanager
    def _run(self, operation: str) -> Iterator[tuple[Events, dict[str, Any]]]:
        """One run: its events, and what each of the stack's methods is called with."""
        if not self._under_way.acquire(blocking=False):
            raise RuntimeError(_UNDER_WAY)
        raised: list[Exception] = []
        try:
            self._cancelled = self._heeds_cancel = False
            events = Events(self.stack.name, self._on_progress, self._begun)
            program = self.stack.workspace.program
            common: dict[str, Any] = {"on_event": events.hear, "suppress_outputs": True}
            if program is not None:
                common["program"] = outliving_the_engine(_remembering(program, raised))
            try:
                yield events, common
            except CommandError as error:
                events.wait_for_the_last()
                failed = self._failed(operation, events, error)
            else:
                events.wait_for_the_last()
                return
        finally:
            self._under_way.release()
        # Not from the CommandError: its text is all that the CLI has printed.
        told = _only_backup_error(failed)
        if told is not None:
            raise told from failed
        raise failed from (raised[0] if raised else None)

    def _failed(self, operation: str, events: Events, error: CommandError) -> AutomationError:
        kind = AutomationError
        if isinstance(error, ConcurrentUpdateError):
            kind = StackBusyError
        elif self._cancelled:
            kind = RunCancelledError
        failures = events.failures
        words = "" if failures else words_of(self._command.last)
        return kind(self.stack.name, operation, words, failures, events.backups, events.backup_sets)

    def _result(self, events: Events, outputs: Mapping[str, Any]) -> RunResult:
        return RunResult(
            stack_name=self.stack.name,
            backups=events.backups,
            removed=tuple(events.removed),
            notes=tuple(events.notes),
            outputs=dict(outputs),
            changes=events.changes,
            duration_seconds=events.duration_seconds,
            backup_sets=events.backup_sets,
        )


def run_env(env: Mapping[str, str] | None, *, inline: bool) -> dict[str, str]:
    """`env` with what a run needs, where it does not say otherwise.

    Inline programs have no virtualenv option: without PULUMI_PYTHON_CMD, their provider process
    would be run by whatever `python3` is on PATH.
    """
    needed = {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    if inline:
        needed["PULUMI_PYTHON_CMD"] = sys.executable
    return {**needed, **(env or {})}


def words_of(result: CommandResult | None) -> str:
    """What the CLI says for a person, less its frame and anything that looks like a secret."""
    if result is None:
        return "the Pulumi CLI did not run"
    lines = [line for line in (result.stderr or result.stdout).splitlines() if line.strip()]
    first = next((n for n, line in enumerate(lines) if line.startswith("error:")), 0)
    text = " ".join(lines[first:]).removeprefix("error:")
    return sanitized(text) or f"the Pulumi CLI ended with code {result.code}"


def _only_backup_error(failed: AutomationError) -> Exception | None:
    """The error of the one backup that failed, if it is this library's and nothing else failed."""
    alone = len(failed.failures) == 1 and not isinstance(failed, StackBusyError)
    return failed.failures[0].error if alone else None


def _remembering(program: PulumiFn, raised: list[Exception]) -> Callable[[], Any]:
    """`program`, keeping what it raises: the engine is told its text alone."""

    def run() -> Any:
        try:
            return program()
        except Exception as error:
            raised.append(error)
            raise

    return run
