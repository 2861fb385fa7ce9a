"""What a hook does when it fires: find the table, take the backup, or stop the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Literal, TypeGuard

import pulumi

from ..aws.backups import Backups
from ..aws.calls.settings import SettingsError
from ..aws.errors import BackupError, TableNotFoundError
from ..aws.records import BackupRequest
from ..aws.rules.arns import TableArn, plain_name
from ..aws.rules.choices import ON_FAILURE, OnFailure
from ..aws.rules.naming import filled, identity
from ..aws.rules.text import shown
from ..aws.rules.validation import NAME_MAX, PREFIX_MAX, TIMEOUT_DEFAULT_SECONDS, validate
from ..display import Row, RowListener, final_line
from ..engine import ProgramRow
from ..stack.settings import connection_of_program
from . import retaining

Moment = Literal["final", "before-update", "after-create", "after-update"]
TAGS: Final = frozenset({"tags", "tagsAll"})
CONSEQUENCES: Final[Mapping[Moment, str]] = {
    "final": "The table was not deleted.",
    "before-update": "The table was not updated.",
    "after-create": "The table itself was created.",
    "after-update": "The table itself was updated.",
}

_OLD_TABLE: Final = ("final", "before-update")
"""The moments that concern a table as the state has it, which may be gone from AWS."""
_GONE: Final = (
    " If somebody has deleted it by hand, run `pulumi refresh` first, or the same command with "
    "`--refresh`: the table leaves the stack's state, and needs no backup any more."
)
_WAITED_FOR: Final = (
    "The next run waits for this same backup while it is CREATING. Once it is AVAILABLE, the next run "
    "takes another, unless reuse_within says that this one will do."
)
_ANOTHER: Final = (
    "Wait until this backup is AVAILABLE: with a backup_name, the next run takes another one then, "
    "unless reuse_within says that this one will do."
)
"""What the next run makes of a backup that goes on in AWS. No state of a hook's holds its ARN."""


class HookRefusal(Exception):
    """Makes the engine stop before it goes on; the text is what the user sees."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The table that a hook fires for: its ARN where it is known, else its name."""

    reference: str
    region: str | None
    protected: bool

    @property
    def name(self) -> str:
        return plain_name(self.reference)


