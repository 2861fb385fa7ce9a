"""What can be known before a job is started: it only reads.

A job that can't succeed ends FAILED some time later, in AWS's words. What is read here is refused at
once, in one sentence. Where the identity may not read something, the job tells.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from ..backup import tables
from ..calls.aws_errors import AwsFailure
from ..calls.rate import Api
from ..errors import AccessDeniedError, Stage
from ..records import BackupRequest
from ..rules.arns import TableArn
from ..tables import Table
from .arns import VaultArn
from .calls import describe_backup_vault, describe_region_settings
from .errors import FeatureOffError, VaultNotFoundError, VaultRefusedError
from .records import VaultBackupRequest, VaultState
from .rows import says_no_vault
from .rules import within_lock
from .underway import VaultRun

T = TypeVar("T")

_ELSEWHERE: Final = "Vault {detail} is not in the region and account of table '{table_name}', where a backup of it has to be"
_COPY_THERE: Final = "Take a vault beside the table, and give the other one as copy_to."
_OFF: Final = "AWS Backup is not turned on for DynamoDB (service opt-in)"
_PLAIN: Final = "AWS Backup's advanced features for DynamoDB, which {what} needs, are off"


async def preflight(request: VaultBackupRequest, run: VaultRun) -> Table:
    """The table to be backed up.

    Raises:
        BackupError: The backup could not succeed, and no job was started.
    """
    run.stage = Stage.VAULT
    plain = BackupRequest(request.table_name, timeout_seconds=request.timeout_seconds)
    table = await tables.preflight(plain, run)
    run.stage = Stage.VAULT
    await run.require_allowed_caller(table.arn)
    require_home(request, table, run)
    await _require_features(request, run)
    vault = await _readable(
        Api.DESCRIBE_VAULT, "the vault was", run, lambda: _vault(request.vault_name, run)
    )
    if vault:
        _require_allowed(vault, request, run)
    return table


def require_home(request: VaultBackupRequest, table: Table, run: VaultRun) -> None:
    """Make sure that a vault that was given by its ARN is beside the table."""
    vault, home = VaultArn.parse(request.vault), TableArn.parse(table.arn)
    if vault and home and (vault.account, vault.region) != (home.account, home.region):
        raise VaultNotFoundError(run.stage, run.facts(detail=vault.arn), _ELSEWHERE, _COPY_THERE)


async def _vault(name: str, run: VaultRun) -> VaultState:
    try:
        return await run.call(
            Api.DESCRIBE_VAULT, lambda within: describe_backup_vault(run.dynamodb, name, within)
        )
    except AwsFailure as failure:
        if failure.code == "ResourceNotFoundException" or says_no_vault(failure):
            raise VaultNotFoundError(run.stage, run.facts(detail=name)) from failure
        raise


async def _require_features(request: VaultBackupRequest, run: VaultRun) -> None:
    features = await _readable(
        Api.DESCRIBE_REGION_SETTINGS,
        "AWS Backup's settings were",
        run,
        lambda: run.call(
            Api.DESCRIBE_REGION_SETTINGS,
            lambda within: describe_region_settings(run.dynamodb, within),
        ),
    )
    if features is None:
        return
    if features.backs_up is False:
        raise FeatureOffError(run.stage, run.facts(detail=_OFF))
    needing = "cold_after_days" if request.cold_after_days else "copy_to" if request.copy_to else ""
    if features.is_advanced is False and needing:
        raise FeatureOffError(run.stage, run.facts(detail=_PLAIN.format(what=needing)))


def _require_allowed(vault: VaultState, request: VaultBackupRequest, run: VaultRun) -> None:
    if not vault.locked:
        return
    if why := within_lock(request.delete_after_days, vault.min_days, vault.max_days):
        status = f"'{vault.name}'"
        raise VaultRefusedError(run.stage, run.facts(status=status, detail=why))


async def _readable(
    api: Api, what: str, run: VaultRun, read: Callable[[], Awaitable[T]]
) -> T | None:
    """What `read` gives; None where the identity may not read it."""
    try:
        return await read()
    except AwsFailure as failure:
        if failure.row.error is not AccessDeniedError:
            raise
        run.notice(
            f"{api.action} is not allowed, so {what} not checked before the backup of table "
            f"'{run.table_name}' is started"
        )
        return None
