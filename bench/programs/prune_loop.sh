#!/bin/sh
# Keeps the newest backups of each table, as it is usually done around the AWS CLI: KEEP of them.
set -eu
for table in $(aws dynamodb list-tables --query 'TableNames[]' --output text); do
    for arn in $(aws dynamodb list-backups --table-name "$table" --output text --query \
        "sort_by(BackupSummaries, &BackupCreationDateTime)[:-$KEEP].BackupArn"); do
        aws dynamodb delete-backup --backup-arn "$arn" > /dev/null
    done
done
