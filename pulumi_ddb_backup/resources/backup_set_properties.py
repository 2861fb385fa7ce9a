"""The property bags of a `BackupSet`, read into records and written from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ..aws.fleet.records import FleetResult, Known, TableOutcome, by_table
from ..aws.fleet.requests import FleetRequest, TableRef
from ..aws.fleet.rules import SELECTING, listed
from ..aws.records import BackupRecord, BackupStatus
from ..aws.rules.arns import TableArn
from ..aws.rules.values import without_none
from .backup_properties import DEFAULTS
from .properties import (
    Inputs,
    changed_inputs,
    given_values,
    names_of,
    record_properties,
)
from .retention_output import rules_of, with_rules

# What a change of each input does.
REPLACES: Final = ("backup_name", "backup_name_prefix", "triggers")
SELECTS: Final = ("tables", "table_pattern", "exclude_pattern", "tags", "regions")
"""In place: what is new is backed up, what is out follows the deletion policy."""
UPDATES: Final = (
    "timeout",
    "deletion_policy",
    "retention",
    "all_or_nothing",
    "profile",
    "role_arn",
    "endpoint_url",
)
SET_DEFAULTS: Final[Mapping[str, Any]] = {**DEFAULTS, "all_or_nothing": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSetInputs(Inputs):
    """The inputs of a `BackupSet`, checked and with their defaults."""

    tables: Sequence[str] = ()
    table_pattern: Sequence[str] = ()
    exclude_pattern: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    backup_name: str | None = None
    backup_name_prefix: str | None = None
    all_or_nothing: bool = False

    @classmethod
    def of(cls, props: Mapping[str, Any]) -> BackupSetInputs:
        """The inputs in a bag that may hold outputs too."""
        given = given_values(cls, props)
        for key in ("tables", "table_pattern", "exclude_pattern", "regions"):
            given[key] = listed(given.get(key))
        return cls(**given)

    def request(self, urn: str | None, apart_from: frozenset[str] = frozenset()) -> FleetRequest:
        """The backups that these inputs ask for, on behalf of the resource `urn`."""
        owner = {"urn": urn} if urn and self.backup_name_prefix else None
        return FleetRequest(
            tables=self.tables,
            table_pattern=self.table_pattern,
            exclude_pattern=self.exclude_pattern,
            tags=self.tags,
            regions=self.regions,
            backup_name=self.backup_name,
            backup_name_prefix=self.backup_name_prefix,
            timeout_seconds=self.timeout,
            all_or_nothing=self.all_or_nothing,
            owner=owner,
            asked={"backup_name_prefix": self.backup_name_prefix, "triggers": self.triggers},
            apart_from=apart_from,
        )


SET_INPUTS: Final = names_of(BackupSetInputs)
SET_OUTPUTS: Final = (
    "backups",
    "failures",
    "table_count",
    "available_count",
    "total_size_bytes",
    "elapsed_seconds",
)


def input_properties(props: Mapping[str, Any]) -> dict[str, Any]:
    """Each input as it was given; None where it was left out."""
    given = {key: props.get(key) for key in SET_INPUTS}
    return {**given, "retention": with_rules(None, rules_of(props.get("retention")))}


def needs_default_region(given: Mapping[str, Any], inputs: BackupSetInputs) -> bool:
    """Whether tables are looked for where nothing but the environment says.

    Args:
        given: All inputs; of those that break a rule it counts that they are there.
        inputs: Those that break none.
    """
    if inputs.regions:
        return False
    broken = any(given.get(key) and not getattr(inputs, key) for key in SELECTING)
    return broken or inputs.request(None).looks_in_regions


def home_region(olds: Mapping[str, Any]) -> str | None:
    """The region in which a set looked for its tables, where the stack's own default said so then.

    That default may be another by now, which must not swap a set's tables for those of another region.
    """
    if listed(olds.get("regions")):
        return None
    arns = [TableArn.parse(table) for table in listed(olds.get("tables")) if isinstance(table, str)]
    by_arn = {TableRef(arn.region, arn.table) for arn in arns if arn}
    tables = [*(olds.get("backups") or ()), *(olds.get("failures") or ())]
    looked_in = {
        one["region"] for one in tables if TableRef(one["region"], one["table_name"]) not in by_arn
    }
    return looked_in.pop() if len(looked_in) == 1 else None


def result_outputs(result: FleetResult) -> dict[str, Any]:
    """What is known of each table, and the totals."""
    return {
        **_told(result.backups, [_failure(outcome) for outcome in result.failed]),
        "elapsed_seconds": result.elapsed_seconds,
    }


def looked_up_outputs(olds: Mapping[str, Any], seen: Sequence[TableOutcome]) -> dict[str, Any]:
    """The outputs after a look at the backups that there were.

    What is gone is a failure now, so that the next `up` takes it again.
    """
    before = known_backups(olds)
    there = [outcome.record for outcome in seen if outcome.record is not None]
    settled = {
        outcome.table
        for outcome in seen
        if outcome.record is None or _has_become_available(before[outcome.table], outcome.record)
    }
    gone = [
        {
            "table_name": outcome.table.table_name,
            "region": outcome.table.region,
            "error": f"Backup {before[outcome.table].backup_arn} is gone from AWS.",
        }
        for outcome in seen
        if outcome.record is None
    ]
    merged = [record.completed_from(before[table]) for table, record in by_table(there).items()]
    others = [
        failure
        for failure in olds.get("failures") or ()
        if TableRef(failure["region"], failure["table_name"]) not in settled
    ]
    return {**olds, **_told(merged, [*others, *gone])}


def _has_become_available(before: BackupRecord, now: BackupRecord) -> bool:
    return now.backup_status == BackupStatus.AVAILABLE != before.backup_status


def _told(backups: Sequence[BackupRecord], failures: list[dict[str, Any]]) -> dict[str, Any]:
    tables = {TableRef(one.region, one.table_name) for one in backups}
    tables |= {TableRef(one["region"], one["table_name"]) for one in failures}
    return {
        "backups": [without_none(record_properties(backup)) for backup in backups],
        "failures": failures,
        "table_count": sum(not table.is_region for table in tables),
        "available_count": sum(one.backup_status == BackupStatus.AVAILABLE for one in backups),
        "total_size_bytes": sum(one.backup_size_bytes or 0 for one in backups),
    }


def _failure(outcome: TableOutcome) -> dict[str, Any]:
    return {
        "table_name": outcome.table.table_name,
        "region": outcome.table.region,
        "error": str(outcome.error),
    }


def known_backups(outputs: Mapping[str, Any]) -> Known:
    """The backups in a set's outputs, by their tables."""
    return by_table(map(_record, outputs.get("backups") or ()))


