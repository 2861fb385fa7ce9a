"""`ddb-backup restore`: a table from a backup, or as it was at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Final

import typer

from ..aws.restore.moments import PointInTime
from ..aws.restore.records import RestoreRequest, SseSpecification, Throughput
from ..aws.restore.rules import FROM_SOURCE, RESTORE_TIMEOUT_DEFAULT_SECONDS
from ..aws.rules.arns import BackupArn
from ..aws.rules.text import iso
from ..aws.vault.restore_records import PointRestoreRequest
from . import values, views
from .command import command
from .exit_codes import ExitCode
from .failures import broken
from .latest import resolved
from .options import ArnOrTable, Latest, LatestPrefix
from .session import Session
from .vaulting import restore_point

app = typer.Typer()

_FLAGS: Final = (
    "--latest",
    "--without-settings",
    "--no-local-indexes",
    "--no-global-indexes",
    "--quiet",
    "-q",
)
"""The options that no value follows."""


class BillingMode(str, Enum):
    """How a table is paid for."""

    PROVISIONED = "PROVISIONED"
    PAY_PER_REQUEST = "PAY_PER_REQUEST"


class Encryption(str, Enum):
    """Whose key a table is encrypted with."""

    OWNED = "owned"
    KMS = "kms"


@command(app)
def restore(
    session: Session,
    backup: ArnOrTable,
    new_table: Annotated[
        str,
        typer.Argument(metavar="NEW-TABLE", show_default=False, help="Name of the table to make."),
    ],
    latest: Latest = False,
    prefix: LatestPrefix = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=values.moment_of_restore,
            metavar="TIME",
            show_default=False,
            help="Restore TABLE as it was then, by its point-in-time recovery: 2026-01-31T12:00Z, an age "
            "such as 2h, or latest.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            show_default=False,
            help="Where to make the new table. Default: the region of the backup or of TABLE; any "
            "other takes --encryption.",
        ),
    ] = None,
    without_settings: Annotated[
        bool,
        typer.Option(
            "--without-settings",
            help="Don't copy the settings that AWS leaves out of a restore: tags, time to live, "
            "stream, point-in-time recovery, deletion protection, table class.",
        ),
    ] = False,
    billing_mode: Annotated[
        BillingMode | None,
        typer.Option(
            metavar="MODE",
            case_sensitive=False,
            show_default=False,
            help="PROVISIONED or PAY_PER_REQUEST. Default: as in the source.",
        ),
    ] = None,
    read_capacity: Annotated[
        int | None,
        typer.Option(
            parser=values.count,
            metavar="UNITS",
            show_default=False,
            help="With --write-capacity; for PROVISIONED.",
        ),
    ] = None,
    write_capacity: Annotated[
        int | None,
        typer.Option(
            parser=values.count,
            metavar="UNITS",
            show_default=False,
            help="With --read-capacity; for PROVISIONED.",
        ),
    ] = None,
    local_index: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", show_default=False, help="Keep only these local indexes. Default: all."
        ),
    ] = None,
    global_index: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", show_default=False, help="Keep only these global indexes. Default: all."
        ),
    ] = None,
    no_local_indexes: Annotated[
        bool, typer.Option("--no-local-indexes", help="Keep no local index.")
    ] = False,
    no_global_indexes: Annotated[
        bool, typer.Option("--no-global-indexes", help="Keep no global index.")
    ] = False,
    encryption: Annotated[
        Encryption | None,
        typer.Option(
            metavar="OWNER",
            case_sensitive=False,
            show_default=False,
            help="Encrypt with AWS's own key (owned) or one in KMS (kms). Default: as in the source.",
        ),
    ] = None,
    kms_key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            show_default=False,
            help="With --encryption kms: the key's id, ARN or alias. Default: DynamoDB's own key.",
        ),
    ] = None,
    vault: Annotated[
        str | None,
        typer.Option(
            metavar="VAULT",
            show_default=False,
            help="For a recovery point of AWS Backup: its vault. Goes with --role, --kms-key and --timeout alone.",
        ),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            metavar="ARN",
            show_default=False,
            help="With --vault: the role that AWS Backup assumes.",
        ),
    ] = None,
    timeout: Annotated[
        int,
        typer.Option(
            parser=values.seconds,
            metavar="DURATION",
            help="Stop waiting after this long, from 1m to 24h. Default: 2h.",
        ),
    ] = RESTORE_TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Restore a backup or a past moment to a new table.

    Waits until the table is ACTIVE and has the settings of the source table. If the command is cut
    off, run it again to continue. Items whose time to live has passed since will soon be deleted
    again.

    Examples:
        # The newest backup of one table, next to it
        $ ddb-backup restore --latest orders orders-2
        # The table as it was at three o'clock
        $ ddb-backup restore orders orders-2 --at 2026-11-24T03:00Z
        # A recovery point of AWS Backup
        $ ddb-backup restore $POINT orders-2 --vault safe --role $ROLE
    """
    if vault or role or ":recovery-point:" in backup:
        others = (latest, prefix, at, region, without_settings, billing_mode, encryption)
        indexes = (local_index, global_index, no_local_indexes, no_global_indexes)
        if any(others) or any(indexes) or read_capacity or write_capacity or not (vault and role):
            raise broken(
                "vault",
                "a recovery point of AWS Backup is restored with --vault and --role, and with --kms-key "
                "and --timeout if you like; AWS Backup takes nothing else",
            )
        return restore_point(
            session, PointRestoreRequest(new_table, backup, vault, role, kms_key, timeout)
        )
    if at is None:
        arn, moment = resolved(session, backup, latest=latest, prefix=prefix), None
        if latest:  # by then, there may be a later one
            session.arguments = _of_that_backup(session.arguments, backup, arn)
    else:
        arn, moment = "", _moment(session, backup, at, latest=latest, prefix=prefix)
    request = RestoreRequest(
        target_table_name=new_table,
        backup_arn=arn,
        point_in_time=moment,
        settings=None if without_settings else FROM_SOURCE,
        region=region,
        billing_mode=billing_mode.value if billing_mode else None,
        provisioned_throughput=_throughput(read_capacity, write_capacity),
        local_indexes=_kept("local-index", local_index, none=no_local_indexes),
        global_indexes=_kept("global-index", global_index, none=no_global_indexes),
        sse_specification=_sse(encryption, kms_key),
        timeout_seconds=timeout,
    )
    with session.watching(alone=True):
        table = session.backups().restore(request)
    session.screen.result(views.restored(table))
    return ExitCode.DONE


