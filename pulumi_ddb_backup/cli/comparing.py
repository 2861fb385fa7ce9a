"""`ddb-backup compare`: whether two tables hold the same items."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from ..aws.calls.connection import Connection
from ..aws.compare.operation import Comparisons
from ..aws.compare.records import (
    COMPARE_TIMEOUT_DEFAULT_SECONDS,
    SAMPLE_DEFAULT,
    CompareRequest,
    Comparison,
    Verdict,
)
from ..aws.errors import ValidationError
from ..aws.rules.validation import SHARED_RULES, Failure, broken_rules
from ..aws.rules.values import without_none
from . import compared, completing, values
from .command import command
from .exit_codes import ExitCode
from .output import Output
from .session import Session

app = typer.Typer()

_OTHER: Final = "Where the other table is"
_FINE: Final = (Verdict.IDENTICAL, Verdict.EXPLAINED)


@command(app)
def compare(
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
    other_table: Annotated[
        str,
        typer.Argument(
            metavar="OTHER-TABLE",
            autocompletion=completing.tables,
            show_default=False,
            help="Name or ARN of the table to compare it with.",
        ),
    ],
    subset: Annotated[
        str | None,
        typer.Option(
            metavar="PART",
            show_default=False,
            help="Compare only a part, such as 3/7: the third of seven, for a seventh of the read units.",
        ),
    ] = None,
    read_units_per_second: Annotated[
        int | None,
        typer.Option(
            parser=values.count,
            metavar="UNITS",
            show_default=False,
            help="Read each table with at most this many units a second. Default: half of a "
            "provisioned table's capacity; 1000 if it is on demand.",
        ),
    ] = None,
    last_write_attribute: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="The attribute with the time of an item's last write: ISO, or a number since 1970.",
        ),
    ] = None,
    written_since: Annotated[
        datetime | None,
        typer.Option(
            parser=values.moment,
            metavar="TIME",
            show_default=False,
            help="With --last-write-attribute: what was written since then explains a difference.",
        ),
    ] = None,
    sample: Annotated[
        int,
        typer.Option(
            metavar="N", show_default=False, help="Name at most N keys that differ. Default: 10."
        ),
    ] = SAMPLE_DEFAULT,
    no_keys: Annotated[
        bool,
        typer.Option("--no-keys", help="Name no keys, only counts: keys may be personal data."),
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Keep in this file how far the comparison got, and continue from it. It holds some "
            "keys. It is deleted at the end.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            show_default=False,
            help="Region of both tables. Default: AWS_REGION, AWS_DEFAULT_REGION or the profile's "
            "region.",
        ),
    ] = None,
    other_region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            show_default=False,
            rich_help_panel=_OTHER,
            help="Region of the other table.",
        ),
    ] = None,
    other_profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            rich_help_panel=_OTHER,
            help="Profile for the other table.",
        ),
    ] = None,
    other_role_arn: Annotated[
        str | None,
        typer.Option(
            metavar="ARN",
            show_default=False,
            rich_help_panel=_OTHER,
            help="IAM role to assume for the other table.",
        ),
    ] = None,
    timeout: Annotated[
        int,
        typer.Option(
            parser=values.seconds,
            metavar="DURATION",
            help="Stop after this long, from 1m to 24h. Default: 2h.",
        ),
    ] = COMPARE_TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Compare the items of two tables.

    Reads both tables in full, within a budget of read units, and tells which items differ by their
    keys, never by their values. What differs is looked up again in both tables before it is told.
    The exit code is 8 if there is a difference that is not explained.

    Examples:
        # A restored table and the one that was backed up
        $ ddb-backup compare orders orders-restored
        # The same, so that it can be interrupted and continued
        $ ddb-backup compare orders orders-restored --state orders.state
        # A seventh of it
        $ ddb-backup compare orders orders-restored --subset 3/7
    """
    request = CompareRequest(
        table,
        other_table,
        subset=subset,
        read_units_per_second=read_units_per_second,
        last_write_attribute=last_write_attribute,
        written_since=written_since,
        sample=0 if no_keys else sample,
        state_file=state,
        timeout_seconds=timeout,
    )
    here = session.connection.overridden(region=region)
    there = _there(here, other_region, other_profile, other_role_arn)
    with session.watching(alone=True) as watch:
        result = Comparisons(here, watch, other=there).compare(request)
    try:
        session.screen.result(compared.shown(result, named=not no_keys))
    finally:  # whoever read the result may have gone away
        _tell(session, result)
    return ExitCode.DONE if result.verdict in _FINE else ExitCode.DIFFERENT


def _there(
    here: Connection, region: str | None, profile: str | None, role_arn: str | None
) -> Connection:
    """How the other table is reached.

    Raises:
        ValidationError: One of the options breaks a rule.
    """
    given = without_none({"profile": profile, "role_arn": role_arn})
    if broken := broken_rules(SHARED_RULES, given):
        raise ValidationError(
            [Failure(f"other_{one.property}", f"other_{one.reason}") for one in broken]
        )
    return here.overridden(region=region, profile=profile, role_arn=role_arn)


def _tell(session: Session, result: Comparison) -> None:
    if (
        session.screen.quiet
        and result.verdict not in _FINE
        and session.screen.output is Output.TABLE
    ):
        session.screen.error(f"{compared.verdict(result)}.")
    if result.settled:
        was = "1 item was" if result.settled == 1 else f"{result.settled:,} items were"
        session.screen.notice(
            f"{was} different at first and the same when looked up again; not counted."
        )
    session.screen.notice(compared.effort(result))
