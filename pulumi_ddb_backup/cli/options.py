"""The options that several commands have, as Typer reads them."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Final

import typer

from . import values
from .output import Output

_EVERYWHERE: Final = "Options of every command"

Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        show_default=False,
        help="Where to look; may be given several times. Default: AWS_REGION, AWS_DEFAULT_REGION "
        "or the profile's.",
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
        metavar="TIME",
        show_default="30m",
        help="How long the whole command may take, from 60 (seconds) or 1m to 2h.",
    ),
]
Prefix = Annotated[
    str | None,
    typer.Option(
        metavar="PREFIX",
        show_default=False,
        help="Only backups whose names begin with this.",
    ),
]


class Type(str, Enum):
    """Who has made a backup."""

    USER = "USER"
    SYSTEM = "SYSTEM"
    AWS_BACKUP = "AWS_BACKUP"
    ALL = "ALL"


Types = Annotated[
    Type,
    typer.Option(
        case_sensitive=False,
        help="Who made them: you, DynamoDB itself for a deleted table, AWS Backup, or any of these.",
    ),
]
BackupArns = Annotated[
    list[str], typer.Argument(metavar="ARN...", show_default=False, help="ARNs of the backups.")
]
ArnOrTable = Annotated[
    str,
    typer.Argument(
        metavar="ARN|TABLE",
        show_default=False,
        help="ARN of the backup; with --latest, name or ARN of the table.",
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
        help="With --latest: only backups whose names begin with this.",
    ),
]


def everywhere(
    output: Annotated[
        Output,
        typer.Option(
            "--output",
            "-o",
            case_sensitive=False,
            rich_help_panel=_EVERYWHERE,
            help="Form of the result.",
        ),
    ] = Output.TABLE,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet",
            "-q",
            rich_help_panel=_EVERYWHERE,
            help="Of the result only ARNs, one a line; of all else only errors.",
        ),
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            rich_help_panel=_EVERYWHERE,
            show_default=False,
            help="Profile of the AWS configuration files. Default: AWS_PROFILE.",
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
            help="Replaces the endpoint of DynamoDB. AWS_ENDPOINT_URL replaces those of all services.",
        ),
    ] = None,
) -> None:
    """Every command has these parameters."""
