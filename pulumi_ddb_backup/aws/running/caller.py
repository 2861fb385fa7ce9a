"""Who calls AWS: through which connection, and how an operation is begun and carried out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from ..calls.account import shared_account
from ..calls.aws_errors import AwsFailure
from ..calls.connection import Connection
from ..calls.rate import Api
from ..calls.session import region_of
from ..calls.settings import SettingsError, region_failures
from ..clock import Clock, SystemClock
from ..errors import Facts, Stage, ValidationError
from ..records import Listener, Silent
from ..rules.arns import BackupArn
from ..rules.validation import Failure, validate
from .run import Run
from .scheduler import Scheduler, shared_scheduler

if TYPE_CHECKING:
    from ..calls.dynamodb import DynamoDB

T = TypeVar("T")


def by_boto3(connection: Connection) -> DynamoDB:
    """The calls by boto3. Imported when first needed: a Pulumi program makes none itself."""
    from ..calls.dynamodb import Boto3DynamoDB

    return Boto3DynamoDB(connection)


@dataclass(frozen=True, slots=True)
class Caller:
    """What every operation needs. All of it may be left out.

    Attributes:
        connection: The region, credentials and endpoints. Default: the usual AWS environment. If an
            ARN is given to an operation, the ARN's region is used.
        listener: Receives progress and notices. Default: `Silent`.
        clock: How the time is read. Default: `SystemClock`.
        scheduler: Where operations run. Default: None, the scheduler of this process.
        connect: Makes the object that calls AWS. Default: boto3; tests replace it.
    """

    connection: Connection = field(default_factory=Connection)
    listener: Listener = field(default_factory=Silent)
    clock: Clock = field(default_factory=SystemClock)
    scheduler: Scheduler | None = None
    connect: Callable[[Connection], DynamoDB] = by_boto3

    def _run_of(self, stage: Stage, backup_arn: str, timeout_seconds: int) -> Run:
        self._require_valid({"existing_backup_arn": backup_arn, "timeout": timeout_seconds})
        arn = BackupArn.parse(backup_arn)
        assert arn is not None  # just validated
        run = self._run(stage, arn.table, arn.region, timeout_seconds)
        run.backup_arn = backup_arn
        run.require_allowed(arn.account)
        return run

    def _require_valid(self, inputs: Any) -> None:
        self._require_none(validate(inputs))

    def _require_none(self, failures: list[Failure]) -> None:
        if self.connection.region is not None:
            failures += region_failures(self.connection.region)
        if failures:
            raise ValidationError(failures)

    def _run(self, stage: Stage, table: str, region: str | None, timeout_seconds: int) -> Run:
        """A run in the region of the ARN where there is one, else in the connection's."""
        connection = replace(self.connection, region=region or self.connection.region)
        try:
            connection = replace(connection, region=region_of(connection))
            account = shared_account(self.connect, connection, self.clock)
        except (AwsFailure, SettingsError) as error:
            from ..calls.dynamodb import failure_of

            failure = failure_of(error, Api.DESCRIBE_TABLE.action)
            facts = Facts(
                table_name=table,
                region=connection.region or "",
                timeout=timeout_seconds,
                action=failure.action,
                detail=failure.detail,
            )
            raise failure.as_error(stage, facts) from failure
        return Run(account, table, stage, timeout_seconds=timeout_seconds, listener=self.listener)

    def _carry_out(self, run: Run, steps: Coroutine[Any, Any, T]) -> T:
        return self._scheduler.run(run.carry_out(steps))

    async def _carry_out_async(self, run: Run, steps: Coroutine[Any, Any, T]) -> T:
        return await self._scheduler.run_async(run.carry_out(steps))

    @property
    def _scheduler(self) -> Scheduler:
        return self.scheduler or shared_scheduler()
