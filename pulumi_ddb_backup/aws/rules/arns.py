"""The kinds of ARN that this product meets: a table's, an on-demand backup's, and a vault's."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTITION_REGION_ACCOUNT = (
    r"arn:(?P<partition>aws[a-z-]*):dynamodb:(?P<region>[a-z0-9-]{1,63}):(?P<account>[0-9]{12})"
)
_TABLE = r"table/(?P<table>[a-zA-Z0-9_.-]{3,255})"
_TABLE_ARN = re.compile(rf"{_PARTITION_REGION_ACCOUNT}:{_TABLE}")
_BACKUP_ARN = re.compile(
    rf"{_PARTITION_REGION_ACCOUNT}:{_TABLE}/backup/(?P<backup>[a-zA-Z0-9-]{{1,64}})"
)
_VAULT_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):backup:(?P<region>[a-z0-9-]{1,63}):(?P<account>[0-9]{12})"
    r":backup-vault:(?P<vault>[a-zA-Z0-9_-]{2,50})"
)


@dataclass(frozen=True, slots=True)
class TableArn:
    """The parts of `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`."""

    arn: str
    partition: str
    region: str
    account: str
    table: str

    @classmethod
    def parse(cls, text: str) -> TableArn | None:
        """The parts of a table ARN, or None when `text` is not one."""
        match = _TABLE_ARN.fullmatch(text)
        return cls(text, **match.groupdict()) if match else None


def plain_name(table: str) -> str:
    """The plain name of the table that `table` names or is the ARN of."""
    arn = TableArn.parse(table)
    return arn.table if arn else table


@dataclass(frozen=True, slots=True)
class BackupArn:
    """The parts of `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/backup/ID`."""

    arn: str
    partition: str
    region: str
    account: str
    table: str
    backup: str

    @classmethod
    def parse(cls, text: str) -> BackupArn | None:
        """The parts of a backup ARN, or None when `text` is not one."""
        match = _BACKUP_ARN.fullmatch(text)
        return cls(text, **match.groupdict()) if match else None

    @property
    def table_arn(self) -> str:
        """The ARN of the table that was backed up."""
        return self.arn.partition("/backup/")[0]


@dataclass(frozen=True, slots=True)
class VaultArn:
    """The parts of `arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME`."""

    arn: str
    partition: str
    region: str
    account: str
    vault: str

    @classmethod
    def parse(cls, text: str) -> VaultArn | None:
        """The parts of a backup vault's ARN, or None when `text` is not one."""
        match = _VAULT_ARN.fullmatch(text)
        return cls(text, **match.groupdict()) if match else None
