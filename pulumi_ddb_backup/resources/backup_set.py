"""`BackupSet`: a backup of each of many DynamoDB tables, as one Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from ..aws.clock import SystemClock
from ..aws.errors import BackupError
from ..aws.fleet.records import FleetResult, TableOutcome, told_first
from ..aws.fleet.rules import validate_fleet
from ..aws.records import Silent
from ..aws.rules.naming import digest, generated_name
from ..display import FleetRow, Notices, arns_told, final_line_of_set, skipped_lines
from ..engine import Call, FailedCall, HalfMade, has_unknown, pickler_kept, provider_method
from ..stack.declared import DECLARED, declared_by, settled_set_inputs, without_provider
from .arguments import given_inputs
from .backup_properties import without_none
from .backup_set_properties import (
    SET_DEFAULTS,
    SET_INPUTS,
    SET_OUTPUTS,
    BackupSetInputs,
    home_region,
    is_incomplete,
    known_backups,
    looked_up_outputs,
    needs_default_region,
    result_outputs,
    selecting_changes,
    set_replacing_changes,
    set_updating_changes,
)
from .options import no_get, require_honoured
from .provider import AwsProvider, held_under, holds, told_of
from .triggers import assets_in

if TYPE_CHECKING:
    from ..aws.fleet.fleet import Fleet

_TAKE_THE_REST = (
    "The backups taken so far are in the stack's state; the output `failures` has every failure. "
    "Run `pulumi up` again: it takes what is missing and goes on waiting for what is CREATING."
)
# In a Read, which may be a part of that very `up`.
_UP_TAKES_THE_REST = "`pulumi up` takes what is missing and goes on waiting for what is CREATING."
_TELL_REGION = {"tables", "table_pattern", "tags", "regions", "profile"}


class BackupSetProvider(AwsProvider):
    """What the engine calls for each `BackupSet`. Its path and name are in users' states for ever."""

    @provider_method
    def check(self, call: Call, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        given = without_none({key: news.get(key) for key in SET_INPUTS})
        given, refusals = self._settled(settled_set_inputs, given, news.get(DECLARED))
        unknown = {key for key, value in given.items() if has_unknown(value)}
        failures = validate_fleet(given, unknown)
        reasons = [*(failure.reason for failure in failures), *refusals]
        reasons += assets_in(given.get("triggers"), "triggers")
        telling = told_of(_TELL_REGION, given, failures, unknown)
        inputs = BackupSetInputs.of(telling or {})
        looks = telling is not None and needs_default_region(given, inputs)
        reasons += self._unusable(inputs, None, must_have_region=looks)
        # Without their properties, as in `BackupProvider.check`.
        return CheckResult({**SET_DEFAULTS, **given}, [CheckFailure("", text) for text in reasons])

    @provider_method
    def diff(self, call: Call, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        holds(call.urn, [one.backup_arn for one in known_backups(olds).values()])
        replaces = set_replacing_changes(olds, news)
        updates = [*selecting_changes(olds, news), *set_updating_changes(olds, news)]
        return DiffResult(
            changes=bool(replaces or updates or is_incomplete(olds)), replaces=replaces
        )

    @provider_method
    def create(self, call: Call, props: dict[str, Any]) -> CreateResult:
        inputs = BackupSetInputs.of(props)
        id_ = generated_name("backup-set-", SystemClock().now(), digest({"urn": call.urn}))
        try:
            request = inputs.request(call.urn, held_under(call.urn))
            result = self._fleet(inputs, call).create(request)
        except BackupError as error:
            raise FailedCall(str(error)) from error
        return CreateResult(id_, _complete(id_, call, result, _inputs(props, result)))

    @provider_method
    def read(self, call: Call, id_: str, props: dict[str, Any]) -> ReadResult:
        inputs = BackupSetInputs.of(props)
        known = [*known_backups(props).values()]
        holds(call.urn, [one.backup_arn for one in known])
        try:
            seen = self._fleet(inputs, call, notices=True).describe(known, inputs.timeout)
            _require_answers(seen)
        except (BackupError, FailedCall) as error:
            if is_incomplete(props):  # read before every command, and no reason to stop one
                raise HalfMade(f"{error}\n{_UP_TAKES_THE_REST}", id_, props) from error
            raise FailedCall(str(error)) from error
        outputs = looked_up_outputs(props, seen)
        for outcome in seen:
            if outcome.record is None:
                call.tell(f"The backup of table '{outcome.table.table_name}' is gone from AWS")
        if known and not outputs["backups"]:
            return ReadResult("", {})
        if is_incomplete(outputs) and is_incomplete(props):
            # A plain answer would clear the engine's note that this is half made.
            counts = f"{outputs['available_count']} of {outputs['table_count']}"
            raise HalfMade(f"{counts} backups are AVAILABLE.\n{_UP_TAKES_THE_REST}", id_, outputs)
        return ReadResult(id_, outputs, call.old_inputs)

    @provider_method
    def update(
        self, call: Call, id_: str, olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        inputs = BackupSetInputs.of(news)
        if not is_incomplete(olds) and not selecting_changes(olds, news):
            return UpdateResult({**olds, **_inputs(news)})
        fleet = self._fleet(inputs, call, home_region(olds))
        try:
            result = fleet.create(inputs.request(call.urn), known_backups(olds))
        except BackupError as error:
            raise FailedCall(str(error)) from error
        result = self._without_dropped(fleet, result, olds, inputs, call)
        return UpdateResult(_complete(id_, call, result, _inputs(news, result)))

    @provider_method
    def delete(self, call: Call, id_: str, props: dict[str, Any]) -> None:
        inputs, backups = BackupSetInputs.of(props), [*known_backups(props).values()]
        if inputs.deletion_policy != "delete":
            call.tell(f'Backups not deleted (deletion_policy="retain"):\n{arns_told(backups)}')
            return
        arns = [one.backup_arn for one in backups]
        outcomes = self._fleet(inputs, call, notices=True).delete(arns, inputs.timeout)
        _require_answers(outcomes)
        call.tell(f"Backups deleted: {len(arns)}")

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
            call.tell(f"No longer in the set, and not deleted:\n{arns_told(result.dropped)}")
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

    def _fleet(
        self, inputs: BackupSetInputs, call: Call, region: str | None = None, notices: bool = False
    ) -> Fleet:
        from ..aws.fleet.fleet import Fleet  # not for the program, which calls nothing itself

        listener = Notices(call) if notices else Silent()
        connection, row = self._connection(inputs, region), FleetRow(call)
        return Fleet(connection, listener, on_progress=row.progress)


def _inputs(props: Mapping[str, Any], result: FleetResult | None = None) -> dict[str, Any]:
    inputs = {key: props.get(key) for key in SET_INPUTS}
    return inputs if result is None else {**inputs, **result_outputs(result)}


def _complete(id_: str, call: Call, result: FleetResult, outputs: dict[str, Any]) -> dict[str, Any]:
    """`outputs`, if all is well; else the engine is handed them with what is wrong."""
    if skipped := skipped_lines(result):
        call.tell("\n".join(skipped))
    if result.failed:
        raise HalfMade(f"{result.report()}\n{_TAKE_THE_REST}", id_, outputs)
    call.tell(final_line_of_set(result))
    return outputs


def _require_answers(outcomes: Sequence[TableOutcome]) -> None:
    failed = [outcome.line for outcome in outcomes if outcome.error is not None]
    if failed:
        raise FailedCall(
            "\n".join([f"{len(failed)} of {len(outcomes)} failed.", *told_first(failed)])
        )


class BackupSet(Resource, module="ddb-backup", name="BackupSet"):
    """An on-demand backup of each of many DynamoDB tables.

    Which tables is resolved when the set is created, and again whenever an `up` has work to do on
    it. A table that fails stops no other: the rest finish, the resource ends as failed with the
    first ten failures in its message and all of them in `failures`, and the next `pulumi up` takes
    only what is missing. So it is, too, after a timeout or Ctrl-C.

    A table that a pattern or tag finds is waited for while it is CREATING. One that is being deleted
    or gone when its turn comes is skipped with a notice, and is not in the set.

    Tables that are added later are backed up then, and no other; the backup of a table that is taken
    out follows `deletion_policy`.
    """

    backups: pulumi.Output[Sequence[Mapping[str, Any]]]
    """The backups that there are, by region and table: `table_name`, `region`, `backup_arn`,
    `backup_name`, `backup_status`, `backup_size_bytes` (bytes), `elapsed_seconds` and the others of
    `Backup`'s outputs that AWS told."""
    failures: pulumi.Output[Sequence[Mapping[str, Any]]]
    """The tables without an AVAILABLE backup: `table_name`, `region` and `error`. A region that could
    not be looked in has the `table_name` `*`; the next `pulumi up` looks there again."""
    table_count: pulumi.Output[int]
    """How many tables are in the set."""
    available_count: pulumi.Output[int]
    """How many of their backups are AVAILABLE."""
    total_size_bytes: pulumi.Output[int]
    """Size of all backups in bytes, as AWS knew them right after."""
    elapsed_seconds: pulumi.Output[float]
    """How long the last operation took that took or waited for backups."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers these backups were taken for."""
    timeout: pulumi.Output[int]
    """The timeout in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`."""

    get = staticmethod(no_get("BackupSet"))

    def __init__(
        self,
        resource_name: str,
        *,
        tables: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        table_pattern: pulumi.Input[str | Sequence[str]] | None = None,
        exclude_pattern: pulumi.Input[str | Sequence[str]] | None = None,
        tags: pulumi.Input[Mapping[str, str]] | None = None,
        regions: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        backup_name: pulumi.Input[str] | None = None,
        backup_name_prefix: pulumi.Input[str] | None = None,
        triggers: pulumi.Input[Mapping[str, Any]] | None = None,
        timeout: pulumi.Input[int] | None = None,
        deletion_policy: pulumi.Input[str] | None = None,
        all_or_nothing: pulumi.Input[bool] | None = None,
        profile: pulumi.Input[str] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        endpoint_url: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take the backups. At least one of `tables`, `table_pattern` and `tags` is needed.

        Args:
            resource_name: The resource's name in the Pulumi program.
            tables: Names or ARNs of tables. A name is looked for in each of `regions`.
            table_pattern: One or several shell patterns (`*`, `?`, `[abc]`, `[!abc]`) of names of
                further tables, such as `prod-*`.
            exclude_pattern: One or several shell patterns of names that `table_pattern` and `tags`
                leave out.
            tags: Tags that further tables must carry, all of them, with these values; together with
                `table_pattern`, both must fit. Read from the Resource Groups Tagging API.
            regions: AWS regions to look in. Default: the regions in the ARNs and, for names,
                patterns and tags, the one that `Backup` would use.
            backup_name: The name of each backup, in which `{table}` and `{timestamp}` are filled in;
                a long table name is cut to fit 255 characters. Exactly one of this and
                `backup_name_prefix`. A change takes all backups anew.
            backup_name_prefix: Start of names that are made when the backups are, as for `Backup`.
                A change takes all backups anew.
            triggers: As for `Backup`; a change of any of them takes all backups anew.
            timeout: Limit in seconds of the whole operation, 60 to 7200. Default: 1800.
            deletion_policy: What happens to the backups in AWS when the set is destroyed or
                replaced, or their table is taken out of it: `retain` (the default) or `delete`. It
                counts as last deployed; a table is taken out with its backup deleted only if the
                policy was `delete` before and still is.
            all_or_nothing: Start no backup unless every table exists. Default: false.
            profile: As for `Backup`.
            role_arn: As for `Backup`.
            endpoint_url: URL that replaces AWS's DynamoDB endpoint. Default: `aws:endpoints`.
            opts: Pulumi's resource options, which count as for `Backup`.

        Raises:
            pulumi.RunError: `opts` names a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't keep.
        """
        subject = f"BackupSet '{resource_name}'"
        require_honoured(subject, opts, triggers=triggers is not None)
        inputs = {
            "tables": tables,
            "table_pattern": table_pattern,
            "exclude_pattern": exclude_pattern,
            "tags": tags,
            "regions": regions,
            "backup_name": backup_name,
            "backup_name_prefix": backup_name_prefix,
            "triggers": triggers,
            "timeout": timeout,
            "deletion_policy": deletion_policy,
            "all_or_nothing": all_or_nothing,
            "profile": profile,
            "role_arn": role_arn,
            "endpoint_url": endpoint_url,
        }
        props = {**dict.fromkeys(SET_OUTPUTS), **given_inputs(subject, inputs, validate_fleet)}
        props |= declared_by(tables, opts)
        with pickler_kept():
            super().__init__(BackupSetProvider(), resource_name, props, without_provider(opts))
