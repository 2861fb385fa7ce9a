"""Restoring: start or find the restore, wait until the table is ACTIVE, set what AWS leaves out.

The name of the new table is what makes all of this repeatable: only one table can have it. The table
that AWS has answered with is known by that; one that is there already is recognised, or left alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import (
    BackupInUseError,
    TableInUseError,
    TableNotFoundError,
    ValidationError,
)
from ..rules.validation import Failure
from ..running.waiting import States, UnexpectedState, WaitTimedOut, wait_for_status
from ..tables import Table, TableStatus
from . import origins
from .completing import CompletionRun, set_all, until_active
from .errors import not_its_restore, still_being_deleted
from .recognition import MOST_LIKELY, another_source, unlike
from .records import Index, Overrides, Restorable, RestoreRecord, RestoreRequest, TableSettings
from .rules import FROM_SOURCE
from .source import Reading, SourceRun, read_source

_GONE: Final = "GONE"
_DELETING: Final = States(
    success=frozenset({_GONE}), transitional=frozenset({TableStatus.DELETING.value})
)
_ANSWER_LOST: Final = "{api} was sent and its answer was lost"
_NAME_JUST_FREED: Final = {
    "TableAlreadyExistsException": Retry.IN_A_ROW,
    "TableInUseException": Retry.IN_A_ROW,
}
_CLOCK_RESOLUTION: Final = timedelta(seconds=2)
"""AWS tells the time in whole seconds; an own table may seem this much older than its call."""


@dataclass(slots=True, kw_only=True)
class RestoreRun(CompletionRun):
    """One restore under way.

    Attributes:
        source: Calls the region of the backup, within the same deadline.
        freed: Whether a table that had the name has been waited for until it was gone.
        api: The call that starts the restore.
    """

    source: SourceRun
    freed: bool = False
    api: Api = Api.RESTORE_TABLE

    @property
    def answer_lost(self) -> str:
        """Why a table may be on its way that this run does not know of."""
        return _ANSWER_LOST.format(api=self.api.value)


async def restore(request: RestoreRequest, run: RestoreRun) -> RestoreRecord:
    """Restore a backup or a moment to one table, or go on with what an earlier call has begun of it."""
    there = await _occupant(request, run)
    source = await _describe_source(request, run, there)
    if source:
        run.data_of, run.source_arn = source.moment, source.table_arn or None
    found = _recognised(there, request, source, run) if there else None
    reading = await _settings(request, source, run)
    table = found or await _start(request, source, run)
    await until_active(run, table)
    await set_all(reading, table, run)
    return run.finished()


async def _occupant(request: RestoreRequest, run: RestoreRun) -> Table | None:
    """The table that has the name and may be the restore. One that is being deleted is outlasted."""
    table = await _look(run)
    if table and table.status == TableStatus.DELETING:
        table = await _until_gone(table, run)
    if table and (why := another_source(table, request, run.source.dynamodb.region)):
        raise not_its_restore(run.stage, run.facts(detail=why))
    return table


async def _look(run: RestoreRun) -> Table | None:
    try:
        return await run.look()
    except AwsFailure as failure:
        if failure.row.error is TableNotFoundError:
            return None
        raise


async def _until_gone(table: Table, run: RestoreRun) -> Table | None:
    """Wait until a table that is being deleted is gone; the one that has its name then, if any."""
    run.notice(f"Table '{table.name}' is being deleted; it is restored as soon as it is gone")
    first: Table | None = table
    try:
        await wait_for_status(
            first,
            lambda: _look(run),
            status_of=lambda seen: seen.status if seen else _GONE,
            states=_DELETING,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda _, n, delay: run.looked_at("Table", table.status, n, delay),
        )
    except WaitTimedOut:
        raise still_being_deleted(run.stage, run.facts(status=table.status)) from None
    except UnexpectedState as ended:
        other: Table = ended.value
        return other
    run.freed = True
    return None


async def _describe_source(
    request: RestoreRequest, run: RestoreRun, there: Table | None
) -> Restorable | None:
    """What is restored; None where it is not needed any more and can't be described."""
    certain = there is not None and there.restored_from is not None
    if certain and request.settings != FROM_SOURCE:
        return None
    try:
        source = await origins.described(request, run.source)
    except AwsFailure as failure:
        if certain or (there and failure.row.error in origins.GONE):
            return None
        if origins.restores_moment(request):  # it is the source that this failure is about
            raise run.source.failed(failure) from failure
        raise
    if there is None:
        await origins.require_in_window(request, run.source, run)
    return source


def _recognised(
    table: Table, request: RestoreRequest, source: Restorable | None, run: RestoreRun
) -> Table:
    """The table that an earlier restore of the same has made. No other may have the name."""
    if table.restored_from is None:
        why = (
            unlike(table, source, _overrides(request, source))
            if source
            else f"{request.holder} is gone, so nothing can be compared"
        )
        if why:
            raise not_its_restore(run.stage, run.facts(detail=why))
        _take_as_most_likely(table, run)
    else:
        how = "was restored" if table.status == TableStatus.ACTIVE else "is already being restored"
        run.notice(f"Table '{table.name}' {how} from {request.this}, so it is not restored again")
    return run.saw(table)


