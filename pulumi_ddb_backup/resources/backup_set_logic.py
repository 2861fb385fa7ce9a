"""The logic of a `BackupSet`, behind whichever face."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from ..aws.calls.connection import Connection
from ..aws.clock import SystemClock
from ..aws.fleet.records import FleetResult, TableOutcome, told_first
from ..aws.fleet.rules import validate_fleet
from ..aws.records import Silent
from ..aws.rules.naming import digest, generated_name
from ..aws.rules.text import of_all
from ..aws.rules.validation import Failure
from ..display import FleetRow, Notices, arns_told, final_line_of_set, skipped_lines, tell_final
from ..logic import Call, Changed, FailedCall, HalfMade, Made, Seen
from ..stack.declared import Declared, settled_set_inputs
from .aws_logic import AwsLogic, failing_plainly, staying_half_made
from .backup_set_properties import (
    SET_DEFAULTS,
    BackupSetInputs,
    home_region,
    input_properties,
    is_incomplete,
    known_backups,
    looked_up_outputs,
    needs_default_region,
    result_outputs,
    selecting_changes,
    set_replacing_changes,
    set_updating_changes,
)
from .foretold import foretell, of_replacement, of_selection
from .held import held_under, note_held
from .retaining import foretell_policy, pruned

if TYPE_CHECKING:
    from ..aws.fleet.fleet import Fleet

_TAKE_THE_REST: Final = (
    "Run `pulumi up` again: it goes on waiting for what is CREATING and takes what is missing."
)
_LOOK_FIRST: Final = (
    "Where a backup may exist all the same, look for it first: it would take another there."
)
_ALL_TOLD: Final = "The stack's state has all backups, and all failures in the output `failures`."
# In a Read, which may be a part of that very `up`.
_UP_TAKES_THE_REST: Final = (
    "`pulumi up` takes what is missing and goes on waiting for what is CREATING."
)


class BackupSetLogic(AwsLogic[BackupSetInputs]):
    """What becomes of a backup of each of many tables. See `ResourceLogic`."""

    inputs = BackupSetInputs
    defaults = SET_DEFAULTS
    may_tell_region = ("tables", "table_pattern", "tags", "regions", "profile")

    def diff(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Changed:
        known, selecting = known_backups(olds), selecting_changes(olds, news)
        note_held(call.urn, [one.backup_arn for one in known.values()])
        replaces = set_replacing_changes(olds, news)
        updates = [*selecting, *set_updating_changes(olds, news)]
        if replaces and known:
            last = "the last backup" if len(known) == 1 else f"the last {len(known)} backups"
            foretell(call, of_replacement(last, olds))
        elif not replaces:
            foretell(call, of_selection(selecting, olds, news))
        if not replaces and (selecting or "retention" in updates or is_incomplete(olds)):
            foretell_policy(call, news)
        return Changed.of(replaces, updates, unfinished=is_incomplete(olds))

    def create(self, call: Call, props: Mapping[str, Any]) -> Made:
        inputs = BackupSetInputs.of(props)
        id_ = generated_name("backup-set-", SystemClock().now(), digest({"urn": call.urn}))
        request = inputs.request(call.urn, held_under(call.urn))
        with failing_plainly():
            result = self._fleet(inputs, call).create(request)
        return self._made(id_, call, result, props)

    def read(self, call: Call, id_: str, props: Mapping[str, Any]) -> Seen | None:
        inputs = BackupSetInputs.of(props)
        known = [*known_backups(props).values()]
        note_held(call.urn, [one.backup_arn for one in known])
        unfinished = is_incomplete(props)
        with staying_half_made(id_, props, _UP_TAKES_THE_REST, unfinished=unfinished):
            seen = self._fleet(inputs, call, notices=True).describe(known, inputs.timeout)
            _require_answers(seen, "could not be looked up")
        outputs = looked_up_outputs(props, seen)
        for outcome in seen:
            if outcome.record is None:
                call.tell(f"The backup of table '{outcome.table.table_name}' is gone from AWS")
        if known and not outputs["backups"]:
            return None
        if unfinished and is_incomplete(outputs):
            # A plain answer would clear the engine's note that this is half made.
            are = of_all(outputs["available_count"], outputs["table_count"], "backup", "is", "are")
            raise HalfMade(f"{are} AVAILABLE.\n{_UP_TAKES_THE_REST}", id_, outputs)
        return Seen(id_, outputs, call.old_inputs)

    def update(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Made:
        inputs = BackupSetInputs.of(news)
        if not is_incomplete(olds) and not selecting_changes(olds, news):
            return Made(id_, {**olds, **input_properties(news)})
        known = known_backups(olds)
        note_held(call.urn, [one.backup_arn for one in known.values()])
        fleet = self._fleet(inputs, call, home_region(olds))
        with failing_plainly():
            result = fleet.create(inputs.request(call.urn), known)
        result = self._without_dropped(fleet, result, olds, inputs, call)
        return self._made(id_, call, result, news)

    def delete(self, call: Call, id_: str, props: Mapping[str, Any]) -> None:
        inputs, backups = BackupSetInputs.of(props), [*known_backups(props).values()]
        if inputs.deletion_policy != "delete":
            call.tell(f'Backups kept in AWS (deletion_policy="retain"):\n{arns_told(backups)}')
            return
        arns = [one.backup_arn for one in backups]
        outcomes = self._fleet(inputs, call, notices=True).delete(arns, inputs.timeout)
        _require_answers(outcomes, "could not be deleted")
        tell_final(call, f"Backups deleted: {len(arns)}")

    def _validate(self, given: Mapping[str, Any], unknown: Collection[str]) -> list[Failure]:
        return validate_fleet(given, unknown)

    def _settled(
        self, given: Mapping[str, Any], declared: Declared, stack: Connection
    ) -> Mapping[str, Any]:
        return settled_set_inputs(given, declared, stack)

    def _needs_region(self, given: Mapping[str, Any], inputs: BackupSetInputs) -> bool:
        return needs_default_region(given, inputs)

    def _without_dropped(
        self,
        fleet: Fleet,
        result: FleetResult,
        olds: Mapping[str, Any],
        inputs: BackupSetInputs,
        call: Call,
    ) -> FleetResult:
        """`result`, once the backups of tables that are in the set no more have been dealt with."""
        if not result.dropped:
            return result
        if {inputs.deletion_policy, olds.get("deletion_policy")} != {"delete"}:
            call.tell(f"No longer in the set, and kept in AWS:\n{arns_told(result.dropped)}")
            return result
        arns = [backup.backup_arn for backup in result.dropped]
        outcomes = fleet.delete(arns, inputs.timeout)
        left = [
            TableOutcome(outcome.table, backup, outcome.error)
            for outcome, backup in zip(outcomes, result.dropped, strict=True)
            if outcome.error is not None
        ]
        call.tell(f"No longer in the set, and deleted: {len(arns) - len(left)}")
        return result.with_outcomes(left)

    def _made(self, id_: str, call: Call, result: FleetResult, props: Mapping[str, Any]) -> Made:
        """The set as it is, if all is well; else the call fails with what is there and what is wrong."""
        outputs = {**input_properties(props), **result_outputs(result)}
        if skipped := skipped_lines(result):
            call.tell("\n".join(skipped))
        if result.failed:
            doubtful = any(outcome.error.facts.doubt for outcome in result.failed if outcome.error)
            steps = [_TAKE_THE_REST, *([_LOOK_FIRST] if doubtful else []), _ALL_TOLD]
            raise HalfMade("\n".join([result.report(), *steps]), id_, outputs)
        tell_final(call, final_line_of_set(result), self._cost(result, props))
        return Made(id_, {**outputs, "retention": self._retained(result, props, call)})

    @staticmethod
    def _cost(result: FleetResult, props: Mapping[str, Any]) -> str:
        """What the backups cost, on a line; a retention tells that of all that stay."""
        from ..aws.cost.words import cost_line

        return "" if props.get("retention") else cost_line(result.backups)

    def _retained(
        self, result: FleetResult, props: Mapping[str, Any], call: Call
    ) -> dict[str, Any] | None:
        """The output `retention`, once its rules have been applied in what is left of the time."""
        from ..aws.retention.operation import Prunes

        inputs = BackupSetInputs.of(props)
        prunes = Prunes(self._connection(inputs), Silent(), on_progress=FleetRow(call).progress)
        left = inputs.timeout - result.elapsed_seconds
        return pruned(prunes, result.backups, inputs, left, call)

    def _fleet(
        self, inputs: BackupSetInputs, call: Call, region: str | None = None, notices: bool = False
    ) -> Fleet:
        from ..aws.fleet.fleet import Fleet  # not for the program, which calls nothing itself

        listener = Notices(call) if notices else Silent()
        connection, row = self._connection(inputs, region), FleetRow(call)
        return Fleet(connection, listener, on_progress=row.progress)


def _require_answers(outcomes: Sequence[TableOutcome], what: str) -> None:
    failed = [outcome.line for outcome in outcomes if outcome.error is not None]
    if failed:
        counts = f"{of_all(len(failed), len(outcomes), 'backup')} {what}."
        raise FailedCall("\n".join([counts, *told_first(failed)]))
