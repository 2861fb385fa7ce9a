"""Every rule that the inputs of a restore must meet before AWS is asked anything.

The limits are those of the AWS API reference of RestoreTableFromBackup, TagResource,
UpdateTimeToLive, UpdateContinuousBackups and UpdateTable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ..rules.arns import BackupArn, TableArn
from ..rules.regions import is_region
from ..rules.text import shown
from ..rules.validation import (
    NAME_MAX,
    NAME_MIN,
    TIMEOUT_MIN_SECONDS,
    Failure,
    Rules,
    a_backup_arn,
    a_flag,
    a_moment,
    a_name,
    a_region,
    a_table_name,
    a_timeout,
    broken_rules,
)
from ..rules.values import without_none
from .moments import PointInTime

RESTORE_TIMEOUT_MIN_SECONDS: Final = TIMEOUT_MIN_SECONDS
RESTORE_TIMEOUT_MAX_SECONDS: Final = 86400
RESTORE_TIMEOUT_DEFAULT_SECONDS: Final = 7200
FROM_SOURCE: Final = "source"
BILLING_MODES: Final = ("PROVISIONED", "PAY_PER_REQUEST")
STREAM_VIEW_TYPES: Final = ("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
TABLE_CLASSES: Final = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")
RECOVERY_PERIOD_MAX_DAYS: Final = 35
TTL_ATTRIBUTE_MAX: Final = 255
TAGS_MAX: Final = 50
TAG_KEY_MAX: Final = 128
TAG_VALUE_MAX: Final = 256
RESERVED_TAGS: Final = "aws:"
"""Tags that begin so are AWS's own: nobody else can set them."""


def _one_of(name: str, choices: Iterable[str], value: object) -> Iterator[str]:
    if value not in tuple(choices):
        yield f"{name} must be one of {', '.join(choices)} (got {shown(value)})"


def _whole(name: str, value: object, most: int | None = None) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        yield f"{name} must be a whole number from 1 on (got {shown(value)})"
    elif most is not None and value > most:
        yield f"{name} must be at most {most} (got {shown(value)})"


def _text(name: str, value: object, longest: int) -> Iterator[str]:
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        yield f"{name} must be a string of 1 to {longest} characters (got {shown(value)})"


def _indexes(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, (tuple, list)):
        yield f"{name} must be a list of index names (got {shown(value)})"
        return
    for index in value:
        yield from a_name(f"{name}: an index name", index, NAME_MIN, NAME_MAX)


def _tags(value: object) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"tags must be a mapping of strings to strings (got {shown(value)})"
        return
    if len(value) > TAGS_MAX:
        yield f"tags must be {TAGS_MAX} at most (got {len(value)})"
    for key, text in value.items():
        yield from _text("tags: a key", key, TAG_KEY_MAX)
        if isinstance(key, str) and key.lower().startswith(RESERVED_TAGS):
            yield f"tags: a key must not begin with {RESERVED_TAGS} (got {shown(key)})"
        if not isinstance(text, str) or len(text) > TAG_VALUE_MAX:
            yield (
                f"tags: a value must be a string of up to {TAG_VALUE_MAX} characters "
                f"(got {shown(text)})"
            )


def _point_in_time(value: object) -> Iterator[str]:
    if not isinstance(value, PointInTime):
        yield f"point_in_time must be a PointInTime (got {shown(value)})"
        return
    yield from a_table_name("point_in_time: table", value.table)
    if value.at is not None:
        yield from a_moment("point_in_time: at", value.at)


def _settings(value: object) -> Iterator[str]:
    if value != FROM_SOURCE:
        yield f'settings must be "{FROM_SOURCE}", TableSettings or None (got {shown(value)})'


