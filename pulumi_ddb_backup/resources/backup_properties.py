"""The property bags of a `Backup`, read into records and written from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..aws.records import BackupRecord, BackupRequest, BackupStatus
from ..aws.rules import naming
from ..aws.rules.arns import BackupArn, TableArn, plain_name
from ..aws.rules.validation import DELETION_POLICY_DEFAULT, TIMEOUT_DEFAULT_SECONDS
from .properties import Inputs, changed_inputs, names_of, with_inputs

# What a change of each input does. The engine's own keys, and outputs, are in neither.
REPLACES: Final = (
    "table_name",
    "backup_name",
    "backup_name_prefix",
    "region",
    "triggers",
    "existing_backup_arn",
)
UPDATES: Final = (
    "timeout",
    "deletion_policy",
    "retention",
    "profile",
    "role_arn",
    "endpoint_url",
)
DEFAULTS: Final[Mapping[str, Any]] = {
    "timeout": TIMEOUT_DEFAULT_SECONDS,
    "deletion_policy": DELETION_POLICY_DEFAULT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupInputs(Inputs):
    """The inputs of a `Backup`, checked and with their defaults."""

    table_name: str = ""
    backup_name: str | None = None
    backup_name_prefix: str | None = None
    region: str | None = None
    existing_backup_arn: str | None = None

    @property
    def arn_region(self) -> str | None:
        """The region in the table's or the existing backup's ARN, where one was given."""
        arn = BackupArn.parse(self.existing_backup_arn or "") or TableArn.parse(self.table_name)
        return arn.region if arn else None

    def request(self, urn: str | None, apart_from: frozenset[str] = frozenset()) -> BackupRequest:
        """The backup that these inputs ask for, on behalf of the resource `urn`."""
        return BackupRequest(
            table_name=self.table_name,
            backup_name=self.backup_name,
            backup_name_prefix=self.backup_name_prefix,
            timeout_seconds=self.timeout,
            identity=self._identity(urn) if urn and self.backup_name_prefix else None,
            apart_from=apart_from,
        )

    def _identity(self, urn: str) -> str:
        return naming.identity(
            {"urn": urn},
            {
                "table": plain_name(self.table_name),
                "backup_name_prefix": self.backup_name_prefix,
                "region": self.region or self.arn_region,
                "triggers": self.triggers,
            },
        )


INPUTS: Final = names_of(BackupInputs)
OUTPUTS: Final = names_of(BackupRecord)


def replacing_changes(id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The changed inputs for which another backup is needed.

    Only what is given explicitly is compared, except for triggers: leaving out a region must not
    replace a backup because of the machine's default one.
    """
    if news.get("existing_backup_arn") == id_:
        return []  # it is the very backup asked for: replacing it could delete it
    return [key for key in REPLACES if _is_replaced(key, id_, olds, news)]


def _is_replaced(key: str, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    old, new = olds.get(key), news.get(key)
    if key == "triggers":
        return (old or {}) != (new or {})
    if new is None:
        return False
    if key == "table_name":
        arn = BackupArn.parse(id_)
        return arn is not None and new not in (arn.table, arn.table_arn)
    return bool(old != new)


def updating_changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The changed inputs that AWS need not be told of."""
    return changed_inputs((*UPDATES, "triggers"), olds, news, DEFAULTS)


def with_new_inputs(olds: Mapping[str, Any], inputs: BackupInputs) -> dict[str, Any]:
    """The old outputs with the inputs as they are given now, where AWS knows no better."""
    return with_inputs(olds, inputs, but=OUTPUTS)


def is_unfinished(outputs: Mapping[str, Any]) -> bool:
    """Whether the backup was not AVAILABLE when it was looked at last."""
    return bool(outputs.get("backup_status") != BackupStatus.AVAILABLE)
