"""Backups that exist: looking one up, and deleting one."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from ..calls.aws_errors import AwsFailure, Retry
from ..calls.callers import ASKING_SECONDS
from ..calls.rate import Api
from ..clock import Deadline
from ..errors import AccessDeniedError, Stage, WrongAccountError
from ..records import BackupRecord, BackupStatus
from ..rules.arns import BackupArn
from ..running.run import Run
from .calls import delete_backup, describe_backup, describe_table, list_backups

_PRINCIPAL: Final = re.compile(r"\bUser: arn:[\w-]+:(?:iam|sts)::(?P<account>[0-9]{12}):")
"""Who was denied, by AWS's own words."""


async def describe(arn: str, run: Run) -> BackupRecord | None:
    """A backup as AWS knows it now; None once AWS says, in the backup's own account, it is gone."""
    run.stage, run.backup_arn = Stage.READ, arn
    try:
        record = await run.call(
            Api.DESCRIBE_BACKUP,
            lambda within: describe_backup(run.dynamodb, arn, within),
            {"BackupNotFoundException": Retry.NEVER},
        )
    except AwsFailure as failure:
        await _only_if_gone(failure, arn, run)
        return None
    return None if record.backup_status == BackupStatus.DELETED else record


async def delete(arn: str, run: Run, *, waits_while_in_use: bool = True) -> BackupRecord | None:
    """Delete a backup; wait while it is in use, unless told not to. None if it was gone already."""
    run.stage, run.backup_arn = Stage.DELETE, arn
    try:
        return await run.call(
            Api.DELETE_BACKUP,
            lambda within: delete_backup(run.dynamodb, arn, within),
            {
                "BackupNotFoundException": Retry.NEVER,
                "BackupInUseException": (
                    Retry.UNTIL_DEADLINE if waits_while_in_use else Retry.NEVER
                ),
            },
        )
    except AwsFailure as failure:
        await _only_if_gone(failure, arn, run)
        return None


async def _only_if_gone(failure: AwsFailure, arn: str, run: Run) -> None:
    """Let "not found" pass, unless the caller looked in another account than the backup's own."""
    await require_own_account(failure, arn, run)
    if failure.code != "BackupNotFoundException":
        raise failure
    if unknown := run.account.caller_unknown:
        run.notice(
            f"AWS says that backup {arn} does not exist. Whether the credentials in use belong to "
            f"its account could not be checked (sts:GetCallerIdentity: {unknown})."
        )


async def require_own_account(failure: AwsFailure, arn: str, run: Run) -> None:
    """Make sure that a backup that AWS does not show is not one of another account.

    AWS denies access to those; "not found" is told of the caller's own. Where it can't be known
    whose account is called, AWS's answer stands.

    Raises:
        WrongAccountError: It is one of another account.
    """
    asked = BackupArn.parse(arn)
    of = asked.account if asked else None
    await require_account(failure, "BackupNotFoundException", of, run)


async def require_account(failure: AwsFailure, not_found: str, of: str | None, run: Run) -> None:
    """`require_own_account` for whatever AWS has answered `not_found` about, in the account `of`."""
    if failure.code != not_found and failure.row.error is not AccessDeniedError:
        return
    denied = _PRINCIPAL.search(failure.detail)
    account = denied["account"] if denied else await _caller(run)
    if account is not None and of is not None and account != of:
        raise WrongAccountError(run.stage, run.facts(detail=f"ending in {account[-4:]}"))


async def _caller(run: Run) -> str | None:
    """The account that is called: by STS, and where that is out of reach by DynamoDB itself."""
    account = await run.account.caller(run.deadline)
    if account is not None:
        return account
    soon = Deadline(run.account.clock, run.deadline.cut(ASKING_SECONDS))
    for look in (_describe_table, _list_backups):
        with suppress(AwsFailure):
            await look(run, soon)
    return await run.account.caller(soon)


async def _describe_table(run: Run, soon: Deadline) -> None:
    await run.account.call(
        Api.DESCRIBE_TABLE,
        lambda within: describe_table(run.dynamodb, run.table_name, within),
        soon,
    )


async def _list_backups(run: Run, soon: Deadline) -> None:
    await run.account.call(
        Api.LIST_BACKUPS,
        lambda within: list_backups(run.dynamodb, None, None, None, within),
        soon,
    )
