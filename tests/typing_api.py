"""The public names with their types, as a user writes them. Checked by mypy, never run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

import pulumi

import pulumi_ddb_backup as ddb_backup
from pulumi_ddb_backup import aws
from pulumi_ddb_backup.aws import (
    AssumedRole,
    BackupError,
    BackupRecord,
    BackupRequest,
    Backups,
    BackupStatus,
    Clock,
    Connection,
    Facts,
    Failure,
    Listener,
    Progress,
    SettingsError,
    Silent,
    Stage,
    SystemClock,
    ValidationError,
    connection_from_config,
    validate,
)

version: str = ddb_backup.__version__


def resources(table: pulumi.Output[str]) -> pulumi.Output[str]:
    ddb_backup.Backup("plain", table_name="orders", backup_name="orders-1")
    ddb_backup.Backup("taken-in", existing_backup_arn="arn:aws:dynamodb:...")
    backup = ddb_backup.Backup(
        "full",
        table_name=table,
        backup_name_prefix="orders-",
        region="eu-west-1",
        profile="prod",
        role_arn=table,
        endpoint_url="http://localhost:8000",
        timeout=1800,
        triggers={"release": 42, "table": table},
        deletion_policy="delete",
        opts=pulumi.ResourceOptions(protect=True),
    )
    name: pulumi.Output[str] = backup.backup_name
    status: pulumi.Output[str] = backup.backup_status
    pulumi.export("name", pulumi.Output.concat(name, status))
    return backup.backup_arn


class FixedClock:
    """A clock of one's own needs no parent."""

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    async def sleep(self, seconds: float) -> None: ...


class Printing:
    """A listener of one's own needs no parent."""

    def progress(self, progress: Progress) -> None:
        numbers: tuple[float, float, float, int] = (
            progress.elapsed_seconds,
            progress.remaining_seconds,
            progress.next_delay_seconds,
            progress.attempt,
        )
        self.notice(f"{progress.line} {numbers}")

    def notice(self, text: str) -> None: ...


listeners: Sequence[Listener] = (Printing(), Silent())
clocks: Sequence[Clock] = (FixedClock(), SystemClock())


def script() -> None:
    role = AssumedRole("arn:aws:iam::123456789012:role/x", (("ExternalId", "x"),))
    connection: Connection = Connection(region="eu-west-1", roles=(role,))
    connection = connection.overridden(profile="prod", role_arn=role.role_arn)
    backups = Backups(connection, listener=Printing(), clock=FixedClock())
    record: BackupRecord = backups.create(
        BackupRequest("orders", backup_name_prefix="orders-", timeout_seconds=600)
    )
    resumed: BackupRecord = backups.resume(record.backup_arn, 600)
    found: BackupRecord | None = backups.describe(resumed.backup_arn)
    deleted: bool = backups.delete(record.backup_arn)
    size: int | None = record.backup_size_bytes
    moment: datetime | None = record.backup_creation_date_time
    available: bool = record.backup_status == BackupStatus.AVAILABLE
    del found, deleted, size, moment, available


def settings(config: Mapping[str, str]) -> Connection | str:
    try:
        return connection_from_config(config)
    except SettingsError as error:
        return str(error)


def failures() -> list[tuple[str, str]]:
    found: list[Failure] = validate({"table_name": "orders"}, unknown={"backup_name"})
    return [(failure.property, failure.reason) for failure in found]


def handled(backups: Backups, request: BackupRequest) -> str:
    try:
        return backups.create(request).backup_arn
    except ValidationError as error:
        broken: tuple[Failure, ...] = error.failures
        return str(broken)
    except BackupError as error:
        stage: Stage = error.stage
        facts: Facts = error.facts
        unfinished: BackupRecord | None = error.unfinished
        return unfinished.backup_arn if unfinished else f"{stage.value} {facts.region}"


kinds: Sequence[type[BackupError]] = (
    aws.AccessDeniedError,
    aws.AwsConnectionError,
    aws.AwsServiceError,
    aws.BackupCancelledError,
    aws.BackupDeletedError,
    aws.BackupInUseError,
    aws.BackupNotFoundError,
    aws.BackupTimeoutError,
    aws.BackupsNotEnabledError,
    aws.ConfigurationError,
    aws.CredentialsError,
    aws.LimitExceededError,
    aws.LookupCancelledError,
    aws.RejectedError,
    aws.StartCancelledError,
    aws.StartTimeoutError,
    aws.TableInUseError,
    aws.TableNotActiveError,
    aws.TableNotFoundError,
    aws.ThrottledError,
    aws.UnexpectedError,
    aws.UnexpectedStatusError,
    aws.WrongAccountError,
    aws.WrongTableError,
)
