"""What JSON tells of regions that could not be searched, and of tables that were skipped."""

from __future__ import annotations

from collections.abc import Iterable

from ..aws.fleet.records import RegionalResult, TableOutcome
from .failures import as_json


def not_searched(result: RegionalResult) -> dict[str, object]:
    """The regions that could not be searched."""
    return {
        "failed": [as_json(error) for error in result.errors.values()],
        "skipped_regions": result.regions_skipped,
    }


def not_looked_at(result: RegionalResult) -> dict[str, object]:
    """The regions that could not be searched, and the tables that were skipped."""
    return not_searched(result) | {"skipped": skipped(result.skipped)}


def skipped(outcomes: Iterable[TableOutcome]) -> list[dict[str, str]]:
    """Tables that were found and are on their way out of AWS."""
    return [
        {
            "table_name": outcome.table.table_name,
            "region": outcome.table.region,
            "reason": outcome.skipped,
        }
        for outcome in outcomes
    ]
