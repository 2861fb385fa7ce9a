"""The logic of a `Backup`, behind whichever face."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ..aws.calls.connection import Connection
from ..aws.errors import BackupDeletedError, BackupError, BackupInUseError, BackupNotFoundError
from ..aws.rules.validation import Failure, validate
from ..aws.rules.values import without_none
from ..display import RowListener, final_line, tell_final
from ..logic import Call, Changed, FailedCall, HalfMade, Made, Seen
from ..stack.declared import Declared, settled_inputs
from .aws_logic import AwsLogic, failing_plainly, staying_half_made
from .backup_properties import (
    DEFAULTS,
    BackupInputs,
    is_unfinished,
    replacing_changes,
    updating_changes,
    with_new_inputs,
)
from .foretold import foretell, of_replacement
from .held import held_under, note_held
from .retaining import foretell_policy, pruned

if TYPE_CHECKING:
    from ..aws.backups import Backups
    from ..aws.records import BackupRecord

_WAIT_AGAIN: Final = "Run `pulumi up` again to go on waiting for this same backup."
_UP_WAITS_AGAIN: Final = "`pulumi up` goes on waiting for this same backup."
"""In a Read, which may be a part of that very `up`."""
_TAKE_ANOTHER: Final = "Run `pulumi up` again: it forgets a backup that is gone and takes another."
_TAKE_RUNNING: Final = "To use that backup instead of taking one, give existing_backup_arn=ARN."
_TAKE_DOUBTFUL: Final = "If it exists, give existing_backup_arn=ARN: `pulumi up` then uses it."
_CHECK_EXISTING: Final = "Check existing_backup_arn."


class BackupLogic(AwsLogic[BackupInputs]):
    """What becomes of one backup of one table. See `ResourceLogic`."""

    inputs = BackupInputs
    defaults = DEFAULTS
    may_tell_region = ("existing_backup_arn", "profile", "region", "table_name")

    def diff(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Changed:
        note_held(call.urn, [id_])
        replaces = replacing_changes(id_, olds, news)
        updates = updating_changes(olds, news)
        if replaces:
            foretell(call, f"{of_replacement('the last backup', olds)}: {id_}")
        elif "retention" in updates or is_unfinished(olds):
            foretell_policy(call, news)
        return Changed.of(replaces, updates, unfinished=is_unfinished(olds))

    def create(self, call: Call, props: Mapping[str, Any]) -> Made:
        inputs = BackupInputs.of(props)
        backups = self._backups(inputs, call)
        try:
            if inputs.existing_backup_arn:
                note_held(call.urn, [inputs.existing_backup_arn])
                record = backups.resume(inputs.existing_backup_arn, inputs.timeout)
            else:
                record = backups.create(inputs.request(call.urn, held_under(call.urn)))
        except BackupError as error:
            _fail_create(error, inputs)
        how = "taken into the stack" if inputs.existing_backup_arn else "in {:.1f}s"
        cost = self._cost(record, inputs)
        tell_final(call, final_line(record, how), cost)
        retention = self._retained(record, inputs, call)
        return Made(record.backup_arn, {**inputs.outputs(record), "retention": retention})

    def read(self, call: Call, id_: str, props: Mapping[str, Any]) -> Seen | None:
        inputs = BackupInputs.of(props)
        note_held(call.urn, [id_])
        unfinished = is_unfinished(props)
        with staying_half_made(id_, props, _UP_WAITS_AGAIN, unfinished=unfinished):
            record = self._backups(inputs, call).describe(id_, inputs.timeout)
        if record is None:
            call.tell(f"Backup {id_} is gone from AWS, so it leaves the stack's state")
            return None
        outputs = {**props, "backup_status": record.backup_status}
        if is_unfinished(outputs):
            # A plain answer would clear the engine's note that this is half made.
            raise HalfMade(
                f"Backup {id_} is still {record.backup_status}. {_UP_WAITS_AGAIN}",
                id_,
                outputs,
            )
        if unfinished:
            outputs |= without_none(inputs.outputs(record))
        return Seen(id_, outputs, call.old_inputs)

    def update(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Made:
        inputs = BackupInputs.of(news)
        outputs = with_new_inputs(olds, inputs)
        if not is_unfinished(olds):
            return Made(id_, outputs)
        note_held(call.urn, [id_])
        try:
            record = self._backups(inputs, call).resume(id_, inputs.timeout)
        except BackupError as error:
            raise HalfMade(f"{error}\n{_next_step(error)}", id_, outputs) from error
        cost = self._cost(record, inputs)
        tell_final(call, final_line(record, "waited another {:.1f}s"), cost)
        retention = self._retained(record, inputs, call)
        return Made(
            id_,
            {**outputs, **without_none(inputs.outputs(record)), "retention": retention},
        )

    def delete(self, call: Call, id_: str, props: Mapping[str, Any]) -> None:
        inputs = BackupInputs.of(props)
        if inputs.deletion_policy != "delete":
            tell_final(call, f'Backup kept in AWS (deletion_policy="retain"): {id_}')
            return
        with failing_plainly():
            found = self._backups(inputs, call).delete(id_, inputs.timeout)
        tell_final(call, f"Backup {'deleted' if found else 'was already gone'}: {id_}")

    def _retained(
        self, record: BackupRecord, inputs: BackupInputs, call: Call
    ) -> dict[str, Any] | None:
        """The output `retention`, once its rules have been applied in what is left of the time."""
        from ..aws.retention.operation import Prunes

        left = inputs.timeout - (record.elapsed_seconds or 0)
        taken = [] if inputs.existing_backup_arn else [record]
        prunes = Prunes(self._connection(inputs), RowListener(call))
        return pruned(prunes, taken, inputs, left, call)

    @staticmethod
    def _cost(record: BackupRecord, inputs: BackupInputs) -> str:
        """What the backup costs, on a line; a retention tells that of all that stay."""
        from ..aws.cost.words import cost_line

        return "" if inputs.retention else cost_line([record])

    def _validate(self, given: Mapping[str, Any], unknown: Collection[str]) -> list[Failure]:
        return validate(given, unknown)

    def _settled(
        self, given: Mapping[str, Any], declared: Declared, stack: Connection
    ) -> Mapping[str, Any]:
        return settled_inputs(given, declared, stack)

    def _region(self, inputs: BackupInputs) -> str | None:
        return inputs.region or inputs.arn_region

    def _backups(self, inputs: BackupInputs, call: Call) -> Backups:
        from ..aws.backups import Backups  # not for the program, which calls nothing itself

        return Backups(self._connection(inputs), RowListener(call))


def _fail_create(error: BackupError, inputs: BackupInputs) -> NoReturn:
    """Fail with the message and, where a backup goes on in AWS, with what to keep of it."""
    record = error.unfinished
    if record is not None:
        message = f"{error}\n{_next_step(error)}"
        raise HalfMade(message, record.backup_arn, inputs.outputs(record)) from error
    hint = _CHECK_EXISTING if inputs.existing_backup_arn else ""
    if error.facts.doubt:
        hint = _TAKE_DOUBTFUL
    elif isinstance(error, BackupInUseError):
        hint = _TAKE_RUNNING
    raise FailedCall(f"{error}\n{hint}".rstrip()) from error


def _next_step(error: BackupError) -> str:
    """What to do about a backup that is in the stack's state and could not be waited for."""
    gone = isinstance(error, (BackupNotFoundError, BackupDeletedError))
    return _TAKE_ANOTHER if gone else _WAIT_AGAIN
