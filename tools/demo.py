"""`make demo`: a real `pulumi up` backs up a real table over HTTP, on this machine alone.

The endpoint is moto's server, wrapped so that a backup takes some seconds as it does at AWS.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import boto3

from tests.aws.simulator import serving
from tools.pulumi_cli import ROOT, environment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE = "orders"
REGION = "eu-west-1"
ITEMS = 300
KEYS = [f"order-{number}" for number in range(ITEMS)]
BACKUP_SECONDS = 4


def main() -> None:
    """Show it all; leave nothing running and nothing behind."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a start in the background ignores SIGINT
        signal.signal(number, _interrupt)
    with tempfile.TemporaryDirectory(prefix="ddb-backup-demo-") as folder, serving() as simulator:
        home = Path(folder)
        env = {
            **os.environ,
            **environment(home, {"PATH": os.environ["PATH"]}),
            "AWS_ENDPOINT_URL": simulator.url,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        env.pop("AWS_PROFILE", None)
        (home / "pulumi-state").mkdir()
        project = make_project(home)
        dynamodb = boto3.client(
            "dynamodb",
            region_name=REGION,
            endpoint_url=simulator.url,
            aws_access_key_id="demo",
            aws_secret_access_key="demo",
        )
        _title(f"A table with {ITEMS} items, in a DynamoDB on this machine: {simulator.url}")
        fill(dynamodb)
        simulator.creating_seconds = BACKUP_SECONDS
        simulator.backup_bytes[TABLE] = sum(len("id") + len(key) for key in KEYS)

        _title("pulumi up: checks the table, takes a backup, waits until it is AVAILABLE")
        run_pulumi(["stack", "init", "demo"], project, env, quiet=True)
        run_pulumi(["config", "set", "aws:region", REGION], project, env)
        run_pulumi(["config", "set", "table", TABLE], project, env)
        run_pulumi(["up", "--yes", "--skip-preview"], project, env)

        _title("pulumi up again: nothing has changed, so no second backup")
        run_pulumi(["up", "--yes", "--skip-preview"], project, env)

        _title("What the AWS API itself says")
        backups = dynamodb.list_backups(TableName=TABLE)["BackupSummaries"]
        for backup in backups:
            print(f"{backup['BackupStatus']}  {backup['BackupName']}\n{backup['BackupArn']}")
        if [backup["BackupStatus"] for backup in backups] != ["AVAILABLE"]:
            raise SystemExit("The demo expected one AVAILABLE backup.")
        print("\nFor another backup: pulumi config set release 2, then pulumi up.")


def make_project(home: Path) -> Path:
    """The root program, where it can't leave a stack's settings in the checkout."""
    project = home / "project"
    project.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, project)
    (project / ".venv").symlink_to(sys.prefix)
    return project


def fill(dynamodb: DynamoDBClient, table: str = TABLE) -> None:
    """Make the table and put its items in."""
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for first in range(0, ITEMS, 25):
        dynamodb.batch_write_item(
            RequestItems={
                table: [
                    {"PutRequest": {"Item": {"id": {"S": key}}}} for key in KEYS[first : first + 25]
                ]
            }
        )


def run_pulumi(
    arguments: list[str], project: Path, env: dict[str, str], *, quiet: bool = False
) -> None:
    """Run one command to its end; one that fails ends the program."""
    if not quiet:
        print(f"$ pulumi {' '.join(arguments)}", flush=True)
    out = subprocess.DEVNULL if quiet else None
    child = subprocess.Popen(["pulumi", *arguments], cwd=project, env=env, stdout=out, stderr=out)
    try:
        code = child.wait()
    except BaseException:
        # A terminal's Ctrl-C has reached the CLI too; a plain signal to this process has not.
        child.send_signal(signal.SIGINT)
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise
    if code != 0:
        raise SystemExit(code)


def _title(text: str) -> None:
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nThe demo was interrupted; everything it started has ended.") from None
