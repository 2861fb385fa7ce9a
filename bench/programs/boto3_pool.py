"""Backups of all tables as scripts take them: threads, and boto3 as it comes."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.exceptions import ClientError

THREADS = 32
POLL_SECONDS = 5

dynamodb = boto3.client("dynamodb")


def back_up(table: str) -> bool:
    """Whether `table` has been backed up."""
    try:
        dynamodb.describe_table(TableName=table)
        begun = dynamodb.create_backup(TableName=table, BackupName=f"bench-{table}")
        arn = begun["BackupDetails"]["BackupArn"]
        while True:
            told = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]
            if told["BackupDetails"]["BackupStatus"] == "AVAILABLE":
                return True
            time.sleep(POLL_SECONDS)
    except ClientError as error:
        sys.stdout.write(f"{table}: {error}\n")
        return False


def main() -> None:
    pages = dynamodb.get_paginator("list_tables").paginate()
    tables = [name for page in pages for name in page["TableNames"]]
    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(back_up, tables))
    sys.stdout.write(f"{done} of {len(tables)} backed up\n")
    sys.exit(0 if done == len(tables) else 1)


if __name__ == "__main__":
    main()
