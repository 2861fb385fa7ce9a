"""Recovery points that exist: looking one up, listing those of a vault."""

from __future__ import annotations

from ..backup.existing import require_account
from ..calls.aws_errors import AwsFailure, Retry
from ..calls.rate import Api
from ..rules.arns import TableArn, plain_name
from .arns import RecoveryPointArn
from .calls import describe_recovery_point, list_recovery_points_by_backup_vault
from .copying import look_at
from .records import RecoveryPoint, VaultBackupRecord, VaultCopy
from .underway import VaultRun
from .waiting import look

NOT_FOUND = "ResourceNotFoundException"


async def describe(
    vault: str, point: str, run: VaultRun, not_found: Retry = Retry.NEVER
) -> RecoveryPoint | None:
    """A recovery point as it is now; None once AWS says, in its own account, that it is gone."""
    try:
        return await run.call(
            Api.DESCRIBE_RECOVERY_POINT,
            lambda within: describe_recovery_point(run.dynamodb, vault, point, within),
            {NOT_FOUND: not_found},
        )
    except AwsFailure as failure:
        await only_if_gone(failure, point, run)
        return None


async def only_if_gone(failure: AwsFailure, point: str, run: VaultRun) -> None:
    """Let "not found" pass, unless the caller looked in another account than the point's own."""
    arn = RecoveryPointArn.parse(point)
    await require_account(failure, NOT_FOUND, arn.account if arn else None, run)
    if failure.code != NOT_FOUND:
        raise failure


async def require_forgotten(failure: AwsFailure, copy: VaultCopy, run: VaultRun) -> None:
    """Say that AWS has forgotten the job of a copy, as it does after a month; else raise `failure`."""
    table = TableArn.parse(run.made.table_arn) if run.made else None
    await require_account(failure, NOT_FOUND, table.account if table else None, run)
    if failure.code != NOT_FOUND:
        raise failure
    run.notice(
        f"AWS no longer knows copy job {copy.copy_job_id} of table '{run.table_name}', so it is not known "
        f"whether there is a copy. Look for it: ddb-backup list --vault {copy.vault_arn}"
    )


async def look_up(known: VaultBackupRecord, run: VaultRun) -> VaultBackupRecord | None:
    """A backup in a vault as it is now; None if its job has made nothing, or its point is gone."""
    run.made = known
    if known.recovery_point_arn is None or known.under_way:
        try:
            known = await look(run)
        except AwsFailure as failure:
            run.backup_arn = known.recovery_point_arn or f"job {known.backup_job_id}"
            table = TableArn.parse(known.table_arn)
            await require_account(failure, NOT_FOUND, table.account if table else None, run)
            if failure.code != NOT_FOUND:
                raise
            if known.recovery_point_arn is None:
                return None  # AWS forgets a job after a month
    for copy in known.copies:
        if copy.under_way:
            try:
                await look_at(copy, run)
            except AwsFailure as failure:
                await require_forgotten(failure, copy, run)
    known = run.made
    if known.under_way:
        return known
    point = known.recovery_point_arn
    seen = await describe(known.vault_name, point, run) if point else None
    if seen is None:
        return None
    run.saw_point(seen)
    return run.made


async def list_points(vault: str, table: str | None, run: VaultRun) -> list[RecoveryPoint]:
    """The recovery points of a table, by its name or ARN, or of all tables; the newest first."""
    arn = TableArn.parse(table or "")
    points = await run.account.all_items(
        Api.LIST_RECOVERY_POINTS,
        lambda after, within: list_recovery_points_by_backup_vault(
            run.dynamodb, vault, arn.arn if arn else None, after, within
        ),
        run.deadline,
    )
    fitting = [one for one in points if table is None or plain_name(table) == one.table_name]
    fitting.sort(key=lambda one: (str(one.creation_date_time), one.recovery_point_arn))
    return fitting[::-1]
