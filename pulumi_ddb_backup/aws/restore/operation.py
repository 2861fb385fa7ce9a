"""Restoring: start or find the restore, wait until the table is ACTIVE, set what AWS leaves out.

The name of the new table is what makes all of this repeatable: only one table can have it, and
that table tells which backup it is restored from.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import (
    BackupError,
    BackupInUseError,
    Facts,
    Stage,
    TableInUseError,
    TableNotActiveError,
    TableNotFoundError,
    ValidationError,
)
from ..records import Table, TableStatus
from ..restore_errors import RestoreCancelledError, RestoreTimeoutError, TargetExistsError
from ..restore_records import (
    BackedUpTable,
    Index,
    Overrides,
    RestoreRecord,
    RestoreRequest,
    TableSettings,
)
from ..rules.restoring import FROM_SOURCE
from ..rules.validation import Failure
from ..run import Run
from ..waiting import States, UnexpectedState, WaitTimedOut, wait_for_status
from . import table_settings
from .table_settings import Reading

RESTORE_STATES: Final = States(
    success=frozenset({TableStatus.ACTIVE.value}),
    transitional=frozenset({TableStatus.CREATING.value, TableStatus.UPDATING.value}),
)
_ANSWER_LOST: Final = "RestoreTableFromBackup was sent and its answer was lost"
_NAME_TAKEN: Final = (TargetExistsError, TableInUseError, BackupInUseError)
"""What AWS answers while another call, perhaps an earlier one of ours, restores to that name."""


@dataclass(slots=True, kw_only=True)
class RestoreRun(Run):
    """One restore under way.

    Attributes:
        source: Calls the region of the backup, within the same deadline.
        restored: The new table as AWS described it last, once the restore is known to be this one.
    """

    source: Run
    restored: RestoreRecord | None = None

    def saw(self, table: Table) -> Table:
        """Keep what AWS has said of the new table."""
        before = self.restored
        self.restored = RestoreRecord(
            table_name=table.name,
            table_arn=table.arn,
            table_status=table.status,
            region=self.dynamodb.region,
            backup_arn=self.backup_arn,
            table_id=table.table_id,
            restore_date_time=table.restore_date_time,
            table_size_bytes=table.size_bytes,
            item_count=table.item_count,
            settings_set=before.settings_set if before else (),
            settings_left=before.settings_left if before else (),
        )
        return table

    async def look(self, retry_not_found: Retry = Retry.NEVER) -> Table:
        """The table that has the name now."""
        return await self.call(
            Api.DESCRIBE_TABLE,
            lambda within: self.dynamodb.describe_table(self.table_name, within),
            {"ResourceNotFoundException": retry_not_found},
        )

    # `super()` does not work in a class with slots that a decorator has made again.

    def facts(
        self, *, failure: AwsFailure | None = None, status: str = "", detail: str = ""
    ) -> Facts:
        facts = Run.facts(self, failure=failure, status=status, detail=detail)
        known = self.restored.table_status if self.restored else ""
        return replace(facts, status=facts.status or known, restore=self.restored)

    def cancelled(self) -> BackupError:
        return RestoreCancelledError(self.stage, self.facts())

    def _tell_retry(self, failure: AwsFailure, attempt: int, delay_seconds: float) -> None:
        self.looked_at("Table", failure.as_status(self.table_name), attempt, delay_seconds)


async def restore(request: RestoreRequest, run: RestoreRun) -> RestoreRecord:
    """Restore one backup to one table, or go on with what an earlier call has begun of it."""
    found = await _find(request, run)
    backup = await _describe_backup(request, run, found)
    reading = await _settings(request, backup, run)
    table = found or await _start(request, backup, run)
    table = await _until_active(run, table)
    await _set(reading, table, run)
    assert run.restored is not None  # it has just been seen
    return replace(run.restored, elapsed_seconds=round(run.deadline.elapsed_seconds, 1))


async def _find(request: RestoreRequest, run: RestoreRun) -> Table | None:
    """The table that an earlier restore of the same backup has made. No other may have the name."""
    try:
        table = await run.look()
    except AwsFailure as failure:
        if failure.row.error is TableNotFoundError:
            return None
        raise
    if table.restored_from != request.backup_arn:
        raise TargetExistsError(run.stage, run.facts())
    how = "was restored" if table.status == TableStatus.ACTIVE else "is already being restored"
    run.notice(f"Table '{table.name}' {how} from this backup, so it is not restored again")
    return run.saw(table)


async def _describe_backup(
    request: RestoreRequest, run: RestoreRun, found: Table | None
) -> BackedUpTable | None:
    """The backup; None where it is not needed any more and can't be described."""
    if found and request.settings != FROM_SOURCE:
        return None
    try:
        return await run.source.call(
            Api.DESCRIBE_BACKUP,
            lambda within: run.source.dynamodb.describe_backed_up_table(run.backup_arn, within),
        )
    except AwsFailure:
        if found is None:
            raise
        return None


