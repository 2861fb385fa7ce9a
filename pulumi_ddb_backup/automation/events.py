"""The engine's events, read into progress, results and failures."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import DiagnosticEvent, StepEventMetadata, StepEventStateMetadata

from ..aws.records import BackupRecord
from ..aws.rules.arns import BackupArn, plain_name
from ..display import RowLine
from .errors import FailedResource
from .rebuilt import backup_arn_in, rebuilt, rebuilt_validation
from .records import (
    BACKUP_TYPE,
    SET_TYPE,
    BackupProgress,
    BackupResult,
    BackupSetResult,
    Note,
    Phase,
    PlannedBackup,
    keys_of,
    name_of,
    record_of,
    result_of,
    set_result_of,
    type_of,
)

OnProgress = Callable[[BackupProgress], object]

_REMOVALS: Final = frozenset({OpType.DELETE, OpType.DELETE_REPLACED})
_REPLACEMENTS: Final = frozenset({OpType.REPLACE, OpType.CREATE_REPLACEMENT})
_LAST_EVENT_SECONDS: Final = 5.0
_BROKEN_RULE: Final = "' has a problem: "  # the engine's words before the reason of a check
_SUMMARY: Final = re.compile(r"(update|preview|destroy|refresh) failed")  # after every failure
_TRACEBACK: Final = "\nTraceback (most recent call last)"
_MULTIERROR: Final = "error occurred:\n\t* "

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Failing:
    """What has been said of a failed resource so far."""

    messages: list[str]
    record: BackupRecord | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    init_errors: tuple[str, ...] = ()


class Events:
    """Hears all events of one run, which arrive in another thread.

    Args:
        stack_name: The stack that is run.
        on_progress: Who is told; its own failures harm nothing.
        on_begin: Called at the first event, from when on the engine heeds Ctrl-C.
    """

    def __init__(
        self, stack_name: str, on_progress: OnProgress | None, on_begin: Callable[[], object]
    ) -> None:
        self.changes: Mapping[str, int] = {}
        self.duration_seconds = 0
        self.notes: list[Note] = []
        self.removed: list[BackupResult] = []
        self._results: dict[str, BackupResult] = {}
        self._sets: dict[str, BackupSetResult] = {}
        self._planned: dict[str, PlannedBackup] = {}
        self._failing: dict[str, _Failing] = {}
        self._latest: dict[str, BackupProgress] = {}
        self._stack_name = stack_name
        self._on_progress = on_progress
        self._on_begin = on_begin
        self._begun, self._ended = threading.Event(), threading.Event()

    @property
    def backups(self) -> dict[str, BackupResult]:
        """The stack's backups by the key of `RunResult.backups`."""
        return {key: self._results[urn] for urn, key in keys_of(self._results).items()}

    @property
    def backup_sets(self) -> dict[str, BackupSetResult]:
        """The stack's sets by the same kind of key."""
        return {key: self._sets[urn] for urn, key in keys_of(self._sets).items()}

    @property
    def planned(self) -> dict[str, PlannedBackup]:
        """What would be done with each backup, by the same kind of key."""
        return {key: self._planned[urn] for urn, key in keys_of(self._planned).items()}

    @property
    def failures(self) -> tuple[FailedResource, ...]:
        """What failed, without the engine's summary of it."""
        told = [_failure(urn, failing) for urn, failing in self._failing.items()]
        return tuple(failure for failure in told if not _SUMMARY.fullmatch(failure.message))

    def wait_for_the_last(self) -> None:
        """Return once every event has been heard: they may come after the CLI has ended."""
        if self._begun.is_set() and not self._ended.wait(_LAST_EVENT_SECONDS):
            _log.warning("the engine's last event did not arrive")

    def hear(self, event: EngineEvent) -> None:
        """Take in one event."""
        if not self._begun.is_set():
            self._begun.set()
            self._on_begin()
        if event.diagnostic_event is not None:
            self._said(event.diagnostic_event)
        elif event.resource_pre_event is not None:
            self._turned_to(event.resource_pre_event.metadata, event.resource_pre_event.planning)
        elif event.res_outputs_event is not None and not event.res_outputs_event.planning:
            self._finished(event.res_outputs_event.metadata)
        elif event.res_op_failed_event is not None:
            self._failed(event.res_op_failed_event.metadata)
        elif event.summary_event is not None:
            self.duration_seconds = event.summary_event.duration_seconds
            self.changes = {str(key): n for key, n in event.summary_event.resource_changes.items()}
        elif event.cancel_event is not None:
            self._ended.set()

    def _said(self, said: DiagnosticEvent) -> None:
        urn, message = said.urn or "", said.message.strip()
        if said.severity == "error":
            self._blame(urn, message)
        if not urn or not message or said.severity not in ("info", "info#err", "warning"):
            return
        row = RowLine.parse(message)
        if row is not None:
            self._looked(urn, row, message)
            return
        arn = backup_arn_in(message)
        if arn is None and type_of(urn) not in (BACKUP_TYPE, SET_TYPE):
            return  # another resource's
        if not said.ephemeral:
            self.notes.append(Note(urn, message, arn))
        self._tell(urn, Phase.NOTICE, message=message, **_of_arn(arn))

    def _looked(self, urn: str, row: RowLine, message: str) -> None:
        latest = self._latest.get(urn)
        seen = (row.status, row.elapsed_seconds)
        if row.remaining_seconds is None and latest is not None:
            if seen == (latest.status, latest.elapsed_seconds):
                return  # the same look, as a line of the log
            row = replace(row, remaining_seconds=latest.remaining_seconds)
        self._tell(
            urn,
            Phase.WAITING,
            status=row.status,
            elapsed_seconds=row.elapsed_seconds,
            remaining_seconds=row.remaining_seconds,
            message=message,
        )

    def _blame(self, urn: str, message: str) -> None:
        failing = self._failing.setdefault(urn, _Failing([]))
        words = message.partition(_TRACEBACK)[0].strip()
        if not any(words.endswith(known) for known in failing.messages):
            failing.messages.append(words)

    def _turned_to(self, step: StepEventMetadata, planning: bool | None) -> None:
        if step.type != BACKUP_TYPE:
            return
        state = step.new or step.old
        table = _table(state)
        if planning:
            replaced = step.op in _REPLACEMENTS or step.op is OpType.DELETE_REPLACED
            change = OpType.REPLACE.value if replaced else OpType(step.op).value
            self._planned[step.urn] = PlannedBackup(name_of(step.urn), step.urn, table, change)
        elif step.op not in (OpType.SAME, OpType.REPLACE):
            known = BackupArn.parse(step.old.id) if step.old and not _is_new(step) else None
            self._tell(
                step.urn,
                Phase.STARTING,
                table_name=table,
                status="",
                elapsed_seconds=0.0,
                remaining_seconds=None,
                backup_arn=known.arn if known else None,
                message=f"{OpType(step.op).value} of {name_of(step.urn)}",
            )

    def _finished(self, step: StepEventMetadata) -> None:
        if step.type == SET_TYPE:
            self._finished_set(step)
        if step.type != BACKUP_TYPE:
            return
        removal = step.op in _REMOVALS
        state = step.old if removal else step.new
        if state is None:
            return  # a refresh that found it gone
        change = OpType.REPLACE if step.op in _REPLACEMENTS else OpType(step.op)
        result = result_of(step.urn, change.value, state.id, state.outputs)
        if result is None:
            return
        if removal:
            self.removed.append(result)
            if step.op is OpType.DELETE:
                self._results.pop(step.urn, None)
        else:
            self._results[step.urn] = result
        if step.op not in (OpType.REPLACE, OpType.DELETE_REPLACED, OpType.REFRESH):
            self._tell_done(result, step.op)

    def _finished_set(self, step: StepEventMetadata) -> None:
        if step.new is None or step.op in _REMOVALS:
            self._sets.pop(step.urn, None)
            return
        change = OpType.REPLACE if step.op in _REPLACEMENTS else OpType(step.op)
        self._sets[step.urn] = set_result_of(step.urn, change.value, step.new.outputs)
        if step.op is not OpType.REFRESH:  # the look at a set before the engine turns to it
            self._tell(step.urn, Phase.DONE)

    def _tell_done(self, result: BackupResult, op: OpType) -> None:
        latest = self._latest.get(result.urn)
        took = {OpType.SAME: 0.0, OpType.DELETE: 0.0}.get(op, result.record.elapsed_seconds or 0.0)
        self._tell(
            result.urn,
            Phase.DONE,
            status="" if op is OpType.DELETE else result.record.backup_status,
            elapsed_seconds=took,
            remaining_seconds=None,
            message=latest.message if latest else "",
            **_of_arn(result.backup_arn),
        )

    def _failed(self, step: StepEventMetadata) -> None:
        failing = self._failing.setdefault(step.urn, _Failing([]))
        state = step.new if step.new is not None else step.old
        if step.type == SET_TYPE and state is not None:
            change = OpType(step.op).value
            self._sets[step.urn] = set_result_of(step.urn, change, state.outputs)
            self._tell(step.urn, Phase.FAILED, message=_failure(step.urn, failing).message)
        if step.type != BACKUP_TYPE or state is None:
            return
        failing.record = record_of(state.id, state.outputs or {})
        failing.inputs = state.inputs or {}
        failing.init_errors = tuple(step.new.init_errors or ()) if step.new else ()
        failure = _failure(step.urn, failing)
        self._tell(
            step.urn,
            Phase.FAILED,
            message=failure.message,
            **_of_arn(failure.backup_arn),
            **({"status": failing.record.backup_status} if failing.record else {}),
        )

    def _tell(self, urn: str, phase: Phase, **news: Any) -> None:
        latest = self._latest.get(urn) or BackupProgress(self._stack_name, name_of(urn), urn, phase)
        progress = self._latest[urn] = replace(latest, phase=phase, **news)
        try:
            if self._on_progress is not None:
                self._on_progress(progress)
        except Exception:  # who listens must not be able to harm the run
            _log.warning("the progress callback failed", exc_info=True)


