"""Copies of a recovery point: each is started once, and all are waited for together.

A copy is of one recovery point, so AWS itself knows which there are: before a copy is started, the copy
jobs of that recovery point are listed. The token covers what the list may not show yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..errors import Stage
from ..running.waiting import States, UnexpectedState, WaitTimedOut, wait_for_status
from .arns import VaultArn
from .calls import describe_copy_job, describe_recovery_point, list_copy_jobs, start_copy_job
from .errors import CopyFailedError, VaultBackupTimeoutError
from .records import VaultBackupRequest, VaultCopy
from .starting import token_of
from .states import CopyState
from .underway import VaultRun, intervals

_UNDER_WAY: Final = "UNDER WAY"
_OVER: Final = "OVER"
_COPIES: Final = States(frozenset({_OVER}), frozenset({_UNDER_WAY}))
_DONE: Final = CopyState.COMPLETED


async def start_copies(request: VaultBackupRequest, run: VaultRun) -> AwsFailure | None:
    """Have AWS start the copies that are not there and not under way.

    Returns:
        Why one could not be started, if that is so; the others are.
    """
    if not request.copy_to:
        return None
    run.stage, refused = Stage.COPY, None
    listed = await _listed(run)
    for vault in request.copy_to:
        known = _known(vault, run)
        if known and (known.under_way or known.state == _DONE):
            continue
        found = [one for one in listed if one.vault_arn == vault]
        going = await _that_counts(found, run)
        if going:
            run.saw_copy(_gone_on_with(going, known))
        else:
            over = max(len(found), known.attempt + 1 if known and known.state else 0)
            try:
                await _start(VaultCopy(vault, attempt=over), request, run)
            except AwsFailure as failure:
                run.saw_copy(VaultCopy(vault, message=failure.detail, attempt=over))
                refused = refused or failure
    return refused


def _gone_on_with(going: VaultCopy, known: VaultCopy | None) -> VaultCopy:
    """A copy that the list shows. Only one whose job is known by its id is surely the caller's own."""
    if known is None or known.copy_job_id != going.copy_job_id:
        return replace(going, attempt=known.attempt if known else 0, found=True)
    return replace(going, attempt=known.attempt, found=known.found)


def _known(vault: str, run: VaultRun) -> VaultCopy | None:
    copies = run.made.copies if run.made else ()
    return next((one for one in copies if one.vault_arn == vault), None)


async def _listed(run: VaultRun) -> list[VaultCopy]:
    point = run.made.recovery_point_arn if run.made else None
    assert point is not None  # only what is there is copied
    return await run.account.all_items(
        Api.LIST_COPY_JOBS,
        lambda after, within: list_copy_jobs(run.dynamodb, point, after, within),
        run.deadline,
    )


async def _that_counts(found: Sequence[VaultCopy], run: VaultRun) -> VaultCopy | None:
    """The copy job among those to one vault that is under way, or whose copy is there."""
    for one in found:
        if one.under_way:
            return one
    for one in found:
        if one.state == _DONE and await _is_there(one, run):
            return one
    return None


async def _is_there(copy: VaultCopy, run: VaultRun) -> bool:
    """Whether a completed copy still exists. What another account holds can't be seen: it counts."""
    vault, point = VaultArn.parse(copy.vault_arn), copy.recovery_point_arn
    home = VaultArn.parse(run.made.vault_arn or "") if run.made else None
    if vault is None or point is None or home is None or vault.account != home.account:
        return True
    account = run.account_in(vault.region)
    try:
        await account.call(
            Api.DESCRIBE_RECOVERY_POINT,
            lambda within: describe_recovery_point(account.dynamodb, vault.vault, point, within),
            run.deadline,
        )
    except AwsFailure as failure:
        return failure.code != "ResourceNotFoundException"
    return True


