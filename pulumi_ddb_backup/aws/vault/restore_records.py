"""What goes into a restore of a recovery point, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .arns import vault_name
from .choices import VAULT_TIMEOUT_DEFAULT_SECONDS


@dataclass(frozen=True, slots=True)
class PointRestoreRequest:
    """A request to restore a recovery point to a new table.

    Attributes:
        target_table_name: The name of the table to make.
        recovery_point_arn: The recovery point's ARN, whose region is used.
        vault: Name or ARN of its vault.
        backup_role_arn: ARN of the IAM role that AWS Backup assumes.
        kms_key_arn: ARN of the KMS key to encrypt the table with. AWS needs one where the recovery point
            is in another region than its table was. Default: DynamoDB's own key.
        timeout_seconds: Time limit for the whole operation in seconds, 60 to 86400. Default: 7200.
    """

    target_table_name: str
    recovery_point_arn: str
    vault: str
    backup_role_arn: str
    kms_key_arn: str | None = None
    timeout_seconds: int = VAULT_TIMEOUT_DEFAULT_SECONDS

    @property
    def vault_name(self) -> str:
        """The vault's name."""
        return vault_name(self.vault)

    def inputs(self) -> Mapping[str, object]:
        """The values by the names that the rules know."""
        return {
            "target_table_name": self.target_table_name,
            "recovery_point_arn": self.recovery_point_arn,
            "vault": self.vault,
            "backup_role_arn": self.backup_role_arn,
            "kms_key_arn": self.kms_key_arn,
            "timeout": self.timeout_seconds,
        }


@dataclass(frozen=True, slots=True)
class PointRestore:
    """A table that was restored from a recovery point.

    Attributes:
        table_name: The table's name.
        table_arn: The table's ARN. None if AWS did not give it.
        recovery_point_arn: The recovery point that it was restored from.
        restore_job_id: The id of the restore job.
        region: The region of both.
        elapsed_seconds: How long the operation took in seconds.
    """

    table_name: str
    table_arn: str | None
    recovery_point_arn: str
    restore_job_id: str
    region: str
    elapsed_seconds: float | None = None
