"""`ddb-backup list` and `show`: the backups that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Final

import typer

from ..aws.clock import SystemClock
from ..aws.cost.estimate import a_month
from ..aws.cost.prices import Prices
from ..aws.cost.words import a_month_text
from ..aws.errors import BackupNotFoundError, Facts, Stage
from ..aws.fleet.finding import FindResult
from ..aws.records import BackupRecord, BackupStatus, BackupSummary
from ..aws.rules.arns import BackupArn as ParsedArn
from ..display import iso
from . import values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .failures import broken
from .finding import Exclude, Tables, find, search
from .latest import resolved
from .options import (
    AllRegions,
    ArnOrTable,
    Latest,
    LatestPrefix,
    Owner,
    Prefix,
    Regions,
    Type,
    Types,
)
from .output import Result
from .pricing import Cost, PricesFile, as_json, cost_cell, prices_for
from .session import Session
from .vaulting import list_points

app = typer.Typer()


class Status(str, Enum):
    """The states of a backup that is listed."""

    CREATING = "CREATING"
    AVAILABLE = "AVAILABLE"


class Sort(str, Enum):
    """What a list is sorted by."""

    TABLE = "table"
    NAME = "name"
    STATUS = "status"
    SIZE = "size"
    AGE = "age"
    TYPE = "type"


_KEYS: Final[dict[Sort, Callable[[BackupSummary], str | int | float]]] = {
    Sort.TABLE: lambda backup: backup.table_name,
    Sort.NAME: lambda backup: backup.backup_name,
    Sort.STATUS: lambda backup: backup.backup_status,
    Sort.SIZE: lambda backup: -1 if backup.backup_size_bytes is None else backup.backup_size_bytes,
    Sort.AGE: lambda backup: -_seconds(backup.backup_creation_date_time),
    Sort.TYPE: lambda backup: backup.backup_type,
}


@command(app)
def list_(
    session: Session,
    tables: Tables = None,
    exclude: Exclude = None,
    prefix: Prefix = None,
    owner: Owner = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=values.moment,
            metavar="TIME",
            show_default=False,
            help="Only backups from this time on: 2026-01-31, 2026-01-31T12:00Z, or an age: 2d.",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=values.moment,
            metavar="TIME",
            show_default=False,
            help="Only backups from before this time.",
        ),
    ] = None,
    type: Types = Type.USER,
    status: Annotated[
        Status | None,
        typer.Option(
            metavar="STATUS",
            case_sensitive=False,
            show_default=False,
            help="Only backups in this state: CREATING or AVAILABLE.",
        ),
    ] = None,
    sort: Annotated[
        Sort,
        typer.Option(
            metavar="KEY",
            case_sensitive=False,
            help="Sort by table, name, status, size, age or type, smallest or youngest first. "
            "Default: age.",
        ),
    ] = Sort.AGE,
    reverse: Annotated[bool, typer.Option("--reverse", help="Reverse the order.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            parser=values.count, metavar="COUNT", show_default=False, help="Show at most this many."
        ),
    ] = None,
    region: Regions = None,
    all_regions: AllRegions = False,
    vault: Annotated[
        str | None,
        typer.Option(
            metavar="VAULT",
            show_default=False,
            help="List the recovery points in this vault of AWS Backup instead: its name or ARN. Goes "
            "with TABLE, --limit and --region alone.",
        ),
    ] = None,
    cost: Cost = False,
    prices: PricesFile = None,
) -> ExitCode:
    """List backups, newest first.

    The last line has the number of backups and their total size; it is on stderr.

    Examples:
        # The five newest backups of one table
        $ ddb-backup list orders --limit 5
        # Everything from production tables in the last 30 days, wherever it is
        $ ddb-backup list 'prod-*' --since 30d --all-regions
        # The largest backups of two regions
        $ ddb-backup list --region eu-west-1 --region us-east-1 --sort size --reverse
        # What a vault of AWS Backup holds of one table
        $ ddb-backup list orders --vault safe
    """
    if vault is not None:
        others = (exclude, prefix, since, until, status, reverse, all_regions, cost, prices)
        if any(others) or type is not Type.USER or sort is not Sort.AGE:
            raise broken("vault", "--vault goes with TABLE, --limit and --region alone")
        return list_points(session, vault, tables or (), region or (), limit)
    known = prices_for(session, cost, prices)
    asked = search(
        session,
        tables,
        exclude,
        region,
        all_regions=all_regions,
        prefix=prefix,
        owner=owner,
        since=since,
        until=until,
        type=type,
    )
    found = find(session, asked)
    fitting = [one for one in found.backups if status in (None, one.backup_status)]
    backups = sorted(fitting, key=_KEYS[sort], reverse=reverse)[:limit]
    session.screen.result(_shown(backups, found, known))
    cost_told = a_month_text(a_month(backups, known)) if known else ""
    session.screen.notice(f"{views.total(backups, of=len(fitting))}{cost_told}")
    return code_of_all(found.errors.values())


def _shown(
    backups: Sequence[BackupSummary], found: FindResult, prices: Mapping[str, Prices] | None
) -> Result:
    now = SystemClock().now()
    if prices is None:
        return views.found(backups, found, now)
    costs = {backup.backup_arn: cost_cell([backup], prices) for backup in backups}
    return views.found(backups, found, now, costs, cost_a_month=as_json(a_month(backups, prices)))


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


@command(app)
def show(
    session: Session,
    backup: ArnOrTable,
    latest: Latest = False,
    prefix: LatestPrefix = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            show_default=False,
            help="With --latest: the table's region. Default: AWS_REGION, AWS_DEFAULT_REGION or the "
            "profile's region.",
        ),
    ] = None,
) -> ExitCode:
    """Show everything AWS knows about one backup.

    Examples:
        # The newest backup of one table
        $ ddb-backup show --latest orders
    """
    arn = resolved(session, backup, latest=latest, prefix=prefix, region=region)
    with session.watching(alone=True):
        record = session.backups().describe(arn)
    if record is None:
        raise _gone(arn)
    session.screen.result(_described(record, SystemClock().now()))
    if record.backup_status != BackupStatus.AVAILABLE:
        session.screen.notice(
            f"It can't be restored yet. Wait for it: {session.command('wait', arn)}"
        )
    return ExitCode.DONE


def _described(backup: BackupRecord, now: datetime) -> Result:
    """One backup, with all that AWS tells of it."""
    return Result({"backup": backup}, list(_facts(backup, now)), [backup.backup_arn])


def _facts(backup: BackupRecord, now: datetime) -> Iterator[str]:
    created, size = backup.backup_creation_date_time, backup.backup_size_bytes
    facts = {
        "Backup": backup.backup_name,
        "ARN": backup.backup_arn,
        "Status": backup.backup_status,
        "Created": f"{iso(created)} ({views.age_of(created, now)} ago)"
        if created
        else views.NOTHING,
        "Size": views.size_of(size) + (f" ({size} bytes)" if size and size >= 1024 else ""),
        "Table": backup.table_name,
        "Table ARN": backup.table_arn,
        "Table size": views.size_of(backup.table_size_bytes),
        "Items": views.NOTHING if backup.item_count is None else str(backup.item_count),
    }
    width = max(map(len, facts)) + 2
    for name, value in facts.items():
        yield f"{name:{width}}{value}"


def _gone(arn: str) -> BackupNotFoundError:
    parsed = ParsedArn.parse(arn)
    facts = Facts(parsed.table if parsed else "", parsed.region if parsed else "", backup_arn=arn)
    return BackupNotFoundError(
        Stage.READ,
        facts,
        "Backup '{backup_arn}' does not exist (any more)",
        "It would be one of table '{table_name}' in region '{region}'.",
    )