def _moment(
    session: Session, table: str, at: datetime, *, latest: bool, prefix: str | None
) -> PointInTime:
    """The moment of a table that `--at` names; an age is another moment when it is told again."""
    if latest or prefix:
        option = "--latest" if latest else "--prefix"
        raise broken("at", f"--at and {option} exclude each other: --at restores no backup")
    if BackupArn.parse(table):
        raise broken("at", "--at takes a table's name or ARN, not a backup's ARN")
    session.names = {"point_in_time": "TABLE"}
    if at == values.LATEST:
        return PointInTime(table)
    moment = PointInTime(table, at)
    if moment.second is not None:
        session.arguments = _at_that_moment(session.arguments, iso(moment.second))
    return moment


def _at_that_moment(arguments: Sequence[str], moment: str) -> list[str]:
    """The command line with the moment itself instead of an age."""
    told = [f"--at={moment}" if word.startswith("--at=") else word for word in arguments]
    return [
        moment if before == "--at" else word
        for before, word in zip(["", *told], told, strict=False)
    ]


def _of_that_backup(arguments: Sequence[str], table: str, arn: str) -> list[str]:
    """The command line with the backup's ARN instead of the table and how it was chosen."""
    left: list[str] = []
    before = ""
    for word in arguments:
        is_value = before.startswith("-") and "=" not in before and before not in _FLAGS
        if word == table and not is_value and arn not in left:
            left.append(arn)
        elif before != "--prefix" and word not in ("--latest", "--prefix"):
            left += [] if word.startswith("--prefix=") else [word]
        before = word
    return left


def _throughput(read: int | None, write: int | None) -> Throughput | None:
    if read is None and write is None:
        return None
    if read is None or write is None:
        raise broken("provisioned_throughput", "--read-capacity and --write-capacity go together")
    return Throughput(read, write)


def _kept(option: str, names: list[str] | None, *, none: bool) -> tuple[str, ...] | None:
    if names and none:
        raise broken(option, f"--{option} and --no-{option}es exclude each other")
    return () if none else tuple(names) if names else None


def _sse(encryption: Encryption | None, kms_key: str | None) -> SseSpecification | None:
    if kms_key and encryption is not Encryption.KMS:
        raise broken("kms_master_key_id", "--kms-key goes with --encryption kms")
    return SseSpecification(encryption is Encryption.KMS, kms_key) if encryption else None
