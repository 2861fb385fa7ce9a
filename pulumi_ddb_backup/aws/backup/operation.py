"""The operation: start and wait. Everything that takes a backup goes through here."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import (
    BackupDeletedError,
    BackupInUseError,
    BackupTimeoutError,
    Stage,
    UnexpectedStatusError,
)
from ..records import BackupRecord, BackupRequest, BackupStatus
from ..rules import naming
from ..running.run import Run
from ..running.waiting import FailureState, States, UnexpectedState, WaitTimedOut, wait_for_status
from ..tables import Table
from . import tables
from .calls import create_backup, describe_backup
from .existing import require_own_account
from .listing import poller_of
from .polling import Watch
from .recognition import ANSWER_LOST, adopt_running, find_own, find_running

BACKUP_STATES: Final = States(
    success=frozenset({BackupStatus.AVAILABLE.value}),
    transitional=frozenset({BackupStatus.CREATING.value}),
    failure=frozenset({BackupStatus.DELETED.value}),
)
_CLOCK_RESOLUTION: Final = timedelta(seconds=2)
"""AWS tells the time in whole seconds; an own backup may seem this much older than its call."""


async def take_backup(
    request: BackupRequest, run: Run, *, found: bool = False, waits: bool = True
) -> BackupRecord:
    """Take one backup.

    Args:
        request: The backup to be taken.
        run: Its run.
        found: See `tables.preflight`.
        waits: Whether to wait until it is AVAILABLE.
    """
    by_itself = not run.account.crowded or not await _is_surely_right(request, run)
    table = await tables.preflight(request, run, found=found) if by_itself else None
    await run.require_allowed_caller(table.arn if table else request.table_arn)
    refusals = tables.Refusals(request, run, found=found)
    started = await start(request, run, refusals, tells=waits)
    if not waits:
        return _completed(started, refusals.table or table, run)
    return await wait(run, started, refusals.table or table)


async def _is_surely_right(request: BackupRequest, run: Run) -> bool:
    """Whether the table need not be described to know that it is the one meant."""
    account = run.account
    if account.guard and await account.caller(run.deadline) is None:
        return False
    return await account.surely_has(request.table_arn, run.deadline)


async def start(
    request: BackupRequest, run: Run, refusals: tables.Refusals, *, tells: bool = True
) -> BackupRecord:
    """Have AWS start the backup, exactly once, or find the one that this very request started."""
    run.stage = Stage.CREATE
    # That AWS takes another backup does not mean that none is being created: it takes several.
    if earlier := await find_running(request, run):
        return _noted(earlier, run)
    began = run.dynamodb.aws_now() - _CLOCK_RESOLUTION
    name = name_of(request, run)
    lost: AwsFailure | None = None

    async def attempt(within: float) -> BackupRecord:
        # CreateBackup is not idempotent: after an answer that was lost, look before sending again.
        nonlocal lost
        if lost and (own := await find_own(request, name, began, run, lost)):
            return own
        try:
            return await _create(request, name, run, within)
        except AwsFailure as failure:
            if failure.may_have_happened:
                lost, run.doubt = failure, ANSWER_LOST.format(name=name)
            raise

    while True:
        try:
            started = _noted(await run.call(Api.CREATE_BACKUP, attempt), run)
        except AwsFailure as failure:
            own = await find_own(request, name, began, run, lost) if lost else None
            if own is None and failure.row.error is BackupInUseError:
                own = await adopt_running(request, run, failure)
            if own is not None:
                return _noted(own, run)
            if failure.code not in tables.REFUSALS:
                raise
            await refusals.outlast(failure)
        else:
            if tells and started.backup_status != BackupStatus.AVAILABLE:
                run.notice(
                    f"Backup '{started.backup_name}' of table '{run.table_name}' started: "
                    f"{started.backup_arn}"
                )
            return started


def _noted(backup: BackupRecord, run: Run) -> BackupRecord:
    run.record, run.backup_arn, run.doubt = backup, backup.backup_arn, ""
    return backup


async def wait(run: Run, started: BackupRecord, table: Table | None = None) -> BackupRecord:
    """Wait until a backup that AWS has started is AVAILABLE."""
    run.stage = Stage.WAIT
    run.record, run.backup_arn = started, started.backup_arn

    async def look(watch: Watch) -> BackupRecord:
        seen = await watch.look(run.deadline.remaining_seconds)
        if seen is None:
            seen = await run.call(
                Api.DESCRIBE_BACKUP,
                lambda within: describe_backup(run.dynamodb, started.backup_arn, within),
            )
        run.record = seen
        return seen

    try:
        with poller_of(run.account).watching(started) as watch:
            done = started.backup_status == BackupStatus.AVAILABLE
            record = await wait_for_status(
                await look(watch) if done else started,
                lambda: look(watch),
                status_of=lambda backup: backup.backup_status,
                states=BACKUP_STATES,
                pause=watch.pause,
                deadline=run.deadline,
                on_look=lambda backup, n, delay: run.looked_at(
                    "Backup", backup.backup_status, n, delay
                ),
            )
    except WaitTimedOut:
        raise BackupTimeoutError(run.stage, run.facts()) from None
    except FailureState:
        raise BackupDeletedError(run.stage, run.facts()) from None
    except UnexpectedState:
        known = ", ".join(BACKUP_STATES.known)
        raise UnexpectedStatusError(run.stage, run.facts(detail=known)) from None
    except AwsFailure as failure:
        if failure.row.retry is Retry.UNTIL_DEADLINE:  # every last poll was throttled
            raise BackupTimeoutError(run.stage, run.facts()) from failure
        raise
    return _completed(record, table, run)


async def resume(arn: str, run: Run) -> BackupRecord:
    """Wait for a backup that exists already, or find out that it is AVAILABLE."""
    run.stage, run.backup_arn = Stage.WAIT, arn
    try:
        found = await run.call(
            Api.DESCRIBE_BACKUP, lambda within: describe_backup(run.dynamodb, arn, within)
        )
    except AwsFailure as failure:
        await require_own_account(failure, arn, run)
        raise
    return await wait(run, found)


def name_of(request: BackupRequest, run: Run) -> str:
    """The name of a backup that is taken now."""
    if request.backup_name is not None:
        return request.backup_name
    identity = request.identity or naming.nobodys_identity(request.table)
    moment = run.account.clock.now()
    return naming.generated_name(request.backup_name_prefix or "", moment, identity)


async def _create(request: BackupRequest, name: str, run: Run, within: float) -> BackupRecord:
    """Send CreateBackup once. A cancel waits for the answer: it may hold an ARN."""
    sent = asyncio.ensure_future(create_backup(run.dynamodb, request.table, name, within))
    try:
        return await asyncio.shield(sent)
    except asyncio.CancelledError:
        try:
            run.record = await sent
            run.backup_arn = run.record.backup_arn
        except AwsFailure as failure:
            if failure.may_have_happened:
                run.doubt = ANSWER_LOST.format(name=name)
        raise


def _completed(record: BackupRecord, table: Table | None, run: Run) -> BackupRecord:
    """The final record: DescribeBackup's words first, then DescribeTable's, and the time taken."""
    known = BackupRecord(
        backup_arn=record.backup_arn,
        backup_name=record.backup_name,
        backup_status=record.backup_status,
        table_name=record.table_name,
        table_arn=record.table_arn,
        region=record.region,
        table_id=table.table_id if table else None,
        table_size_bytes=table.size_bytes if table else None,
        item_count=table.item_count if table else None,
        elapsed_seconds=round(run.deadline.elapsed_seconds, 1),
    )
    return record.completed_from(known)
