#!/bin/sh
# Compares two tables as it is usually done around the AWS CLI: their items, sorted, line by line.
set -eu
for table in bench-first bench-other; do
    aws dynamodb scan --table-name "$table" --output json | jq -cS '.Items[]' | sort > "$FOLDER/$table"
done
diff "$FOLDER/bench-first" "$FOLDER/bench-other" > /dev/null
