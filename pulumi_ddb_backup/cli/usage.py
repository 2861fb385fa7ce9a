"""A command line that can't be read, told as every other error is: the rule and what was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import typer

from .exit_codes import ExitCode
from .output import Screen

UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""The class of all such errors, which Typer exports under no name of its own."""

_CHOICE = re.compile(r"(?:Value error, )?('.*') is not one of ")
_OTHERS: Final = (
    # What the parser says about what it was not told to expect, and how that is said here.
    (re.compile(r"No such option:? (.*?)\.?"), r"There is no option \1"),
    (re.compile(r"No such command '(.*?)'\.(.*)"), r"There is no command '\1'.\2"),
    (
        re.compile(r"Got unexpected extra argument\S* \((.*)\)"),
        r"Too many arguments (also got '\1')",
    ),
    (re.compile(r"Option '(.*)' requires an argument\."), r"\1 requires a value"),
    (re.compile(r"Option '(.*)' does not take a value\."), r"\1 takes no value"),
)


def tell(error: Any) -> ExitCode:
    """Say what is wrong with the command line, and where its help is; the exit code."""
    Screen().error("\n".join(_lines(error)))
    return ExitCode.USAGE


def _lines(error: Any) -> Iterator[str]:
    yield _rule(error)
    if error.ctx is not None:
        yield from error.ctx.get_usage().splitlines()
        yield f"Help: {error.ctx.command_path} --help"


def _rule(error: Any) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return _reworded(error.message) + _alternatives(getattr(error, "possibilities", None))
    name = _name(parameter)
    if not error.message:
        return f"{name} is required"
    if choice := _CHOICE.match(error.message):
        return f"{name} must be one of {', '.join(_choices(parameter))} (got {choice[1]})"
    return f"{name} {error.message}"


def _reworded(message: str) -> str:
    for pattern, words in _OTHERS:
        if found := pattern.fullmatch(message):
            return found.expand(words)
    return message


def _alternatives(options: list[str] | None) -> str:
    return f". Did you mean {' or '.join(sorted(options))}?" if options else ""


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name).removesuffix("...")
    return str(max(parameter.opts, key=len))


def _choices(parameter: Any) -> list[str]:
    kind = getattr(parameter, "type_descriptor", None) or parameter.type
    return [str(getattr(each, "value", each)) for each in kind.choices]
