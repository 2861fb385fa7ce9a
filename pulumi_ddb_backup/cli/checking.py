"""`ddb-backup check`: whether tables have a backup that is young enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated

import typer

from ..aws.check.operation import Checks
from ..aws.check.records import CheckedTable, CheckRequest, CheckResult, Freshness
from ..aws.cost.estimate import a_month
from ..aws.cost.prices import Prices
from ..aws.cost.words import a_month_text
from ..aws.fleet.records import TableOutcome
from ..aws.records import BackupSummary
from ..aws.rules.text import counted, of_all
from ..aws.rules.validation import TIMEOUT_DEFAULT_SECONDS
from . import failures, regions, unsearched, values, views
from .command import command
from .exit_codes import ExitCode, code_of_all
from .options import AllRegions, Owner, Prefix, Regions, Timeout, Type, Types
from .output import Result, Table
from .pricing import Cost, PricesFile, cost_cell, prices_for, totals
from .selecting import Exclude, Tables, Tags, is_one, selected
from .session import Session

app = typer.Typer()

Known = Mapping[str, Prices] | None
"""The prices by which costs are told; None where nobody has asked."""


@command(app)
def check(
    session: Session,
    max_age: Annotated[
        timedelta,
        typer.Option(
            parser=values.age,
            metavar="AGE",
            show_default=False,
            help="How old a table's newest AVAILABLE backup may be: 26h, 2d, 1w.",
        ),
    ],
    tables: Tables = None,
    exclude: Exclude = None,
    tag: Tags = None,
    prefix: Prefix = None,
    owner: Owner = None,
    type: Types = Type.USER,
    by_name: Annotated[
        bool,
        typer.Option(
            "--by-name",
            help="Don't describe the tables that a pattern or tag finds. It is quicker, but then a "
            "backup of a deleted table counts for the table that has its name now.",
        ),
    ] = False,
    region: Regions = None,
    all_regions: AllRegions = False,
    cost: Cost = False,
    prices: PricesFile = None,
    timeout: Timeout = TIMEOUT_DEFAULT_SECONDS,
) -> ExitCode:
    """Check that every table has a recent enough backup.

    Only AVAILABLE backups count. Tables whose backup is late or missing are listed, and the exit
    code is 7. With --quiet, only the ARNs of these tables are printed.

    Examples:
        # Every production table, from cron or CI
        $ ddb-backup check 'prod-*' --max-age 26h
        # Every table with a tag, wherever it is
        $ ddb-backup check --tag env=prod --max-age 26h --all-regions
        # Back up what is late or missing
        $ ddb-backup backup $(ddb-backup check 'prod-*' --max-age 26h --quiet)
    """
    known = prices_for(session, cost, prices)
    chosen = selected(session, "check", tables, exclude, tag, region, all_regions=all_regions)
    request = CheckRequest(
        **chosen,
        max_age=max_age,
        backup_name_prefix=prefix,
        backup_type=type.value,
        owner=owner,
        by_name=by_name,
        timeout_seconds=timeout,
    )
    with session.watching(alone=is_one(chosen)) as watch:
        checks = Checks(session.connection, watch, on_progress=watch.many)
        result = checks.check(request)
    try:
        session.screen.result(_shown(result, known))
    finally:  # whoever read the result may have gone away
        _tell(session, result, max_age, known)
    return _code(result)


def _code(result: CheckResult) -> ExitCode:
    """A backup that is late or missing is certain, whatever else could not be checked."""
    if result.overdue:
        return ExitCode.OVERDUE
    if not result.tables and not result.errors:
        return ExitCode.NOT_FOUND  # all that fitted is on its way out of AWS
    own = failures.errors_of(_failed(result))
    return code_of_all([*result.errors.values(), *own])


def _failed(result: CheckResult) -> list[TableOutcome]:
    """The tables that could not be checked for a reason of their own."""
    return [
        TableOutcome(one.table, error=one.error)
        for one in result.tables
        if one.error is not None and one.table.region not in result.errors
    ]


def _shown(result: CheckResult, prices: Known) -> Result:
    rows = [one for one in result.tables if one.state is not Freshness.OK]
    rows = [one for one in rows if one.table.region not in result.errors]
    return Result(
        {
            "tables": [_as_json(one, prices) for one in result.tables],
            "counts": {state.value: count for state, count in result.counts.items()},
            **({} if prices is None else {"totals": totals(_backups(result), prices)}),
            **unsearched.not_looked_at(result),
        },
        _table(rows, prices) if rows else [],
        [one.table_arn or one.table.table_name for one in result.overdue],
    )


def _backups(result: CheckResult) -> list[BackupSummary]:
    return [backup for one in result.tables for backup in one.backups]


def _table(rows: Sequence[CheckedTable], prices: Known) -> Table:
    return Table(
        ("TABLE", "REGION", "STATUS", "AGE", *(() if prices is None else ("A MONTH",)), "NOTE"),
        [
            (
                one.table.table_name,
                one.table.region,
                one.state.value,
                views.span_of(one.age),
                *([] if prices is None else [cost_cell(one.backups, prices)]),
                "; ".join(_notes(one)) or views.NOTHING,
            )
            for one in rows
        ],
        [one.newest.backup_arn if one.newest else "" for one in rows],
    )


def _notes(one: CheckedTable) -> Iterator[str]:
    if one.creating:
        yield "a backup is still CREATING"
    if one.of_deleted and not one.newest:
        yield "the backups under its name are of an earlier table, since deleted"
    if one.in_doubt:
        yield "AWS does not say whether the backups under its name are of this table"


def _as_json(one: CheckedTable, prices: Known) -> dict[str, object]:
    return {
        **({} if prices is None else {"backups": totals(one.backups, prices)}),
        "table_name": one.table.table_name,
        "region": one.table.region,
        "table_arn": one.table_arn,
        "state": one.state.value,
        "age_seconds": None if one.age is None else int(one.age.total_seconds()),
        "newest": one.newest,
        "creating": one.creating,
        "of_deleted": one.of_deleted,
        "in_doubt": one.in_doubt,
        "error": failures.as_json(one.error) if one.error else None,
    }


def _tell(session: Session, result: CheckResult, max_age: timedelta, prices: Known) -> None:
    regions.tell(session, result)
    failed = _failed(result)
    if len(failed) == 1:
        session.tell(failures.errors_of(failed)[0])
    elif failed:
        lines = [f"{len(failed)} tables could not be checked:"]
        lines += [f"  {failures.line(outcome)}" for outcome in failed]
        steps = failures.next_steps_of_all(
            failures.errors_of(failed), session.command, session.again()
        )
        session.screen.error("\n".join([*lines, *steps]))
    if gone := len(result.skipped):
        noun = "table was" if gone == 1 else "tables were"
        session.screen.notice(f"{gone} {noun} not checked: being deleted, or gone by now.")
    if prices is not None:
        backups = _backups(result)
        told = f"{counted(len(backups), 'backup')}, {views.size_of_all(backups)}"
        session.screen.notice(f"{told}{a_month_text(a_month(backups, prices))}.")
    if result.overdue:
        session.screen.error(_counted(result, max_age))
    elif result.tables:
        session.screen.notice(_counted(result, max_age))


def _counted(result: CheckResult, max_age: timedelta) -> str:
    counts = {state: count for state, count in result.counts.items() if count}
    told = ", ".join(f"{count} {state.value}" for state, count in counts.items())
    fresh, total = result.counts[Freshness.OK], len(result.tables)
    has = of_all(fresh, total, "table", "has", "have")
    return f"{has} an AVAILABLE backup from the last {views.exactly(max_age)} ({told})."
