"""Deleting a recovery point, and looking afterwards: AWS accepts deletions that it does not carry out."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import Stage, UnexpectedStatusError
from ..running.waiting import FailureState, States, UnexpectedState, WaitTimedOut, wait_for_status
from .arns import VaultArn
from .calls import delete_recovery_point, describe_backup_vault, list_copy_jobs
from .copying import copy_at_its_end
from .errors import (
    BackupJobFailedError,
    RecoveryPointExpiredError,
    RecoveryPointLockedError,
    RecoveryPointStaysError,
)
from .existing import NOT_FOUND, describe, only_if_gone, require_forgotten
from .records import RecoveryPoint, VaultBackupRecord, VaultCopy
from .rows import tells_of_lock
from .states import PointStatus
from .underway import VaultRun, intervals
from .waiting import wait

_GONE: Final = "GONE"
_ASIDE: Final = frozenset(
    one.value
    for one in (
        PointStatus.DELETING,
        PointStatus.COMPLETED,
        PointStatus.AVAILABLE,
        PointStatus.PARTIAL,
        PointStatus.CREATING,
    )
)
DELETE_STATES: Final = States(frozenset({_GONE}), _ASIDE, frozenset({PointStatus.EXPIRED.value}))
_IN_USE: Final = "InvalidResourceStateException"
_REFUSALS: Final = frozenset(
    {
        "InvalidParameterValueException",
        "InvalidRequestException",
        "InvalidResourceStateException",
        "AccessDeniedException",
    }
)
"""What AWS may answer where a lock or a hold keeps a recovery point. It documents no code for it."""
EXPIRED_LOOKS: Final = 3
"""A point that was EXPIRED before may be told so for a moment after its deletion has been accepted."""


async def delete(known: VaultBackupRecord, run: VaultRun) -> bool:
    """Delete the recovery point of a backup; wait for its job first. False if there was none any more.

    A job that has not ended well may have made a part all the same.
    """
    run.made = known
    if known.under_way:
        try:
            known = await wait(run)
        except BackupJobFailedError:
            known = run.made
        except AwsFailure as failure:
            if failure.code != NOT_FOUND or known.recovery_point_arn is None:
                raise
    run.stage = Stage.POINT_DELETE
    point = known.recovery_point_arn
    return bool(point) and await delete_point(known.vault_name, point or "", run)


async def delete_copy(
    copy: VaultCopy, known: VaultBackupRecord, run: VaultRun, there: VaultRun
) -> bool | None:
    """Delete a copy in the region `there`; wait for its job first.

    Returns:
        False if there was none. None if it is not known: AWS has forgotten the job, or a copy whose
        start was doubtful may be somebody else's.
    """
    run.made = known
    if not copy.state and known.recovery_point_arn:
        copy = await _as_listed(copy, known.recovery_point_arn, run)
        if copy.state and not known.backup_job_id:  # others may copy what others have made
            run.notice(f"It is not known who has made it, so it stays in AWS: {copy.told}")
            return None
    if copy.under_way:
        try:
            copy = await copy_at_its_end(copy, run)
        except AwsFailure as failure:
            await require_forgotten(failure, copy, run)
            return None
    vault = VaultArn.parse(copy.vault_arn)
    if vault is None or not copy.recovery_point_arn:
        return False
    return await there.settle(delete_point(vault.vault, copy.recovery_point_arn, there))


async def _as_listed(copy: VaultCopy, point: str, run: VaultRun) -> VaultCopy:
    """A copy whose start was refused, or its answer lost, as AWS lists it; else as it was."""
    listed = await run.account.all_items(
        Api.LIST_COPY_JOBS,
        lambda after, within: list_copy_jobs(run.dynamodb, point, after, within),
        run.deadline,
    )
    made = [one for one in listed if one.vault_arn == copy.vault_arn]
    found = next((one for one in made if one.under_way or one.recovery_point_arn), copy)
    run.saw_copy(found)
    return found


async def delete_point(vault: str, point: str, run: VaultRun) -> bool:
    """Delete a recovery point, and see that it goes. False if it was gone already."""
    run.stage, run.backup_arn, run.made = Stage.POINT_DELETE, point, None
    before = await describe(vault, point, run)
    if before is None:
        return False
    try:
        if before.status != PointStatus.DELETING:
            await _delete(before, run)
    except AwsFailure as failure:
        if failure.code in _REFUSALS:
            await _require_unlocked(failure, before, run)
        await only_if_gone(failure, point, run)
    await _until_gone(before, run)
    return True


async def _delete(point: RecoveryPoint, run: VaultRun) -> None:
    """Have AWS delete a recovery point; one that is in use, such as by a copy, is waited for."""

    async def attempt(within_seconds: float) -> None:
        vault, arn = point.vault_name, point.recovery_point_arn
        try:
            await delete_recovery_point(run.dynamodb, vault, arn, within_seconds)
        except AwsFailure as failure:
            if failure.code != _IN_USE:
                raise
            seen = await describe(vault, arn, run)
            if seen is not None and seen.status != PointStatus.DELETING:
                raise  # else it is an earlier call, whose answer was lost, that uses it

    await run.call(Api.DELETE_RECOVERY_POINT, attempt, {_IN_USE: Retry.UNTIL_DEADLINE})


async def _require_unlocked(failure: AwsFailure, point: RecoveryPoint, run: VaultRun) -> None:
    """Tell of the lock or the hold, if that is why AWS has refused."""
    vault = None
    with suppress(AwsFailure):  # AWS's words have to do
        vault = await run.call(
            Api.DESCRIBE_VAULT,
            lambda within: describe_backup_vault(run.dynamodb, point.vault_name, within),
        )
    locked = vault is not None and vault.locked
    if not locked and not tells_of_lock(failure):
        return
    why = f"vault '{point.vault_name}' is locked" if locked else "a lock or a legal hold keeps it"
    facts = run.facts(status=point.may_go, detail=f"{why}. {failure.detail}")
    raise RecoveryPointLockedError(run.stage, facts) from failure


async def _until_gone(before: RecoveryPoint, run: VaultRun) -> None:
    expired = 0

    async def look() -> RecoveryPoint | None:
        nonlocal expired
        seen = await describe(before.vault_name, before.recovery_point_arn, run)
        expired = expired + 1 if seen and seen.status == PointStatus.EXPIRED else 0
        return seen

    def status(seen: RecoveryPoint | None) -> str:
        if seen is None:
            return _GONE
        patient = seen.status == PointStatus.EXPIRED and expired < EXPIRED_LOOKS
        return PointStatus.DELETING.value if patient else seen.status

    try:
        await wait_for_status(
            await look(),
            look,
            status_of=status,
            states=DELETE_STATES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda seen, n, delay: run.looked_at(
                "Backup", f"{seen.status if seen else _GONE}, being deleted", n, delay
            ),
            intervals=intervals,
        )
    except WaitTimedOut as ended:
        raise RecoveryPointStaysError(
            run.stage, run.facts(status=_status_of(ended.value))
        ) from None
    except FailureState as ended:
        facts = run.facts(status=_status_of(ended.value))
        raise RecoveryPointExpiredError(run.stage, facts) from None
    except UnexpectedState as ended:
        known = ", ".join(DELETE_STATES.known)
        facts = run.facts(status=_status_of(ended.value), detail=known)
        raise UnexpectedStatusError(run.stage, facts) from None


def _status_of(point: RecoveryPoint | None) -> str:
    return point.status if point else _GONE
