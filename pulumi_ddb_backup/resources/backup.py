"""`Backup`: one on-demand backup of one DynamoDB table, as a Pulumi resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

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

from ..aws.errors import BackupDeletedError, BackupError, BackupInUseError, BackupNotFoundError
from ..aws.rules.validation import validate
from ..display import RowListener, final_line
from ..engine import Call, FailedCall, HalfMade, has_unknown, pickler_kept, provider_method
from ..stack.declared import DECLARED, declared_by, settled_inputs, without_provider
from .arguments import given_inputs
from .backup_properties import (
    DEFAULTS,
    INPUTS,
    OUTPUTS,
    BackupInputs,
    is_unfinished,
    replacing_changes,
    updating_changes,
    with_new_inputs,
    without_none,
)
from .options import no_get, require_honoured
from .provider import (
    GO_ON_WAITING,
    UP_GOES_ON_WAITING,
    AwsProvider,
    held_under,
    holds,
    told_of,
)
from .triggers import assets_in

if TYPE_CHECKING:
    from ..aws.backups import Backups

_TAKE_ANOTHER = "Run `pulumi up` again: it forgets a backup that is gone and takes another."
_TAKE_RUNNING = (
    "If the running backup is not this stack's own, existing_backup_arn=ARN takes it in instead."
)
_CHECK_EXISTING = "Check existing_backup_arn."


_TELL_REGION = ("existing_backup_arn", "profile", "region", "table_name")


class BackupProvider(AwsProvider):
    """What the engine calls for each `Backup`. Its path and name are in users' states for ever."""

    @provider_method
    def check(self, call: Call, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        given = without_none({key: news.get(key) for key in INPUTS})
        given, refusals = self._settled(settled_inputs, given, news.get(DECLARED))
        unknown = {key for key, value in given.items() if has_unknown(value)}
        failures = validate(given, unknown)
        reasons = [*(failure.reason for failure in failures), *refusals]
        reasons += assets_in(given.get("triggers"), "triggers")
        telling = told_of(_TELL_REGION, given, failures, unknown)
        inputs = BackupInputs.of(telling or {})
        region = inputs.region or inputs.arn_region
        reasons += self._unusable(inputs, region, must_have_region=telling is not None)
        # Each reason begins with its property. Given the property too, the engine would print the
        # value as it is: however long, with its escapes, and a secret in plain text.
        return CheckResult({**DEFAULTS, **given}, [CheckFailure("", text) for text in reasons])

    @provider_method
    def diff(self, call: Call, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        holds(call.urn, [id_])
        replaces = replacing_changes(id_, olds, news)
        updates = updating_changes(olds, news)
        return DiffResult(
            changes=bool(replaces or updates or is_unfinished(olds)), replaces=replaces
        )

    @provider_method
    def create(self, call: Call, props: dict[str, Any]) -> CreateResult:
        inputs = BackupInputs.of(props)
        backups = self._backups(inputs, call)
        try:
            if inputs.existing_backup_arn:
                record = backups.resume(inputs.existing_backup_arn, inputs.timeout)
            else:
                record = backups.create(inputs.request(call.urn, held_under(call.urn)))
        except BackupError as error:
            _fail_create(error, inputs)
        how = "taken into the stack" if inputs.existing_backup_arn else "in {:.1f}s"
        call.tell(final_line(record, how))
        return CreateResult(record.backup_arn, inputs.outputs(record))

    @provider_method
    def read(self, call: Call, id_: str, props: dict[str, Any]) -> ReadResult:
        inputs = BackupInputs.of(props)
        holds(call.urn, [id_])
        try:
            record = self._backups(inputs, call).describe(id_, inputs.timeout)
        except (BackupError, FailedCall) as error:
            if is_unfinished(props):  # read before every command, and no reason to stop one
                raise HalfMade(f"{error}\n{UP_GOES_ON_WAITING}", id_, props) from error
            raise FailedCall(str(error)) from error
        if record is None:
            call.tell(f"Backup {id_} is gone from AWS, so it leaves the stack's state")
            return ReadResult("", {})
        outputs = {**props, "backup_status": record.backup_status}
        if is_unfinished(outputs):
            # A plain answer would clear the engine's note that this is half made.
            raise HalfMade(
                f"Backup {id_} is {record.backup_status}, not yet AVAILABLE. {UP_GOES_ON_WAITING}",
                id_,
                outputs,
            )
        if is_unfinished(props):
            outputs |= without_none(inputs.outputs(record))
        return ReadResult(id_, outputs, call.old_inputs)

    @provider_method
    def update(
        self, call: Call, id_: str, olds: dict[str, Any], news: dict[str, Any]
    ) -> UpdateResult:
        inputs = BackupInputs.of(news)
        kept = with_new_inputs(olds, inputs)
        if not is_unfinished(olds):
            return UpdateResult(kept)
        try:
            record = self._backups(inputs, call).resume(id_, inputs.timeout)
        except BackupError as error:
            raise HalfMade(f"{error}\n{_next_step(error)}", id_, kept) from error
        call.tell(final_line(record, "waited another {:.1f}s"))
        return UpdateResult({**kept, **without_none(inputs.outputs(record))})

    @provider_method
    def delete(self, call: Call, id_: str, props: dict[str, Any]) -> None:
        inputs = BackupInputs.of(props)
        if inputs.deletion_policy != "delete":
            call.tell(f'Backup not deleted (deletion_policy="retain"): {id_}')
            return
        try:
            found = self._backups(inputs, call).delete(id_, inputs.timeout)
        except BackupError as error:
            raise FailedCall(str(error)) from error
        call.tell(f"Backup deleted: {id_}" if found else f"Backup was gone already: {id_}")

    def _backups(self, inputs: BackupInputs, call: Call) -> Backups:
        from ..aws.backups import Backups  # not for the program, which calls nothing itself

        region = inputs.region or inputs.arn_region
        return Backups(self._connection(inputs, region), RowListener(call))


def _fail_create(error: BackupError, inputs: BackupInputs) -> NoReturn:
    """Hand the engine the message and, where a backup goes on in AWS, what to keep of it."""
    record = error.unfinished
    if record is not None:
        message = f"{error}\n{_next_step(error)}"
        raise HalfMade(message, record.backup_arn, inputs.outputs(record)) from error
    hint = _CHECK_EXISTING if inputs.existing_backup_arn else ""
    if isinstance(error, BackupInUseError):
        hint = _TAKE_RUNNING
    raise FailedCall(f"{error}\n{hint}".rstrip()) from error


def _next_step(error: BackupError) -> str:
    """What to do about a backup that is in the stack's state and could not be waited for."""
    gone = isinstance(error, (BackupNotFoundError, BackupDeletedError))
    return _TAKE_ANOTHER if gone else GO_ON_WAITING


class Backup(Resource, module="ddb-backup", name="Backup"):
    """An on-demand backup of a DynamoDB table.

    Creating it takes the backup and waits until it is AVAILABLE; only then do resources that depend
    on it go on. Destroying it keeps the backup in AWS unless `deletion_policy="delete"`.

    When the wait ends early (timeout, Ctrl-C, an error of AWS's), the backup's ARN is in the
    stack's state, and the next `pulumi up` goes on waiting for that same backup.
    """

    backup_arn: pulumi.Output[str]
    """The backup's ARN; also the resource's id."""
    backup_name: pulumi.Output[str]
    """The backup's name, the generated one where `backup_name_prefix` was given."""
    backup_status: pulumi.Output[str]
    """AVAILABLE, or CREATING while a wait that ended early has not been taken up again."""
    table_name: pulumi.Output[str]
    """The plain name of the table that was backed up."""
    table_arn: pulumi.Output[str]
    """The ARN of the table that was backed up."""
    table_id: pulumi.Output[str | None]
    """The unique id of the table that was backed up."""
    region: pulumi.Output[str]
    """The region of the table and of the backup."""
    backup_size_bytes: pulumi.Output[int | None]
    """Size of the backup in bytes. AWS updates it about every six hours."""
    backup_creation_date_time: pulumi.Output[str | None]
    """When the backup was requested, in UTC, such as `2026-01-02T03:04:05Z`."""
    table_size_bytes: pulumi.Output[int | None]
    """Size of the table in bytes, as AWS knew it at the backup."""
    item_count: pulumi.Output[int | None]
    """Number of the table's items, as AWS knew it at the backup."""
    elapsed_seconds: pulumi.Output[float | None]
    """How long the operation took that saw the backup AVAILABLE."""
    triggers: pulumi.Output[Mapping[str, Any] | None]
    """The triggers this backup was taken for."""
    timeout: pulumi.Output[int]
    """The timeout in seconds."""
    deletion_policy: pulumi.Output[str]
    """`retain` or `delete`."""

    get = staticmethod(no_get("Backup"))

    def __init__(
        self,
        resource_name: str,
        *,
        table_name: pulumi.Input[str] | None = None,
        backup_name: pulumi.Input[str] | None = None,
        backup_name_prefix: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        endpoint_url: pulumi.Input[str] | None = None,
        timeout: pulumi.Input[int] | None = None,
        triggers: pulumi.Input[Mapping[str, Any]] | None = None,
        deletion_policy: pulumi.Input[str] | None = None,
        existing_backup_arn: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take a backup.

        Args:
            resource_name: The resource's name in the Pulumi program.
            table_name: Name (3-255 characters) or ARN of the table. A change takes a new backup.
            backup_name: The backup's name: 3-255 characters of `[a-zA-Z0-9_.-]`. Exactly one of
                this and `backup_name_prefix`. A change takes a new backup.
            backup_name_prefix: Start of a name that is made once, when the backup is:
                `{prefix}{UTC time}-{8 hex digits}`. At most 230 characters. A change takes a new
                backup.
            region: AWS region of the table. Default: the region in a table ARN, else `aws:region`,
                else AWS_REGION, AWS_DEFAULT_REGION or the profile's. A change takes a new backup.
            profile: Profile of the shared AWS configuration. Default: `aws:profile`.
            role_arn: IAM role to assume. Default: `aws:assumeRoles`.
            endpoint_url: URL that replaces AWS's DynamoDB endpoint. Default: `aws:endpoints`.
            timeout: Limit in seconds of the whole operation, 60 to 7200. Default: 1800.
            triggers: Any values; a change of any of them takes a new backup. An asset or archive
                counts by its content. What Pulumi can't keep is refused.
            deletion_policy: What destroying or replacing the resource does to the backup in AWS:
                `retain` (the default) keeps it, `delete` deletes it. It counts as last deployed.
            existing_backup_arn: ARN of a backup made elsewhere, taken into the stack instead of
                taking one. `table_name` and a name may then be left out.
            opts: Pulumi's resource options. Of an `aws.Provider` that reaches the resource, by them
                or by its parent, region and profile are taken over; anything else that it decides
                by is refused, unless the table's ARN is given, or region, profile or role_arn. So
                is each option that dynamic resources do not honour.

        Raises:
            pulumi.RunError: `opts` names a provider of another package or an option that has no
                effect, or an input is of a kind that Pulumi can't keep.
        """
        subject = f"Backup '{resource_name}'"
        require_honoured(subject, opts, triggers=triggers is not None)
        inputs = {
            "table_name": table_name,
            "backup_name": backup_name,
            "backup_name_prefix": backup_name_prefix,
            "region": region,
            "profile": profile,
            "role_arn": role_arn,
            "endpoint_url": endpoint_url,
            "timeout": timeout,
            "triggers": triggers,
            "deletion_policy": deletion_policy,
            "existing_backup_arn": existing_backup_arn,
        }
        props = {**dict.fromkeys(OUTPUTS), **given_inputs(subject, inputs, validate)}
        props |= declared_by(table_name, opts)
        with pickler_kept():
            super().__init__(BackupProvider(), resource_name, props, without_provider(opts))
