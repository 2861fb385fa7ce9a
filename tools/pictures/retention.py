"""docs/pictures/retention.svg: what 7 daily, 4 weekly and 12 monthly backups leave of two years of daily ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Final
from xml.sax.saxutils import escape

from pulumi_ddb_backup.aws.records import BackupSummary
from pulumi_ddb_backup.aws.retention.decision import decide
from pulumi_ddb_backup.aws.retention.records import Retention

RETENTION: Final = Retention(keep_daily=7, keep_weekly=4, keep_monthly=12)
NEWEST: Final = date(2026, 6, 17)
DAYS: Final = 730
WIDTH: Final = 460
LEFT: Final = 80
TOP: Final = 174
CELL: Final = 12
ROW: Final = 17
RULES: Final[Mapping[str, str]] = {
    "keep_daily": "the newest of each of 7 days",
    "keep_weekly": "the newest of each of 4 weeks",
    "keep_monthly": "the newest of each of 12 months",
}
"""The rules of `RETENTION`, and what each keeps. A backup has the mark of the first that keeps it."""


def kept() -> Mapping[date, Sequence[str]]:
    """The days whose backup stays, each with the rules that keep it."""
    decision = decide((_backup(NEWEST - timedelta(days=ago)) for ago in range(DAYS)), RETENTION)
    return {
        one.backup.backup_creation_date_time.date(): [reason.rule for reason in one.reasons]
        for one in decision.kept
        if one.backup.backup_creation_date_time is not None
    }


def svg() -> str:
    """The whole picture: a row for each month, a mark for each day."""
    stays = kept()
    months = _months()
    height = TOP + len(months) * ROW + 14
    parts = [
        f'<text class="key" x="18" y="54">{DAYS} daily backups: {len(stays)} are kept</text>',
        *(
            f'{_mark(rule, 24, 78 + 22 * at)}<text x="42" y="{83 + 22 * at}">{escape(_told(rule, stays))}</text>'
            for at, rule in enumerate(RULES)
        ),
        f'{_mark("", 24, 144)}<text x="42" y="149">deleted</text>',
    ]
    for row, (year, month) in enumerate(months):
        y = TOP + row * ROW
        name = date(year, month, 1).strftime("%b %Y" if month == 1 or row == 0 else "%b")
        parts.append(f'<text class="month" x="{LEFT - 10}" y="{y + 5}">{name}</text>')
        parts += [
            _mark(stays.get(day, [""])[0], LEFT + (day.day - 1) * CELL, y)
            for day in _days_of(year, month)
        ]
    body = "\n".join(parts)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">
<title id="title">What 7 daily, 4 weekly and 12 monthly backups leave of two years</title>
<desc id="desc">{escape(description())}</desc>
<style>
text{{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1c2128}}
.title{{font-size:16px;font-weight:700;fill:#57606a}}
.key{{font-weight:700}}
.month{{font-size:13px;text-anchor:end}}
.page{{fill:#fff;stroke:#c6ccd3}}
.gone{{fill:#c6ccd3}}
.keep_daily{{fill:#1a7f37}}
.keep_weekly{{fill:#0969da}}
.keep_monthly{{fill:#bc4c00}}
@media (prefers-color-scheme:dark){{
text{{fill:#e6eaf0}}
.title{{fill:#a3adba}}
.page{{fill:#161b22;stroke:#3d4653}}
.gone{{fill:#3d4653}}
.keep_daily{{fill:#3fb950}}
.keep_weekly{{fill:#58a6ff}}
.keep_monthly{{fill:#f0883e}}
}}
</style>
<rect class="page" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>
<text class="title" x="18" y="30">7 daily, 4 weekly, 12 monthly</text>
{body}
</svg>
"""


def description() -> str:
    """The same in words."""
    days = ", ".join(f"{day} ({_short(rules)})" for day, rules in kept().items())
    return f"Of {DAYS} daily backups up to {NEWEST}, these are kept: {days}."


def _told(rule: str, stays: Mapping[date, Sequence[str]]) -> str:
    first = sum(rules[0] == rule for rules in stays.values())
    all_ = sum(rule in rules for rules in stays.values())
    more = f" ({all_ - first} shown above)" if all_ > first else ""
    return f"{RULES[rule]}{more}"


def _short(rules: Sequence[str]) -> str:
    return ", ".join(rule.removeprefix("keep_") for rule in rules)


def _mark(rule: str, x: int, y: int) -> str:
    """A shape of its own for each rule: colours alone are not for everybody."""
    if rule == "keep_daily":
        return f'<rect class="{rule}" x="{x - 5}" y="{y - 5}" width="10" height="10"/>'
    if rule == "keep_weekly":
        return f'<circle class="{rule}" cx="{x}" cy="{y}" r="6"/>'
    if rule == "keep_monthly":
        return f'<path class="{rule}" d="M{x} {y - 8}l7 8-7 8-7-8z"/>'
    return f'<circle class="gone" cx="{x}" cy="{y}" r="2"/>'


def _months() -> list[tuple[int, int]]:
    """Each month that has a backup, the newest first."""
    days = [NEWEST - timedelta(days=ago) for ago in range(DAYS)]
    return list(dict.fromkeys((day.year, day.month) for day in days))


def _days_of(year: int, month: int) -> list[date]:
    days = [NEWEST - timedelta(days=ago) for ago in range(DAYS)]
    return [day for day in reversed(days) if (day.year, day.month) == (year, month)]


def _backup(day: date) -> BackupSummary:
    at = datetime(day.year, day.month, day.day, 3, tzinfo=timezone.utc)
    return BackupSummary(
        backup_arn=f"arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/{at:%Y%m%d}",
        backup_name=f"nightly-{at:%Y%m%d}",
        table_name="orders",
        table_arn="arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        region="eu-west-1",
        backup_status="AVAILABLE",
        backup_type="USER",
        backup_creation_date_time=at,
    )
