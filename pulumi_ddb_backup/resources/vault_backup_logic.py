"""The logic of a `VaultBackup`, behind whichever face."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ..aws.calls.connection import Connection
from ..aws.errors import BackupError
from ..aws.rules.validation import Failure
from ..aws.vault.arns import VaultArn
from ..aws.vault.errors import (
    BackupJobFailedError,
    RecoveryPointGoneError,
    RecoveryPointLockedError,
)
from ..aws.vault.rules import validate_vault_backup
from ..aws.vault.states import CopyState
from ..aws.vault.words import final_line
from ..display import RowListener, tell_final
from ..engine import has_unknown
from ..logic import Call, Changed, FailedCall, HalfMade, Made, Seen
from ..stack.declared import Declared, settled_inputs
from .aws_logic import AwsLogic, failing_plainly, staying_half_made
from .foretold import foretell, of_replacement
from .held import held_under, note_held
from .vault_backup_properties import (
    DEFAULTS,
    VaultBackupInputs,
    is_unfinished,
    outputs_of,
    record_of,
    replacing_changes,
    updating_changes,
    with_new_inputs,
)

if TYPE_CHECKING:
    from ..aws.vault.records import VaultBackupRecord, VaultCopy
    from ..aws.vault.vaults import VaultBackups

_GO_ON: Final = "Run `pulumi up` again to go on with this same backup and its copies."
_UP_GOES_ON: Final = "`pulumi up` goes on with this same backup and its copies."
"""In a Read, which may be a part of that very `up`."""
_TAKE_ANOTHER: Final = "Run `pulumi up` again: it forgets a backup that is gone and takes another."
_FOUND_AGAIN: Final = "If that job exists, the next `pulumi up` finds it by its token or its tags."


class VaultBackupLogic(AwsLogic[VaultBackupInputs]):
    """What becomes of one backup of one table in a vault. See `ResourceLogic`."""

    inputs = VaultBackupInputs
    defaults = DEFAULTS
    may_tell_region = (
        "existing_recovery_point_arn",
        "profile",
        "region",
        "table_name",
        "vault",
    )

    def diff(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Changed:
        note_held(call.urn, [id_])
        replaces = replacing_changes(olds, news)
        updates = updating_changes(olds, news)
        if replaces:
            named = olds.get("recovery_point_arn") or f"job {id_}"
            foretell(call, f"{of_replacement('the last backup', olds)}: {named}")
        else:
            for copy in _leaving(olds, news.get("copy_to")):
                deleted = _deletes_copies(olds, news) and not copy.found
                how = "is deleted" if deleted else "stays in AWS"
                foretell(call, f"The copy in {copy.vault_arn} leaves copy_to and {how}")
        unfinished = is_unfinished({**olds, **_known(news)})
        return Changed.of(replaces, updates, unfinished=unfinished)

    def create(self, call: Call, props: Mapping[str, Any]) -> Made:
        inputs = VaultBackupInputs.of(props)
        vaults = self._vaults(inputs, call)
        request = inputs.request(call.urn, held_under(call.urn))
        try:
            if inputs.existing_recovery_point_arn:
                record = vaults.take_in(inputs.existing_recovery_point_arn, request)
            else:
                record = vaults.create(request)
        except BackupError as error:
            _fail_create(error, inputs)
        how = "taken into the stack" if inputs.existing_recovery_point_arn else "in {:.1f}s"
        tell_final(call, final_line(record, how))
        return Made(_id_of(record), inputs.outputs(record))

    def read(self, call: Call, id_: str, props: Mapping[str, Any]) -> Seen | None:
        inputs = VaultBackupInputs.of(props)
        note_held(call.urn, [id_])
        unfinished = is_unfinished(props)
        with staying_half_made(id_, props, _UP_GOES_ON, unfinished=unfinished):
            record = self._vaults(inputs, call).describe(record_of(props), inputs.timeout)
        if record is None:
            what = props.get("recovery_point_arn") or f"of job {id_}"
            call.tell(f"Backup {what} is not in AWS (any more), so it leaves the stack's state")
            for copy in _that_may_exist(record_of(props).copies):
                named = _named(copy)
                call.warn(f"A copy of it leaves the state too, and is not deleted: {named}")
            return None
        outputs = {**props, **outputs_of(record), "elapsed_seconds": props.get("elapsed_seconds")}
        if is_unfinished(outputs):
            # A plain answer would clear the engine's note that this is half made.
            raise HalfMade(f"{record.told}\n{_UP_GOES_ON}", id_, outputs)
        if unfinished:
            with staying_half_made(id_, outputs, _UP_GOES_ON, unfinished=True):
                record = self._completed(record, inputs, call)
            outputs |= outputs_of(record)
        return Seen(id_, outputs, call.old_inputs)

    def update(
        self, call: Call, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]
    ) -> Made:
        inputs = VaultBackupInputs.of(news)
        vaults = self._vaults(inputs, call)
        outputs = with_new_inputs(olds, inputs)
        if is_unfinished(outputs):
            known = record_of(olds)
            try:
                record = vaults.resume(known, self._request(inputs, known, call))
            except BackupError as error:
                _fail_update(error, id_, {**outputs, **_policy_until_done(olds, inputs.values())})
            tell_final(call, final_line(record, "waited another {:.1f}s"))
            outputs |= outputs_of(record)
        elif is_unfinished(olds):  # what it still lacked is no longer asked for
            _keep(record_of(outputs), vaults, call)
        return Made(id_, self._without_leaving(outputs, inputs, olds, vaults, call, id_))

    def delete(self, call: Call, id_: str, props: Mapping[str, Any]) -> None:
        inputs = VaultBackupInputs.of(props)
        record = record_of(props)
        vaults = self._vaults(inputs, call)
        for copy in record.copies:
            if inputs.copies_deletion_policy == "delete":
                self._delete_copy(copy, record, vaults, inputs, call)
            elif copy.recovery_point_arn or copy.copy_job_id:
                call.tell(f'Copy kept in AWS (copies_deletion_policy="retain"): {_named(copy)}')
        named = record.recovery_point_arn or f"job {record.backup_job_id}"
        if inputs.deletion_policy != "delete":
            if is_unfinished(props):
                _keep(record, vaults, call)
            tell_final(call, f'Backup kept in AWS (deletion_policy="retain"): {named}')
            return
        with failing_plainly():
            try:
                found = vaults.delete(record, inputs.timeout)
            except RecoveryPointLockedError as error:
                _let_stay(error, inputs, call)
                return
        tell_final(call, f"Backup {'deleted' if found else 'was already gone'}: {named}")

    def _without_leaving(
        self,
        outputs: dict[str, Any],
        inputs: VaultBackupInputs,
        olds: Mapping[str, Any],
        vaults: VaultBackups,
        call: Call,
        id_: str,
    ) -> dict[str, Any]:
        """The outputs, less the copies that `copy_to` no longer asks for."""
        record = record_of(outputs)
        for copy in _leaving(outputs, inputs.copy_to):
            if _deletes_copies(olds, inputs.values()):
                try:
                    self._delete_copy(copy, record, vaults, inputs, call)
                except FailedCall as failed:
                    raise HalfMade(str(failed), id_, outputs) from failed
            else:
                call.tell(f"Copy kept in AWS, though it left copy_to: {_named(copy)}")
            copies = tuple(one for one in record.copies if one.vault_arn != copy.vault_arn)
            record = replace(record, copies=copies)
            outputs = {**outputs, **outputs_of(record)}
        return outputs

    def _delete_copy(
        self,
        copy: VaultCopy,
        record: VaultBackupRecord,
        vaults: VaultBackups,
        inputs: VaultBackupInputs,
        call: Call,
    ) -> None:
        if copy.found:
            call.tell(f"Copy kept in AWS, because somebody else may have made it: {_named(copy)}")
            return
        vault, home = VaultArn.parse(copy.vault_arn), VaultArn.parse(record.vault_arn or "")
        if vault and home and vault.account != home.account:
            call.warn(
                f"The copy in another account stays: only that account can delete it. {_named(copy)}"
            )
            return
        with failing_plainly():
            try:
                found = vaults.delete_copy(copy, record, inputs.timeout)
            except RecoveryPointLockedError as error:
                _let_stay(error, inputs, call)
                return
        if found is None:
            return  # it is told that nobody knows
        call.tell(f"Copy {'deleted' if found else 'was already gone'}: {_named(copy)}")

    def _completed(
        self, record: VaultBackupRecord, inputs: VaultBackupInputs, call: Call
    ) -> VaultBackupRecord:
        """A backup that has become complete while nobody waited, with what is done at the end."""
        request = self._request(inputs, record, call)
        done = self._vaults(inputs, call).resume(record, request)
        tell_final(call, final_line(done, "completed meanwhile"))
        return done

    def _request(self, inputs: VaultBackupInputs, known: VaultBackupRecord, call: Call) -> Any:
        """The request by which a backup that is there is gone on with."""
        named = known.table_arn or inputs.table_name
        return replace(inputs, table_name=named).request(call.urn)

    def _validate(self, given: Mapping[str, Any], unknown: Collection[str]) -> list[Failure]:
        return validate_vault_backup(given, unknown)

    def _settled(
        self, given: Mapping[str, Any], declared: Declared, stack: Connection
    ) -> Mapping[str, Any]:
        return settled_inputs(given, declared, stack)

    def _region(self, inputs: VaultBackupInputs) -> str | None:
        return inputs.region or inputs.arn_region

    def _vaults(self, inputs: VaultBackupInputs, call: Call) -> VaultBackups:
        from ..aws.vault.vaults import VaultBackups  # not for the program, which calls nothing

        return VaultBackups(self._connection(inputs), RowListener(call))


def _id_of(record: VaultBackupRecord) -> str:
    """The resource's id: the job is known before its recovery point."""
    return record.backup_job_id or record.recovery_point_arn or ""


