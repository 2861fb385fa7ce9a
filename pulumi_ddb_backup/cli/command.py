"""How a function becomes a command: with the options that all have, and with an exit code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Final, get_type_hints

import typer

from . import options
from .help import Command, parts_of
from .session import Work, carry_out

_EVERYWHERE: Final = tuple(inspect.signature(options.everywhere).parameters)


def command(
    app: typer.Typer, *more: inspect.Parameter, after: Sequence[inspect.Parameter] = ()
) -> Callable[[Work], Work]:
    """Make a function a command of `app`, named like it, with more options if it takes any names.

    The help shows `more` before its own options, and `after` behind them.

    The function is handed a `Session` first, and of its parameters only those that it has itself.
    Its docstring is the help and ends with examples; see `help`.
    """

    def made(work: Work) -> Work:
        def run(**given: object) -> None:
            shared = {name: given.pop(name) for name in _EVERYWHERE}
            raise typer.Exit(carry_out(work, given, **shared))  # type: ignore[arg-type] # typed there

        own = _parameters(work)[1:]
        parameters = [*more, *own, *after, *_parameters(options.everywhere)]
        # Typer reads both.
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # any function has it
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        name = work.__name__.rstrip("_").replace("_", "-")
        text, examples = parts_of(inspect.getdoc(work) or "")
        app.command(name, cls=Command, help=text, epilog=examples)(run)
        return work

    return made


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    hints = get_type_hints(function, include_extras=True)
    return [
        each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for each in inspect.signature(function).parameters.values()
        if each.kind is not inspect.Parameter.VAR_KEYWORD
    ]


def flag(name: str, help: str, group: str) -> inspect.Parameter:
    """An option that is given or not, under a heading of its own."""
    option = typer.Option(f"--{name}", rich_help_panel=group, help=help)
    return inspect.Parameter(
        name.replace("-", "_"),
        inspect.Parameter.KEYWORD_ONLY,
        default=False,
        annotation=Annotated[bool, option],
    )
