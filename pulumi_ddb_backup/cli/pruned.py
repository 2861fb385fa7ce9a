"""What a prune has done, for a person and for a script, whichever command it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..aws.cost.estimate import a_month
from ..aws.cost.prices import Prices
from ..aws.cost.words import a_month_text, less_text
from ..aws.fleet.records import TableOutcome, told_first
from ..aws.records import BackupSummary
from ..aws.retention.records import PrunedTable, PruneResult
from ..aws.rules.text import counted
from . import failures, views
from .exit_codes import ExitCode, code_of_all
from .session import Session


def failed(result: PruneResult) -> list[TableOutcome]:
    """What went wrong for a table or one of its backups, where its region is not to blame."""
    return [
        TableOutcome(one.table, error=error)
        for one in result.tables
        if one.table.region not in result.errors
        for error in [*([one.error] if one.error else []), *one.failed.values()]
    ]


def code_of(result: PruneResult) -> ExitCode:
    """The exit code of a prune that has ended like this."""
    return code_of_all([*result.errors.values(), *failures.errors_of(failed(result))])


def tell_failed(session: Session, result: PruneResult) -> None:
    """Say what went wrong; one failure in full, and each of several on a line."""
    wrong = failed(result)
    errors = failures.errors_of(wrong)
    if len(wrong) == 1:
        session.tell(errors[0])
    elif wrong:
        lines = told_first([failures.line(outcome) for outcome in wrong])
        steps = failures.next_steps_of_all(errors, session.command, session.again())
        heading = f"{len(wrong)} deletions or tables failed:"
        session.screen.error("\n".join([heading, *lines, *steps]))


def as_json(one: PrunedTable) -> dict[str, object]:
    """What became of one table's backups, as an object."""
    return {
        "table_name": one.table.table_name,
        "region": one.table.region,
        "kept": [
            {
                "backup": kept.backup,
                "reasons": [
                    {"rule": each.rule, "period": each.period or None, "oldest": each.oldest}
                    for each in kept.reasons
                ],
            }
            for kept in one.kept
        ],
        "expired": one.expired,
        "deleted": one.deleted,
        "failed": [
            {"backup_arn": arn, "error": failures.as_json(error)}
            for arn, error in one.failed.items()
        ],
        "left_alone": Counter(why.key for _, why in one.left_alone),
        "error": failures.as_json(one.error) if one.error else None,
        "doubt": one.doubt or None,
    }


def kept_of(result: PruneResult) -> list[BackupSummary]:
    """All backups that stay."""
    return [kept.backup for one in result.tables for kept in one.kept]


def summary(result: PruneResult, prices: Mapping[str, Prices], *, yes: bool) -> str:
    """One line: what stays and costs, and what went or, without `yes`, would go."""
    kept, expired = kept_of(result), [each for one in result.tables for each in one.expired]
    gone = {arn for one in result.tables for arn in one.deleted}
    away = [backup for backup in expired if backup.backup_arn in gone] if yes else expired
    verb = "stays" if len(kept) == 1 else "stay"
    if not kept and not expired:
        return "No backup was considered, and nothing was deleted."
    size, cost = views.size_of_all(kept), a_month_text(a_month(kept, prices))
    stays = f"{counted(len(kept), 'backup')} {verb}, {size}{cost}."
    if not away:
        return f"{stays} Nothing {'was deleted' if yes else 'to delete'}."
    less = less_text(a_month(away, prices))
    verb = ("was deleted" if len(away) == 1 else "were deleted") if yes else "would go"
    return f"{stays} {counted(len(away), 'backup')} {verb}, {views.size_of_all(away)}{less}."
