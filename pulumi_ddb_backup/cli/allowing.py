"""`ddb-backup iam-policy`: what to allow, for what is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from ..aws.errors import ValidationError
from ..aws.rules.arns import TableArn
from ..aws.rules.regions import is_region
from ..aws.rules.text import shown
from ..aws.rules.validation import Failure
from .command import command
from .exit_codes import ExitCode
from .failures import broken
from .policy import Use, Where, document
from .session import Session

app = typer.Typer()

_TABLE = re.compile(r"[a-zA-Z0-9_.*?-]{1,255}")
_ACCOUNT = re.compile(r"[0-9]{12}")


def _use(use: Use, what: str) -> object:
    return typer.Option(f"--{use.value}", rich_help_panel="What is used", help=what)


@command(app)
def iam_policy(
    session: Session,
    backup: Annotated[bool, _use(Use.BACKUP, "Backups of tables that are named.")] = False,
    many: Annotated[bool, _use(Use.MANY, "Backups by PATTERN, or --all-or-nothing.")] = False,
    tags: Annotated[bool, _use(Use.TAGS, "Backups by --tag.")] = False,
    list_: Annotated[
        bool,
        _use(Use.LIST, "List and look-ups; and finding a backup whose answer or run was lost."),
    ] = False,
    check: Annotated[bool, _use(Use.CHECK, "Check, of named tables or by PATTERN.")] = False,
    check_tags: Annotated[bool, _use(Use.CHECK_TAGS, "Check by --tag.")] = False,
    wait: Annotated[bool, _use(Use.WAIT, "Show and wait.")] = False,
    hooks: Annotated[bool, _use(Use.HOOKS, "The hooks of a Pulumi program.")] = False,
    delete: Annotated[bool, _use(Use.DELETE, 'Delete, and deletion_policy="delete".')] = False,
    sweep: Annotated[bool, _use(Use.SWEEP, "Sweep.")] = False,
    restore: Annotated[bool, _use(Use.RESTORE, "Restore --without-settings.")] = False,
    settings: Annotated[
        bool, _use(Use.SETTINGS, "Restore with the settings of the source; adds to --restore.")
    ] = False,
    table: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TABLE",
            show_default=False,
            help="Only these tables: names, ARNs, or names with * and ?. Default: all.",
        ),
    ] = None,
    new_table: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            show_default=False,
            help="Only these tables to restore to; * and ? as above. Default: all.",
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
) -> ExitCode:
    """Print the IAM policy that allows what you use and nothing more.

    The policy is JSON, whatever --output says. AWS is not called.

    Examples:
        # What a CI job needs to back up one table
        $ ddb-backup iam-policy --backup --table orders --region eu-west-1
        # What a person needs to look for backups and restore them
        $ ddb-backup iam-policy --list --settings
    """
    flags = {
        Use.BACKUP: backup,
        Use.MANY: many,
        Use.TAGS: tags,
        Use.LIST: list_,
        Use.CHECK: check,
        Use.CHECK_TAGS: check_tags,
        Use.WAIT: wait,
        Use.HOOKS: hooks,
        Use.DELETE: delete,
        Use.SWEEP: sweep,
        Use.RESTORE: restore or settings,
        Use.SETTINGS: settings,
    }
    uses = [use for use, wanted in flags.items() if wanted]
    if not uses:
        told = ", ".join(f"--{use.value}" for use in Use)
        raise broken("uses", f"Say what is used, one or more of {told}")
    where = Where(table or (), new_table or (), account, region or ())
    if failures := list(_failures(where)):
        raise ValidationError(failures)
    session.screen.json(document(uses, where))
    if (restore or settings) and table and not new_table:
        session.screen.notice("Restoring to any table is allowed: narrow it with --new-table.")
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
                option, f"{option} must be {kinds}; IAM knows * and ? besides (got {shown(name)})"
            )
