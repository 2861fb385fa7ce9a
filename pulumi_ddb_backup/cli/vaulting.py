"""`ddb-backup vault-backup`: a backup in a vault of AWS Backup; and what a vault holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Annotated, Final

import typer

from ..aws.calls.connection import Connection
from ..aws.clock import SystemClock
from ..aws.rules.text import iso, readable_size
from ..aws.vault.choices import START_WINDOW_DEFAULT_MINUTES, VAULT_TIMEOUT_DEFAULT_SECONDS
from ..aws.vault.records import RecoveryPoint, VaultBackupRecord, VaultBackupRequest
from ..aws.vault.restore_records import PointRestoreRequest
from ..aws.vault.vaults import VaultBackups
from ..aws.vault.words import final_line
from . import completing, values
from .command import command
from .exit_codes import ExitCode
from .failures import broken
from .output import Result, Table
from .session import Session
from .views import age_of, size_of

app = typer.Typer()

_NOT_RESTORED: Final = (
    "AWS Backup restores neither time to live nor the stream, point-in-time recovery or deletion "
    "protection: set them yourself."
)
VaultName = Annotated[
    str,
    typer.Option(
        metavar="VAULT",
        show_default=False,
        help="Name or ARN of the vault, which is in the table's region and account.",
    ),
]
BackupRole = Annotated[
    str,
    typer.Option(
        metavar="ARN",
        show_default=False,
        help="IAM role that AWS Backup assumes; not the one of --role-arn.",
    ),
]
VaultTimeout = Annotated[
    int,
    typer.Option(
        parser=values.seconds,
        metavar="DURATION",
        help="Stop waiting after this long, from 1m to 24h. Default: 2h.",
    ),
]


def vaults(session: Session, region: str | None) -> VaultBackups:
    """The calls for vaults, as this command line says."""
    connection: Connection = replace(session.connection, region=region)
    return VaultBackups(connection, session.watch) if session.watch else VaultBackups(connection)


@command(app)
def vault_backup(
    session: Session,
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            autocompletion=completing.tables,
            show_default=False,
            help="Name or ARN of the table.",
        ),
    ],
    vault: VaultName,
    role: BackupRole,
    delete_after_days: Annotated[
        int | None,
        typer.Option(
            parser=values.count,
            metavar="DAYS",
            show_default=False,
            help="AWS deletes the backup, and each copy, after so many days. Default: never.",
        ),
    ] = None,
    cold_after_days: Annotated[
        int | None,
        typer.Option(
            parser=values.count,
            metavar="DAYS",
            show_default=False,
            help="They move to cold storage after so many days. Default: never.",
        ),
    ] = None,
    copy_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="VAULT-ARN",
            show_default=False,
            help="Copy it to this vault, in any region or account; repeat it for more.",
        ),
    ] = None,
    start_window: Annotated[
        int,
        typer.Option(
            parser=values.count,
            metavar="MINUTES",
            help="The job expires unless it has begun within so long, 60 to 1440. Default: 60.",
        ),
    ] = START_WINDOW_DEFAULT_MINUTES,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            show_default=False,
            help="Region of table and vault. Default: that of an ARN, else AWS_REGION, "
            "AWS_DEFAULT_REGION or the profile's region.",
        ),
    ] = None,
    timeout: VaultTimeout = VAULT_TIMEOUT_DEFAULT_SECONDS,
    no_wait: Annotated[
        bool,
        typer.Option("--no-wait", help="Return as soon as AWS has accepted the backup job."),
    ] = False,
) -> ExitCode:
    """Back up a table into a vault of AWS Backup.

    Waits until the backup and, with --copy-to, its copies in other vaults are complete. Ctrl-C stops
    the waiting, not the backup: run the same command again to go on with it, and with its copies.

    Examples:
        # Kept until somebody deletes it
        $ ddb-backup vault-backup orders --vault safe --role $ROLE
        # With a copy in another region
        $ ddb-backup vault-backup orders --vault safe --role $ROLE --copy-to $OHIO
    """
    if no_wait and copy_to:
        raise broken(
            "no_wait",
            "--no-wait and --copy-to exclude each other: only a complete backup can be copied",
        )
    request = VaultBackupRequest(
        table,
        vault,
        role,
        delete_after_days=delete_after_days,
        cold_after_days=cold_after_days,
        copy_to=tuple(copy_to or ()),
        start_window_minutes=start_window,
        wait_for="started" if no_wait else "copies",
        timeout_seconds=timeout,
    )
    with session.watching(alone=True):
        record = vaults(session, region).create(request)
    session.screen.result(_taken(record))
    return ExitCode.DONE


def _taken(record: VaultBackupRecord) -> Result:
    arns = [record.recovery_point_arn or record.backup_job_id]
    arns += [one.recovery_point_arn for one in record.copies if one.recovery_point_arn]
    lines = [final_line(record)]
    lines += [f"{one.told[:1].upper()}{one.told[1:]}" for one in record.copies]
    return Result({"backup": record}, lines, arns)


def list_points(
    session: Session,
    vault: str,
    tables: Sequence[str],
    region: Sequence[str],
    limit: int | None,
) -> ExitCode:
    """List the recovery points of tables in a vault.

    Raises:
        ValidationError: More regions than one are given: a vault is in one.
    """
    if len(region) > 1:
        raise broken("regions", "--vault is in one region: give --region at most once")
    with session.watching(alone=False):
        there = vaults(session, next(iter(region), None)).find(vault)
    found = [one for one in there if not tables or any(_fits(one, table) for table in tables)]
    points = found[:limit]
    session.screen.result(_points(points, SystemClock().now()))
    if not points:
        session.screen.notice("No recovery points found.")
    else:
        size = readable_size(sum(one.backup_size_bytes or 0 for one in points))
        of = f" of {len(found)}" if len(found) > len(points) else ""
        noun = "recovery point" if len(found) == 1 else "recovery points"
        session.screen.notice(f"{len(points)}{of} {noun}, {size}")
    return ExitCode.DONE


def restore_point(session: Session, request: PointRestoreRequest) -> ExitCode:
    """Restore a recovery point to a new table."""
    with session.watching(alone=True):
        table = vaults(session, None).restore(request)
    seconds = f"{table.elapsed_seconds or 0:.1f}s"
    line = (
        f"Table '{table.table_name}' was restored in {seconds} from {table.recovery_point_arn}: "
        f"{table.table_arn}"
    )
    session.screen.result(Result({"table": table}, [line], [table.table_arn or ""]))
    session.screen.notice(_NOT_RESTORED)
    return ExitCode.DONE


def _fits(point: RecoveryPoint, table: str) -> bool:
    """Whether a point is of a table that was named, by its name, its ARN or a pattern."""
    return point.table_arn == table or fnmatchcase(point.table_name, table)


def _points(points: Sequence[RecoveryPoint], now: datetime) -> Result:
    rows = [list(_row(one, now)) for one in points]
    header = ("TABLE", "STATUS", "SIZE", "AGE", "STORAGE", "DELETED ON")
    arns = [one.recovery_point_arn for one in points]
    shown: Table | Sequence[str] = Table(header, rows, arns) if points else ()
    return Result({"recovery_points": list(points)}, shown, arns)


def _row(point: RecoveryPoint, now: datetime) -> Iterator[str]:
    yield point.table_name
    yield point.status
    yield size_of(point.backup_size_bytes)
    yield age_of(point.creation_date_time, now)
    yield point.storage_class or "WARM"
    yield iso(point.delete_at)[:10] if point.delete_at else "never"