_RULES: Final[Rules] = {
    "target_table_name": lambda value: a_name("target_table_name", value, NAME_MIN, NAME_MAX),
    "backup_arn": lambda value: a_backup_arn("backup_arn", value),
    "point_in_time": _point_in_time,
    "settings": _settings,
    "region": a_region,
    "billing_mode": lambda value: _one_of("billing_mode", BILLING_MODES, value),
    "read_capacity_units": lambda value: _whole("read_capacity_units", value),
    "write_capacity_units": lambda value: _whole("write_capacity_units", value),
    "local_indexes": lambda value: _indexes("local_indexes", value),
    "global_indexes": lambda value: _indexes("global_indexes", value),
    "kms_master_key_id": lambda value: _text("kms_master_key_id", value, 2048),
    "timeout": lambda value: a_timeout(value, RESTORE_TIMEOUT_MAX_SECONDS),
    "tags": _tags,
    "time_to_live_attribute": lambda value: _text(
        "time_to_live_attribute", value, TTL_ATTRIBUTE_MAX
    ),
    "stream_view_type": lambda value: _one_of("stream_view_type", STREAM_VIEW_TYPES, value),
    "point_in_time_recovery": lambda value: a_flag("point_in_time_recovery", value),
    "recovery_period_days": lambda value: _whole(
        "recovery_period_days", value, RECOVERY_PERIOD_MAX_DAYS
    ),
    "deletion_protection": lambda value: a_flag("deletion_protection", value),
    "table_class": lambda value: _one_of("table_class", TABLE_CLASSES, value),
}


def validate_restore(inputs: Mapping[str, object]) -> list[Failure]:
    """Check the inputs of a `RestoreRequest`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs, as `RestoreRequest.inputs` gives them. None is
            the same as leaving it out.
    """
    known = without_none(inputs)
    return [
        *(
            Failure(key, f"{key} is required and cannot be empty")
            for key in ("target_table_name",)
            if key not in known
        ),
        *_one_source(known),
        *broken_rules(_RULES, known),
        *_contradictions(known),
    ]


def validate_completion(inputs: Mapping[str, object]) -> list[Failure]:
    """Every failure of the inputs of `Backups.complete`, where `settings` is None for none."""
    arn = inputs.get("table_arn")
    is_arn = isinstance(arn, str) and TableArn.parse(arn) is not None
    reason = (
        "table_arn must be a table ARN of the form "
        f"arn:aws:dynamodb:REGION:ACCOUNT:table/NAME (got {shown(arn)})"
    )
    rest = {key: value for key, value in inputs.items() if key != "table_arn"}
    named = {**rest, "target_table_name": "table"}
    return [*([] if is_arn else [Failure("table_arn", reason)]), *validate_restore(named)]


def _one_source(known: Mapping[str, object]) -> Iterator[Failure]:
    both = "Give either the backup's ARN or a point in time"
    if "backup_arn" not in known and "point_in_time" not in known:
        yield Failure("backup_arn", f"backup_arn is required and cannot be empty. {both}")
    if "backup_arn" in known and "point_in_time" in known:
        yield Failure("point_in_time", f"backup_arn and point_in_time exclude each other. {both}")


def _contradictions(known: Mapping[str, object]) -> Iterator[Failure]:
    capacity = "read_capacity_units" in known or "write_capacity_units" in known
    if known.get("billing_mode") == "PROVISIONED" and not capacity:
        yield Failure(
            "provisioned_throughput",
            "provisioned_throughput is required with billing_mode PROVISIONED",
        )
    if known.get("billing_mode") == "PAY_PER_REQUEST" and capacity:
        yield Failure(
            "provisioned_throughput",
            "provisioned_throughput must be left out with billing_mode PAY_PER_REQUEST",
        )
    if "recovery_period_days" in known and not known.get("point_in_time_recovery"):
        yield Failure(
            "recovery_period_days",
            "recovery_period_days must be left out without point_in_time_recovery",
        )
    region, source = known.get("region"), _source_of(known)
    if source and isinstance(region, str) and is_region(region):
        yield from encryption_failures(source.region, region, known.get("sse_specification"))


def _source_of(known: Mapping[str, object]) -> BackupArn | TableArn | None:
    moment, backup_arn = known.get("point_in_time"), known.get("backup_arn")
    if isinstance(moment, PointInTime) and isinstance(moment.table, str):
        return moment.arn
    return BackupArn.parse(backup_arn) if isinstance(backup_arn, str) else None


def encryption_failures(source: str, target: str, given: object) -> Iterator[Failure]:
    """What is wrong unless a restore to another region says how the new table is encrypted.

    Args:
        source: The region of the backup or the source table.
        target: The region of the new table.
        given: The encryption that was asked for, or None.
    """
    if source != target and given is None:
        yield Failure(
            "sse_specification",
            f"sse_specification is required: the data is in region '{source}', and AWS restores to "
            f"another region ('{target}') only with the encryption said anew",
        )
