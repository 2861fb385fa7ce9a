"""Backups as several owners have taken them over time, without a call that would show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from moto.dynamodb.models.table import Backup

from pulumi_ddb_backup.aws import PruneRequest, Retention
from pulumi_ddb_backup.aws.rules.naming import (
    generated_name,
    identity,
    nobodys_identity,
    owner_mark,
)
from tests.aws.conftest import REGION
from tests.aws.fleet_tables import backend
from tests.aws.restores import ACCOUNT, KINDS

ME, OTHER = {"urn": "mine"}, {"urn": "another stack's"}
TWO = Retention(keep_last=2)


def add_backup(
    table: str,
    days_ago: float,
    *,
    owner: Mapping[str, object] | None = ME,
    region: str = REGION,
    type_: str = "USER",
    name: str = "",
) -> str:
    """A backup that `owner`, or else the command line, took so many days ago; its ARN."""
    there, ago = backend(region), timedelta(days=days_ago)
    at = datetime.now(timezone.utc) - ago
    digits = identity(owner, {"night": days_ago}) if owner else nobodys_identity(table)
    name = name or generated_name("nightly-", at, digits)
    backup = KINDS.get(type_, Backup)(ACCOUNT, region, name, there.get_table(table), type_=type_)
    backup.creation_date_time -= ago
    there.backups[backup.arn] = backup
    return str(backup.arn)


def history(table: str, nights: int, **said: Any) -> list[str]:
    """A backup of each of the last nights, the newest first."""
    return [add_backup(table, night, **said) for night in range(1, nights + 1)]


def of(*tables: str, **asked: Any) -> PruneRequest:
    """What is asked for, to be deleted, by `ME` unless it says otherwise."""
    return PruneRequest(
        tables=tables,
        **{
            "retention": TWO,
            "backup_name_prefix": "nightly-",
            "owner": owner_mark(ME),
            "dry_run": False,
            **asked,
        },
    )
