"""`ddb-backup backup --keep-...`: what goes once the new backups are AVAILABLE, and only then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ..aws.clock import SystemClock
from ..aws.cost.prices import Prices
from ..aws.errors import ValidationError
from ..aws.fleet.planning import PlannedBackup
from ..aws.fleet.records import FleetResult, TableOutcome
from ..aws.records import BackupStatus, BackupSummary
from ..aws.retention.after import Applied, apply, request_after
from ..aws.retention.operation import Prunes
from ..aws.retention.records import PruneRequest, PruneResult, Retention
from ..aws.retention.rules import validate_retention
from . import failures, pruned, unsearched
from .exit_codes import ExitCode, code_of
from .failures import broken
from .pricing import totals
from .progress import Watch
from .session import Session

_NO_WAIT: Final = (
    "--no-wait and --keep-... exclude each other: older backups are only deleted once the new ones "
    "are AVAILABLE"
)
_NEEDS_PREFIX: Final = (
    "--keep-... needs --prefix: only a name that was made from it tells whose a backup is"
)
_STOPPED: Final = "the command was stopped"
_NOTHING_TAKEN: Final = "no backup was taken"


@dataclass(frozen=True, slots=True)
class Policy:
    """What `--keep-...` asks for.

    Attributes:
        retention: Which backups stay.
        prefix: What their names are made from.
        prices: What is known of prices.
        timeout_seconds: The limit of the whole command.
    """

    retention: Retention
    prefix: str
    prices: Mapping[str, Prices]
    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a policy.

    Attributes:
        policy: The policy.
        dry_run: Whether nothing was to be deleted.
        applied: What it did, if it was applied.
        why_not: Why it was not; empty if it was.
    """

    policy: Policy
    dry_run: bool
    applied: Applied = field(default_factory=Applied)
    why_not: str = ""

    @property
    def result(self) -> PruneResult | None:
        """What was kept and deleted."""
        return self.applied.result

    @property
    def code(self) -> ExitCode:
        """The exit code that it would have by itself."""
        if self.applied.error:
            return code_of(self.applied.error)
        if self.why_not == _STOPPED:
            return ExitCode.INTERRUPTED
        return pruned.code_of(self.result) if self.result else ExitCode.DONE

    def as_json(self) -> dict[str, object]:
        """It as an object."""
        result = self.result or PruneResult([])
        expired = [backup for one in result.tables for backup in one.expired]
        error = self.applied.error
        told = unsearched.not_searched(result)
        return {
            "not_applied": self.why_not or self.applied.note or None,
            "tables": [pruned.as_json(one) for one in result.tables],
            "kept": totals(pruned.kept_of(result), self.policy.prices),
            "expired": totals(expired, self.policy.prices),
            "failed": [failures.as_json(error)] if error else told["failed"],
        }


def policy_of(
    retention: Retention,
    prefix: str | None,
    prices: Mapping[str, Prices],
    timeout_seconds: int,
    *,
    no_wait: bool,
) -> Policy:
    """What is asked for.

    Raises:
        ValidationError: It breaks a rule.
    """
    if no_wait:
        raise broken("no_wait", _NO_WAIT)
    if wrong := validate_retention(retention.inputs()):
        raise ValidationError(wrong)
    if prefix is None:
        raise broken("prefix", _NEEDS_PREFIX)
    return Policy(retention, prefix, prices, timeout_seconds)


def after(session: Session, watch: Watch, result: FleetResult, policy: Policy) -> Ended:
    """Delete what is kept no longer, if every backup of this run is AVAILABLE.

    Args:
        session: Under way.
        watch: Hears how it goes.
        result: How the backups ended.
        policy: What is kept.
    """
    if why := _why_not(session, result.outcomes, result.backups):
        return Ended(policy, dry_run=False, why_not=why)
    request = request_after(
        result.backups,
        policy.retention,
        policy.prefix,
        owner=None,
        timeout_seconds=policy.timeout_seconds,
    )
    watch.alone = False  # however few tables they are of: many deletions are counted
    prunes = Prunes(session.connection, watch, on_progress=watch.many)
    left = policy.timeout_seconds - result.elapsed_seconds
    return Ended(policy, dry_run=False, applied=apply(prunes, request, left))


def foretold(
    session: Session,
    watch: Watch,
    planned: Sequence[PlannedBackup],
    outcomes: Sequence[TableOutcome],
    policy: Policy,
) -> Ended:
    """What `after` would do if the planned backups were there, as AWS lists the others now."""
    expected = [backup for one in planned if (backup := _expected(one))]
    if why := _why_not(session, outcomes, expected):
        return Ended(policy, dry_run=True, why_not=why)
    request = PruneRequest(
        tables=[backup.table_arn for backup in expected],
        retention=policy.retention,
        backup_name_prefix=policy.prefix,
        expected=expected,
        timeout_seconds=policy.timeout_seconds,
    )
    prunes = Prunes(session.connection, watch, on_progress=watch.many)
    return Ended(policy, dry_run=True, applied=apply(prunes, request, policy.timeout_seconds))


def tell(session: Session, ended: Ended) -> None:
    """Say in one line what it did, after what went wrong."""
    would = "would be" if ended.dry_run else "was"
    if ended.why_not:
        session.screen.notice(f"No older backup {would} deleted: {ended.why_not}.")
        return
    if ended.applied.error:
        session.tell(ended.applied.error)
        session.screen.notice(f"No older backup {would} deleted.")
        return
    assert ended.result is not None  # it was applied
    pruned.tell_failed(session, ended.result)
    for one in ended.result.tables:
        if one.doubt:
            session.screen.notice(f"{one.table.shown}: nothing was deleted: {one.doubt}.")
    if not ended.applied.line:
        return  # of no table is anything known
    line = pruned.summary(ended.result, ended.policy.prices, yes=not ended.dry_run)
    rules = ended.result.kept_by_rule.items()
    by_rule = ", ".join(f"{rule.removeprefix('keep_')} {count}" for rule, count in rules)
    if not ended.dry_run:
        session.screen.notice(f"Retention: {line}")
        return
    more = f" Kept by rule: {by_rule}." if by_rule else ""
    session.screen.notice(f"Retention, with the new backups counted: {line}{more}")


def code_with(code: ExitCode, ended: Ended | None) -> ExitCode:
    """The exit code of the whole command, whose backups alone would end it with `code`."""
    return code if code != ExitCode.DONE or ended is None else ended.code


def _why_not(session: Session, outcomes: Sequence[TableOutcome], taken: Sequence[object]) -> str:
    if session.stopped():
        return _STOPPED
    failed = sum(outcome.error is not None for outcome in outcomes)
    if failed:
        return "the backup failed" if len(outcomes) == 1 else f"{failed} of {len(outcomes)} failed"
    return "" if taken else _NOTHING_TAKEN


def _expected(one: PlannedBackup) -> BackupSummary | None:
    """The backup as AWS will list it, if it is taken now: as large as the table, and without an ARN."""
    table = one.described
    if table is None:
        return None
    return BackupSummary(
        backup_arn="",
        backup_name=one.backup_name,
        backup_status=BackupStatus.AVAILABLE,
        backup_type="USER",
        table_name=table.name,
        table_arn=table.arn,
        region=one.table.region,
        table_id=table.table_id,
        backup_size_bytes=table.size_bytes,
        backup_creation_date_time=SystemClock().now(),
    )
