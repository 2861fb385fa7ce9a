"""`ddb-backup backup --dry-run`: what would be backed up, and what could not be."""

from __future__ import annotations

from collections.abc import Sequence

from ..aws.fleet.planning import PlannedBackup, Planner
from ..aws.fleet.records import TableOutcome
from ..aws.fleet.requests import FleetRequest
from . import regions, unsearched, views
from .exit_codes import ExitCode
from .failures import of_outcomes
from .output import Result, Table
from .retaining import Ended, Policy, code_with, foretold, tell
from .session import Session


def dry_run(
    session: Session, request: FleetRequest, policy: Policy | None, *, alone: bool
) -> ExitCode:
    """Show what `request` would do; the exit code that `backup` would end with for its failures."""
    with session.watching(alone=alone) as watch:
        plan = Planner(session.connection, watch, on_progress=watch.many).plan(request)
        planned = plan.backups
        outcomes = [
            TableOutcome(one.table, error=one.error, skipped=one.skipped) for one in planned
        ]
        ended = foretold(session, watch, planned, outcomes, policy) if policy else None
    result = _result(planned, outcomes, plan.regions_skipped, ended)
    code = session.end(result, outcomes, "not checked", "can't be backed up")
    regions.tell_skipped(session, plan.regions_skipped)
    if ended:
        tell(session, ended)
    deleted = ", and none was deleted" if ended else ""
    session.screen.notice(f"This was a dry run: no backup was started{deleted}.")
    return code_with(code, ended)


def _result(
    planned: Sequence[PlannedBackup],
    outcomes: Sequence[TableOutcome],
    regions_skipped: Sequence[str],
    ended: Ended | None,
) -> Result:
    ready = [one for one in planned if one.described]
    return Result(
        {
            "dry_run": True,
            "tables": [_as_json(one) for one in ready],
            "failed": of_outcomes(outcomes),
            "skipped": unsearched.skipped([one for one in outcomes if one.skipped]),
            "skipped_regions": regions_skipped,
            "retention": ended.as_json() if ended else None,
        },
        _table(planned) if planned else [],
        [one.described.arn for one in ready if one.described],
    )


def _as_json(one: PlannedBackup) -> dict[str, object]:
    table = one.described
    return {
        "table_name": one.table.table_name,
        "region": one.table.region,
        "table_arn": table.arn if table else None,
        "table_status": table.status if table else None,
        "table_size_bytes": table.size_bytes if table else None,
        "item_count": table.item_count if table else None,
        "backup_name": one.backup_name,
    }


def _table(planned: Sequence[PlannedBackup]) -> Table:
    return Table(
        ("TABLE", "REGION", "STATUS", "SIZE", "BACKUP NAME"),
        [
            (
                one.table.table_name,
                one.table.region,
                one.described.status if one.described else "skipped" if one.skipped else "failed",
                views.size_of(one.described.size_bytes if one.described else None),
                one.backup_name if one.described else views.NOTHING,
            )
            for one in planned
        ],
        [one.described.arn if one.described else "" for one in planned],
    )
