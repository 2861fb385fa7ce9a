"""What `--help` prints: plain text that fits 80 columns, and examples at its end.

A command's help is its docstring. Its last section, `Examples:`, holds command lines that begin
with `$` and comments that begin with `#`; it is printed as it stands.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from . import usage
from .exit_codes import ExitCode

EXAMPLES: Final = "\nExamples:\n"
OPTIONS: Final = "Options"
_NAMES: Final = 27
"""Columns of the names of options; what is longer has its help on the next line."""


def parts_of(docstring: str) -> tuple[str, str]:
    """The help and the examples in a command's docstring."""
    text, _, examples = docstring.partition(EXAMPLES)
    return text.rstrip(), inspect.cleandoc(f"\n{examples}")


class Command(TyperCommand):
    """A command; its epilog is its examples."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The arguments, the options that must be given, and that there are others."""
        return [*map(_argument, _arguments(self)), *_required(self), "[OPTIONS]"]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options, each kind under its heading."""
        _write(formatter, "Arguments", [(_name(one), one.help) for one in _arguments(self)])
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, as they stand."""
        with formatter.section(_heading("Examples")):
            for line in (self.epilog or "").splitlines():
                formatter.write(f"  {line}\n")


class Group(TyperGroup):
    """The program; its epilog is rows of two columns under a heading."""

    def main(self, *arguments: Any, **more: Any) -> Any:
        """Carry out a command line; one that can't be read is told as any other error."""
        standalone = more.pop("standalone_mode", True)
        try:
            code = super().main(*arguments, **{**more, "standalone_mode": False})
        except usage.UsageError as error:
            code = usage.tell(error)
        except typer.Abort:
            code = ExitCode.INTERRUPTED
        if standalone:
            sys.exit(code or ExitCode.DONE)
        return code

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Commands first, and then the options."""
        rows = [(name, _summary(self.commands[name])) for name in self.list_commands(ctx)]
        _write(formatter, "Commands", rows)
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The rows that follow the heading, which is the first line."""
        heading, *rows = (self.epilog or "").splitlines()
        pairs = [row.split(maxsplit=1) for row in rows]
        _write(formatter, heading, [(f"{name:>3}", text) for name, text in pairs])


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    groups: dict[str, list[tuple[str, str]]] = {}
    for option in command.get_params(ctx):
        if option.param_type_name == "option" and not option.hidden:
            group = getattr(option, "rich_help_panel", None) or OPTIONS
            groups.setdefault(group, []).append((_names(option), option.help))
    for heading, rows in groups.items():
        _write(formatter, heading, rows)


def _write(formatter: Any, heading: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        with formatter.section(_heading(heading)):
            formatter.write_dl(rows, col_max=_NAMES)


def _heading(text: str) -> str:
    """In bold on a terminal that wants it."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return typer.style(text, bold=True) if wanted else text


def _arguments(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "argument"]


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name).removesuffix("...")


def _argument(argument: Any) -> str:
    more = "..." if argument.nargs != 1 else ""
    return f"{_name(argument)}{more}" if argument.required else f"[{_name(argument)}{more}]"


def _required(command: Any) -> Iterator[str]:
    options = [one for one in command.params if one.param_type_name == "option" and one.required]
    return (f"{option.opts[0]} {option.metavar}" for option in options)


def _names(option: Any) -> str:
    """`-o, --output FORMAT`, with the long names of all options under each other."""
    short = [name for name in option.opts if not name.startswith("--")]
    long = [name for name in option.opts if name.startswith("--")]
    names = ", ".join([*short, *long]) if short else f"    {', '.join(long)}"
    return names if option.is_flag or not option.metavar else f"{names} {option.metavar}"


def _summary(command: Any) -> str:
    """The first sentence of a command's help."""
    first = inspect.cleandoc(command.help or "").partition("\n\n")[0]
    return " ".join(first.split())
