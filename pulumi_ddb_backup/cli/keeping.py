"""Retention on the command line: the options of every command that deletes what is kept no longer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Final

import typer

from ..aws.retention.records import Retention
from ..aws.rules.values import without_none
from ..aws.rules.zones import UTC
from . import values

_PANEL: Final = "Which backups to keep"


def _option(name: str, kind: Any, default: object, help: str, **more: Any) -> inspect.Parameter:
    option = typer.Option(show_default=False, rich_help_panel=_PANEL, help=help, **more)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def _count(name: str, help: str) -> inspect.Parameter:
    return _option(name, int | None, None, help, metavar="N")


KEEPING: Final = (
    _count("keep_last", "The newest N."),
    _count("keep_hourly", "The newest of each of N hours."),
    _count("keep_daily", "The newest of each of N days."),
    _count("keep_weekly", "The newest of each of N weeks."),
    _count("keep_monthly", "The newest of each of N months."),
    _count("keep_yearly", "The newest of each of N years."),
    _option(
        "keep_within",
        timedelta | None,
        None,
        "All that are at most this much older than the newest, such as 36h or 30d.",
        parser=values.age,
        metavar="AGE",
    ),
    _option(
        "timezone",
        str,
        UTC,
        "Time zone in which hours, days and weeks begin, such as Europe/Berlin. Default: UTC.",
        metavar="ZONE",
    ),
)
"""For `command(app, after=KEEPING)`; the function takes them as `**rules`."""


def retention_of(rules: Mapping[str, Any]) -> Retention | None:
    """What was given, which may break rules; None if nothing was."""
    given = without_none(rules)
    return None if given == {"timezone": UTC} else Retention(**given)
