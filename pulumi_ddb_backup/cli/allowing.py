"""`ddb-backup iam-policy`: the permissions for what is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from ..aws.errors import ValidationError
from ..aws.rules.arns import TableArn
from ..aws.rules.regions import is_region
from ..aws.rules.text import shown
from ..aws.rules.validation import Failure
from .command import command, flag
from .exit_codes import ExitCode
from .failures import broken
from .policy import USES, On, Where, document
from .session import Session

app = typer.Typer()

_TABLE = re.compile(r"[a-zA-Z0-9_.*?-]{1,255}")
_ACCOUNT = re.compile(r"[0-9]{12}")


_USED: Final = [flag(use.name, use.help, "What you use") for use in USES]


@command(app, *_USED)
def iam_policy(
    session: Session,
    table: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TABLE",
            show_default=False,
            help="Only these tables: names, ARNs, or names with the wildcards * and ?. Default: all.",
        ),
    ] = None,
    new_table: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Restore only to these tables; takes the same wildcards. Default: all.",
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="ID", show_default=False, help="Only this account. Default: any."),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION", show_default=False, help="Only these regions. Default: all."
        ),
    ] = None,
    **used: bool,
) -> ExitCode:
    """Print the IAM policy for what you use and nothing more.

    The policy is JSON, whatever --output says. AWS is not called.

    Examples:
        # What a CI job needs to back up one table
        $ ddb-backup iam-policy --backup --table orders --region eu-west-1
        # What a person needs to look for backups and restore them
        $ ddb-backup iam-policy --list --settings
    """
    uses = [use for use in USES if used[use.name.replace("-", "_")]]
    if not uses:
        told = ", ".join(f"--{use.name}" for use in USES)
        raise broken("uses", f"Say what you use, with one or more of {told}")
    where = Where(table or (), new_table or (), account, region or ())
    if failures := list(_failures(where)):
        raise ValidationError(failures)
    session.screen.json(document(uses, where))
    if table and not new_table and any(on is On.RESTORED for use in uses for on, _ in use.needs):
        session.screen.notice("This allows restoring to any table. Narrow it with --new-table.")
    return ExitCode.DONE


def _failures(where: Where) -> Iterator[Failure]:
    yield from _wrong_names("--table", where.tables, arns=True)
    yield from _wrong_names("--new-table", where.restored, arns=False)
    if where.account is not None and not _ACCOUNT.fullmatch(where.account):
        yield Failure("account", f"--account must be 12 digits (got {shown(where.account)})")
    for region in where.regions:
        if not is_region(region):
            yield Failure(
                "region", f"--region must be a valid AWS region identifier (got {shown(region)})"
            )


def _wrong_names(option: str, names: Sequence[str], *, arns: bool) -> Iterator[Failure]:
    for name in names:
        if not _TABLE.fullmatch(name) and not (arns and TableArn.parse(name)):
            kinds = "a table's name or ARN" if arns else "a table's name"
            yield Failure(
                option, f"{option} must be {kinds}, with * and ? as wildcards (got {shown(name)})"
            )
