"""Vaults and recovery points by their names and ARNs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..rules.arns import VaultArn as VaultArn

VAULT_NAME = r"[a-zA-Z0-9_-]{2,50}"
_REGION_ACCOUNT = r"(?P<region>[a-z0-9-]{1,63}):(?P<account>[0-9]{12})"
_POINT = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?:"
    rf"backup:{_REGION_ACCOUNT}:recovery-point:[a-zA-Z0-9-]{{1,64}}|"
    r"dynamodb:(?P<table_region>[a-z0-9-]{1,63}):(?P<table_account>[0-9]{12}):"
    r"table/[a-zA-Z0-9_.-]{3,255}/backup/[a-zA-Z0-9-]{1,64})"
)


def vault_name(vault: str) -> str:
    """The plain name of the vault that `vault` names or is the ARN of."""
    arn = VaultArn.parse(vault)
    return arn.vault if arn else vault


@dataclass(frozen=True, slots=True)
class RecoveryPointArn:
    """Where a recovery point is.

    With AWS Backup's advanced features for DynamoDB it is an ARN of AWS Backup's,
    `arn:aws:backup:REGION:ACCOUNT:recovery-point:ID`; without them that of a DynamoDB backup.
    """

    arn: str
    region: str
    account: str

    @classmethod
    def parse(cls, text: str) -> RecoveryPointArn | None:
        """The parts of a recovery point's ARN, or None when `text` is not one."""
        match = _POINT.fullmatch(text)
        if match is None:
            return None
        return cls(
            text,
            match["region"] or match["table_region"],
            match["account"] or match["table_account"],
        )

    @property
    def is_advanced(self) -> bool:
        """Whether AWS Backup manages it alone: only then can it have tags, cold storage and copies
        in other regions and accounts."""
        return ":backup:" in self.arn[:40]