def _take_as_most_likely(table: Table, run: RestoreRun) -> None:
    run.certain = False
    run.notice(MOST_LIKELY.format(table=table.name, origin=run.origin))


async def _settings(request: RestoreRequest, source: Restorable | None, run: RestoreRun) -> Reading:
    """What is to be set on the new table. It is read before the wait, in which it might change."""
    if isinstance(request.settings, TableSettings):
        return Reading(request.settings)
    if request.settings is None:
        return Reading()
    return await read_source(request, source, run.source)


async def _start(request: RestoreRequest, source: Restorable | None, run: RestoreRun) -> Table:
    """Have AWS start the restore, or find the one that this very call has started."""
    assert source is not None  # without it there is an earlier restore, and nothing to start
    overrides = _overrides(request, source)
    began = run.dynamodb.aws_now() - _CLOCK_RESOLUTION

    async def attempt(within_seconds: float) -> Table:
        # To send it again is safe: only one table can have the name.
        try:
            return await _send(request, source, overrides, run, within_seconds)
        except AwsFailure as failure:
            if failure.may_have_happened:
                run.doubt = run.answer_lost
            raise

    try:
        exceptions = _NAME_JUST_FREED if run.freed else None
        table = await run.call(run.api, attempt, exceptions)
    except AwsFailure as failure:
        if not run.doubt and not _is_name_taken(failure):
            raise
        own = await _find_own(request, run, failure, began)
        if own is None:
            return await _start(request, source, run)
        table = own
        if table.restored_from is None:
            if not run.doubt or unlike(table, source, overrides, began):
                run.doubt = ""
                raise
            _take_as_most_likely(table, run)
    run.doubt = ""
    run.saw(table)
    if run.certain:
        run.notice(f"Table '{table.name}' is being restored from {run.comes_from}: {table.arn}")
    return table


def _is_name_taken(failure: AwsFailure) -> bool:
    """What AWS answers while another call, perhaps an earlier one of ours, restores to that name."""
    in_use = failure.row.error in (TableInUseError, BackupInUseError)
    return in_use or failure.code == "TableAlreadyExistsException"


async def _send(
    request: RestoreRequest,
    source: Restorable,
    overrides: Overrides,
    run: RestoreRun,
    within_seconds: float,
) -> Table:
    """Send the restore once. A cancel waits for the answer: it tells what is started."""
    sent = asyncio.ensure_future(origins.send(request, source, overrides, run, within_seconds))
    try:
        return await asyncio.shield(sent)
    except asyncio.CancelledError:
        try:
            run.saw(await sent)
        except AwsFailure as failure:
            if failure.may_have_happened:
                run.doubt = run.answer_lost
        raise


async def _find_own(
    request: RestoreRequest, run: RestoreRun, failed: AwsFailure, began: datetime
) -> Table | None:
    """The table that a call of ours may have started to restore although it seems to have failed.

    None: a table had the name that is gone by now, so the restore can be sent again.
    """
    try:
        table = await run.look(Retry.IN_A_ROW)
    except AwsFailure as failure:
        if run.doubt and failure.row.error is TableNotFoundError:
            run.doubt = f"{run.answer_lost}; DescribeTable does not show it"
        elif run.doubt:
            detail = f"failed ({failure.detail})"
            run.doubt = f"{run.answer_lost}, and DescribeTable, which would tell, {detail}"
        raise failed from failure
    deleting = table.status == TableStatus.DELETING
    if deleting and run.doubt:
        run.doubt = f"{run.answer_lost}, and DescribeTable shows a table that is being deleted"
        raise failed
    if deleting:
        next_one = await _until_gone(table, run)
        if next_one is None:
            return None
        table = next_one
    if another_source(table, request, run.source.dynamodb.region, began):
        run.doubt = ""
        raise failed
    return table


def _overrides(request: RestoreRequest, source: Restorable) -> Overrides:
    billing_mode = request.billing_mode or source.billing_mode
    local = _kept("local_indexes", request.local_indexes, source.local_indexes, source)
    indexes = _kept("global_indexes", request.global_indexes, source.global_indexes, source)
    becomes_provisioned = billing_mode == "PROVISIONED" != source.billing_mode
    if indexes is None and becomes_provisioned and source.global_indexes:
        indexes = source.global_indexes  # they need a capacity, which the source does not know
    return Overrides(local, indexes, billing_mode)


def _kept(
    key: str, names: tuple[str, ...] | None, there_are: tuple[Index, ...], source: Restorable
) -> tuple[Index, ...] | None:
    """The indexes of those names; None where none were named."""
    if names is None:
        return None
    known = {index.name: index for index in there_are}
    if unknown := [name for name in names if name not in known]:
        has = ", ".join(known) or "none"
        reason = (
            f"{key}: {source.holder} of '{source.table_name}' has no index {', '.join(unknown)} "
            f"(it has: {has})"
        )
        raise ValidationError([Failure(key, reason)])
    return tuple(known[name] for name in names)
