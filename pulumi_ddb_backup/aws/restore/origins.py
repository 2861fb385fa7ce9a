"""What a restore takes its data from: a backup, or a moment that AWS's window must hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..calls.rate import Api
from ..errors import BackupNotFoundError, TableNotFoundError
from ..rules.text import iso
from ..running.run import Run
from ..tables import Table
from .calls import (
    describe_backed_up_table,
    describe_source_table,
    describe_window,
    restore_table_from_backup,
    restore_table_to_point_in_time,
)
from .errors import OutsideWindowError
from .moments import Window
from .records import Overrides, Restorable, RestoreRequest
from .source import SourceRun

GONE: Final = (BackupNotFoundError, TableNotFoundError)
"""What AWS's answer becomes when there is nothing to restore from."""
_IS_OFF: Final = "point-in-time recovery is not enabled for that table"
_TOO_LATE: Final = "the latest moment that can be restored by now is {latest}"
_TOO_LATE_ADVICE: Final = (
    "AWS stays about five minutes behind. Wait until that moment can be restored, or choose an "
    "earlier one."
)
_TOO_EARLY: Final = "the earliest moment that can be restored is {earliest}"


def restores_moment(request: RestoreRequest) -> bool:
    """Whether it is a moment that is restored, and not a backup."""
    return request.point_in_time is not None


async def described(request: RestoreRequest, run: SourceRun) -> Restorable:
    """What AWS tells of the data. A moment has the keys and indexes that the table has now."""
    asked = request.point_in_time
    if asked is None:
        return await run.call(
            Api.DESCRIBE_BACKUP,
            lambda within: describe_backed_up_table(run.dynamodb, run.backup_arn, within),
        )
    await run.require_allowed_caller(asked.arn.arn if asked.arn else None)
    found = await run.call(
        Api.DESCRIBE_TABLE, lambda within: describe_source_table(run.dynamodb, asked.table, within)
    )
    return replace(found, moment=asked.second)


async def require_in_window(request: RestoreRequest, source: SourceRun, run: Run) -> None:
    """Make sure that AWS can restore the moment that is asked for. A backup needs no such thing.

    Raises:
        OutsideWindowError: It can't.
    """
    asked = request.point_in_time
    if asked is None:
        return
    window = await source.call(
        Api.DESCRIBE_CONTINUOUS_BACKUPS,
        lambda within: describe_window(source.dynamodb, asked.table, within),
    )
    if (detail := _outside(request, window)) is not None:
        why, advice = detail
        raise OutsideWindowError(run.stage, run.facts(detail=why), advice=advice)


def _outside(request: RestoreRequest, window: Window) -> tuple[str, str | None] | None:
    """Why the window does not hold the moment, and what to do; None where it does."""
    moment = request.point_in_time.second if request.point_in_time else None
    if window.holds(moment):
        return None
    if not window.enabled:
        return _IS_OFF, None
    if window.latest is not None and moment is not None and moment > window.latest:
        return _TOO_LATE.format(latest=iso(window.latest)), _TOO_LATE_ADVICE
    assert window.earliest is not None  # it holds the moment in every other case
    return _TOO_EARLY.format(earliest=iso(window.earliest)), None


async def send(
    request: RestoreRequest,
    source: Restorable,
    overrides: Overrides,
    run: Run,
    within_seconds: float,
) -> Table:
    """Have AWS start the restore."""
    if restores_moment(request):
        return await restore_table_to_point_in_time(
            run.dynamodb, request, source.table_arn, overrides, within_seconds
        )
    return await restore_table_from_backup(run.dynamodb, request, overrides, within_seconds)