def _named(copy: VaultCopy) -> str:
    return copy.recovery_point_arn or copy.told


def _known(news: Mapping[str, Any]) -> dict[str, Any]:
    """What the inputs of a diff say of the copies and the wait; a preview may not know all of it yet."""
    asked = {key: news.get(key) for key in ("copy_to", "wait_for")}
    return {key: value for key, value in asked.items() if not has_unknown(value)}


def _leaving(outputs: Mapping[str, Any], copy_to: Collection[str] | None) -> list[VaultCopy]:
    """The copies that are there and no longer asked for; none while that is not known yet."""
    if has_unknown(copy_to):
        return []
    asked = copy_to or ()
    return [copy for copy in record_of(outputs).copies if copy.vault_arn not in asked]


def _deletes_copies(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether copies that leave are deleted: as was deployed last, and is asked for still."""
    key = "copies_deletion_policy"
    return {olds.get(key), news.get(key)} == {"delete"}


def _policy_until_done(olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """What of the policy for copies stands while an update is not done.

    The copies that leave are dealt with at its end. If it fails, the next one must not find that what
    is asked for now was deployed last.
    """
    return {"copies_deletion_policy": "delete" if _deletes_copies(olds, news) else "retain"}


def _keep(record: VaultBackupRecord, vaults: VaultBackups, call: Call) -> None:
    """See to it that no later request takes a backup over that is kept, or is all that was wanted."""
    try:
        vaults.keep(record)
    except BackupError as error:
        if error.stopped:
            raise FailedCall(str(error)) from error
        call.warn(str(error))


def _that_may_exist(copies: Collection[VaultCopy]) -> list[VaultCopy]:
    """The copies that AWS has or is making, as far as is known."""
    return [copy for copy in copies if copy.state not in ("", CopyState.FAILED)]


def _let_stay(error: RecoveryPointLockedError, inputs: VaultBackupInputs, call: Call) -> None:
    """What is locked stays: an error with `on_locked="fail"`, else a warning."""
    if inputs.on_locked == "fail":
        raise error
    call.warn(f'{error}\nIt leaves the stack\'s state all the same (on_locked="warn").')


def _fail_create(error: BackupError, inputs: VaultBackupInputs) -> NoReturn:
    """Fail with the message and, where a backup goes on in AWS, with what to keep of it."""
    record = error.unfinished_vault_backup
    if record is not None and not isinstance(error, BackupJobFailedError):
        raise HalfMade(f"{error}\n{_GO_ON}", _id_of(record), inputs.outputs(record)) from error
    hint = _FOUND_AGAIN if error.facts.doubt else ""
    raise FailedCall(f"{error}\n{hint}".rstrip()) from error


def _fail_update(error: BackupError, id_: str, outputs: Mapping[str, Any]) -> NoReturn:
    record = error.unfinished_vault_backup
    gone = isinstance(error, (BackupJobFailedError, RecoveryPointGoneError))
    kept = {**outputs, **outputs_of(record)} if record is not None else outputs
    raise HalfMade(f"{error}\n{_TAKE_ANOTHER if gone else _GO_ON}", id_, kept) from error