def _failure(urn: str, failing: _Failing) -> FailedResource:
    """A failed resource, with this library's error where the words are its own."""
    messages = [_plain(message) for message in failing.init_errors or failing.messages]
    reasons = [message.partition(_BROKEN_RULE)[2] for message in messages]
    error = None
    if type_of(urn) == BACKUP_TYPE and messages:
        error = (
            rebuilt_validation(reasons)
            if all(reasons)
            else rebuilt(messages[0], failing.record, failing.inputs)
        )
    arn = failing.record.backup_arn if failing.record else None
    return FailedResource(urn, name_of(urn), "\n".join(messages), arn, error)


def _plain(message: str) -> str:
    """A message without the engine's frame around the errors of a half-made resource."""
    return message.partition(_MULTIERROR)[2].strip() or message


def _of_arn(arn: str | None) -> dict[str, str]:
    """What a backup's ARN tells of it."""
    parts = BackupArn.parse(arn or "")
    return {"backup_arn": parts.arn, "table_name": parts.table} if parts else {}


def _is_new(step: StepEventMetadata) -> bool:
    return step.op in (OpType.CREATE, OpType.CREATE_REPLACEMENT)


def _table(state: StepEventStateMetadata | None) -> str:
    """The table's plain name in a resource's inputs; empty when it is not told there."""
    given = (state.inputs or {}).get("table_name") if state else None
    return plain_name(given) if isinstance(given, str) else ""
