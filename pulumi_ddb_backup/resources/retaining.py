"""A resource's `retention`: the rules that go in, and what became of them that comes out.

Both have the same name. The output is a mapping of what one run did, with the input as its `rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..aws.errors import BackupError
from ..aws.records import BackupRecord
from ..aws.rules.naming import owner_mark
from ..aws.rules.text import shown
from .held import held_under

if TYPE_CHECKING:
    from ..aws.retention.operation import Prunes
    from ..aws.retention.records import PruneResult
    from ..logic import Call

_NEEDS_PREFIX: Final = (
    "retention needs backup_name_prefix: only a name that was made from it tells whose a backup is"
)
_TRIED_AGAIN: Final = "The next backup tries again; `ddb-backup prune` does it now."
_TOLD: Final = 10


def rules_of(value: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The rules in an input, or in the output that says what became of them."""
    return value.get("rules", value) if value else None


def with_rules(
    told: Mapping[str, Any] | None, rules: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """The output for these rules; what `told` says of an earlier run stays."""
    return {**(told or {}), "rules": rules} if rules else None


def broken_retention(given: Mapping[str, Any], unknown: Collection[str]) -> Iterator[str]:
    """A sentence for each rule that a retention breaks."""
    if "retention" not in given:
        return
    if "backup_name_prefix" not in given:
        yield _NEEDS_PREFIX
    value = given["retention"]
    if "retention" in unknown:
        return
    if not isinstance(value, Mapping):
        yield f"retention must be a mapping of rules such as keep_last (got {shown(value)})"
        return
    from ..aws.retention.rules import validate_retention

    yield from (failure.reason for failure in validate_retention(value))


def pruned(
    prunes: Prunes, taken: Sequence[BackupRecord], inputs: Any, within_seconds: float, call: Call
) -> dict[str, Any] | None:
    """The output `retention`, once the rules have been applied to the tables just backed up.

    Whatever goes wrong is told and is no failure: the backups are there.
    """
    from ..aws.retention.records import PruneRequest, Retention
    from ..aws.retention.words import summary, troubles

    rules = rules_of(inputs.retention)
    if not rules or not taken or not call.urn:
        return with_rules(None, rules)
    own = frozenset(record.backup_arn for record in taken)
    request = PruneRequest(
        tables=[record.table_arn for record in taken],
        retention=Retention.of(rules),
        backup_name_prefix=inputs.backup_name_prefix,
        owner=owner_mark({"urn": call.urn}),
        protected=own | held_under(call.urn),
        taken=taken,
        dry_run=False,
    )
    try:
        result = prunes.prune(request, within_seconds)
    except BackupError as error:
        note = str(error).splitlines()[0]
        call.warn(f"Retention was not applied: {note} {_TRIED_AGAIN}")
        return with_rules({"note": note}, rules)
    call.tell(f"Retention: {summary(result)}")
    if wrong := troubles(result):
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        call.warn(
            f"Retention could not delete all that has expired: {wrong[0]}{more} {_TRIED_AGAIN}"
        )
    return with_rules(_told(result, wrong), rules)


def _told(result: PruneResult, wrong: Sequence[str]) -> dict[str, Any]:
    deleted = [arn for table in result.tables for arn in table.deleted]
    return {
        "kept": sum(len(table.kept) for table in result.tables),
        "kept_by_rule": dict(result.kept_by_rule),
        "deleted": len(deleted),
        "deleted_arns": deleted[:_TOLD],
        "failed": sum(len(table.failed) for table in result.tables),
        "failures": list(wrong[:_TOLD]),
        "left_alone": {why.value: count for why, count in result.left_alone.items()},
    }
