"""What is said of a backup in a vault that is there."""

from __future__ import annotations

from ..rules.text import iso, readable_size
from .records import VaultBackupRecord


def final_line(record: VaultBackupRecord, how: str = "in {:.1f}s") -> str:
    """The last word on a backup; `how` says what its seconds are."""
    size = record.backup_size_bytes
    copies = len(record.copies)
    parts = [
        f"Backup of table '{record.table_name}' in vault '{record.vault_name}' is {record.job_state}",
        readable_size(size) if size is not None else "",
        f"{copies} {'copy' if copies == 1 else 'copies'}" if copies else "",
        f"deleted by AWS on {iso(record.delete_at)[:10]}" if record.delete_at else "",
        "not waited for" if record.under_way else how.format(record.elapsed_seconds or 0),
    ]
    told = ", ".join(part for part in parts if part)
    return f"{told}: {record.recovery_point_arn or f'job {record.backup_job_id}'}"
