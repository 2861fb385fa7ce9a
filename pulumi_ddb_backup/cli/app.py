"""The command line as a whole: its commands, its help, and its end."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Annotated, Final, NoReturn

import typer

from .._version import __version__
from . import (
    allowing,
    checking,
    comparing,
    completing,
    costing,
    deleting,
    fetching,
    looking,
    pruning,
    restoring,
    taking,
    vaulting,
    waiting,
)
from .exit_codes import ExitCode
from .help import Group
from .process import leave, leave_at_once, prepare
from .session import PROGRAM

_CODES: Final = "\n".join(f"{code} {code.meaning}" for code in ExitCode)

app = typer.Typer(
    name=PROGRAM,
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog=f"Exit codes\n{_CODES}",
)
for group in (
    taking,
    vaulting,
    waiting,
    looking,
    checking,
    restoring,
    comparing,
    deleting,
    pruning,
    costing,
    fetching,
    allowing,
):
    app.registered_commands += group.app.registered_commands


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take, list, check, restore and delete on-demand backups of DynamoDB tables.

    The region and the credentials come from the usual places: the options of a command, the
    environment (AWS_PROFILE, AWS_REGION) and the AWS configuration files.
    """
    if context.invoked_subcommand is None:
        with redirect_stdout(sys.stderr):  # where Typer may write it by itself
            typer.echo(context.get_help())
        raise typer.Exit(ExitCode.USAGE)


def _complete() -> NoReturn:
    """Answer a shell that asks what could be typed; if that fails, with nothing."""
    code: object = ExitCode.DONE
    try:
        typer.echo(completing.answer(lambda: app(prog_name=PROGRAM)), nl=False)
    except SystemExit as ended:
        code = ended.code
    except OSError:
        pass  # the shell has gone away
    leave_at_once(code if isinstance(code, int) else ExitCode.DONE)


def run() -> NoReturn:
    """Carry out the command line of this process, and end it."""
    prepare()
    if completing.is_asked():
        _complete()
    try:
        app(prog_name=PROGRAM)
    except SystemExit as ended:
        leave(ended.code if isinstance(ended.code, int) else ExitCode.DONE)
    except BrokenPipeError:
        leave(ExitCode.OUTPUT_CLOSED)
    leave(ExitCode.DONE)