@dataclass(frozen=True, slots=True)
class HookPlan:
    """The options of a hook, its name, and the moment it is for."""

    moment: Moment
    name: str = ""
    backup_name: str | None = None
    backup_name_prefix: str | None = None
    table_name: str | None = None
    region: str | None = None
    profile: str | None = None
    role_arn: str | None = None
    endpoint_url: str | None = None
    timeout: int = TIMEOUT_DEFAULT_SECONDS
    reuse_within: timedelta | None = None
    on_failure: OnFailure = "stop"
    retention: Mapping[str, Any] | None = None
    properties: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.backup_name is None and self.backup_name_prefix is None:
            object.__setattr__(self, "backup_name_prefix", f"{{table}}-{self.moment}-")
        reasons = [failure.reason for failure in validate(self._inputs("table"))]
        if self.on_failure not in ON_FAILURE:
            reasons.append(
                f'on_failure must be "stop" or "continue" (got {shown(self.on_failure)})'
            )
        reasons += retaining.broken_rules(self)
        if reasons:
            raise pulumi.RunError("\n".join(f"{self.moment} hook: {reason}" for reason in reasons))

    async def __call__(self, args: pulumi.ResourceHookArgs) -> None:
        """Take the backup, or make the engine stop with a message that says what exists."""
        if not self._concerned(args):
            return
        row = ProgramRow(args.urn)
        try:
            await self._back_up(args, row)
        except (BackupError, SettingsError, HookRefusal) as error:
            gone = isinstance(error, TableNotFoundError) and self.moment in _OLD_TABLE
            message = f"{error}\n{CONSEQUENCES[self.moment]}{_GONE if gone else ''}"
            if isinstance(error, BackupError) and error.unfinished:
                message += f" {_WAITED_FOR if self.backup_name is None else _ANOTHER}"
            if self.on_failure == "stop":
                raise HookRefusal(message) from None
            what = "NO BACKUP"
            if isinstance(error, BackupError) and error.unfinished:
                what = "THE BACKUP IS NOT AVAILABLE YET (AWS may refuse until it is)"
            row.tell(f'{what}. Going on all the same (on_failure="continue").\n{error}')

    async def foretell(self, args: pulumi.ResourceHookArgs) -> None:
        """Tell in a preview what the retention keeps. AWS is not called."""
        if self._concerned(args):
            ProgramRow(args.urn).tell(retaining.foretold(self, args.urn))

    async def _back_up(self, args: pulumi.ResourceHookArgs, row: ProgramRow) -> None:
        before = self.moment in _OLD_TABLE
        table = await self._table(args, args.old_outputs if before else args.new_outputs)
        if self.moment == "final" and table.protected:
            raise HookRefusal(
                f"DynamoDB table '{table.name}' has deletion protection: AWS would not delete it, so no "
                "backup was started. Set deletion_protection_enabled=False, run `pulumi up` (with "
                "--refresh if the table was restored from a backup), then delete it."
            )
        connection = connection_of_program().overridden(
            region=self.region or table.region,
            profile=self.profile,
            role_arn=self.role_arn,
            endpoint_url=self.endpoint_url,
        )
        backups = Backups(connection, RowListener(row))
        within = self.reuse_within
        if within is not None and await self._reused(within, backups, table, row):
            return
        request = self._request(args, table)
        record = await backups.create_async(request)
        row.tell(final_line(record))
        row.tell(_way_back(record.backup_arn))
        prefix = request.backup_name_prefix or ""
        await retaining.prune_after(self, record, prefix, args.urn, connection, row)

    async def _reused(self, within: timedelta, backups: Backups, table: _Table, row: Row) -> bool:
        """Whether there is a backup of this very table that is young enough."""
        recent = await backups.recent_async(table.reference, within)
        if recent is None:
            return False
        row.tell(
            f"Reusing backup '{recent.backup.backup_name}' of table '{table.name}', which is "
            f"{str(recent.age).partition('.')[0]} old: {recent.backup.backup_arn}"
        )
        row.tell(_way_back(recent.backup.backup_arn))
        return True

    def _request(self, args: pulumi.ResourceHookArgs, table: _Table) -> BackupRequest:
        inputs = self._inputs(table.name)
        return BackupRequest(
            table.reference,
            backup_name=inputs["backup_name"],
            backup_name_prefix=inputs["backup_name_prefix"],
            timeout_seconds=self.timeout,
            identity=identity(retaining.owner_of(self, args.urn), {"id": args.id}),
        )

    def _inputs(self, table: str) -> dict[str, Any]:
        """The inputs for `table`, under the names that `validate` knows."""
        now = datetime.now(timezone.utc)
        keys = ("region", "profile", "role_arn", "endpoint_url", "timeout")
        return {
            **{key: getattr(self, key) for key in keys},
            "table_name": self.table_name or table,
            "backup_name": self.backup_name and filled(self.backup_name, table, now, NAME_MAX),
            "backup_name_prefix": self.backup_name_prefix
            and filled(self.backup_name_prefix, table, now, PREFIX_MAX),
        }

    async def _table(
        self, args: pulumi.ResourceHookArgs, outputs: Mapping[str, Any] | None
    ) -> _Table:
        known = {key: await plain(value) for key, value in (outputs or {}).items()}
        candidates = [self.table_name, *(known.get(key) for key in _NAMING)]
        reference = next((one for one in candidates if _names_a_table(one)), None)
        if reference is None:
            raise HookRefusal(
                f"Resource '{args.name}' ({args.type}) names no DynamoDB table, so no backup was "
                "started. Give the hook a table_name."
            )
        region = known.get("region")
        return _Table(
            reference,
            region if isinstance(region, str) and not TableArn.parse(reference) else None,
            known.get("deletionProtectionEnabled") is True,
        )

    def _concerned(self, args: pulumi.ResourceHookArgs) -> bool:
        """Whether the change is one to take a backup for."""
        if self.moment not in ("before-update", "after-update"):
            return True
        changed = _changed(args.old_inputs or {}, args.new_inputs or {})
        return bool(changed - TAGS if self.properties is None else changed & self.properties)


_NAMING: Final = ("arn", "tableArn", "tableName", "name")
"""Outputs by which a resource names its table, the surest first."""


def on_the_wire(name: str) -> str:
    """A property's name as the engine knows it: `billing_mode` is `billingMode`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _names_a_table(value: Any) -> TypeGuard[str]:
    """Whether `value` is a table's ARN, or may be its name: an ARN of anything else is not."""
    if not isinstance(value, str) or not value:
        return False
    return not value.startswith("arn:") or TableArn.parse(value) is not None


def _changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> frozenset[str]:
    keys = {key for key in (*olds, *news) if not key.startswith("__")}
    return frozenset(key for key in keys if olds.get(key) != news.get(key))


def _way_back(arn: str) -> str:
    return f'To restore it as a new table: aws.dynamodb.Table(..., restore_backup_arn="{arn}")'


async def plain(value: Any) -> Any:
    """A value that a hook was handed: what is secret comes as an output."""
    return await value.future() if isinstance(value, pulumi.Output) else value