def _record(properties: Mapping[str, Any]) -> BackupRecord:
    values = dict(properties)
    for key in ("backup_size_bytes", "table_size_bytes", "item_count"):
        if key in values:
            values[key] = int(values[key])  # the engine sends every number as a float
    moment = values.get("backup_creation_date_time")
    values["backup_creation_date_time"] = moment and datetime.fromisoformat(
        moment.replace("Z", "+00:00")
    )
    return BackupRecord(**values)


def set_replacing_changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The changed inputs for which all backups have to be taken anew."""
    return changed_inputs(REPLACES, olds, news, SET_DEFAULTS)


def selecting_changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The changed inputs that let tables in or out."""
    return [key for key in SELECTS if _as_chosen(olds.get(key)) != _as_chosen(news.get(key))]


def set_updating_changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The changed inputs that AWS need not be told of."""
    return changed_inputs(UPDATES, olds, news, SET_DEFAULTS)


def _as_chosen(value: Any) -> Any:
    """A selecting value as it counts: the order of a list does not, nor one thing or a list of it."""
    return value if isinstance(value, Mapping) and value else set(listed(value or None))


def is_incomplete(outputs: Mapping[str, Any]) -> bool:
    """Whether a table of the set had no AVAILABLE backup when it was looked at last."""
    backups = outputs.get("backups") or ()
    unfinished = [one for one in backups if one["backup_status"] != BackupStatus.AVAILABLE]
    return bool(outputs.get("failures") or unfinished)
