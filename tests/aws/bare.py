"""Answers that hold nothing but what AWS has never been seen to leave out."""

from __future__ import annotations

from typing import Any

MAY_BE_MISSING = frozenset(
    {
        "BackupExpiryDateTime",
        "BackupSizeBytes",
        "BackupType",
        "BillingMode",
        "BillingModeSummary",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "ItemCount",
        "LocalSecondaryIndexes",
        "SourceTableFeatureDetails",
        "TableClassSummary",
        "TableId",
        "TableSizeBytes",
        "WarmThroughput",
    }
)


def bare(content: Any) -> Any:
    """`content` without what may be missing, at any depth."""
    if isinstance(content, dict):
        return {key: bare(value) for key, value in content.items() if key not in MAY_BE_MISSING}
    return [bare(item) for item in content] if isinstance(content, list) else content
