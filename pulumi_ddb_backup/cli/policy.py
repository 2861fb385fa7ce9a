"""What an identity must be allowed for what somebody uses, and not one action more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ..aws.calls.rate import Api
from ..aws.rules.arns import TableArn
from ..aws.rules.regions import partition_of


class On(str, Enum):
    """What an action is allowed on, by the statement that it stands in."""

    TABLES = "Tables"
    BACKUPS = "Backups"
    RESTORED = "RestoredTables"
    VAULTS = "Vaults"
    POINTS = "RecoveryPoints"
    PASSED = "RolePassedToAWSBackup"
    ALL = "All"


Needs = Sequence[tuple[On, Sequence[str]]]


def _need(on: On, *apis: Api) -> tuple[On, Sequence[str]]:
    return on, [api.action for api in apis]


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
_LISTING: Final = _need(On.ALL, Api.LIST_BACKUPS)
_TAKING: Final[Needs] = (
    _need(On.TABLES, Api.DESCRIBE_TABLE, Api.CREATE_BACKUP),
    _need(On.BACKUPS, Api.DESCRIBE_BACKUP),
)
_CHECKING: Final[Needs] = (_need(On.TABLES, Api.DESCRIBE_TABLE), _LISTING)
_BY_PATTERN: Final = _need(On.ALL, Api.LIST_TABLES)
_BY_TAG: Final = _need(On.ALL, Api.GET_RESOURCES)
_RESTORING: Final[Needs] = (
    _need(On.BACKUPS, Api.DESCRIBE_BACKUP, Api.RESTORE_TABLE),
    _need(On.RESTORED, Api.DESCRIBE_TABLE, Api.RESTORE_TABLE),
    (On.RESTORED, ITEM_ACTIONS),
)
_RESTORING_MOMENT: Final[Needs] = (
    _need(On.TABLES, Api.DESCRIBE_TABLE, Api.DESCRIBE_CONTINUOUS_BACKUPS, Api.RESTORE_TO_MOMENT),
    _need(On.RESTORED, Api.DESCRIBE_TABLE, Api.RESTORE_TO_MOMENT),
    (On.RESTORED, ITEM_ACTIONS),
)
_SETTINGS_READ: Final = (
    Api.DESCRIBE_TABLE,
    Api.DESCRIBE_TIME_TO_LIVE,
    Api.DESCRIBE_CONTINUOUS_BACKUPS,
    Api.LIST_TAGS,
)
_OF_JOBS: Final = (
    Api.DESCRIBE_REGION_SETTINGS,
    Api.DESCRIBE_BACKUP_JOB,
    Api.LIST_BACKUP_JOBS,
    Api.DESCRIBE_COPY_JOB,
    Api.LIST_COPY_JOBS,
    Api.DESCRIBE_RESTORE_JOB,
)
_OF_POINTS: Final = (
    Api.DESCRIBE_RECOVERY_POINT,
    Api.DELETE_RECOVERY_POINT,
    Api.LIST_POINT_TAGS,
    Api.TAG_POINT,
    Api.START_COPY_JOB,
    Api.START_RESTORE_JOB,
)
_SETTINGS_SET: Final = (
    Api.UPDATE_TABLE,
    Api.UPDATE_TIME_TO_LIVE,
    Api.UPDATE_CONTINUOUS_BACKUPS,
    Api.TAG_RESOURCE,
)
_SETTINGS: Final[Needs] = (
    _need(On.TABLES, *_SETTINGS_READ),
    _need(On.RESTORED, *_SETTINGS_READ, *_SETTINGS_SET),
)


@dataclass(frozen=True, slots=True)
class Use:
    """What somebody may use: a row of the one table of permissions.

    Attributes:
        name: The name of its option.
        help: What it is, as the option's help.
        needs: What has to be allowed for it.
    """

    name: str
    help: str
    needs: Needs


USES: Final = (
    Use("backup", "Back up tables by name or ARN.", _TAKING),
    Use(
        "many",
        "Back up tables by pattern, or with --all-or-nothing.",
        (*_TAKING, _BY_PATTERN, _LISTING),
    ),
    Use("tags", "Back up tables by tag.", (*_TAKING, _BY_TAG, _LISTING)),
    Use(
        "list",
        "List and look up backups. Also finds a backup again after AWS's answer was lost.",
        (_LISTING,),
    ),
    Use("check", "Check tables by name or pattern.", (*_CHECKING, _BY_PATTERN)),
    Use("check-tags", "Check tables by tag.", (*_CHECKING, _BY_TAG)),
    Use(
        "wait",
        "Wait for backups and show them.",
        (_need(On.BACKUPS, Api.DESCRIBE_BACKUP), _LISTING),
    ),
    Use("latest", "Find a table's newest backup, for --latest of show and restore.", _CHECKING),
    Use("hooks", "The hooks of a Pulumi program.", (*_TAKING, _LISTING)),
    Use(
        "compare",
        "Compare tables.",
        (_need(On.TABLES, Api.DESCRIBE_TABLE, Api.SCAN, Api.BATCH_GET_ITEM),),
    ),
    Use(
        "delete",
        'Delete backups, also by deletion_policy="delete".',
        (_need(On.BACKUPS, Api.DELETE_BACKUP, Api.DESCRIBE_BACKUP),),
    ),
    Use("sweep", "Sweep backups.", (_need(On.BACKUPS, Api.DELETE_BACKUP), _LISTING)),
    Use(
        "prune",
        "Prune backups, also by retention= and by --keep-last and the like of backup.",
        (
            _need(On.TABLES, Api.DESCRIBE_TABLE),
            _need(On.BACKUPS, Api.DELETE_BACKUP),
            _BY_PATTERN,
            _LISTING,
        ),
    ),
    Use(
        "vault",
        "Back tables up into vaults of AWS Backup, copy, list, delete and restore the recovery points.",
        (
            _need(On.TABLES, Api.DESCRIBE_TABLE),
            _need(On.RESTORED, Api.DESCRIBE_TABLE),
            _need(On.ALL, *_OF_JOBS),
            _need(On.VAULTS, Api.DESCRIBE_VAULT, Api.START_BACKUP_JOB, Api.LIST_RECOVERY_POINTS),
            _need(On.POINTS, *_OF_POINTS),
            (On.PASSED, ("iam:PassRole",)),
        ),
    ),
    Use("prices", "Fetch prices from AWS.", (_need(On.ALL, Api.GET_PRODUCTS),)),
    Use("restore", "Restore with --without-settings.", _RESTORING),
    Use(
        "settings",
        "Restore with the settings of the table that was backed up; includes --restore.",
        (*_RESTORING, *_SETTINGS),
    ),
    Use(
        "point-in-time",
        "Restore tables to a point in time (--at), with their settings.",
        (*_RESTORING_MOMENT, *_SETTINGS),
    ),
)
"""Everything there is to use: `iam-policy` has an option for each row, and no other list."""
_ANY: Final = "*"
_BACKUPS_OWN: Final[Mapping[On, str]] = {
    On.VAULTS: "backup-vault",
    On.POINTS: "recovery-point",
}
_CONDITIONS: Final[Mapping[On, Mapping[str, object]]] = {
    On.PASSED: {
        "Condition": {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}},
    },
}
_PARTITION_DEFAULT: Final = "aws"


@dataclass(frozen=True, slots=True)
class Where:
    """What the policy is narrowed to.

    Attributes:
        tables: Names or ARNs of the tables that are backed up; `*` and `?` are wildcards.
            Default: all.
        restored: Names of the tables that are made from backups. Default: all.
        account: Id of the account. Default: any.
        regions: Regions. Default: all.
    """

    tables: Sequence[str] = ()
    restored: Sequence[str] = ()
    account: str | None = None
    regions: Sequence[str] = ()

    def resources(self, on: On) -> list[str]:
        """The ARNs, as IAM has them, of what `on` stands for."""
        if on is On.ALL:  # these actions can't be narrowed to a resource
            return [_ANY]
        if on in _BACKUPS_OWN:
            kind = _BACKUPS_OWN[on]
            return [
                f"arn:{partition_of(region) or _PARTITION_DEFAULT}:backup:{region}:"
                f"{self.account or _ANY}:{kind}:*"
                for region in self.regions or [_ANY]
            ]
        if on is On.PASSED:
            return [f"arn:{_PARTITION_DEFAULT}:iam::{self.account or _ANY}:role/*"]
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
        for on, actions in use.needs:
            allowed.setdefault(on, set()).update(actions)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": on.value,
                "Effect": "Allow",
                "Action": sorted(allowed[on]),
                "Resource": where.resources(on),
                **_CONDITIONS.get(on, {}),
            }
            for on in On
            if on in allowed
        ],
    }
