"""The lock of a vault: what it may be, and which rules of a plan fit it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..rules.numbers import a_count
from ..rules.text import shown
from ..rules.values import without_none

RETENTION_DAYS_MAX: Final = 36_500
COOLING_OFF_DAYS: Final = (3, 36_500)
"""How long a compliance lock can still be taken back, from the least to the most."""
MODES: Final = ("governance", "compliance")
_KEYS: Final = ("mode", "min_retention_days", "max_retention_days", "changeable_for_days")


def broken_lock(given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the inputs `lock` and `compliance_lock_final_after_days`."""
    final = given.get("compliance_lock_final_after_days")
    lock = given.get("lock")
    if lock is None:
        if final is not None:
            yield (
                "compliance_lock_final_after_days must be left out without a compliance lock "
                f"(got {shown(final)})"
            )
        return
    if not isinstance(lock, Mapping):
        yield f'lock must be a mapping such as {{"mode": "governance"}} (got {shown(lock)})'
        return
    known = without_none(lock)
    for key in known.keys() - set(_KEYS):
        yield f"lock must have nothing but {', '.join(_KEYS)} (got {shown(key)})"
    mode = known.get("mode")
    if mode not in MODES:
        yield f'lock.mode must be "governance" or "compliance" (got {shown(mode)})'
    yield from _days(known)
    if mode == "compliance":
        yield from _compliance(known, final)
    elif mode == "governance":
        yield from _governance(known, final)


def _days(lock: Mapping[str, Any]) -> Iterator[str]:
    least, most = lock.get("min_retention_days"), lock.get("max_retention_days")
    broken: list[str] = []
    for key, value in (("min_retention_days", least), ("max_retention_days", most)):
        if value is not None:
            broken += a_count(f"lock.{key}", value, 1, RETENTION_DAYS_MAX, "days")
    yield from broken
    if least is None and most is None:
        yield "lock must have min_retention_days, max_retention_days or both (got neither)"
    elif not broken and least is not None and most is not None and most < least:
        yield (
            f"lock.max_retention_days must be at least min_retention_days, {int(least)} "
            f"(got {int(most)})"
        )


def _governance(lock: Mapping[str, Any], final: object) -> Iterator[str]:
    if "changeable_for_days" in lock:
        yield (
            "lock.changeable_for_days must be left out of a governance lock, which can be changed at "
            f"any time (got {shown(lock['changeable_for_days'])})"
        )
    if final is not None:
        yield (
            "compliance_lock_final_after_days must be left out with a governance lock "
            f"(got {shown(final)})"
        )


def _compliance(lock: Mapping[str, Any], final: object) -> Iterator[str]:
    days = lock.get("changeable_for_days")
    broken = list(a_count("lock.changeable_for_days", days, *COOLING_OFF_DAYS, "days"))
    yield from broken
    if not broken and final != days:
        yield (
            f"compliance_lock_final_after_days must be {int(days)}, like lock.changeable_for_days. "  # type: ignore[arg-type]  # a count
            "From then on nobody, not even AWS, can remove the lock or delete a backup before its time, "
            f"and each is on the bill until then (got {shown(final)})"
        )


def of_lock(lock: Mapping[str, Any], rules: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Which rules make backups that the lock would not let into the vault. AWS fails such jobs."""
    least, most = lock.get("min_retention_days"), lock.get("max_retention_days")
    for at, rule in enumerate(rules):
        days = rule.get("delete_after_days")
        where = f"rules[{at}].delete_after_days"
        if least is not None and days is not None and days < least:
            yield (
                f"{where} must be at least {int(least)}, the lock's min_retention_days: AWS fails every "
                f"job with less (got {int(days)})"
            )
        if most is not None and (days is None or days > most):
            got = "none, which is for ever" if days is None else int(days)
            yield (
                f"{where} must be at most {int(most)}, the lock's max_retention_days: AWS fails every "
                f"job with more (got {got})"
            )
