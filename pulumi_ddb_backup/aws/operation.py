"""The operation: preflight, start, wait. Everything that takes a backup goes through here."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

from . import naming
from .aws_errors import AwsFailure, Retry
from .errors import (
    BackupDeletedError,
    BackupInUseError,
    BackupTimeoutError,
    Stage,
    StartTimeoutError,
    TableInUseError,
    TableNotActiveError,
    TableNotFoundError,
    UnexpectedStatusError,
    WrongAccountError,
    WrongTableError,
)
from .polling import Watch
from .rate import Api
from .records import BackupRecord, BackupRequest, BackupStatus, Table, TableStatus
from .run import Run
from .waiting import (
    FailureState,
    States,
    UnexpectedState,
    WaitTimedOut,
    wait_for_status,
)

BACKUP_STATES: Final = States(
    success=frozenset({BackupStatus.AVAILABLE.value}),
    transitional=frozenset({BackupStatus.CREATING.value}),
    failure=frozenset({BackupStatus.DELETED.value}),
)
TABLE_STATES: Final = States(
    success=frozenset({TableStatus.ACTIVE.value}),
    transitional=frozenset({TableStatus.UPDATING.value}),
)
_CLOCK_RESOLUTION: Final = timedelta(seconds=2)
"""AWS tells the time in whole seconds; an own backup may seem this much older than its call."""
_ANSWER_LOST: Final = "CreateBackup for '{name}' was sent and its answer was lost"


async def take_backup(request: BackupRequest, run: Run) -> BackupRecord:
    """Take one backup and wait until it is AVAILABLE."""
    by_itself = not run.account.crowded or request.table_arn is not None
    table = await preflight(request, run) if by_itself else None
    try:
        started = await start(request, run)
    except AwsFailure as failure:
        if by_itself or failure.row.error not in (TableInUseError, TableNotFoundError):
            raise
        table = await preflight(request, run)  # says more exactly what is wrong, or waits for it
        started = await start(request, run)
    return await wait(run, started, table)


async def preflight(request: BackupRequest, run: Run) -> Table:
    """Make sure that the table is there, is the one meant, and is ACTIVE; wait while UPDATING."""
    run.stage = Stage.TABLE

    async def look() -> Table:
        return await run.call(
            Api.DESCRIBE_TABLE,
            lambda within: run.dynamodb.describe_table(request.table, within),
        )

    table = await look()
    if request.table_arn is not None and table.arn != request.table_arn:
        raise WrongTableError(run.stage, run.facts(detail=table.arn))
    try:
        return await wait_for_status(
            table,
            look,
            status_of=lambda table: table.status,
            states=TABLE_STATES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda table, n, delay: run.looked_at("Table", table.status, n, delay),
        )
    except WaitTimedOut as ended:
        raise StartTimeoutError(
            run.stage, run.facts(status=f"table {ended.value.status}")
        ) from None
    except UnexpectedState as ended:
        raise TableNotActiveError(run.stage, run.facts(status=ended.value.status)) from None


async def start(request: BackupRequest, run: Run) -> BackupRecord:
    """Have AWS start the backup, exactly once, or find the one that this very request started."""
    run.stage = Stage.CREATE
    began = run.dynamodb.aws_now() - _CLOCK_RESOLUTION
    name = _name_of(request, run)
    lost: AwsFailure | None = None

    async def attempt(within: float) -> BackupRecord:
        # CreateBackup is not idempotent: after an answer that was lost, look before sending again.
        nonlocal lost
        if lost and (own := await _find_own(request, name, began, run, lost)):
            return own
        try:
            return await _create(request, name, run, within)
        except AwsFailure as failure:
            if failure.may_have_happened:
                lost, run.doubt = failure, _ANSWER_LOST.format(name=name)
            raise

    try:
        started = await run.call(Api.CREATE_BACKUP, attempt)
    except AwsFailure as failure:
        found = await _find_own(request, name, began, run, lost) if lost else None
        if found is None and failure.row.error is BackupInUseError:
            found = await _adopt_running(request, run, failure)
        if found is None:
            raise
        started = found
    run.record, run.backup_arn, run.doubt = started, started.backup_arn, ""
    if started.backup_status != BackupStatus.AVAILABLE:
        run.notice(
            f"Backup '{started.backup_name}' of table '{run.table_name}' started: {started.backup_arn}"
        )
    return started


async def wait(run: Run, started: BackupRecord, table: Table | None = None) -> BackupRecord:
    """Wait until a backup that AWS has started is AVAILABLE."""
    run.stage = Stage.WAIT
    run.record, run.backup_arn = started, started.backup_arn

    async def look(watch: Watch) -> BackupRecord:
        seen = await watch.look(run.deadline.remaining_seconds)
        if seen is None:
            seen = await run.call(
                Api.DESCRIBE_BACKUP,
                lambda within: run.dynamodb.describe_backup(started.backup_arn, within),
            )
        run.record = seen
        return seen

    try:
        with run.account.poller.watching(started) as watch:
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
    found = await run.call(
        Api.DESCRIBE_BACKUP, lambda within: run.dynamodb.describe_backup(arn, within)
    )
    return await wait(run, found)


async def describe(arn: str, run: Run) -> BackupRecord | None:
    """A backup as AWS knows it now; None once AWS says, in the backup's own account, it is gone."""
    run.stage, run.backup_arn = Stage.READ, arn
    try:
        record = await run.call(
            Api.DESCRIBE_BACKUP,
            lambda within: run.dynamodb.describe_backup(arn, within),
            {"BackupNotFoundException": Retry.NEVER},
        )
    except AwsFailure as failure:
        await _only_if_gone(failure, arn, run)
        return None
    return None if record.backup_status == BackupStatus.DELETED else record


