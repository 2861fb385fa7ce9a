"""What a plan of AWS Backup may be asked for: pure, without a call.

The limits are those of AWS Backup's API reference, as botocore's model has them:
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..rules.arns import VaultArn
from ..rules.expressions import a_cron
from ..rules.numbers import a_count
from ..rules.program_names import a_resource_name
from ..rules.tables import a_list_of_tables
from ..rules.text import kind_of, shown
from ..rules.validation import Failure
from ..rules.values import without_none
from ..rules.zones import a_timezone
from .lock import broken_lock, of_lock

DAYS_MAX: Final = 36_500
COLD_DAYS_MIN: Final = 90
"""How long AWS keeps in cold storage what has gone there, at least."""
TABLES_MAX: Final = 500
START_WINDOW_MINUTES: Final = (60, 52_560_000)
ON_DESTROY: Final = ("keep", "delete_if_empty", "delete_with_backups")
ON_DESTROY_DEFAULT: Final = "keep"
_TAG_KEY_MAX, _TAG_VALUE_MAX = 128, 256


def validate_plan(inputs: Mapping[str, object]) -> list[Failure]:
    """Check the inputs of a `BackupPlan`, and report every broken rule at once.

    Args:
        inputs: The values by the names of the inputs. A table, or an ARN in `copy_to`, that is None is
            not known yet.
    """
    given = without_none(inputs)
    rules = given.get("rules")
    reasons: dict[str, Iterator[str]] = {
        "resource_name": a_resource_name(given.get("resource_name")),
        "tables": _selection(given),
        "rules": _rules(rules),
        "lock": broken_lock(given),
        "on_destroy": _on_destroy(given),
        "restore_testing_schedule": _restore_testing(given.get("restore_testing_schedule")),
    }
    failures = [Failure(name, reason) for name, found in reasons.items() for reason in found]
    lock = given.get("lock")
    if not failures and isinstance(lock, Mapping) and isinstance(rules, (list, tuple)):
        failures += [Failure("rules", reason) for reason in of_lock(lock, rules)]
    return failures


def _restore_testing(schedule: object) -> Iterator[str]:
    if schedule is not None:
        yield from a_cron("restore_testing_schedule", schedule)


def _selection(given: Mapping[str, Any]) -> Iterator[str]:
    if ("tables" in given) == ("tags" in given):
        both = "got both" if "tables" in given else "got neither"
        yield f"tables or tags must say what is backed up, exactly one of the two ({both})"
        return
    if "tables" in given:
        yield from a_list_of_tables("tables", given["tables"], TABLES_MAX)
        return
    tags = given["tags"]
    if not isinstance(tags, Mapping) or not tags:
        yield f"tags must be a mapping of at least one tag and its value (got {shown(tags)})"
        return
    for key, value in tags.items():
        if not isinstance(key, str) or not 1 <= len(key) <= _TAG_KEY_MAX:
            yield f"tags must have keys of 1 to {_TAG_KEY_MAX} characters (got {shown(key)})"
        if not isinstance(value, str) or len(value) > _TAG_VALUE_MAX:
            yield (
                f"tags must have strings of up to {_TAG_VALUE_MAX} characters as values "
                f"(got {shown(value)} for {shown(key)})"
            )


def _rules(rules: object) -> Iterator[str]:
    if not isinstance(rules, (list, tuple)) or not rules:
        yield f"rules must be a list of at least one rule (got {shown(rules)})"
        return
    for at, rule in enumerate(rules):
        where = f"rules[{at}]"
        if isinstance(rule, Mapping):
            yield from _rule(where, without_none(rule))
        else:
            yield (
                f"{where} must be a mapping such as "
                f'{{"schedule": "cron(0 3 * * ? *)", "delete_after_days": 35}} (got {kind_of(rule)})'
            )


_RULE: Final[Mapping[str, Callable[[str, Any], Iterator[str]]]] = {
    "schedule": a_cron,
    "timezone": a_timezone,
    "delete_after_days": lambda name, value: a_count(name, value, 1, DAYS_MAX, "days"),
    "cold_after_days": lambda name, value: a_count(name, value, 1, DAYS_MAX, "days"),
    "start_window_minutes": lambda name, value: a_count(
        name, value, *START_WINDOW_MINUTES, "minutes"
    ),
    "completion_window_minutes": lambda name, value: a_count(
        name, value, *START_WINDOW_MINUTES, "minutes"
    ),
    "copy_to": lambda name, value: _copies(name, value),
}
"""What a rule may have, and what is wrong with each."""


def _rule(where: str, rule: Mapping[str, Any]) -> Iterator[str]:
    for key in rule.keys() - _RULE.keys():
        known = ", ".join(_RULE)
        yield f"{where} must have nothing but {known} (got {shown(key)})"
    if "schedule" not in rule:
        yield f"{where} must have a schedule, such as cron(0 3 * * ? *) (got none)"
    broken = [
        reason
        for key, check in _RULE.items()
        if key in rule
        for reason in check(f"{where}.{key}", rule[key])
    ]
    yield from broken
    if not broken:
        yield from _lifecycle(where, rule)
        yield from _windows(where, rule)


def _lifecycle(where: str, rule: Mapping[str, Any]) -> Iterator[str]:
    cold, gone = rule.get("cold_after_days"), rule.get("delete_after_days")
    if cold is not None and gone is not None and gone < cold + COLD_DAYS_MIN:
        yield (
            f"{where}.delete_after_days must be at least {int(cold) + COLD_DAYS_MIN}, since AWS keeps a "
            f"backup in cold storage for {COLD_DAYS_MIN} days and it goes there after {int(cold)} "
            f"(got {int(gone)})"
        )


def _windows(where: str, rule: Mapping[str, Any]) -> Iterator[str]:
    start, whole = rule.get("start_window_minutes"), rule.get("completion_window_minutes")
    least = (start or START_WINDOW_MINUTES[0]) + 60
    if start is not None and whole is not None and whole < least:
        yield (
            f"{where}.completion_window_minutes must be at least {int(least)}, an hour more than "
            f"start_window_minutes (got {int(whole)})"
        )


def a_vault_arn(name: str, value: object) -> Iterator[str]:
    """What is wrong with the ARN of a vault in the input `name`."""
    if not isinstance(value, str) or VaultArn.parse(value) is None:
        yield (
            f"{name} must be the ARN of a backup vault, of the form "
            f"arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME (got {shown(value, 200)})"
        )


def _copies(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, (list, tuple)):
        yield f"{name} must be a list of ARNs of backup vaults (got {kind_of(value)})"
        return
    for at, one in enumerate(value):
        if one is not None:
            yield from a_vault_arn(f"{name}[{at}]", one)
    for arn, count in Counter(one for one in value if isinstance(one, str)).items():
        if count > 1:
            yield f"{name} must have each vault once (got {shown(arn, 200)} {count} times)"


def _on_destroy(given: Mapping[str, Any]) -> Iterator[str]:
    value = given.get("on_destroy", ON_DESTROY_DEFAULT)
    if value not in ON_DESTROY:
        yield (
            f"on_destroy must be {', '.join(map(repr, ON_DESTROY[:-1]))} or {ON_DESTROY[-1]!r} "
            f"(got {shown(value)})"
        )
    lock = given.get("lock")
    if (
        value == "delete_with_backups"
        and isinstance(lock, Mapping)
        and lock.get("mode") == "compliance"
    ):
        yield (
            'on_destroy must not be "delete_with_backups" with a compliance lock: nobody can delete '
            "these backups before their time"
        )