async def _settings(
    request: RestoreRequest, backup: BackedUpTable | None, run: RestoreRun
) -> Reading:
    """What is to be set on the new table. It is read before the wait, in which it might change."""
    if isinstance(request.settings, TableSettings):
        return Reading(request.settings)
    if request.settings is None:
        return Reading()
    table_id = backup.backup.table_id if backup else None
    return await table_settings.read_source(request, table_id, run.source)


async def _start(request: RestoreRequest, backup: BackedUpTable | None, run: RestoreRun) -> Table:
    """Have AWS start the restore, or find the one that this very call has started."""
    assert backup is not None  # without it there is an earlier restore, and nothing to start
    overrides = _overrides(request, backup)

    async def attempt(within_seconds: float) -> Table:
        # To send it again is safe: only one table can have the name.
        try:
            return await _send(request, overrides, run, within_seconds)
        except AwsFailure as failure:
            if failure.may_have_happened:
                run.doubt = _ANSWER_LOST
            raise

    try:
        table = await run.call(Api.RESTORE_TABLE, attempt)
    except AwsFailure as failure:
        if not run.doubt and failure.row.error not in _NAME_TAKEN:
            raise
        table = await _find_own(request, run, failure)
    run.doubt = ""
    run.saw(table)
    run.notice(f"Table '{table.name}' is being restored from {run.backup_arn}: {table.arn}")
    return table


async def _send(
    request: RestoreRequest, overrides: Overrides, run: RestoreRun, within_seconds: float
) -> Table:
    """Send RestoreTableFromBackup once. A cancel waits for the answer: it tells what is started."""
    sent = asyncio.ensure_future(
        run.dynamodb.restore_table_from_backup(request, overrides, within_seconds)
    )
    try:
        return await asyncio.shield(sent)
    except asyncio.CancelledError:
        try:
            run.saw(await sent)
        except AwsFailure as failure:
            if failure.may_have_happened:
                run.doubt = _ANSWER_LOST
        raise


async def _find_own(request: RestoreRequest, run: RestoreRun, failed: AwsFailure) -> Table:
    """The table that a call of ours has started to restore although it seems to have failed."""
    try:
        table = await run.look(Retry.IN_A_ROW)
    except AwsFailure as failure:
        if run.doubt and failure.row.error is TableNotFoundError:
            run.doubt = f"{_ANSWER_LOST}; DescribeTable does not show it"
        elif run.doubt:
            detail = f"failed ({failure.detail})"
            run.doubt = f"{_ANSWER_LOST}, and DescribeTable, which would tell, {detail}"
        raise failed from failure
    if table.restored_from != request.backup_arn:
        run.doubt = ""
        raise failed
    return table


def _overrides(request: RestoreRequest, backup: BackedUpTable) -> Overrides:
    billing_mode = request.billing_mode or backup.billing_mode
    local = _kept("local_indexes", request.local_indexes, backup.local_indexes, backup)
    indexes = _kept("global_indexes", request.global_indexes, backup.global_indexes, backup)
    becomes_provisioned = billing_mode == "PROVISIONED" != backup.billing_mode
    if indexes is None and becomes_provisioned and backup.global_indexes:
        indexes = backup.global_indexes  # they need a capacity, which the backup does not know
    return Overrides(local, indexes, billing_mode)


def _kept(
    key: str, names: tuple[str, ...] | None, there_are: tuple[Index, ...], backup: BackedUpTable
) -> tuple[Index, ...] | None:
    """The indexes of those names; None where none were named."""
    if names is None:
        return None
    known = {index.name: index for index in there_are}
    if unknown := [name for name in names if name not in known]:
        has = ", ".join(known) or "none"
        reason = (
            f"{key}: the backup of table '{backup.backup.table_name}' holds no index "
            f"{', '.join(unknown)} (it holds: {has})"
        )
        raise ValidationError([Failure(key, reason)])
    return tuple(known[name] for name in names)


async def _until_active(run: RestoreRun, first: Table | None = None) -> Table:
    """Wait until the new table is ACTIVE."""

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
        raise RestoreTimeoutError(run.stage, run.facts()) from None
    except UnexpectedState:
        raise TableNotActiveError(run.stage, run.facts()) from None
    except AwsFailure as failure:
        if failure.row.retry is Retry.UNTIL_DEADLINE:  # every last look was throttled
            raise RestoreTimeoutError(run.stage, run.facts()) from failure
        raise


async def _set(reading: Reading, table: Table, run: RestoreRun) -> None:
    """Set what is to be set and is not; `run.restored` tells how far that has come."""
    run.stage = Stage.SETTINGS
    steps = table_settings.steps(reading.settings, table, run)
    names = [step.name for step in steps]
    for done, step in enumerate(steps):
        _note(run, names[:done], [*names[done:], *reading.unread])
        await step.take(run, lambda: _until_active(run))
    _note(run, names, list(reading.unread))
    if steps:
        await _until_active(run)


def _note(run: RestoreRun, made: list[str], left: list[str]) -> None:
    assert run.restored is not None  # settings are made on a table that has been seen
    run.restored = replace(run.restored, settings_set=tuple(made), settings_left=tuple(left))
