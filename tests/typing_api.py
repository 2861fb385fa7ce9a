"""The public names with their types, as a user writes them. Checked by mypy, never run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pulumi

import pulumi_ddb_backup as ddb_backup
from pulumi_ddb_backup import automation, aws
from pulumi_ddb_backup.aws import (
    AssumedRole,
    BackupError,
    BackupRecord,
    BackupRequest,
    Backups,
    BackupStatus,
    BackupSummary,
    CheckedTable,
    CheckRequest,
    CheckResult,
    Clock,
    ComparedTable,
    CompareRequest,
    Comparison,
    ComparisonCancelledError,
    Comparisons,
    ComparisonTimeoutError,
    Connection,
    CopyState,
    Difference,
    DifferenceKind,
    Estimate,
    Facts,
    Failure,
    FetchedPrices,
    Fleet,
    FleetProgress,
    FleetRequest,
    FleetResult,
    FoundPrices,
    Freshness,
    JobState,
    Kept,
    Listener,
    NoTableSelectedError,
    NotComparableError,
    PointInTime,
    PointRestore,
    PointRestoreRequest,
    PointStatus,
    PriceList,
    Prices,
    PricesError,
    Progress,
    PrunedTable,
    PruneRequest,
    PruneResult,
    Reason,
    RecoveryPoint,
    RestoreRecord,
    RestoreRequest,
    Retention,
    SettingsError,
    Silent,
    SseSpecification,
    Stage,
    SystemClock,
    TableOutcome,
    TableRef,
    TableSettings,
    TablesMissingError,
    Throughput,
    ValidationError,
    VaultBackupRecord,
    VaultBackupRequest,
    VaultBackups,
    VaultCopy,
    Verdict,
    Why,
    connection_from_config,
    estimate_cost,
    read_prices,
    validate,
    validate_check,
    validate_compare,
    validate_fleet,
    validate_prune,
    validate_restore,
    validate_retention,
    validate_vault_backup,
    write_prices,
)

version: str = ddb_backup.__version__


def resources(table: pulumi.Output[str]) -> pulumi.Output[str]:
    ddb_backup.Backup("plain", table_name="orders", backup_name="orders-1")
    keep: ddb_backup.RetentionArgs = {"keep_last": 7, "keep_daily": 14, "keep_within": "30d"}
    ddb_backup.Backup("kept", table_name="orders", backup_name_prefix="o-", retention=keep)
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


def sets(table: pulumi.Output[str]) -> pulumi.Output[int]:
    ddb_backup.BackupSet("plain", table_pattern="prod-*", backup_name_prefix="nightly-")
    backups = ddb_backup.BackupSet(
        "full",
        tables=["orders", table],
        table_pattern=["prod-*", "shop-?"],
        exclude_pattern="*-tmp",
        tags={"tier": "gold"},
        regions=["eu-west-1", table],
        backup_name="{table}-{timestamp}",
        triggers={"night": table},
        timeout=1800,
        deletion_policy="delete",
        all_or_nothing=True,
        profile="prod",
        role_arn=table,
        endpoint_url="http://localhost:8000",
        opts=pulumi.ResourceOptions(protect=True),
    )
    arns: pulumi.Output[list[str]] = backups.backups.apply(
        lambda all_: [one["backup_arn"] for one in all_]
    )
    sizes: pulumi.Output[list[int | None]] = backups.backups.apply(
        lambda all_: [one.get("backup_size_bytes") for one in all_]
    )
    errors: pulumi.Output[list[str]] = backups.failures.apply(
        lambda all_: [one["error"] for one in all_]
    )
    pulumi.export("all", [arns, sizes, errors])
    return backups.available_count


def vaults(table: pulumi.Output[str]) -> pulumi.Output[str | None]:
    backup = ddb_backup.VaultBackup(
        "full",
        vault="safe",
        table_name=table,
        backup_role_arn=table,
        delete_after_days=365,
        cold_after_days=30,
        copy_to=["arn:aws:backup:us-east-2:123456789012:backup-vault:second", table],
        wait_for="copies",
        start_window_minutes=90,
        timeout=14_400,
        triggers={"release": 42},
        deletion_policy="delete",
        copies_deletion_policy="retain",
        on_locked="warn",
        region="eu-west-1",
        profile="prod",
        role_arn=table,
        endpoint_url="http://localhost:8000",
        opts=pulumi.ResourceOptions(protect=True),
    )
    ddb_backup.VaultBackup(
        "taken-in", vault="safe", existing_recovery_point_arn="arn:aws:backup:..."
    )
    pulumi.export("copies", backup.copies.apply(lambda all_: [one["state"] for one in all_]))
    return backup.recovery_point_arn


def mistakes() -> None:
    """Each of these is an error: `warn_unused_ignores` tells when it is none any more."""
    ddb_backup.Backup("policy", table_name="orders", deletion_policy="keep")  # type: ignore[arg-type]
    ddb_backup.BackupSet("policy", tables=["orders"], deletion_policy="keep")  # type: ignore[arg-type]
    ddb_backup.get_backups(backup_type="MINE")  # type: ignore[arg-type]
    ddb_backup.hooks.final_backup(on_failure="ignore")  # type: ignore[arg-type]
    ddb_backup.hooks.final_backup(reuse="1h")  # type: ignore[call-arg]
    ddb_backup.BackupSchedule("a", tables="orders", schedule=5)  # type: ignore[arg-type]
    ddb_backup.BackupPlan("a", tables=["orders"], rules=[{"when": ""}])  # type: ignore[typeddict-unknown-key]
    ddb_backup.ProtectedTable("orders", hash_kei="id")  # type: ignore[call-arg]
    ddb_backup.ProtectedTable("orders", hash_key=5)  # type: ignore[arg-type]
    backups = ddb_backup.BackupSet("typo", tables=["orders"], backup_name="nightly")
    backups.backups.apply(lambda all_: all_[0]["arn"])  # type: ignore[typeddict-item]


def tables() -> pulumi.Output[str]:
    final: pulumi.ResourceHook = ddb_backup.hooks.final_backup(
        "final", backup_name_prefix="{table}-final-", reuse_within=timedelta(hours=1)
    )
    opts: pulumi.ResourceOptions = ddb_backup.hooks.with_final_backup(final)
    ddb_backup.hooks.backup_before_update(properties=["billing_mode"], on_failure="continue")
    keep: ddb_backup.RetentionArgs = {"keep_last": 3}
    ddb_backup.hooks.backup_before_update("kept", retention=keep)
    ddb_backup.hooks.protect_all_tables(final)
    schedule = ddb_backup.BackupSchedule("nightly", tables=["orders"], schedule="rate(1 day)")
    owner: pulumi.Output[str] = schedule.owner
    schedules: pulumi.Output[Sequence[str]] = schedule.schedule_arns
    owner.apply(str)
    schedules.apply(len)
    rule: ddb_backup.PlanRule = {"schedule": "cron(0 3 * * ? *)", "copy_to": [schedule.role_arn]}
    lock: ddb_backup.VaultLock = {"mode": "governance", "min_retention_days": 7}
    plan = ddb_backup.BackupPlan("fleet", tags={"backup": "yes"}, rules=[rule], lock=lock)
    vault: pulumi.Output[str] = plan.backup_vault_arn
    vault.apply(str)
    table = ddb_backup.ProtectedTable(
        "orders",
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
        billing_mode="PAY_PER_REQUEST",
        ttl={"attribute_name": "expires", "enabled": True},
        tags={"team": "shop"},
        backup_before_update=["billing_mode"],
        table_opts=opts,
    )
    ddb_backup.ProtectedTable("again", restore_from=ddb_backup.LatestBackup("orders"))
    newest_arn: pulumi.Output[str | None] = table.latest_backup_arn
    pulumi.export("newest", newest_arn)
    newest: BackupSummary | None = ddb_backup.get_latest_backup("orders", region="eu-west-1")
    every: list[BackupSummary] = ddb_backup.get_backups(
        backup_type="ALL", since=newest_time(newest)
    )
    later = ddb_backup.get_latest_backup_output(table.table_name)
    pulumi.export("all", ddb_backup.get_backups_output(table.table_name).apply(len))
    pulumi.export("count", len(every))
    return later.apply(lambda backup: backup.backup_arn if backup else "")


def newest_time(backup: BackupSummary | None) -> datetime | None:
    return backup.backup_creation_date_time if backup else None


def service() -> str:
    runner: automation.Runner = automation.backup_runner("orders", stack_name="nightly")
    stopped: bool = runner.cancel()
    result: automation.BackupResult = automation.take_backup(
        "orders", stack_name="nightly", backup_name="orders-1", on_progress=heard
    )
    kept: automation.RetentionResult | None = automation.take_backup(
        "orders", stack_name="kept", backup_name_prefix="o-", retention={"keep_last": 7}
    ).retention
    if kept and kept.failed:
        return ", ".join([*kept.failures, *kept.deleted_arns])
    return result.backup_arn if not stopped else ""


def fleet_service(runner: automation.Runner) -> list[str]:
    sets: Mapping[str, automation.BackupSetResult] = runner.up().backup_sets
    failed: tuple[Mapping[str, str], ...] = sets["nightly"].failures
    return [one["error"] for one in failed] or [one.backup_arn for one in sets["nightly"].records]


def heard(progress: automation.BackupProgress) -> None:
    phase: automation.Phase = progress.phase
    del phase


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


def restores(backups: Backups) -> RestoreRecord | None:
    newest: BackupSummary | None = backups.latest("orders", backup_name_prefix="nightly-")
    a_week_ago = datetime.now(timezone.utc) - timedelta(days=7)
    found: list[BackupSummary] = backups.find(
        since=a_week_ago, until=None, backup_type="ALL", timeout_seconds=60
    )
    expiry: datetime | None = found[0].backup_expiry_date_time
    request = RestoreRequest("orders-copy", newest.backup_arn if newest else "")
    failures: list[Failure] = validate_restore(request.inputs())
    settings = TableSettings(tags={"team": "shop"}, point_in_time_recovery=True)
    del expiry, failures
    backups.restore(RestoreRequest("plain", request.backup_arn, settings=None))
    moment = PointInTime("orders", at=a_week_ago)
    past: RestoreRecord = backups.restore(RestoreRequest("past", point_in_time=moment))
    then: tuple[str | None, datetime | None] = past.source_table_arn, past.restore_date_time
    del then
    full = RestoreRequest(
        "full",
        request.backup_arn,
        settings=settings,
        region="us-east-1",
        billing_mode="PROVISIONED",
        provisioned_throughput=Throughput(5, 5),
        local_indexes=(),
        global_indexes=("by-date",),
        sse_specification=SseSpecification(kms_master_key_id="alias/orders"),
        timeout_seconds=86400,
    )
    try:
        record: RestoreRecord = backups.restore(full)
        if not record.certain:
            record = backups.complete(record.table_arn, record.backup_arn, settings)
        taken: datetime | None = record.backup_creation_date_time
        del taken
        left: tuple[str, ...] = record.settings_left
        return record if not left else None
    except BackupError as error:
        unfinished: RestoreRecord | None = error.unfinished_restore
        return unfinished


def fleet(connection: Connection) -> Sequence[str]:
    found: list[Failure] = validate_fleet({"table_pattern": "prod-*", "backup_name": "{table}-1"})
    if found:
        return [failure.reason for failure in found]

    def told(progress: FleetProgress) -> None:
        counts: tuple[int, int] = (progress.done, progress.total)
        assert counts

    many = Fleet(connection, on_progress=told)
    try:
        result: FleetResult = many.create(
            FleetRequest(table_pattern=["prod-*"], backup_name_prefix="nightly-")
        )
    except (NoTableSelectedError, TablesMissingError) as error:
        return [str(error)]
    outcomes: Sequence[TableOutcome] = result.outcomes
    table: TableRef = outcomes[0].table
    known = {TableRef(one.region, one.table_name): one for one in result.backups}
    assert table in known
    again = many.create(FleetRequest(tables=["orders"], backup_name="{table}-1"), known)
    gone = many.delete([backup.backup_arn for backup in again.backups], timeout_seconds=600)
    seen = many.describe(result.backups)
    return [outcome.line for outcome in (*gone, *seen) if outcome.error is not None]


def freshness(backups: Backups) -> list[tuple[str, Freshness, timedelta | None]]:
    request = CheckRequest(table_pattern=["prod-*"], max_age=timedelta(hours=26))
    if validate_check(request.inputs()):
        return []
    result: CheckResult = backups.check(request)
    tables: Sequence[CheckedTable] = result.tables
    assert result.fine or result.overdue or result.errors
    return [(one.table.table_name, one.state, one.age) for one in tables]


def compared(copy: Connection) -> tuple[bool, list[str]]:
    request = CompareRequest(
        "orders",
        "orders-restored",
        subset="3/7",
        read_units_per_second=500,
        last_write_attribute="updated_at",
        written_since=datetime(2026, 1, 2, tzinfo=timezone.utc),
        sample=20,
        state_file="orders.state",
        timeout_seconds=3600,
    )
    if validate_compare(request.inputs()):
        return False, []
    try:
        result: Comparison = Comparisons(Connection(region="eu-west-1"), other=copy).compare(
            request
        )
    except (ComparisonTimeoutError, ComparisonCancelledError) as error:
        return False, [str(error)]
    except NotComparableError as error:
        return False, [error.facts.detail]
    tables: tuple[ComparedTable, ComparedTable] = (result.first, result.other)
    counts: int = result.only_first + result.only_other + result.changed - result.explained
    differences: Sequence[Difference] = result.differences
    told = [
        f"{one.key} {one.kind.value}"
        for one in differences
        if one.kind is not DifferenceKind.CHANGED and not one.explained
    ]
    told += [f"{one.table_name} {one.item_count} {one.digest} {one.read_units}" for one in tables]
    same = result.verdict in (Verdict.IDENTICAL, Verdict.EXPLAINED)
    return same and result.all_counted and not counts and not result.settled, told


def pruned(backups: Backups) -> list[tuple[str, int]]:
    rules = Retention(keep_last=7, keep_daily=14, keep_within=timedelta(days=2), timezone="UTC")
    request = PruneRequest(
        tables=["orders"], retention=rules, backup_name_prefix="orders-", owner="0a1b", dry_run=True
    )
    if validate_retention(rules.inputs()) or validate_prune(request.inputs()):
        return []
    result: PruneResult = backups.prune(request)
    tables: Sequence[PrunedTable] = result.tables
    kept: Sequence[Kept] = tables[0].kept
    reasons: Sequence[Reason] = kept[0].reasons
    left: Mapping[Why, int] = result.left_alone
    assert reasons[0].rule in result.kept_by_rule or left
    return [(one.table.table_name, one.expired_bytes) for one in tables]


def in_a_vault(vaults: VaultBackups, table_arn: str) -> list[tuple[str, str]]:
    request = VaultBackupRequest(
        table_arn,
        "safe",
        "arn:aws:iam::123456789012:role/AWSBackup",
        delete_after_days=365,
        copy_to=("arn:aws:backup:us-east-2:123456789012:backup-vault:second",),
        wait_for="copies",
    )
    if validate_vault_backup(request.inputs()):
        return []
    record: VaultBackupRecord = vaults.create(request)
    copies: Sequence[VaultCopy] = record.copies
    points: Sequence[RecoveryPoint] = vaults.find("safe", table_arn)
    assert record.job_state == JobState.COMPLETED
    assert points[0].status in (PointStatus.COMPLETED, PointStatus.AVAILABLE)
    restored: PointRestore = vaults.restore(
        PointRestoreRequest(
            "orders-2", points[0].recovery_point_arn, "safe", request.backup_role_arn
        )
    )
    assert restored.table_arn != table_arn
    assert vaults.delete(record) or vaults.describe(record) is None
    return [(one.vault_arn, one.state) for one in copies if one.state != CopyState.FAILED]


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
    aws.ListTimeoutError,
    aws.LookupCancelledError,
    aws.RegionRefusedError,
    aws.RejectedError,
    aws.OutsideWindowError,
    aws.RestoreCancelledError,
    aws.RestoreTimeoutError,
    aws.StartCancelledError,
    aws.StartTimeoutError,
    aws.TableInUseError,
    aws.TableNotActiveError,
    aws.TableNotFoundError,
    aws.TargetExistsError,
    aws.ThrottledError,
    aws.UnexpectedError,
    aws.UnexpectedStatusError,
    aws.UnreadableAnswerError,
    aws.WrongAccountError,
    aws.AccountNotAllowedError,
    aws.WrongTableError,
    aws.BackupJobFailedError,
    aws.BackupRoleError,
    aws.CopyFailedError,
    aws.FeatureOffError,
    aws.OtherJobTimeoutError,
    aws.RecoveryPointExpiredError,
    aws.RecoveryPointGoneError,
    aws.RecoveryPointLockedError,
    aws.RecoveryPointStaysError,
    aws.RecoveryPointUnusableError,
    aws.VaultBackupCancelledError,
    aws.VaultBackupTimeoutError,
    aws.VaultNotFoundError,
    aws.VaultRefusedError,
    aws.RestoreJobFailedError,
    aws.RestoreJobTimeoutError,
)


def costs(backups: Sequence[BackupSummary], taken: Sequence[BackupRecord]) -> Decimal:
    fetched: FetchedPrices = PriceList().fetch(["eu-west-1"], all_regions=False, timeout_seconds=60)
    found: Sequence[FoundPrices] = fetched.found
    unknown: Sequence[str] = [name for one in found for name in (*one.missing, *one.ambiguous)]
    write_prices("prices.json", fetched.prices)
    try:
        prices: Mapping[str, Prices] = read_prices("prices.json")
    except PricesError as error:
        raise SystemExit(str(error.failures)) from error
    estimate: Estimate = estimate_cost(backups, prices, in_month_of=datetime.now(timezone.utc))
    whole: bool = estimate_cost(taken).is_whole and not unknown
    return estimate.rounded if whole else estimate.amount
