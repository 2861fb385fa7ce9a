"""Times of records are in UTC, wherever the machine is and whichever hour its clock repeats."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
from datetime import datetime, timezone
from botocore.parsers import JSONParser
from pulumi_ddb_backup.display import iso
from pulumi_ddb_backup.aws.backup import answers
from pulumi_ddb_backup.cli.output import plain
from botocore.session import Session

model = Session().get_service_model("dynamodb")

def parsed(operation, content):
    response = {"status_code": 200, "headers": {}, "body": json.dumps(content).encode()}
    return JSONParser().parse(response, model.operation_model(operation).output_shape)

table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
seconds = [1793509200.0, 1793512800.0]  # 01:00 in New York on 2026-11-01, and once more an hour later
told = []
for second in seconds:
    arn = f"{table}/backup/{int(second)}-abcdef12"
    details = {"BackupArn": arn, "BackupName": "orders-1", "BackupStatus": "AVAILABLE",
               "BackupType": "USER", "BackupCreationDateTime": second}
    summary = {**details, "TableArn": table, "TableName": "orders",
               "BackupExpiryDateTime": second}
    described = {"BackupDescription": {"BackupDetails": details, "SourceTableDetails": {}}}
    listed = parsed("ListBackups", {"BackupSummaries": [summary]})
    restored = {"Table": {"TableName": "orders", "TableArn": table, "TableStatus": "ACTIVE",
                "RestoreSummary": {"RestoreDateTime": second, "RestoreInProgress": False}}}
    told.append([
        answers.described(parsed("DescribeBackup", described)).backup_creation_date_time,
        answers.page(listed)[0][0].backup_creation_date_time,
        answers.summaries(listed)[0][0].backup_creation_date_time,
        answers.summaries(listed)[0][0].backup_expiry_date_time,
        answers.table(parsed("DescribeTable", restored)["Table"]).restore_date_time,
    ])
print(json.dumps({
    "zones": sorted({str(moment.tzinfo) for row in told for moment in row}),
    "same": [moment.timestamp() for row in told for moment in row] == [s for s in seconds for _ in range(5)],
    "sorted": [sorted(column) == list(column) and column[0] < column[1] for column in zip(*told)],
    "shown": sorted({iso(moment) for row in told for moment in row}),
    "json": sorted({plain(moment) for row in told for moment in row}),
}))
"""


@pytest.mark.parametrize(
    "zone", ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "EST5EDT", ":bad"]
)
def test_every_time_that_aws_tells_is_kept_in_utc_wherever_the_machine_is(zone: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    shown = ["2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"]
    assert json.loads(child.stdout) == {
        "zones": ["UTC"],
        "same": True,
        "sorted": [True] * 5,
        "shown": shown,
        "json": shown,
    }