async def delete(arn: str, run: Run) -> bool:
    """Delete a backup; wait while it is in use. False if it was gone already."""
    run.stage, run.backup_arn = Stage.DELETE, arn
    try:
        await run.call(
            Api.DELETE_BACKUP,
            lambda within: run.dynamodb.delete_backup(arn, within),
            {
                "BackupNotFoundException": Retry.NEVER,
                "BackupInUseException": Retry.UNTIL_DEADLINE,
            },
        )
    except AwsFailure as failure:
        await _only_if_gone(failure, arn, run)
        return False
    return True


def _name_of(request: BackupRequest, run: Run) -> str:
    if request.backup_name is not None:
        return request.backup_name
    identity = request.identity or naming.digest({"table": request.table})
    moment = run.account.clock.now()
    return naming.generated_name(request.backup_name_prefix or "", moment, identity)


async def _create(request: BackupRequest, name: str, run: Run, within: float) -> BackupRecord:
    """Send CreateBackup once. A cancel waits for the answer: it may hold an ARN."""
    sent = asyncio.ensure_future(run.dynamodb.create_backup(request.table, name, within))
    try:
        return await asyncio.shield(sent)
    except asyncio.CancelledError:
        try:
            run.record = await sent
            run.backup_arn = run.record.backup_arn
        except AwsFailure as failure:
            if failure.may_have_happened:
                run.doubt = _ANSWER_LOST.format(name=name)
        raise


async def _find_own(
    request: BackupRequest, name: str, began: datetime, run: Run, lost: AwsFailure
) -> BackupRecord | None:
    """The backup that the CreateBackup whose answer was `lost` has started, if it has."""
    doubt = _ANSWER_LOST.format(name=name)
    try:
        listed = await run.account.list_backups(request.table, began, run.deadline)
    except AwsFailure as failure:
        run.doubt = f"{doubt}, and ListBackups, which would tell, failed ({failure.detail})"
        raise lost.as_error(run.stage, run.facts(failure=lost)) from failure
    run.doubt = f"{doubt}; ListBackups does not show one"
    own = [
        backup
        for backup in listed
        if backup.backup_name == name
        and backup.backup_status != BackupStatus.DELETED
        and (backup.backup_creation_date_time or began) >= began
    ]
    return own[-1] if own else None


async def _adopt_running(
    request: BackupRequest, run: Run, in_use: AwsFailure
) -> BackupRecord | None:
    """The running backup that a run of this very request started and could not wait for."""
    try:
        listed = await run.account.list_backups(request.table, None, run.deadline)
    except AwsFailure:
        return None  # ListBackups may be denied: then there is no more to tell
    running = [backup for backup in listed if backup.backup_status == BackupStatus.CREATING]
    for backup in running:
        if request.identity and request.backup_name is None:
            prefix = request.backup_name_prefix or ""
            if naming.is_generated_by(backup.backup_name, prefix, request.identity):
                run.notice(
                    f"Backup '{backup.backup_name}' of table '{run.table_name}' was started by an "
                    "earlier run that could not wait for it; it is taken over"
                )
                return backup
    if running:
        run.backup_arn = running[0].backup_arn
        advice = f"{in_use.row.advice} Being created now: {run.backup_arn}"
        raise in_use.as_error(run.stage, run.facts(failure=in_use), advice=advice) from in_use
    return None


async def _only_if_gone(failure: AwsFailure, arn: str, run: Run) -> None:
    """Let "not found" pass only where the caller looked in the backup's own account."""
    if failure.code != "BackupNotFoundException":
        raise failure
    account = await run.call(Api.GET_CALLER_IDENTITY, run.dynamodb.caller_account)
    if f":{account}:table/" not in arn:
        raise WrongAccountError(run.stage, run.facts(detail=f"one that ends in {account[-4:]}"))


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
