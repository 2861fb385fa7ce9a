"""Backups that exist: looking one up, and deleting one."""

from __future__ import annotations

from .calls.aws_errors import AwsFailure, Retry
from .calls.rate import Api
from .errors import Stage, WrongAccountError
from .records import BackupRecord, BackupStatus
from .run import Run


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


async def _only_if_gone(failure: AwsFailure, arn: str, run: Run) -> None:
    """Let "not found" pass only where the caller looked in the backup's own account."""
    if failure.code != "BackupNotFoundException":
        raise failure
    account = await run.call(Api.GET_CALLER_IDENTITY, run.dynamodb.caller_account)
    if f":{account}:table/" not in arn:
        raise WrongAccountError(run.stage, run.facts(detail=f"one that ends in {account[-4:]}"))
