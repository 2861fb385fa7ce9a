"""The options that several commands have, as Typer reads them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Final

import typer

from . import completing, values
from .output import Output

_EVERYWHERE: Final = "Global options"

Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        show_default=False,
        help="Region to use; repeat it for more. Default: AWS_REGION, AWS_DEFAULT_REGION or the "
        "profile's region.",
    ),
]
AllRegions = Annotated[
    bool,
    typer.Option(
        "--all-regions",
        help="Look in every region. Regions that are not enabled for the account are skipped.",
    ),
]
Timeout = Annotated[
    int,
    typer.Option(
        parser=values.seconds,
        metavar="DURATION",
        help="Stop waiting after this long, from 1m to 2h. Default: 30m.",
    ),
]
Prefix = Annotated[
    str | None,
    typer.Option(
        metavar="PREFIX", show_default=False, help="Only backups whose names start with this."
    ),
]
Owner = Annotated[
    str | None,
    typer.Option(
        metavar="OWNER",
        show_default=False,
        help="Only backups of this owner, by their names: the first four of the eight hex digits, "
        "`schedule-` and these for a BackupSchedule, or `schedule` for every BackupSchedule.",
    ),
]


class Type(str, Enum):
    """Who made a backup."""

    USER = "USER"
    SYSTEM = "SYSTEM"
    AWS_BACKUP = "AWS_BACKUP"
    ALL = "ALL"


Types = Annotated[
    Type,
    typer.Option(
        metavar="TYPE",
        case_sensitive=False,
        help="Only backups of this type: USER (made by you), SYSTEM (made by DynamoDB when a table "
        "was deleted), AWS_BACKUP or ALL. Default: USER.",
    ),
]
BackupArns = Annotated[
    list[str],
    typer.Argument(
        metavar="ARN",
        autocompletion=completing.backups,
        show_default=False,
        help="ARNs of the backups.",
    ),
]
ArnOrTable = Annotated[
    str,
    typer.Argument(
        metavar="ARN|TABLE",
        autocompletion=completing.backups_or_tables,
        show_default=False,
        help="ARN of the backup. With --latest (or restore's --at): name or ARN of the table.",
    ),
]
Latest = Annotated[
    bool,
    typer.Option("--latest", help="Take the table's newest AVAILABLE backup that you made."),
]
LatestPrefix = Annotated[
    str | None,
    typer.Option(
        metavar="PREFIX",
        show_default=False,
        help="With --latest: only backups whose names start with this.",
    ),
]


def everywhere(
    output: Annotated[
        Output,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT",
            case_sensitive=False,
            rich_help_panel=_EVERYWHERE,
            help="How to print the result: table or json. Default: table.",
        ),
    ] = Output.TABLE,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=_EVERYWHERE,
            help="Print only ARNs, one per line, and errors.",
        ),
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=_EVERYWHERE,
            show_default=False,
            help="Profile in the AWS configuration files. Default: AWS_PROFILE.",
        ),
    ] = None,
    role_arn: Annotated[
        str | None,
        typer.Option(
            metavar="ARN",
            rich_help_panel=_EVERYWHERE,
            show_default=False,
            help="IAM role to assume.",
        ),
    ] = None,
    endpoint_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            rich_help_panel=_EVERYWHERE,
            show_default=False,
            help="Call DynamoDB at this URL. AWS_ENDPOINT_URL does the same for every service.",
        ),
    ] = None,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            envvar="DDB_BACKUP_DEBUG",
            rich_help_panel=_EVERYWHERE,
            help="Print every call to AWS to stderr. DDB_BACKUP_DEBUG=1 does the same.",
        ),
    ] = False,
) -> None:
    """Every command has these parameters."""
