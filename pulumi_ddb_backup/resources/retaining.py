"""A resource's `retention`: what a preview says of it, and what it does once backups are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..aws.records import BackupRecord
from ..aws.rules.naming import owner_mark
from ..display import tell_retention
from ..engine import has_unknown
from .foretold import foretell
from .held import held_by_all, held_under
from .retention_output import rules_of, with_rules

if TYPE_CHECKING:
    from ..aws.retention.after import Applied
    from ..aws.retention.operation import Prunes
    from ..logic import Call

_TRIED_AGAIN: Final = "The next backup tries again; `ddb-backup prune` does it now."
_TOLD: Final = 10


def foretell_policy(call: Call, news: Mapping[str, Any]) -> None:
    """Tell in a preview what the next backup's retention keeps, where that is known."""
    rules, prefix = news.get("retention"), news.get("backup_name_prefix")
    if rules and call.urn and not has_unknown(rules):
        from ..aws.retention.policies import policy_line

        known = prefix if isinstance(prefix, str) and not has_unknown(prefix) else None
        foretell(call, policy_line(rules, {"urn": call.urn}, known))


def pruned(
    prunes: Prunes, taken: Sequence[BackupRecord], inputs: Any, within_seconds: float, call: Call
) -> dict[str, Any] | None:
    """The output `retention`, once the rules have been applied to the tables just backed up."""
    from ..aws.retention.after import apply, request_after
    from ..aws.retention.records import Retention

    rules = rules_of(inputs.retention)
    if not rules or not taken or not call.urn:
        return with_rules(None, rules)
    request = request_after(
        taken,
        Retention.of(rules),
        inputs.backup_name_prefix,
        owner_mark({"urn": call.urn}),
        held_by_all(),
        held_under(call.urn),
    )
    applied = apply(prunes, request, within_seconds)
    tell_retention(call, applied, _TRIED_AGAIN)
    return with_rules(output_of(applied), rules)


def output_of(applied: Applied) -> dict[str, Any]:
    """What became of a retention, as the output tells it beside the rules."""
    result = applied.result
    if result is None:
        return {"note": applied.note}
    deleted = [arn for table in result.tables for arn in table.deleted]
    return {
        "kept": sum(len(table.kept) for table in result.tables),
        "kept_by_rule": dict(result.kept_by_rule),
        "deleted": len(deleted),
        "deleted_arns": deleted[:_TOLD],
        "failed": sum(len(table.failed) for table in result.tables),
        "failures": applied.troubles[:_TOLD],
        "left_alone": {why.key: count for why, count in result.left_alone.items()},
    }
