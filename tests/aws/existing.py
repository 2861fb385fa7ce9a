"""What the simulator knows of backups that exist, as AWS answers for them and moto does not."""

from __future__ import annotations

import re
from typing import Any

from moto.core.utils import unix_time
from moto.dynamodb.models import dynamodb_backends

from pulumi_ddb_backup.aws.rules.regions import is_region
from tests.aws.restores import ACCOUNT

Refusal = tuple[str, str, int]
_PAGE = 100
_FOREVER = float("inf")
_SYSTEM = "-00000000"
"""How the ARN ends of a backup that DynamoDB has made of a table before it deleted it."""


def invalid_arn(params: dict[str, Any], *, hides_foreign: bool) -> Refusal | None:
    """What AWS says of a backup ARN that it does not take."""
    arn = params.get("BackupArn")
    if arn is None:
        return None
    parts = str(arn).split(":", 5)
    if len(parts) < 6 or "/backup/" not in parts[5]:
        return "ValidationException", "Invalid Backup ARN", 400
    if not re.fullmatch(r"aws[a-z-]*", parts[1]) or not is_region(parts[3]):
        return "ValidationException", "BackupArn is not valid", 400
    if hides_foreign and parts[4] != ACCOUNT:
        return "AccessDeniedException", "Access is denied", 400
    return None


def undeletable(api: str, params: dict[str, Any]) -> Refusal | None:
    """What AWS says of deleting a backup that DynamoDB has made by itself."""
    arn = str(params.get("BackupArn"))
    if api == "DeleteBackup" and arn.endswith(_SYSTEM):
        return "ValidationException", f"User is not allowed to delete the system backup {arn}", 400
    return None


def elsewhere(api: str, params: dict[str, Any], region: str) -> dict[str, Any] | None:
    """The answer to a call for a backup in another region than the one that is called.

    AWS takes the ARN for one of the region that is called, and says so.
    """
    arn = str(params.get("BackupArn", ""))
    parts = arn.split(":", 5)
    if api not in ("DescribeBackup", "DeleteBackup") or parts[3] == region:
        return None
    backup = dynamodb_backends[ACCOUNT][parts[3]].backups.get(arn)
    if backup is None:
        return None
    details = {
        **backup.details,
        "BackupArn": ":".join([*parts[:3], region, *parts[4:]]),
        "BackupCreationDateTime": unix_time(backup.creation_date_time),
    }
    return {"BackupDescription": {"BackupDetails": details, "SourceTableDetails": {}}}


def invalid_listing(params: dict[str, Any]) -> Refusal | None:
    """What AWS says of a range of time that ends before it begins."""
    lower, upper = params.get("TimeRangeLowerBound", 0), params.get("TimeRangeUpperBound", _FOREVER)
    if lower > upper:
        return "ValidationException", "TimeRangeLowerBound must be before TimeRangeUpperBound", 400
    return None


def page(summaries: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    """One page of ListBackups: of the default type, half-open in time, to the millisecond."""
    lower = params.get("TimeRangeLowerBound", 0)
    upper = params.get("TimeRangeUpperBound", _FOREVER)
    type_ = params.get("BackupType", "USER")
    chosen = [
        summary
        for summary in sorted(
            summaries, key=lambda item: (item["BackupCreationDateTime"], item["BackupArn"])
        )
        if lower <= round(summary["BackupCreationDateTime"], 3) < upper
        and type_ in ("ALL", summary["BackupType"])
    ]
    arns = [summary["BackupArn"] for summary in chosen]
    after = params.get("ExclusiveStartBackupArn")
    begin = arns.index(after) + 1 if after in arns else 0
    shown = chosen[begin : begin + min(_PAGE, params.get("Limit", _PAGE))]
    content: dict[str, Any] = {"BackupSummaries": shown}
    if shown and shown[-1] is not chosen[-1]:
        content["LastEvaluatedBackupArn"] = shown[-1]["BackupArn"]
    return content
