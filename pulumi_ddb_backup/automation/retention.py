"""What a `retention` did, as a run's result tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """What a resource's retention did when the resource's backup was taken.

    Attributes:
        kept: How many backups stay.
        kept_by_rule: How many each rule keeps. One backup can be kept by several.
        deleted: How many were deleted.
        deleted_arns: The ARNs of the first ten of them.
        failed: How many could not be deleted. The next backup tries again.
        failures: Why not, for the first ten.
        left_alone: How many were not considered, by reason, such as `other_owner`.
        note: Why the retention could not be applied at all, and nothing was deleted. Empty if it was
            applied.
    """

    kept: int = 0
    kept_by_rule: Mapping[str, int] = field(default_factory=dict)
    deleted: int = 0
    deleted_arns: tuple[str, ...] = ()
    failed: int = 0
    failures: tuple[str, ...] = ()
    left_alone: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def retention_result(output: Any) -> RetentionResult | None:
    """The result in the output `retention`. None if no rules have been applied yet."""
    if not isinstance(output, Mapping) or not {"kept", "note"}.intersection(output):
        return None
    return RetentionResult(
        kept=_whole(output.get("kept")),
        kept_by_rule=_counts(output.get("kept_by_rule")),
        deleted=_whole(output.get("deleted")),
        deleted_arns=_texts(output.get("deleted_arns")),
        failed=_whole(output.get("failed")),
        failures=_texts(output.get("failures")),
        left_alone=_counts(output.get("left_alone")),
        note=str(output.get("note", "")),
    )


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()


def _counts(value: Any) -> dict[str, int]:
    return {key: _whole(one) for key, one in value.items()} if isinstance(value, Mapping) else {}
