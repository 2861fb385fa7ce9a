"""The decision: which of one owner's backups of one table stay, and why. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from ..records import BackupSummary
from ..rules.zones import zone
from .records import Decision, Kept, Reason, Retention


def _hour(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:00 %z")  # with the offset: an hour comes twice in autumn


def _iso_week(moment: datetime) -> str:
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


_PERIODS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "keep_hourly": _hour,
    "keep_daily": lambda moment: moment.strftime("%Y-%m-%d"),
    "keep_weekly": _iso_week,
    "keep_monthly": lambda moment: moment.strftime("%Y-%m"),
    "keep_yearly": lambda moment: moment.strftime("%Y"),
}
"""What a rule keeps the newest of."""


def decide(
    candidates: Iterable[BackupSummary],
    retention: Retention,
    protected: Collection[str] = frozenset(),
) -> Decision:
    """Which backups stay and which may go.

    The order of `candidates` does not matter: the newest is the one that AWS created last, and of two
    created in one second the one whose ARN sorts last.

    Args:
        candidates: Backups that may be deleted, of one owner and one table, each with its time.
        retention: What is kept; `rules.validate_retention` has nothing to say of it.
        protected: ARNs that stay whatever the rules say, such as that of a resource's own backup.
    """
    newest_first = sorted(candidates, key=age_order, reverse=True)
    reasons: dict[str, list[Reason]] = defaultdict(list)
    for arn, reason in _reasons(newest_first, retention):
        reasons[arn].append(reason)
    for backup in newest_first:
        if backup.backup_arn in protected:
            reasons[backup.backup_arn].append(Reason("protected"))
    return Decision(
        [
            Kept(backup, reasons[backup.backup_arn])
            for backup in newest_first
            if backup.backup_arn in reasons
        ],
        [backup for backup in newest_first if backup.backup_arn not in reasons],
    )


def _reasons(
    newest_first: Sequence[BackupSummary], retention: Retention
) -> Iterator[tuple[str, Reason]]:
    where = zone(retention.timezone)
    local = [_created(backup).astimezone(where) for backup in newest_first]
    yield from _last(newest_first, retention)
    for rule, period_of in _PERIODS.items():
        periods = [period_of(moment) for moment in local]
        yield from _newest_of_each(newest_first, periods, rule, getattr(retention, rule))
    yield from _within(newest_first, retention)


def _last(
    newest_first: Sequence[BackupSummary], retention: Retention
) -> Iterator[tuple[str, Reason]]:
    for backup in newest_first[: retention.keep_last]:
        yield backup.backup_arn, Reason("keep_last")


def _newest_of_each(
    newest_first: Sequence[BackupSummary], periods: Sequence[str], rule: str, most: int
) -> Iterator[tuple[str, Reason]]:
    kept = 0
    for index, (backup, period) in enumerate(zip(newest_first, periods, strict=True)):
        if kept == most:
            return
        is_newest = index == 0 or periods[index - 1] != period
        is_oldest = index == len(newest_first) - 1
        if is_newest or is_oldest:
            kept += 1
            yield backup.backup_arn, Reason(rule, period, oldest=not is_newest)


def _within(
    newest_first: Sequence[BackupSummary], retention: Retention
) -> Iterator[tuple[str, Reason]]:
    if retention.keep_within is None or not newest_first:
        return
    since = _created(newest_first[0]) - retention.keep_within
    for backup in newest_first:
        if _created(backup) >= since:
            yield backup.backup_arn, Reason("keep_within")


def age_order(backup: BackupSummary) -> tuple[datetime, str]:
    """The key by which backups are in the order of their times, each with one; ties go by ARN."""
    return _created(backup), backup.backup_arn


def _created(backup: BackupSummary) -> datetime:
    created = backup.backup_creation_date_time
    assert created is not None  # `rules.left_alone` leaves out what has none
    return created
