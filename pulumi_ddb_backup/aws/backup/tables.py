"""Whether a table can be backed up now: by DescribeTable, before CreateBackup and after a refusal.

AWS backs up a table that is UPDATING. Of one that is CREATING, CreateBackup says "Table not found".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..calls.retries import RETRIES_IN_A_ROW
from ..errors import (
    AccessDeniedError,
    RejectedError,
    Stage,
    StartTimeoutError,
    TableNotActiveError,
    TableNotFoundError,
    WrongTableError,
)
from ..records import BackupRequest
from ..running.run import Run
from ..running.waiting import (
    FIRST_INTERVAL_SECONDS,
    States,
    UnexpectedState,
    WaitTimedOut,
    wait_for_status,
)
from ..tables import Table, TableStatus
from .calls import describe_table

REFUSALS: Final = frozenset(
    {
        "TableInUseException",
        "ResourceInUseException",
        "TableNotFoundException",
        "ResourceNotFoundException",
    }
)
"""What CreateBackup answers where it may be the table's status that is in the way."""
_NOW: Final = frozenset({TableStatus.ACTIVE.value, TableStatus.UPDATING.value})
_UNEXPLAINED: Final = (
    "AWS refused {action} for table '{table_name}' in region '{region}' ({detail}), although "
    "DescribeTable shows it as {status}"
)
_ADVICE: Final[Mapping[str, str]] = {
    # By status; AWS's meaning of each is in the API reference of TableDescription.
    "DELETING": "A table that is being deleted can no longer be backed up.",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "The table's KMS key can't be used: enable the key, or "
    "allow its use again, then {again}. AWS archives the table after seven days.",
    "ARCHIVING": "AWS is archiving the table, because its KMS key could not be used for seven days. "
    "It makes a backup of it, which can be restored once the key can be used again.",
    "ARCHIVED": "AWS has archived the table, because its KMS key could not be used for seven days. "
    "It has made a backup of it, which can be restored once the key can be used again.",
    "REPLICATION_NOT_AUTHORIZED": "AWS may not replicate the table any more: allow it again in the "
    "policies of the table and its replicas, then {again}.",
}


async def describe(request: BackupRequest, run: Run) -> Table:
    """The table as AWS describes it.

    Raises:
        WrongTableError: It is not the one whose ARN was given.
        AwsFailure: AWS does not describe it.
    """
    table = await run.call(
        Api.DESCRIBE_TABLE,
        lambda within: describe_table(run.dynamodb, request.table, within),
    )
    if request.table_arn is not None and table.arn != request.table_arn:
        asked = f"Asked for: {request.table_arn}. {WrongTableError.advice}"
        raise WrongTableError(run.stage, run.facts(detail=table.arn), advice=asked)
    return table


async def preflight(request: BackupRequest, run: Run, *, found: bool = False) -> Table:
    """Make sure that the table is there, is the one meant, and that CreateBackup can be sent.

    Args:
        request: The backup to be taken.
        run: Its run.
        found: Whether the table was found by a pattern or tag: then it is waited for while it is
            CREATING. One that was named must be there.
    """
    run.stage = Stage.TABLE
    waited_for = frozenset({TableStatus.CREATING.value}) if found else frozenset[str]()
    return await _waited_for(await describe(request, run), request, run, States(_NOW, waited_for))


async def look(request: BackupRequest, run: Run, *, found: bool = False) -> Table:
    """The table as it is now, if it could be backed up; `preflight` without the waiting."""
    table = await describe(request, run)
    waits = found and table.status == TableStatus.CREATING
    return table if waits else await _waited_for(table, request, run, States(_NOW, frozenset()))


async def _waited_for(table: Table, request: BackupRequest, run: Run, states: States) -> Table:
    try:
        return await wait_for_status(
            table,
            lambda: describe(request, run),
            status_of=lambda table: table.status,
            states=states,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda table, n, delay: run.looked_at("Table", table.status, n, delay),
        )
    except WaitTimedOut as ended:
        raise StartTimeoutError(
            run.stage, run.facts(status=f"table {ended.value.status}")
        ) from None
    except UnexpectedState as ended:
        status = ended.value.status
        raise TableNotActiveError(
            run.stage, run.facts(status=status), advice=_ADVICE.get(status)
        ) from None


class Refusals:
    """What becomes of a CreateBackup that AWS refuses because of the table, however often.

    Attributes:
        table: The table as it was described last; None while it was not.
    """

    def __init__(self, request: BackupRequest, run: Run, *, found: bool) -> None:
        self.table: Table | None = None
        self._request = request
        self._run = run
        waited_for = {TableStatus.UPDATING.value} | (
            {TableStatus.CREATING.value} if found else set()
        )
        self._states = States(frozenset({TableStatus.ACTIVE.value}), frozenset(waited_for))
        self._unexplained = 0

    async def outlast(self, failure: AwsFailure) -> None:
        """Wait until CreateBackup may be sent again; else raise what is wrong, exactly."""
        run = self._run
        run.stage = Stage.TABLE
        try:
            seen = await describe(self._request, run)
            if seen.status == TableStatus.ACTIVE:
                await self._not_explained_by(seen, failure)
            self.table = await _waited_for(seen, self._request, run, self._states)
        except AwsFailure as denied:
            if denied.row.error is AccessDeniedError:
                run.stage = Stage.CREATE
                raise failure from None
            raise
        run.stage = Stage.CREATE

    async def _not_explained_by(self, table: Table, failure: AwsFailure) -> None:
        """Let a refusal pass that the table's status does not explain, but not for ever."""
        run = self._run
        self._unexplained += 1
        not_found = failure.row.error is TableNotFoundError
        # A table in use may have become free just now; one that is not found may be so new.
        most = RETRIES_IN_A_ROW if not_found else 1
        if self._unexplained > most or run.deadline.passed:
            run.stage = Stage.CREATE
            facts = run.facts(failure=failure, status=table.status)
            if not_found:
                raise RejectedError(run.stage, facts, _UNEXPLAINED, "In a minute, {again}.")
            advice = f"DescribeTable shows it as {table.status}. In a minute, {{again}}."
            raise failure.as_error(run.stage, facts, advice=advice)
        pause = run.deadline.cut(FIRST_INTERVAL_SECONDS * self._unexplained)
        run.looked_at("Backup", failure.as_status(run.table_name), self._unexplained, pause)
        await run.account.clock.sleep(pause)
