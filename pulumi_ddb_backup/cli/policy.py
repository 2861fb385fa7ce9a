"""What an identity must be allowed, for what somebody says they use; and not one action more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ..aws.calls.rate import Api
from ..aws.rules.arns import TableArn
from ..aws.rules.regions import partition_of


class Use(str, Enum):
    """What somebody may use."""

    BACKUP = "backup"
    MANY = "many"
    TAGS = "tags"
    LIST = "list"
    CHECK = "check"
    CHECK_TAGS = "check-tags"
    WAIT = "wait"
    HOOKS = "hooks"
    DELETE = "delete"
    SWEEP = "sweep"
    RESTORE = "restore"
    SETTINGS = "settings"


class On(str, Enum):
    """What an action is allowed on, by the statement that it stands in."""

    TABLES = "Tables"
    BACKUPS = "Backups"
    RESTORED = "RestoredTables"
    ALL = "All"


ITEM_ACTIONS: Final = tuple(
    # Nothing here calls them: AWS wants them allowed to whoever restores.
    f"dynamodb:{name}"
    for name in (
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "UpdateItem",
    )
)
Needs = Mapping[On, Sequence[Api]]
_TAKING: Final[Needs] = {
    On.TABLES: (Api.DESCRIBE_TABLE, Api.CREATE_BACKUP),
    On.BACKUPS: (Api.DESCRIBE_BACKUP,),
}
_SETTINGS_READ: Final = (
    Api.DESCRIBE_TABLE,
    Api.DESCRIBE_TIME_TO_LIVE,
    Api.DESCRIBE_CONTINUOUS_BACKUPS,
)
NEEDS: Final[Mapping[Use, Needs]] = {
    Use.BACKUP: _TAKING,
    Use.MANY: {**_TAKING, On.ALL: (Api.LIST_TABLES, Api.LIST_BACKUPS)},
    Use.TAGS: {**_TAKING, On.ALL: (Api.GET_RESOURCES, Api.LIST_BACKUPS)},
    Use.LIST: {On.ALL: (Api.LIST_BACKUPS,)},
    Use.CHECK: {
        On.TABLES: (Api.DESCRIBE_TABLE,),
        On.ALL: (Api.LIST_TABLES, Api.LIST_BACKUPS),
    },
    Use.CHECK_TAGS: {
        On.TABLES: (Api.DESCRIBE_TABLE,),
        On.ALL: (Api.GET_RESOURCES, Api.LIST_BACKUPS),
    },
    Use.WAIT: {On.BACKUPS: (Api.DESCRIBE_BACKUP,)},
    Use.HOOKS: {**_TAKING, On.ALL: (Api.LIST_BACKUPS,)},
    Use.DELETE: {On.BACKUPS: (Api.DELETE_BACKUP,)},
    Use.SWEEP: {On.ALL: (Api.LIST_BACKUPS,), On.BACKUPS: (Api.DELETE_BACKUP,)},
    Use.RESTORE: {
        On.BACKUPS: (Api.DESCRIBE_BACKUP, Api.RESTORE_TABLE),
        On.RESTORED: (Api.DESCRIBE_TABLE, Api.RESTORE_TABLE),
    },
    Use.SETTINGS: {
        On.TABLES: (*_SETTINGS_READ, Api.LIST_TAGS),
        On.RESTORED: (
            *_SETTINGS_READ,
            Api.LIST_TAGS,
            Api.UPDATE_TABLE,
            Api.UPDATE_TIME_TO_LIVE,
            Api.UPDATE_CONTINUOUS_BACKUPS,
            Api.TAG_RESOURCE,
        ),
    },
}
_ANY: Final = "*"
_PARTITION_DEFAULT: Final = "aws"


@dataclass(frozen=True, slots=True)
class Where:
    """What the policy is narrowed to.

    Attributes:
        tables: Names or ARNs of the tables that are backed up; `*` and `?` stand for letters.
            Default: all.
        restored: Names of the tables that are made from backups. Default: all.
        account: Id of the account. Default: whichever has the policy.
        regions: Regions. Default: all.
    """

    tables: Sequence[str] = ()
    restored: Sequence[str] = ()
    account: str | None = None
    regions: Sequence[str] = ()

    def resources(self, on: On) -> list[str]:
        """The ARNs, as IAM has them, of what `on` stands for."""
        if on is On.ALL:  # these actions know no narrower resource
            return [_ANY]
        names = self.restored if on is On.RESTORED else self.tables
        tables = [arn for name in names or [_ANY] for arn in self._table_arns(name)]
        return [f"{arn}/backup/*" for arn in tables] if on is On.BACKUPS else tables

    def _table_arns(self, name: str) -> Iterator[str]:
        if TableArn.parse(name):
            yield name
            return
        for region in self.regions or [_ANY]:
            partition = partition_of(region) or _PARTITION_DEFAULT
            yield f"arn:{partition}:dynamodb:{region}:{self.account or _ANY}:table/{name}"


def document(uses: Iterable[Use], where: Where) -> dict[str, object]:
    """The policy that allows `uses`, as IAM takes it."""
    allowed: dict[On, set[str]] = {}
    for use in uses:
        for on, apis in NEEDS[use].items():
            allowed.setdefault(on, set()).update(api.action for api in apis)
        if use is Use.RESTORE:
            allowed[On.RESTORED].update(ITEM_ACTIONS)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": on.value,
                "Effect": "Allow",
                "Action": sorted(allowed[on]),
                "Resource": where.resources(on),
            }
            for on in On
            if on in allowed
        ],
    }
