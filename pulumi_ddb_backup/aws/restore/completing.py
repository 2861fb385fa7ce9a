"""What a restored table needs to be whole: it becomes ACTIVE, and is given its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ..backup.calls import describe_table
from ..calls.aws_errors import AwsError, AwsFailure, Retry
from ..calls.rate import Api
from ..errors import (
    AccessDeniedError,
    BackupError,
    Facts,
    Stage,
    TableNotActiveError,
    WrongTableError,
)
from ..rules.arns import TableArn
from ..running.run import Run
from ..running.waiting import States, UnexpectedState, WaitTimedOut, wait_for_status
from ..tables import Table, TableStatus
from . import table_settings
from .errors import RestoreCancelledError, RestoreTimeoutError, replaced
from .records import RestoreRecord, TableSettings
from .rows import RESTORE_ERRORS
from .source import Reading
from .table_settings import Step

RESTORE_STATES: Final = States(
    success=frozenset({TableStatus.ACTIVE.value}),
    transitional=frozenset({TableStatus.CREATING.value, TableStatus.UPDATING.value}),
)
NOT_KNOWN: Final = "not known"
AGAIN: Final = "Complete it again, with a longer timeout if need be. What is set stays set."


@dataclass(slots=True, kw_only=True)
class CompletionRun(Run):
    """The completion of one restored table under way.

    Attributes:
        restored: The table as AWS described it last, once it is known to be the one that is meant.
        certain: See `RestoreRecord`.
        advice: What to do after a timeout; None is to restore again.
        origin: What the table is restored from, for messages.
        source_arn: The ARN of the table whose moment is restored, once it is known.
        data_of: The moment of the data, where that is known.
    """

    restored: RestoreRecord | None = None
    certain: bool = True
    advice: str | None = None
    origin: str = ""
    source_arn: str | None = None
    data_of: datetime | None = None

    def saw(self, table: Table) -> Table:
        """Keep what AWS has said of the table.

        Raises:
            TableNotFoundError: It is another one than before.
        """
        before = self.restored
        self.data_of = self.data_of or table.restore_date_time
        ids = {table.table_id, before.table_id if before else None} - {None}
        if len(ids) > 1:
            raise replaced(self.stage, self.facts())
        self.restored = RestoreRecord(
            table_name=table.name,
            table_arn=table.arn,
            table_status=table.status,
            region=self.dynamodb.region,
            backup_arn=self.backup_arn,
            table_id=next(iter(ids), None),
            backup_creation_date_time=self.data_of if self.backup_arn else None,
            table_size_bytes=table.size_bytes,
            item_count=table.item_count,
            settings_set=before.settings_set if before else (),
            settings_left=before.settings_left if before else (),
            certain=self.certain,
            source_table_arn=None if self.backup_arn else self.source_arn or table.restored_from,
            restore_date_time=None if self.backup_arn else self.data_of,
        )
        return table

    @property
    def comes_from(self) -> str:
        """What the table is restored from: the ARN of a backup, or a table and a moment."""
        return self.backup_arn or self.origin

    async def look(self, retry_not_found: Retry = Retry.NEVER) -> Table:
        """The table that has the name now."""
        return await self.call(
            Api.DESCRIBE_TABLE,
            lambda within: describe_table(self.dynamodb, self.table_name, within),
            {"ResourceNotFoundException": retry_not_found},
        )

    def note(self, made: list[str], left: list[str]) -> None:
        """Keep how far the settings have come."""
        assert self.restored is not None  # settings are made on a table that has been seen
        self.restored = replace(self.restored, settings_set=tuple(made), settings_left=tuple(left))

    @property
    def rows(self) -> Mapping[str, AwsError]:
        return RESTORE_ERRORS if self.stage is Stage.RESTORE else {}

    # `super()` does not work in a class with slots that a decorator has made again.

    def facts(
        self, *, failure: AwsFailure | None = None, status: str = "", detail: str = ""
    ) -> Facts:
        facts = Run.facts(self, failure=failure, status=status, detail=detail)
        known = self.restored.table_status if self.restored else ""
        return replace(facts, status=facts.status or known, made=self.restored, origin=self.origin)

    def cancelled(self) -> BackupError:
        return RestoreCancelledError(self.stage, self.facts())

    def timed_out(self) -> BackupError:
        """The error of a table that was not ACTIVE at the deadline."""
        return RestoreTimeoutError(self.stage, self.facts(), advice=self.advice)

    def finished(self) -> RestoreRecord:
        """The table at the end of it all."""
        assert self.restored is not None  # it has just been seen
        return replace(self.restored, elapsed_seconds=round(self.deadline.elapsed_seconds, 1))

    def _tell_retry(self, failure: AwsFailure, attempt: int, delay_seconds: float) -> None:
        self.looked_at("Table", failure.as_status(self.table_name), attempt, delay_seconds)


async def complete(arn: TableArn, settings: TableSettings, run: CompletionRun) -> RestoreRecord:
    """Wait until a table that was restored is ACTIVE, and give it `settings`.

    Whoever asks has just been handed the table, so it is not asked what it was restored from.
    """
    run.restored = RestoreRecord(
        arn.table,
        arn.arn,
        NOT_KNOWN,
        arn.region,
        run.backup_arn,
        settings_left=table_settings.names_of(settings),
    )
    table = await run.look(Retry.IN_A_ROW)
    if table.arn != arn.arn:
        asked = f"Asked for: {arn.arn}. {WrongTableError.advice}"
        raise WrongTableError(run.stage, run.facts(detail=table.arn), advice=asked)
    await until_active(run, run.saw(table))
    await set_all(Reading(settings), table, run)
    return run.finished()


async def until_active(run: CompletionRun, first: Table | None = None) -> Table:
    """Wait until the table is ACTIVE."""

    async def look() -> Table:
        return run.saw(await run.look(Retry.IN_A_ROW))

    try:
        return await wait_for_status(
            first or await look(),
            look,
            status_of=lambda table: table.status,
            states=RESTORE_STATES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda table, n, delay: run.looked_at("Table", table.status, n, delay),
        )
    except WaitTimedOut:
        raise run.timed_out() from None
    except UnexpectedState:
        raise TableNotActiveError(run.stage, run.facts()) from None
    except AwsFailure as failure:
        if failure.row.retry is Retry.UNTIL_DEADLINE:  # every last look was throttled
            raise run.timed_out() from failure
        raise


async def set_all(reading: Reading, table: Table, run: CompletionRun) -> None:
    """Set what is to be set and is not; `run.restored` tells how far that has come."""
    run.stage = Stage.SETTINGS
    made: list[str] = []
    left = list(reading.unread)
    steps = table_settings.steps(reading.settings, table, run)
    for number, step in enumerate(steps):
        run.note(made, [*(later.name for later in steps[number:]), *left])
        if not run.certain and (why := await _risk(step, run)):
            _leave(step, why, run)
            left.append(step.name)
            continue
        await step.take(run, lambda: until_active(run))
        made.append(step.name)
    run.note(made, left)
    if steps:
        await until_active(run)


async def _risk(step: Step, run: CompletionRun) -> str:
    """What speaks against a step on a table that is only most likely the restored one."""
    table = await until_active(run)
    try:
        return await step.risk(table)
    except AwsFailure as failure:
        if failure.row.error is not AccessDeniedError:
            raise
        return f"{failure.action} was refused, so what it has now is not known"


def _leave(step: Step, why: str, run: CompletionRun) -> None:
    how = f". If the table is yours to change, {step.by_hand}" if step.by_hand else ""
    run.notice(
        f"Not set on table '{run.table_name}', since AWS no longer says what it was restored from: "
        f"{step.name} ({why}){how}"
    )
