"""Look-ups in a unit test: the test's mocks answer in AWS's place.

The names of the functions and of their arguments are in users' tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, timezone
from typing import Any, Final

import pulumi

from ..aws.calls.settings import region_failures
from ..aws.errors import ValidationError
from ..aws.records import BackupQuery, BackupStatus, BackupSummary
from ..aws.rules.arns import BackupArn
from ..aws.rules.validation import BACKUP_TYPE_DEFAULT, TIMEOUT_DEFAULT_SECONDS, validate_query
from ..aws.rules.values import without_none
from ..engine import MockRefusal, ask_mocks

GET_BACKUPS: Final = "ddb-backup:index:getBackups"
GET_LATEST_BACKUP: Final = "ddb-backup:index:getLatestBackup"
_FIELDS: Final = frozenset(item.name for item in fields(BackupSummary))
_REQUIRED: Final = tuple(item.name for item in fields(BackupSummary) if item.default is MISSING)
_MOMENTS: Final = ("backup_creation_date_time", "backup_expiry_date_time")


@dataclass(frozen=True, slots=True)
class MockedBackups:
    """What look-ups use of `Backups`, answered by the mocks. The rules of arguments hold too.

    Attributes:
        where: `region`, `profile`, `role_arn` and `endpoint_url`, as far as they were given.
    """

    where: Mapping[str, Any]

    def find(
        self,
        table_name: str | None = None,
        *,
        backup_name_prefix: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        backup_type: str = BACKUP_TYPE_DEFAULT,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> list[BackupSummary]:
        """The backups that the mocks name, in their order."""
        query = BackupQuery(
            table_name, backup_name_prefix, since, until, backup_type, timeout_seconds
        )
        answer = self._asked(GET_BACKUPS, query, of_one_table=False)
        if answer.keys() - {"backups"}:
            raise _wrong(GET_BACKUPS, f"has {_list(answer)}, and may only have backups")
        return [_summary(GET_BACKUPS, one) for one in answer.get("backups") or ()]

    def latest(
        self,
        table_name: str,
        *,
        backup_name_prefix: str | None = None,
        timeout_seconds: int = TIMEOUT_DEFAULT_SECONDS,
    ) -> BackupSummary | None:
        """The backup that the mocks describe, or None where their answer is empty."""
        query = BackupQuery(table_name, backup_name_prefix, timeout_seconds=timeout_seconds)
        answer = self._asked(GET_LATEST_BACKUP, query, of_one_table=True)
        return _summary(GET_LATEST_BACKUP, answer) if answer else None

    def _asked(self, token: str, query: BackupQuery, *, of_one_table: bool) -> dict[str, Any]:
        failures = validate_query(query.inputs(), of_one_table=of_one_table)
        if self.where.get("region") is not None:
            failures += region_failures(self.where["region"])
        if failures:
            raise ValidationError(failures)
        args = {
            "table_name": query.table_name,
            "backup_name_prefix": query.backup_name_prefix,
            "since": query.since and query.since.isoformat(),
            "until": query.until and query.until.isoformat(),
            "backup_type": query.backup_type if token == GET_BACKUPS else None,
            **self.where,
        }
        try:
            return ask_mocks(token, without_none(args))
        except MockRefusal as refusal:
            raise pulumi.RunError(f"{token}: {refusal}") from None


def _summary(token: str, told: Any) -> BackupSummary:
    """A backup by a test's words: its ARN, and whatever else matters to the test."""
    if not isinstance(told, Mapping):
        raise _wrong(token, f"describes a backup by {told!r}, not by a dict")
    if unknown := told.keys() - _FIELDS:
        raise _wrong(token, f"has {_list(unknown)}; a backup has {_list(_FIELDS)}")
    given = _by_arn(str(told.get("backup_arn"))) | without_none(told)
    if missing := [name for name in _REQUIRED if name not in given]:
        raise _wrong(token, f"lacks {_list(missing)}")
    for name in _MOMENTS:
        if name in given:
            given[name] = _moment(token, given[name])
    if "backup_size_bytes" in given:
        given["backup_size_bytes"] = int(given["backup_size_bytes"])  # it arrives as a float
    return BackupSummary(**given)


def _by_arn(backup_arn: str) -> dict[str, Any]:
    """What the ARN of an on-demand backup tells, and what most such backups are."""
    arn = BackupArn.parse(backup_arn)
    if arn is None:
        return {}
    return {
        "backup_name": arn.backup,
        "backup_status": BackupStatus.AVAILABLE.value,
        "backup_type": BACKUP_TYPE_DEFAULT,
        "table_name": arn.table,
        "table_arn": arn.table_arn,
        "region": arn.region,
    }


def _moment(token: str, told: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told).replace("Z", "+00:00"))
    except ValueError:
        raise _wrong(
            token, f"has {told!r} for a time, where one like 2026-01-02T03:04:05Z is needed"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _wrong(token: str, what: str) -> pulumi.RunError:
    return pulumi.RunError(f"The answer of Mocks.call to {token} {what}.")


def _list(names: Any) -> str:
    return ", ".join(sorted(names))
