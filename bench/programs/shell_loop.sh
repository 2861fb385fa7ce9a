#!/bin/sh
# The loop that is usually written around the AWS CLI.
set -eu
arn=$(aws dynamodb create-backup --table-name bench-00000 --backup-name bench-loop \
    --query BackupDetails.BackupArn --output text)
while true; do
    status=$(aws dynamodb describe-backup --backup-arn "$arn" \
        --query BackupDescription.BackupDetails.BackupStatus --output text)
    [ "$status" = AVAILABLE ] && break
    sleep 5
done
echo "$arn $status"