async def _start(copy: VaultCopy, request: VaultBackupRequest, run: VaultRun) -> None:
    made = run.made
    assert made is not None  # only what is there is copied
    assert made.recovery_point_arn is not None
    point, vault = made.recovery_point_arn, made.vault_name
    token = token_of(f"{point} {copy.vault_arn}", copy.attempt)
    run.saw_copy(copy)

    async def send(within_seconds: float) -> str:
        # A cancel waits for the answer: it tells what is started.
        sent = asyncio.ensure_future(
            start_copy_job(run.dynamodb, point, vault, copy, request, token, within_seconds)
        )
        try:
            return await asyncio.shield(sent)
        except asyncio.CancelledError:
            with suppress(AwsFailure):  # the same token finds it again, and so does the list
                run.saw_copy(replace(copy, copy_job_id=await sent, state=CopyState.CREATED.value))
            raise

    job_id = await run.call(Api.START_COPY_JOB, send)
    run.saw_copy(replace(copy, copy_job_id=job_id, state=CopyState.CREATED.value))
    run.notice(f"Copy to {copy.vault_arn} started: {job_id}")


async def wait_for_copies(request: VaultBackupRequest, run: VaultRun) -> None:
    """Wait until all copies that were started are over.

    Raises:
        CopyFailedError: Some have failed.
        VaultBackupTimeoutError: Some are not over yet.
    """
    if not request.copy_to:
        return
    run.stage = Stage.COPY

    async def look() -> str:
        for copy in _asked(request, run):
            if copy.under_way:
                await look_at(copy, run)
        return _UNDER_WAY if any(one.under_way for one in _asked(request, run)) else _OVER

    try:
        await wait_for_status(
            await look(),
            look,
            status_of=lambda status: status,
            states=_COPIES,
            pause=run.account.clock.sleep,
            deadline=run.deadline,
            on_look=lambda _, n, delay: run.looked_at("Backup", _status(request, run), n, delay),
            intervals=intervals,
        )
    except (WaitTimedOut, UnexpectedState):
        facts = run.facts(status=_status(request, run))
        raise VaultBackupTimeoutError(run.stage, facts) from None
    except AwsFailure as failure:
        if failure.row.retry is Retry.UNTIL_DEADLINE:
            facts = run.facts(status=_status(request, run))
            raise VaultBackupTimeoutError(run.stage, facts) from failure
        raise
    if failed := [one for one in _asked(request, run) if one.state not in ("", _DONE)]:
        raise CopyFailedError(run.stage, run.facts(detail="; ".join(_failures(failed))))


async def copy_at_its_end(copy: VaultCopy, run: VaultRun) -> VaultCopy:
    """A copy once its job is over."""
    assert run.made is not None  # what is copied is known
    only = VaultBackupRequest("", "", "", copy_to=(copy.vault_arn,))
    with suppress(CopyFailedError):
        await wait_for_copies(only, run)
    return next(one for one in run.made.copies if one.vault_arn == copy.vault_arn)


async def look_at(copy: VaultCopy, run: VaultRun) -> None:
    """Keep how far a copy is now."""
    seen = await run.call(
        Api.DESCRIBE_COPY_JOB,
        lambda within: describe_copy_job(run.dynamodb, copy.copy_job_id, within),
        {"ResourceNotFoundException": Retry.IN_A_ROW},  # it may not be known everywhere yet
    )
    run.saw_copy(replace(seen, attempt=copy.attempt, found=copy.found))


def _asked(request: VaultBackupRequest, run: VaultRun) -> list[VaultCopy]:
    copies = run.made.copies if run.made else ()
    return [one for one in copies if one.vault_arn in request.copy_to]


def _status(request: VaultBackupRequest, run: VaultRun) -> str:
    """How far all of it is, in a few words."""
    copies = _asked(request, run)
    done = sum(one.state == _DONE for one in copies)
    state = run.made.job_state if run.made else ""
    under_way = [one for one in copies if one.under_way]
    told = f", {_place(under_way[0])} {under_way[0].state}" if under_way else ""
    return f"{state}, {done}/{len(copies)} copies{told}"


def _place(copy: VaultCopy) -> str:
    vault = VaultArn.parse(copy.vault_arn)
    return f"{vault.region}/{vault.vault}" if vault else copy.vault_arn


def _failures(copies: Sequence[VaultCopy]) -> Iterator[str]:
    for one in copies:
        yield f"{one.vault_arn} is {one.state} ({one.message or 'AWS says no more'})"
